"""Waits for what another process does and tells nobody about."""

from __future__ import annotations

import time
from typing import Callable, TypeVar

Value = TypeVar("Value")


def eventually(probe: Callable[[], Value], seconds: float = 10, what: str = "") -> Value:
    """The first value of `probe` that counts as true; looked for every few milliseconds, for `seconds` at most."""
    end = time.monotonic() + seconds
    while not (value := probe()):
        assert time.monotonic() < end, f"not within {seconds} s: {what or getattr(probe, '__name__', probe)}"
        time.sleep(0.01)
    return value
