"""Proves that what loosens takes two natural persons on the running installation: who may propose and sign, that a
signature is for one content and used once, that whoever lost the role does not count when it is used, and that every
step is recorded."""

from __future__ import annotations

import hashlib

import pytest

from bundles import replaced, variant
from cuts import cut, order, reopen
from installation import BUNDLE_SIGNERS, ROOT, Installation
from waiting import eventually

BANK = ROOT / "examples" / "bank"
MODEL_RISK, COMPLIANCE = BUNDLE_SIGNERS
SECURITY, LEGAL, PLATFORM, EMPLOYEE = "p-hk-duty", "p-gb-legal", "p-sg-platform", "p-gb-banker"
HOLD = {"hold": "hold-1", "scope": "ab" * 32, "reason": "Matter 7 is settled"}


def other(folder, word: str = "again"):
    return variant(folder, ("bundle.yaml", replaced("an invented bank.", f"an invented bank, {word}.")))


def active(bank: Installation) -> str:
    return bank.api("GET", "/api/bundle")["hash"]


def sign(bank: Installation, proposal: str, who: str, expect: int = 200) -> dict:
    return bank.api("POST", f"/api/approvals/{proposal}/signatures", {}, who=who, expect=expect)


def steps(bank: Installation, proposal: str) -> list[str]:
    acts = [act["about"] for act in bank.ledgers.acts("APPROVAL")]
    return [about["change"] for about in acts if about["approval"] == proposal]


def propose(bank: Installation, act: str, content: dict, who: str | None = None, expect: int = 200) -> dict:
    return bank.api("POST", "/api/approvals", {"act": act, "content": content}, who=who, expect=expect)


def put_person(bank: Installation, who: str, **changes) -> dict:
    """The person as they were."""
    known = bank.api("GET", f"/api/people/{who}")
    entry = {key: known[key] for key in ("id", "name", "title", "entity", "site", "roles", "designations", "active")}
    classes = known["person_classes"]
    if len(classes) == 1:
        entry["person_class"] = classes[0]
    bank.api("PUT", "/api/people", {"people": [{**entry, **changes}]})
    return entry


def test_a_bundle_takes_two_natural_persons(own, tmp_path):
    before, folder = active(own), other(tmp_path / "bank")
    proposal = own.propose(folder)
    assert proposal["state"] == "open" and proposal["act"] == "bundle.activate" and proposal["signatures"] == []
    assert proposal["content"]["replaces"] == before
    # The same again is the same proposal, not another one.
    assert own.propose(folder)["id"] == proposal["id"]
    assert sign(own, proposal["id"], COMPLIANCE)["state"] == "open"
    assert own.propose(folder)["id"] == proposal["id"] and active(own) == before
    # Who is not asked, who signed, and who is no natural person.
    assert sign(own, proposal["id"], COMPLIANCE, expect=409)["code"] == "same_person"
    for who in (EMPLOYEE, PLATFORM, SECURITY):
        assert sign(own, proposal["id"], who, expect=403)["code"] == "forbidden"
    own.api("POST", f"/api/approvals/{proposal['id']}/signatures", {}, expect=401)
    granted = sign(own, proposal["id"], MODEL_RISK)
    assert granted["state"] == "granted" and granted["missing"] == []
    done = own.json("bundle", "activate", folder)
    assert active(own) == done["hash"] == proposal["content"]["bundle"]
    # Used once: back, and then there again, are two other acts.
    assert own.api("GET", f"/api/approvals/{proposal['id']}")["state"] == "used"
    own.activate(BANK)
    assert active(own) == before
    assert own.propose(folder)["id"] != proposal["id"]
    assert steps(own, proposal["id"]) == ["proposed", "signed", "signed", "used"]
    policies = {act["about"]["bundle"].hex(): act["about"] for act in own.ledgers.acts("POLICY")}
    assert policies[done["hash"]]["approval"] == proposal["id"]
    assert own.ledgers.acts("POLICY")[0]["about"]["founding"] is True


def test_a_signature_is_for_one_content(own, tmp_path):
    folder = other(tmp_path / "first", "first")
    first = own.propose(folder)
    for who in BUNDLE_SIGNERS:
        sign(own, first["id"], who)
    before = active(own)
    second = own.propose(other(tmp_path / "second", "second"))
    assert second["id"] != first["id"] and second["sha256"] != first["sha256"] and second["signatures"] == []
    assert active(own) == before
    # Over another bundle it is another change: what was signed is not what would be done.
    own.activate(other(tmp_path / "third", "third"))
    assert own.propose(folder)["id"] != first["id"]
    own.activate(BANK)
    # The old one is granted still, and of the old change.
    assert own.run("bundle", "activate", folder).returncode == 0
    own.activate(BANK)


