"""Proves the bound: with 1,000 streams open, a cut ends each with an error event and no last chunk, and from the
durable record of the cut to the last content byte that a covered client read and the last reset that the vendor saw,
each by its own clock, it takes less than a second here, where everything shares two cores (`make bench` holds it
against 100 ms)."""

import gc

from cuts import nanoseconds, order, reopen
from installation import CHAT, MESSAGES
from many_streams import ManyStreams
from prompts import CLAUDE, GPT, ask, mark
from verifying import verified
from waiting import eventually

STREAMS, OTHERS = 1_000, 20


def test_a_thousand_open_streams(install, capsys):
    bank = install().start()
    text = mark()
    covered, others = ManyStreams(bank.base_url, MESSAGES), ManyStreams(bank.base_url, CHAT)
    for number in range(STREAMS):
        who = ("p-gb-banker", "p-gb-usperson")[number % 2]
        covered.open(bank.key(who), ask(CLAUDE, text, tokens=6000, stream=True), [("anthropic-version", "2023-06-01")])
    for _ in range(OTHERS):
        others.open(bank.key("p-hk-banker"), ask(GPT, text, tokens=6000, stream=True), [])
    gc.disable()
    try:
        covered.start()
        others.start()
        every = covered.readings + others.readings
        eventually(lambda: all(reading.events > 10 for reading in every), 60, "every stream to run")
        receipt = order(bank, vendor="anthropic", territory="GB")
        covered.join(10)
        durable = nanoseconds(receipt["recorded"]["durable_at"])
        eventually(
            lambda: all(reading.last_content_ns > covered_end(covered) for reading in others.readings),
            10,
            "the others to go on",
        )
    finally:
        others.close()
        gc.enable()

    assert {reading.status for reading in every} == {200}
    assert {reading.end for reading in covered.readings} == {"closed"}, "a body had its last chunk, or was reset"
    assert {reading.error["portcullis"]["code"] for reading in covered.readings} == {"cut"}
    assert all(reading.end is None and reading.error is None for reading in others.readings)

    book = bank.vendors["anthropic"].book()
    ended = {(connection.run, connection.number): connection for connection in book.connections}
    theirs = [exchange for exchange in book.exchanges if exchange.body and text.encode() in exchange.body]
    assert len(theirs) == STREAMS and {exchange.outcome for exchange in theirs} == {"client reset"}
    last_reset = max(ended[exchange.run, exchange.connection].ended_wall_ns for exchange in theirs)
    last_content = max(reading.last_content_ns for reading in covered.readings)
    with capsys.disabled():
        print(
            f"\n{STREAMS} streams cut: after the durable record the last content byte was read at"
            f" {(last_content - durable) / 1e6:.1f} ms, the last reset seen at {(last_reset - durable) / 1e6:.1f} ms"
        )
    assert max(last_content, last_reset) - durable <= 1_000_000_000
    assert sum(node["streams"] or 0 for node in receipt["nodes"]) == STREAMS
    reopen(bank, receipt["cut"])
    assert bank.stop() == 0
    types = [log["types"] for log in verified(bank)["logs"]]
    assert sum(counts.get("CUT_ABORT", 0) for counts in types) == STREAMS


def covered_end(covered: ManyStreams) -> int:
    return max(reading.ended_ns for reading in covered.readings)
