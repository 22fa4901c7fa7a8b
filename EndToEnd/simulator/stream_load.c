/* Opens many streams on a simulated vendor at once and measures their times: a reader whose own cost is small.
 *
 *     cc -O2 -o stream_load stream_load.c
 *     ./stream_load PORT STREAMS TOKENS KEY
 *
 * Prints one JSON object: tokens read, how long the streams took from their first token to their last, the longest
 * silence within a stream, all in milliseconds. OpenAI's protocol; the model is gpt-5.5. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct stream {
    int fd;
    int tokens;
    int matched;
    uint64_t first, last, longest_silence;
};

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int compare(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

static void take(struct stream *stream, const char *bytes, ssize_t count) {
    static const char mark[] = "\"delta\":{\"content\":\"";
    uint64_t time = now();
    for (ssize_t i = 0; i < count; i++) {
        if (bytes[i] != mark[stream->matched]) {
            stream->matched = bytes[i] == mark[0];
            continue;
        }
        if (mark[++stream->matched] != 0) continue;
        stream->matched = 0;
        if (stream->tokens == 0) stream->first = time;
        else if (time - stream->last > stream->longest_silence) stream->longest_silence = time - stream->last;
        stream->last = time;
        stream->tokens++;
    }
}

/* Begins to connect; never waits, for the streams that are open must be read meanwhile. */
static int begin(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0 || (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS)) {
        perror("connect");
        exit(1);
    }
    return fd;
}

static void ask(int fd, int tokens, const char *key) {
    char body[256], request[1024];
    int length = snprintf(body, sizeof body,
                          "{\"model\":\"gpt-5.5\",\"stream\":true,\"max_tokens\":%d,\"messages\":[{\"role\":\"user\","
                          "\"content\":\"load\"}]}", tokens);
    int total = snprintf(request, sizeof request,
                         "POST /v1/chat/completions HTTP/1.1\r\nhost: load\r\nauthorization: Bearer %s\r\n"
                         "content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s",
                         key, length, body);
    if (write(fd, request, (size_t)total) != total) {
        perror("request");
        exit(1);
    }
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: stream_load PORT STREAMS TOKENS KEY\n");
        return 2;
    }
    int count = atoi(argv[2]), tokens = atoi(argv[3]);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    struct stream *streams = calloc((size_t)count, sizeof *streams);
    int epoll = epoll_create1(0);
    static char buffer[1 << 16];
    struct epoll_event events[512];
    int open = 0, opened = 0;
    while (opened < count || open > 0) {
        /* A few at a time, so that those which are open are read meanwhile. */
        for (int burst = 0; burst < 20 && opened < count; burst++, opened++, open++) {
            streams[opened].fd = begin(atoi(argv[1]));
            struct epoll_event event = {.events = EPOLLOUT, .data.u32 = (uint32_t)opened};
            epoll_ctl(epoll, EPOLL_CTL_ADD, streams[opened].fd, &event);
        }
        int ready = epoll_wait(epoll, events, 512, opened < count ? 0 : 2000);
        if (ready == 0 && opened == count) break;
        for (int i = 0; i < ready; i++) {
            struct stream *stream = &streams[events[i].data.u32];
            if (events[i].events & EPOLLOUT) {
                ask(stream->fd, tokens, argv[4]);
                struct epoll_event event = {.events = EPOLLIN, .data.u32 = events[i].data.u32};
                epoll_ctl(epoll, EPOLL_CTL_MOD, stream->fd, &event);
                continue;
            }
            ssize_t got = read(stream->fd, buffer, sizeof buffer);
            if (got > 0) take(stream, buffer, got);
            else if (got == 0 || errno != EAGAIN) {
                close(stream->fd);
                open--;
            }
        }
    }
    uint64_t *spans = calloc((size_t)count, sizeof *spans), *silences = calloc((size_t)count, sizeof *silences);
    long total = 0;
    int complete = 0;
    for (int i = 0; i < count; i++) {
        total += streams[i].tokens;
        complete += streams[i].tokens == tokens;
        spans[i] = streams[i].last - streams[i].first;
        silences[i] = streams[i].longest_silence;
    }
    qsort(spans, (size_t)count, sizeof *spans, compare);
    qsort(silences, (size_t)count, sizeof *silences, compare);
    printf("{\"streams\":%d,\"complete\":%d,\"unfinished\":%d,\"tokens\":%ld,\"span_ms\":{\"min\":%.1f,\"p50\":%.1f,"
           "\"p99\":%.1f,\"max\":%.1f},\"longest_silence_ms\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}}\n",
           count, complete, open, total, spans[0] / 1e6, spans[count / 2] / 1e6, spans[count * 99 / 100] / 1e6,
           spans[count - 1] / 1e6, silences[count / 2] / 1e6, silences[count * 99 / 100] / 1e6,
           silences[count - 1] / 1e6);
    return complete == count ? 0 : 1;
}
