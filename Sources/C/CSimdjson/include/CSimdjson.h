#ifndef PORTCULLIS_CSIMDJSON_H
#define PORTCULLIS_CSIMDJSON_H

/* simdjson's DOM parser and the structural indexes it is built on, as plain C. No exception leaves the C++ side: the
 * library is called through its error-code interface only. */

#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Bytes behind the input that the parser may read, whatever they hold. */
#define PORTCULLIS_JSON_PADDING 64

typedef struct portcullis_json portcullis_json;

/* PORTCULLIS_JSON_REFUSED: the indexes are there, the grammar, a number, a string or the depth is wrong.
 * All other refusals come from the first stage and leave no usable indexes. */
enum {
    PORTCULLIS_JSON_ACCEPTED = 0,
    PORTCULLIS_JSON_REFUSED = 1,
    PORTCULLIS_JSON_EMPTY = 2,
    PORTCULLIS_JSON_NOT_UTF8 = 3,
    PORTCULLIS_JSON_OPEN_STRING = 4,
    PORTCULLIS_JSON_CONTROL_CHARACTER = 5,
    PORTCULLIS_JSON_TOO_MANY_INDEXES = 6,
    PORTCULLIS_JSON_NO_MEMORY = 7,
    PORTCULLIS_JSON_OTHER = 8
};

/* Null when there is no memory. `depth_limit` containers may nest. */
portcullis_json *portcullis_json_create(size_t depth_limit);
void portcullis_json_destroy(portcullis_json *parser);

/* Validates `length` bytes, of which PORTCULLIS_JSON_PADDING more are readable, and gives the offsets of every brace,
 * bracket, colon, comma and first byte of a scalar. They live until the next call. More than `index_limit` of them
 * stop the scan before the second stage. */
int portcullis_json_scan(portcullis_json *parser, const void *bytes, size_t length, size_t index_limit,
                         const uint32_t **indexes, size_t *count);

/* Gives back what a document beyond `capacity` bytes needed. */
void portcullis_json_trim(portcullis_json *parser, size_t capacity);

/* memmem(3), which the Glibc module leaves out. Null when there is none. */
const void *portcullis_json_find(const void *bytes, size_t length, const void *needle, size_t needle_length);

#ifdef __cplusplus
}
#endif
#endif
