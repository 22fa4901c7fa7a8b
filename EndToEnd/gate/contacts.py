"""Whom processes talked to, or tried to: read from a system-call trace, and judged by what they may reach."""

from __future__ import annotations

import codecs
import ipaddress
import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, NamedTuple

# Calls by which bytes, names or other programs can be reached. A ring of io_uring would reach them unseen.
CALLS = (
    "socket,connect,bind,sendto,sendmsg,sendmmsg,open,openat,openat2,execve,execveat,io_uring_setup,ptrace,"
    "process_vm_writev"
)
LOOK_UP = re.compile(
    r"/etc/(resolv\.conf|nsswitch\.conf|hosts|host\.conf|gai\.conf|services|networks)|.*/libnss_\w+\.so\b.*"
)
# Where the C library asks for names, if somebody listens there.
LOOK_UP_SOCKETS = ("/var/run/nscd/socket", "/run/systemd/resolve/io.systemd.Resolve")

_CALL = re.compile(r"(?:\d+\.\d+ )?(\w+)\((.*)$")
_ADDRESS = re.compile(r"\{sa_family=(AF_\w+)(?:, ([^}]*))?\}")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Contact(NamedTuple):
    """`kind` is `address` (host and port that something went to), `bound`, `socket` (a Unix one), `family`, `file`,
    `program`, `query` (the name in a DNS question) or `hidden`."""

    kind: str
    what: str
    line: str


def contacts(lines: Iterator[str]) -> Iterator[Contact]:
    for line in lines:
        match = _CALL.match(line)
        if match:
            yield from _of_call(match[1], match[2], line)


def _of_call(name: str, rest: str, line: str) -> Iterator[Contact]:
    if name in ("open", "openat", "openat2"):
        yield Contact("file", _unescaped(_TEXT.search(rest)[1]).decode(errors="replace"), line)
    elif name in ("execve", "execveat"):
        yield Contact("program", _unescaped(_TEXT.search(rest)[1]).decode(errors="replace"), line)
    elif name in ("io_uring_setup", "ptrace", "process_vm_writev"):
        yield Contact("hidden", name, line)
    elif name == "socket":
        yield Contact("family", rest.partition(",")[0], line)
    elif name in ("connect", "bind", "sendto", "sendmsg", "sendmmsg"):
        for family, fields in _ADDRESS.findall(rest):
            yield _address("bound" if name == "bind" else "address", family, fields, line)
        if name != "connect" and name != "bind":
            for text in _TEXT.findall(rest):
                question = _question(_unescaped(text))
                if question:
                    yield Contact("query", question, line)


def _address(kind: str, family: str, fields: str, line: str) -> Contact:
    if family in ("AF_INET", "AF_INET6"):
        port = re.search(r"port=htons\((\d+)\)", fields)[1]
        host = re.search(r'inet_(?:addr\(|pton\(AF_INET6, )"([^"]+)"', fields)[1]
        return Contact(kind, f"{host} {port}", line)
    if family == "AF_UNIX":
        path = re.search(r'sun_path=(@?)"((?:[^"\\]|\\.)*)"', fields)
        return Contact("socket", path[1] + _unescaped(path[2]).decode(errors="replace") if path else "", line)
    return Contact("family", family, line)


def _unescaped(text: str) -> bytes:
    return codecs.escape_decode(text.encode("latin-1", errors="replace"))[0]


def _question(payload: bytes) -> str | None:
    """The name that a DNS message asks for (RFC 1035, section 4.1), if it is one: a standard query for one name."""
    if len(payload) < 17 or payload[2] & 0xF8 or struct.unpack_from(">H", payload, 4) != (1,):
        return None
    labels, position = [], 12
    while position < len(payload) and payload[position]:
        size = payload[position]
        label = payload[position + 1 : position + 1 + size]
        if size > 63 or len(label) != size or not re.fullmatch(rb"[\w-]+", label):
            return None
        labels.append(label.decode())
        position += 1 + size
    if not labels or position + 5 > len(payload):
        return None
    return ".".join(labels)


@dataclass(frozen=True)
class Reach:
    """What an installation may reach: addresses that its bundle and settings name (as `host port`), its own sockets
    and programs. With `names`, also the look-up of exactly these, at `resolver`."""

    folder: Path
    programs: tuple[Path, ...]
    addresses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    resolver: str = ""

    def allows(self, contact: Contact) -> bool:
        kind, what, _ = contact
        looks_up = bool(self.names)
        if kind == "address":
            return what in self.addresses or (looks_up and what == f"{self.resolver} 53")
        if kind == "bound":
            return ipaddress.ip_address(what.partition(" ")[0]).is_loopback
        if kind == "socket":
            return Path(os.path.normpath(what)).is_relative_to(self.folder) or (looks_up and what in LOOK_UP_SOCKETS)
        if kind == "family":
            # The resolver asks the kernel which protocols have addresses.
            return what in ("AF_INET", "AF_INET6", "AF_UNIX") or (looks_up and what in ("AF_NETLINK", "AF_UNSPEC"))
        if kind == "file":
            return not LOOK_UP.fullmatch(what) or looks_up
        if kind == "program":
            # The build folder's `release` is a link, and a program knows itself by what it points to.
            return Path(what).resolve() in [program.resolve() for program in self.programs]
        if kind == "query":
            return what in self.names
        return False

    def breaches(self, found: list[Contact]) -> list[Contact]:
        return [contact for contact in found if not self.allows(contact)]


@dataclass
class Trace:
    """Runs programs under strace, one file a thread."""

    prefix: Path

    @property
    def wrapper(self) -> list[str | Path]:
        # -D: the traced program keeps the process id that its parent knows, and is not a child of the tracer.
        options = ["-D", "-ff", "--seccomp-bpf", "-qq", "-s", "512", "-e", "trace=" + CALLS, "-e", "signal=none"]
        return ["strace", *options, "-o", self.prefix]

    def contacts(self) -> list[Contact]:
        paths = sorted(self.prefix.parent.glob(self.prefix.name + ".*"))
        return [contact for path in paths for contact in contacts(iter(path.read_text("latin-1").splitlines()))]
