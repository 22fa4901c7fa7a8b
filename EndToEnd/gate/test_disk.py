"""Proves what the real binary does when its disk fails: a failed flush ends the node, which acknowledges nothing more
and recovers in a new process; a full disk refuses with 503 and sends nothing out, and serves again by itself when there
is room."""

import datetime
import errno
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from installation import CHAT
from load import Clients, compared
from prompts import GPT, ask, mark
from verifying import verified
from waiting import eventually

GB = "p-gb-banker"
SOURCE = Path(__file__).with_name("failing_disk.c")


@pytest.fixture(scope="module")
def preload(tmp_path_factory) -> Path:
    library = tmp_path_factory.mktemp("failing") / "failing_disk.so"
    command = ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"]
    subprocess.run(command, check=True)
    return library


def struck(bank, fault: Path, line: str) -> bool:
    """Lets one call fail; whether that ended the gateway. A segment that is being prepared is made anew instead."""
    before = set(bank.pids["gateways"])
    # In whole, and in one step: the library reads it at every call.
    following = fault.with_name("next")
    following.write_text(line + "\n")
    following.rename(fault)
    eventually(lambda: not fault.exists(), 20, "the fault to be taken")
    try:
        return eventually(lambda: not before & set(bank.pids["gateways"]), 5)
    except AssertionError:
        return False


@pytest.mark.parametrize("call, number", [("fdatasync", errno.EIO), ("pwrite", errno.EIO), ("pwrite", errno.ENOSPC)])
def test_a_failed_write_or_flush_is_fatal(install, preload, tmp_path, call, number):
    fault = tmp_path / "fault"
    bank = install(LD_PRELOAD=str(preload), PORTCULLIS_FAULT=str(fault), PORTCULLIS_WORKERS="1").start()
    clients = Clients(bank, 4)
    eventually(lambda: clients.answered > 30, 30, "load")
    year = datetime.datetime.now(datetime.timezone.utc).year
    assert any(struck(bank, fault, f"{call} {number} /gw1/gb-{year}/seg/") for _ in range(4)), "a failure was survived"
    done = clients.answered
    eventually(lambda: clients.answered > done + 30, 30, "answers of the new process")
    seen = clients.stop()
    books = {name: vendor.book() for name, vendor in bank.vendors.items()}
    assert bank.stop() == 0
    counts = compared(bank, seen, books)
    report = verified(bank)
    (log,) = [log for log in report["logs"] if f"/gw1/gb-{year}" in log["origin"]]
    assert log["types"]["OPEN"] == 2 and counts.whole > 40
    logs = "".join(path.read_text() for path in (bank.data / "logs").glob("gw*.jsonl"))
    assert logs.count("ledger_fenced") == 1


@contextmanager
def small_disk(folder: Path, bytes_: int):
    """A file system of its own under the folder, with what the folder holds."""
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    kept = folder.with_name(folder.name + "-kept")
    folder.rename(kept)
    folder.mkdir(mode=0o700)
    subprocess.run([*root, "mount", "-t", "tmpfs", "-o", f"size={bytes_},mode=0700,uid={os.geteuid()}", "tmpfs", folder],
                   check=True)
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield
    finally:
        # What was written is read after the disk is gone.
        shutil.rmtree(kept)
        shutil.copytree(folder, kept)
        subprocess.run([*root, "umount", "-l", folder], check=True)
        folder.rmdir()
        kept.rename(folder)


def fill(path: Path) -> None:
    with open(path, "wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                assert error.errno == errno.ENOSPC


def test_a_full_disk_refuses_and_resumes(install):
    bank = install(PORTCULLIS_WORKERS="1").start()
    assert bank.ask(GB, CHAT, ask(GPT, "hello")).status == 200
    assert bank.stop() == 0
    ledger = bank.data / "ledger"
    used = sum(path.stat().st_size for path in ledger.rglob("*") if path.is_file())
    # The simulated vendors keep their books elsewhere, on a disk that has room.
    with small_disk(ledger, used + (24 << 20)):
        bank.start()
        pids = bank.pids
        answered = {}
        for _ in range(2):
            ballast = ledger / "ballast"
            eventually(lambda: bank.get("/readyz").status == 200, 20, "readiness")
            fill(ballast)
            # What was prepared is used up; then nothing goes out any more.
            refused = None
            for number in range(200):
                text = mark()
                body = ask(GPT, text + " " + "x" * 60_000)
                answer = bank.ask(GB, CHAT, body)
                if answer.status != 200:
                    refused = (text, answer)
                    break
                answered[answer.reference] = text
            assert refused, "a full disk was never noticed"
            text, answer = refused
            assert answer.status == 503 and answer.json()["error"]["portcullis"]["code"] == "not_recordable"
            assert bank.get("/readyz").status == 503
            keys = len(list(ledger.glob("gw1/gb-*/keys/*")))
            for _ in range(20):
                assert bank.ask(GB, CHAT, ask(GPT, mark() + " " + "x" * 60_000)).status == 503
            assert len(list(ledger.glob("gw1/gb-*/keys/*"))) <= keys + 2, "a full disk is asked again and again"
            for vendor in bank.vendors.values():
                assert not [each for each in vendor.book().exchanges if each.body and text.encode() in each.body]
            ballast.unlink()
            eventually(lambda: bank.ask(GB, CHAT, ask(GPT, "hello")).status == 200, 10, "service with room again")
            assert bank.pids == pids, "nobody had to restart"
        assert bank.stop() == 0
    verified(bank)
    stories = bank.ledgers.stories("gb")
    received = b"".join(story.exchange.received or b"" for story in stories.values())
    assert answered and all(text.encode() in received for text in answered.values())
