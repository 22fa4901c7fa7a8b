"""nginx in front of the simulator, and wrk as the load: the yardsticks of the same run."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

CONFIGURATION = """
worker_processes {workers};
daemon off;
pid {folder}/pid;
error_log {folder}/error.log crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    keepalive_requests 1000000;
    upstream vendor {{ server {vendor}; keepalive 512; keepalive_requests 1000000; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://vendor; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header Authorization "Bearer {key}";
        }}
    }}
}}
"""


class Proxy:
    """nginx with as many workers as the gate has, its access log off, upstream connections kept."""

    def __init__(self, vendor: tuple[str, int], key: str, workers: int) -> None:
        if shutil.which("nginx", path="/usr/sbin:/usr/bin") is None:
            raise SystemExit("nginx is missing; run scripts/packages bench")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = free.getsockname()
        self.folder = Path(tempfile.mkdtemp(prefix="nginx-"))
        # Its worker may run as another user.
        self.folder.chmod(0o777)
        configuration = self.folder / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(
                workers=workers, folder=self.folder, vendor=f"{vendor[0]}:{vendor[1]}", port=self.address[1], key=key))
        configuration.chmod(0o600)
        self.process = subprocess.Popen(
            ["/usr/sbin/nginx", "-c", configuration, "-p", self.folder], stderr=subprocess.DEVNULL)
        for _ in range(500):
            with socket.socket() as trial:
                if trial.connect_ex(self.address) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise SystemExit(f"nginx did not start: {(self.folder / 'error.log').read_text()}")

    def pids(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid] + [int(pid) for pid in children]

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


class Load:
    """One run of wrk."""

    def __init__(
        self, address: tuple[str, int], path: str, headers: dict[str, str], body: str, connections: int, seconds: float
    ) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            lines = ['wrk.method = "POST"', f"wrk.body = [==[{body}]==]", 'wrk.headers["content-type"] = "application/json"']
            lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items()]
            script.write("\n".join(lines))
            script.flush()
            done = subprocess.run(
                ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name,
                 f"http://{address[0]}:{address[1]}{path}"], capture_output=True, text=True, check=True)
        self.text = done.stdout
        self.requests = int(re.search(r"(\d+) requests in", self.text)[1])
        self.per_second = float(re.search(r"Requests/sec:\s+([\d.]+)", self.text)[1])
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", self.text)
        if refused or "Socket errors" in self.text:
            raise SystemExit(f"the load met errors:\n{self.text}")
