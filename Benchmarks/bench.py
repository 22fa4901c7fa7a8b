#!/usr/bin/env python3
"""Figures of the running product, each beside a yardstick of the same run, compared with Benchmarks/budget.json.

usage: bench.py [--loose] [--json] [NAME …]

--loose  takes ten times each bound, for machines that are busy with something else.
A NAME runs one measure only; without any all run. Exit status 1 when a figure is outside of its bound.
"""

from __future__ import annotations

import datetime
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "EndToEnd" / "simulator"))

from byte_log import records  # noqa: E402
from demo import PROGRAM, ROOT, Demo, processor_seconds  # noqa: E402
from proxy import Load, Proxy  # noqa: E402
from wire import Connection, Streams, quantile, request  # noqa: E402

INSIDE = {"model": "deepseek-v4-pro", "max_tokens": 8, "messages": [{"role": "user", "content": "Say hello. " * 40}]}
CHAT = "/v1/chat/completions"
ROUNDS = 7
CONTENT_OPENAI = b'"content":"'
CONTENT_ANTHROPIC = b'"text_delta"'


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


# MARK: Measures. Each yields (name, value).

def start():
    """A second start of a demonstration that was stopped in order."""
    with Demo() as demo:
        demo.stop()
        demo.start()
        yield "second_start_s", demo.started_in


def latency(demo: Demo):
    """One client, one connection: to the simulator, and through the gate, in turns."""
    vendor = demo.simulator("meridian")
    direct, through = Connection(vendor.address), Connection(demo.address)
    to_vendor = request(CHAT, bearer(vendor.key), INSIDE)
    to_gate = request(CHAT, bearer(demo.key("GB")), INSIDE)
    rounds = []
    for number in range(ROUNDS + 1):
        own = [direct.ask(to_vendor) for _ in range(150)]
        gate = [through.ask(to_gate) for _ in range(150)]
        if number:  # The first round warms up.
            rounds.append((quantile(own, 0.5), quantile(gate, 0.5), quantile(own, 0.99), quantile(gate, 0.99)))
    middle = [statistics.median(column) for column in zip(*rounds)]
    yield "direct_p50_ms", middle[0] * 1e3
    yield "gate_p50_ms", middle[1] * 1e3
    yield "added_p50_ms", (middle[1] - middle[0]) * 1e3
    yield "added_p99_ms", (middle[3] - middle[2]) * 1e3
    direct.close()
    through.close()


def throughput(demo: Demo):
    """wrk on 64 connections: through nginx and through the gate to the same simulator, in turns."""
    vendor = demo.simulator("meridian")
    body = json.dumps(INSIDE)
    rates, costs, ours, stored = [], [], [], []
    with Proxy(vendor.address, vendor.key, demo.workers) as proxy:
        for number in range(4):
            measured = []
            for address, key, pids in (
                (proxy.address, "none", proxy.pids()), (demo.address, demo.key("GB"), demo.gateways())):
                before, bytes_before = processor_seconds(pids), demo.ledger_bytes()
                load = Load(address, CHAT, bearer(key), body, 64, 4)
                cost = (processor_seconds(pids) - before) / load.requests
                time.sleep(0.3)
                measured.append((load.per_second, cost, (demo.ledger_bytes() - bytes_before) / load.requests))
            if number:
                (nginx, gate) = measured
                rates.append(gate[0] / nginx[0])
                costs.append(gate[1] / nginx[1])
                ours.append(gate)
                stored.append(gate[2])
    yield "requests_per_second", statistics.median(each[0] for each in ours)
    yield "requests_over_nginx", statistics.median(rates)
    yield "processor_us_per_request", statistics.median(each[1] for each in ours) * 1e6
    yield "processor_over_nginx", statistics.median(costs)
    yield "ledger_bytes_per_exchange", statistics.median(stored)


def first_byte(demo: Demo):
    """200 streams opened at once: until each has its first content."""
    vendor = demo.simulator("meridian")
    body = INSIDE | {"stream": True, "max_tokens": 60}
    found = {}
    for name, address, key in (("direct", vendor.address, vendor.key), ("gate", demo.address, demo.key("GB"))):
        streams = Streams(CONTENT_OPENAI)
        streams.open(200, address, request(CHAT, bearer(key), body))
        if not streams.read_until(lambda: all(each.is_over for each in streams.all), 60):
            raise SystemExit(f"{name}: streams did not end")
        if any(each.status != 200 or each.first is None for each in streams.all):
            raise SystemExit(f"{name}: a stream was not served: {streams.all[0].tail!r}")
        found[name] = [each.first - each.sent for each in streams.all]
        streams.close()
    yield "first_content_direct_p50_ms", quantile(found["direct"], 0.5) * 1e3
    yield "first_content_p50_ms", quantile(found["gate"], 0.5) * 1e3
    yield "first_content_p99_ms", quantile(found["gate"], 0.99) * 1e3


