"""Proves who may come in: keys that are wrong, revoked, expired or not yet bound by the terms open nothing, a key is
known to its holder alone, and people, accounts and keys change while the gate runs."""

import base64
import datetime
import hmac
import sqlite3

import anthropic
import httpx2
import openai
import pytest

from installation import CHAT, MESSAGES
from portcullis_ledger import crc32c
from prompts import CLAUDE, GPT, MINI, ask, mark, user
from waiting import eventually

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def check_digits(body: str) -> str:
    rest, digits = crc32c(body.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        digits += DIGITS[digit]
    return digits


def well_formed(secret: str = "x" * 40) -> str:
    body = f"pck_ABCDEFGHJK_{secret}"
    return body + check_digits(body)


def altered(key: str) -> str:
    """Another secret under the id of a real key, with check digits that are right."""
    body = key[:15] + ("A" if key[15] != "A" else "B") + key[16:55]
    return body + check_digits(body)


def assert_unsent(demo, text: str):
    assert [name for name, vendor in demo.vendors.items() if vendor.exchanges(text)] == []


@pytest.mark.parametrize(
    "wrong", ["", "sk-proj-0123456789", well_formed(), well_formed()[:-1] + "!", "altered", "mistyped"]
)
def test_a_wrong_key_opens_nothing(demo, wrong):
    good = demo.key("p-gb-banker")
    key = {"altered": altered(good), "mistyped": good[:20] + good[21] + good[20] + good[22:]}.get(wrong, wrong)
    text = mark()
    answers = [
        demo.ask(
            None, target, ask(model, text), ("authorization", f"Bearer {key}"), ("anthropic-version", "2023-06-01")
        )
        for target, model in [(CHAT, GPT), (MESSAGES, CLAUDE)]
    ]
    assert [answer.status for answer in answers] == [401, 401]
    assert answers[0].json()["error"]["code"] == "invalid_api_key"
    assert answers[1].json()["error"]["type"] == "authentication_error"
    assert all(key not in answer.body.decode() for answer in answers if key)
    assert_unsent(demo, text)


def test_the_clients_say_so(demo):
    with pytest.raises(openai.AuthenticationError):
        demo.openai(well_formed()).chat.completions.create(model=GPT, messages=user("hello"))
    with pytest.raises(anthropic.AuthenticationError):
        demo.anthropic(well_formed()).messages.create(model=CLAUDE, messages=user("hello"), max_tokens=5)


def test_no_key_opens_nothing(demo):
    assert demo.ask(None, CHAT, ask(GPT, "hello")).status == 401
    assert demo.get("/v1/models").status == 401


def test_two_headers_must_agree(demo):
    one, other = demo.key("p-gb-banker"), demo.key("p-hk-banker")
    for first, second in [(one, other), (other, one)]:
        text = mark()
        answer = demo.ask(first, MESSAGES, ask(CLAUDE, text), ("x-api-key", second))
        assert answer.status == 401 and "x-api-key" in answer.json()["error"]["message"]
        assert_unsent(demo, text)
    assert demo.ask(one, MESSAGES, ask(CLAUDE, "hello"), ("x-api-key", one)).status == 200
    assert demo.ask(None, CHAT, ask(GPT, "hello"), ("x-api-key", one)).status == 200


def test_a_key_is_shown_once_and_kept_as_a_digest(demo):
    entry = demo.api("POST", "/api/keys", {"account": "a-gb-banker", "use_case": "general"})
    key = entry["key"]
    assert key.startswith(f"pck_{entry['id']}_") and key[55:] == check_digits(key[:55])
    listed = demo.api("GET", "/api/keys")["items"]
    (own,) = [other for other in listed if other["id"] == entry["id"]]
    assert own["account"] == "a-gb-banker" and own["use_case"] == "general" and own["revoked"] is None
    secret = key[15:55]
    assert secret not in str(listed)
    holders = [path for path in demo.data.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    assert holders == []
    pepper = base64.b64decode((demo.data / "secrets" / "pepper.key").read_text())
    store = sqlite3.connect(f"file:{demo.data}/control/control.sqlite?mode=ro", uri=True)
    ((digest,),) = store.execute("SELECT digest FROM keys WHERE id = ?", [entry["id"]])
    store.close()
    assert digest == hmac.digest(pepper, key.encode(), "sha256")


def test_a_key_works_after_its_owner_accepted_the_terms(demo):
    key, text = demo.mint("a-gb-banker", accept=False), mark()
    for target, model in [(CHAT, GPT), (MESSAGES, CLAUDE)]:
        answer = demo.ask(key, target, ask(model, text))
        assert answer.status == 403 and answer.refusal["code"] == "terms_missing"
        refused = demo.story(answer).one("REFUSED")
        assert refused["code"] == "terms_missing" and refused["caller"]["person"] == "p-gb-banker"
        assert refused["caller"]["key"] == key[4:14]
    assert_unsent(demo, text)
    date = demo.api("GET", "/api/terms")["date"]
    fault = demo.api("POST", "/api/terms/accept", {"date": "1999-01-01"}, who=key, expect=409)
    assert fault["field"] == "date"
    assert demo.accept(key) == {"key": key[4:14], "accepted_terms": date}
    eventually(lambda: demo.ask(key, CHAT, ask(GPT, text)).status == 200, 5)
    terms = [act for act in demo.ledgers.acts("TERMS") if act["actor"].get("key") == key[4:14]]
    assert [act["about"]["accepted"] for act in terms] == [date] and terms[0]["about"]["account"] == "a-gb-banker"


def test_a_revoked_key_stops_and_its_open_stream_ends(demo):
    key = demo.mint("a-gb-banker")
    eventually(lambda: demo.ask(key, CHAT, ask(GPT, "hello")).status == 200, 5)
    client = demo.openai(key, max_retries=0)
    stream = client.chat.completions.create(model=GPT, messages=user("hello"), max_tokens=3000, stream=True)
    reference = stream.response.headers["portcullis-ref"]
    next(stream)
    revoked = demo.api("POST", f"/api/keys/{key[4:14]}/revoke", {})
    assert revoked["revoked"]
    with pytest.raises(openai.APIError) as caught:
        for _ in stream:
            pass
    assert caught.value.body["portcullis"]["code"] == "no_permit"
    story = demo.story(reference)
    assert story.exchange.end == "abort" and (story.one("ABORT")["side"], story.one("ABORT")["reason"]) == (
        "gate",
        "denied",
    )
    assert eventually(lambda: demo.ask(key, CHAT, ask(GPT, "hello")).status == 401, 5)
    changes = [act["about"]["change"] for act in demo.ledgers.acts("KEY") if act["about"].get("key") == key[4:14]]
    assert changes == ["created", "revoked"]


def test_a_key_expires(demo):
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=3)
    key = demo.mint("a-gb-banker", expires=end.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert eventually(lambda: demo.ask(key, CHAT, ask(GPT, "hello")).status == 200, 2)
    assert eventually(lambda: demo.ask(key, CHAT, ask(GPT, "hello")).status == 401, 5)


def test_a_key_reaches_no_further_than_its_models(demo):
    key = demo.mint("a-gb-banker", models=[GPT])
    eventually(lambda: demo.ask(key, CHAT, ask(GPT, "hello")).status == 200, 5)
    assert [model.id for model in demo.openai(key).models.list()] == [GPT]
    refused = demo.ask(key, MESSAGES, ask(CLAUDE, "hello"))
    assert refused.status == 403 and refused.refusal["code"] == "no_permit"
    assert demo.ask(key, CHAT, ask("best", "hello")).header("portcullis-served-by").startswith(GPT)


def test_bad_keys_are_not_made(demo):
    for field, status, request in [
        ("account", 409, {"account": "a-nobody", "use_case": "general"}),
        ("use_case", 409, {"account": "a-gb-banker", "use_case": "world-domination"}),
        ("models", 409, {"account": "a-gb-banker", "use_case": "general", "models": ["gpt-2000"]}),
        ("label", 400, {"account": "a-gb-banker", "use_case": "general", "label": "cosmic"}),
        ("colour", 400, {"account": "a-gb-banker", "use_case": "general", "colour": "red"}),
    ]:
        before = len(demo.api("GET", "/api/keys")["items"])
        error = demo.api("POST", "/api/keys", request, expect=status)
        assert error["field"] == field and error["detail"]
        assert len(demo.api("GET", "/api/keys")["items"]) == before


def test_somebody_answers_for_a_service(demo):
    (service,) = demo.demo["services"]
    key = service["api_key"]
    answer = demo.ask(key, CHAT, ask(MINI, "hello"))
    assert answer.status == 200
    caller = demo.story(answer).first["caller"]
    assert caller["account"] == "s-nightly-summaries" and caller["accountable"] == ["p-us-owner"]
    assert caller["use_case"] == "nightly-summaries" and "person" not in caller
    (decision,) = demo.story(answer).decisions
    assert decision["input"]["call"]["principal"] == "service"
    refused = demo.ask(key, CHAT, ask(GPT, "hello"))
    assert refused.status == 403 and refused.refusal["code"] == "no_permit"


def test_people_come_and_go(demo):
    person = {
        "id": "p-gb-leaver",
        "name": "Joan Smith",
        "title": "Analyst",
        "entity": "meridian-uk",
        "site": "GB",
        "person_class": "foreign",
        "roles": ["employee"],
    }
    demo.api("PUT", "/api/people", {"people": [person], "accounts": [{"id": "a-gb-leaver", "person": "p-gb-leaver"}]})
    key = demo.mint("a-gb-leaver")
    eventually(lambda: demo.ask(key, CHAT, ask(GPT, "hello")).status == 200, 5)
    demo.api("PUT", "/api/people", {"people": [{**person, "active": False}], "accounts": []})
    eventually(lambda: demo.ask(key, CHAT, ask(GPT, "hello")).status == 401, 5)


def test_the_tcp_side_of_the_interface_asks_for_a_key_and_a_role(demo):
    console = demo.demo["console_url"] + "/api/people"
    assert httpx2.get(console).status_code == 401
    assert httpx2.get(console, headers={"authorization": f"Bearer {demo.key('p-gb-banker')}"}).status_code == 403
    allowed = httpx2.get(console, headers={"authorization": f"Bearer {demo.key('p-gb-duty')}"})
    assert allowed.status_code == 200 and "p-hk-banker" in {person["id"] for person in allowed.json()["items"]}
    written = httpx2.put(
        console, json={"people": [], "accounts": []}, headers={"authorization": f"Bearer {demo.key('p-gb-duty')}"}
    )
    assert written.status_code == 403


def test_evidence_is_taken_from_its_source_alone(demo):
    """A badge reader may say that somebody came in; nobody else may, and not over TCP."""
    sources = {kind: source["key"] for source in demo.demo["evidence_sources"] for kind in source["kinds"]}
    item = {"person": "p-gb-analyst", "kind": "badge_in", "country": "GB"}
    assert demo.api("POST", "/api/evidence", item, who=sources["badge_in"]) == {"taken": 1}
    demo.api("POST", "/api/evidence", {**item, "kind": "gps_attested"}, who=sources["badge_in"], expect=403)
    demo.api("POST", "/api/evidence", item, who="pes_nonsense", expect=401)
    demo.api("POST", "/api/evidence", item, who="p-gb-banker", expect=401)
    for fault, status in [({"country": "Hongkong"}, 400), ({"kind": "hearsay"}, 400), ({"person": "p-nobody"}, 409)]:
        demo.api("POST", "/api/evidence", {**item, **fault}, who=sources["badge_in"], expect=status)
    remote = httpx2.post(
        demo.demo["console_url"] + "/api/evidence",
        json=item,
        headers={"authorization": f"Bearer {sources['badge_in']}"},
    )
    assert remote.status_code in (401, 403, 404)
