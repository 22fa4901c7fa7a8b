#define _GNU_SOURCE
#include "wire.h"

#include "common.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

SSL_CTX *wire_tls_context(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context) die("no TLS");
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_mode(
        context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

void wire_open(struct wire *wire, const char *address, SSL_CTX *context) {
    wire->fd = connect_to(address);
    wire->state = WIRE_CONNECTING;
    wire->tls = NULL;
    if (!context) return;
    wire->tls = need(SSL_new(context));
    SSL_set_fd(wire->tls, wire->fd);
    SSL_set_connect_state(wire->tls);
    SSL_set_tlsext_host_name(wire->tls, "localhost");
}

void wire_progress(struct wire *wire) {
    if (wire->state == WIRE_CONNECTING) {
        int number = 0;
        socklen_t size = sizeof number;
        getsockopt(wire->fd, SOL_SOCKET, SO_ERROR, &number, &size);
        if (number) die("connecting failed: %s", strerror(number));
        wire->state = wire->tls ? WIRE_HANDSHAKE : WIRE_READY;
    }
    if (wire->state == WIRE_HANDSHAKE) {
        int result = SSL_do_handshake(wire->tls);
        if (result == 1) {
            wire->state = WIRE_READY;
            return;
        }
        int reason = SSL_get_error(wire->tls, result);
        if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE)
            die("TLS handshake failed: %s", ERR_error_string(ERR_get_error(), NULL));
    }
}

long wire_read(struct wire *wire, void *bytes, size_t room) {
    if (!wire->tls) {
        ssize_t count = recv(wire->fd, bytes, room, 0);
        if (count >= 0) return count;
        return errno == EAGAIN || errno == EINTR ? -1 : -2;
    }
    int count = SSL_read(wire->tls, bytes, (int)room);
    if (count > 0) return count;
    switch (SSL_get_error(wire->tls, count)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return -1;
    case SSL_ERROR_ZERO_RETURN: return 0;
    default: ERR_clear_error(); return -2;
    }
}

long wire_write(struct wire *wire, const void *bytes, size_t count) {
    if (!wire->tls) {
        ssize_t sent = send(wire->fd, bytes, count, MSG_NOSIGNAL);
        if (sent >= 0) return sent;
        return errno == EAGAIN || errno == EINTR ? -1 : -2;
    }
    int sent = SSL_write(wire->tls, bytes, (int)count);
    if (sent > 0) return sent;
    int reason = SSL_get_error(wire->tls, sent);
    return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE ? -1 : -2;
}

int wire_has_more(struct wire *wire) { return wire->tls && SSL_pending(wire->tls) > 0; }

void wire_close(struct wire *wire, int reset) {
    if (wire->tls) SSL_free(wire->tls);
    wire->tls = NULL;
    if (reset) reset_on_close(wire->fd);
    close(wire->fd);
    wire->fd = -1;
}

/* MARK: Answers */

static void mark_found(struct answer *answer, const char *text, on_mark mark, void *context) {
    uint64_t number = from_letters(text + 2 + STAMP_LETTERS, NUMBER_LETTERS);
    if (number != answer->marks) answer->gaps++;
    answer->marks = (uint32_t)number + 1;
    mark(context, from_letters(text + 2, STAMP_LETTERS));
}

static void search(struct answer *answer, const char *bytes, size_t count, on_mark mark, void *context) {
    const char *end = bytes + count, *at = bytes;
    while ((at = memmem(at, (size_t)(end - at), MARK, 2)) && end - at >= MARKED_LENGTH) {
        mark_found(answer, at, mark, context);
        at += MARKED_LENGTH;
    }
    if (memmem(bytes, count, "\"error\"", 7)) answer->has_error = 1;
}

