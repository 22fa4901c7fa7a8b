/* A client's side of a connection, in the clear or through TLS, and the reading of answers. */
#ifndef WIRE_H
#define WIRE_H

#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

enum wire_state { WIRE_CONNECTING, WIRE_HANDSHAKE, WIRE_READY };

struct wire {
    int fd;
    enum wire_state state;
    SSL *tls;
};

/* A context for all connections of the process; the peer is not verified: these programs measure, they do not judge. */
SSL_CTX *wire_tls_context(void);
void wire_open(struct wire *wire, const char *address, SSL_CTX *context);
/* To be called when the descriptor is ready, until the state is WIRE_READY. */
void wire_progress(struct wire *wire);
/* Bytes; 0 at the end, -1 to wait, -2 after a reset or another error. */
long wire_read(struct wire *wire, void *bytes, size_t room);
long wire_write(struct wire *wire, const void *bytes, size_t count);
int wire_has_more(struct wire *wire);
void wire_close(struct wire *wire, int reset);

enum answer_phase {
    ANSWER_HEAD, ANSWER_LENGTH, ANSWER_SIZE, ANSWER_DATA, ANSWER_DATA_END, ANSWER_TRAILER, ANSWER_OVER
};

/* Reads an answer as it comes, without keeping it. Finds marks also where reads or chunks cut them. */
struct answer {
    enum answer_phase phase;
    int status, is_chunked;
    uint64_t left, head_bytes, body_bytes;
    char line[64];
    unsigned line_length;
    char tail[32];
    unsigned tail_length;
    uint32_t marks, gaps;
    int has_error; /* an `error` event or object in a stream */
};

typedef void (*on_mark)(void *context, uint64_t stamp);
/* Returns 1 when the answer is complete, 0 when not yet, -1 when it is malformed or more follows than belongs to it. */
int answer_take(struct answer *answer, const char *bytes, size_t count, on_mark mark, void *context);

#endif
