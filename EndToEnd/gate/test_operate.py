"""Proves the running of it: health, readiness and figures without a key, bundles and credentials replaced while
requests go on, limits that answer, a drain that finishes what it began, and logs that hold no content and no
secret."""

import contextlib
import fcntl
import json
import os
import re
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

import wire
from bundles import replaced, variant
from cuts import order
from installation import BINARY, CHAT, MESSAGES, ROOT
from prompts import CLAUDE, DEEPSEEK, GPT, MINI, ask, mark
from waiting import eventually

GB = "p-gb-banker"


def figures(bank) -> dict[str, float]:
    """Metrics of one gateway by name with labels, checked for their format (Prometheus text format 0.0.4)."""
    answer = bank.get("/metrics")
    assert answer.status == 200 and answer.header("content-type").startswith("text/plain; version=0.0.4")
    found, typed = {}, set()
    for line in answer.body.decode().splitlines():
        if line.startswith("# TYPE "):
            typed.add(line.split(" ")[2])
        elif not line.startswith("#"):
            match = re.fullmatch(r"([a-z_]+)(\{.*\})? (\S+)", line)
            assert match and re.sub(r"_(bucket|sum|count)$", "", match[1]) in typed | {match[1]}, line
            found[match[1] + (match[2] or "")] = float(match[3])
    return found


def test_health_needs_no_key(demo):
    assert demo.get("/healthz").body == b"ok\n"
    ready = demo.get("/readyz")
    assert ready.status == 200 and ready.json() == {"ready": True, "problems": []}
    assert demo.ask(None, "/healthz", b"{}").status == 405


def test_requests_are_counted(install):
    bank = install(PORTCULLIS_WORKERS="1").start()
    before = figures(bank)
    bank.ask(GB, CHAT, ask(GPT, "hello"))
    bank.ask(GB, CHAT, ask(GPT, "hello", stream=True))
    bank.ask("p-hk-banker", MESSAGES, ask(CLAUDE, "hello"))
    bank.ask(None, CHAT, ask(GPT, "hello"))
    after = figures(bank)
    grown = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    by_word = lambda word: sum(value for name, value in grown.items() if word in name and "_bucket" not in name)
    assert by_word('outcome="whole"') == 1 and by_word('outcome="stream"') == 1
    assert by_word('outcome="refused"') == 1 and by_word('outcome="unauthenticated"') == 1
    assert by_word('effect="permit"') == 2 and by_word('outcome="answered"') == 2
    assert by_word('endpoint="messages",code="403"') + by_word('endpoint="messages",code="451"') == 1
    assert by_word('code="policy_denied"') == 1 and by_word("rejected_keys_total") == 1
    assert by_word('effect="deny"') == 2 and by_word("portcullis_first_byte_seconds_count") == 2


def test_status(demo):
    status = demo.api("GET", "/api/status")
    assert status["ready"] and status["problems"] == [] and status["cuts_in_force"] == 0
    assert status["bundle"]["name"] == "meridian-bank" and status["people"] >= 15
    assert {gateway["node"] for gateway in status["gateways"]} == set(demo.demo["nodes"]) - {"console"}
    assert all(gateway["reachable"] and gateway["revision"] == status["revision"] for gateway in status["gateways"])
    assert demo.run("status").stdout
    assert json.loads((ROOT / "schema" / "demo.schema.json").read_text())


class Traffic(threading.Thread):
    """Requests without a pause; what went wrong is kept."""

    def __init__(self, bank, model: str) -> None:
        super().__init__(daemon=True)
        self.bank, self.model, self.count, self.faults, self.policies, self.stopped = bank, model, 0, [], set(), False
        self.start()

    def run(self) -> None:
        while not self.stopped:
            try:
                answer = self.bank.ask(GB, CHAT, ask(self.model, "hello", tokens=20, stream=self.count % 2 == 0))
                if answer.status != 200 or answer.end not in ("length", "last chunk"):
                    self.faults.append((answer.status, answer.body))
                self.policies.add(answer.header("portcullis-policy"))
            except OSError as error:
                self.faults.append(error)
            self.count += 1


