"""Requests, each with a mark of its own by which it is found in the books."""

from __future__ import annotations

import itertools
import os

CLAUDE, SONNET, GPT, MINI, DEEPSEEK = (
    "claude-opus-4-8",
    "claude-sonnet-4-8",
    "gpt-5.5",
    "gpt-5.5-mini",
    "deepseek-v4-pro",
)

_numbers = itertools.count()


def mark() -> str:
    """A word that no other request of any run has."""
    return f"mark-{os.urandom(5).hex()}-{next(_numbers)}"


def ask(model: str, text: str, tokens: int = 8, **more) -> dict:
    """Fits both protocols: the simulated models of either take it."""
    return {"model": model, "max_tokens": tokens, "messages": [{"role": "user", "content": text}], **more}


def user(text: str) -> list[dict]:
    return [{"role": "user", "content": text}]
