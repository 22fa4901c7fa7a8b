"""A vendor that sends exactly the bytes it is told to."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from typing import Iterator

from waiting import eventually


class HostileVendor:
    """Answers every request with `good`, but for those while another answer is set. Counts its connections."""

    def __init__(self, good: bytes) -> None:
        self.good = good
        self.play: tuple[bytes, bool, float] | None = None
        self.connections = 0
        self.ended = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> HostileVendor:
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.close()

    @contextlib.contextmanager
    def answering(self, answer: bytes, closes: bool, drip_seconds: float = 0) -> Iterator[None]:
        """`closes`: the connection ends behind the answer, else it stays and waits for the gate to end it."""
        self.ended_before = self.ended
        self.play = (answer, closes, drip_seconds)
        try:
            yield
        finally:
            self.play = None

    def was_closed(self, seconds: float) -> bool:
        """Whether the gate has ended the connection of the last `answering`."""
        eventually(lambda: self.ended > self.ended_before, seconds, "the gate's end of the connection")
        return True

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while self._receive(connection) and self._send(connection, *(self.play or (self.good, False, 0))):
                pass
        self.ended += 1

    def _receive(self, connection: socket.socket) -> bool:
        """Reads one request; false when the gate has ended the connection instead."""
        pending = b""
        try:
            while not self._is_whole(pending):
                piece = connection.recv(1 << 16)
                if not piece:
                    return False
                pending += piece
        except ConnectionError:
            return False
        return True

    @staticmethod
    def _is_whole(request: bytes) -> bool:
        head, mark, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        return bool(mark) and len(body) >= int(length[1] if length else 0)

    @staticmethod
    def _send(connection: socket.socket, answer: bytes, closes: bool, drip_seconds: float) -> bool:
        """False when the connection is over."""
        try:
            if not drip_seconds:
                connection.sendall(answer)
            for byte in answer if drip_seconds else b"":
                connection.sendall(bytes([byte]))
                time.sleep(drip_seconds)
        except ConnectionError:
            return False
        return not closes
