/* Counts allocations of a process from outside: LD_PRELOAD this, and PORTCULLIS_ALLOCATIONS names a file of SLOTS pairs
   (process, count) that whoever measures maps, too. Child processes take the next pair. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS = 64 };

struct slot {
    _Atomic uint64_t process, count;
};

/* glibc's own functions behind the public names. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static struct slot unmapped, *mine = &unmapped;

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("PORTCULLIS_ALLOCATIONS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    struct slot *slots = mmap(NULL, SLOTS * sizeof *slots, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (slots == MAP_FAILED) return;
    for (int i = 0; i < SLOTS; i++) {
        uint64_t none = 0, own = (uint64_t)getpid();
        /* A program that replaced itself by another one (nice, taskset) goes on in its slot. */
        if (!atomic_compare_exchange_strong(&slots[i].process, &none, own) && none != own) continue;
        mine = &slots[i];
        return;
    }
}

static void counted(void) { atomic_fetch_add_explicit(&mine->count, 1, memory_order_relaxed); }

void *malloc(size_t size) {
    counted();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    counted();
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    counted();
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    counted();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    counted();
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}
