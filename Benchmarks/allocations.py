#!/usr/bin/env python3
"""Allocations a request and a relayed chunk, of the bare engine and of a gateway with everything on, compared with
budget.json. Counted from outside by a preloaded library, so it is the shipped program that is looked at.

usage: allocations.py [--json FILE]

A chunk's are the slope between streams of two lengths, so what a stream takes at its begin and end does not count; of
a gateway what it allocates while nobody asks is taken off. Exit status 1 when a figure is outside of its bound.
"""

from __future__ import annotations

import json
import mmap
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import tools
from figures import Figures, judge, text_table
from measures import WHOLE, Run
from paths import Bare, Gate, Path_

SLOTS = 64
LIBRARY = tools.BUILT / "allocations.so"
REQUESTS, SHORTER, LONGER, STREAMS = 1500, 100, 500, 8


def build() -> None:
    tools.build()
    subprocess.run(
        ["cc", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", LIBRARY, tools.SOURCES / "allocations.c"], check=True)


class Counter:
    def __init__(self, file: Path) -> None:
        file.write_bytes(bytes(SLOTS * 16))
        self.file = open(file, "r+b")
        self.memory = mmap.mmap(self.file.fileno(), SLOTS * 16)

    def of(self, pid: int) -> int:
        for slot in range(SLOTS):
            at = slot * 16
            if int.from_bytes(self.memory[at:at + 8], "little") == pid:
                return int.from_bytes(self.memory[at + 8:at + 16], "little")
        raise SystemExit(f"process {pid} does not count its allocations")


@contextmanager
def counting(file: Path):
    """What is started inside counts into `file`."""
    before = dict(os.environ)
    os.environ |= {"LD_PRELOAD": str(LIBRARY), "PORTCULLIS_ALLOCATIONS": str(file)}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def spent(counter: Counter, pid: int, work) -> float:
    """Allocations during the work, less what the process does in that time by itself."""
    began, first = time.monotonic(), counter.of(pid)
    work()
    took, count = time.monotonic() - began, counter.of(pid) - first
    began, first = time.monotonic(), counter.of(pid)
    time.sleep(1.0)
    return count - (counter.of(pid) - first) / (time.monotonic() - began) * took


def measure(run: Run, path: Path_, pid: int, counter: Counter) -> None:
    name = path.name.replace(" ", "_")
    whole = run.request(path, 2048, WHOLE, stream=False)
    answered = 0

    def ask() -> None:
        nonlocal answered
        answered = tools.load(path.address, whole, seconds=1.5, warm=0)["all"]

    tools.load(path.address, whole, seconds=0.5, warm=0)
    run.figures.add(f"{name}_allocations_a_request", spent(counter, pid, ask) / max(1, answered))
    found = []
    for length in (SHORTER, LONGER):
        file = run.request(path, 2048, f"1000,{length},0.", stream=True)

        def stream() -> None:
            with tools.Streams(path.address, [(STREAMS, file)], opening=1000) as streams:
                streams.ask("opened")
                end = time.monotonic() + 60
                while streams.ask("report")["over"] < STREAMS and time.monotonic() < end:
                    time.sleep(0.05)

        if length == SHORTER:
            stream()
        found.append(spent(counter, pid, stream))
    run.figures.add(f"{name}_allocations_a_chunk", (found[1] - found[0]) / (STREAMS * (LONGER - SHORTER)))


def main() -> int:
    build()
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="allocations-") as folder, tools.Mock() as mock:
        run = Run(mock, figures, Path(folder))
        for number, path in enumerate((Bare(), Gate())):
            file = Path(folder) / f"counts-{number}"
            counter = Counter(file)
            with counting(file), path:
                path.start(mock)
                measure(run, path, path.gateways()[0] if isinstance(path, Gate) else path.server(), counter)
    rows, broken = judge(figures, loose=False)
    print(text_table(rows))
    if "--json" in sys.argv:
        Path(sys.argv[sys.argv.index("--json") + 1]).write_text(json.dumps(figures.json(), indent=2))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
