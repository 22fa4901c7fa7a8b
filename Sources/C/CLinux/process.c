#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

void portcullis_zero(void *bytes, size_t length) { explicit_bzero(bytes, length); }

int portcullis_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal); }

/* Only async-signal-safe calls between fork and exec. */
int portcullis_spawn(const char *path, char *const argv[], char *const envp[], int stdin_fd, int stdout_fd,
                     int stderr_fd, int death_signal) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) return -errno;
    if (child > 0) return child;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (death_signal) {
        prctl(PR_SET_PDEATHSIG, death_signal);
        if (getppid() != parent) _exit(126); /* the parent died before prctl */
    }
    if (stdin_fd >= 0) dup2(stdin_fd, 0);
    if (stdout_fd >= 0) dup2(stdout_fd, 1);
    if (stderr_fd >= 0) dup2(stderr_fd, 2);
    execve(path, argv, envp);
    _exit(127);
}
