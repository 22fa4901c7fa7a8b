"""The measuring programs of Benchmarks/tools: built when their sources changed, started on cores of their own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / ".build" / "bench"
SOURCES = ROOT / "Benchmarks" / "tools"
PROGRAMS = {
    "mock": ["mock.c", "common.c"],
    "load": ["load.c", "wire.c", "common.c"],
    "streams": ["streams.c", "wire.c", "common.c"],
    "flush": ["flush.c", "common.c"],
    "closer": ["closer.c", "common.c"],
}
# What is measured has one core for itself; whoever asks and whoever answers share the other.
TESTED_CORE, OTHER_CORE = 0, 1
# Above what else runs here, all alike; where that may not be, everything is measured at the usual one.
PRIORITY = ["nice", "-n", "-15"] if os.geteuid() == 0 else []


def build() -> None:
    BUILT.mkdir(parents=True, exist_ok=True)
    newest = max(path.stat().st_mtime for path in SOURCES.iterdir())
    for name, sources in PROGRAMS.items():
        program = BUILT / name
        if program.exists() and program.stat().st_mtime > newest:
            continue
        subprocess.run(
            ["cc", "-O2", "-Wall", "-Wextra", "-o", program, *(SOURCES / source for source in sources), "-lssl",
             "-lcrypto"], check=True)


def tested(command: list, core: int | None = TESTED_CORE) -> list:
    """As the thing under test; without a core of its own on all of them."""
    return [*PRIORITY, *(["taskset", "-c", str(core)] if core is not None else []), *map(str, command)]


def beside(name: str, *arguments) -> list:
    """As one of the measuring programs."""
    return [*PRIORITY, str(BUILT / name), *map(str, arguments)]


@contextmanager
def undisturbed(pids: list[int]):
    """Inside, these processes and the measuring programs run before all others (SCHED_RR): a wake-up then does not wait
    for the time slice of a neighbour, of which the figure would otherwise speak. The kernel leaves a twentieth of each
    second to everybody else, its own threads included."""
    if os.geteuid() != 0:
        yield
        return
    before = list(PRIORITY)
    tasks = [int(task.name) for pid in pids for task in Path(f"/proc/{pid}/task").iterdir()]
    _schedule(tasks, os.SCHED_RR, 1)
    # The clients above the rest: what came is read when it came, not when the mock has sent all it has.
    PRIORITY[:] = ["chrt", "-r", "2"]
    try:
        yield
    finally:
        PRIORITY[:] = before
        _schedule(tasks, os.SCHED_OTHER, 0)


def _schedule(tasks: list[int], policy: int, priority: int) -> None:
    for task in tasks:
        try:
            os.sched_setscheduler(task, policy, os.sched_param(priority))
        except ProcessLookupError:
            pass


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Mock:
    """The vendor of all paths."""

    def __enter__(self) -> Mock:
        self.process = subprocess.Popen(
            beside("mock", "127.0.0.1:0", OTHER_CORE), stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.address = f"127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def ask(self, method: str, path: str) -> str:
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as asked:
            asked.sendall(f"{method} {path} HTTP/1.1\r\nhost: mock\r\n\r\n".encode())
            data = b""
            while b"\r\n\r\n" not in data:
                data += asked.recv(65536)
            head, _, body = data.partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += asked.recv(1 << 20)
        return body.decode()

    def counts(self) -> dict:
        return json.loads(self.ask("GET", "/mock/counts"))

    def clear(self) -> None:
        self.ask("POST", "/mock/clear")

    def ends(self) -> list[tuple[str, str, int]]:
        """(group, how, CLOCK_MONOTONIC) of every stream that ended: group a or o; r reset, c closed, e by itself."""
        lines = (line.split() for line in self.ask("GET", "/mock/ends").splitlines())
        return [(group, how, int(at)) for group, how, at in lines]


class LoadFailed(Exception):
    pass


def load(address: str, request: Path, *, seconds: float, connections: int = 1, rate: float = 0, warm: float = 0.3,
         tls: bool = False, may_fail: bool = False) -> dict:
    """One run of `load`; any answer but 200 ends the measurement."""
    words = ["--to", address, "--request", request, "--seconds", seconds, "--warm", warm, "--connections", connections,
             "--rate", rate, "--core", OTHER_CORE]
    done = subprocess.run(
        beside("load", *words, *(["--tls"] if tls else [])), capture_output=True, text=True, timeout=seconds + warm + 60)
    if done.returncode != 0 and not may_fail:
        raise LoadFailed(f"the load on {address} met errors: {done.stderr.strip()} {done.stdout.strip()[:200]}")
    return json.loads(done.stdout)


class Streams:
    """One run of `streams`."""

    def __init__(self, address: str, groups: list[tuple[int, Path]], *, opening: float, tls: bool = False) -> None:
        words = ["--to", address, "--opening", opening, "--core", OTHER_CORE]
        for count, request in groups:
            words += ["--group", f"{count}:{request}"]
        self.process = subprocess.Popen(
            beside("streams", *words, *(["--tls"] if tls else [])), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command: str) -> dict:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise LoadFailed(f"the streams ended with {self.process.wait()}")
        return json.loads(line)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()

    def __enter__(self) -> Streams:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def flush_p99_us(folder: Path, seconds: float) -> float:
    done = subprocess.run(
        [*PRIORITY, BUILT / "flush", folder, str(seconds), str(TESTED_CORE)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["flush"]["p99_us"]


def closer_ms(count: int) -> float:
    """Until the peer has seen the last of so many connections reset by a bare program."""
    done = subprocess.run(
        [*PRIORITY, BUILT / "closer", str(count), str(TESTED_CORE), str(OTHER_CORE)], capture_output=True, text=True,
        check=True)
    return json.loads(done.stdout)["seen_ms"]


def environment() -> dict:
    """What the figures were measured on."""
    facts = {"cores": os.cpu_count(), "kernel": os.uname().release}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            facts["processor"] = line.split(":")[1].strip()
            break
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemTotal"):
            facts["memory_gib"] = round(int(line.split()[1]) / 1048576)
    facts["load_average"] = os.getloadavg()[0]
    return facts
