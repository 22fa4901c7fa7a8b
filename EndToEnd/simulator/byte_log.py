"""Reads the byte log of `portcullis simulate`; the format is docs/formats/byte-log.md. Standard library only.

    book = Book.read("bytes.log")
    for exchange in book.exchanges: print(exchange.target, exchange.outcome, len(exchange.response_body()))

As a program: `python3 byte_log.py FILE` prints one line a record.
"""

from __future__ import annotations

import json
import struct
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator, NamedTuple

MAGIC = b"portcullis-bytes"
HEADER = struct.Struct(">IBBHQqQ")
FRAME = HEADER.size + 4

KINDS = {
    1: "started", 2: "opened", 3: "received", 4: "request", 5: "body",
    6: "played", 7: "written", 8: "answered", 9: "ended", 10: "stopped",
}
OUTCOMES = [
    "complete", "client closed", "client reset", "scripted reset", "scripted close", "refused", "stopped", "failed",
]
ENDS = ["closed by peer", "reset by peer", "closed", "reset", "failed"]


class Record(NamedTuple):
    kind: str
    detail: int
    connection: int
    wall_ns: int
    monotonic_ns: int
    payload: bytes


class Piece(NamedTuple):
    """Bytes that the kernel took from the simulator, and when."""

    wall_ns: int
    monotonic_ns: int
    data: bytes


@dataclass
class Exchange:
    """One request and its answer. `run` counts the starts of the simulator within the file, from 0."""

    run: int
    number: int
    connection: int
    wall_ns: int
    method: str
    target: str
    key: str
    fields: list[tuple[str, str | None]]
    body: bytes | None = None
    body_wall_ns: int | None = None
    play: dict | None = None
    written: list[Piece] = field(default_factory=list)
    outcome: str | None = None
    outcome_wall_ns: int | None = None

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key == name), None)

    def wire(self) -> bytes:
        return b"".join(piece.data for piece in self.written)

    def response_head(self) -> bytes:
        return self.wire().partition(b"\r\n\r\n")[0]

    def response_body(self) -> bytes:
        """The body after its framing was taken off, as far as it was written."""
        head, _, rest = self.wire().partition(b"\r\n\r\n")
        if b"\r\ntransfer-encoding: chunked" not in head:
            return rest
        body = b""
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            if not size or int(size, 16) == 0:
                break
            body += rest[: int(size, 16)]
            rest = rest[int(size, 16) + 2:]
        return body


@dataclass
class Connection:
    run: int
    number: int
    peer: str
    opened_wall_ns: int
    received_bytes: int = 0
    last_received_wall_ns: int | None = None
    end: str | None = None
    ended_wall_ns: int | None = None
    ended_monotonic_ns: int | None = None


def records(data: bytes) -> Iterator[Record]:
    """Every whole record. One that was torn by a crash is passed over up to the next start record."""
    at = 0
    while at < len(data):
        record = _record(data, at)
        if record is None:
            start = data.find(MAGIC, at)
            if start < 0:
                return
            at = start - HEADER.size
            if _record(data, at) is None:
                at = start + len(MAGIC)
            continue
        yield record
        at += FRAME + len(record.payload)


def _record(data: bytes, at: int) -> Record | None:
    if at < 0 or at + FRAME > len(data):
        return None
    length, kind, detail, zero, connection, wall, monotonic = HEADER.unpack_from(data, at)
    if length < FRAME or at + length > len(data) or zero != 0 or kind not in KINDS:
        return None
    if data[at + length - 4: at + length] != data[at: at + 4]:
        return None
    return Record(KINDS[kind], detail, connection, wall, monotonic, data[at + HEADER.size: at + length - 4])


class Book:
    """The whole log, put together: exchanges in the order of their requests, connections by their numbers."""

    def __init__(self) -> None:
        self.runs: list[dict] = []
        self.exchanges: list[Exchange] = []
        self.connections: list[Connection] = []
        self._open: dict[int, Connection] = {}
        self._current: dict[int, Exchange] = {}
        self._by_number: dict[int, Exchange] = {}

    @staticmethod
    def read(path: str | Path) -> Book:
        book = Book()
        for record in records(Path(path).read_bytes()):
            book._take(record)
        return book

    def _take(self, record: Record) -> None:
        getattr(self, "_" + record.kind)(record)

    def _started(self, record: Record) -> None:
        (version,) = struct.unpack_from(">I", record.payload, len(MAGIC))
        if version != 1:
            raise ValueError(f"byte log version {version}; this reader knows 1")
        self.runs.append(json.loads(record.payload[len(MAGIC) + 4:]))
        self._open, self._current, self._by_number = {}, {}, {}

    def _stopped(self, record: Record) -> None:
        self.runs[-1]["stopped_wall_ns"] = record.wall_ns

    def _opened(self, record: Record) -> None:
        connection = Connection(len(self.runs) - 1, record.connection, record.payload.decode(), record.wall_ns)
        self._open[record.connection] = connection
        self.connections.append(connection)

    def _received(self, record: Record) -> None:
        connection = self._open[record.connection]
        connection.received_bytes += struct.unpack(">I", record.payload)[0]
        connection.last_received_wall_ns = record.wall_ns

    def _request(self, record: Record) -> None:
        (number,) = struct.unpack_from(">Q", record.payload)
        head = json.loads(record.payload[8:])
        exchange = Exchange(
            len(self.runs) - 1, number, record.connection, record.wall_ns, head["method"], head["target"], head["key"],
            [(name, value) for name, value in head["fields"]],
        )
        self._current[record.connection] = exchange
        self._by_number[number] = exchange
        self.exchanges.append(exchange)

    def _body(self, record: Record) -> None:
        exchange = self._by_number[struct.unpack_from(">Q", record.payload)[0]]
        exchange.body, exchange.body_wall_ns = record.payload[8:], record.wall_ns

    def _played(self, record: Record) -> None:
        self._by_number[struct.unpack_from(">Q", record.payload)[0]].play = json.loads(record.payload[8:])

    def _written(self, record: Record) -> None:
        # What an engine says by itself before any request, such as 408, belongs to no exchange.
        if exchange := self._current.get(record.connection):
            exchange.written.append(Piece(record.wall_ns, record.monotonic_ns, record.payload))

    def _answered(self, record: Record) -> None:
        exchange = self._by_number[struct.unpack_from(">Q", record.payload)[0]]
        exchange.outcome, exchange.outcome_wall_ns = OUTCOMES[record.detail], record.wall_ns

    def _ended(self, record: Record) -> None:
        connection = self._open[record.connection]
        connection.end = ENDS[record.detail]
        connection.ended_wall_ns, connection.ended_monotonic_ns = record.wall_ns, record.monotonic_ns


def main() -> None:
    for record in records(Path(sys.argv[1]).read_bytes()):
        if record.kind == "answered":
            said = OUTCOMES[record.detail]
        elif record.kind == "ended":
            said = ENDS[record.detail]
        elif record.kind == "received":
            said = f"{struct.unpack('>I', record.payload)[0]} bytes"
        else:
            said = f"{len(record.payload)} bytes {record.payload[:100]!r}"
        print(f"{record.wall_ns} {record.monotonic_ns} connection {record.connection} {record.kind}: {said}")


if __name__ == "__main__":
    main()
