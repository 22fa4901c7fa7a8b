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

EXCHANGES = 100
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

    def durable(self, start: int, end: int) -> float:
        """When the flush that covers these bytes had returned."""
        written = max(time for begin, until, time in self.writes if begin < end and until > start)
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
    for answer in answers.values():
        bank.story(answer)
    strace.send_signal(signal.SIGINT)
    strace.wait(10)

    trace = calls(prefix)
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
    sends = [(call, content(call)) for call in trace if call.name in SENDS and "TCP:" in call.file and call.result > 0]

    checked = 0
    for text, answer in answers.items():
        story = bank.story(answer)
        name = "/".join(answer_folder(answer)) + "/seg/"

        def durable(frame) -> float:
            return segments[f"{name}{frame.segment:012d}"].durable(frame.offset, frame.offset + len(frame.raw))

        (admit,) = [frame for kind, frame, _ in story.records if kind == "ADMIT"]
        decision = [frame for kind, frame, _ in story.records if kind == "DECISION"][0]
        assert max(durable(admit), durable(decision)) <= began_upstream(sends, text)
        checked += shown_after_flush(story, answer, sends, durable)
    print(f"{checked} shown pieces of {EXCHANGES} exchanges, each flushed first")
    assert checked >= EXCHANGES


def began_upstream(sends, text: str) -> float:
    """When the head of the request with this text left for the vendor."""
    body = next(call for call, data in sends if text.encode() in data and b"portcullis-ref" not in data)
    return max(
        call.start
        for call, data in sends
        if call.file == body.file and data.startswith(b"POST ") and call.start <= body.start
    )


def answer_folder(answer) -> tuple[str, str]:
    _, node, custody, year, _, _ = answer.reference.split("-")
    return node, f"{custody}-{year}"


def shown_after_flush(story, answer, sends, durable) -> int:
    """Each byte of the answer's body left after the flush of the record that holds it. The number of sends looked
    at."""
    head = next(call for call, data in sends if f"portcullis-ref: {answer.reference}".encode() in data)
    mine = [(call, data) for call, data in sends if call.file == head.file and call.start >= head.start]
    body = answer.body
    ends, total = [], 0
    for kind, frame, record in story.records:
        if kind == "CHUNK":
            total = total + shown_length(record)
            ends.append((total, durable(frame)))
    wire_bytes, looked = b"", 0
    for call, data in mine:
        wire_bytes += data
        position = len(unframed(wire_bytes))
        needed = [time for end, time in ends[:1]] if position else []
        covered = 0
        for end, time in ends:
            if covered < position:
                needed.append(time)
            covered = end
        assert all(time <= call.start for time in needed), (
            f"{answer.reference}: shown {needed[-1] - call.start:.6f} s before its flush"
        )
        looked += bool(position)
        if position >= len(body):
            break
    assert unframed(wire_bytes)[: len(body)] == body
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
