"""A vendor that means harm, or is broken: writes bytes as it likes, with no HTTP library between."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
import time
from typing import Callable

Play = Callable[[socket.socket], None]


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def event(content: str | None = None, finish: str | None = None) -> bytes:
    delta = {} if content is None else {"role": "assistant", "content": content}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"
STREAM = b"".join([event("one "), event("two "), event(finish="stop"), DONE])
WHOLE = json.dumps(
    {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "one two"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    }
).encode()


def head(*fields: str, status: str = "200 OK", type: str = "text/event-stream") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"content-type: {type}", *fields]).encode() + b"\r\n\r\n"


CHUNKED = "transfer-encoding: chunked"
STREAMING = head(CHUNKED)


def whole(body: bytes = WHOLE, *fields: str, **settings) -> bytes:
    return head(f"content-length: {len(body)}", *fields, **{"type": "application/json", **settings}) + body


def says(*pieces: bytes, pause: float = 0, stays: bool = True) -> Play:
    """Writes, and then waits for the other side to leave, or leaves."""

    def play(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        while stays and connection.recv(1 << 16):
            pass

    return play


def endless(start: bytes, piece: bytes, pause: float = 0, limit: int = 200 << 20) -> Play:
    """Writes without an end; `limit` ends the test that has failed."""

    def play(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(max(1, limit // len(piece))):
            connection.sendall(piece)
            if pause:
                time.sleep(pause)

    return play


class Hostile:
    """Plays by the word `play:NAME` in a request's body."""

    def __init__(self, plays: dict[str, Play]) -> None:
        self.plays = plays
        self.requests: list[str] = []
        self.left: dict[str, float] = {}
        self.wrote: dict[str, int] = {}
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            request = b""
            while True:
                piece = connection.recv(1 << 16)
                if not piece:
                    return
                request += piece
                length = re.search(rb"content-length: (\d+)", request)
                if not length or len(request.partition(b"\r\n\r\n")[2]) < int(length[1]):
                    continue
                name = re.search(rb"play:([\w -]+)", request)[1].decode()
                self.requests.append(name)
                request = b""
                try:
                    self.plays[name](connection)
                finally:
                    self.left[name] = time.monotonic()

    def close(self) -> None:
        self.listener.close()
