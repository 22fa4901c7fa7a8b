#!/usr/bin/env python3
"""The ledger's own speed beside a reference in C of the same run, compared with Benchmarks/ledger/budget.json.

usage: ledger.py [--quick] [--loose] [--json FILE] [--folder DIR]

--quick   fewer and shorter rounds.   --loose   takes ten times each bound.   --folder  where the files are written.
Rounds alternate and change their order, so that what disturbs the machine falls on both. Exit status 1 when a figure is
outside of its bound.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BENCH = Path(os.environ.get("PORTCULLIS_BINARY", ROOT / ".build" / "release" / "portcullis")).with_name("ledger-bench")
BUILD = ROOT / ".build" / "benchmarks"
RECORD = 4096


def reference() -> Path:
    """The reference, built when it is older than its source."""
    source, program = HERE / "ledger" / "reference.c", BUILD / "ledger-reference"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        BUILD.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", program, source, "-lcrypto"], check=True)
    return program


def measured(command: list) -> dict:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"ledger.py: {command[0]} {command[1]}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def ours(folder: Path, records: int, batch: int) -> dict:
    log = folder / "log"
    try:
        return measured([BENCH, "write", log, records, batch, RECORD])
    finally:
        shutil.rmtree(log, ignore_errors=True)


def writing(folder: Path, batch: int, rounds: int, records: int) -> dict:
    """Pairs of rounds; ratios inside each pair, median, least and most."""
    pairs = []
    for number in range(rounds + 1):
        order = [lambda: ours(folder, records, batch),
                 lambda: measured([reference(), folder / "reference", records, batch, RECORD])]
        turn = [order[0](), order[1]()] if number % 2 == 0 else [order[1](), order[0]()][::-1]
        if number:  # The first pair warms up.
            pairs.append(turn)
    ratios = [mine["records_per_second"] / theirs["records_per_second"] for mine, theirs in pairs]
    costs = [mine["processor_seconds"] / theirs["processor_seconds"] for mine, theirs in pairs]
    return {
        f"records_per_second_batch_{batch}": statistics.median(mine["records_per_second"] for mine, _ in pairs),
        f"reference_records_per_second_batch_{batch}":
            statistics.median(theirs["records_per_second"] for _, theirs in pairs),
        f"rate_over_reference_batch_{batch}": statistics.median(ratios),
        f"rate_over_reference_batch_{batch}_least": min(ratios),
        f"rate_over_reference_batch_{batch}_most": max(ratios),
        f"processor_over_reference_batch_{batch}": statistics.median(costs),
    }


def reading(folder: Path, records: int, length: int, rounds: int) -> dict:
    runs = []
    for _ in range(rounds):
        log = folder / "read"
        try:
            runs.append(measured([BENCH, "read", log, records, length]))
        finally:
            shutil.rmtree(log, ignore_errors=True)
    name = f"{length // 1024}_kib" if length >= 1024 else f"{length}_bytes"
    return {
        # By processor time: the files are in the page cache, and a busy machine would be measured otherwise.
        f"recovery_mb_per_second_{name}": statistics.median(run["recovery_mb_per_processor_second"] for run in runs),
        f"recovery_mb_per_second_{name}_wall": statistics.median(run["recovery_mb_per_second"] for run in runs),
        f"verified_leaves_per_second_{name}": statistics.median(run["verified_leaves_per_second"] for run in runs),
    }


def judged(figures: dict, loose: bool) -> list[str]:
    missed = []
    factor = 10 if loose else 1
    for name, bound in json.loads((HERE / "ledger" / "budget.json").read_text()).items():
        if name not in figures:
            continue
        if figures[name] < bound["at_least"] / factor:
            missed.append(f"{name} is {figures[name]:.3g}, at least {bound['at_least']} is promised")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--loose", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--folder", type=Path, help="on the disk that is to be measured; default: the build folder")
    options = parser.parse_args()
    if not BENCH.exists():
        sys.exit(f"ledger.py: {BENCH} is missing: run make build")
    parent = options.folder or BUILD
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="ledger-", dir=parent))
    rounds, records = (3, 8_000) if options.quick else (9, 40_000)
    figures: dict = {"load_average": os.getloadavg()[0]}
    try:
        for batch in (64,) if options.quick else (1, 16, 64):
            figures |= writing(folder, batch, rounds, records if batch > 1 else records // 8)
        for length in (RECORD, 512):
            figures |= reading(folder, 20_000 if options.quick else 60_000, length, 1 if options.quick else 3)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    missed = judged(figures, options.loose)
    for name, value in figures.items():
        print(f"{name:48} {value:14,.3f}")
    for line in missed:
        print(f"MISSED {line}")
    if options.json:
        options.json.write_text(json.dumps({"figures": figures, "missed": missed}, indent=2) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