def test_a_bundle_is_activated_under_load(demo, tmp_path):
    """Six activations, no request lost; the new rules hold at once and their end, too."""
    rule = replaced("  - id: R-CN-HOSTED", NO_MINI + "\n  - id: R-CN-HOSTED")
    strict = variant(tmp_path / "strict", ("rules/data.yaml", rule))
    policy = demo.get("/v1/models", GB).header("portcullis-policy")
    clients = [Traffic(demo, GPT) for _ in range(4)]
    try:
        for folder, status in [(strict, 403), (ROOT / "examples" / "bank", 200)] * 3:
            done = demo.activate(folder)
            assert {gateway["node"] for gateway in done["gateways"] if gateway["applied"]} >= set(
                demo.demo["nodes"]
            ) - {"console"}
            answer = demo.ask(GB, CHAT, ask(MINI, "hello"))
            assert answer.status == status and answer.header("portcullis-policy") != policy
            policy = answer.header("portcullis-policy")
            began = [client.count for client in clients]
            eventually(lambda: all(client.count > count + 1 for client, count in zip(clients, began)), 10)
    finally:
        demo.activate(ROOT / "examples" / "bank")
        for client in clients:
            client.stopped = True
        for client in clients:
            client.join(20)
    assert [client.faults for client in clients] == [[]] * 4
    assert all(len(client.policies) == 2 for client in clients)
    activations = demo.ledgers.acts("POLICY")
    assert len(activations) >= 7 and all(len(act["about"]["bundle"]) == 32 for act in activations)


NO_MINI = """  - id: R-TEST-MINI
    version: 1
    effect: forbid
    when:
      - deployment.model: {in: [gpt-5.5-mini]}
    valid:
      - {from: "2026-01-01T00:00:00Z"}
    status: in_force
    authority: {kind: internal_policy, instrument: A test, clause: "1"}
    decided_by: Nobody
    review_on: 2027-01-15
    disclosure: full
    text: {en: Not now.}
"""


def test_a_stricter_bundle_ends_open_streams(demo, tmp_path):
    strict = variant(
        tmp_path / "strict", ("rules/data.yaml", replaced("  - id: R-CN-HOSTED", NO_MINI + "\n  - id: R-CN-HOSTED"))
    )
    ended = demo.stream(GB, CHAT, ask(MINI, "hello", tokens=3000, stream=True))
    goes_on = demo.stream(GB, CHAT, ask(GPT, "hello", tokens=150, stream=True))
    ended.read_until(b"tok3"), goes_on.read_until(b"tok3")
    demo.activate(strict)
    try:
        assert b"R-TEST-MINI" in ended.rest() and ended.end == "closed"
        assert goes_on.rest().endswith(b"[DONE]\n\n") and goes_on.end == "last chunk"
    finally:
        demo.activate(ROOT / "examples" / "bank")


def test_a_faulty_bundle_changes_nothing(demo, tmp_path):
    before = demo.api("GET", "/api/bundle")
    faulty = variant(tmp_path / "faulty", ("rules/data.yaml", replaced("data.label", "data.lable")))
    for verb in ("check", "activate"):
        done = (
            demo.run("bundle", verb, faulty, expect=1)
            if verb == "check"
            else demo.run("bundle", verb, faulty, expect=None)
        )
        assert done.returncode == 1 and re.search(r"rules/data\.yaml:\d+:\d+: ", done.stdout + done.stderr)
    assert demo.api("GET", "/api/bundle") == before
    assert demo.run("bundle", "check", ROOT / "examples" / "bank").returncode == 0


def test_a_credential_is_replaced_without_a_restart(demo):
    file = demo.data / "credentials" / "deepseek-v4-pro-inside.key"
    good, pids = file.read_bytes(), demo.pids
    status = lambda: demo.ask(GB, CHAT, ask(DEEPSEEK, "hello")).status
    assert status() == 200

    def put(content: bytes, mode: int = 0o600) -> None:
        fresh = file.with_suffix(".new")
        fresh.touch(mode)
        os.chmod(fresh, mode)
        fresh.write_bytes(content)
        os.replace(fresh, file)

    try:
        put(b"sk-not-this-one\n")
        eventually(lambda: status() == 502, 10)
        put(good, 0o644)  # Others may read it: not used.
        eventually(lambda: status() == 503, 10)
    finally:
        put(good)
    eventually(lambda: [status() for _ in range(8)] == [200] * 8, 90)
    assert demo.pids == pids


LIMIT = 32 << 20


