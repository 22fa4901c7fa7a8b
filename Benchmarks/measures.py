"""What is measured, each beside the yardsticks of the same round."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from demo import processor_seconds
from figures import Figures
from paths import Gate, Path_, wait_until
from tools import PRIORITY, ROOT, Mock, Streams, closer_ms, flush_p99_us, load, undisturbed

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
SIZES = {"2k": 2048, "16k": 16384, "256k": 262144}
WORDS = "The committee met in the morning and agreed on the next steps of the plan, which the team will carry out. "
# Whole answers at once; streams of 16 chunks, one each 2 ms; long streams with a chunk a second.
WHOLE, SHORT, LONG = "0,0,0.", "2000,16,0.", "1000000,100000,0."
# In the cut a chunk each 2 s: two nodes, mock and clients have two cores together.
SLOW = "2000000,100000,0."


@dataclass
class Run:
    """How long, how often, with what."""

    mock: Mock
    figures: Figures
    folder: Path
    rounds: int = 7
    seconds: float = 1.0
    streams: int = 9000
    stream_rounds: int = 7
    stream_seconds: float = 5.0
    cuts: int = 20
    cut_streams: tuple[int, int] = (9000, 1000)
    opening: float = 1500
    files: dict = field(default_factory=dict)

    def request(self, path: Path_, size: int, play: str, *, stream: bool, messages: bool = False) -> Path:
        """A request's bytes with a body of exactly that size, as a file."""
        known = (path.key, size, play, stream, messages)
        if known in self.files:
            return self.files[known]
        model = "claude-opus-4-8" if messages else path.model
        body = {"model": model, "max_tokens": 4096, "stream": stream, "messages": [{"role": "user", "content": ""}]}
        text = f"mock:{play} "
        room = size - len(json.dumps(body, separators=(",", ":"))) - len(text)
        text += (WORDS * (room // len(WORDS) + 1))[:room]
        body["messages"][0]["content"] = text
        data = json.dumps(body, separators=(",", ":")).encode()
        assert len(data) == size
        head = [
            f"POST {MESSAGES if messages else CHAT} HTTP/1.1", "host: gate.example", "content-type: application/json",
            "accept: application/json", "user-agent: measure/1",
            f"authorization: Bearer {path.key}", f"content-length: {size}"]
        if messages:
            head.append("anthropic-version: 2023-06-01")
        file = self.folder / f"request-{len(self.files)}"
        file.write_bytes("\r\n".join(head + ["", ""]).encode() + data)
        self.files[known] = file
        return file


def progress(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


def in_turns(rounds: int, paths: list[Path_]):
    """(round, path) with the order reversed each round; round 0 warms up."""
    for number in range(rounds + 1):
        for path in paths if number % 2 else reversed(paths):
            yield number, path


def stream_address(path: Path_) -> str:
    return getattr(path, "stream_address", path.address)


# MARK: Processor time a request

def processor(run: Run, paths: list[Path_], sizes: list[str] | None = None) -> None:
    # Work that is interrupted finds its caches cold: what a neighbour does would be in the figure.
    with undisturbed(everybody(run, paths)):
        processor_times(run, paths, sizes or list(SIZES))


def processor_times(run: Run, paths: list[Path_], sizes: list[str]) -> None:
    """At 64 connections: time on a processor of all threads of all processes of the path, a request; of streams, a
    chunk."""
    paths = [path for path in paths if path.name != "direct"]
    for size in sizes:
        for kind, play in (("whole", WHOLE), ("stream", SHORT)):
            progress(f"processor time, {size}, {kind}")
            costs: dict[str, list[float]] = {path.name: [] for path in paths}
            rates: dict[str, list[float]] = {path.name: [] for path in paths}
            for number, path in in_turns(run.rounds, paths):
                file = run.request(path, SIZES[size], play, stream=kind == "stream")
                pids = path.pids()
                chunks = run.mock.counts()["chunks"]
                before = processor_seconds(pids)
                address = stream_address(path) if kind == "stream" else path.address
                seconds = run.seconds if number else 0.3
                result = load(address, file, seconds=seconds, warm=0.1, connections=64, tls=path.tls)
                cost = (processor_seconds(pids) - before) * 1e6
                units = run.mock.counts()["chunks"] - chunks if kind == "stream" else result["all"]
                if number:
                    costs[path.name].append(cost / max(units, 1))
                    rates[path.name].append(result["per_second"])
            for path in paths:
                key = f"{label(path)}_{size}_{kind}"
                run.figures.add(f"{key}_cpu_us", costs[path.name])
                if path.name != "nginx":
                    run.figures.ratio(f"{key}_cpu_over_nginx", costs[path.name], costs["nginx"])
                if kind == "whole":
                    run.figures.add(f"{key}_per_second", rates[path.name])


def label(path: Path_) -> str:
    return path.name.replace(" ", "_").lower()


# MARK: Added latency

def everybody(run: Run, paths: list[Path_]) -> list[int]:
    return [run.mock.process.pid] + [pid for path in paths for pid in path.pids()]


def latency(run: Run, paths: list[Path_]) -> None:
    with undisturbed(everybody(run, paths)):
        latencies(run, paths)


def latencies(run: Run, paths: list[Path_]) -> None:
    """One connection, one request at a time; then at fixed rates on 8 connections, from the moment a request was due."""
    kinds = {
        "c1": {"connections": 1}, "500ps": {"connections": 8, "rate": 500}, "2000ps": {"connections": 8, "rate": 2000}}
    for name, settings in kinds.items():
        progress(f"latency, {name}")
        found: dict[str, list[dict]] = {path.name: [] for path in paths}
        for number, path in in_turns(run.rounds, paths):
            if path.name == "LiteLLM" and name != "c1":
                continue
            file = run.request(path, SIZES["2k"], WHOLE, stream=False)
            seconds = run.seconds if number else 0.3
            result = load(path.address, file, seconds=seconds, warm=0.2, tls=path.tls, **settings)
            if number:
                found[path.name].append(result)
        direct = found["direct"]
        for path in paths:
            results = found[path.name]
            if not results:
                continue
            for share in ("p50_us", "p99_us"):
                mine = [each["latency"][share] for each in results]
                base = [each["latency"][share] for each in direct]
                if path.name == "direct":
                    run.figures.add(f"direct_{name}_{share}", mine)
                else:
                    run.figures.add(f"{label(path)}_{name}_added_{share}", [a - b for a, b in zip(mine, base)])
            if path.name != "direct":
                run.figures.add(f"{label(path)}_{name}_40ms_share", max(0.0, cluster(results) - cluster(direct)))


def cluster(results: list[dict]) -> float:
    """The share of answers at 38–44 ms beyond what lies on either side of it: a delayed acknowledgement that waits for
    Nagle's algorithm makes a heap there, a queue does not."""
    around = [sum(each["latency"]["around_40ms"][part] for each in results) for part in range(3)]
    return (around[1] - max(around[0], around[2])) / max(1, sum(each["requests"] for each in results))


def flush(run: Run, gate: Gate) -> None:
    progress("flush")
    with undisturbed([]):
        run.figures.add("flush_p99_us", [flush_p99_us(gate.folder, 0.7) for _ in range(max(3, run.rounds))])


# MARK: Throughput beside the peer

def peer(run: Run, gate: Gate, litellm: Path_) -> None:
    progress("LiteLLM")
    rates: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {}
    for number, path in in_turns(run.rounds, [gate, litellm]):
        file = run.request(path, SIZES["2k"], WHOLE, stream=False)
        before = processor_seconds(path.pids())
        seconds = max(run.seconds, 3.0 if path is litellm else 0.0)
        result = load(path.address, file, seconds=seconds, warm=0.5, connections=64)
        cost = (processor_seconds(path.pids()) - before) * 1e6
        if number:
            rates.setdefault(path.name, []).append(result["per_second"])
            costs.setdefault(path.name, []).append(cost / max(1, result["all"]))
    run.figures.add("litellm_2k_whole_per_second", rates["LiteLLM"])
    run.figures.add("litellm_2k_whole_cpu_us", costs["LiteLLM"])
    run.figures.ratio("all_on_requests_over_litellm", rates["all on"], rates["LiteLLM"])


# MARK: Memory and start

def memory(pid: int) -> dict[str, int]:
    """Bytes: resident, and private to the process."""
    found = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if rest.strip().endswith("kB"):
            found[name] = int(rest.split()[0]) * 1024
    return {
        "resident": found["Rss"], "private": found["Private_Dirty"] + found["Private_Clean"],
        "anonymous": found["Anonymous"]}


def start(run: Run, gate: Gate) -> None:
    """`portcullis up` on a folder that was used before, until /readyz says 200; then the memory of the idle node."""
    progress("start")
    times = []
    for _ in range(min(run.rounds, 7)):
        gate.halt()
        times.append(gate.launch() * 1e3)
    run.figures.add("start_ms", times)
    time.sleep(1.0)
    idle = memory(gate.gateways()[0])
    run.figures.add("idle_resident_mib", idle["resident"] / 1048576)
    run.figures.add("idle_private_mib", idle["private"] / 1048576)


# MARK: Streams

def streams(run: Run, paths: list[Path_]) -> None:
    with undisturbed(everybody(run, paths)):
        held_streams(run, paths)


def held_streams(run: Run, paths: list[Path_]) -> None:
    """So many open streams with a chunk a second each: the time from the mock's write to the client's read, and what a
    stream takes of user memory. Each path alone, in turns."""
    found: dict[str, dict[str, list[float]]] = {
        path.name: {"p50": [], "p99": [], "kib": [], "cpu": []} for path in paths}
    for number in range(1, run.stream_rounds + 1):
        for path in paths if number % 2 else reversed(paths):
            progress(f"{run.streams} streams, {path.name}, round {number}")
            serving = path.pids() if not isinstance(path, Gate) else path.gateways()
            before = sum(memory(pid)["anonymous"] for pid in serving)
            file = run.request(path, SIZES["2k"], LONG, stream=True)
            groups = [(run.streams, file)]
            with Streams(stream_address(path), groups, opening=run.opening, tls=path.tls) as open_streams:
                opened = open_streams.ask("opened")["groups"][0]
                if opened["begun"] != run.streams:
                    raise SystemExit(f"{path.name} opened {opened['begun']} of {run.streams} streams: {opened}")
                time.sleep(3)
                held = sum(memory(pid)["anonymous"] for pid in serving) - before
                open_streams.ask("mark")
                cpu = processor_seconds(path.pids())
                time.sleep(run.stream_seconds)
                cpu = processor_seconds(path.pids()) - cpu
                report = open_streams.ask("report")
            group = report["groups"][0]
            if group["open"] != run.streams or group["gaps"]:
                raise SystemExit(f"{path.name} lost streams or chunks: {group}")
            mine = found[path.name]
            mine["p50"].append(report["relay"]["p50_us"])
            mine["p99"].append(report["relay"]["p99_us"])
            mine["cpu"].append(cpu * 1e6 / max(1, report["relay"]["count"]))
            mine["kib"].append(held / 1024 / run.streams)
            wait_until(lambda: run.mock.counts()["streams_open"] == 0, 60, "streams to end")
    for path in paths:
        mine, name = found[path.name], f"{label(path)}_streams"
        run.figures.add(f"{name}_relay_p50_us", mine["p50"])
        run.figures.add(f"{name}_relay_p99_us", mine["p99"])
        if path.name != "direct":
            run.figures.add(f"{name}_cpu_us_a_chunk", mine["cpu"])
            # What an earlier round left to the allocator is used again: the first shows what a stream takes.
            run.figures.add(f"{name}_kib_a_stream", mine["kib"][0])


# MARK: The cut

def nanoseconds(text: str) -> int:
    """RFC 3339 in UTC with any number of digits behind the second."""
    whole, _, rest = text.removesuffix("Z").partition(".")
    seconds = datetime.datetime.fromisoformat(whole + "+00:00").timestamp()
    return int(seconds) * 1_000_000_000 + int((rest + "000000000")[:9])


def cut(run: Run, gate: Gate) -> None:
    with undisturbed(everybody(run, [gate])):
        cuts(run, gate)


def cuts(run: Run, gate: Gate) -> None:
    """Streams of the vendor that is cut off, and of another, over the nodes of the gate: when the last content byte was
    read and the last reset seen by the vendor, from the moment at which the order was durable."""
    covered, others = run.cut_streams
    key = gate.duty_keys()[:2]
    basis = ROOT / "examples" / "notice.txt"
    groups = [
        (covered, run.request(gate, SIZES["2k"], SLOW, stream=True, messages=True)),
        (others, run.request(gate, SIZES["2k"], SLOW, stream=True))]
    last_content, last_reset, over_closer, told, errors, lost, yardstick = [], [], [], [], [], [], []
    for number in range(1, run.cuts + 1):
        progress(f"cut {number} of {run.cuts}")
        run.mock.clear()
        with Streams(gate.address, groups, opening=run.opening) as open_streams:
            opened = open_streams.ask("opened")["groups"]
            if [group["begun"] for group in opened] != [covered, others]:
                raise SystemExit(f"not every stream began: {opened}")
            time.sleep(1.5)
            order = subprocess.run(
                [*PRIORITY, str(gate.program), "cut", "--json", "--vendor", "anthropic", "--reason", "benchmark", "--basis", basis,
                 "--data", gate.folder], capture_output=True, text=True, timeout=60)
            if order.returncode != 0:
                raise SystemExit(f"the cut failed: {order.stderr}")
            receipt = json.loads(order.stdout)
            if "recorded" not in receipt:
                raise SystemExit(f"the cut was not recorded: {receipt}")
            offset = time.time_ns() - time.monotonic_ns()
            durable = nanoseconds(receipt["recorded"]["durable_at"]) - offset
            time.sleep(3.5)
            wait_until(lambda: open_streams.ask("report")["groups"][0]["open"] == 0, 60, "covered streams to end")
            report = open_streams.ask("report")["groups"]
            ends = run.mock.ends()
        resets = [at for group, how, at in ends if group == "a" and how == "r"]
        if report[0]["open"] or len([1 for group, _, _ in ends if group == "a"]) != covered:
            raise SystemExit(f"covered streams stayed open: {report[0]}, {len(ends)} ends")
        last_content.append(max(0.0, (report[0]["last_content"] - durable) / 1e6))
        last_reset.append((max(resets) - durable) / 1e6)
        told.append((report[0]["last_end"] - durable) / 1e6)
        errors.append(report[0]["errors"] / covered)
        # Of the others every one is open, none missed a chunk, and each had one since the cut.
        damaged = others - report[1]["open"] + report[1]["gaps"] + (report[1]["oldest_content"] < durable)
        lost.append(damaged)
        yardstick.append(closer_ms(covered))
        over_closer.append(last_reset[-1] / yardstick[-1])
        for each in key:
            gate.run("reopen", receipt["cut"], "--key", each)
        wait_until(lambda: run.mock.counts()["streams_open"] == 0, 60, "streams to end")
    run.figures.add("cut_last_content_ms", last_content)
    run.figures.add("cut_last_reset_ms", last_reset)
    run.figures.add("cut_closer_ms", yardstick)
    run.figures.add("cut_last_client_told_ms", told)
    run.figures.add("cut_last_reset_over_closer", over_closer)
    run.figures.add("cut_others_damaged", [float(count) for count in lost])
    run.figures.add("cut_error_events_share", errors)


# MARK: What was measured before

def ledger_bytes(run: Run, gate: Gate, frames) -> None:
    progress("ledger bytes")
    file = run.request(gate, 512, WHOLE, stream=False)
    before = frames()
    result = load(gate.address, file, seconds=run.seconds, warm=0, connections=64)
    time.sleep(0.3)
    run.figures.add("ledger_bytes_per_exchange", (frames() - before) / result["all"])


def decide(run: Run, program: Path) -> None:
    """The cases of the tests, many times over: read, decided and written, a case."""
    progress("decision cases")
    cases = (ROOT / "Tests" / "PolicyTests" / "Cases" / "sample.jsonl").read_text()
    count = cases.count("\n")
    times = []
    for copies in (1, 201):
        began = time.perf_counter()
        subprocess.run(
            [program, "decide", "--bundle", ROOT / "library" / "testworld", "--cases", "-"],
            check=True, input=cases * copies, text=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    run.figures.add("case_us", (times[1] - times[0]) / (200 * count) * 1e6)
