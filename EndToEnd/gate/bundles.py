"""Changed copies of the example bank's bundle."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Callable

from installation import ROOT

BANK = ROOT / "examples" / "bank"


def variant(folder: Path, *changes: tuple[str, Callable[[str], str]]) -> Path:
    """The bank with files rewritten: (name, text -> text). A change that changes nothing is a fault of the test."""
    shutil.copytree(BANK, folder)
    for name, change in changes:
        before = (folder / name).read_text()
        after = change(before)
        assert after != before, f"{name} is as it was"
        (folder / name).write_text(after)
    return folder


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def deployment(identifier: str, **fields: str) -> Callable[[str], str]:
    """Other values of one deployment's one-line fields."""

    def change(text: str) -> str:
        start = text.index(f"  - id: {identifier}\n")
        end = text.find("\n  - id:", start + 1)
        part = text[start : end if end >= 0 else len(text)]
        changed = part
        for name, value in fields.items():
            line = next(line for line in changed.split("\n") if line.strip().startswith(name + ":"))
            changed = changed.replace(line, f"    {name}: {value}")
        return text.replace(part, changed)

    return change
