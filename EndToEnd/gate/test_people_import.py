"""Proves that a personnel system's file is taken over as its dry run said: joiners get in once they have a key, movers'
open streams are decided again, and leavers' keys die at once."""

import json

import pytest
from jsonschema import Draft202012Validator

from installation import CHAT, ROOT
from many_streams import ManyStreams
from prompts import GPT, ask
from waiting import eventually

HEAD = "id,name,entity,title,site,roles,active,accounts\n"
SCHEMA = Draft202012Validator(json.loads((ROOT / "schema" / "people-import.schema.json").read_text()))


def imported(bank, rows: str, *options: str, expect: int = 0) -> dict:
    file = bank.parent / "people.csv"
    file.write_text(HEAD + rows)
    plan = bank.json("people", "import", file, *options, expect=expect)
    SCHEMA.validate(plan)
    return plan


def names(plan: dict) -> dict:
    return {kind: [entry["id"] for entry in plan[kind]] for kind in ("added", "changed", "deactivated")}


def test_joiner_mover_leaver(own):
    bank, everybody = own, own.api("GET", "/api/people?limit=500")["items"]
    joiner = "p-join,\"Lee, Siu Ming\",meridian-uk,Analyst,GB,employee,yes,a-join\n"
    plan = imported(bank, joiner, "--dry-run")
    assert names(plan) == {"added": ["p-join"], "changed": [], "deactivated": []} and not plan["applied"]
    assert bank.api("GET", "/api/people?limit=500")["items"] == everybody, "a dry run changed something"
    assert names(imported(bank, joiner)) == names(plan)
    assert bank.api("GET", "/api/people/p-join")["name"] == "Lee, Siu Ming"
    key = bank.mint("a-join")
    # From the file again: nothing.
    again = imported(bank, joiner)
    assert names(again) == {"added": [], "changed": [], "deactivated": []} and again["unchanged"] == 1

    eventually(lambda: bank.ask(key, CHAT, ask(GPT, "hello", tokens=1)).status == 200, 10)
    streams = ManyStreams(bank.base_url, CHAT)
    streams.open(key, ask(GPT, "hello", tokens=6000, stream=True), [])
    try:
        streams.start()
        eventually(lambda: streams.readings[0].events > 3, 30, "the stream to run")
        mover = joiner.replace("Analyst,GB", "Analyst,CN").replace("meridian-uk", "meridian-hk")
        plan = imported(bank, mover)
        assert plan["changed"][0]["differences"] == ["entity meridian-uk → meridian-hk", "site GB → CN"]
        leaver = mover.replace("yes", "no")
        assert names(imported(bank, leaver))["deactivated"] == ["p-join"]
        streams.join(10)
    finally:
        streams.close()
    assert streams.readings[0].error["portcullis"]["code"] == "no_permit"
    assert bank.ask(key, CHAT, ask(GPT, "hello")).status == 401
    imported(bank, mover)
    assert bank.ask(key, CHAT, ask(GPT, "hello")).status == 401, "a leaver's key came back with them"


def test_bad_lines_are_named_and_the_others_taken(own):
    plan = imported(own, "p-x,X,meridian-uk,,Hongkong,,yes,\np-y,Y,meridian-uk,,GB,,yes,a-gb-banker\np-z,Z,meridian-uk,,,,,\n", expect=1)
    assert [entry["line"] for entry in plan["refused"]] == [2, 3] and names(plan)["added"] == ["p-z"]


@pytest.mark.parametrize(("text", "said"), [("id,name\n", "people.csv:1: the column entity is missing"), ("", "empty")])
def test_bad_files_change_nothing(own, text, said):
    file = own.parent / "people.csv"
    file.write_text(text)
    assert said in own.run("people", "import", file, expect=2).stderr


def test_half_a_file_does_not_empty_the_bank(own):
    file = own.parent / "people.csv"
    file.write_text(HEAD + "p-gb-banker,Amara Okafor,meridian-uk,,GB,,,\n")
    done = own.run("people", "import", file, "--complete", "--most-leavers", "2", expect=1)
    assert "people would leave and at most 2 may" in done.stderr
    assert own.api("GET", "/api/people?active=true&limit=500")["items"] != []
    assert own.ask("p-hk-banker", CHAT, ask(GPT, "hello", tokens=1)).status == 200
