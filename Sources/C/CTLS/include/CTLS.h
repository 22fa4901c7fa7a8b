#ifndef PORTCULLIS_CTLS_H
#define PORTCULLIS_CTLS_H

/* TLS 1.2 and 1.3 by OpenSSL's libssl, behind functions that Swift can call: libssl is mostly macros, and its callbacks
   want C. Nothing of OpenSSL's types is seen above. No function is for two threads at once. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Several certificates, one policy: an SSL_CTX each, chosen by the name that the client asks for. */
typedef struct portcullis_tls_context portcullis_tls_context;
/* One connection's session. */
typedef struct portcullis_tls_session portcullis_tls_session;
/* What a client keeps of a session, to resume it. */
typedef struct ssl_session_st portcullis_tls_ticket;

/* What is wrong with certificates and keys. */
enum portcullis_tls_material {
    PORTCULLIS_TLS_GOOD = 0,
    PORTCULLIS_TLS_NO_CERTIFICATE,
    PORTCULLIS_TLS_BAD_CERTIFICATE,
    PORTCULLIS_TLS_NO_KEY,
    PORTCULLIS_TLS_BAD_KEY,
    PORTCULLIS_TLS_ENCRYPTED_KEY,
    PORTCULLIS_TLS_KEY_MISMATCH,
    PORTCULLIS_TLS_CHAIN_ORDER,
    PORTCULLIS_TLS_WEAK,
    PORTCULLIS_TLS_EXPIRED,
    PORTCULLIS_TLS_NOT_YET_VALID,
};

/* What a step of a session came to. */
enum portcullis_tls_step {
    PORTCULLIS_TLS_DONE = 0,
    /* Wait until the socket is readable; and writable, if `portcullis_tls_unsent`. */
    PORTCULLIS_TLS_WAIT,
    /* The peer said that it is done (close_notify). */
    PORTCULLIS_TLS_ENDED,
    /* The connection ended without that. */
    PORTCULLIS_TLS_TRUNCATED,
    /* The socket failed: `portcullis_tls_errno`. */
    PORTCULLIS_TLS_SOCKET_FAILED,
    /* The protocol failed: `portcullis_tls_reason`. */
    PORTCULLIS_TLS_PROTOCOL_FAILED,
};

enum portcullis_tls_client_certificates {
    PORTCULLIS_TLS_CLIENT_NONE = 0,
    PORTCULLIS_TLS_CLIENT_OPTIONAL = 1,
    PORTCULLIS_TLS_CLIENT_REQUIRED = 2,
};

/* Bytes of one ticket key: 16 of its name, 32 of AES-256, 32 of HMAC-SHA-256. */
enum { PORTCULLIS_TLS_TICKET_KEY = 80, PORTCULLIS_TLS_TICKET_KEYS = 3 };
/* LIMIT: plaintext bytes of a record (RFC 8446 section 5.1). */
enum { PORTCULLIS_TLS_RECORD = 16384 };

/* Contexts. */
portcullis_tls_context *portcullis_tls_server(void);
portcullis_tls_context *portcullis_tls_client(void);
void portcullis_tls_context_free(portcullis_tls_context *context);
/* Adds a certificate chain, leaf first, and its key, both PEM. A server may have several, the first is the default. */
int portcullis_tls_add_certificate(
    portcullis_tls_context *context, const void *chain, size_t chain_length, const void *key, size_t key_length);
/* The earliest end of a leaf certificate, in seconds since 1970; 0 without one. */
int64_t portcullis_tls_not_after(const portcullis_tls_context *context);
/* Trusts the certificates of a PEM text, for those that the other side shows. Their number; 0 is a fault. */
int portcullis_tls_trust(portcullis_tls_context *context, const void *pem, size_t length);
/* Trusts what the machine trusts; 0 is a fault. */
int portcullis_tls_trust_system(portcullis_tls_context *context);
/* Server: after certificates and trust. */
void portcullis_tls_ask_client(portcullis_tls_context *context, int certificates);
/* Server: sessions resume only where these bytes (at most 32) are the same. 1 is success. */
int portcullis_tls_set_session_scope(portcullis_tls_context *context, const void *bytes, size_t length);
/* Server: tickets are made with the first key and read with any. Without keys there are no tickets. */
void portcullis_tls_set_ticket_keys(portcullis_tls_context *context, const void *keys, int count);

/* Sessions. NULL when there is no memory. */
portcullis_tls_session *portcullis_tls_accept(portcullis_tls_context *context, int fd);
/* `name` is verified and, unless it is an address, sent (SNI). `within` is NULL, or the session with a proxy through
   which this one goes. `ticket` is NULL or resumed. */
portcullis_tls_session *portcullis_tls_connect(
    portcullis_tls_context *context, int fd, portcullis_tls_session *within, const char *name, int is_address,
    portcullis_tls_ticket *ticket);
void portcullis_tls_session_free(portcullis_tls_session *session);

int portcullis_tls_handshake(portcullis_tls_session *session);
/* Reads all that the socket has, as far as one system call takes it. `*count` may be above 0 with any result.
   `capacity` must be PORTCULLIS_TLS_READ at least: then nothing that was received stays behind in the session. */
enum { PORTCULLIS_TLS_BURST = 28 * 1024, PORTCULLIS_TLS_READ = 64 * 1024 };
int portcullis_tls_read(portcullis_tls_session *session, void *buffer, size_t capacity, size_t *count);
/* Makes one record of at most PORTCULLIS_TLS_RECORD bytes and sends it. All is always taken: what the kernel does not
   take waits in the session. Must not be called while something does. */
int portcullis_tls_write(portcullis_tls_session *session, const void *bytes, size_t length);
/* Sends what waits. */
int portcullis_tls_flush(portcullis_tls_session *session);
/* Bytes that wait for the kernel. */
size_t portcullis_tls_unsent(const portcullis_tls_session *session);
/* Says that no more comes (close_notify), as far as the kernel takes it. */
void portcullis_tls_notify(portcullis_tls_session *session);

/* After a failure. */
int portcullis_tls_errno(const portcullis_tls_session *session);
/* The library's reason, 1000 + n for the alert n of the peer (RFC 8446 section 6). */
int portcullis_tls_reason(const portcullis_tls_session *session);
/* A fixed text of the library's. */
const char *portcullis_tls_reason_text(const portcullis_tls_session *session);
/* X509_V_OK, or why the other side's certificate is not accepted. */
long portcullis_tls_verify_result(const portcullis_tls_session *session);
const char *portcullis_tls_verify_text(long result);

/* After a handshake. */
int portcullis_tls_is_resumed(const portcullis_tls_session *session);
const char *portcullis_tls_version(const portcullis_tls_session *session);
const char *portcullis_tls_cipher(const portcullis_tls_session *session);
/* 1 when the other side has shown a certificate. */
int portcullis_tls_has_peer_certificate(const portcullis_tls_session *session);
/* 1 when it has ended since: a resumed session brings the certificate of its first handshake. */
int portcullis_tls_peer_certificate_ended(const portcullis_tls_session *session);
/* Client: the newest ticket, if one came since the last call. The caller frees it. */
portcullis_tls_ticket *portcullis_tls_take_ticket(portcullis_tls_session *session);
void portcullis_tls_ticket_free(portcullis_tls_ticket *ticket);

#endif
