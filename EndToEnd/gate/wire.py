"""HTTP as bytes: what a client library would hide. One request a connection."""

from __future__ import annotations

import json
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import Iterator
from urllib.parse import urlsplit


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    """`length`, `last chunk`, `closed` (without the end mark that the framing asks for) or `reset`."""
    end: str

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def refusal(self) -> dict:
        return self.json()["error"]["portcullis"]

    @property
    def reference(self) -> str:
        reference = self.header("portcullis-ref")
        assert reference, f"no portcullis-ref: {self.status} {self.body[:500]!r}"
        return reference


@dataclass
class Stream:
    """An answer that is read piece by piece."""

    connection: socket.socket
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    end: str | None = None
    pending: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    @property
    def reference(self) -> str:
        return self.header("portcullis-ref")

    def _receive(self) -> bytes:
        try:
            return self.connection.recv(1 << 18)
        except ConnectionResetError:
            self.end = "reset"
            return b""

    def read_head(self) -> None:
        while b"\r\n\r\n" not in self.pending:
            piece = self._receive()
            assert piece, f"the connection ended within the head: {self.pending!r}"
            self.pending += piece
        head, _, self.pending = self.pending.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        # A port of loopback on which nobody listens may connect to itself, and then answers with the question.
        if not first.startswith("HTTP/1.1 "):
            raise ConnectionRefusedError(first)
        self.status = int(first.split(" ")[1])
        self.headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    def pieces(self) -> Iterator[bytes]:
        """Pieces of the body without its framing; `end` says how it ended."""
        length = self.header("content-length")
        if length is not None:
            yield from self._sized(int(length))
        else:
            assert self.header("transfer-encoding") == "chunked"
            yield from self._chunks()
        self.connection.close()

    def _sized(self, rest: int) -> Iterator[bytes]:
        while rest > 0:
            piece = self.pending[:rest] or self._receive()[:rest]
            self.pending = b""
            if not piece:
                self.end = self.end or "closed"
                return
            rest -= len(piece)
            yield piece
        self.end = "length"

    def _chunks(self) -> Iterator[bytes]:
        while True:
            size, line, rest = self.pending.partition(b"\r\n")
            count = int(size, 16) if line else -1
            if line and count == 0 and rest.startswith(b"\r\n"):
                self.end = "last chunk"
                return
            if line and count > 0 and len(rest) >= count + 2:
                self.pending = rest[count + 2 :]
                yield rest[:count]
                continue
            piece = self._receive()
            if not piece:
                self.end = self.end or "closed"
                return
            self.pending += piece

    def read_until(self, mark: bytes) -> bytes:
        """The body up to the piece that completes `mark`. May be followed by `rest`."""
        self._reader = getattr(self, "_reader", None) or self.pieces()
        body = b""
        while mark not in body:
            piece = next(self._reader, None)
            assert piece is not None, f"the answer ended ({self.end}) before {mark!r}: {body[-500:]!r}"
            body += piece
        return body

    def rest(self) -> bytes:
        self._reader = getattr(self, "_reader", None) or self.pieces()
        return b"".join(self._reader)

    def reset(self) -> None:
        """Leaves without a word."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def head(method: str, target: str, headers: list[tuple[str, str]]) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "host: gate", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def connect(
    base: str, source: str = "127.0.0.1", timeout: float = 60, receive_buffer: int | None = None
) -> socket.socket:
    address = urlsplit(base)
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    connection.settimeout(timeout)
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.bind((source, 0))
    connection.connect((address.hostname, address.port))
    return connection


def open_stream(
    base: str, target: str, body: bytes, headers: list[tuple[str, str]], *, method: str = "POST", **settings
) -> Stream:
    """Sends a request and reads the head of the answer."""
    own = [("content-type", "application/json"), ("content-length", str(len(body))), ("connection", "close")]
    stream = Stream(connect(base, **settings))
    stream.connection.sendall(head(method, target, headers + own) + body)
    stream.read_head()
    return stream


def ask(base: str, target: str, body: bytes, headers: list[tuple[str, str]], **settings) -> Answer:
    stream = open_stream(base, target, body, headers, **settings)
    return Answer(stream.status, stream.headers, b"".join(stream.pieces()), stream.end)


def now() -> int:
    """Nanoseconds since 1970, the clock of the ledger's and the simulators' books."""
    return time.time_ns()
