"""Proves that nothing ambiguous passes: each probe is refused once and its connection closed, and the request hidden
behind it is never answered and never reaches a vendor; a vendor that breaks HTTP is refused as strictly, its connection
is not used again, and the client is told in its own protocol's shape."""

from __future__ import annotations

import json
import socket
import time

import pytest

import wire
from bundles import deployment, variant
from hostile import HostileVendor
from installation import CHAT
from prompts import DEEPSEEK, ask, mark

GB = "p-gb-banker"
REFUSED = {400, 408, 411, 413, 417, 431, 501, 505}


class Probe:
    """A request like any other, but for what is changed."""

    def __init__(self, bank, text: str) -> None:
        self.body = json.dumps(ask(DEEPSEEK, text, tokens=2)).encode()
        self.fields = [b"authorization: Bearer " + bank.key(GB).encode(), b"content-type: application/json"]

    def request(
        self,
        line: bytes = b"POST /v1/chat/completions HTTP/1.1",
        *more: bytes,
        host: bytes | None = b"host: gate",
        length: bytes | None = None,
        body: bytes | None = None,
    ) -> bytes:
        """`length` replaces the content-length field; without a body there is none."""
        body = self.body if body is None else body
        framing = [length if length is not None else b"content-length: %d" % len(body)]
        fields = ([host] if host is not None else []) + self.fields + [field for field in framing if field] + list(more)
        return line + b"\r\n" + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body

    def chunked(self, body: bytes, *more: bytes, line: bytes = b"POST /v1/chat/completions HTTP/1.1") -> bytes:
        return self.request(line, b"transfer-encoding: chunked", *more, length=b"", body=body)

    def in_chunks(self) -> bytes:
        return b"%x\r\n%s\r\n0\r\n\r\n" % (len(self.body), self.body)


def head_probes(p: Probe) -> dict[str, bytes]:
    size = len(p.body)
    lengths = {
        "list": b"%d, %d" % (size, size),
        "list of two": b"%d,%d" % (size, size + 1),
        "hexadecimal": b"0x%x" % size,
        "empty": b"",
        "negative": b"-%d" % size,
        "with a plus": b"+%d" % size,
        "over 2^64": b"18446744073709551616",
        "over 2^63": b"9223372036854775808",
        "wrapping": b"%d" % ((1 << 64) + size),
        "of many zeros": b"0" * 30 + b"%d" % size,
        "with a letter": b"%dx" % size,
        "with a space": b"%d %d" % (size, size),
        "with a quote": b'"%d"' % size,
        "a fraction": b"%d.0" % size,
        "exponential": b"1e2",
        "of 10 GB": b"10737418240",
    }
    probes = {f"length {name}": p.request(length=b"content-length: " + value) for name, value in lengths.items()}
    smaller = b"content-length: %d" % (size - 1)
    probes |= {
        "two lengths": p.request(b"POST /v1/chat/completions HTTP/1.1", smaller),
        "two equal lengths": p.request(b"POST /v1/chat/completions HTTP/1.1", b"content-length: %d" % size),
        "length and chunked": p.request(
            b"POST /v1/chat/completions HTTP/1.1", b"transfer-encoding: chunked", body=p.in_chunks()
        ),
        "chunked and length": p.chunked(p.in_chunks(), b"content-length: 5"),
        "chunked and length 0": p.chunked(p.in_chunks(), b"content-length: 0"),
    }
    codings = {
        "xchunked": b"xchunked",
        "gzip, chunked": b"gzip, chunked",
        "chunked, gzip": b"chunked, gzip",
        "chunked, chunked": b"chunked, chunked",
        "identity": b"identity",
        "empty": b"",
        "vertical tab before": b"\x0bchunked",
        "vertical tab behind": b"chunked\x0b",
        "form feed": b"\x0cchunked",
        "quoted": b'"chunked"',
        "with a parameter": b"chunked;q=1",
        "with a comma": b"chunked,",
        "with a comma before": b",chunked",
        "with NUL": b"chunked\x00",
        "non-ASCII": "chun\u212aed".encode(),
        "no-break space": b"\xa0chunked",
    }
    probes |= {
        f"coding {name}": p.request(
            b"POST /v1/chat/completions HTTP/1.1", b"transfer-encoding: " + value, length=b"", body=p.in_chunks()
        )
        for name, value in codings.items()
    }
    probes |= {
        "coding twice": p.chunked(p.in_chunks(), b"transfer-encoding: chunked"),
        "coding twice, one identity": p.chunked(p.in_chunks(), b"transfer-encoding: identity"),
        "coding on HTTP/1.0": p.chunked(p.in_chunks(), line=b"POST /v1/chat/completions HTTP/1.0"),
        "coding, space before the colon": p.request(
            b"POST /v1/chat/completions HTTP/1.1", b"transfer-encoding : chunked", length=b"", body=p.in_chunks()
        ),
        "coding folded": p.request(
            b"POST /v1/chat/completions HTTP/1.1", b"transfer-encoding:\r\n chunked", length=b"", body=p.in_chunks()
        ),
    }
    return probes


