"""A demonstration of its own for measuring: started on free ports, in a folder that is removed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(os.environ.get("PORTCULLIS_BINARY", ROOT / ".build" / "release" / "portcullis"))
START_SECONDS = 60


class Demo:
    """`with Demo(workers=1) as demo: …`"""

    def __init__(self, workers: int = 1, keep: bool = False) -> None:
        self.workers = workers
        self.keep = keep
        self.data = Path(tempfile.mkdtemp(prefix="portcullis-"))
        self.start()

    def start(self) -> None:
        began = time.monotonic()
        environment = os.environ | {"PORTCULLIS_WORKERS": str(self.workers), "SWIFT_BACKTRACE": "enable=no"}
        self.output = open(self.data.with_suffix(".log"), "ab")
        self.process = subprocess.Popen(
            [PROGRAM, "demo", "--data", self.data, "--listen", "127.0.0.1:0"],
            stdout=self.output, stderr=self.output, env=environment)
        file = self.data / "demo.json"
        while not file.exists():
            if self.process.poll() is not None or time.monotonic() - began > START_SECONDS:
                raise SystemExit(f"the demonstration did not start:\n{self.data.with_suffix('.log').read_text()}")
            time.sleep(0.01)
        self.started_in = time.monotonic() - began
        self.facts = json.loads(file.read_text())
        host, port = self.facts["base_url"].removeprefix("http://").split(":")
        self.address = (host, int(port))

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        self.output.close()

    def __enter__(self) -> Demo:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self.keep:
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.with_suffix(".log").unlink(missing_ok=True)

    def key(self, site: str) -> str:
        """Of an ordinary employee in that office."""
        return next(
            person["api_key"] for person in self.facts["people"]
            if person["site"] == site and person["roles"] == ["employee"])

    def duty_keys(self) -> list[str]:
        """Of two natural persons who may reopen a cut."""
        return [
            person["api_key"] for person in self.facts["people"] if {"security", "compliance"} & set(person["roles"])]

    def simulator(self, vendor: str) -> Simulator:
        return Simulator(next(each for each in self.facts["simulators"] if each["vendor"] == vendor))

    def gateways(self) -> list[int]:
        return json.loads((self.data / "demo.json").read_text())["pids"]["gateways"]

    def run(self, *words: str) -> str:
        """A verb on this installation; its standard output."""
        done = subprocess.run(
            [PROGRAM, *words, "--data", self.data], capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(words)} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def ledger_bytes(self) -> int:
        """Bytes of all frames of all logs; the prepared rest of a segment does not count."""
        return sum(frames_length(path) for path in (self.data / "ledger").glob("*/*/seg/*"))


class Simulator:
    def __init__(self, facts: dict) -> None:
        self.url, self.key, self.byte_log = facts["url"], facts["api_key"], Path(facts["byte_log"])
        host, port = self.url.removeprefix("http://").split(":")
        self.address = (host, int(port))

    def ask(self, method: str, path: str, body: object = None) -> None:
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"authorization": f"Bearer {self.key}", "content-type": "application/json"})
        urllib.request.urlopen(request, timeout=20).close()

    def script(self, *rules: dict) -> None:
        self.ask("PUT", "/_simulator/script", {"rules": list(rules)})

    def flush(self) -> None:
        self.ask("POST", "/_simulator/flush")


def frames_length(segment: Path) -> int:
    """docs/formats/ledger.md: frames follow the header of 64 bytes, each with its length at offset 8."""
    data = segment.read_bytes()
    offset = 64
    while data[offset:offset + 4] == b"PCLF":
        offset += int.from_bytes(data[offset + 8:offset + 12], "big")
    return offset - 64


def processor_seconds(pids: list[int]) -> float:
    """Time on a processor of all threads, by the scheduler's own count: the ticks of /proc/PID/stat are too coarse."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def resident_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
