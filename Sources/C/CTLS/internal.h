#ifndef PORTCULLIS_CTLS_INTERNAL_H
#define PORTCULLIS_CTLS_INTERNAL_H

#include "CTLS.h"
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

enum { PORTCULLIS_TLS_CERTIFICATES = 64 };
/* LIMIT: bytes of a session that wait for the kernel: a record, or a flight of a handshake. */
enum { PORTCULLIS_TLS_UNSENT = 96 * 1024 };

struct portcullis_tls_context {
    int is_server;
    int count;
    /* LIMIT: certificates of one listener. */
    SSL_CTX *ssl[PORTCULLIS_TLS_CERTIFICATES];
    X509_STORE *trusted;
    STACK_OF(X509_NAME) *client_authorities;
    int64_t not_after;
    int key_count;
    unsigned char keys[PORTCULLIS_TLS_TICKET_KEYS][PORTCULLIS_TLS_TICKET_KEY];
};

/* What stands under a session: a socket, or the session with a proxy. */
struct portcullis_tls_link {
    int fd;
    portcullis_tls_session *within;
    /* While a read goes on: what one system call brought, and whether it was made. */
    const unsigned char *in;
    size_t in_left;
    int is_reading;
    int has_received;
    int has_ended;
    /* Another session goes through this one, and asks for few bytes at a time. */
    int is_outer;
    int failure;
    /* What the kernel did not take. */
    unsigned char *out;
    size_t out_start, out_end, out_capacity;
};

struct portcullis_tls_session {
    SSL *ssl;
    struct portcullis_tls_link link;
    SSL_SESSION *fresh;
    int reason;
    const char *reason_text;
    int has_failed;
    int has_notified;
};

BIO_METHOD *portcullis_tls_link_method(void);
int portcullis_tls_link_flush(struct portcullis_tls_link *link);
int portcullis_tls_index(void);

#endif
