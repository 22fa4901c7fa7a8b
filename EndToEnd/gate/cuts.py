"""Cut-offs ordered by the command line, and their reopening by two natural persons."""

from __future__ import annotations

import contextlib
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Iterator

from installation import Installation

SIGNERS = ("p-hk-duty", "p-gb-duty")


def paper(bank: Installation) -> Path:
    file = bank.parent / "letter.txt"
    file.write_text("Effective immediately: suspend access.\n")
    return file


def order(bank: Installation, *options: str, **scope: str) -> dict:
    """The receipt."""
    flags = [word for name, value in scope.items() for word in (f"--{name}", value)]
    receipt = bank.json("cut", *flags, "--reason", "Letter of counsel", "--basis", paper(bank), *options)
    assert receipt["scope"] == scope and receipt["in_force"]
    assert receipt["basis"]["sha256"] == hashlib.sha256(paper(bank).read_bytes()).hexdigest()
    return receipt


def reopen(bank: Installation, cut: str) -> None:
    for person in SIGNERS:
        bank.run("reopen", cut, "--key", bank.key(person))


@contextlib.contextmanager
def cut(bank: Installation, *options: str, **scope: str) -> Iterator[dict]:
    receipt = order(bank, *options, **scope)
    try:
        yield receipt
    finally:
        reopen(bank, receipt["cut"])


def nanoseconds(text: str) -> int:
    """RFC 3339 in UTC, with up to nine decimals."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(whole + "+00:00").timestamp())
    return seconds * 1_000_000_000 + int(fraction.ljust(9, "0") or 0)
