/* What a flush costs here: a 4 KiB block of a file that was written before is overwritten, then fdatasync.
   usage: flush FOLDER SECONDS [CORE] */
#define _GNU_SOURCE
#include "common.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 4096, BLOCKS = 4096 };

int main(int argc, char **argv) {
    if (argc < 3) die("usage: flush FOLDER SECONDS [CORE]");
    pin(argc > 3 ? atoi(argv[3]) : -1);
    char path[4096], *block = need(aligned_alloc(BLOCK, BLOCK));
    snprintf(path, sizeof path, "%s/flush-%d", argv[1], getpid());
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) die("cannot write %s", path);
    unlink(path);
    memset(block, 'x', BLOCK);
    for (int i = 0; i < BLOCKS; i++)
        if (pwrite(fd, block, BLOCK, (off_t)i * BLOCK) != BLOCK) die("cannot write %s", path);
    fsync(fd);
    static struct histogram times;
    uint64_t end = now() + (uint64_t)(atof(argv[2]) * 1e9);
    for (int i = 0; now() < end; i = (i + 1) % BLOCKS) {
        uint64_t began = now();
        memcpy(block, &began, sizeof began);
        if (pwrite(fd, block, BLOCK, (off_t)i * BLOCK) != BLOCK || fdatasync(fd) != 0) die("flushing failed");
        histogram_add(&times, now() - began);
    }
    printf("{");
    histogram_print(stdout, "flush", &times);
    printf("}\n");
}
