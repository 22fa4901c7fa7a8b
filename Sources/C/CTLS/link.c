#define _GNU_SOURCE
#include "internal.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* The BIO under a session. OpenSSL's own for sockets raises SIGPIPE, asks the kernel twice for each record, and makes
   every caller deal with a record that is half out. This one
   - receives once in a read of the session, into a buffer that all connections of the thread share, and hands it out
     piece by piece; the session drains it before the read returns, so an idle connection owns no buffer and level
     triggering tells of all there is;
   - takes all it is given to send, and keeps what the kernel does not take. */

static _Thread_local unsigned char received[PORTCULLIS_TLS_BURST];

static ssize_t receive(struct portcullis_tls_link *link, void *buffer, size_t capacity) {
    if (link->within) {
        size_t count = 0;
        int step = portcullis_tls_read(link->within, buffer, capacity, &count);
        if (count) return (ssize_t)count;
        switch (step) {
        case PORTCULLIS_TLS_DONE:
        case PORTCULLIS_TLS_WAIT: errno = EAGAIN; return -1;
        case PORTCULLIS_TLS_ENDED:
        case PORTCULLIS_TLS_TRUNCATED: return 0;
        default: errno = EPROTO; return -1;
        }
    }
    for (;;) {
        ssize_t count = recv(link->fd, buffer, capacity, 0);
        if (count >= 0 || errno != EINTR) return count;
    }
}

static int link_read(BIO *bio, char *buffer, size_t capacity, size_t *count) {
    struct portcullis_tls_link *link = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (link->in_left == 0) {
        ssize_t result;
        if (link->is_reading && link->has_received) {
            BIO_set_retry_read(bio);
            return 0;
        }
        if (link->is_reading) {
            link->has_received = 1;
            result = receive(link, received, sizeof received);
        } else {
            /* A handshake takes no byte more than it asks for: what follows belongs to the first read. */
            result = receive(link, buffer, capacity);
        }
        if (result < 0) {
            if (errno == EAGAIN) BIO_set_retry_read(bio);
            else link->failure = errno;
            return 0;
        }
        if (result == 0) {
            link->has_ended = 1;
            return 0;
        }
        if (!link->is_reading) {
            *count = (size_t)result;
            return 1;
        }
        link->in = received;
        link->in_left = (size_t)result;
    }
    if (capacity > link->in_left) capacity = link->in_left;
    memcpy(buffer, link->in, capacity);
    link->in += capacity;
    link->in_left -= capacity;
    *count = capacity;
    return 1;
}

/* Returns how much went out; less than `length` when the kernel is full. -1 when the link has failed. */
static ssize_t transmit(struct portcullis_tls_link *link, const unsigned char *bytes, size_t length) {
    size_t sent = 0;
    while (sent < length) {
        if (link->within) {
            size_t piece = length - sent < PORTCULLIS_TLS_RECORD ? length - sent : PORTCULLIS_TLS_RECORD;
            if (portcullis_tls_flush(link->within) != PORTCULLIS_TLS_DONE) break;
            if (portcullis_tls_unsent(link->within)) return (ssize_t)sent;
            if (portcullis_tls_write(link->within, bytes + sent, piece) != PORTCULLIS_TLS_DONE) break;
            sent += piece;
            continue;
        }
        ssize_t count = send(link->fd, bytes + sent, length - sent, MSG_NOSIGNAL);
        if (count >= 0) sent += (size_t)count;
        else if (errno == EAGAIN) return (ssize_t)sent;
        else if (errno != EINTR) {
            link->failure = errno;
            return -1;
        }
    }
    if (sent < length) {
        link->failure = EPIPE;
        return -1;
    }
    return (ssize_t)sent;
}

static int keep(struct portcullis_tls_link *link, const unsigned char *bytes, size_t length) {
    if (length == 0) return 1;
    if (link->out_capacity - link->out_end < length) {
        size_t capacity = link->out_end + length;
        if (capacity - link->out_start > PORTCULLIS_TLS_UNSENT) {
            link->failure = ENOBUFS;
            return 0;
        }
        unsigned char *grown = OPENSSL_realloc(link->out, capacity);
        if (!grown) {
            link->failure = ENOMEM;
            return 0;
        }
        link->out = grown;
        link->out_capacity = capacity;
    }
    memcpy(link->out + link->out_end, bytes, length);
    link->out_end += length;
    return 1;
}

static int link_write(BIO *bio, const char *bytes, size_t length, size_t *count) {
    struct portcullis_tls_link *link = BIO_get_data(bio);
    ssize_t sent = 0;
    BIO_clear_retry_flags(bio);
    if (link->out_end == link->out_start) {
        sent = transmit(link, (const unsigned char *)bytes, length);
        if (sent < 0) return 0;
    }
    if (!keep(link, (const unsigned char *)bytes + sent, length - (size_t)sent)) return 0;
    *count = length;
    return 1;
}

int portcullis_tls_link_flush(struct portcullis_tls_link *link) {
    if (link->out_end > link->out_start) {
        ssize_t sent = transmit(link, link->out + link->out_start, link->out_end - link->out_start);
        if (sent < 0) return 0;
        link->out_start += (size_t)sent;
        if (link->out_start == link->out_end) {
            OPENSSL_free(link->out);
            link->out = NULL;
            link->out_start = link->out_end = link->out_capacity = 0;
        }
    }
    return 1;
}

static long link_control(BIO *bio, int command, long number, void *pointer) {
    struct portcullis_tls_link *link = BIO_get_data(bio);
    (void)number;
    (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return link->has_ended;
    default: return 0;
    }
}

BIO_METHOD *portcullis_tls_link_method(void) {
    static BIO_METHOD *method;
    if (!method) {
        method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "portcullis link");
        if (!method) return NULL;
        BIO_meth_set_read_ex(method, link_read);
        BIO_meth_set_write_ex(method, link_write);
        BIO_meth_set_ctrl(method, link_control);
    }
    return method;
}
