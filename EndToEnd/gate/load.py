"""Clients that ask without a pause and keep their own book of what they were answered; and the comparison of these
books with the ledger and with the vendors' books."""

from __future__ import annotations

import http.client
import json
import random
import threading
from dataclasses import dataclass

from installation import CHAT, MESSAGES
from prompts import CLAUDE, DEEPSEEK, GPT, ask, mark
from recorded import Reference


@dataclass
class Seen:
    mark: str
    body: bytes
    reference: str | None
    shown: bytes
    complete: bool


class Load(threading.Thread):
    """One client that asks without a pause, whatever happens."""

    def __init__(self, bank, number: int) -> None:
        super().__init__(daemon=True)
        self.bank, self.rng = bank, random.Random(number)
        self.seen: list[Seen] = []
        self.stopped = False

    def run(self) -> None:
        while not self.stopped:
            target, model = self.rng.choice([(CHAT, GPT), (MESSAGES, CLAUDE), (CHAT, DEEPSEEK), (CHAT, "best")])
            text = mark()
            body = json.dumps(
                ask(model, text, tokens=self.rng.randrange(1, 40), stream=self.rng.random() < 0.6)
            ).encode()
            seen = Seen(text, body, None, b"", False)
            try:
                stream = self.bank.stream("p-gb-banker", target, body, timeout=20)
                if stream.status == 200:
                    seen.reference = stream.reference
                    self.seen.append(seen)
                for piece in stream.pieces():
                    seen.shown += piece
                seen.complete = stream.end in ("length", "last chunk")
            except (OSError, AssertionError, http.client.HTTPException):
                continue


class Clients:
    """Several at once."""

    def __init__(self, bank, count: int) -> None:
        self.bank = bank
        self.clients = [Load(bank, number) for number in range(count)]
        for client in self.clients:
            client.start()

    @property
    def answered(self) -> int:
        return sum(len(client.seen) for client in self.clients)

    def stop(self) -> list[Seen]:
        for client in self.clients:
            client.stopped = True
        for client in self.clients:
            client.join(40)
        return [seen for client in self.clients for seen in client.seen]


@dataclass
class Compared:
    whole: int = 0
    broken: int = 0
    unended: int = 0


def compared(bank, answers: list[Seen], books: dict) -> Compared:
    """Every byte that a client was shown is in the ledger, and every byte that a vendor got was there before."""
    stories = bank.ledgers.stories()
    counts = Compared()
    for seen in answers:
        at = Reference.read(seen.reference)
        story = stories[f"{at.folder}/{at.index}"]
        assert story.exchange.received == seen.body
        if seen.complete:
            # Its last bytes are shown when they are recorded; how it ended is recorded after that, and a kill may fall
            # between the two.
            assert story.exchange.shown == seen.shown and story.exchange.end in ("complete", "open")
            counts.whole += 1
            counts.unended += story.exchange.end == "open"
        else:
            assert story.exchange.shown.startswith(seen.shown)
            counts.broken += 1
    # No record, no bytes out.
    recorded = {sent for story in stories.values() for sent in story.exchange.sent}
    for book in books.values():
        assert {exchange.body for exchange in book.exchanges if exchange.body and b"mark-" in exchange.body} <= recorded
    return counts