def line_probes(p: Probe) -> dict[str, bytes]:
    good = p.request()
    targets = {
        "encoded CR LF": b"/v1/chat/completions%0d%0ax:y",
        "encoded CR LF, upper case": b"/v1/chat/completions?a=%0D%0A",
        "encoded NUL": b"/v1/chat/completions%00",
        "half an escape": b"/v1/chat/completions%0",
        "no escape": b"/v1/chat/completions%zz",
        "non-ASCII": "/v1/chat/completions?é".encode(),
        "a byte over 0x7f": b"/v1/chat/completions?\xff",
        "a fragment": b"/v1/chat/completions#x",
        "a space": b"/v1/chat/completions x",
        "a tab": b"/v1/chat/completions\tx",
        "a backslash": b"\\v1\\chat\\completions",
        "foreign absolute-form": b"http://other/v1/chat/completions",
        "foreign port": b"http://gate:81/v1/chat/completions",
        "user in absolute-form": b"http://gate@other/v1/chat/completions",
        "another scheme": b"ftp://gate/v1/chat/completions",
        "absolute-form without host": b"http:///v1/chat/completions",
        "authority-form": b"gate:80",
        "asterisk": b"*",
        "relative": b"v1/chat/completions",
        "empty": b"",
    }
    probes = {f"target {name}": p.request(b"POST " + value + b" HTTP/1.1") for name, value in targets.items()}
    lines = {
        "HTTP/0.9": b"GET /v1/models",
        "HTTP/2.0": b"POST /v1/chat/completions HTTP/2.0",
        "HTTP/3.0": b"POST /v1/chat/completions HTTP/3.0",
        "HTTP/1.2": b"POST /v1/chat/completions HTTP/1.2",
        "HTTP/1.10": b"POST /v1/chat/completions HTTP/1.10",
        "HTTP/1": b"POST /v1/chat/completions HTTP/1",
        "HTTP/01.1": b"POST /v1/chat/completions HTTP/01.1",
        "lower-case version": b"POST /v1/chat/completions http/1.1",
        "space behind": b"POST /v1/chat/completions HTTP/1.1 ",
        "two spaces": b"POST  /v1/chat/completions HTTP/1.1",
        "tab between": b"POST\t/v1/chat/completions\tHTTP/1.1",
        "space before": b" POST /v1/chat/completions HTTP/1.1",
        "empty line before": b"\r\nPOST /v1/chat/completions HTTP/1.1",
        "bare CR": b"POST /v1/chat/completions HTTP/1.1\rx: y",
        "lower-case method": b"post /v1/chat/completions HTTP/1.1",
        "mixed method": b"Post /v1/chat/completions HTTP/1.1",
        "unknown method": b"FETCH /v1/chat/completions HTTP/1.1",
        "method with NUL": b"PO\x00ST /v1/chat/completions HTTP/1.1",
        "TRACE": b"TRACE /v1/chat/completions HTTP/1.1",
        "CONNECT": b"CONNECT gate:80 HTTP/1.1",
        "CONNECT of a path": b"CONNECT /v1/chat/completions HTTP/1.1",
        "PRI": b"PRI /v1/chat/completions HTTP/1.1",
    }
    probes |= {name: p.request(line) for name, line in lines.items()}
    probes |= {
        "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + good,
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + good,
    }
    return probes