def cut(demo: Demo):
    """1,000 open streams to Anthropic, 10 tokens a second each; then it is cut off for everybody."""
    vendor = demo.simulator("anthropic")
    vendor.script({"play": {"tokens_per_second": 10}})
    body = {
        "model": "claude-opus-4-8", "max_tokens": 2000, "stream": True,
        "messages": [{"role": "user", "content": "Write for a long time."}]}
    headers = {"x-api-key": demo.key("GB"), "anthropic-version": "2023-06-01"}
    streams = Streams(CONTENT_ANTHROPIC)
    streams.open(1000, demo.address, request("/v1/messages", headers, body))
    if not streams.read_until(lambda: all(each.first or each.is_over for each in streams.all), 60):
        raise SystemExit("1,000 streams did not all begin")
    served = [each for each in streams.all if each.status == 200]
    if len(served) != 1000:
        raise SystemExit(f"only {len(served)} of 1,000 streams were served")
    basis = ROOT / "examples" / "notice.txt"
    words = ["cut", "--json", "--vendor", "anthropic", "--reason", "benchmark", "--basis", str(basis)]
    ordered = subprocess.Popen([PROGRAM, *words, "--data", demo.data], stdout=subprocess.PIPE, text=True)
    if not streams.read_until(lambda: all(each.is_over for each in streams.all), 20):
        raise SystemExit("not every stream ended after the cut")
    receipt = json.loads(ordered.communicate(timeout=20)[0])
    durable = nanoseconds(receipt["recorded"]["durable_at"])
    vendor.flush()
    resets = [
        record.wall_ns for record in records(vendor.byte_log.read_bytes())
        if record.kind == "ended" and record.detail == 1 and record.wall_ns > durable - 5_000_000_000]
    last = max(each.last for each in streams.all) * 1e9
    # An honest end: an error event, then no end mark.
    yield "cut_streams", sum(1 for each in streams.all if each.has_error and not each.has_end_mark)
    yield "cut_last_content_ms", max(0.0, (last - durable) / 1e6)
    yield "cut_last_reset_ms", max(0.0, (max(resets) - durable) / 1e6)
    yield "cut_ms", max(last, max(resets), durable) / 1e6 - durable / 1e6
    for key in demo.duty_keys()[:2]:
        demo.run("reopen", receipt["cut"], "--key", key)
    vendor.script()
    streams.close()


def decide():
    """The cases of the tests, many times over: read, decided and written, a case."""
    cases = (ROOT / "Tests" / "PolicyTests" / "Cases" / "sample.jsonl").read_text()
    count = cases.count("\n")
    times = []
    for copies in (1, 201):
        began = time.perf_counter()
        subprocess.run(
            [PROGRAM, "decide", "--bundle", ROOT / "library" / "testworld", "--cases", "-"],
            check=True, input=cases * copies, text=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    yield "case_us", (times[1] - times[0]) / (200 * count) * 1e6


ALONE = {"start": start, "decide": decide}
RUNNING = {"latency": latency, "throughput": throughput, "first_byte": first_byte, "cut": cut}


def nanoseconds(text: str) -> int:
    """RFC 3339 in UTC with any number of digits behind the second."""
    whole, _, rest = text.removesuffix("Z").partition(".")
    seconds = datetime.datetime.fromisoformat(whole + "+00:00").timestamp()
    return int(seconds) * 1_000_000_000 + int((rest + "000000000")[:9])


# MARK: Report

def report(found: dict[str, float], loose: bool) -> int:
    budget = json.loads((Path(__file__).parent / "budget.json").read_text())
    factor = 10 if loose else 1
    broken = 0
    print(f"{'figure':30} {'value':>12}  {'bound':>14}")
    for name, value in found.items():
        entry = budget.get(name, {})
        verdict = ""
        bound = ""
        if "at_most" in entry:
            limit = entry["at_most"] * factor
            bound, isBroken = f"≤ {limit:g}", value > limit
        elif "at_least" in entry:
            limit = entry["at_least"] / (1 if entry.get("exact") else factor)
            bound, isBroken = f"≥ {limit:g}", value < limit
        else:
            isBroken = False
        if isBroken:
            broken += 1
            verdict = "  OUTSIDE"
        print(f"{name:30} {value:12.3f}  {bound:>14}{verdict}")
    return broken


def main() -> int:
    flags = {word for word in sys.argv[1:] if word.startswith("--")}
    names = [word for word in sys.argv[1:] if not word.startswith("--")]
    known = ALONE | RUNNING
    if flags - {"--loose", "--json"} or set(names) - set(known):
        print(__doc__ + "\nknown: " + ", ".join(known), file=sys.stderr)
        return 2
    wanted = names or list(known)
    found: dict[str, float] = {}
    for name in [each for each in wanted if each in ALONE]:
        print(f"… {name}", file=sys.stderr)
        found |= dict(ALONE[name]())
    if set(wanted) & set(RUNNING):
        with Demo() as demo:
            for name in [each for each in wanted if each in RUNNING]:
                print(f"… {name}", file=sys.stderr)
                found |= dict(RUNNING[name](demo))
    if "--json" in flags:
        print(json.dumps(found, indent=2))
    return 1 if report(found, "--loose" in flags) else 0


if __name__ == "__main__":
    sys.exit(main())