def test_the_digest_is_of_what_is_shown(own):
    """Whoever reads the answer can compute what is signed (docs/formats/record.md)."""
    proposal = propose(own, "hold.place", HOLD, who=LEGAL)

    def text(value: str) -> bytes:
        data = value.encode()
        return (bytes([0x60 | len(data)]) if len(data) < 24 else bytes([0x78, len(data)])) + data

    def mapping(value: dict) -> bytes:
        items = ((key, mapping(item) if isinstance(item, dict) else text(item)) for key, item in value.items())
        pairs = sorted((text(key), item) for key, item in items)
        return bytes([0xA0 | len(pairs)]) + b"".join(key + item for key, item in pairs)

    encoded = mapping({"act": proposal["act"], "content": proposal["content"]})
    assert hashlib.sha256(b"portcullis.act.1\0" + encoded).hexdigest() == proposal["sha256"]
    own.api("POST", f"/api/approvals/{proposal['id']}/withdraw", {}, who=LEGAL)


def test_who_left_or_lost_the_role_does_not_count(own, tmp_path):
    folder = other(tmp_path / "bank", "without")
    proposal, before = own.propose(folder), active(own)
    for who in BUNDLE_SIGNERS:
        sign(own, proposal["id"], who)
    for changes in ({"active": False}, {"roles": ["employee"]}):
        was = put_person(own, MODEL_RISK, **changes)
        try:
            assert own.propose(folder)["id"] == proposal["id"], "what is not granted any more is asked for again"
            shown = own.api("GET", f"/api/approvals/{proposal['id']}")
            counts = {signature["person"]: signature["counts"] for signature in shown["signatures"]}
            assert shown["state"] == "open" and counts == {MODEL_RISK: False, COMPLIANCE: True}
        finally:
            put_person(own, MODEL_RISK, **was)
    # An account that is closed does not either.
    account = own.people[MODEL_RISK].account
    closed = {"id": account, "person": MODEL_RISK, "active": False}
    own.api("PUT", "/api/people", {"accounts": [closed]})
    assert own.api("GET", f"/api/approvals/{proposal['id']}")["state"] == "open" and active(own) == before
    own.api("PUT", "/api/people", {"accounts": [{"id": account, "person": MODEL_RISK}]})
    assert own.api("GET", f"/api/approvals/{proposal['id']}")["state"] == "granted"
    # Who left comes back without the keys of before.
    own.people[MODEL_RISK].api_key = own.mint(account)
    # Taken back, and withdrawn.
    own.run("approvals", "retract", proposal["id"], "--key", own.key(COMPLIANCE))
    assert own.propose(folder)["id"] == proposal["id"]
    own.run("approvals", "withdraw", proposal["id"])
    assert sign(own, proposal["id"], COMPLIANCE, expect=409)["code"] == "approval_over"
    assert own.propose(folder)["id"] != proposal["id"]


def test_a_service_signs_nothing(own):
    proposal = propose(own, "hold.release", HOLD)
    service = own.mint("s-nightly-summaries", "nightly-summaries")
    assert sign(own, proposal["id"], service, expect=403)["code"] == "forbidden"
    assert propose(own, "hold.release", HOLD, who=service, expect=403)["code"] == "forbidden"


def test_a_changed_matrix_takes_its_own_signatures(own, tmp_path):
    """Those who sign bundles do not change who signs bundles: security must, too."""
    row = "    signs:\n      - [model_risk]\n      - [compliance]"
    folder = variant(tmp_path / "bank", ("signoffs.yaml", replaced(row, row.replace("[model_risk]", "[platform]"))))
    proposal, before = own.propose(folder), active(own)
    assert {place["act"] for place in proposal["missing"]} == {"bundle.activate", "matrix.change"}
    for who in BUNDLE_SIGNERS:
        answer = sign(own, proposal["id"], who)
    # Model risk and compliance fill the places of both rows; one alone fills one place only.
    assert answer["state"] == "granted"
    loose = variant(tmp_path / "loose", ("signoffs.yaml", replaced(row, row.replace("      - [model_risk]\n", ""))))
    fault = own.run("bundle", "activate", loose, expect=None)
    assert fault.returncode != 0 and "takes two natural persons" in fault.stderr and active(own) == before


@pytest.mark.parametrize(
    "act, content, who",
    [
        ("hold.release", HOLD, EMPLOYEE),
        ("hold.release", HOLD, PLATFORM),
        ("detection.loosen", {"from": "0" * 64, "to": "1" * 64, "simulation": "2" * 64, "reason": "noise"}, LEGAL),
    ],
)
def test_who_may_not_propose(own, act, content, who):
    assert propose(own, act, content, who=who, expect=403)["code"] == "forbidden"


