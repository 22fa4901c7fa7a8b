#define _GNU_SOURCE
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(2);
}

void *need(void *memory) {
    if (!memory) die("out of memory");
    return memory;
}

void pin(int core) {
    prctl(PR_SET_TIMERSLACK, 1);
    if (core < 0) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) die("no core %d", core);
}

void raise_descriptors(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int nonblocking(int fd) { return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK); }

void no_delay(int fd) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void reset_on_close(int fd) {
    struct linger linger = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static struct sockaddr_in parse(const char *address) {
    struct sockaddr_in result = {.sin_family = AF_INET};
    char host[64];
    const char *colon = strrchr(address, ':');
    if (!colon || (size_t)(colon - address) >= sizeof host) die("%s is not ADDRESS:PORT", address);
    memcpy(host, address, (size_t)(colon - address));
    host[colon - address] = 0;
    result.sin_port = htons((uint16_t)atoi(colon + 1));
    if (inet_pton(AF_INET, host, &result.sin_addr) != 1) die("%s is not an IPv4 address", host);
    return result;
}

int listen_on(const char *address) {
    struct sockaddr_in name = parse(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&name, sizeof name) != 0 || listen(fd, 4096) != 0)
        die("cannot listen on %s: %s", address, strerror(errno));
    return fd;
}

int connect_to(const char *address) {
    struct sockaddr_in name = parse(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) die("no socket: %s", strerror(errno));
    no_delay(fd);
    if (connect(fd, (struct sockaddr *)&name, sizeof name) != 0 && errno != EINPROGRESS)
        die("cannot connect to %s: %s", address, strerror(errno));
    return fd;
}

int port_of(int fd) {
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    getsockname(fd, (struct sockaddr *)&name, &length);
    return ntohs(name.sin_port);
}

char *whole_file(const char *path, size_t *length) {
    int fd = open(path, O_RDONLY);
    struct stat facts;
    if (fd < 0 || fstat(fd, &facts) != 0) die("cannot read %s: %s", path, strerror(errno));
    char *bytes = need(malloc((size_t)facts.st_size + 1));
    size_t have = 0;
    while (have < (size_t)facts.st_size) {
        ssize_t count = read(fd, bytes + have, (size_t)facts.st_size - have);
        if (count <= 0) die("cannot read %s", path);
        have += (size_t)count;
    }
    close(fd);
    bytes[have] = 0;
    *length = have;
    return bytes;
}

void letters(char *out, uint64_t value, int count) {
    for (int i = count - 1; i >= 0; i--, value >>= 4) out[i] = (char)('a' + (value & 15));
}

uint64_t from_letters(const char *text, int count) {
    uint64_t value = 0;
    for (int i = 0; i < count; i++) value = value << 4 | (uint64_t)((text[i] - 'a') & 15);
    return value;
}

static int bucket(uint64_t value) {
    if (value < 128) return (int)value;
    int shift = 56 - __builtin_clzll(value);
    int index = (shift + 1) * 128 + (int)(value >> shift & 127);
    return index < HISTOGRAM_BUCKETS ? index : HISTOGRAM_BUCKETS - 1;
}

static uint64_t upper_end(int index) {
    if (index < 128) return (uint64_t)index;
    int shift = index / 128 - 1;
    return ((uint64_t)(128 + index % 128 + 1) << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t nanoseconds) {
    histogram->buckets[bucket(nanoseconds)]++;
    histogram->count++;
    if (nanoseconds > histogram->most) histogram->most = nanoseconds;
    if (nanoseconds >= 32000000 && nanoseconds < 50000000) histogram->around_40ms[(nanoseconds - 32000000) / 6000000]++;
}

double histogram_us(const struct histogram *histogram, double share) {
    uint64_t wanted = (uint64_t)((double)histogram->count * share), seen = 0;
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->buckets[i];
        if (seen > wanted) return (double)upper_end(i) / 1e3;
    }
    return (double)histogram->most / 1e3;
}

void histogram_print(FILE *out, const char *name, const struct histogram *histogram) {
    fprintf(out,
            "\"%s\": {\"count\": %lu, \"p50_us\": %.1f, \"p90_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, "
            "\"max_us\": %.1f, \"around_40ms\": [%lu, %lu, %lu]}",
            name, histogram->count, histogram_us(histogram, 0.5), histogram_us(histogram, 0.9),
            histogram_us(histogram, 0.99), histogram_us(histogram, 0.999), (double)histogram->most / 1e3,
            histogram->around_40ms[0], histogram->around_40ms[1], histogram->around_40ms[2]);
}
