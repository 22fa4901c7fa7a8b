"""Proves that what was acknowledged survives: gateways, then the whole installation, are killed ten times under load;
every byte that a client was shown is in the ledger, and every byte that a vendor got was there before."""

import http.client
import json
import os
import random
import signal
import threading
from dataclasses import dataclass

from installation import CHAT, MESSAGES
from prompts import CLAUDE, DEEPSEEK, GPT, ask, mark
from recorded import Reference
from verifying import verified
from waiting import eventually

CYCLES, CLIENTS = 10, 6


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


def killed(bank, cycle: int) -> None:
    if cycle % 2 == 0:
        for pid in (gateways := bank.pids["gateways"]):
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: not set(gateways) & set(bank.pids["gateways"]), 20, "other gateways")
    else:
        everyone = [*bank.pids["gateways"], bank.pids["console"], *bank.pids["simulators"]]
        bank.process.kill()
        bank.process.wait()
        # Whom the supervisor leaves behind must not hold the folder.
        eventually(lambda: not any(running(pid) for pid in everyone), 10, "the children to end with their supervisor")
        bank.start(listen=bank.base_url.removeprefix("http://"))


def running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_killed_ten_times(install):
    bank = install().start()
    clients = [Load(bank, number) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for cycle in range(CYCLES):
        done = sum(len(client.seen) for client in clients)
        eventually(lambda: sum(len(client.seen) for client in clients) > done + 60, 30, "load")
        killed(bank, cycle)
    eventually(lambda: bank.ask("p-gb-banker", CHAT, ask(GPT, "hello")).status == 200, 20)
    for client in clients:
        client.stopped = True
    for client in clients:
        client.join(40)
    books = {name: vendor.book() for name, vendor in bank.vendors.items()}
    assert bank.stop() == 0

    stories = bank.ledgers.stories()
    whole = broken = unended = 0
    for seen in (seen for client in clients for seen in client.seen):
        at = Reference.read(seen.reference)
        story = stories[f"{at.folder}/{at.index}"]
        assert story.exchange.received == seen.body
        if seen.complete:
            # Its last bytes are shown when they are recorded; how it ended is recorded after that, and a kill may fall
            # between the two.
            assert story.exchange.shown == seen.shown and story.exchange.end in ("complete", "open")
            whole += 1
            unended += story.exchange.end == "open"
        else:
            assert story.exchange.shown.startswith(seen.shown)
            broken += 1
    print(f"{whole} exchanges whole, {broken} broken off by a kill")
    assert whole > 300 and broken > 10
    assert unended <= CYCLES * CLIENTS, "one a client and kill, and no more"

    # No record, no bytes out.
    recorded = {sent for story in stories.values() for sent in story.exchange.sent}
    for book in books.values():
        assert {exchange.body for exchange in book.exchanges if exchange.body and b"mark-" in exchange.body} <= recorded
    verified(bank)