@pytest.mark.parametrize(
    "body, field",
    [
        ({"act": "bundle.activate", "content": {}}, "act"),
        ({"act": "cut.reopen", "content": {}}, "act"),
        ({"act": "hold.release", "content": {**HOLD, "scope": "ab"}}, "content.scope"),
        ({"act": "hold.release", "content": {**HOLD, "more": "x"}}, "content.more"),
        ({"act": "hold.release"}, "content"),
    ],
)
def test_a_bad_proposal_names_the_field(own, body, field):
    fault = own.api("POST", "/api/approvals", body, expect=400)
    assert fault["code"] == "bad_field" and fault["field"] == field


def test_an_exception_takes_two_and_ends(own):
    content = {
        "rule": "R-ANT-GEO",
        "persons": [EMPLOYEE],
        "entities": [],
        "until": "2099-01-01T00:00:00Z",
        "reason": "a deal",
    }
    fault = propose(own, "exception", content, expect=409)
    assert fault["code"] == "wrong_state" and fault["field"] == "content.until"


def test_a_reopening_asks_for_what_the_matrix_says(own):
    receipt = order(own, model="gpt-5.5-mini")
    # Both in the same function: two persons, and not the two that are asked for.
    assert own.api("POST", f"/api/cuts/{receipt['cut']}/signatures", {}, who=LEGAL)["needed"] == 1
    fault = own.api("POST", f"/api/cuts/{receipt['cut']}/signatures", {}, who=COMPLIANCE)
    assert fault["needed"] == 1 and fault["in_force"]
    assert own.ledgers.acts("REOPEN") == []
    done = own.api("POST", f"/api/cuts/{receipt['cut']}/signatures", {}, who=SECURITY)
    assert not done["in_force"] and done["needed"] == 0 and len(done["signatures"]) == 2


def test_only_those_who_count_reopen(own):
    receipt = order(own, model="gpt-5.5-mini")
    path = f"/api/cuts/{receipt['cut']}/signatures"
    own.api("POST", path, {}, who=LEGAL)
    was = put_person(own, LEGAL, roles=["employee"])
    try:
        assert own.api("POST", path, {}, who=SECURITY)["in_force"]
        done = own.api("POST", path, {}, who=COMPLIANCE)
    finally:
        put_person(own, LEGAL, **was)
    assert not done["in_force"]
    assert [signature["person"] for signature in done["signatures"]] == [SECURITY, COMPLIANCE]


def test_an_order_is_confirmed_by_a_second_person(own):
    body = {
        "scope": {"model": "gpt-5.5-mini"},
        "reason": "Now",
        "basis": {"file": "letter.txt", "sha256": "ab" * 32, "length": 3},
    }
    receipt = own.api("POST", "/api/cuts", body, who=SECURITY)
    assert receipt["in_force"]

    def confirmation() -> dict | None:
        items = own.api("GET", "/api/approvals")["items"]
        found = [item for item in items if item["act"] == "cut.order" and item["content"]["cut"] == receipt["cut"]]
        return found[0] if found and found[0]["signatures"] else None

    eventually(confirmation, 20, "the order to wait for its second signature")
    waiting = confirmation()
    assert waiting["deadline"] and waiting["state"] == "used" and len(waiting["missing"]) == 1
    assert [signature["person"] for signature in waiting["signatures"]] == [SECURITY]
    assert sign(own, waiting["id"], COMPLIANCE)["missing"] == []
    reopen(own, receipt["cut"])


def test_the_command_line_shows_who_is_missing(own):
    content = {"scope": "cd" * 32, "records": 7, "through": "2026-01-01T00:00:00Z", "reason": "x"}
    proposal = propose(own, "disposal", content)
    listed = own.run("approvals", "list").stdout
    assert proposal["id"] in listed and "legal; compliance" in listed
    own.run("approvals", "sign", proposal["id"], "--key", own.key(LEGAL))
    shown = own.json("approvals", "show", proposal["id"])
    assert [signature["person"] for signature in shown["signatures"]] == [LEGAL]
    assert own.run("approvals", "sign", proposal["id"], "--key", own.key(EMPLOYEE), expect=1).stderr
    assert own.run("approvals", "show", "ap-none", expect=1).stderr


def test_a_founded_installation_stays_founded(install, tmp_path):
    """A control store that was lost does not make a new installation."""
    bank = install().start()
    bank.stop()
    for name in ("control.sqlite", "control.sqlite-wal", "control.sqlite-shm"):
        (bank.data / "control" / name).unlink(missing_ok=True)
    process = bank.launch()
    process.wait(60)
    assert process.returncode != 0
