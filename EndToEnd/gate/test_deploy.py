"""Proves what an operator is given: metrics that Prometheus' own checker finds clean, whose labels are bounded, and of
which the dashboard and the alert rules use none that does not exist; alert rules that fire when they should and not
before; hardened units that systemd accepts; a service manager that is told of start, life and end."""

import json
import re
import shutil
import signal
import socket
import subprocess

import httpx2
import pytest

from installation import CHAT, MESSAGES, ROOT
from prompts import CLAUDE, GPT, ask
from waiting import eventually

GB = "p-gb-banker"
DEPLOY = ROOT / "deploy"
PROMTOOL = ROOT / "scripts" / "promtool"
NAME = re.compile(r"\b(?:portcullis|process)_[a-z0-9_]+\b")


def promtool(*arguments: object, text: str | None = None) -> str:
    done = subprocess.run([PROMTOOL, *map(str, arguments)], input=text, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def scraped(own) -> str:
    """The console's metrics after one request of every kind."""
    own.ask(GB, CHAT, ask(GPT, "hello"))
    own.ask(GB, CHAT, ask(GPT, "hello", stream=True))
    own.ask(GB, MESSAGES, ask(CLAUDE, "hello"))
    own.ask("p-hk-banker", MESSAGES, ask(CLAUDE, "hello"))
    own.ask(None, CHAT, ask(GPT, "hello"))
    own.get("/v1/models", GB)
    # As a backup leaves it behind.
    (own.data / "control" / "last-backup").write_text("2026-06-18T00:00:00Z\n")
    return httpx2.get(own.demo["console_url"] + "/metrics").text


def families(text: str) -> dict[str, list[dict[str, str]]]:
    """Labels of every series, by name."""
    found: dict[str, list[dict[str, str]]] = {}
    for line in text.splitlines():
        if match := re.fullmatch(r"([a-z_]+)\{(.*)\} \S+", line):
            found.setdefault(match[1], []).append(dict(re.findall(r'([a-z_]+)="([^"]*)"', match[2])))
        else:
            assert line.startswith("# "), line
    return found


def test_promtool_finds_nothing(own, scraped):
    assert promtool("check", "metrics", text=scraped) == ""
    for socket_path in (own.data / "run").glob("gw*.sock"):
        with httpx2.Client(transport=httpx2.HTTPTransport(uds=str(socket_path))) as client:
            assert promtool("check", "metrics", text=client.get("http://gateway/metrics").text) == ""


def test_one_scrape_has_every_process(own, scraped):
    found = families(scraped)
    nodes = {labels["node"] for labels in found["portcullis_build_info"]}
    assert nodes == set(own.demo["nodes"]) | {"console"}
    assert {labels["gateway"] for labels in found["portcullis_gateway_reachable"]} == nodes - {"console"}
    programs = {labels["program"] for labels in found["portcullis_program_running"]}
    assert nodes <= programs
    heads = [line.split(" ")[2] for line in scraped.splitlines() if line.startswith("# TYPE ")]
    assert len(heads) == len(set(heads)), "a family stands twice"


# Every label but these has its values from a list in the source.
FROM_OUTSIDE = {"node", "gateway", "program", "deployment", "policy", "version"}
WORDS = {
    "endpoint": {"chat_completions", "messages", "models", "other"},
    "outcome": {"whole", "stream", "refused", "failed", "client_left", "unauthenticated"}
    | {"answered", "connect", "first_byte", "status", "cut", "denied", "error"},
    "effect": {"permit", "deny"},
    "reason": {"too_many", "queue_full"},
}


def test_labels_are_bounded(own, scraped):
    before = families(scraped)
    for name, series in before.items():
        for labels in series:
            for label, value in labels.items():
                assert label in FROM_OUTSIDE | {"le", "code", "kind", "sink"} | WORDS.keys(), (name, label)
                assert value in WORDS.get(label, {value}), (name, label, value)
    # Whatever a client sends, no series appears.
    for number in range(30):
        own.ask(f"pck_nobody{number}", CHAT, ask(f"model-{number}", "hello"))
        own.ask(GB, CHAT, ask(f"model-{number}", "hello"), ("portcullis-purpose", f"purpose-{number}"))
        own.ask(GB, f"/v1/path-{number}", {})
    after = families(httpx2.get(own.demo["console_url"] + "/metrics").text)
    count = lambda found: {name: len(series) for name, series in found.items()}
    assert count(after) == count(before)


# These come with the settings, or the first event, that they tell of.
LATER = re.compile(r"portcullis_(notice|notices|certificate|tls|arrivals)_")


def exists(name: str, found: dict) -> bool:
    return name in found or f"{name}_bucket" in found or bool(LATER.match(name))


def test_the_dashboard_shows_what_exists(scraped):
    found = families(scraped)
    board = json.loads((DEPLOY / "grafana" / "portcullis.json").read_text())
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) and board["schemaVersion"] >= 36
    expressions = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    assert len(expressions) > 30
    for expression in expressions:
        names = NAME.findall(re.sub(r'"[^"]*"', '""', expression))
        assert names, expression
        assert [name for name in names if not exists(name, found)] == [], expression
    for panel in panels:
        position = panel["gridPos"]
        assert position["x"] + position["w"] <= 24
    # Prometheus reads them, once Grafana has put in what it puts in.
    rules = [
        {"record": f"panel:{number}", "expr": expression.replace("$__rate_interval", "1m").replace("$job", "x")}
        for number, expression in enumerate(expressions)
    ]
    done = subprocess.run(
        [PROMTOOL, "check", "rules", "/dev/stdin"],
        input=json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_alert_rules(scraped):
    rules = DEPLOY / "prometheus" / "portcullis.rules.yml"
    promtool("check", "rules", rules)
    assert "SUCCESS" in promtool("test", "rules", DEPLOY / "prometheus" / "portcullis.rules.test.yml")
    found = families(scraped)
    names = set(NAME.findall("".join(re.findall(r"expr: (?:>-\n)?(.*?)\n +(?:for|labels):", rules.read_text(), re.DOTALL))))
    assert len(names) > 12
    assert {name for name in names if not exists(name, found) and not exists(name.removesuffix("_bucket"), found)} == set()
    alerts = set(re.findall(r"alert: (\w+)", rules.read_text()))
    tested = set(re.findall(r"alertname: (\w+)", (DEPLOY / "prometheus" / "portcullis.rules.test.yml").read_text()))
    assert alerts == tested, "an alert without a test"


def test_every_metric_is_documented(scraped):
    text = (ROOT / "docs" / "metrics.md").read_text()
    documented = set(NAME.findall(text))
    found = {re.sub(r"_(bucket|sum|count)$", "", name) for name in families(scraped)}
    assert found - documented == set()
    assert {name for name in documented if not exists(name, families(scraped))} == set()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this machine has no systemd-analyze")
def test_units(tmp_path):
    units = sorted((DEPLOY / "systemd").iterdir())
    for unit in units:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/usr/bin/portcullis", "/bin/true"))
    files = [tmp_path / unit.name for unit in units]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    for name in ("portcullis.service", "portcullis-backup.service"):
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", "--no-pager", tmp_path / name],
            capture_output=True,
            text=True,
            timeout=60,
        )
        level = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
        assert level and float(level[1]) <= 1.5, done.stdout[-200:]


def test_a_service_manager_is_told(install, tmp_path):
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    path = f"/tmp/pc-notify-{tmp_path.name[:40]}"
    manager.bind(path)
    manager.settimeout(30)
    try:
        bank = install(PORTCULLIS_WORKERS="1", NOTIFY_SOCKET=path, WATCHDOG_USEC="200000").start()
        told = []

        def hears(word: str) -> bool:
            told.append(manager.recv(4096).decode())
            return told[-1].startswith(word)

        eventually(lambda: hears("READY=1"), 60)
        eventually(lambda: hears("WATCHDOG=1"), 10)
        eventually(lambda: hears("WATCHDOG=1"), 10)
        bank.process.send_signal(signal.SIGTERM)
        eventually(lambda: hears("STOPPING=1"), 20)
        assert bank.process.wait(30) == 0
    finally:
        manager.close()
        subprocess.run(["rm", "-f", path], check=True)
