"""Proves that a revoked key or session and a deactivated person or account end every open stream of theirs with an
honest error, at every worker and within half a second of the call (ten times the bound), that others go on, and that
coming back opens nothing again."""

import base64
import hmac
import secrets
import sqlite3
import time

import pytest

from installation import CHAT, Installation
from many_streams import ManyStreams
from prompts import GPT, ask
from test_who import check_digits
from waiting import eventually

STREAMS, OTHERS = 8, 2
BOUND_NS = 500_000_000
BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HOUR = 3600 * 1_000_000_000


@pytest.fixture(scope="module")
def bank():
    with Installation(PORTCULLIS_SESSION_USE_CASE="general", PORTCULLIS_WORKERS="2") as installation:
        yield installation


def pepper(bank) -> bytes:
    return base64.b64decode((bank.data / "secrets" / "pepper.key").read_text())


def sign_in(bank, holder: str, **changes) -> str:
    """A session as a sign-in leaves it in the control store; its token."""
    identity = "".join(secrets.choice(BASE32) for _ in range(10))
    body = f"pcs_{identity}_" + "".join(secrets.choice(DIGITS) for _ in range(40))
    token = body + check_digits(body)
    now = time.time_ns()
    row = {
        "id": identity,
        "digest": hmac.digest(pepper(bank), token.encode(), "sha256"),
        "account": holder,
        "created": now,
        "expires": now + HOUR,
        "idle_seconds": 600,
        "seen": now,
        "authenticated": now,
        "methods": "password",
        "revoked": None,
        "accepted_terms": bank.api("GET", "/api/terms")["date"],
    } | changes
    with sqlite3.connect(bank.data / "control" / "control.sqlite", timeout=10) as store:
        marks = ", ".join("?" * len(row))
        store.execute(f"INSERT INTO sessions ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        store.execute("INSERT INTO changes (kind, id) VALUES ('key', ?)", [f"session:{identity}"])
    store.close()
    return token


def status(bank, token: str) -> int:
    return bank.ask(token, CHAT, ask(GPT, "hello", tokens=1)).status


def known(bank, token: str) -> None:
    """To both workers: which of them takes a connection is chance."""
    eventually(lambda: all(status(bank, token) == 200 for _ in range(12)), 20)


def colleague(bank, name: str) -> dict:
    person = {
        "id": f"p-{name}", "name": "Joan Smith", "title": "Analyst", "entity": "meridian-uk", "site": "GB",
        "person_class": "foreign", "roles": ["employee"],
    }
    account = {"id": f"a-{name}", "person": f"p-{name}"}
    bank.api("PUT", "/api/people", {"people": [person], "accounts": [account]})
    return person


def revoked_key(bank):
    token = bank.mint("a-gb-banker")
    return token, lambda: bank.api("POST", f"/api/keys/{token[4:14]}/revoke", {}), "key"


def revoked_session(bank):
    token = sign_in(bank, "a-gb-banker")
    return token, lambda: bank.api("POST", f"/api/sessions/{token[4:14]}/revoke", {}), "session"


def deactivated_person(bank):
    person = colleague(bank, "leaver")
    token = bank.mint("a-leaver")
    return token, lambda: bank.api("PUT", "/api/people", {"people": [{**person, "active": False}]}), "key"


def deactivated_account(bank):
    colleague(bank, "other-leaver")
    token = sign_in(bank, "a-other-leaver")
    account = {"id": "a-other-leaver", "person": "p-other-leaver", "active": False}
    return token, lambda: bank.api("PUT", "/api/people", {"accounts": [account]}), "session"


@pytest.mark.parametrize("make", [revoked_key, revoked_session, deactivated_person, deactivated_account])
def test_its_open_streams_end(bank, make, capsys):
    token, end, word = make(bank)
    known(bank, token)
    covered, others = ManyStreams(bank.base_url, CHAT), ManyStreams(bank.base_url, CHAT)
    for streams, key, count in [(covered, token, STREAMS), (others, bank.key("p-gb-banker"), OTHERS)]:
        for _ in range(count):
            streams.open(key, ask(GPT, "hello", tokens=20_000, stream=True), [])
    try:
        covered.start()
        others.start()
        eventually(
            lambda: all(reading.events > 3 for reading in covered.readings + others.readings), 60, "streams to run")
        began = time.time_ns()
        end()
        answered = time.time_ns()
        covered.join(10)
        last = max(reading.last_content_ns for reading in covered.readings)
        ended = max(reading.ended_ns for reading in covered.readings)
        eventually(lambda: all(reading.last_content_ns > ended for reading in others.readings), 10, "others to go on")
    finally:
        others.close()
    with capsys.disabled():
        print(
            f"\n{make.__name__}: from the call to the last content {max(0, last - began) / 1e6:.1f} ms, to the last end"
            f" {(ended - began) / 1e6:.1f} ms, to the answer {(answered - began) / 1e6:.1f} ms")
    assert ended - began < BOUND_NS
    for reading in covered.readings:
        assert reading.status == 200 and reading.end == "closed", "a body had its last chunk, or was reset"
        assert reading.error["portcullis"]["code"] == "no_permit"
        assert word in reading.error["message"]
    assert all(reading.end is None and reading.error is None for reading in others.readings)
    assert status(bank, token) == 401
    caller = bank.ledgers.story(covered.readings[0].reference).first["caller"]
    assert caller["session" if token.startswith("pcs_") else "key"] == token[4:14]


def test_coming_back_opens_nothing_again(bank):
    person = colleague(bank, "returner")
    key, session = bank.mint("a-returner"), sign_in(bank, "a-returner")
    eventually(lambda: status(bank, key) == status(bank, session) == 200, 10)
    for active in [False, True]:
        bank.api("PUT", "/api/people", {"people": [{**person, "active": active}]})
        assert (status(bank, key), status(bank, session)) == (401, 401)
    eventually(lambda: status(bank, bank.mint("a-returner")) == 200, 10)


@pytest.mark.parametrize("changes", [
    {"expires": 1}, {"seen": 1}, {"revoked": 1}, {"account": "a-nobody"}, {"digest": bytes(32)},
])
def test_other_sessions_open_nothing(bank, changes):
    other, good = sign_in(bank, "a-gb-banker", **changes), sign_in(bank, "a-gb-banker")
    eventually(lambda: status(bank, good) == 200, 10)
    assert status(bank, other) == 401


def test_a_session_waits_for_the_terms(bank):
    token = sign_in(bank, "a-gb-banker", accepted_terms=None)
    eventually(lambda: status(bank, token) == 403, 10)
    bank.accept(token)
    eventually(lambda: status(bank, token) == 200, 10)


def test_one_sees_and_ends_ones_own_sessions_only(bank):
    mine, theirs = sign_in(bank, "a-gb-banker"), sign_in(bank, "a-hk-banker")
    seen = {entry["account"] for entry in bank.api("GET", "/api/sessions", who="p-gb-banker")["items"]}
    assert seen == {"a-gb-banker"}
    everybody = {entry["account"] for entry in bank.api("GET", "/api/sessions?limit=500")["items"]}
    assert everybody >= {"a-gb-banker", "a-hk-banker"}
    bank.api("POST", f"/api/sessions/{theirs[4:14]}/revoke", {}, who="p-gb-banker", expect=404)
    assert bank.api("POST", f"/api/sessions/{mine[4:14]}/revoke", {}, who="p-gb-banker")["revoked"]
    assert (status(bank, mine), status(bank, theirs)) == (401, 200)
