/* The one vendor of all paths: checks that it is asked as a vendor must be, and answers OpenAI's chat completions and
   Anthropic's Messages. How is said in the request's text, since that is what every path hands on unchanged:
   "mock:INTERVAL_US,CHUNKS,DELAY_US." A whole answer has 2 KB; a stream has CHUNKS chunks, the first at a random phase of
   the interval (with 0: all at once), each with the time at which it was sent.

   usage: mock ADDRESS:PORT CORE
   GET /mock/counts, GET /mock/ends (a line a stream: group, how it ended, when), POST /mock/clear. */
#define _GNU_SOURCE
#include "common.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST = 4 << 20, SHARED = 256 << 10 };

struct peer {
    int fd, heap_index;
    char *inbound; /* only while a request is incomplete */
    size_t have, room;
    uint64_t due, interval;
    uint32_t left, sent;
    char is_streaming, is_anthropic, is_delayed;
    uint64_t owed; /* of this request: when a delayed whole answer is to go out */
};

struct end {
    uint64_t at;
    char group, how; /* r reset, c closed by the peer, e ended by itself, b broken: a chunk did not fit */
};

static int poller;
static char shared[SHARED];
static struct peer **heap;
static int heap_count, heap_room;
static struct end *ends;
static size_t ends_count, ends_room;
static uint64_t requests, bad, streams_open, chunks, connections;
static char bad_reason[256];
static char whole_openai[4096], whole_anthropic[4096];
static int whole_openai_length, whole_anthropic_length;

/* MARK: The heap of streams by the time of their next chunk */

static void place(struct peer *peer, int index) {
    heap[index] = peer;
    peer->heap_index = index;
}

static void sift(int index) {
    struct peer *peer = heap[index];
    while (index > 0 && heap[(index - 1) / 2]->due > peer->due) {
        place(heap[(index - 1) / 2], index);
        index = (index - 1) / 2;
    }
    while (1) {
        int child = 2 * index + 1;
        if (child >= heap_count) break;
        if (child + 1 < heap_count && heap[child + 1]->due < heap[child]->due) child++;
        if (heap[child]->due >= peer->due) break;
        place(heap[child], index);
        index = child;
    }
    place(peer, index);
}

static void heap_add(struct peer *peer) {
    if (heap_count == heap_room) {
        heap_room = heap_room ? 2 * heap_room : 1024;
        heap = need(realloc(heap, (size_t)heap_room * sizeof *heap));
    }
    heap[heap_count] = peer;
    peer->heap_index = heap_count++;
    sift(peer->heap_index);
}

static void heap_remove(struct peer *peer) {
    int index = peer->heap_index;
    if (index < 0) return;
    peer->heap_index = -1;
    struct peer *last = heap[--heap_count];
    if (last == peer) return;
    place(last, index);
    sift(index);
}

/* MARK: Ends */

static void stream_over(struct peer *peer, char how) {
    heap_remove(peer);
    if (!peer->is_streaming) return;
    peer->is_streaming = 0;
    streams_open--;
    if (ends_count == ends_room) {
        ends_room = ends_room ? 2 * ends_room : 4096;
        ends = need(realloc(ends, ends_room * sizeof *ends));
    }
    ends[ends_count++] = (struct end){now(), peer->is_anthropic ? 'a' : 'o', how};
}

static void drop(struct peer *peer, char how) {
    stream_over(peer, how);
    close(peer->fd);
    free(peer->inbound);
    free(peer);
    connections--;
}

/* MARK: Answers */

/* Answers are small against a socket's buffer; one that does not fit means that the reader has stopped for long. */
static int send_all(struct peer *peer, const char *bytes, size_t length) {
    ssize_t count = send(peer->fd, bytes, length, MSG_NOSIGNAL);
    if (count == (ssize_t)length) return 1;
    return 0;
}

static const char head_stream[] =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\nx-request-id: req-mock\r\n"
    "transfer-encoding: chunked\r\n\r\n";

static int framed(char *out, const char *body, int length) { return sprintf(out, "%x\r\n%.*s\r\n", length, length, body); }

