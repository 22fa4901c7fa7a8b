"""A network that is loopback and nothing else, for the calling thread and for what it starts."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path
from typing import Iterator

# <linux/sched.h>, <linux/mount.h>, <linux/sockios.h>, <linux/if.h>
CLONE_FS, CLONE_NEWNS, CLONE_NEWNET = 0x00000200, 0x00020000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
SIOCSIFFLAGS = 0x8914
IFF_UP = 1

_libc = ctypes.CDLL(None, use_errno=True)


def _need(result: int, what: str) -> None:
    if result != 0:
        error = os.strerror(ctypes.get_errno())
        raise AssertionError(f"{what}: {error}. This test needs root, or CAP_SYS_ADMIN: it makes a network of its own")


def _mount(source: Path | str, target: str, flags: int) -> None:
    _need(_libc.mount(str(source).encode(), target.encode(), None, ctypes.c_ulong(flags), None), f"mount {target}")


@contextlib.contextmanager
def loopback_only(files: dict[str, Path] = {}) -> Iterator[None]:
    """While the block runs, no packet leaves the machine: there is no other interface, and no route. `files` stand in
    for files of the system, such as /etc/resolv.conf."""
    with open("/proc/thread-self/ns/net") as network, open("/proc/thread-self/ns/mnt") as mounts:
        _need(_libc.unshare(CLONE_NEWNET | CLONE_NEWNS), "unshare")
        try:
            _mount("none", "/", MS_REC | MS_PRIVATE)
            for path, instead in files.items():
                _mount(instead, path, MS_BIND)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
                fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
            assert [name for _, name in socket.if_nameindex()] == ["lo"]
            yield
        finally:
            folder = os.getcwd()
            # Threads that were started meanwhile share the working folder, and nobody who shares it may change mounts.
            _need(_libc.unshare(CLONE_FS), "unshare")
            _need(_libc.setns(mounts.fileno(), CLONE_NEWNS), "setns")
            _need(_libc.setns(network.fileno(), CLONE_NEWNET), "setns")
            os.chdir(folder)