/* Body bytes without transfer coding. A mark that the last piece began is put together first. */
static void body(struct answer *answer, const char *bytes, size_t count, on_mark mark, void *context) {
    answer->body_bytes += count;
    if (!mark) return;
    if (answer->tail_length) {
        char joined[64];
        size_t more = count < MARKED_LENGTH ? count : MARKED_LENGTH;
        memcpy(joined, answer->tail, answer->tail_length);
        memcpy(joined + answer->tail_length, bytes, more);
        size_t length = answer->tail_length + more;
        char *start = memmem(joined, length, MARK, 2);
        if (start && start < joined + answer->tail_length) {
            if (length - (size_t)(start - joined) < MARKED_LENGTH) {
                /* Still not whole: only when pieces are tiny. */
                answer->tail_length = (unsigned)(length - (size_t)(start - joined));
                memmove(answer->tail, start, answer->tail_length);
                return;
            }
            mark_found(answer, start, mark, context);
            size_t used = (size_t)(start - joined) + MARKED_LENGTH - answer->tail_length;
            bytes += used;
            count -= used;
        }
        answer->tail_length = 0;
    }
    search(answer, bytes, count, mark, context);
    size_t last = count < MARKED_LENGTH - 1 ? count : MARKED_LENGTH - 1;
    const char *from = bytes + count - last, *open = NULL;
    for (const char *at = from; at < bytes + count; at++) {
        if (*at == '@' && (at + 1 == bytes + count || at[1] == '@')) {
            open = at;
            break;
        }
    }
    if (open) {
        answer->tail_length = (unsigned)(bytes + count - open);
        memcpy(answer->tail, open, answer->tail_length);
    }
}

/* A whole head of one line after another; what matters of it. */
static int head_line(struct answer *answer) {
    char *line = answer->line;
    if (answer->status == 0) {
        if (strncmp(line, "HTTP/1.", 7) != 0) return -1;
        answer->status = atoi(line + 9);
        return 0;
    }
    if (strncasecmp(line, "content-length:", 15) == 0) answer->left = strtoull(line + 15, NULL, 10);
    if (strncasecmp(line, "transfer-encoding:", 18) == 0) answer->is_chunked = 1;
    return 0;
}

/* Adds to the line as far as it is kept; 1 when the line is complete. */
static int line_byte(struct answer *answer, char byte) {
    if (byte == '\n') {
        if (answer->line_length && answer->line[answer->line_length - 1] == '\r') answer->line_length--;
        answer->line[answer->line_length] = 0;
        return 1;
    }
    if (answer->line_length < sizeof answer->line - 1) answer->line[answer->line_length++] = byte;
    return 0;
}

int answer_take(struct answer *answer, const char *bytes, size_t count, on_mark mark, void *context) {
    const char *end = bytes + count;
    while (bytes < end) {
        switch (answer->phase) {
        case ANSWER_HEAD:
            if (!line_byte(answer, *bytes++)) break;
            if (answer->line_length == 0) {
                answer->phase = answer->is_chunked ? ANSWER_SIZE : ANSWER_LENGTH;
                if (!answer->is_chunked && answer->left == 0) answer->phase = ANSWER_OVER;
            } else if (head_line(answer) < 0) {
                return -1;
            }
            answer->line_length = 0;
            break;
        case ANSWER_LENGTH:
        case ANSWER_DATA: {
            size_t length = (size_t)(end - bytes) < answer->left ? (size_t)(end - bytes) : answer->left;
            body(answer, bytes, length, mark, context);
            bytes += length;
            answer->left -= length;
            if (answer->left == 0) answer->phase = answer->phase == ANSWER_DATA ? ANSWER_DATA_END : ANSWER_OVER;
            break;
        }
        case ANSWER_SIZE:
            if (!line_byte(answer, *bytes++)) break;
            if (!answer->line_length) return -1;
            answer->left = strtoull(answer->line, NULL, 16);
            answer->phase = answer->left ? ANSWER_DATA : ANSWER_TRAILER;
            answer->line_length = 0;
            break;
        case ANSWER_DATA_END:
            if (line_byte(answer, *bytes++)) {
                if (answer->line_length) return -1;
                answer->phase = ANSWER_SIZE;
            }
            break;
        case ANSWER_TRAILER:
            if (line_byte(answer, *bytes++)) {
                if (!answer->line_length) answer->phase = ANSWER_OVER;
                answer->line_length = 0;
            }
            break;
        case ANSWER_OVER: return -1;
        }
    }
    return answer->phase == ANSWER_OVER;
}
