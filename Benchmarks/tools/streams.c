/* Many open streams at once. Each chunk says when it was sent and which number it has: the time it took to come here,
   and whether one is missing, are known for every one.

   usage: streams --to ADDRESS:PORT --group COUNT:FILE [--group …] [--opening PER_SECOND] [--core N] [--tls]
   A FILE holds a request's bytes. Commands on standard input, a line each; answers on standard output, a line of JSON:
   opened  waits until every stream has its first chunk, or has ended
   mark    forgets the latencies so far
   report  the figures
   quit */
#define _GNU_SOURCE
#include "common.h"
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { GROUPS = 8 };

struct group {
    char *request;
    size_t length;
    int count;
    /* Of all its streams. */
    uint64_t begun, refused, ended_whole, aborted, reset, errors, gaps, chunks, last_content, last_end;
};

struct stream {
    struct wire wire;
    struct answer answer;
    struct group *group;
    size_t sent;
    uint64_t last_content;
    char is_open, is_counted;
};

static struct group groups[GROUPS];
static int group_count, poller, total, opened, over, answered;
static struct stream *streams;
static SSL_CTX *context;
static const char *to;
static struct histogram relay;
static char refusal[400];

static void watch(struct stream *stream, int operation, uint32_t events) {
    struct epoll_event event = {events, {.ptr = stream}};
    epoll_ctl(poller, operation, stream->wire.fd, &event);
}

static void begun(struct stream *stream) {
    if (stream->is_counted) return;
    stream->is_counted = 1;
    answered++;
    if (stream->answer.status == 200) stream->group->begun++;
}

static void stamped(void *which, uint64_t stamp) {
    struct stream *stream = which;
    uint64_t current = now();
    begun(stream);
    histogram_add(&relay, current - stamp);
    stream->last_content = current;
    stream->group->chunks++;
    if (current > stream->group->last_content) stream->group->last_content = current;
}

static void ended(struct stream *stream, uint64_t *how) {
    begun(stream);
    stream->is_open = 0;
    stream->group->last_end = now();
    stream->group->gaps += stream->answer.gaps;
    stream->group->errors += (uint64_t)(stream->answer.has_error && stream->answer.status == 200);
    ++*how;
    over++;
    wire_close(&stream->wire, 1);
}

