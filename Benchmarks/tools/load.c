/* Requests over kept connections, one after another on each (closed loop), or at a fixed rate (open loop), where a
   latency counts from the moment at which the request was due, so that a stall is seen by all that it delays.

   usage: load --to ADDRESS:PORT --request FILE [--connections 1] [--rate PER_SECOND] [--warm SECONDS]
               [--seconds SECONDS] [--core N] [--tls]
   The file holds the request's bytes, head and body. One line of JSON. Status 1 when anything but 200 came back. */
#define _GNU_SOURCE
#include "common.h"
#include "wire.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

struct client {
    struct wire wire;
    struct answer answer;
    size_t sent;
    uint64_t due; /* of the request under way */
    char is_busy, has_first;
};

static const char *to;
static char *request;
static size_t request_length;
static SSL_CTX *context;
static int poller;
static uint64_t measure_from, measured, all, failures, wrong, gaps;
static struct histogram latency, first, relay;
static struct client *clients, **idle;
static int idle_count;
static char last_refusal[512];

static void stamped(void *which, uint64_t stamp) {
    struct client *client = which;
    uint64_t current = now();
    if (client->due < measure_from) return;
    histogram_add(&relay, current - stamp);
}

static void watch(struct client *client, int operation, uint32_t events) {
    struct epoll_event event = {events, {.ptr = client}};
    epoll_ctl(poller, operation, client->wire.fd, &event);
}

