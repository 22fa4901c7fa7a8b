"""A real inference server on loopback, from PyPI, with the tiny model."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from pathlib import Path

import httpx2

from installation import ROOT
from waiting import eventually

KEY = "sk-tiny-" + "0123456789abcdef" * 2
NAME = "tiny-llama"


def python() -> str:
    """The server's own Python; compiled first where it must be, and never done without."""
    made = subprocess.run([ROOT / "scripts" / "model-server"], stdout=subprocess.PIPE, text=True)
    assert made.returncode == 0, "no inference server: scripts/model-server says above why"
    return made.stdout.strip().splitlines()[-1]


def free_port() -> int:
    """The server cannot choose one itself. Another process may take it first; then the server ends, and another port
    is tried."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class InferenceServer:
    """Answers one request at a time; a second one waits (`--interrupt_requests false`)."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "server.log"
        self.python = python()
        self.model = folder / "tiny.gguf"
        subprocess.run([self.python, Path(__file__).with_name("tiny_model.py"), self.model], check=True)
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> InferenceServer:
        for _ in range(5):
            if self.start(free_port()):
                return self
        raise AssertionError(f"the inference server does not start: {self.said[-2000:]}")

    def start(self, port: int) -> bool:
        self.url = f"http://127.0.0.1:{port}"
        command = [self.python, "-m", "llama_cpp.server", "--model", self.model, "--model_alias", NAME]
        command += ["--host", "127.0.0.1", "--port", str(port), "--api_key", KEY, "--n_ctx", "8192", "--n_batch", "512"]
        # One thread: the model is too small for more, and whatever else is measured runs beside it.
        command += ["--n_threads", "1", "--n_threads_batch", "1", "--interrupt_requests", "false", "--verbose", "false"]
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"}
            )

        def settled() -> bool:
            if self.process.poll() is not None:
                return True
            try:
                return httpx2.get(self.url + "/v1/models", headers={"authorization": f"Bearer {KEY}"}).is_success
            except httpx2.TransportError:
                return False

        eventually(settled, 60, "the inference server")
        return self.process.poll() is None

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    @property
    def disconnects(self) -> int:
        """How many clients it has seen leave within an answer."""
        return len(re.findall("Disconnected from client", self.said))
