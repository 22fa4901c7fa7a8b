"""Starts simulated vendors for the tests: `with Vendor("openai") as vendor: ...`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from byte_log import Book

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("PORTCULLIS_BINARY", ROOT / ".build" / "release" / "portcullis"))
KEY = "sk-simulated-end-to-end"


class Vendor:
    def __init__(self, name: str, *options: str) -> None:
        self.name = name
        self.folder = tempfile.TemporaryDirectory(prefix="simulator-")
        self.byte_log = Path(self.folder.name) / "bytes.log"
        self.key_file = Path(self.folder.name) / "key"
        self.key_file.write_text(KEY + "\n")
        self.options = options
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                BINARY, "simulate", "--vendor", self.name, "--listen", "127.0.0.1:0", "--api-key-file", self.key_file,
                "--byte-log", self.byte_log, *self.options,
            ],
            stdout=subprocess.PIPE, text=True,
        )
        line = self.process.stdout.readline()
        assert "http://" in line, f"the simulator did not start: {line!r}"
        self.url = "http://" + line.split("http://")[1].strip()

    def __enter__(self) -> Vendor:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.folder.cleanup()

    def stop(self, how: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(20)
        self.process.stdout.close()
        return status

    def ask(self, method: str, path: str, body: object = None) -> dict:
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"authorization": f"Bearer {KEY}", "content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def script(self, *rules: dict) -> None:
        assert self.ask("PUT", "/_simulator/script", {"rules": list(rules)}) == {"rules": len(rules)}

    def book(self) -> Book:
        """The byte log with everything up to now in it."""
        self.ask("POST", "/_simulator/flush")
        return Book.read(self.byte_log)
