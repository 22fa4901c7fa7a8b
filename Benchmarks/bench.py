#!/usr/bin/env python3
"""Figures of the running product, each beside a yardstick of the same run, compared with Benchmarks/budget.json.

usage: bench.py [--quick] [--loose] [--only NAME[,NAME…]] [--without-peer] [--json FILE] [--write]

--quick         few and short rounds: for whoever changes something and wants to see it
--loose         a walk of every path in less than a minute, against ten times each bound: what `make test` does
--only          these measures only: start, processor, latency, streams, cut, peer, stages, first_byte, ledger, decide,
                lists, directory
--without-peer  without LiteLLM, which takes 742 MB of packages
--json FILE     all figures, too, as JSON
--write         puts table and machine into docs/performance.md

Exit status 1 when a figure is outside of its bound.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import measures
import tools
from demo import Demo, frames_length
from directory import directory
from figures import Figures, judge, markdown_table, text_table
from first_byte import first_byte
from lists import lists
from paths import PROGRAM, Bare, Direct, Gate, GateTLS, LiteLLM, Nginx
from stages import stages

NAMES = [
    "start", "processor", "latency", "streams", "cut", "peer", "stages", "first_byte", "ledger", "decide", "lists",
    "directory",
]
PAGE = tools.ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--loose", action="store_true")
    parser.add_argument("--only", default=",".join(NAMES))
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    chosen.only = chosen.only.split(",")
    unknown = set(chosen.only) - set(NAMES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(NAMES)}")
    left_out = {"peer"} if chosen.without_peer or chosen.loose else set()
    if chosen.loose:
        left_out |= {"stages"}
    chosen.only = [name for name in chosen.only if name not in left_out]
    return chosen


def second_start(figures: Figures) -> None:
    """Of a demonstration that was stopped in order."""
    measures.progress("second start of a demonstration")
    with Demo() as demo:
        demo.stop()
        demo.start()
        figures.add("second_start_s", demo.started_in)


def measure(chosen: argparse.Namespace, figures: Figures) -> None:
    wanted = chosen.only
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        mock = stack.enter_context(tools.Mock())
        run = measures.Run(mock, figures, folder)
        if chosen.loose:
            run.rounds, run.seconds, run.stream_rounds, run.stream_seconds = 1, 0.3, 1, 1
            run.cuts, run.streams, run.cut_streams, run.opening = 1, 300, (270, 30), 1000
        elif chosen.quick:
            run.rounds, run.seconds, run.stream_rounds, run.stream_seconds = 3, 0.7, 1, 3
            run.cuts, run.streams, run.cut_streams = 2, 2000, (1800, 200)

        def ready(path):
            stack.enter_context(path)
            path.start(mock)
            return path

        if "decide" in wanted:
            measures.decide(run, PROGRAM)
        if "start" in wanted:
            second_start(figures)
        if "lists" in wanted:
            lists(figures, *((2, 30) if chosen.loose else (5,) if chosen.quick else (20,)))
        if "directory" in wanted:
            measures.progress("directory")
            directory(figures, folder, chosen.loose, 1 if chosen.quick or chosen.loose else 3)
        if not set(wanted) - {"decide", "lists", "directory"}:
            return
        gate = ready(Gate())
        if "start" in wanted:
            measures.start(run, gate)
        paths = [gate]
        if set(wanted) & {"processor", "latency", "streams"}:
            paths = [ready(Direct()), ready(Nginx()), ready(Bare()), gate, ready(GateTLS())]
        if set(wanted) & {"latency", "streams"}:
            measures.flush(run, gate)
        if "latency" in wanted:
            measures.latency(run, paths)
        if "processor" in wanted:
            measures.processor(run, paths, ["2k"] if chosen.quick or chosen.loose else None)
        if "peer" in wanted:
            with LiteLLM() as litellm:
                litellm.start(mock)
                measures.peer(run, gate, litellm)
        if "ledger" in wanted:
            measures.ledger_bytes(
                run, gate, lambda: sum(frames_length(path) for path in (gate.folder / "ledger").glob("*/*/seg/*")))
        if "stages" in wanted:
            stages(run, gate)
        if "first_byte" in wanted:
            first_byte(run, gate)
        if "streams" in wanted:
            measures.streams(run, paths)
        gate.stop()
        if "cut" in wanted:
            measures.cut(run, ready(Gate(workers=2)))


def written(rows: list[tuple], facts: dict) -> None:
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    machine = (
        f"Measured {datetime.date.today().isoformat()}: {facts['cores']} cores ({facts['processor']}), "
        f"{facts['memory_gib']} GiB of memory, Linux {facts['kernel']}, load average {facts['load_average']:.1f} when it began.")
    PAGE.write_text(f"{before}{BEGIN}\n{machine}\n\n{markdown_table(rows)}\n{END}{after}")


def main() -> int:
    chosen = options()
    tools.build()
    facts = tools.environment()
    figures = Figures()
    began = time.monotonic()
    try:
        measure(chosen, figures)
    finally:
        if chosen.json:
            chosen.json.write_text(json.dumps({"machine": facts, "figures": figures.json()}, indent=2))
    rows, broken = judge(figures, chosen.loose)
    print(f"{facts['cores']} cores, {facts['processor']}, Linux {facts['kernel']}, load average {facts['load_average']:.1f}, "
          f"{time.monotonic() - began:.0f} s")
    print(text_table(rows))
    if broken:
        print(f"{broken} figures are outside of their bounds", file=sys.stderr)
    if chosen.write:
        written(rows, facts)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