def field_probes(p: Probe) -> dict[str, bytes]:
    fields = {
        "bare CR in a value": b"x: a\rb",
        "bare CR behind a value": b"x: a\r",
        "folded with a space": b"x: a\r\n b",
        "folded with a tab": b"x: a\r\n\tb",
        "space before the colon": b"x : a",
        "tab before the colon": b"x\t: a",
        "space before the name": b" x: a",
        "empty name": b": a",
        "no colon": b"x",
        "NUL in a value": b"x: a\x00b",
        "NUL in a name": b"x\x00: a",
        "escape in a value": b"x: \x1b[2J",
        "DEL in a value": b"x: \x7f",
        "vertical tab in a value": b"x: a\x0bb",
        "brackets in a name": b"x[1]: a",
        "non-ASCII in a name": "é: a".encode(),
        "quote in a name": b'"x": a',
        "two hosts": b"host: gate",
        "two different hosts": b"host: other",
        "unknown expectation": b"expect: 200-ok",
        "two expectations": b"expect: 100-continue, 200-ok",
        "more than 100 fields": b"\r\n".join(b"x-%d: y" % number for number in range(120)),
        "head of 200 KB": b"x: " + b"y" * 200_000,
        "many small fields": b"\r\n".join(b"x-%d: %s" % (number, b"y" * 2000) for number in range(90)),
    }
    probes = {name: p.request(b"POST /v1/chat/completions HTTP/1.1", field) for name, field in fields.items()}
    hosts = {
        "empty": b"host:",
        "with a path": b"host: gate/x",
        "with a user": b"host: me@gate",
        "list": b"host: gate, other",
        "with a space": b"host: gate other",
        "with a letter port": b"host: gate:x",
        "with a port too long": b"host: gate:123456",
        "open bracket": b"host: [::1",
        "bracket with a name": b"host: [gate]",
        "non-ASCII": "host: gäte".encode(),
        "with a query": b"host: gate?x",
    }
    probes |= {f"host {name}": p.request(host=value) for name, value in hosts.items()}
    probes |= {
        "no host": p.request(host=None),
        "bare LF after the line": p.request().replace(b"HTTP/1.1\r\n", b"HTTP/1.1\n", 1),
        "bare LF after a field": p.request().replace(b"json\r\n", b"json\n", 1),
        "bare LF everywhere": p.request().replace(b"\r\n", b"\n"),
        "LF LF at the end": p.request().replace(b"\r\n\r\n", b"\n\n", 1),
        "LF CR LF at the end": p.request().replace(b"\r\n\r\n", b"\n\r\n", 1),
        "CR CR LF": p.request().replace(b"json\r\n", b"json\r\r\n", 1),
    }
    return probes


def chunk_probes(p: Probe) -> dict[str, bytes]:
    size, body = len(p.body), p.body
    sizes = {
        "of 17 digits": b"0" * 15 + b"%x" % size,
        "over 2^64": b"1%016x" % size,
        "of 2^64 - 1": b"f" * 16,
        "of 2^63": b"8000000000000000",
        "with 0x": b"0x%x" % size,
        "empty": b"",
        "negative": b"-%x" % size,
        "with a plus": b"+%x" % size,
        "with a space behind": b"%x " % size,
        "with a space before": b" %x" % size,
        "with a tab": b"%x\t" % size,
        "with a letter": b"%xg" % size,
        "with an underscore": b"1_0",
        "with an empty extension": b"%x;" % size,
        "with a space before the extension": b"%x ;a=b" % size,
        "with an extension without a name": b"%x;=b" % size,
        "with an extension without a value": b"%x;a=" % size,
        "with an open quote": b'%x;a="b' % size,
        "with a bare LF in the extension": b"%x;a\nb" % size,
        "with a bare CR in the extension": b"%x;a\rb" % size,
        "with NUL in the extension": b"%x;a=\x00" % size,
        "with an extension too long": b"%x;a=%s" % (size, b"x" * 300),
        "with a comma": b"%x,a" % size,
    }
    probes = {
        f"chunk size {name}": p.chunked(value + b"\r\n" + body + b"\r\n0\r\n\r\n") for name, value in sizes.items()
    }
    chunk = b"%x\r\n%s" % (size, body)
    bodies = {
        "chunk size ended by LF": b"%x\n%s\r\n0\r\n\r\n" % (size, body),
        "chunk ended by LF": chunk + b"\n0\r\n\r\n",
        "chunk ended by CR": chunk + b"\rx0\r\n\r\n",
        "chunk without an end": chunk + b"0\r\n\r\n",
        "chunk one byte longer": b"%x\r\n%s\r\n0\r\n\r\n" % (size - 1, body),
        "last chunk ended by LF": chunk + b"\r\n0\n\n",
        "trailer ended by LF": chunk + b"\r\n0\r\nx: y\n\r\n",
        "trailer with a space before the colon": chunk + b"\r\n0\r\nx : y\r\n\r\n",
        "trailer folded": chunk + b"\r\n0\r\nx: y\r\n z\r\n\r\n",
        "trailer without a colon": chunk + b"\r\n0\r\nxy\r\n\r\n",
        "trailer without a name": chunk + b"\r\n0\r\n: y\r\n\r\n",
        "trailer with NUL": chunk + b"\r\n0\r\nx: \x00\r\n\r\n",
        "trailer with a bare CR": chunk + b"\r\n0\r\nx: a\rb\r\n\r\n",
        "trailer of 20 KB": chunk + b"\r\n0\r\nx: " + b"y" * 20_000 + b"\r\n\r\n",
        "trailers of 20 KB": chunk + b"\r\n0\r\n" + b"x: y\r\n" * 4000 + b"\r\n",
        "request instead of a trailer": chunk + b"\r\n0\r\n",
    }
    return probes | {name: p.chunked(value) for name, value in bodies.items()}