static int opening(struct peer *peer, char *out) {
    int length = sprintf(out, "%s", head_stream);
    if (!peer->is_anthropic) return length;
    static const char start[] =
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_mock\",\"type\":\"message\","
        "\"role\":\"assistant\",\"model\":\"mock\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
        "\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":"
        "\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
    return length + framed(out + length, start, sizeof start - 1);
}

static int chunk(struct peer *peer, char *out) {
    char text[MARKED_LENGTH + 1], body[512];
    memcpy(text, MARK, 2);
    letters(text + 2, now(), STAMP_LETTERS);
    letters(text + 2 + STAMP_LETTERS, peer->sent++, NUMBER_LETTERS);
    text[MARKED_LENGTH] = 0;
    int length = peer->is_anthropic
                     ? sprintf(body,
                               "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                               "\"delta\":{\"type\":\"text_delta\",\"text\":\"%s of the answer \"}}\n\n",
                               text)
                     : sprintf(body,
                               "data: {\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion.chunk\",\"created\":"
                               "1760000000,\"model\":\"mock\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s of "
                               "the answer \"},\"finish_reason\":null}]}\n\n",
                               text);
    chunks++;
    return framed(out, body, length);
}

static int closing(struct peer *peer, char *out) {
    static const char openai[] =
        "data: {\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"mock\","
        "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: {\"id\":\"chatcmpl-mock\","
        "\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"mock\",\"choices\":[],\"usage\":"
        "{\"prompt_tokens\":9,\"completion_tokens\":9,\"total_tokens\":18}}\n\ndata: [DONE]\n\n";
    static const char anthropic[] =
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: message_delta\ndata: "
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":"
        "{\"output_tokens\":9}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    int length = peer->is_anthropic ? framed(out, anthropic, sizeof anthropic - 1)
                                    : framed(out, openai, sizeof openai - 1);
    return length + sprintf(out + length, "0\r\n\r\n");
}

static void make_whole(void) {
    char text[1600], body[3072];
    for (int i = 0; i < (int)sizeof text - 1; i++) text[i] = "the answer in plain words "[i % 26];
    text[sizeof text - 1] = 0;
    static const char head[] =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req-mock\r\ncontent-length: %d\r\n\r\n%s";
    int length = sprintf(body,
                         "{\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion\",\"created\":1760000000,\"model\":\"mock\","
                         "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":"
                         "null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,"
                         "\"completion_tokens\":9,\"total_tokens\":18},\"system_fingerprint\":\"fp_mock\"}",
                         text);
    whole_openai_length = sprintf(whole_openai, head, length, body);
    length = sprintf(body,
                     "{\"id\":\"msg_mock\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"mock\",\"content\":[{"
                     "\"type\":\"text\",\"text\":\"%s\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{"
                     "\"input_tokens\":9,\"output_tokens\":9}}",
                     text);
    whole_anthropic_length = sprintf(whole_anthropic, head, length, body);
}

static int answer_whole(struct peer *peer) {
    return peer->is_anthropic ? send_all(peer, whole_anthropic, (size_t)whole_anthropic_length)
                              : send_all(peer, whole_openai, (size_t)whole_openai_length);
}

/* The next chunk of a stream, or its end. False when the connection is to be dropped. */
static int step(struct peer *peer) {
    char out[2048];
    if (peer->is_delayed) {
        heap_remove(peer);
        peer->is_delayed = 0;
        return answer_whole(peer);
    }
    if (peer->left == 0) {
        if (!send_all(peer, out, (size_t)closing(peer, out))) return 0;
        stream_over(peer, 'e');
        return 1;
    }
    if (!send_all(peer, out, (size_t)chunk(peer, out))) return 0;
    peer->left--;
    peer->due += peer->interval;
    sift(peer->heap_index);
    return 1;
}

static int answer_stream(struct peer *peer) {
    char out[4096];
    peer->sent = 0;
    peer->is_streaming = 1;
    streams_open++;
    if (!send_all(peer, out, (size_t)opening(peer, out))) return 0;
    peer->due = now() + (peer->interval ? (uint64_t)random() % peer->interval : 0);
    heap_add(peer);
    return 1;
}

/* MARK: Requests */

