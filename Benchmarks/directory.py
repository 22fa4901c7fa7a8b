"""The directory at the size of a bank: how long a node takes to start with it, what it weighs, and what a check costs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import tools
from figures import Figures

PROGRAM = tools.ROOT / ".build" / "release" / "directory-bench"
# People (each with an account), keys, sessions.
BANK, SHORT = (300_000, 400_000, 100_000), (30_000, 40_000, 10_000)
SHOWN = {
    "start_s", "start_processor_s", "resident_bytes_each", "held_bytes_each", "key_check_ns", "key_check_allocations",
    "session_check_ns", "session_check_allocations", "change_slice_ms",
}


def directory(figures: Figures, folder: Path, short: bool, rounds: int) -> None:
    bank = folder / "directory"
    bank.mkdir()
    subprocess.run([PROGRAM, "fill", bank, *map(str, SHORT if short else BANK)], check=True)
    # Each round is a process of its own, as a start is.
    command = [PROGRAM, "run", bank]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(rounds)]
    for name in runs[0]:
        if name in SHOWN:
            figures.add(f"directory_{name}", [run[name] for run in runs])
