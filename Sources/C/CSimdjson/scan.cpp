#include "CSimdjson.h"

#include <simdjson.h>

#include <cstring>
#include <memory>
#include <new>

static_assert(simdjson::SIMDJSON_PADDING <= PORTCULLIS_JSON_PADDING, "the padding that callers provide is too small");

struct portcullis_json {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    simdjson::dom::document document;
    size_t depth_limit = 0;
    size_t capacity = 0;
};

// The DOM counts the document itself as a level and refuses at its limit, hence two more than the containers allowed.
static simdjson::error_code reserve(portcullis_json *json, size_t capacity) {
    simdjson::error_code error;
    json->capacity = 0;
    if (json->parser) {
        error = json->parser->set_capacity(capacity);
    } else {
        error = simdjson::get_active_implementation()->create_dom_parser_implementation(
            capacity, json->depth_limit + 2, json->parser);
    }
    if (error) { return error; }
    error = json->document.allocate(capacity);
    if (error) { return error; }
    json->capacity = capacity;
    return simdjson::SUCCESS;
}

static int code_of(simdjson::error_code error) {
    switch (error) {
    case simdjson::SUCCESS: return PORTCULLIS_JSON_ACCEPTED;
    case simdjson::EMPTY: return PORTCULLIS_JSON_EMPTY;
    case simdjson::UTF8_ERROR: return PORTCULLIS_JSON_NOT_UTF8;
    case simdjson::UNCLOSED_STRING: return PORTCULLIS_JSON_OPEN_STRING;
    case simdjson::UNESCAPED_CHARS: return PORTCULLIS_JSON_CONTROL_CHARACTER;
    case simdjson::MEMALLOC: return PORTCULLIS_JSON_NO_MEMORY;
    default: return PORTCULLIS_JSON_OTHER;
    }
}

extern "C" portcullis_json *portcullis_json_create(size_t depth_limit) {
    portcullis_json *json = new (std::nothrow) portcullis_json;
    if (json) { json->depth_limit = depth_limit; }
    return json;
}

extern "C" void portcullis_json_destroy(portcullis_json *json) { delete json; }

extern "C" int portcullis_json_scan(portcullis_json *json, const void *bytes, size_t length, size_t index_limit,
                                    const uint32_t **indexes, size_t *count) {
    *indexes = nullptr;
    *count = 0;
    if (length == 0) { return PORTCULLIS_JSON_EMPTY; }
    if (length > json->capacity) {
        size_t capacity = 16 * 1024;
        while (capacity < length) { capacity *= 2; }
        if (reserve(json, capacity)) { return PORTCULLIS_JSON_NO_MEMORY; }
    }
    auto *input = static_cast<const uint8_t *>(bytes);
    auto error = json->parser->stage1(input, length, simdjson::stage1_mode::regular);
    if (error) { return code_of(error); }
    if (json->parser->n_structural_indexes > index_limit) { return PORTCULLIS_JSON_TOO_MANY_INDEXES; }
    *indexes = json->parser->structural_indexes.get();
    *count = json->parser->n_structural_indexes;
    return json->parser->stage2(json->document) ? PORTCULLIS_JSON_REFUSED : PORTCULLIS_JSON_ACCEPTED;
}

extern "C" void portcullis_json_trim(portcullis_json *json, size_t capacity) {
    if (json->capacity <= capacity) { return; }
    if (reserve(json, capacity)) { json->capacity = 0; }
}

extern "C" const void *portcullis_json_find(const void *bytes, size_t length, const void *needle,
                                            size_t needle_length) {
    return memmem(bytes, length, needle, needle_length);
}