TABLES = {"heads": head_probes, "lines": line_probes, "fields": field_probes, "chunks": chunk_probes}


def converse(bank, request: bytes, seconds: float = 8) -> tuple[list[int], bytes, bool]:
    """Sends bytes and reads to the end: the statuses of the answers, what follows them, whether the gate closed."""
    with wire.connect(bank.base_url, timeout=seconds) as connection:
        received = b""
        try:
            connection.sendall(request)
            while piece := connection.recv(1 << 16):
                received += piece
            closed = True
        except (ConnectionResetError, BrokenPipeError):
            closed = True
        except socket.timeout:
            closed = False
    return *answers(received), closed


def answers(received: bytes) -> tuple[list[int], bytes]:
    """The statuses of whole answers, and what follows them."""
    statuses = []
    while received.startswith(b"HTTP/1.1 ") and b"\r\n\r\n" in received:
        head, _, rest = received.partition(b"\r\n\r\n")
        statuses.append(int(head[9:12]))
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        received = rest[int(lengths[0].split(b":")[1]) if lengths else 0 :]
    return statuses, received


def reached(bank, text: str) -> bool:
    return any(vendor.exchanges(text) for vendor in bank.vendors.values())


def test_without_a_fault_both_requests_are_answered(own):
    """The vehicle works: the same bytes without a fault pass, and so does what follows them."""
    for framed in (lambda p: p.request(), lambda p: p.chunked(p.in_chunks())):
        first, second = mark(), mark()
        front, behind = framed(Probe(own, first)), Probe(own, second).request(
            b"POST /v1/chat/completions HTTP/1.1", b"connection: close"
        )
        assert converse(own, front + behind) == ([200, 200], b"", True)
        assert reached(own, first) and reached(own, second)


@pytest.mark.parametrize("table", TABLES)
def test_probes_are_refused_once(own, table):
    hidden = mark()
    behind = Probe(own, hidden).request()
    shown = mark()
    wrong = {}
    for name, probe in TABLES[table](Probe(own, shown)).items():
        statuses, rest, closed = converse(own, probe + behind)
        if not (len(statuses) == 1 and statuses[0] in REFUSED and rest == b"" and closed):
            wrong[name] = (statuses, rest[:80], "closed" if closed else "open")
    assert wrong == {}
    assert not reached(own, hidden), "a hidden request reached a vendor"
    assert not reached(own, shown), "a refused request reached a vendor"


def test_a_probe_is_the_same_however_it_is_cut(own):
    """Byte by byte, each byte a segment of its own: the refusal is the same."""
    hidden = mark()
    behind = Probe(own, hidden).request()
    for table in TABLES.values():
        for name, probe in list(table(Probe(own, mark())).items())[::7]:
            if len(probe) > 2000:
                continue
            whole = converse(own, probe + behind)[0]
            with wire.connect(own.base_url, timeout=8) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                received = b""
                try:
                    for byte in probe:
                        connection.sendall(bytes([byte]))
                    connection.sendall(behind)
                    while piece := connection.recv(1 << 16):
                        received += piece
                except (ConnectionResetError, BrokenPipeError):
                    pass
            # Bytes that are sent after a refusal may meet a closed socket, whose reset takes the answer along.
            if received:
                assert answers(received) == (whole, b""), name
    assert not reached(own, hidden)


# --- Vendors