static void refuse(struct peer *peer, const char *reason) {
    static const char answer[] = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    bad++;
    snprintf(bad_reason, sizeof bad_reason, "%s", reason);
    send_all(peer, answer, sizeof answer - 1);
}

static void report(struct peer *peer, int with_ends) {
    size_t room = 4096 + (with_ends ? ends_count * 40 : 0);
    char *body = need(malloc(room)), head[128];
    int length = 0;
    if (with_ends)
        for (size_t i = 0; i < ends_count; i++)
            length += sprintf(body + length, "%c %c %lu\n", ends[i].group, ends[i].how, ends[i].at);
    else
        length = sprintf(body,
                         "{\"requests\": %lu, \"bad\": %lu, \"bad_reason\": \"%s\", \"streams_open\": %lu, \"chunks\": "
                         "%lu, \"connections\": %lu, \"ends\": %zu}\n",
                         requests, bad, bad_reason, streams_open, chunks, connections, ends_count);
    int head_length = sprintf(head, "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: %d\r\n\r\n", length);
    /* Asked between measurements only, so this may wait for the reader. */
    for (int part = 0; part < 2; part++) {
        const char *bytes = part ? body : head;
        int left = part ? length : head_length;
        while (left > 0) {
            ssize_t count = send(peer->fd, bytes, (size_t)left, MSG_NOSIGNAL);
            if (count < 0 && errno != EAGAIN) left = 0;
            if (count > 0) {
                bytes += count;
                left -= (int)count;
            }
        }
    }
    free(body);
}

static const char *field(const char *head, const char *end, const char *name) {
    size_t length = strlen(name);
    for (const char *line = head; line && line < end;) {
        line = memchr(line, '\n', (size_t)(end - line));
        if (!line++) break;
        if ((size_t)(end - line) > length && strncasecmp(line, name, length) == 0 && line[length] == ':') {
            line += length + 1;
            while (*line == ' ') line++;
            return line;
        }
    }
    return NULL;
}

/* One request that is here as a whole. False when the connection is to be dropped. */
static int take(struct peer *peer, const char *head, size_t head_length, const char *body, size_t length) {
    const char *end = head + head_length;
    if (strncmp(head, "GET /mock/counts ", 17) == 0) return report(peer, 0), 1;
    if (strncmp(head, "GET /mock/ends ", 15) == 0) return report(peer, 1), 1;
    if (strncmp(head, "POST /mock/clear ", 17) == 0) {
        ends_count = requests = bad = chunks = 0;
        bad_reason[0] = 0;
        return report(peer, 0), 1;
    }
    requests++;
    const char *line_end = memchr(head, '\r', head_length);
    int path = (int)(line_end - head) - 9;
    int is_openai = path > 21 && memcmp(head + path - 17, "/chat/completions", 17) == 0;
    peer->is_anthropic = path > 14 && memcmp(head + path - 12, "/v1/messages", 12) == 0;
    if (strncmp(head, "POST /", 6) != 0) return refuse(peer, "not a POST"), 1;
    if (!is_openai && !peer->is_anthropic) return refuse(peer, "another path"), 1;
    const char *type = field(head, end, "content-type");
    if (!type || strncmp(type, "application/json", 16) != 0) return refuse(peer, "no JSON content-type"), 1;
    if (!field(head, end, "host")) return refuse(peer, "no host"), 1;
    if (length < 2 || body[0] != '{' || body[length - 1] != '}') return refuse(peer, "body is not an object"), 1;
    const char *model = memmem(body, length, "\"model\"", 7);
    if (!model || !memmem(body, length, "\"messages\"", 10)) return refuse(peer, "no model or messages"), 1;
    const char *play = memmem(body, length, "mock:", 5);
    if (!play) return refuse(peer, "the text that says how to answer is gone"), 1;
    char *after;
    uint64_t interval = strtoull(play + 5, &after, 10) * 1000;
    uint64_t count = *after == ',' ? strtoull(after + 1, &after, 10) : 0;
    uint64_t delay = *after == ',' ? strtoull(after + 1, &after, 10) * 1000 : 0;
    if (*after != '.') return refuse(peer, "the text that says how to answer is damaged"), 1;
    int streams = memmem(body, length, "\"stream\":true", 13) || memmem(body, length, "\"stream\": true", 14);
    if (streams) {
        peer->interval = interval;
        peer->left = (uint32_t)count;
        return answer_stream(peer);
    }
    if (!delay) return answer_whole(peer);
    peer->is_delayed = 1;
    peer->due = now() + delay;
    heap_add(peer);
    return 1;
}

