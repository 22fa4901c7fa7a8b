#ifndef PORTCULLIS_CSIMDJSON_H
#define PORTCULLIS_CSIMDJSON_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
int portcullis_json_placeholder(void);
#ifdef __cplusplus
}
#endif
#endif
