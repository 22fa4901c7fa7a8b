"""Proves that clients who are slow, many or greedy cost only themselves: slow heads and bodies are ended in time, idle
connections are cheap, pipelined requests are answered in order and bounded, slow readers stop their vendor, and a gate
without descriptors says so, harms no open answer and comes back."""

from __future__ import annotations

import json
import resource
import socket
import threading
import time
from pathlib import Path

import pytest

import wire
from installation import CHAT
from prompts import DEEPSEEK, ask, mark
from waiting import eventually

GB = "p-gb-banker"
IDLE = 5_000
MIB = 1 << 20


def private_bytes(pid: int) -> int:
    """Memory that is this process's alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) << 10


def served(bank) -> float:
    """Asks once and returns the seconds that it took."""
    began = time.monotonic()
    answer = bank.ask(GB, CHAT, ask(DEEPSEEK, "hello", tokens=1))
    assert answer.status == 200, answer.body
    return time.monotonic() - began


def head_of(bank, length: int) -> bytes:
    fields = [("authorization", f"Bearer {bank.key(GB)}"), ("content-type", "application/json")]
    return wire.head("POST", CHAT, fields + [("content-length", str(length))])


class Slow(threading.Thread):
    """Sends a byte every half second, from `bytes_`, and then none; notes when and how the gate answered."""

    def __init__(self, bank, at_once: bytes, bytes_: bytes, patience: float) -> None:
        super().__init__(daemon=True)
        self.connection = wire.connect(bank.base_url, timeout=0.5)
        self.at_once, self.bytes, self.patience = at_once, bytes_, patience
        self.received, self.closed, self.seconds = b"", False, 0.0

    def run(self) -> None:
        began = time.monotonic()
        self.connection.sendall(self.at_once)
        for byte in self.bytes + b"":
            if self.step(bytes([byte]), began):
                return
        while time.monotonic() - began < self.patience:
            if self.step(b"", began):
                return

    def step(self, byte: bytes, began: float) -> bool:
        """Whether the gate has closed."""
        try:
            self.connection.sendall(byte)
            piece = self.connection.recv(4096)
            self.received += piece
            self.closed = not piece
        except socket.timeout:
            return False
        except ConnectionError:
            self.closed = True
        self.seconds = time.monotonic() - began
        return self.closed


def test_slow_heads_and_bodies_are_ended(own):
    """Limits of the engine: 10 s for a head, 20 s between two pieces of a body, 75 s without a request."""
    head = head_of(own, 1000)
    slow_head = Slow(own, head[:40], head[40:100], 16)
    no_body = Slow(own, head + b'{"model":', b"", 28)
    silent = Slow(own, b"", b"", 24)
    threads = [slow_head, no_body, silent]
    for thread in threads:
        thread.start()
    longest = 0.0
    while any(thread.is_alive() for thread in threads):
        longest = max(longest, served(own))
        time.sleep(0.2)
    assert slow_head.received.startswith(b"HTTP/1.1 408 ") and slow_head.closed and 9 < slow_head.seconds < 15
    assert no_body.received.startswith(b"HTTP/1.1 408 ") and no_body.closed and 19 < no_body.seconds < 27
    assert silent.received == b"" and not silent.closed
    assert longest < 5, "others were served late"


def test_idle_connections_are_cheap(own, record_property):
    pids = own.pids["gateways"]
    for _ in range(20):
        served(own)
    before = sum(private_bytes(pid) for pid in pids)
    idle = []
    try:
        for _ in range(IDLE):
            idle.append(wire.connect(own.base_url))
            if len(idle) % 500 == 0:
                assert served(own) < 5
        # Half of them have been served once and are kept.
        request = own.request(GB, "/healthz", b"").replace(b"POST", b"GET", 1)
        for connection in idle[::10]:
            connection.sendall(request)
        for connection in idle[::10]:
            assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        each = (sum(private_bytes(pid) for pid in pids) - before) / IDLE
        print(f"\n{IDLE} idle connections: {each:.0f} bytes of private memory each")
        record_property("idle_connection_bytes", round(each))
        assert max(served(own) for _ in range(20)) < 5
        assert each < 4096
    finally:
        for connection in idle:
            connection.close()
    assert served(own) < 5


def test_pipelined_requests_are_answered_in_order(own):
    """A hundred requests in one piece: as many answers, each to its own question."""
    texts = [mark() for _ in range(100)]
    requests = [own.request(GB, CHAT, ask(DEEPSEEK, text, tokens=1)) for text in texts]
    stream = wire.Stream(wire.connect(own.base_url))
    sender = threading.Thread(target=stream.connection.sendall, args=(b"".join(requests),), daemon=True)
    sender.start()
    references = []
    for _ in texts:
        stream.headers = []
        stream.read_head()
        assert stream.status == 200
        length = int(stream.header("content-length"))
        while len(stream.pending) < length:
            stream.pending += stream._receive()
        stream.pending = stream.pending[length:]
        references.append(stream.reference)
    assert stream.pending == b"" and len(set(references)) == 100
    for text, reference in list(zip(texts, references))[::9]:
        assert text.encode() in own.story(reference).exchange.received


def test_pipelined_bytes_are_bounded(own):
    """While the first request waits for its vendor, what is sent behind it stays with the client."""
    text = mark()
    pids = own.pids["gateways"]
    rule = {"match": {"text": text}, "play": {"delay_head_ms": 4000}}
    with own.vendors["meridian"].playing(rule):
        before = sum(private_bytes(pid) for pid in pids)
        with wire.connect(own.base_url, timeout=2) as connection:
            connection.sendall(own.request(GB, CHAT, ask(DEEPSEEK, text, tokens=1)))
            behind, sent = own.request(GB, CHAT, ask(DEEPSEEK, "behind", tokens=1)) * 1000, 0
            with pytest.raises(socket.timeout):
                while sent < 200 * MIB:
                    sent += connection.send(behind)
            grown = sum(private_bytes(pid) for pid in pids) - before
            print(
                f"\n{sent / MIB:.1f} MiB went behind a waiting request, {grown / 1024:.0f} KiB into the gate's memory"
            )
            # What the kernel's buffers hold is not the gate's.
            assert sent < 64 * MIB and grown < 2 * MIB
    assert served(own) < 5


def test_slow_readers_stop_their_vendors(own):
    """Sixteen clients that read nothing of 16 MiB each: neither the gate nor the vendor's socket takes it in."""
    text, readers = mark(), 16
    vendor = own.vendors["meridian"]
    events = [{"what": "huge", "after": 1, "bytes": 1 << 18}] * 64
    rule = {"match": {"text": text}, "play": {"insert": events, "tokens": 3, "tokens_per_second": 1000}}
    pids = own.pids["gateways"]
    with vendor.playing(rule):
        before = sum(private_bytes(pid) for pid in pids)
        logged = vendor.byte_log.stat().st_size
        request = ask(DEEPSEEK, text, stream=True)
        streams = [own.stream(GB, CHAT, request, receive_buffer=64 << 10) for _ in range(readers)]
        # The byte log holds what was written, and hardly grows any more once the vendor waits.
        size, since = -1, time.monotonic()
        while time.monotonic() - since < 1:
            time.sleep(0.1)
            vendor.ask("POST", "/_simulator/flush")
            if (now := vendor.byte_log.stat().st_size) > size + (64 << 10):
                size, since = now, time.monotonic()
        grown = sum(private_bytes(pid) for pid in pids) - before
        print(f"\n{grown / readers / 1024:.0f} KiB of memory for each reader that does not read")
        assert size - logged < readers * 12 * MIB, "the vendors wrote on"
        assert grown < readers * 3 * MIB
        assert served(own) < 5
        body = streams[0].rest()
        assert streams[0].end == "last chunk" and body.count(b"h" * (1 << 18)) == 64
        for stream in streams[1:]:
            stream.reset()
    eventually(
        lambda: all(exchange.outcome for exchange in vendor.exchanges(text)), 10, "the end of the vendors' answers"
    )


