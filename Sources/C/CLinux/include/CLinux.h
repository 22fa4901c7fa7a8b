#ifndef PORTCULLIS_CLINUX_H
#define PORTCULLIS_CLINUX_H

/* Linux interfaces that Swift's Glibc module leaves out, and the checksum that needs an instruction set. */

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

/* epoll_event is packed on x86-64, and its union has no Swift initialiser: these take the 64-bit datum. */
int portcullis_epoll_add(int epoll, int fd, uint32_t events, uint64_t datum);
int portcullis_epoll_modify(int epoll, int fd, uint32_t events, uint64_t datum);
int portcullis_epoll_delete(int epoll, int fd);
/* Fills events[] and data[] with up to `capacity` ready descriptors; returns their number or -1. */
int portcullis_epoll_wait(int epoll, uint32_t *events, uint64_t *data, int capacity, int timeout_milliseconds);

/* Non-blocking, close-on-exec. */
int portcullis_accept(int fd, struct sockaddr_storage *address, socklen_t *length);
int portcullis_socket(int family, int type);

/* Peer of a Unix socket. Returns 0 and fills in, or -1. */
int portcullis_peer_credentials(int fd, uint32_t *uid, uint32_t *gid, int32_t *pid);

/* Two-part send without SIGPIPE; flags as send(2). */
ssize_t portcullis_send2(int fd, const void *a, size_t a_length, const void *b, size_t b_length, int flags);

/* CRC-32C (Castagnoli), RFC 3720 appendix B.4; `crc` is the running value, 0 to start. */
uint32_t portcullis_crc32c(uint32_t crc, const void *bytes, size_t length);

/* memset that the optimiser keeps. */
void portcullis_zero(void *bytes, size_t length);

/* Child that dies with its parent: prctl(PR_SET_PDEATHSIG, signal). */
int portcullis_die_with_parent(int signal);

/* fork + exec with the given descriptors (-1 inherits), in a process group of its own. `death_signal` reaches the child
   when the thread that called this ends; 0 for none. Returns the pid or -errno; exit status 127 when exec failed. */
int portcullis_spawn(const char *path, char *const argv[], char *const envp[], int stdin_fd, int stdout_fd,
                     int stderr_fd, int death_signal);

/* Becomes readable when the process ends; -1 with errno. */
int portcullis_pidfd_open(int32_t pid);

/* Blocks the signals for this thread and those it starts; 0 or an errno. */
int portcullis_block_signals(const int *signals, int count);
/* The same, and makes them readable. */
int portcullis_signalfd(const int *signals, int count);
/* The next signal's number, or -1 when there is none. */
int portcullis_read_signal(int fd);
/* Exit status of a waitpid(2) status, or -1 when a signal (stored) ended the process. */
int portcullis_wait_status(int status, int *signal);

/* environ(7), which Swift does not let through as a global variable. */
char **portcullis_environment(void);

/* Processors that this process may run on (sched_getaffinity(2)). */
int portcullis_cores(void);

long portcullis_thread_id(void);
/* At most 15 characters. */
void portcullis_name_thread(const char *name);

int portcullis_open(const char *path, int flags, uint32_t mode);
int portcullis_fcntl_setfd_cloexec(int fd, int on);

#endif