static void push(struct stream *stream) {
    while (stream->sent < stream->group->length) {
        const char *rest = stream->group->request + stream->sent;
        long count = wire_write(&stream->wire, rest, stream->group->length - stream->sent);
        if (count == -1) return watch(stream, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
        if (count < 0) return;
        stream->sent += (size_t)count;
    }
    watch(stream, EPOLL_CTL_MOD, EPOLLIN);
}

static void receive(struct stream *stream) {
    static char bytes[256 << 10];
    do {
        long count = wire_read(&stream->wire, bytes, sizeof bytes);
        if (count == -1) return;
        if (count == -2) return ended(stream, &stream->group->reset);
        if (count == 0) return ended(stream, &stream->group->aborted);
        int result = answer_take(&stream->answer, bytes, (size_t)count, stamped, stream);
        if (result == 0) continue;
        if (stream->answer.status != 200) {
            if (!refusal[0]) snprintf(refusal, sizeof refusal, "%.*s", (int)count, bytes);
            return ended(stream, &stream->group->refused);
        }
        return ended(stream, result < 0 ? &stream->group->aborted : &stream->group->ended_whole);
    } while (wire_has_more(&stream->wire));
}

static void event(struct stream *stream, uint32_t events) {
    if (!stream->is_open) return;
    if (stream->wire.state != WIRE_READY) {
        wire_progress(&stream->wire);
        if (stream->wire.state == WIRE_READY)
            push(stream);
        else
            watch(stream, EPOLL_CTL_MOD, EPOLLIN);
        return;
    }
    if (events & EPOLLOUT) push(stream);
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(stream);
}

static void open_next(void) {
    struct stream *stream = &streams[opened];
    int position = opened++;
    /* Groups are mixed, each evenly over the whole: one of ten is every tenth. */
    for (int i = 0; i < group_count; i++) {
        struct group *group = &groups[i];
        int before = (int)((int64_t)group->count * position / total);
        int after = (int)((int64_t)group->count * (position + 1) / total);
        if (after > before || i == group_count - 1) {
            stream->group = group;
            break;
        }
    }
    wire_open(&stream->wire, to, context);
    stream->is_open = 1;
    watch(stream, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

static void report(void) {
    printf("{\"now\": %lu, \"opened\": %d, \"answered\": %d, \"over\": %d, ", now(), opened, answered, over);
    histogram_print(stdout, "relay", &relay);
    printf(", \"groups\": [");
    for (int i = 0; i < group_count; i++) {
        struct group *group = &groups[i];
        uint64_t gaps = group->gaps, live = 0, oldest = UINT64_MAX;
        for (int k = 0; k < total; k++) {
            if (streams[k].group != group || !streams[k].is_open) continue;
            live++;
            gaps += streams[k].answer.gaps;
            if (streams[k].last_content < oldest) oldest = streams[k].last_content;
        }
        printf("%s{\"count\": %d, \"begun\": %lu, \"open\": %lu, \"refused\": %lu, \"whole\": %lu, \"aborted\": %lu, "
               "\"reset\": %lu, \"errors\": %lu, \"gaps\": %lu, \"chunks\": %lu, \"last_content\": %lu, "
               "\"last_end\": %lu, \"oldest_content\": %lu}",
               i ? ", " : "", group->count, group->begun, live, group->refused, group->ended_whole, group->aborted,
               group->reset, group->errors, gaps, group->chunks, group->last_content, group->last_end,
               live ? oldest : 0);
    }
    printf("]}\n");
    fflush(stdout);
}

int main(int argc, char **argv) {
    int core = -1;
    double opening = 1000;
    static const struct option options[] = {{"to", 1, 0, 't'},   {"group", 1, 0, 'g'}, {"opening", 1, 0, 'o'},
                                            {"core", 1, 0, 'p'}, {"tls", 0, 0, 'x'},   {0, 0, 0, 0}};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 't': to = optarg; break;
        case 'g': {
            char *colon = strchr(optarg, ':');
            if (!colon || group_count == GROUPS) die("--group COUNT:FILE");
            struct group *group = &groups[group_count++];
            group->count = atoi(optarg);
            group->request = whole_file(colon + 1, &group->length);
            total += group->count;
            break;
        }
        case 'o': opening = atof(optarg); break;
        case 'p': core = atoi(optarg); break;
        case 'x': context = wire_tls_context(); break;
        default: die("see the head of streams.c");
        }
    }
    if (!to || !total) die("--to and --group are needed");
    signal(SIGPIPE, SIG_IGN);
    pin(core);
    raise_descriptors();
    poller = epoll_create1(EPOLL_CLOEXEC);
    streams = need(calloc((size_t)total, sizeof *streams));
    nonblocking(0);
    struct epoll_event event_of_input = {EPOLLIN, {.ptr = NULL}};
    epoll_ctl(poller, EPOLL_CTL_ADD, 0, &event_of_input);
    uint64_t began = now();
    int waits_for_opened = 0;
    while (1) {
        uint64_t current = now();
        int wanted = (int)((double)(current - began) / 1e9 * opening);
        for (int burst = 0; opened < total && burst < 32 && opened < wanted; burst++) open_next();
        struct epoll_event events[256];
        struct timespec wait = {1, 0};
        if (opened < total) wait = (struct timespec){0, 1000000};
        int ready = epoll_pwait2(poller, events, 256, &wait, NULL);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.ptr) {
                event(events[i].data.ptr, events[i].events);
                continue;
            }
            char command[256];
            ssize_t count = read(0, command, sizeof command - 1);
            if (count == 0) return 0;
            if (count < 0) continue;
            command[count] = 0;
            if (strstr(command, "quit")) return 0;
            if (strstr(command, "opened")) waits_for_opened = 1;
            if (strstr(command, "mark")) memset(&relay, 0, sizeof relay);
            if (strstr(command, "report")) report();
            if (strstr(command, "mark")) printf("{}\n"), fflush(stdout);
        }
        if (waits_for_opened && answered == total) {
            waits_for_opened = 0;
            if (refusal[0]) fprintf(stderr, "%s\n", refusal);
            report();
        }
    }
}
