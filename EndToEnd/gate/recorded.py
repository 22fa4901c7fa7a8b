"""What the ledger of an installation says, read with the independent reader: from the folder and the master key
alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import cbor2

from portcullis_ledger import TYPES, Exchange, Frame, LedgerError, Log, crc32c, master_key, need, resolve
from waiting import eventually

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def base32(text: str) -> int:
    number = 0
    for digit in text:
        number = number * 32 + DIGITS.index(digit)
    return number


@dataclass(frozen=True)
class Reference:
    """`portcullis-ref`: D-<node>-<custody>-<year>-<index>-<check>."""

    node: str
    custody: str
    year: str
    index: int

    @staticmethod
    def read(text: str) -> Reference:
        body, _, check = text.rpartition("-")
        need(crc32c(body.encode()) & 1023 == base32(check), f"{text}: check digits")
        mark, node, custody, year, index = body.split("-")
        need(mark == "D", text)
        return Reference(node, custody, year, base32(index))

    @property
    def folder(self) -> str:
        return f"{self.node}/{self.custody}-{self.year}"


@dataclass
class Story:
    """One exchange with all of its records in order."""

    exchange: Exchange
    records: list[tuple[str, Frame, dict]]

    def all(self, kind: str) -> list[dict]:
        return [record for name, _, record in self.records if name == kind]

    def one(self, kind: str) -> dict:
        (record,) = self.all(kind)
        return record

    @property
    def first(self) -> dict:
        return self.records[0][2]

    @property
    def kinds(self) -> list[str]:
        return [name for name, _, _ in self.records]

    @property
    def decisions(self) -> list[dict]:
        return [cbor2.loads(record["decision"]) for record in self.all("DECISION")]

    @property
    def hops(self) -> list[tuple[str, bytes, bytes]]:
        """Deployment, bytes sent, bytes returned, of every candidate to which something was sent."""
        hops: dict[int, list] = {}
        sent = iter(self.exchange.sent)
        current = 0
        for name, _, record in self.records:
            if name == "ADMIT":
                current = record["hop"]
                hops[current] = [record["route"]["deployment"], next(sent), b""]
            elif name == "CHUNK":
                hops[current][2] += record["returned"]
            elif name == "HOP" and record["hop"] in hops:
                hops[record["hop"]][2] += record.get("returned", b"")
        return [tuple(hop) for _, hop in sorted(hops.items())]


def stories(log: Log) -> dict[int, Story]:
    """Every exchange of a log by the index of its first record."""
    found: dict[int, Story] = {}
    bodies: dict[int, bytes] = {}
    for frame, record in log.records():
        if frame.compartment == 3:
            continue
        story = found.setdefault(frame.first, Story(Exchange(frame.first), []))
        if "received" in record:
            bodies[frame.index] = resolve(record["received"], bodies)
            if story.exchange.received is None:
                story.exchange.received = bodies[frame.index]
        name = TYPES[frame.type]
        story.exchange.add(name, record, bodies.get(frame.index))
        story.records.append((name, frame, record))
    return found


class Ledgers:
    def __init__(self, data: Path) -> None:
        self.root = data / "ledger"
        identifier, key = master_key(data / "secrets" / "master.key")
        self.masters = {identifier: key}

    def folders(self) -> list[Path]:
        return sorted(path.parent for path in self.root.glob("*/*/log.vkey"))

    def log(self, name: str) -> Log:
        """By node, custody and year: `gw1/hk-2026`."""
        return Log(self.root / name, self.masters)

    def logs(self) -> Iterator[tuple[str, Log]]:
        for folder in self.folders():
            name = str(folder.relative_to(self.root))
            yield name, self.log(name)

    def story(self, reference: str) -> Story:
        """Of an exchange that is over, in a ledger that may be written meanwhile."""
        at = Reference.read(reference)

        def ended() -> Story | None:
            try:
                story = stories(self.log(at.folder)).get(at.index)
            except LedgerError:
                return None  # A write was under way.
            return story if story and story.exchange.end != "open" else None

        return eventually(ended, what=f"the end of {reference} in the ledger")

    def stories(self, custody: str = "") -> dict[str, Story]:
        """All exchanges, or those of one custody, by node, custody, year and index."""
        chosen = [(name, log) for name, log in self.logs() if name.split("/")[1].startswith(custody)]
        return {f"{name}/{index}": story for name, log in chosen for index, story in stories(log).items()}

    def acts(self, kind: str) -> list[dict]:
        """Administrative records of one type, of all nodes."""

        def read() -> list[list[dict]] | None:
            logs = [log for name, log in self.logs() if name.split("/")[1].startswith(("control-", "register-"))]
            try:
                return [[record for log in logs for frame, record in log.records() if TYPES[frame.type] == kind]]
            except LedgerError:
                return None  # A write was under way.

        (acts,) = eventually(read, what=f"{kind} records")
        return acts
