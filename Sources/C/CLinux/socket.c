#define _GNU_SOURCE
#include "CLinux.h"
#include <string.h>

int portcullis_accept(int fd, struct sockaddr_storage *address, socklen_t *length) {
    *length = sizeof *address;
    return accept4(fd, (struct sockaddr *)address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int portcullis_socket(int family, int type) { return socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

int portcullis_peer_credentials(int fd, uint32_t *uid, uint32_t *gid, int32_t *pid) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
    *uid = peer.uid;
    *gid = peer.gid;
    *pid = peer.pid;
    return 0;
}

ssize_t portcullis_send2(int fd, const void *a, size_t a_length, const void *b, size_t b_length, int flags) {
    struct iovec parts[2] = {{(void *)a, a_length}, {(void *)b, b_length}};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = parts;
    message.msg_iovlen = b_length ? 2 : 1;
    return sendmsg(fd, &message, flags | MSG_NOSIGNAL);
}