/* Whole requests at the start of `bytes`; returns how many bytes they have, or -1 to drop. */
static ssize_t parse(struct peer *peer, char *bytes, size_t have) {
    size_t used = 0;
    while (used < have) {
        char *head = bytes + used, *end = memmem(head, have - used, "\r\n\r\n", 4);
        if (!end) break;
        size_t head_length = (size_t)(end - head) + 4, length = 0;
        const char *declared = field(head, end, "content-length");
        if (declared) length = strtoull(declared, NULL, 10);
        if (!declared && field(head, end, "transfer-encoding")) {
            bad++;
            snprintf(bad_reason, sizeof bad_reason, "a chunked request");
            return -1;
        }
        if (length > LARGEST) return -1;
        if (have - used < head_length + length) break;
        if (!take(peer, head, head_length, head + head_length, length)) return -1;
        used += head_length + length;
    }
    return (ssize_t)used;
}

static void keep(struct peer *peer, const char *bytes, size_t count) {
    if (peer->have + count > peer->room) {
        peer->room = 2 * (peer->have + count);
        peer->inbound = need(realloc(peer->inbound, peer->room));
    }
    memcpy(peer->inbound + peer->have, bytes, count);
    peer->have += count;
}

static void readable(struct peer *peer) {
    ssize_t count = recv(peer->fd, shared, sizeof shared, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) return drop(peer, 'r');
    if (count == 0) return drop(peer, 'c');
    if (!peer->have) {
        ssize_t used = parse(peer, shared, (size_t)count);
        if (used < 0) return drop(peer, 'b');
        if (used < count) keep(peer, shared + used, (size_t)(count - used));
        return;
    }
    keep(peer, shared, (size_t)count);
    ssize_t used = parse(peer, peer->inbound, peer->have);
    if (used < 0) return drop(peer, 'b');
    memmove(peer->inbound, peer->inbound + used, peer->have - (size_t)used);
    peer->have -= (size_t)used;
    if (!peer->have) {
        free(peer->inbound);
        peer->inbound = NULL;
        peer->room = 0;
    }
}

static void accept_all(int listener) {
    for (int i = 0; i < 256; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        no_delay(fd);
        /* No TIME_WAIT from thousands of streams a run. */
        struct peer *peer = need(calloc(1, sizeof *peer));
        peer->fd = fd;
        peer->heap_index = -1;
        struct epoll_event event = {EPOLLIN, {.ptr = peer}};
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
        connections++;
    }
}

int main(int argc, char **argv) {
    if (argc != 3) die("usage: mock ADDRESS:PORT CORE");
    signal(SIGPIPE, SIG_IGN);
    pin(atoi(argv[2]));
    raise_descriptors();
    make_whole();
    srandom(1);
    int listener = listen_on(argv[1]);
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {EPOLLIN, {.ptr = NULL}};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    printf("%d\n", port_of(listener));
    fflush(stdout);
    while (1) {
        struct epoll_event events[256];
        struct timespec wait = {0, 0};
        if (heap_count) {
            uint64_t current = now();
            if (heap[0]->due > current) {
                uint64_t left = heap[0]->due - current;
                wait.tv_sec = (time_t)(left / SECOND);
                wait.tv_nsec = (long)(left % SECOND);
            }
        }
        int count = epoll_pwait2(poller, events, 256, heap_count ? &wait : NULL, NULL);
        for (int i = 0; i < count; i++) {
            if (!events[i].data.ptr)
                accept_all(listener);
            else
                readable(events[i].data.ptr);
        }
        /* A bound, so that a burst of chunks does not hold the requests back. */
        for (int i = 0; i < 64 && heap_count && heap[0]->due <= now(); i++) {
            struct peer *peer = heap[0];
            if (!step(peer)) drop(peer, 'b');
        }
    }
}
