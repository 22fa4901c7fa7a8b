/* What the measuring programs share: clocks, histograms, sockets, letters for numbers. */
#ifndef COMMON_H
#define COMMON_H

#include <stdint.h>
#include <stdio.h>

#define SECOND UINT64_C(1000000000)

/* A chunk's content is "@@", its time of sending and its number in the stream, both in letters (a is 0): digits could
   be taken for an identifier by whoever inspects what passes. */
#define MARK "@@"
#define STAMP_LETTERS 16
#define NUMBER_LETTERS 8
#define MARKED_LENGTH (2 + STAMP_LETTERS + NUMBER_LETTERS)

uint64_t now(void); /* CLOCK_MONOTONIC in nanoseconds */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void *need(void *memory);
void pin(int core); /* a negative core pins nothing */
void raise_descriptors(void);
int nonblocking(int fd);
void no_delay(int fd);
void reset_on_close(int fd);
int listen_on(const char *address); /* 127.0.0.1:PORT */
int connect_to(const char *address); /* begins; the descriptor does not block */
int port_of(int fd);
char *whole_file(const char *path, size_t *length);
void letters(char *out, uint64_t value, int count);
uint64_t from_letters(const char *text, int count);

/* Log-linear: 128 steps an octave, so a quantile is exact to 0.8 %. */
#define HISTOGRAM_BUCKETS (128 * 40)
struct histogram {
    uint64_t buckets[HISTOGRAM_BUCKETS];
    uint64_t count, most, around_40ms[3]; /* 32-38, 38-44, 44-50 ms */
};
void histogram_add(struct histogram *histogram, uint64_t nanoseconds);
double histogram_us(const struct histogram *histogram, double share);
/* "name": {"count": …, "p50_us": …} */
void histogram_print(FILE *out, const char *name, const struct histogram *histogram);

#endif
