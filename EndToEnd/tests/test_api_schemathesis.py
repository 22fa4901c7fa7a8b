"""Proves that /api keeps to its own description: schemathesis, with every check it has, as an administrator and as an
employee, finds no answer that the description does not promise."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from installation import Installation

# Seconds for each run; the examples are chosen so that it takes about half of them.
PATIENCE = 120
EXAMPLES = 12


def run(own: Installation, key: str, tmp_path: Path, *options: str) -> str:
    """What schemathesis says; it fails when that is not that all is well."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        own.demo["console_url"] + "/api/openapi.json",
        *("--checks", "all"),
        *("--header", f"Authorization: Bearer {key}"),
        *("--max-examples", str(EXAMPLES)),
        *("--seed", "1", "--no-color"),
        *options,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=tmp_path)
    said = "\n".join(line[:400] for line in (done.stdout + done.stderr).splitlines() if line.strip())
    assert done.returncode == 0, said[:6000] + "\n…\n" + said[-2000:]
    assert "Tested:" in said
    return said


def cases(said: str) -> int:
    return int(re.search(r"(\d+) generated, (\d+) passed", said)[2])


def refused(said: str) -> set[str]:
    """The operations that answered nothing but 401 and 403."""
    return set(re.findall(r"^  - ([A-Z]+ /api/\S+)$", said.partition("Authentication failed")[2], re.MULTILINE))


# Their success is the end of what comes after: each is tried last, by itself.
ENDING = ("publishTerms", "revokeKey")


def test_as_administrator(own: Installation, tmp_path):
    own.run("cut", "--territory", "AQ", "--reason", "drill", "--basis", __file__)
    key = own.demo["admin_token"]
    said = run(own, key, tmp_path, *(f"--exclude-operation-id={name}" for name in ENDING))
    assert cases(said) > 500
    # The key still works, so that the answers were those of the operations and not of the door.
    assert own.api("GET", "/api/me", who=key)["rights"]
    for name in reversed(ENDING):
        assert cases(run(own, key, tmp_path, f"--include-operation-id={name}", "--phases=coverage,fuzzing")) > 10


@pytest.fixture(scope="module")
def own():
    with Installation() as installation:
        yield installation


def test_as_employee(tmp_path):
    with Installation() as bank:
        said = run(bank, bank.key("p-gb-banker"), tmp_path)
        assert cases(said) > 500
        people = bank.api("GET", "/api/people?limit=500")["items"]
        assert {entry["id"] for entry in people} == set(bank.people)
        assert bank.api("GET", "/api/cuts")["items"] == []


def test_it_would_notice(own: Installation, tmp_path):
    """The same run against a description that promises something else fails."""
    document = own.api("GET", "/api/openapi.json")
    del document["paths"]["/api/me"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    document["paths"] = {"/api/me": document["paths"]["/api/me"]}
    answers = document["paths"]["/api/me"]["get"]["responses"]
    answers["200"]["content"]["application/json"]["schema"] = {"type": "object", "required": ["salary"]}
    file = tmp_path / "other.json"
    file.write_text(json.dumps(document))
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", str(file)]
    command += ["--url", own.demo["console_url"], "--checks", "all", "--max-examples", "2", "--no-color"]
    command += ["--header", f"Authorization: Bearer {own.key('p-gb-banker')}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=tmp_path)
    assert done.returncode == 1 and "salary" in done.stdout