GOOD_BODY = json.dumps(
    {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "deepseek-v4-pro",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
).encode()
SIZE = len(GOOD_BODY)
JSON = b"content-type: application/json\r\n"
GOOD = b"HTTP/1.1 200 OK\r\n" + JSON + b"content-length: %d\r\n\r\n" % SIZE + GOOD_BODY
IN_CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (SIZE, GOOD_BODY)
CHUNKED = b"HTTP/1.1 200 OK\r\n" + JSON + b"transfer-encoding: chunked\r\n"


def answer(line: bytes = b"HTTP/1.1 200 OK", more: bytes = b"", length: bytes | None = None) -> bytes:
    length = b"content-length: %d" % SIZE if length is None else length
    return line + b"\r\n" + JSON + (length + b"\r\n" if length else b"") + more + b"\r\n" + GOOD_BODY


HOSTILE = {
    "no status line": b"hello\r\n\r\n",
    "HTTP/2.0": answer(b"HTTP/2.0 200 OK"),
    "HTTP/1.2": answer(b"HTTP/1.2 200 OK"),
    "lower-case version": answer(b"http/1.1 200 OK"),
    "status of two digits": answer(b"HTTP/1.1 20 OK"),
    "status of four digits": answer(b"HTTP/1.1 2000 OK"),
    "status with a sign": answer(b"HTTP/1.1 +20 OK"),
    "status 999": answer(b"HTTP/1.1 999 OK"),
    "status 099": answer(b"HTTP/1.1 099 OK"),
    "status 101": b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n" + GOOD,
    "control byte in the reason": answer(b"HTTP/1.1 200 O\x01K"),
    "bare LF": answer().replace(b"\r\n", b"\n", 3),
    "bare CR": answer(more=b"x: a\rb\r\n"),
    "folded": answer(more=b"x: a\r\n b\r\n"),
    "space before the colon": answer(more=b"x : y\r\n"),
    "NUL": answer(more=b"x: \x00\r\n"),
    "empty name": answer(more=b": y\r\n"),
    "length and chunked": answer(more=b"transfer-encoding: chunked\r\n"),
    "two lengths": answer(more=b"content-length: 1\r\n"),
    "two equal lengths": answer(more=b"content-length: %d\r\n" % SIZE),
    "length list": answer(length=b"content-length: %d, %d" % (SIZE, SIZE)),
    "length negative": answer(length=b"content-length: -1"),
    "length hexadecimal": answer(length=b"content-length: 0x10"),
    "length over 2^64": answer(length=b"content-length: 18446744073709551617"),
    "coding gzip": answer(length=b"transfer-encoding: gzip"),
    "coding gzip, chunked": answer(length=b"transfer-encoding: gzip, chunked"),
    "coding twice": CHUNKED + b"transfer-encoding: chunked\r\n\r\n" + IN_CHUNKS,
    "coding on HTTP/1.0": CHUNKED.replace(b"1.1", b"1.0", 1) + b"\r\n" + IN_CHUNKS,
    "head too large": answer(more=b"x: " + b"y" * 40_000 + b"\r\n"),
    "too many fields": answer(more=b"".join(b"x-%d: y\r\n" % number for number in range(120))),
    "flood of interim answers": b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" * 1000 + GOOD,
    "chunk size with 0x": CHUNKED + b"\r\n0x" + IN_CHUNKS,
    "chunk size negative": CHUNKED + b"\r\n-" + IN_CHUNKS,
    "chunk size over 2^64": CHUNKED + b"\r\n" + b"f" * 17 + b"\r\n" + GOOD_BODY,
    "chunk size ended by LF": CHUNKED + b"\r\n" + IN_CHUNKS.replace(b"\r\n", b"\n", 1),
    "chunk without an end": CHUNKED + b"\r\n%x\r\n%s0\r\n\r\n" % (SIZE, GOOD_BODY),
    "chunk extension too long": CHUNKED + b"\r\n%x;a=%s\r\n%s\r\n0\r\n\r\n" % (SIZE, b"x" * 300, GOOD_BODY),
    "trailer too long": CHUNKED + b"\r\n%x\r\n%s\r\n0\r\nx: %s\r\n\r\n" % (SIZE, GOOD_BODY, b"y" * 20_000),
    "closed within the length": GOOD[:-5],
    "closed within a chunk": (CHUNKED + b"\r\n" + IN_CHUNKS)[:-20],
    "closed within the head": GOOD[:30],
    "nothing": b"",
}

# Read as they stand, and the connection is not used again.
SUSPECT = {
    "bytes behind the answer": GOOD + b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nextra",
    "bytes behind the last chunk": CHUNKED + b"\r\n" + IN_CHUNKS + b"extra",
    "until the connection closes": b"HTTP/1.1 200 OK\r\n" + JSON + b"\r\n" + GOOD_BODY,
    "connection: close": answer(more=b"connection: close\r\n"),
    "HTTP/1.0": answer(b"HTTP/1.0 200 OK"),
}


@pytest.fixture(scope="module")
def vendor(own, tmp_path_factory):
    """The model inside the perimeter, served by nobody's friend."""
    with HostileVendor(GOOD) as hostile:
        folder = tmp_path_factory.mktemp("hostile") / "bank"
        changed = deployment(
            "deepseek-v4-pro-inside",
            endpoint=hostile.url + "/v1",
            timeouts="{connect_ms: 1000, first_byte_ms: 2000, idle_ms: 2000}",
        )
        own.activate(variant(folder, ("deployments.yaml", changed)))
        yield hostile


class Client:
    """One connection, so that one gateway's pool is judged."""

    def __init__(self, bank) -> None:
        self.bank = bank
        self.stream = None

    def ask(self) -> tuple[int, bytes]:
        for _ in range(2):
            self.stream = self.stream or wire.Stream(wire.connect(self.bank.base_url))
            self.stream.connection.sendall(self.bank.request(GB, CHAT, ask(DEEPSEEK, "hello", tokens=2)))
            self.stream.pending = b""
            try:
                self.stream.read_head()
            except AssertionError:
                # A refusal may close; the next request needs a new connection.
                self.stream = None
                continue
            body = b"".join(self.stream._sized(int(self.stream.header("content-length"))))
            status = self.stream.status
            if self.stream.header("connection") == "close":
                self.stream = None
            return status, body
        raise AssertionError("no answer")


def test_a_vendor_that_breaks_http_is_refused(own, vendor):
    client = Client(own)
    status, body = client.ask()
    assert (status, body) == (200, GOOD_BODY)
    wrong = {}
    for name, bytes_ in HOSTILE.items():
        with vendor.answering(bytes_, closes=True):
            status, body = client.ask()
        # A refusal in the protocol's own shape, with nothing of what the vendor said.
        refusal = json.loads(body) if body.startswith(b"{") else {}
        told = refusal.get("error", {}).get("code")
        if status != 502 or told != "upstream_error" or b"hello" in body:
            wrong[name] = (status, body[:120])
        connections = vendor.connections
        status, body = client.ask()
        if status != 200 or body != GOOD_BODY or vendor.connections == connections:
            wrong[name + ", afterwards"] = (status, body[:120], vendor.connections - connections)
    assert wrong == {}


def test_a_broken_answer_is_not_followed_by_another(own, vendor):
    """The vendor leaves the connection open behind its fault: the gate closes it and does not read on."""
    client = Client(own)
    wrong = {}
    for name in ["length and chunked", "two lengths", "status 101", "chunk without an end", "flood of interim answers"]:
        with vendor.answering(HOSTILE[name] + GOOD, closes=False):
            status, _ = client.ask()
        if status != 502 or not vendor.was_closed(seconds=2):
            wrong[name] = status
        assert client.ask() == (200, GOOD_BODY)
    assert wrong == {}


def test_suspect_connections_are_not_used_again(own, vendor):
    client = Client(own)
    assert client.ask() == (200, GOOD_BODY)
    before = vendor.connections
    assert client.ask() == (200, GOOD_BODY)
    assert vendor.connections == before, "a good connection is kept"
    wrong = {}
    for name, bytes_ in SUSPECT.items():
        with vendor.answering(bytes_, closes=name.startswith("until")):
            status, body = client.ask()
        connections = vendor.connections
        again = client.ask()
        if (status, body) != (200, GOOD_BODY) or again != (200, GOOD_BODY) or vendor.connections == connections:
            wrong[name] = (status, body[:80], again[0], vendor.connections - connections)
    assert wrong == {}


def test_a_vendor_that_drips_its_head_is_given_up(own, vendor):
    """A byte now and then does not keep a request waiting for longer than the first byte may take."""
    client = Client(own)
    began = time.monotonic()
    with vendor.answering(GOOD, closes=False, drip_seconds=0.2):
        status, _ = client.ask()
    assert status in (502, 504) and time.monotonic() - began < 6
    assert client.ask() == (200, GOOD_BODY)
