"""The ways from a client to the mock that are compared: nothing between, nginx, the bare engine, the whole product,
LiteLLM. Each is a context manager with `address`, `key`, `pids()` and `tls`."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from demo import PROGRAM, Demo
from tools import ROOT, TESTED_CORE, Mock, free_port, tested

BARE = PROGRAM.with_name("bare")
LITELLM = "litellm[proxy]==1.106.2"
NGINX = """
worker_processes 1;
daemon off;
worker_rlimit_nofile 20000;
pid {folder}/pid;
error_log {folder}/error.log crit;
events {{ worker_connections 20000; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    keepalive_requests 100000000;
    client_body_buffer_size 512k; client_max_body_size 32m;
    upstream vendor {{ server {vendor}; keepalive 512; keepalive_requests 100000000; }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{
            proxy_pass http://vendor; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_buffering {buffering};
        }}
    }}
}}
"""


def children(pid: int) -> list[int]:
    """All processes below, too."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


def family(process: subprocess.Popen) -> list[int]:
    return [process.pid, *children(process.pid)]


def wait_until(condition, seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"waited {seconds} s in vain: {what}")
        time.sleep(0.01)


def listens(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as trial:
        return trial.connect_ex((host, int(port))) == 0


class Path_:
    """What the others have in common."""

    name = ""
    key = "none"
    tls = False
    model = "gpt-5.5"
    # Until it is started.
    process: subprocess.Popen | None = None

    def start(self, mock: Mock) -> None:
        raise NotImplementedError

    def pids(self) -> list[int]:
        return []

    def stop(self) -> None:
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Direct(Path_):
    name = "direct"

    def start(self, mock: Mock) -> None:
        self.address = mock.address


class Nginx(Path_):
    """One worker, access log off, upstream connections kept. Buffering is on for whole answers, as everybody has it,
    and off for streams: two servers, of which one is asked at a time."""

    name = "nginx"
    running: list = []

    def start(self, mock: Mock) -> None:
        if shutil.which("nginx", path="/usr/sbin:/usr/bin") is None:
            raise SystemExit("nginx is missing; run scripts/packages bench")
        self.running = [self._start(mock, "on"), self._start(mock, "off")]
        self.address, self.stream_address = (address for _, _, address in self.running)

    def _start(self, mock: Mock, buffering: str):
        folder = Path(tempfile.mkdtemp(prefix="nginx-"))
        # Its worker runs as another user.
        folder.chmod(0o777)
        address = f"127.0.0.1:{free_port()}"
        file = folder / "nginx.conf"
        file.write_text(
            NGINX.format(folder=folder, vendor=mock.address, port=address.split(":")[1], buffering=buffering))
        process = subprocess.Popen(tested(["/usr/sbin/nginx", "-c", file, "-p", folder]), stderr=subprocess.DEVNULL)
        wait_until(lambda: listens(address), 10, "nginx to listen")
        return process, folder, address

    def pids(self) -> list[int]:
        return [pid for process, _, _ in self.running for pid in family(process)]

    def stop(self) -> None:
        for process, folder, _ in self.running:
            process.terminate()
            process.wait(20)
            shutil.rmtree(folder, ignore_errors=True)


class Bare(Path_):
    name = "bare"

    def start(self, mock: Mock) -> None:
        if not BARE.exists():
            raise SystemExit("Benchmarks/bare is not built; run `make build`")
        self.process = subprocess.Popen(
            tested([BARE, "127.0.0.1:0", mock.address]), stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()

    def server(self) -> int:
        return self.process.pid

    def pids(self) -> list[int]:
        return family(self.process)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process.stdout.close()


class Gate(Path_):
    """The product as it ships, without a switch: `portcullis up` on the folder of a demonstration, whose vendors'
    addresses are turned to the mock. Everything that serves counts: supervisor, console, gateways."""

    name = "all on"
    program = PROGRAM

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self.environment: dict[str, str] = {}

    def start(self, mock: Mock) -> None:
        with Demo(workers=1, keep=True) as demo:
            self.folder, facts = demo.data, demo.facts
        self.facts = facts
        self.key = next(
            person["api_key"] for person in facts["people"] if person["site"] == "GB" and person["roles"] == ["employee"])
        settings = self.folder / "portcullis.yaml"
        settings.write_text(re.sub(r'connect: "[^"]*"', f'connect: "{mock.address}"', settings.read_text()))
        self.address = f"127.0.0.1:{free_port()}"
        self.launch()

    def launch(self) -> float:
        """Starts it; the seconds until it is ready."""
        environment = os.environ | {
            "PORTCULLIS_WORKERS": str(self.workers), "PORTCULLIS_LISTEN": self.address, "SWIFT_BACKTRACE": "enable=no",
            "PORTCULLIS_LOG_LEVEL": "warning"} | self.environment
        began = time.monotonic()
        with open(self.folder.with_suffix(".log"), "ab") as output:
            self.process = subprocess.Popen(
                tested([PROGRAM, "up", "--data", self.folder], None if self.workers > 1 else TESTED_CORE), stdout=output,
                stderr=output, env=environment)
        wait_until(self._is_ready, 60, f"the gate, see {self.folder.with_suffix('.log')}")
        return time.monotonic() - began

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise SystemExit(f"the gate ended:\n{self.folder.with_suffix('.log').read_text()}")
        if not listens(self.address):
            return False
        scheme, context = ("https", ssl._create_unverified_context()) if self.tls else ("http", None)
        try:
            with urllib.request.urlopen(f"{scheme}://{self.address}/readyz", timeout=5, context=context) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def pids(self) -> list[int]:
        return family(self.process)

    def gateways(self) -> list[int]:
        return [pid for pid in self.pids() if b"\0gateway\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def run(self, *words) -> str:
        done = subprocess.run(
            [PROGRAM, *words, "--data", self.folder], capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(map(str, words))} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def duty_keys(self) -> list[str]:
        return [
            person["api_key"] for person in self.facts["people"] if {"security", "compliance"} & set(person["roles"])]

    def halt(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def stop(self) -> None:
        self.halt()
        if self.process and "PORTCULLIS_KEEP" not in os.environ:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.with_suffix(".log").unlink(missing_ok=True)


class GateTLS(Gate):
    """The same with TLS 1.3 towards the client: a P-256 certificate, connections kept."""

    name = "all on tls"
    tls = True

    def launch(self) -> float:
        certificate, key = self.folder / "bench.pem", self.folder / "bench.key"
        if not key.exists():
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", "/CN=localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
            key.chmod(0o600)
        self.environment |= {"PORTCULLIS_TLS_CERTIFICATE": str(certificate), "PORTCULLIS_TLS_KEY": str(key)}
        return super().launch()


class LiteLLM(Path_):
    """The proxy of PyPI in an environment of its own, kept between runs; one worker, no database."""

    name = "LiteLLM"
    key = "sk-3f9c1b7e5d2a48609c7e1f0b6a5d4c32"

    def start(self, mock: Mock) -> None:
        environment = Path(os.environ.get("PORTCULLIS_LITELLM", ROOT / ".venv" / "litellm-1.106.2"))
        if not (environment / "ready").exists():
            subprocess.run(["python3", "-m", "venv", environment], check=True)
            subprocess.run(
                [environment / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", LITELLM], check=True)
            (environment / "ready").touch()
        self.folder = Path(tempfile.mkdtemp(prefix="litellm-"))
        file = self.folder / "config.yaml"
        file.write_text(json.dumps({
            "model_list": [{"model_name": self.model, "litellm_params": {
                "model": f"openai/{self.model}", "api_base": f"http://{mock.address}/v1", "api_key": "none"}}],
            "litellm_settings": {"telemetry": False}}))
        self.address = f"127.0.0.1:{free_port()}"
        port = self.address.split(":")[1]
        output = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            tested([environment / "bin" / "litellm", "--config", file, "--host", "127.0.0.1", "--port", port,
                    "--num_workers", "1", "--telemetry", "False"]),
            stdout=output, stderr=output, env=os.environ | {
                "LITELLM_MASTER_KEY": self.key, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR",
                "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"})
        output.close()
        wait_until(lambda: listens(self.address), 120, f"LiteLLM, see {self.folder / 'log'}")

    def pids(self) -> list[int]:
        return family(self.process)

    def stop(self) -> None:
        if not self.process:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
