"""Proves that what was acknowledged survives `kill -9`: the gateways, and separately the whole installation, are killed
under load again and again; every byte that a client was shown is in the ledger, every byte that a vendor got was there
before, and the gate answers again at once.

PORTCULLIS_KILLS asks for more kills than five of each kind (`make fire`: 100)."""

import os
import random
import signal
import socket
import statistics
import time

import pytest

from installation import CHAT
from load import Clients, compared
from prompts import GPT, ask
from verifying import verified
from waiting import eventually

CYCLES, CLIENTS = int(os.environ.get("PORTCULLIS_KILLS", "5")), 6
# Seconds from the start of the new processes to the first answer, in the middle of all kills: what is promised, and
# what is allowed to a machine that is busy with other tests.
PROMISED, BUSY = 2.0, 10.0


def running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def now() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def started(pid: int) -> float:
    """Seconds since the machine's start (proc(5), starttime)."""
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")


def kill_gateways(bank) -> float:
    """When others were started: the supervisor waits before it does, longer each time that one ends within 30 s."""
    for pid in (gateways := bank.pids["gateways"]):
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: not set(gateways) & set(bank.pids["gateways"]), 20, "other gateways")
    return min(started(pid) for pid in bank.pids["gateways"])


def kill_all(bank) -> float:
    everyone = [*bank.pids["gateways"], bank.pids["console"], *bank.pids["simulators"]]
    bank.process.kill()
    bank.process.wait()
    # Whom the supervisor leaves behind must not hold the folder.
    eventually(lambda: not any(running(pid) for pid in everyone), 10, "the children to end with their supervisor")
    begun = now()
    bank.start(listen=bank.base_url.removeprefix("http://"))
    return begun


def answers(bank) -> bool:
    try:
        return bank.ask("p-gb-banker", CHAT, ask(GPT, "hello"), timeout=5).status == 200
    except (OSError, AssertionError):
        return False


def address() -> str:
    """Free, and not among the ports that the system gives to clients: while nobody listens, one of them would take it."""
    for port in random.sample(range(20_000, 30_000), 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return f"127.0.0.1:{port}"
    raise AssertionError("no port is free")


@pytest.mark.parametrize("kill", [kill_gateways, kill_all])
def test_killed_again_and_again(install, kill):
    bank = install().start(listen=address())
    clients = Clients(bank, CLIENTS)
    restarts = []
    for _ in range(CYCLES):
        done = clients.answered
        eventually(lambda: clients.answered > done + 60, 60, "load")
        begun = kill(bank)
        eventually(lambda: answers(bank), 30, "an answer after the kill")
        restarts.append(now() - begun)
    seen = clients.stop()
    books = {name: vendor.book() for name, vendor in bank.vendors.items()}
    assert bank.stop() == 0

    counts = compared(bank, seen, books)
    verified(bank)
    middle = statistics.median(restarts)
    print(
        f"FIGURE {kill.__name__} {CYCLES} times: {counts.whole} exchanges whole, {counts.broken} broken off, 0 lost,"
        f" 0 altered; answers again after {middle:.2f} s (median), {max(restarts):.2f} s (most)"
    )
    assert counts.whole > 30 * CYCLES and counts.broken >= CYCLES
    assert counts.unended <= CYCLES * CLIENTS, "one a client and kill, and no more"
    assert middle <= (PROMISED if "PORTCULLIS_KILLS" in os.environ else BUSY)
