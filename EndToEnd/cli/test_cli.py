"""Proves that the verbs which work on files answer as their help says: status, standard output, standard error."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PORTCULLIS", str(ROOT / ".build/release/portcullis"))
FIXTURE = ROOT / "Tests/Fixtures/ledger-v1"


def run(*words, stdin=b"", env=None):
    return subprocess.run([BINARY, *map(str, words)], input=stdin, capture_output=True, timeout=60, env=env)


def test_decide_answers_every_case_as_expected():
    cases = ROOT / "Tests/PolicyTests/Cases/sample.jsonl"
    result = run("decide", "--bundle", ROOT / "library/testworld", "--cases", cases)
    assert result.returncode == 0 and result.stderr == b""
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    expected = [json.loads(line) for line in cases.read_text().splitlines()]
    assert len(answers) == len(expected) > 20
    for answer, case in zip(answers, expected):
        assert answer["id"] == case["id"]
        assert answer["decision"] == case["expected"]["decision"], case["id"]
        assert sorted(answer["rules"]) == sorted(case["expected"]["rules"]), case["id"]


def test_decide_names_the_line_of_a_bad_case_and_goes_on():
    good = (ROOT / "Tests/PolicyTests/Cases/sample.jsonl").read_bytes().splitlines()[0]
    result = run("decide", "--bundle", ROOT / "library/testworld", "--cases", "-", stdin=b"{\n\n" + good + b"\n")
    assert result.returncode == 2
    assert len(result.stdout.splitlines()) == 1
    assert re.match(rb"portcullis: decide: -:1: not JSON", result.stderr)


CARD, HKID = "4539 1488 0343 6467", "A123456(3)"


def test_inspect_gives_half_open_byte_ranges_of_a_request_and_no_values():
    text = f"höher: card {CARD}"
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": text}]}, ensure_ascii=False).encode()
    result = run("inspect", "-", "--json", stdin=body)
    assert result.returncode == 1
    report = json.loads(result.stdout)
    assert report["shape"] == "openai" and report["bytes"] == len(body)
    (finding,) = report["findings"]
    assert finding["detector"] == "card" and finding["field"] == "messages[0].content"
    assert body[finding["from"]:finding["until"]] == CARD.encode()
    shown = run("inspect", "-", stdin=body)
    assert shown.returncode == 1
    assert f"{finding['from']}..<{finding['until']}".encode() in shown.stdout
    assert b"4539" not in shown.stdout + result.stdout


def test_inspect_reads_through_escapes_and_names_what_it_cannot_read():
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}
    escaped = "".join(f"\\u{ord(c):04x}" for c in HKID)
    body = json.dumps({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": [image]}], "x": "@"})
    body = body.replace("@", escaped).encode()
    result = run("inspect", "-", "--json", stdin=body)
    report = json.loads(result.stdout)
    assert result.returncode == 1 and report["shape"] == "anthropic"
    assert sorted(report["not_inspected"], key=lambda part: part["field"]) == [
        {"field": "messages[0].content[0]", "kind": "image"},
        {"field": "x", "kind": "unknown_member"},
    ]
    (finding,) = report["findings"]
    assert finding["detector"] == "hkid" and body[finding["from"]:finding["until"]].decode() == escaped


def test_inspect_of_a_text(tmp_path):
    file = tmp_path / "note.txt"
    file.write_text(f"his card {HKID} is new\n")
    result = run("inspect", file, "--json")
    assert result.returncode == 1
    (finding,) = json.loads(result.stdout)["findings"]
    assert (finding["detector"], finding["field"]) == ("hkid", None)
    assert file.read_bytes()[finding["from"]:finding["until"]] == HKID.encode()
    file.write_text("nothing here\n")
    assert run("inspect", file).returncode == 0
    missing = run("inspect", tmp_path / "no")
    assert missing.returncode == 3 and b"no such file" in missing.stderr


def test_bundle_check_prints_file_line_and_column(tmp_path):
    sound = run("bundle", "check", ROOT / "examples/bank")
    assert sound.returncode == 0 and b"sha256:" in sound.stdout
    folder = tmp_path / "bank"
    shutil.copytree(ROOT / "examples/bank", folder)
    vendors = folder / "vendors.yaml"
    lines = vendors.read_text().splitlines()
    number = next(i for i, line in enumerate(lines) if "id:" in line)
    lines[number] = lines[number].replace("id:", "idd:", 1)
    vendors.write_text("\n".join(lines) + "\n")
    result = run("bundle", "check", folder)
    assert result.returncode == 1
    column = lines[number].index("idd:") + 1
    assert f"{vendors}:{number + 1}:{column}: unknown key `idd`" in result.stdout.decode()
    faults = json.loads(run("bundle", "check", folder, "--json").stdout)["faults"]
    assert any(f["file"] == str(vendors) and (f["line"], f["column"]) == (number + 1, column) for f in faults)


@pytest.fixture
def data(tmp_path):
    shutil.copytree(FIXTURE / "ledger", tmp_path / "ledger")
    (tmp_path / "secrets").mkdir()
    key = tmp_path / "secrets/master.key"
    shutil.copy(FIXTURE / "master.key", key)
    key.chmod(0o600)
    return tmp_path


def test_export_and_show_agree(data):
    lines = [json.loads(line) for line in run("ledger", "export", "--data", data).stdout.splitlines()]
    assert len(lines) >= 12
    for line in lines[:5]:
        shown = run("ledger", "show", line["ref"], "--data", data)
        assert shown.returncode == 0
        one = json.loads(shown.stdout)
        assert one["request"] == line["request"] and one["records"] == line["records"]
    late = run("ledger", "export", "--data", data, "--from", "2100-01-01T00:00:00Z")
    assert late.returncode == 0 and late.stdout == b""


def test_explain_works_without_a_console_and_replay_says_no(data):
    reference = json.loads(run("ledger", "export", "--data", data).stdout.splitlines()[0])["ref"]
    result = run("explain", reference, "--data", data)
    assert result.returncode == 0 and result.stdout.decode().startswith(reference)
    assert b"console does not answer" in result.stderr
    # No snapshot lies in the folder, so nothing can be decided again.
    assert run("explain", reference, "--data", data, "--replay").returncode == 1


def test_a_loose_master_key_is_refused(data):
    (data / "secrets/master.key").chmod(0o644)
    result = run("ledger", "export", "--data", data)
    assert result.returncode == 3 and b"chmod 600" in result.stderr


@pytest.mark.parametrize(
    "words, status, message",
    [
        ([], 2, "portcullis help"),
        (["frob"], 2, "there is no command `frob`"),
        (["keys"], 2, "`keys list`"),
        (["receipt", "--data", "/x"], 2, "expected CUT"),
        (["status"], 2, "--data is missing"),
        (["status", "--data", "/nowhere/at/all"], 3, "nothing answers at /nowhere/at/all/portcullis.sock"),
        (["alerts", "--data", "/x", "--limit", "0"], 2, "--limit is 0, not a number from 1 to 1000"),
        (["cut", "--data", "/x", "--reason", "r", "--basis", __file__], 2, "give at least one of --vendor"),
        (["cut", "--data", "/x", "--reason", " ", "--vendor", "v", "--basis", __file__], 2, "reason"),
        (["cut", "--data", "/x", "--territory", "hk", "--reason", "r", "--basis", __file__], 2, "two letters"),
        (["cut", "--data", "/x", "--vendor", "v", "--reason", "r", "--basis", "/no"], 3, "no such file"),
        (["cut", "--data", "/no", "--vendor", "v", "--reason", "r", "--basis", __file__], 3, "nothing was cut off"),
        (["explain", "D-gw1-hk-2026-3-00", "--data", "/x"], 2, "is no reference"),
        (["bundle", "check", "/no/folder"], 3, "there is no folder /no/folder"),
        (["inspect", "--frob", "-"], 2, "unknown option --frob"),
    ],
)
def test_wrong_use_is_one_clear_line(words, status, message):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTCULLIS_")}
    result = run(*words, env=environment)
    assert result.returncode == status, result.stderr
    assert result.stdout == b""
    assert message in result.stderr.decode()
    for line in result.stderr.decode().splitlines():
        assert line.startswith("portcullis: ")


def test_help_names_every_verb():
    overview = run("help").stdout.decode()
    for verb in ("cut", "reopen", "receipt", "explain", "keys create", "bundle check", "decide", "inspect", "simulate"):
        assert re.search(rf"^  {verb} ", overview, re.M), verb
        result = run("help", *verb.split())
        assert result.returncode == 0 and result.stdout


def test_a_reader_that_leaves_is_no_crash():
    with subprocess.Popen([BINARY, "help"], stdout=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.wait(30) in (0, 3)
