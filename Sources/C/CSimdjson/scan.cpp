#include "CSimdjson.h"
extern "C" int portcullis_json_placeholder(void) { return 0; }
