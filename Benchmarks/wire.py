"""Clients for measuring: as little as possible between the clock and the socket."""

from __future__ import annotations

import json
import selectors
import socket
import time

SOON = 30


def request(path: str, headers: dict[str, str], body: dict) -> bytes:
    data = json.dumps(body).encode()
    lines = [f"POST {path} HTTP/1.1", "host: measured", "content-type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()] + [f"content-length: {len(data)}", "", ""]
    return "\r\n".join(lines).encode() + data


class Connection:
    """One kept-alive connection, one request at a time; for answers with a length."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=SOON)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, message: bytes) -> float:
        """Seconds from the first byte sent to the last received."""
        began = time.perf_counter()
        self.socket.sendall(message)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._receive()
        head, _, body = data.partition(b"\r\n\r\n")
        lowered = head.lower()
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"expected 200, got {head.decode(errors='replace')}\n{body.decode(errors='replace')}")
        length = int(lowered.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self._receive()
        return time.perf_counter() - began

    def _receive(self) -> bytes:
        piece = self.socket.recv(65536)
        if not piece:
            raise SystemExit("the connection ended within an answer")
        return piece

    def close(self) -> None:
        self.socket.close()


class Stream:
    """One streamed answer, read by `Streams`."""

    def __init__(self, address: tuple[str, int], message: bytes) -> None:
        self.socket = socket.create_connection(address, timeout=SOON)
        self.sent = time.time()
        self.socket.sendall(message)
        self.socket.setblocking(False)
        self.first: float | None = None
        self.last: float | None = None
        self.status = 0
        self.tail = b""
        self.has_error = False
        self.has_end_mark = False
        self.is_over = False

    def read(self, content: bytes) -> None:
        """Takes what is there; `content` is what every event with text has in it and no other."""
        try:
            piece = self.socket.recv(262144)
        except BlockingIOError:
            return
        except ConnectionError:
            piece = b""
        now = time.time()
        if not self.status and piece:
            self.status = int(piece[9:12])
        if content in piece or content in self.tail[-len(content):] + piece[:len(content)]:
            self.first = self.first or now
            self.last = now
        self.has_error = self.has_error or b"event: error" in self.tail[-16:] + piece
        self.tail = (self.tail + piece)[-2048:]
        self.has_end_mark = self.tail.endswith(b"\r\n0\r\n\r\n")
        self.is_over = not piece or self.has_end_mark


class Streams:
    """Many streams at once on one selector."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.all: list[Stream] = []
        self.selector = selectors.DefaultSelector()

    def open(self, count: int, address: tuple[str, int], message: bytes) -> None:
        for _ in range(count):
            stream = Stream(address, message)
            self.all.append(stream)
            self.selector.register(stream.socket, selectors.EVENT_READ, stream)
            self.turn(0)

    def turn(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            key.data.read(self.content)
            if key.data.is_over:
                self.selector.unregister(key.data.socket)
                key.data.socket.close()

    def read_until(self, done, seconds: float) -> bool:
        """Until `done()`; false when the time is over before."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                return False
            self.turn(0.02)
        return True

    def close(self) -> None:
        for stream in self.all:
            stream.socket.close()
        self.selector.close()


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
