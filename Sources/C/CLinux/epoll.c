#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t datum) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = events;
    event.data.u64 = datum;
    return epoll_ctl(epoll, operation, fd, &event);
}

int portcullis_epoll_add(int epoll, int fd, uint32_t events, uint64_t datum) {
    return control(epoll, EPOLL_CTL_ADD, fd, events, datum);
}

int portcullis_epoll_modify(int epoll, int fd, uint32_t events, uint64_t datum) {
    return control(epoll, EPOLL_CTL_MOD, fd, events, datum);
}

int portcullis_epoll_delete(int epoll, int fd) { return control(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

int portcullis_epoll_wait(int epoll, uint32_t *events, uint64_t *data, int capacity, int timeout_milliseconds) {
    enum { most = 256 };
    struct epoll_event ready[most];
    if (capacity > most) capacity = most;
    int count = epoll_wait(epoll, ready, capacity, timeout_milliseconds);
    for (int i = 0; i < count; i++) {
        events[i] = ready[i].events;
        data[i] = ready[i].data.u64;
    }
    return count;
}

int portcullis_open(const char *path, int flags, uint32_t mode) { return open(path, flags, (mode_t)mode); }

int portcullis_fcntl_setfd_cloexec(int fd, int on) { return fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0); }
