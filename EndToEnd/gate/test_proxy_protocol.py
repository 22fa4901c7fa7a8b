"""Proves that a load balancer that speaks the PROXY protocol is believed when the settings name it, and nobody else:
what it says decides where the caller is."""

import socket
import ssl

import pytest

from certificates import Authority
from extra_gate import ExtraGate
from installation import CHAT
from prompts import ask, mark

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def header(source: str, command: int = 0x21) -> bytes:
    family, kind = (socket.AF_INET6, 0x21) if ":" in source else (socket.AF_INET, 0x11)
    local = "::1" if ":" in source else "127.0.0.1"
    addresses = socket.inet_pton(family, source) + socket.inet_pton(family, local) + b"\x30\x39\x01\xbb"
    return SIGNATURE + bytes([command, kind]) + len(addresses).to_bytes(2, "big") + addresses


def exchange(port: int, sent: bytes | tuple[bytes, bytes], source: str = "127.0.0.1", context=None) -> bytes:
    """Everything the gate says until it closes. The first piece goes out before any handshake."""
    raw = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0))
    first, request = sent if isinstance(sent, tuple) else (sent, b"")
    raw.sendall(first)
    connection = context.wrap_socket(raw, server_hostname="localhost") if context else raw
    connection.sendall(request)
    answer = b""
    while piece := connection.recv(65_536):
        answer += piece
    connection.close()
    return answer


def closing(request: bytes) -> bytes:
    return request.replace(b"content-type:", b"connection: close\r\ncontent-type:", 1)


@pytest.fixture(scope="module")
def gate(demo):
    with ExtraGate(demo, "gwproxy", proxy_protocol_from="127.0.0.9, fd00::/8") as gate:
        yield gate


HONG_KONG = "127.0.1.5"
"""In the example's network of the Hong Kong office."""
SEEN_FROM_HONG_KONG = ({"badge_in", "site_network"}, {"GB", "HK"})


def evidence(bank, answer: bytes) -> tuple[set[str], set[str]]:
    """The kinds of evidence that the decision took, and the countries where it took the caller to be."""
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    reference = next(line.split(b": ")[1] for line in answer.split(b"\r\n") if line.startswith(b"portcullis-ref"))
    located = bank.story(reference.decode()).decisions[0]["input"]["call"]["persons"][0]["located"]
    return {entry["kind"] for entry in located["used"]}, set(located["places"])


@pytest.mark.parametrize("source", [HONG_KONG, f"::ffff:{HONG_KONG}"])
def test_the_caller_is_where_the_balancer_says(demo, gate, source):
    request = closing(demo.request("p-gb-banker", CHAT, ask("gpt-5.5", mark())))
    assert evidence(demo, exchange(gate.port, request)) == ({"badge_in"}, {"GB"})
    assert evidence(demo, exchange(gate.port, request, source=HONG_KONG)) == SEEN_FROM_HONG_KONG
    relayed = exchange(gate.port, header(source) + request, source="127.0.0.9")
    assert evidence(demo, relayed) == SEEN_FROM_HONG_KONG


def test_nobody_else_is_believed(demo, gate):
    request = closing(demo.request("p-gb-banker", CHAT, ask("gpt-5.5", mark())))
    assert exchange(gate.port, header("203.0.113.7") + request).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("sent", [b"", b"PROXY TCP4 203.0.113.7 127.0.0.1 1 2\r\n", SIGNATURE + b"\x31\x11\0\0"])
def test_the_header_is_required(demo, gate, sent):
    request = closing(demo.request("p-gb-banker", CHAT, ask("gpt-5.5", mark())))
    assert exchange(gate.port, sent + request, source="127.0.0.9").startswith(b"HTTP/1.1 400 ")


def test_before_tls(demo, tmp_path):
    authority = Authority(tmp_path)
    pair = authority.issue("gate.example", "localhost")
    settings = {"tls_certificate": pair.certificate, "tls_key": pair.key, "proxy_protocol_from": "127.0.0.9"}
    request = closing(demo.request("p-gb-banker", CHAT, ask("gpt-5.5", mark())))
    trusting = ssl.create_default_context(cafile=authority.file)
    with ExtraGate(demo, "gwproxytls", **settings) as gate:
        relayed = exchange(gate.port, (header(HONG_KONG), request), "127.0.0.9", trusting)
        direct = exchange(gate.port, (b"", request), context=trusting)
    assert evidence(demo, relayed) == SEEN_FROM_HONG_KONG
    assert evidence(demo, direct) == ({"badge_in"}, {"GB"})
