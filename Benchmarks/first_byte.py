"""Streams that are opened at once: until each has its first content."""

from __future__ import annotations

from measures import SHORT, SIZES, Run, progress
from paths import Gate
from tools import load

STREAMS = 200


def first_byte(run: Run, gate: Gate) -> None:
    progress("first content of streams")
    file = run.request(gate, SIZES["2k"], SHORT, stream=True)
    times = []
    for _ in range(run.rounds):
        # The first request of each connection, all in one moment.
        result = load(gate.address, file, seconds=0.03, warm=0, connections=STREAMS)
        times.append(result["first"])
    run.figures.add("first_content_p50_ms", [each["p50_us"] / 1e3 for each in times])
    run.figures.add("first_content_p99_ms", [each["p99_us"] / 1e3 for each in times])
