"""A thousand streams read by one thread, each with the times of what it read: a client that is slower than none of
them."""

from __future__ import annotations

import json
import re
import select
import socket
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import wire

TAIL = 16_384


@dataclass
class Reading:
    key: str
    request: bytes
    connection: socket.socket | None = None
    """The last bytes, framing included; enough for an error event and what stood before it."""
    tail: bytes = b""
    events: int = 0
    last_content_ns: int = 0
    ended_ns: int = 0
    end: str | None = None
    status: int = 0
    reference: str = ""

    @property
    def error(self) -> dict | None:
        found = re.search(rb'data: (\{.*"error".*\})\n\n', self.tail)
        return json.loads(found[1])["error"] if found else None

    def take(self, data: bytes, at: int) -> None:
        if not self.status:
            self.status = int(data[9:12])
            if found := re.search(rb"portcullis-ref: (\S+)", data):
                self.reference = found[1].decode()
        content = data.partition(b"event: error")[0]
        content = re.split(rb'data: \{"error"', content)[0]
        if b"data: " in content:
            self.events += content.count(b"data: ")
            self.last_content_ns = at
        self.tail = (self.tail + data)[-TAIL:]


@dataclass
class ManyStreams:
    """`open` sends all requests; a thread reads until each has ended or `close` is called."""

    base: str
    target: str
    readings: list[Reading] = field(default_factory=list)

    def open(self, key: str, request: dict, headers: list[tuple[str, str]], source: str = "127.0.0.1") -> None:
        body = json.dumps(request).encode()
        head = wire.head(
            "POST",
            self.target,
            [
                ("authorization", f"Bearer {key}"),
                ("content-type", "application/json"),
                ("content-length", str(len(body))),
                ("connection", "close"),
                *headers,
            ],
        )
        self.readings.append(Reading(key, head + body))

    def start(self) -> None:
        self.poll = select.epoll()
        self.by_descriptor: dict[int, Reading] = {}
        self.waiting = list(reversed(self.readings))
        self.stopped = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _connect(self, reading: Reading) -> None:
        address = urlsplit(self.base)
        reading.connection = socket.create_connection((address.hostname, address.port))
        reading.connection.sendall(reading.request)
        reading.connection.setblocking(False)
        self.by_descriptor[reading.connection.fileno()] = reading
        self.poll.register(reading.connection.fileno(), select.EPOLLIN | select.EPOLLRDHUP)

    def _run(self) -> None:
        while not self.stopped and (self.waiting or self.by_descriptor):
            for _ in range(min(10, len(self.waiting))):
                self._connect(self.waiting.pop())
            for descriptor, _ in self.poll.poll(0.001 if self.waiting else 0.1):
                self._read(descriptor)

    def _read(self, descriptor: int) -> None:
        reading = self.by_descriptor[descriptor]
        try:
            data = reading.connection.recv(1 << 16)
        except BlockingIOError:
            return
        except ConnectionResetError:
            data, reading.end = b"", "reset"
        at = time.time_ns()
        if data:
            return reading.take(data, at)
        reading.ended_ns = at
        reading.end = reading.end or ("last chunk" if reading.tail.endswith(b"0\r\n\r\n") else "closed")
        self.poll.unregister(descriptor)
        del self.by_descriptor[descriptor]
        reading.connection.close()

    def join(self, seconds: float) -> None:
        self.thread.join(seconds)
        assert not self.thread.is_alive(), f"{len(self.by_descriptor)} streams are still open"

    def close(self) -> None:
        self.stopped = True
        self.thread.join()
        for reading in self.by_descriptor.values():
            reading.connection.close()
