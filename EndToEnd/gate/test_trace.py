"""Proves the order that the laws ask for, by the kernel's own account: a system-call trace of 100 exchanges shows
that the flush of the ledger's segment returned before the first byte went upstream, and before each byte was
shown."""

import codecs
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from installation import CHAT, MESSAGES
from prompts import CLAUDE, DEEPSEEK, GPT, ask, mark
from recorded import Reference

EXCHANGES = 100
ADMIT, CHUNK, DECISION = 3, 4, 24
SENDS = ("sendmsg", "sendto", "write", "writev")
CALL = re.compile(rb"^(\d+\.\d+) (\w+)\((\d+)<(\w+:\[.*?\]|[^>]*)>(.*)\) = (-?\d+).*<(\d+\.\d+)>$")


@dataclass
class Call:
    start: float
    end: float
    name: str
    file: str
    rest: bytes
    result: int


@dataclass
class Segment:
    """Writes (from, until, when they returned) and flushes (start, end) of one file."""

    writes: list[tuple[int, int, float]] = field(default_factory=list)
    flushes: list[tuple[float, float]] = field(default_factory=list)

    def durable(self, start: int, size: int) -> float:
        """When the flush that covers these bytes had returned."""
        written = max(time for begin, until, time in self.writes if begin < start + size and until > start)
        return min(done for begun, done in self.flushes if begun >= written)


def calls(prefix: Path) -> list[Call]:
    found = []
    for path in prefix.parent.glob(prefix.name + ".*"):
        for line in path.read_bytes().splitlines():
            if match := CALL.match(line):
                start, name, _, file, rest, result, took = match.groups()
                found.append(
                    Call(float(start), float(start) + float(took), name.decode(), file.decode(), rest, int(result))
                )
    return sorted(found, key=lambda call: call.start)


def content(call: Call) -> bytes:
    """The bytes that the kernel took, joined over the vector."""
    pieces = re.findall(rb'"((?:[^"\\]|\\.)*)"', call.rest)
    return codecs.escape_decode(b"".join(pieces))[0][: call.result]


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace")
def test_flushed_before_sent_and_before_shown(install, tmp_path):
    bank = install(PORTCULLIS_WORKERS="1").start()
    (gateway,) = bank.pids["gateways"]
    prefix = tmp_path / "trace"
    strace = subprocess.Popen(
        [
            "strace",
            "-ff",
            "-o",
            prefix,
            "-ttt",
            "-T",
            "-yy",
            "-s",
            "1000000",
            "-e",
            "trace=pwrite64,fdatasync,sendmsg,sendto,write,writev",
            "-p",
            str(gateway),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "attached" in strace.stderr.readline()
    answers = {}
    for number in range(EXCHANGES):
        target, model = [(CHAT, GPT), (MESSAGES, CLAUDE), (CHAT, DEEPSEEK)][number % 3]
        text = mark()
        answers[text] = bank.ask("p-gb-banker", target, ask(model, text, tokens=6, stream=number % 2 == 0))
    assert {answer.status for answer in answers.values()} == {200}
    # The last call of an answer may be unwritten when its bytes are here: one answer more, which is not looked at.
    bank.ask("p-gb-banker", CHAT, ask(GPT, mark(), tokens=6))
    strace.send_signal(signal.SIGINT)
    strace.wait(10)

    trace = calls(prefix)
    segments = segments_of(trace)
    sends = [(call, content(call)) for call in trace if call.name in SENDS and "TCP:" in call.file and call.result > 0]
    stories, pieces = bank.ledgers.stories(), 0
    for text, answer in answers.items():
        at = Reference.read(answer.reference)
        story = stories[f"{at.folder}/{at.index}"]
        durable = {
            frame.index: segments[f"{at.folder}/seg/{frame.segment:012d}"].durable(frame.offset, len(frame.raw))
            for _, frame, _ in story.records
            if frame.type in (ADMIT, CHUNK, DECISION)
        }
        admitted = [durable[frame.index] for kind, frame, _ in story.records if kind in ("ADMIT", "DECISION")]
        assert len(admitted) == 2 and max(admitted) <= began_upstream(sends, text)
        pieces += shown_after_flush(story, answer, sends, durable)
    print(f"{pieces} shown pieces of {EXCHANGES} exchanges, each flushed first")
    assert pieces >= EXCHANGES


def segments_of(trace: list[Call]) -> dict[str, Segment]:
    """By node, log and number."""
    segments: dict[str, Segment] = {}
    for call in trace:
        if "/seg/" not in call.file:
            continue
        segment = segments.setdefault(call.file.partition("/ledger/")[2], Segment())
        if call.name == "pwrite64":
            offset = int(call.rest.rpartition(b", ")[2])
            segment.writes.append((offset, offset + call.result, call.end))
        elif call.name == "fdatasync":
            segment.flushes.append((call.start, call.end))
    return segments


def began_upstream(sends, text: str) -> float:
    """When the head of the request with this text left for the vendor."""
    body = next(call for call, data in sends if text.encode() in data and b"portcullis-ref" not in data)
    return max(
        call.start
        for call, data in sends
        if call.file == body.file and data.startswith(b"POST ") and call.start <= body.start
    )


def shown_after_flush(story, answer, sends, durable) -> int:
    """Each byte of the answer's body left after the flush of the record that holds it. How many sends were looked
    at."""
    head = next(call for call, data in sends if f"portcullis-ref: {answer.reference}".encode() in data)
    records, end = [], 0
    for kind, frame, record in story.records:
        if kind == "CHUNK":
            records.append((end, durable[frame.index]))
            end += shown_length(record)
    sent, looked = b"", 0
    for call, data in sends:
        if call.file != head.file or call.start < head.start:
            continue
        sent += data
        position = len(unframed(sent))
        needed = [time for start, time in records if start < position]
        assert all(time <= call.start for time in needed), f"{answer.reference}: shown before it was flushed"
        looked += bool(needed)
        if position >= len(answer.body):
            # A later connection may have the same two ports.
            break
    assert unframed(sent) == answer.body
    return looked


def shown_length(record: dict) -> int:
    if "shown" not in record:
        return len(record["returned"])
    if "bytes" in record["shown"]:
        return len(record["shown"]["bytes"])
    return len(record["returned"]) + sum(len(inserted) - removed for _, removed, inserted in record["shown"]["splices"])


def unframed(data: bytes) -> bytes:
    """The body as far as these bytes hold it."""
    head, _, rest = data.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" not in head.lower():
        return rest
    body = b""
    while rest:
        size, line, rest = rest.partition(b"\r\n")
        if not line or int(size, 16) == 0:
            break
        body += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]
    return body
