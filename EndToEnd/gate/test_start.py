"""Proves the first minute: one command makes a bank that answers, tells programs where in demo.json, starts again in
less than three seconds with the same keys, and says in one line what stands in its way."""

import json
import os
import signal
import socket
import stat
import subprocess
import time

import pytest
from jsonschema import Draft202012Validator

from installation import CHAT, ROOT
from prompts import GPT, ask
from waiting import eventually

GB = "p-gb-banker"


def failed(bank, *options: str, **settings) -> str:
    """The one line that a start which cannot succeed leaves behind."""
    process = bank.launch(*options, **settings)
    assert process.wait(30) not in (0, -6, -11)
    lines = (bank.parent / "stderr").read_text().strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_demo_json(demo):
    file = demo.data / "demo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    schema = json.loads((ROOT / "schema" / "demo.schema.json").read_text())
    assert list(Draft202012Validator(schema).iter_errors(json.loads(file.read_text()))) == []
    assert demo.demo["data"] == str(demo.data) and demo.demo["pid"] == demo.process.pid
    assert {person.site for person in demo.people.values()} == {"HK", "GB", "US", "SG", "CN"}
    reopeners = [person for person in demo.people.values() if {"security", "compliance"} & set(person.roles)]
    assert len(reopeners) >= 2
    models = {model["id"]: (model["vendor"], model["protocol"]) for model in demo.demo["models"]}
    assert models["claude-opus-4-8"] == ("anthropic", "anthropic") and models[GPT] == ("openai", "openai")
    assert "deepseek-v4-pro" in models and set(demo.vendors) >= {"openai", "anthropic", "microsoft", "deepseek"}
    for key in (demo.data / "simulators").glob("*.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_commands_that_it_prints_work(install):
    """Address, a person of each office, and five commands: each is copied and run."""
    bank = install().start()
    told = eventually(lambda: "Ctrl-C" in (text := (bank.parent / "stdout").read_text()) and text, 5)
    assert bank.base_url in told
    for who in ("p-hk-banker", "p-gb-banker", "p-us-banker", "p-sg-banker", "p-cn-banker"):
        assert bank.key(who) in told
    lines = [line.strip() for line in told.splitlines()]
    commands = [command for comment, command in zip(lines, lines[1:]) if comment.startswith("# ")]
    said = [subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60) for command in commands]
    assert [done.returncode for done in said] == [0] * 5, said
    served, refused, streamed, receipt, explained = (done.stdout for done in said)
    assert "sha256:" in served and "R-ANT-SITE" in refused and "event: message_stop" in streamed
    assert "gw1" in receipt and "meridian" in explained


def test_no_secret_is_open_to_others(demo):
    assert demo.data.stat().st_mode & 0o077 == 0
    for folder in ("secrets", "credentials", "simulators", "control", "ledger", "logs", "run"):
        assert (demo.data / folder).stat().st_mode & 0o077 == 0, folder
    for path in [*demo.data.glob("secrets/*"), *demo.data.glob("credentials/*"), *demo.data.glob("*.json")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_second_start_is_fast_and_keeps_its_keys(install):
    bank = install().start()
    people = bank.demo["people"]
    assert bank.stop(signal.SIGINT) == 0 and not (bank.data / "demo.json").exists()
    began = time.monotonic()
    bank.start(listen=bank.base_url.removeprefix("http://"))
    took = time.monotonic() - began
    assert bank.ask(GB, CHAT, ask(GPT, "hello")).status == 200
    assert bank.demo["people"] == people
    assert took < 3, f"{took:.2f} s"


def test_ctrl_c_ends_everybody(install):
    bank = install().start()
    pids = [*bank.pids["gateways"], bank.pids["console"], *bank.pids["simulators"]]
    assert bank.stop(signal.SIGINT) == 0
    assert [pid for pid in pids if os.path.exists(f"/proc/{pid}")] == []


def test_a_second_signal_does_not_wait(install):
    bank = install().start()
    stream = bank.stream(GB, CHAT, ask(GPT, "hello", tokens=3000, stream=True))
    stream.read_until(b"tok3")
    bank.process.terminate()
    eventually(lambda: not accepts(bank.base_url), 5)
    began = time.monotonic()
    bank.process.terminate()
    bank.process.wait(10)
    assert time.monotonic() - began < 5 and stream.rest() is not None and stream.end != "last chunk"


def accepts(url: str) -> bool:
    host, port = url.removeprefix("http://").split(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
        return True
    except OSError:
        return False


def test_a_port_in_use(install):
    bank = install()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert str(port) in failed(bank, listen=f"127.0.0.1:{port}")


def test_a_folder_that_cannot_be_written(install, tmp_path):
    bank = install()
    (tmp_path / "file").write_text("")
    bank.data = tmp_path / "file" / "data"
    assert str(bank.data) in failed(bank)


def test_two_on_one_folder(install):
    bank, other = install().start(), install()
    other.data = bank.data
    line = failed(other)
    assert str(bank.data) in line
    assert bank.ask(GB, CHAT, ask(GPT, "hello")).status == 200


def test_a_missing_bundle(install, tmp_path):
    assert "bundle" in failed(install(), "--bundle", str(tmp_path))


@pytest.mark.parametrize(
    "line, word",
    [("colour: red", "colour"), ("workers: many", "workers"), ("listen: [", "portcullis.yaml")],
    ids=["unknown", "bad", "no YAML"],
)
def test_a_bad_setting_stops_the_start_with_its_line(install, line, word):
    bank = install().start()
    bank.stop()
    settings = bank.data / "portcullis.yaml"
    text = settings.read_text()
    settings.write_text(text + line + "\n")
    (bank.parent / "stderr").write_text("")
    said = failed(bank)
    assert word in said and f"portcullis.yaml:{len(text.splitlines()) + 1}" in said


def test_fresh_begins_anew(install):
    bank = install().start()
    key = bank.key(GB)
    bank.stop()
    bank.start("--fresh")
    assert bank.key(GB) != key and bank.ask(key, CHAT, ask(GPT, "hello")).status == 401
    assert bank.ask(GB, CHAT, ask(GPT, "hello")).status == 200


def test_fresh_spares_what_is_not_ours(install, tmp_path):
    bank = install()
    bank.data = tmp_path / "letters"
    bank.data.mkdir()
    (bank.data / "love.txt").write_text("dear")
    failed(bank, "--fresh")
    assert (bank.data / "love.txt").read_text() == "dear"


def test_wrong_use(demo):
    for arguments in [["no-such-verb"], ["cut", "--nonsense"], ["explain"], ["keys", "burn"]]:
        done = demo.run(*arguments, expect=None)
        assert done.returncode == 2 and done.stderr.strip(), arguments
    assert "cut" in demo.run("help").stdout


def test_nobody_there(install):
    bank = install()
    bank.data.mkdir()
    done = bank.run("status", expect=None)
    assert done.returncode == 3 and str(bank.data) in done.stderr
