"""The simulated vendors of an installation: their scripts and their books."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Iterator

import httpx2

from byte_log import Book, Exchange
from waiting import eventually


class Vendor:
    def __init__(self, entry: dict) -> None:
        self.name: str = entry["vendor"]
        self.url: str = entry["url"]
        self.key: str = entry["api_key"]
        self.byte_log = Path(entry["byte_log"])

    def ask(self, method: str, path: str, body: object = None) -> dict:
        answer = httpx2.request(
            method, self.url + path, json=body, headers={"authorization": f"Bearer {self.key}"}, timeout=20
        )
        answer.raise_for_status()
        return answer.json()

    @contextlib.contextmanager
    def playing(self, *rules: dict) -> Iterator[None]:
        """Plays a script (docs/simulator.md) while the block runs."""
        assert self.ask("PUT", "/_simulator/script", {"rules": list(rules)}) == {"rules": len(rules)}
        try:
            yield
        finally:
            self.ask("PUT", "/_simulator/script", {"rules": []})

    def book(self) -> Book:
        """The byte log with everything up to now in it."""
        self.ask("POST", "/_simulator/flush")
        return Book.read(self.byte_log)

    def exchanges(self, mark: str) -> list[Exchange]:
        """Chats whose body holds `mark`, in the order of their arrival."""
        return [
            exchange
            for exchange in self.book().exchanges
            if exchange.body and mark.encode() in exchange.body and not exchange.target.startswith("/_simulator")
        ]

    def exchange(self, mark: str) -> Exchange:
        """The one chat with `mark`, when it is over."""

        def ended() -> Exchange | None:
            (exchange,) = self.exchanges(mark)
            return exchange if exchange.outcome else None

        return eventually(ended, what=f"the end of the exchange at {self.name}")
