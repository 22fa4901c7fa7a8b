"""One installation of the example bank under test: its processes, people, clients, interface and command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import anthropic
import httpx2
import openai

import wire
from recorded import Ledgers, Story
from vendors import Vendor
from waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("PORTCULLIS_BINARY", ROOT / ".build" / "release" / "portcullis"))
VERIFY = BINARY.with_name("portcullis-verify")
# Who signs a bundle, by examples/bank/signoffs.yaml.
BUNDLE_SIGNERS = ("p-us-modelrisk", "p-gb-duty")
CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"


@dataclass
class Person:
    id: str
    title: str
    site: str
    roles: list[str]
    api_key: str
    account: str
    other_keys: list[dict]


class Counting(httpx2.HTTPTransport):
    """Counts the requests that a client library really sends."""

    def __init__(self, **settings) -> None:
        super().__init__(**settings)
        self.requests = 0

    def handle_request(self, request):
        self.requests += 1
        return super().handle_request(request)


class Installation:
    """`with Installation() as bank:` runs `portcullis demo` on a folder of its own and a free port."""

    def __init__(self, **environment: str) -> None:
        # A Unix socket's path has room for 107 bytes.
        self.parent = Path(tempfile.mkdtemp(prefix="pc-", dir="/tmp"))
        self.data = self.parent / "data"
        self.environment = {**os.environ, **environment}
        # What stands before each of its programs, such as a tracer.
        self.wrapper: list[str | Path] = []
        self.binary = BINARY
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> Installation:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.remove()

    # --- Processes

    def launch(self, *options: str, listen: str = "127.0.0.1:0") -> subprocess.Popen:
        """The demonstration as a process, ready or not."""
        command = [*self.wrapper, self.binary, "demo", "--data", self.data, "--listen", listen, *options]
        with open(self.parent / "stdout", "ab") as out, open(self.parent / "stderr", "ab") as err:
            self.process = subprocess.Popen(command, stdout=out, stderr=err, env=self.environment)
        return self.process

    def start(self, *options: str, **settings) -> Installation:
        self.launch(*options, **settings)
        file = self.data / "demo.json"

        def ready() -> bool:
            assert self.process.poll() is None, f"the demo ended: {(self.parent / 'stderr').read_text()[-2000:]}"
            try:
                return json.loads(file.read_text())["pid"] == self.process.pid
            except FileNotFoundError:
                # Not there yet, or an older one that is being removed.
                return False

        eventually(ready, 60, "demo.json")
        self.reload()
        return self

    def reload(self) -> None:
        self.demo = demo = json.loads((self.data / "demo.json").read_text())
        self.base_url: str = demo["base_url"]
        self.people = {
            entry["id"]: Person(
                entry["id"],
                entry["title"],
                entry["site"],
                entry["roles"],
                entry["api_key"],
                entry["account"],
                entry.get("other_keys", []),
            )
            for entry in demo["people"]
        }
        self.vendors = {entry["vendor"]: Vendor(entry) for entry in demo["simulators"]}

    @property
    def pids(self) -> dict:
        """As demo.json has them now: they change when a process is restarted."""
        return json.loads((self.data / "demo.json").read_text())["pids"]

    def stop(self, how: int = signal.SIGTERM, seconds: float = 30) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(seconds)

    def remove(self) -> None:
        if self.process and self.process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        if "PORTCULLIS_KEEP" not in os.environ:
            shutil.rmtree(self.parent, ignore_errors=True)

    # --- Clients

    def key(self, who: str) -> str:
        """Of a person by id; any other text is a key itself."""
        return self.people[who].api_key if who in self.people else who

    def openai(self, who: str, source: str = "127.0.0.1", **settings) -> openai.OpenAI:
        transport = settings.pop("transport", None) or httpx2.HTTPTransport(local_address=source)
        http = openai.DefaultHttpxClient(transport=transport)
        return openai.OpenAI(base_url=self.base_url + "/v1", api_key=self.key(who), http_client=http, **settings)

    def anthropic(self, who: str, source: str = "127.0.0.1", **settings) -> anthropic.Anthropic:
        transport = settings.pop("transport", None) or httpx2.HTTPTransport(local_address=source)
        http = anthropic.DefaultHttpxClient(transport=transport)
        return anthropic.Anthropic(base_url=self.base_url, api_key=self.key(who), http_client=http, **settings)

    def _request(self, who: str | None, target: str, request: dict | bytes, headers: tuple) -> tuple[bytes, list]:
        body = request if isinstance(request, bytes) else json.dumps(request).encode()
        own = [] if who is None else [("authorization", f"Bearer {self.key(who)}")]
        if target.startswith(MESSAGES):
            own.append(("anthropic-version", "2023-06-01"))
        return body, own + list(headers)

    def ask(
        self, who: str | None, target: str, request: dict | bytes, *headers: tuple[str, str], **settings
    ) -> wire.Answer:
        """The answer as bytes."""
        return wire.ask(self.base_url, target, *self._request(who, target, request, headers), **settings)

    def stream(
        self, who: str | None, target: str, request: dict | bytes, *headers: tuple[str, str], **settings
    ) -> wire.Stream:
        return wire.open_stream(self.base_url, target, *self._request(who, target, request, headers), **settings)

    def request(self, who: str, target: str, request: dict | bytes, *headers: tuple[str, str]) -> bytes:
        """As it goes over the wire, on a connection that is kept."""
        body, own = self._request(who, target, request, headers)
        framing = [("content-type", "application/json"), ("content-length", str(len(body)))]
        return wire.head("POST", target, own + framing) + body

    def get(self, target: str, who: str | None = None, *headers: tuple[str, str], **settings) -> wire.Answer:
        return self.ask(who, target, b"", *headers, method="GET", **settings)

    # --- Administration

    def api(self, method: str, path: str, body: object = None, who: str | None = None, expect: int = 200) -> dict:
        """A call of the interface over the Unix socket."""
        headers = {} if who is None else {"authorization": f"Bearer {self.key(who)}"}
        with httpx2.Client(transport=httpx2.HTTPTransport(uds=self.demo["socket"]), timeout=30) as client:
            answer = client.request(method, "http://console" + path, json=body, headers=headers)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def mint(self, account: str, use_case: str = "general", accept: bool = True, **settings) -> str:
        """A new key's text; its owner has accepted the terms unless told otherwise."""
        key = self.api("POST", "/api/keys", {"account": account, "use_case": use_case, **settings})["key"]
        if accept:
            self.accept(key)
        return key

    def accept(self, key: str) -> dict:
        date = self.api("GET", "/api/terms")["date"]
        return self.api("POST", "/api/terms/accept", {"date": date}, who=key)

    def run(self, *arguments: object, expect: int | None = 0) -> subprocess.CompletedProcess:
        """The command line on this installation."""
        command = [*self.wrapper, self.binary, *map(str, arguments)]
        environment = {**self.environment, "PORTCULLIS_DATA": str(self.data)}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
        said = f"{' '.join(map(str, arguments))}: {done.returncode}\n{done.stdout}{done.stderr}"
        assert expect is None or done.returncode == expect, said
        return done

    def json(self, *arguments: object, expect: int = 0) -> dict:
        return json.loads(self.run(*arguments, "--json", expect=expect).stdout)

    # --- Signatures

    def sign(self, proposal: str, *people: str) -> dict:
        """As it stands after all of them have signed."""
        for who in people:
            answer = self.api("POST", f"/api/approvals/{proposal}/signatures", {}, who=who)
        return answer

    def propose(self, folder: object) -> dict:
        """Puts a bundle to signature."""
        done = self.run("bundle", "activate", folder, expect=1)
        (proposal,) = re.findall(r"proposal (ap-[0-9a-z]+) waits", done.stderr)
        return self.api("GET", f"/api/approvals/{proposal}")

    def activate(self, folder: object) -> dict:
        """Has a bundle signed by two natural persons and activates it; what `bundle activate` says. The one that is
        active needs no signature."""
        if self.run("bundle", "activate", folder, expect=None).returncode != 0:
            assert self.sign(self.propose(folder)["id"], *BUNDLE_SIGNERS)["state"] == "granted"
        return self.json("bundle", "activate", folder)

    # --- Books

    @property
    def ledgers(self) -> Ledgers:
        return Ledgers(self.data)

    def story(self, answer: wire.Answer | wire.Stream | str) -> Story:
        """What the ledger says about an answer."""
        return self.ledgers.story(answer if isinstance(answer, str) else answer.reference)