def body_of(size: int) -> bytes:
    head, tail = f'{{"model":"{DEEPSEEK}","max_tokens":1,"messages":[{{"role":"user","content":"'.encode(), b'"}]}'
    return head + b"a " * ((size - len(head) - len(tail)) // 2) + b"a" * ((size - len(head) - len(tail)) % 2) + tail


def test_a_body_of_32_mebibytes_and_not_one_byte_more(demo):
    assert demo.ask("p-sg-banker", CHAT, body_of(LIMIT)).status == 200
    body = body_of(LIMIT + 1)
    headers = [("authorization", f"Bearer {demo.key('p-sg-banker')}"), ("content-type", "application/json")]
    for framing in ["length", "chunked"]:
        connection = wire.connect(demo.base_url)
        stream = wire.Stream(connection)
        if framing == "length":
            connection.sendall(wire.head("POST", CHAT, [*headers, ("content-length", str(len(body)))]))
        else:
            connection.sendall(wire.head("POST", CHAT, [*headers, ("transfer-encoding", "chunked")]))
            try:
                connection.sendall(b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")
            except (ConnectionResetError, BrokenPipeError):
                pass
        stream.read_head()
        assert stream.status == 413, framing
        connection.close()


@pytest.mark.parametrize(
    "bad, status",
    [
        (b"GET /healthz HTTP/1.1\r\nhost: a\r\nx: " + b"y" * 40_000 + b"\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
        (b"POST /v1/messages HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n", 400),
        (b"POST /v1/messages HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nhost : a\r\n\r\n", 400),
    ],
    ids=["long head", "no host", "two framings", "two lengths", "space before colon"],
)
def test_what_is_not_http_is_refused(demo, bad, status):
    connection = wire.connect(demo.base_url)
    connection.sendall(bad)
    stream = wire.Stream(connection)
    stream.read_head()
    assert stream.status == status
    stream.rest()
    connection.close()


def test_compressed_bodies_are_refused(demo):
    answer = demo.ask(GB, CHAT, b"\x1f\x8b\x08", ("content-encoding", "gzip"))
    assert answer.status == 415 and answer.header("x-should-retry") == "false"


def test_few_descriptors_stop_the_start(install):
    """Below what the processes need for themselves there is no demonstration; above, it takes fewer clients."""
    bank = install()
    command = f"ulimit -n 128 && exec {BINARY} demo --data {bank.data} --listen 127.0.0.1:0"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30)
    assert done.returncode in (2, 3), done.stderr
    assert "128" in done.stderr and "ulimit -n" in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_gateway_promises_no_more_clients_than_it_can_keep(demo):
    """A client and its upstream take two descriptors each; settings that ask for more stop the start."""
    command = (
        f"ulimit -n 5000 && PORTCULLIS_CONNECTIONS=9500 exec {BINARY} gateway --data {demo.data} --node gw9"
        " --listen 127.0.0.1:0"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30)
    assert done.returncode == 3
    assert "5000" in done.stderr and "ulimit -n" in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_drain_finishes_what_it_began(install):
    bank = install().start()
    stream = bank.stream(GB, CHAT, ask(GPT, "hello", tokens=100, stream=True))
    stream.read_until(b"tok3")
    bank.process.terminate()
    address = bank.base_url.removeprefix("http://").split(":")

    def refused() -> bool:
        try:
            socket.create_connection((address[0], int(address[1])), timeout=1).close()
            return False
        except OSError:
            return True

    eventually(refused, 5)
    assert stream.rest().endswith(b"data: [DONE]\n\n") and stream.end == "last chunk"
    assert bank.process.wait(15) == 0
    assert bank.ledgers.story(stream.reference).exchange.end == "complete"
    closed = [kinds for _, log in bank.ledgers.logs() for kinds in [[frame.type for frame in log.frames()]]]
    assert all(kinds[-1] == 2 for kinds in closed), "a log without its CLOSE record"


def test_a_crashed_gateway_is_replaced(install):
    bank = install(PORTCULLIS_WORKERS="2").start()
    (victim, other) = bank.pids["gateways"]
    os.kill(victim, 9)
    eventually(lambda: victim not in bank.pids["gateways"] and len(bank.pids["gateways"]) == 2, 10)
    assert other in bank.pids["gateways"]
    eventually(lambda: bank.get("/readyz").status == 200, 10)
    for _ in range(20):
        assert bank.ask(GB, CHAT, ask(GPT, "hello")).status == 200
    console = bank.pids["console"]
    os.kill(console, 9)
    eventually(lambda: bank.pids["console"] != console, 10)
    eventually(lambda: bank.run("status", expect=None).returncode == 0, 10)


# Where SQLite's readers of a write-ahead log take their locks (https://www.sqlite.org/walformat.html, section 2.3).
READ_LOCKS, READERS = 123, 5


@contextlib.contextmanager
def unreadable(store: Path):
    """A control store that lets nobody read."""
    with open(f"{store}-shm", "r+b") as file:

        def taken() -> bool:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, READERS, READ_LOCKS)
                return True
            except OSError:
                return False

        eventually(taken, 5)
        yield


def test_models_inside_serve_without_the_control_store(install):
    """Law 10: outside models rest, open answers included, when nobody knows the rules any more; those inside keep
    serving. Law 7: an order to stop does not wait for the store."""
    bank = install().start()
    outside = bank.stream(GB, CHAT, ask(GPT, "hello", tokens=3000, stream=True))
    inside = bank.stream(GB, CHAT, ask(DEEPSEEK, "hello", tokens=300, stream=True))
    outside.read_until(b"tok3"), inside.read_until(b"tok3")
    with unreadable(bank.data / "control" / "control.sqlite"):
        assert b'"unavailable"' in outside.rest() and outside.end == "closed"
        # Each node's lease ends by itself: the other node's a part of a lease later.
        eventually(lambda: all(bank.ask(GB, CHAT, ask(GPT, "hello")).status == 503 for _ in range(10)), 3)
        assert bank.ask(GB, CHAT, ask(GPT, "hello")).refusal["code"] == "unavailable"
        assert bank.ask(GB, CHAT, ask(DEEPSEEK, "hello")).status == 200
        assert bank.get("/readyz").status == 503
        began = time.monotonic()
        ordering = threading.Thread(target=order, args=(bank,), kwargs={"model": MINI})
        ordering.start()
        eventually(lambda: bank.ask(GB, CHAT, ask(MINI, "hello")).refusal["code"] == "cut", 60)
        assert time.monotonic() - began < 5, "an order to stop waits for the store"
    ordering.join()
    assert inside.rest().endswith(b"[DONE]\n\n")
    eventually(lambda: bank.ask(GB, CHAT, ask(GPT, "hello")).status == 200, 20)
    assert bank.ask(GB, CHAT, ask(MINI, "hello")).refusal["code"] == "cut"


def test_logs_hold_no_content_and_no_secret(install):
    bank = install().start()
    canary = mark() + "-canary"
    key = bank.mint("a-gb-banker")
    for target, model in [(CHAT, GPT), (MESSAGES, CLAUDE), (CHAT, f"no-{canary}"), (CHAT, "best")]:
        bank.ask(key, target, ask(model, canary))
        bank.ask("p-hk-banker", target, ask(model, canary, user=canary, system=canary))
    bank.ask(key + canary, CHAT, ask(GPT, canary))
    bank.ask(key, f"/v1/{canary}", {}, ("x-note", canary))
    bank.ask(key, CHAT, canary.encode())
    with bank.vendors["microsoft"].playing(
        {"match": {"text": canary}, "play": {"status": {"code": 500, "message": canary}}}
    ):
        bank.ask(key, CHAT, ask(GPT, canary))
    bank.ask(key, CHAT, ask(GPT, f"{canary} card 4798 6432 6162 2430"))
    secrets = (
        [key, canary, "4798 6432"]
        + [person.api_key for person in bank.people.values()]
        + [vendor.key for vendor in bank.vendors.values()]
        + [source["key"] for source in bank.demo["evidence_sources"]]
    )
    assert bank.stop() == 0
    logs = [*(bank.data / "logs").iterdir(), bank.parent / "stderr"]
    for path in logs:
        text = path.read_text()
        assert [secret for secret in secrets if secret in text] == [], path
    lines = [
        json.loads(line) for path in (bank.data / "logs").glob("gw*.jsonl") for line in path.read_text().splitlines()
    ]
    assert lines and all({"level", "event", "node"} <= line.keys() for line in lines)


def test_a_fast_answer_is_not_slowed(demo):
    """A plain sanity check of the added time; `make bench` measures it."""
    took = []
    for _ in range(30):
        began = time.perf_counter()
        assert demo.ask(GB, CHAT, ask(DEEPSEEK, "hello", tokens=1)).status == 200
        took.append(time.perf_counter() - began)
    assert sorted(took)[15] < 0.1