def test_a_gate_without_descriptors(install):
    bank = install(PORTCULLIS_WORKERS="1", PORTCULLIS_CONNECTIONS="400").start()
    (pid,) = bank.pids["gateways"]
    served(bank)
    used = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    text = mark()
    stream = bank.stream(GB, CHAT, ask(DEEPSEEK, text, tokens=300, stream=True))
    # 64 are kept for files (docs/limits.md).
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 64 + 24, used + 64 + 24))
    clients, refused, silent = [], 0, 0
    request = bank.request(GB, CHAT, ask(DEEPSEEK, "hello", tokens=1))
    try:
        for _ in range(80):
            clients.append(wire.connect(bank.base_url, timeout=5))
        for client in clients:
            try:
                client.sendall(request)
                received = client.recv(4096)
            except socket.timeout:
                silent += 1
                continue
            except ConnectionError:
                received = b""
            # Served, refused in words, or closed at once.
            status = int(received[9:12]) if received else 503
            assert status in (200, 502, 503), received[:200]
            refused += status != 200
    finally:
        for client in clients:
            client.close()
    assert refused >= 40, "there were descriptors for all"
    assert silent == 0, "clients were left waiting"
    logs = [path.read_text() for path in (bank.data / "logs").glob("gw*.jsonl*")]
    assert any("descriptor" in log for log in logs), "no line in the log"
    said = stream.rest()
    assert stream.end == "last chunk" and said.count(b'"delta"') >= 300, "the open answer was harmed"
    eventually(lambda: bank.ask(GB, CHAT, ask(DEEPSEEK, "hello", tokens=1)).status == 200, 10, "the service's return")
    assert bank.pids["gateways"] == [pid], "the gate was restarted"
    assert json.loads(bank.get("/readyz").body)["ready"] is True
