"""One more gateway on an installation's folder, with settings of its own from the environment."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from installation import BINARY, Installation
from waiting import eventually


class ExtraGate:
    def __init__(self, bank: Installation, node: str, listen: str = "127.0.0.1:0", **settings: object) -> None:
        self.log = bank.parent / f"{node}.jsonl"
        environment = bank.environment | {f"PORTCULLIS_{name.upper()}": str(value) for name, value in settings.items()}
        command = [BINARY, "gateway", "--data", bank.data, "--node", node, "--listen", listen]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        self.address: str = eventually(self._address, 30, f"{node} to listen")
        self.port = int(self.address.rpartition(":")[2])

    def _address(self) -> str | None:
        assert self.process.poll() is None, self.log.read_text()
        return next((line["address"] for line in self.lines("listening")), None)

    def lines(self, event: str) -> list[dict]:
        """Of the log, as far as it is written."""
        found = []
        for line in self.log.read_text().splitlines():
            if line.startswith("{") and line.endswith("}"):
                entry = json.loads(line)
                if entry.get("event") == event:
                    found.append(entry)
        return found

    def __enter__(self) -> ExtraGate:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        assert self.process.wait(30) == 0, self.log.read_text()[-2000:]


def refused_start(bank: Installation, **settings: object) -> str:
    """What a gateway says that does not start."""
    environment = bank.environment | {f"PORTCULLIS_{name.upper()}": str(value) for name, value in settings.items()}
    command = [BINARY, "gateway", "--data", bank.data, "--node", "gwbad", "--listen", "127.0.0.1:0"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=30)
    assert done.returncode == 3, done
    return done.stderr


def append(bank: Installation, text: str) -> None:
    """More settings in the installation's file, which programs read when they start."""
    file: Path = bank.data / "portcullis.yaml"
    file.write_text(file.read_text() + text)
