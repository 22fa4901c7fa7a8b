/* Preloaded into the product: makes one system call on one file fail.
 *
 * PORTCULLIS_FAULT names a file. While it holds a line `CALL ERRNO TEXT`, the first CALL (pwrite or fdatasync) on a
 * descriptor whose path contains TEXT fails with ERRNO, and the file is removed: whoever removes it takes the fault. A
 * failed fdatasync writes nothing, as the kernel's does when the pages are lost. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(const char *call, int descriptor) {
    const char *path = getenv("PORTCULLIS_FAULT");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 0;
    char line[512] = {0}, wanted[16], text[256], link[64], target[512] = {0};
    int number = 0;
    ssize_t length = read(file, line, sizeof line - 1);
    close(file);
    if (length <= 0 || sscanf(line, "%15s %d %255s", wanted, &number, text) != 3 || strcmp(wanted, call)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (readlink(link, target, sizeof target - 1) <= 0 || !strstr(target, text)) return 0;
    if (unlink(path) != 0) return 0;
    errno = number;
    return 1;
}

int fdatasync(int descriptor) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return fails("fdatasync", descriptor) ? -1 : real(descriptor);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real) real = (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
    return fails("pwrite", descriptor) ? -1 : real(descriptor, bytes, count, offset);
}
