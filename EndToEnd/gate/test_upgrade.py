"""Proves that an installation outlives its program: an earlier build, this one and the earlier one again run on one
data folder, each under load, and every answer that a client was shown is in the ledger; cut-offs and keys of one hold
in the others. `make upgrade` gives the earlier build; without one this build follows itself."""

import os
import subprocess
from pathlib import Path

from cuts import order
from installation import BINARY, CHAT
from prompts import GPT, MINI, ask
from recorded import Reference
from test_crash import Load
from waiting import eventually

EARLIER = Path(os.environ.get("PORTCULLIS_EARLIER", BINARY))
GB = "p-gb-banker"
CLIENTS, ANSWERS = 4, 80


def serve(bank, binary: Path, listen: str) -> list:
    """One run of a program from its start to its drain, under load; what the clients saw."""
    bank.binary = binary
    bank.start(listen=listen)
    clients = [Load(bank, number) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        eventually(lambda: sum(len(client.seen) for client in clients) > ANSWERS, 60, f"load on {binary}")
        return clients
    finally:
        # The drain begins under load.
        for client in clients:
            client.stopped = True
        status = bank.stop(seconds=60)
        for client in clients:
            client.join(40)
        assert status == 0, f"{binary} did not drain"


def test_there_and_back(install):
    bank = install(PORTCULLIS_WORKERS="2")
    clients = serve(bank, EARLIER, "127.0.0.1:0")
    listen = bank.base_url.removeprefix("http://")
    key = bank.key(GB)

    # This build, on what the earlier one left.
    bank.binary = BINARY
    bank.start(listen=listen)
    made = bank.mint("a-gb-banker")
    order(bank, model=MINI)
    assert bank.ask(key, CHAT, ask(GPT, "hello")).status == 200
    assert bank.stop() == 0
    clients += serve(bank, BINARY, listen)

    # The earlier one, on what this one left.
    bank.binary = EARLIER
    bank.start(listen=listen)
    assert bank.ask(made, CHAT, ask(GPT, "hello")).status == 200
    assert bank.ask(made, CHAT, ask(MINI, "hello")).refusal["code"] == "cut"
    assert bank.stop() == 0
    clients += serve(bank, EARLIER, listen)

    stories = bank.ledgers.stories()
    whole = broken = 0
    for seen in (seen for client in clients for seen in client.seen):
        at = Reference.read(seen.reference)
        exchange = stories[f"{at.folder}/{at.index}"].exchange
        assert exchange.received == seen.body
        if seen.complete:
            assert exchange.shown == seen.shown and exchange.end == "complete"
            whole += 1
        else:
            assert exchange.shown.startswith(seen.shown)
            broken += 1
    print(f"{whole} answers whole and recorded whole, {broken} broken off")
    assert whole > 2 * ANSWERS and broken == 0, "a drain finishes what it began"
    for verify in {EARLIER.with_name("portcullis-verify"), BINARY.with_name("portcullis-verify")}:
        done = subprocess.run([verify, bank.data / "ledger"], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout[-2000:]
