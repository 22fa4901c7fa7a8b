"""Proves that a vendor can harm neither the gate nor those who use it: whatever bytes it sends, and however slowly, the
client gets the whole answer or an error that its library raises, the gate stays small, and the record says what came
and what was shown."""

from __future__ import annotations

import gzip
import json
import time

import anthropic
import openai
import pytest

from bundles import deployment, variant
from installation import CHAT, MESSAGES
from prompts import DEEPSEEK, SONNET, ask, user
from raw_vendor import (
    CHUNKED,
    CLOSING,
    DONE,
    MESSAGE,
    OPENING,
    STOP,
    STREAM,
    STREAMING,
    WHOLE,
    RawVendor,
    chunk,
    endless,
    event,
    head,
    named,
    said,
    says,
    whole,
)
from recorded import Reference
from verifying import verified
from waiting import eventually

GB = "p-gb-banker"
BEGUN = STREAMING + chunk(event("one "))
END = b"0\r\n\r\n"
MEBIBYTE = b"x" * (1 << 20)
# What a gateway may grow by, whatever a vendor sends: an event of 8 MiB, or a whole answer of 32 MiB, each with the
# copies that are made of it.
GROWTH = 128 << 20

# Streams asked for. What the vendor does; the text that the client gets; whether the library raises; what the record
# says of the end: the outcome of a hop, or the reason of an abort, or `complete`.
STREAMS = {
    "a whole stream": (says(STREAMING + chunk(STREAM) + END), "one two ", False, "complete"),
    "a stream until the end of the connection": (says(head() + STREAM, stays=False), "one two ", False, "complete"),
    "events after the end": (
        says(STREAMING + chunk(STREAM + event("three ") + DONE) + END),
        "one two ",
        False,
        "complete",
    ),
    "silence after the end": (says(STREAMING + chunk(STREAM)), "one two ", False, "complete"),
    "garbage after the end": (
        says(STREAMING + chunk(STREAM) + END + b"HTTP/1.1 200 OK\r\n\r\nthree"),
        "one two ",
        False,
        "complete",
    ),
    "endless events after the end": (
        endless(STREAMING + chunk(STREAM), chunk(event("three " * 1000))),
        "one two ",
        False,
        "complete",
    ),
    # Before the first event: another could answer.
    "nothing": (says(stays=False), "", True, "error"),
    "half a head": (says(STREAMING[:30], stays=False), "", True, "error"),
    "a head that never ends": (endless(b"HTTP/1.1 200 OK\r\n", b"x-more: y\r\n"), "", True, "error"),
    "comments for ever": (endless(STREAMING, chunk(b": still here\n\n" * 1000)), "", True, "error"),
    "a head alone": (says(STREAMING + END), "", True, "error"),
    "silence behind the head": (says(STREAMING), "", True, "error"),
    "an event of 100 MB at once": (
        endless(STREAMING + chunk(b"data: "), chunk(MEBIBYTE), limit=100 << 20),
        "",
        True,
        "error",
    ),
    "a compressed stream": (
        says(head(CHUNKED, "content-encoding: gzip") + chunk(gzip.compress(STREAM)) + END),
        "",
        True,
        "error",
    ),
    "a page": (says(whole(b"<html>Sorry</html>", type="text/html")), "", True, "error"),
    "a page that calls itself a stream": (says(STREAMING + chunk(b"<html>Sorry</html>") + END), "", True, "error"),
    "a whole answer instead of a stream": (says(whole()), "", True, "error"),
    "a redirect": (
        says(whole(b"", "location: http://127.0.0.1:1/", status="307 Temporary Redirect")),
        "",
        True,
        "status",
    ),
    "no content": (says(head(status="204 No Content")), "", True, "error"),
    "another protocol": (says(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "", True, "error"),
    "both framings": (says(head(CHUNKED, "content-length: 5") + chunk(STREAM) + END), "", True, "error"),
    "a chunk of no number": (says(STREAMING + b"-5\r\n" + STREAM), "", True, "error"),
    "bytes that are no text": (says(STREAMING + chunk(b'data: {"id":"\xff\xfe"}\n\n') + END), "", True, "error"),
    "a key twice": (says(STREAMING + chunk(b'data: {"choices":[],"choices":[]}\n\n') + END), "", True, "error"),
    # After it: an error event, and the connection breaks off.
    "an end without its word": (says(BEGUN + END), "one ", True, "ended_early"),
    "a connection that ends": (says(BEGUN, stays=False), "one ", True, "closed_within_answer"),
    "half an event": (says(BEGUN + chunk(event("two ")[:40]), stays=False), "one ", True, "closed_within_answer"),
    "silence within": (says(BEGUN), "one ", True, "idle_timeout"),
    "a page within": (says(BEGUN + chunk(b"data: <html>\n\n") + END), "one ", True, "malformed"),
    "a bad chunk within": (says(BEGUN + b"zz\r\n"), "one ", True, "malformed_answer"),
    "an error within": (
        says(BEGUN + chunk(b'data: {"error":{"message":"Sorry"}}\n\n') + END),
        "one ",
        True,
        "reported",
    ),
    # The last, as it fills the ledger that the tests read.
    "an event of 100 MB within": (
        endless(BEGUN + chunk(b"data: "), chunk(MEBIBYTE), limit=100 << 20),
        "one ",
        True,
        "too_long",
    ),
}

# The same, in Anthropic's protocol, where it differs.
MESSAGES_STREAMS = {
    "messages": (says(STREAMING + chunk(OPENING + said("one ") + CLOSING + STOP) + END), "one ", False, "complete"),
    "messages with more behind": (
        says(STREAMING + chunk(OPENING + said("one ") + CLOSING + STOP + said("two ") + STOP) + END),
        "one ",
        False,
        "complete",
    ),
    "messages and silence": (
        says(STREAMING + chunk(OPENING + said("one ") + CLOSING + STOP)),
        "one ",
        False,
        "complete",
    ),
    "pings for ever": (endless(STREAMING, chunk(named("ping") * 1000)), "", True, "error"),
    "messages that break off": (
        says(STREAMING + chunk(OPENING + said("one ") + CLOSING) + END),
        "one ",
        True,
        "ended_early",
    ),
    "messages with an error": (
        says(
            STREAMING
            + chunk(OPENING + said("one ") + named("error", error={"type": "api_error", "message": "x"}))
            + END
        ),
        "one ",
        True,
        "reported",
    ),
    "messages in the other protocol": (says(STREAMING + chunk(STREAM) + END), "", True, "error"),
    "messages as a whole": (
        says(whole(json.dumps({**MESSAGE, "content": [{"type": "text", "text": "one"}]}).encode())),
        "",
        True,
        "error",
    ),
}

WHOLES = {
    "a whole answer": (says(whole()), 200, "complete"),
    "an answer until the end of the connection": (
        says(head(type="application/json") + WHOLE, stays=False),
        200,
        "complete",
    ),
    "two answers": (says(whole() + whole(WHOLE.replace(b"one", b"two"))), 200, "complete"),
    "garbage behind": (says(whole() + MEBIBYTE), 200, "complete"),
    "too few bytes": (says(whole()[:-5], stays=False), 502, "error"),
    "an answer of 200 MB": (
        endless(head("content-length: 209715200", type="application/json"), MEBIBYTE),
        502,
        "error",
    ),
    "an answer without end": (endless(head(CHUNKED, type="application/json"), chunk(MEBIBYTE)), 502, "error"),
    "an error of 200 MB": (
        endless(head("content-length: 209715200", type="application/json", status="400 Bad Request"), MEBIBYTE),
        502,
        "error",
    ),
    "a compressed answer": (says(whole(gzip.compress(WHOLE), "content-encoding: gzip")), 502, "error"),
    "a page for an answer": (says(whole(b"<html>Sorry</html>", type="text/html")), 502, "error"),
    "a stream instead of an answer": (says(STREAMING + chunk(STREAM) + END), 502, "error"),
    "an empty answer": (says(whole(b"")), 502, "error"),
    "a list": (says(whole(b"[]")), 502, "error"),
    "more nesting than anybody reads": (says(whole(b'{"choices":' + b"[" * 10_000)), 502, "error"),
    "silence": (says(), 504, "first_byte"),
    "an answer byte by byte that stops": (says(whole()[:-1]), 504, "error"),
    "a length that is no number": (says(head("content-length: 5x", type="application/json") + WHOLE), 502, "error"),
    "two lengths": (
        says(head("content-length: 5", "content-length: 6", type="application/json") + WHOLE),
        502,
        "error",
    ),
}


@pytest.fixture(scope="module")
def vendor():
    running = RawVendor({name: play for name, (play, *_) in {**STREAMS, **MESSAGES_STREAMS, **WHOLES}.items()})
    yield running
    running.close()


@pytest.fixture(scope="module")
def bank(own, vendor, tmp_path_factory):
    times = "{connect_ms: 500, first_byte_ms: 1000, idle_ms: 1000}"
    inside = deployment("deepseek-v4-pro-inside", endpoint=f"http://127.0.0.1:{vendor.port}/v1", timeouts=times)
    direct = deployment("claude-sonnet-4-8-direct", endpoint=f"http://127.0.0.1:{vendor.port}", timeouts=times)
    folder = tmp_path_factory.mktemp("bundle") / "bank"
    variant(folder, ("deployments.yaml", inside), ("deployments.yaml", direct))
    own.activate(folder)
    return own


def resident(bank) -> int:
    """Bytes of the largest gateway."""
    found = []
    for pid in bank.pids["gateways"]:
        with open(f"/proc/{pid}/status") as status:
            (line,) = [line for line in status if line.startswith("VmRSS")]
            found.append(int(line.split()[1]) * 1024)
    return max(found)


def ending(story) -> str:
    """One word for what the record says of the deployment's answer."""
    ends = [record for name, _, record in story.records if name in ("HOP", "COMPLETE", "ABORT")]
    words = [record.get("outcome") or record.get("reason") or "complete" for record in ends]
    # Of the model's other deployment, and of the request when nobody served it.
    (word,) = [word for word in words if word not in ("denied", "no_candidate")]
    return word


def settled(bank, vendor, name: str, before: int, began: float) -> None:
    """The vendor is let go of, the gate is as small as it was, and nobody waited for long."""
    eventually(lambda: name not in vendor.playing, 5, "the vendor to notice that the gate has left")
    assert resident(bank) - before < GROWTH and time.monotonic() - began < 10
    # Once more where a kept connection turned out to be closed; never for an answer that came.
    assert vendor.requests.count(name) <= (2 if name == "nothing" else 1)


@pytest.mark.parametrize("name", STREAMS)
def test_streams(bank, vendor, name):
    _, text, fails, _ = STREAMS[name]
    before, began = resident(bank), time.monotonic()
    client = bank.openai(GB, max_retries=0, timeout=15)
    shown, error = "", None
    request = {"model": DEEPSEEK, "messages": user(f"play:{name}"), "stream": True}
    try:
        with client.chat.completions.create(**request) as stream:
            reference = stream.response.headers["portcullis-ref"]
            for piece in stream:
                shown += (piece.choices[0].delta.content or "") if piece.choices else ""
    except openai.APIError as raised:
        error = raised
        if isinstance(raised, openai.APIStatusError):
            reference = raised.response.headers["portcullis-ref"]
            assert raised.status_code in (502, 504) and raised.body["message"]
    assert shown == text and (error is not None) == fails, error
    settled(bank, vendor, name, before, began)
    vendor.references[name] = reference


@pytest.mark.parametrize("name", MESSAGES_STREAMS)
def test_streams_of_messages(bank, vendor, name):
    _, text, fails, _ = MESSAGES_STREAMS[name]
    before, began = resident(bank), time.monotonic()
    client = bank.anthropic(GB, max_retries=0, timeout=15)
    shown, error = "", None
    request = {"model": SONNET, "messages": user(f"play:{name}"), "max_tokens": 9, "stream": True}
    try:
        with client.messages.create(**request) as stream:
            reference = stream.response.headers["portcullis-ref"]
            for piece in stream:
                shown += piece.delta.text if piece.type == "content_block_delta" else ""
    except anthropic.APIStatusError as raised:
        error, reference = raised, raised.response.headers["portcullis-ref"]
    assert shown == text and (error is not None) == fails, error
    settled(bank, vendor, name, before, began)
    vendor.references[name] = reference


@pytest.mark.parametrize("name", WHOLES)
def test_whole_answers(bank, vendor, name):
    _, status, _ = WHOLES[name]
    before, began = resident(bank), time.monotonic()
    client = bank.openai(GB, max_retries=0, timeout=15)
    try:
        answer = client.chat.completions.with_raw_response.create(model=DEEPSEEK, messages=user(f"play:{name}"))
        reference, got = answer.headers["portcullis-ref"], answer.status_code
        assert answer.parse().choices[0].message.content == "one two"
    except openai.APIStatusError as raised:
        reference, got = raised.response.headers["portcullis-ref"], raised.status_code
        assert raised.body["message"]
    assert got == status
    settled(bank, vendor, name, before, began)
    vendor.references[name] = reference


def test_the_books_agree(bank, vendor):
    """After all of it: the record says how each answer ended, what was recorded as shown is what clients got, and the
    ledger is whole."""
    plays = [(CHAT, DEEPSEEK, name, play) for name, play in STREAMS.items()]
    plays += [(MESSAGES, SONNET, name, play) for name, play in MESSAGES_STREAMS.items()]
    answers = {}
    for target, model, name, (_, _, fails, _) in plays:
        answer = bank.ask(GB, target, ask(model, f"play:{name}", stream=True), timeout=15)
        answers[at(answer.reference)] = answer
        if answer.header("content-type").startswith("text/event-stream"):
            assert (answer.end == "last chunk") == (not fails)
        else:
            assert fails and answer.status >= 500 and answer.json()["error"]["message"]
    bank.story(answer)
    stories = bank.ledgers.stories("gb")
    assert {place: stories[place].exchange.shown for place in answers} == {
        place: answer.body for place, answer in answers.items()
    }
    expected = {name: end for table in (STREAMS, MESSAGES_STREAMS, WHOLES) for name, (*_, end) in table.items()}
    told = {name: ending(stories[at(reference)]) for name, reference in vendor.references.items()}
    assert told == {name: expected[name] for name in told}
    verified(bank)


def at(reference: str) -> str:
    """Where an exchange's story stands."""
    place = Reference.read(reference)
    return f"{place.folder}/{place.index}"


def test_heads_of_a_vendor_stay_there(bank, vendor):
    fields = ["portcullis-ref: D-gw1-gb-2026-1-00", "portcullis-served-by: me", "set-cookie: a=b", "location: /x"]
    vendor.plays["heads"] = says(whole(WHOLE, *fields, "connection: close"))
    answer = bank.ask(GB, CHAT, ask(DEEPSEEK, "play:heads"))
    assert answer.status == 200 and answer.header("portcullis-served-by") == "deepseek-v4-pro-inside"
    names = [name for name, _ in answer.headers]
    assert names.count("portcullis-ref") == 1 and answer.reference != "D-gw1-gb-2026-1-00"
    assert not {"set-cookie", "location"} & set(names)


def test_an_answer_that_nobody_asked_for(bank, vendor):
    """A second answer on a kept connection is nobody's: the next request gets its own."""
    vendor.plays["late"] = says(whole(), whole(WHOLE.replace(b"one two", b"of another")), pause=0.05)
    vendor.plays["own"] = says(whole())
    for _ in range(10):
        assert bank.ask(GB, CHAT, ask(DEEPSEEK, "play:late")).body == WHOLE
        eventually(lambda: "late" not in vendor.playing)
        assert bank.ask(GB, CHAT, ask(DEEPSEEK, "play:own")).body == WHOLE
