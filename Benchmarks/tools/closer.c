/* The yardstick of a cut: how long a bare program takes to close COUNT connections with a reset, until the peer has
   seen the last. The peer is a process of its own on another core.
   usage: closer COUNT CORE PEER_CORE */
#define _GNU_SOURCE
#include "common.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void peer(int listener, int count, int ready, int result) {
    int poller = epoll_create1(EPOLL_CLOEXEC), accepted = 0, gone = 0;
    uint64_t last = 0;
    struct epoll_event event = {EPOLLIN, {.fd = listener}};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    while (gone < count) {
        struct epoll_event events[256];
        int number = epoll_wait(poller, events, 256, -1);
        for (int i = 0; i < number; i++) {
            if (events[i].data.fd == listener) {
                int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (fd < 0) continue;
                event.data.fd = fd;
                epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
                if (++accepted == count && write(ready, "x", 1) != 1) exit(2);
                continue;
            }
            char byte;
            if (recv(events[i].data.fd, &byte, 1, 0) < 0 && errno == EAGAIN) continue;
            last = now();
            gone++;
            close(events[i].data.fd);
        }
    }
    if (write(result, &last, sizeof last) != sizeof last) exit(2);
    exit(0);
}

int main(int argc, char **argv) {
    if (argc != 4) die("usage: closer COUNT CORE PEER_CORE");
    int count = atoi(argv[1]), ready[2], result[2];
    raise_descriptors();
    int listener = listen_on("127.0.0.1:0");
    char address[32];
    snprintf(address, sizeof address, "127.0.0.1:%d", port_of(listener));
    if (pipe(ready) || pipe(result)) die("no pipe");
    if (fork() == 0) {
        pin(atoi(argv[3]));
        peer(listener, count, ready[1], result[1]);
    }
    close(ready[1]);
    close(result[1]);
    pin(atoi(argv[2]));
    int *all = need(calloc((size_t)count, sizeof *all));
    for (int i = 0; i < count; i++) {
        all[i] = connect_to(address);
        if (i % 64 == 63) usleep(1000);
    }
    char byte;
    if (read(ready[0], &byte, 1) != 1) die("the peer ended");
    usleep(200000);
    uint64_t began = now(), last;
    for (int i = 0; i < count; i++) {
        reset_on_close(all[i]);
        close(all[i]);
    }
    uint64_t closed = now();
    if (read(result[0], &last, sizeof last) != sizeof last) die("the peer ended");
    printf("{\"count\": %d, \"closed_ms\": %.3f, \"seen_ms\": %.3f}\n", count, (double)(closed - began) / 1e6,
           (double)(last - began) / 1e6);
    wait(NULL);
}