static void open_client(struct client *client) {
    memset(client, 0, sizeof *client);
    wire_open(&client->wire, to, context);
    watch(client, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

static void push(struct client *client) {
    while (client->sent < request_length) {
        long count = wire_write(&client->wire, request + client->sent, request_length - client->sent);
        if (count == -1) return watch(client, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
        if (count < 0) return;
        client->sent += (size_t)count;
    }
}

static void start(struct client *client, uint64_t due) {
    memset(&client->answer, 0, sizeof client->answer);
    client->sent = 0;
    client->due = due;
    client->is_busy = 1;
    client->has_first = 0;
    push(client);
}

static void broken(struct client *client) {
    failures++;
    if (failures > 1000) die("more than 1000 failures; last: %s", last_refusal);
    wire_close(&client->wire, 1);
    open_client(client);
}

static void over(struct client *client) {
    uint64_t current = now();
    if (client->answer.status != 200) wrong++;
    gaps += client->answer.gaps;
    all++;
    if (client->due >= measure_from) {
        histogram_add(&latency, current - client->due);
        measured++;
    }
    client->is_busy = 0;
    idle[idle_count++] = client;
}

static void receive(struct client *client) {
    static char bytes[256 << 10];
    do {
        long count = wire_read(&client->wire, bytes, sizeof bytes);
        if (count == -1) return;
        if (count <= 0) return broken(client);
        if (!client->is_busy) return broken(client);
        if (!client->has_first) {
            client->has_first = 1;
            if (client->due >= measure_from) histogram_add(&first, now() - client->due);
        }
        int result = answer_take(&client->answer, bytes, (size_t)count, stamped, client);
        if (client->answer.status != 200 && client->answer.status) {
            size_t length = (size_t)count < sizeof last_refusal - 1 ? (size_t)count : sizeof last_refusal - 1;
            memcpy(last_refusal, bytes, length);
            last_refusal[length] = 0;
            if (wrong == 0 && failures == 0) fprintf(stderr, "%s\n", last_refusal);
        }
        if (result < 0) return broken(client);
        if (result) over(client);
    } while (wire_has_more(&client->wire));
}

static void event(struct client *client, uint32_t events) {
    if (client->wire.state != WIRE_READY) {
        wire_progress(&client->wire);
        if (client->wire.state == WIRE_READY) {
            watch(client, EPOLL_CTL_MOD, EPOLLIN);
            idle[idle_count++] = client;
        } else {
            watch(client, EPOLL_CTL_MOD, EPOLLIN);
        }
        return;
    }
    if (events & EPOLLOUT) {
        watch(client, EPOLL_CTL_MOD, EPOLLIN);
        if (client->is_busy) push(client);
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(client);
}

int main(int argc, char **argv) {
    int count = 1, core = -1;
    double rate = 0, warm = 0.5, seconds = 2;
    static const struct option options[] = {
        {"to", 1, 0, 't'},   {"request", 1, 0, 'r'}, {"connections", 1, 0, 'c'}, {"rate", 1, 0, 'q'}, {"warm", 1, 0, 'w'},
        {"seconds", 1, 0, 's'}, {"core", 1, 0, 'p'}, {"tls", 0, 0, 'x'},         {0, 0, 0, 0}};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 't': to = optarg; break;
        case 'r': request = whole_file(optarg, &request_length); break;
        case 'c': count = atoi(optarg); break;
        case 'q': rate = atof(optarg); break;
        case 'w': warm = atof(optarg); break;
        case 's': seconds = atof(optarg); break;
        case 'p': core = atoi(optarg); break;
        case 'x': context = wire_tls_context(); break;
        default: die("see the head of load.c");
        }
    }
    if (!to || !request || count < 1) die("--to and --request are needed");
    signal(SIGPIPE, SIG_IGN);
    pin(core);
    raise_descriptors();
    poller = epoll_create1(EPOLL_CLOEXEC);
    clients = need(calloc((size_t)count, sizeof *clients));
    idle = need(calloc((size_t)count, sizeof *idle));
    for (int i = 0; i < count; i++) open_client(&clients[i]);
    struct epoll_event events[256];
    uint64_t patience = now() + 10 * SECOND;
    while (idle_count < count) {
        if (now() > patience) die("%s does not take %d connections", to, count);
        int ready = epoll_wait(poller, events, 256, 1000);
        for (int i = 0; i < ready; i++) event(events[i].data.ptr, events[i].events);
    }
    uint64_t began = now(), due = began, most_late = 0, end;
    double step = rate > 0 ? 1e9 / rate : 0, position = 0;
    measure_from = began + (uint64_t)(warm * 1e9);
    end = measure_from + (uint64_t)(seconds * 1e9);
    while (1) {
        uint64_t current = now();
        if (current >= end) break;
        while (idle_count > 0 && (rate <= 0 || due <= current)) {
            if (rate > 0) {
                if (current - due > most_late) most_late = current - due;
                start(idle[--idle_count], due);
                position += step;
                due = began + (uint64_t)position;
            } else {
                start(idle[--idle_count], now());
            }
        }
        struct timespec wait = {1, 0};
        if (rate > 0 && idle_count > 0) {
            uint64_t left = due > current ? due - current : 0;
            wait = (struct timespec){(time_t)(left / SECOND), (long)(left % SECOND)};
        }
        int ready = epoll_pwait2(poller, events, 256, &wait, NULL);
        for (int i = 0; i < ready; i++) event(events[i].data.ptr, events[i].events);
    }
    /* What is due and was not answered counts with the time that it has waited: a stall at the end must be seen. */
    uint64_t stop = now(), unanswered = 0;
    for (int i = 0; i < count; i++)
        if (clients[i].is_busy && rate > 0 && clients[i].due >= measure_from && stop - clients[i].due > SECOND / 10) {
            histogram_add(&latency, stop - clients[i].due);
            unanswered++;
        }
    printf("{\"requests\": %lu, \"all\": %lu, \"per_second\": %.1f, \"failures\": %lu, \"wrong\": %lu, \"gaps\": %lu, \"unanswered\": %lu, "
           "\"most_late_us\": %.1f, ",
           measured, all, (double)measured / ((double)(stop - measure_from) / 1e9), failures, wrong, gaps, unanswered,
           (double)most_late / 1e3);
    histogram_print(stdout, "latency", &latency);
    printf(", ");
    histogram_print(stdout, "first", &first);
    printf(", ");
    histogram_print(stdout, "relay", &relay);
    printf("}\n");
    return failures || wrong || gaps ? 1 : 0;
}
