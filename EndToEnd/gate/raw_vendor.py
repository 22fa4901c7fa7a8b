"""A vendor that means harm, or is broken: it plays what a request asks for by name, as bytes, and keeps book of it."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
import time
from typing import Callable

# Tells whether the connection goes on with the next request.
Play = Callable[[socket.socket], bool]


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


def named(name: str, **more) -> bytes:
    """An event of Anthropic's protocol."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **more})}\n\n".encode()


def said(text: str) -> bytes:
    return named("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


MESSAGE = {
    "id": "msg-1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
OPENING = named("message_start", message=MESSAGE)
OPENING += named("content_block_start", index=0, content_block={"type": "text", "text": ""})
CLOSING = named("content_block_stop", index=0)
CLOSING += named("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 2})
STOP = named("message_stop")


def head(*fields: str, status: str = "200 OK", type: str = "text/event-stream") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"content-type: {type}", *fields]).encode() + b"\r\n\r\n"


CHUNKED = "transfer-encoding: chunked"
STREAMING = head(CHUNKED)


def whole(body: bytes = WHOLE, *fields: str, **settings) -> bytes:
    return head(f"content-length: {len(body)}", *fields, **{"type": "application/json", **settings}) + body


def says(*pieces: bytes, pause: float = 0, stays: bool = True) -> Play:
    """Writes, and keeps the connection or ends it."""

    def play(connection: socket.socket) -> bool:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        return stays

    return play


def endless(start: bytes, piece: bytes, pause: float = 0, limit: int = 200 << 20) -> Play:
    """Writes without an end; `limit` ends the test that has failed."""

    def play(connection: socket.socket) -> bool:
        connection.sendall(start)
        for _ in range(max(1, limit // len(piece))):
            connection.sendall(piece)
            if pause:
                time.sleep(pause)
        return False

    return play


class RawVendor:
    """Plays by the word `play:NAME` in a request's body."""

    def __init__(self, plays: dict[str, Play]) -> None:
        self.plays = plays
        self.requests: list[str] = []
        # What the gate called the exchange of each play, kept by the tests.
        self.references: dict[str, str] = {}
        # Answers that are still being written.
        self.playing: list[str] = []
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
            while name := self.next(connection):
                self.requests.append(name)
                self.playing.append(name)
                try:
                    if not self.plays[name](connection):
                        return
                finally:
                    self.playing.remove(name)

    def next(self, connection: socket.socket) -> str | None:
        """The word of the next request; None when the gate has left."""
        request = b""
        while True:
            length = re.search(rb"content-length: (\d+)", request)
            if length and len(request.partition(b"\r\n\r\n")[2]) >= int(length[1]):
                return re.search(rb"play:([\w -]+)", request)[1].decode()
            piece = connection.recv(1 << 16)
            if not piece:
                return None
            request += piece

    def close(self) -> None:
        self.listener.close()
