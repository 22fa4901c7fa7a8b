#include "internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static portcullis_tls_session *new_session(portcullis_tls_context *context, int fd) {
    portcullis_tls_session *session = calloc(1, sizeof *session);
    BIO_METHOD *method = portcullis_tls_link_method();
    BIO *bio = method ? BIO_new(method) : NULL;
    if (session) session->ssl = context->ssl[0] ? SSL_new(context->ssl[0]) : NULL;
    if (!session || !bio || !session->ssl) {
        BIO_free(bio);
        if (session) SSL_free(session->ssl);
        free(session);
        ERR_clear_error();
        return NULL;
    }
    session->link.fd = fd;
    BIO_set_data(bio, &session->link);
    BIO_set_init(bio, 1);
    SSL_set_bio(session->ssl, bio, bio);
    SSL_set_ex_data(session->ssl, portcullis_tls_index(), session);
    return session;
}

portcullis_tls_session *portcullis_tls_accept(portcullis_tls_context *context, int fd) {
    portcullis_tls_session *session = new_session(context, fd);
    if (session) SSL_set_accept_state(session->ssl);
    return session;
}

portcullis_tls_session *portcullis_tls_connect(
    portcullis_tls_context *context, int fd, portcullis_tls_session *within, const char *name, int is_address,
    portcullis_tls_ticket *ticket) {
    portcullis_tls_session *session = new_session(context, fd);
    if (!session) return NULL;
    session->link.within = within;
    if (within) within->link.is_outer = 1;
    SSL_set_connect_state(session->ssl);
    SSL_set_hostflags(session->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    int good = is_address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session->ssl), name) == 1
                          : SSL_set1_host(session->ssl, name) == 1 && SSL_set_tlsext_host_name(session->ssl, name) == 1;
    if (!good) {
        portcullis_tls_session_free(session);
        return NULL;
    }
    if (ticket) SSL_set_session(session->ssl, ticket);
    return session;
}

void portcullis_tls_session_free(portcullis_tls_session *session) {
    if (!session) return;
    SSL_free(session->ssl);
    SSL_SESSION_free(session->fresh);
    OPENSSL_free(session->link.out);
    free(session);
    ERR_clear_error();
}

/* INVARIANT: the library's queue of errors was cleared before the call that returned `result`. */
static int judge(portcullis_tls_session *session, int result) {
    if (result > 0) return PORTCULLIS_TLS_DONE;
    int error = SSL_get_error(session->ssl, result);
    switch (error) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return PORTCULLIS_TLS_WAIT;
    case SSL_ERROR_ZERO_RETURN: return PORTCULLIS_TLS_ENDED;
    default: break;
    }
    unsigned long first = ERR_peek_error();
    session->has_failed = 1;
    session->reason = ERR_GET_REASON(first);
    session->reason_text = ERR_reason_error_string(first);
    ERR_clear_error();
    if (session->link.failure) return PORTCULLIS_TLS_SOCKET_FAILED;
    if (session->link.has_ended) return PORTCULLIS_TLS_TRUNCATED;
    return PORTCULLIS_TLS_PROTOCOL_FAILED;
}

int portcullis_tls_handshake(portcullis_tls_session *session) {
    ERR_clear_error();
    if (!portcullis_tls_link_flush(&session->link)) return PORTCULLIS_TLS_SOCKET_FAILED;
    return judge(session, SSL_do_handshake(session->ssl));
}

int portcullis_tls_read(portcullis_tls_session *session, void *buffer, size_t capacity, size_t *count) {
    size_t total = 0;
    int step = PORTCULLIS_TLS_DONE;
    struct portcullis_tls_link *link = &session->link;
    ERR_clear_error();
    /* Of two sessions one within the other, each takes what it asks for and no more. */
    link->is_reading = link->within == NULL && !link->is_outer;
    link->has_received = 0;
    while (total < capacity) {
        size_t got = 0;
        step = judge(session, SSL_read_ex(session->ssl, (char *)buffer + total, capacity - total, &got));
        if (step != PORTCULLIS_TLS_DONE) break;
        total += got;
    }
    link->is_reading = 0;
    link->in_left = 0;
    *count = total;
    return step;
}

int portcullis_tls_write(portcullis_tls_session *session, const void *bytes, size_t length) {
    size_t sent = 0;
    ERR_clear_error();
    if (length > PORTCULLIS_TLS_RECORD) length = PORTCULLIS_TLS_RECORD;
    int step = judge(session, SSL_write_ex(session->ssl, bytes, length, &sent));
    return step;
}

int portcullis_tls_flush(portcullis_tls_session *session) {
    if (!portcullis_tls_link_flush(&session->link)) return PORTCULLIS_TLS_SOCKET_FAILED;
    return session->link.within ? portcullis_tls_flush(session->link.within) : PORTCULLIS_TLS_DONE;
}

size_t portcullis_tls_unsent(const portcullis_tls_session *session) {
    size_t within = session->link.within ? portcullis_tls_unsent(session->link.within) : 0;
    return session->link.out_end - session->link.out_start + within;
}

void portcullis_tls_notify(portcullis_tls_session *session) {
    if (session->has_notified || session->has_failed || session->link.failure) return;
    if (!SSL_is_init_finished(session->ssl)) return;
    session->has_notified = 1;
    ERR_clear_error();
    SSL_shutdown(session->ssl);
    ERR_clear_error();
}

int portcullis_tls_errno(const portcullis_tls_session *session) { return session->link.failure; }
int portcullis_tls_reason(const portcullis_tls_session *session) { return session->reason; }

const char *portcullis_tls_reason_text(const portcullis_tls_session *session) {
    return session->reason_text ? session->reason_text : "unknown";
}

long portcullis_tls_verify_result(const portcullis_tls_session *session) {
    return SSL_get_verify_result(session->ssl);
}

const char *portcullis_tls_verify_text(long result) { return X509_verify_cert_error_string(result); }

int portcullis_tls_is_resumed(const portcullis_tls_session *session) { return SSL_session_reused(session->ssl); }
const char *portcullis_tls_version(const portcullis_tls_session *session) { return SSL_get_version(session->ssl); }
const char *portcullis_tls_cipher(const portcullis_tls_session *session) { return SSL_get_cipher_name(session->ssl); }

int portcullis_tls_has_peer_certificate(const portcullis_tls_session *session) {
    return SSL_get0_peer_certificate(session->ssl) != NULL;
}

int portcullis_tls_peer_certificate_ended(const portcullis_tls_session *session) {
    X509 *peer = SSL_get0_peer_certificate(session->ssl);
    return peer && X509_cmp_current_time(X509_get0_notAfter(peer)) <= 0;
}

portcullis_tls_ticket *portcullis_tls_take_ticket(portcullis_tls_session *session) {
    SSL_SESSION *ticket = session->fresh;
    session->fresh = NULL;
    return ticket;
}

void portcullis_tls_ticket_free(portcullis_tls_ticket *ticket) { SSL_SESSION_free(ticket); }
