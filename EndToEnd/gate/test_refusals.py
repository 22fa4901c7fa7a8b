"""Proves that a decision holds against every disguise: a banker in Hong Kong is refused Claude on both grounds and
served GPT through the cloud contract, by whatever address, header, name or door; and that a refusal says why, once,
in the client's shape."""

import json

import anthropic
import openai
import pytest
from jsonschema import Draft202012Validator

from installation import CHAT, MESSAGES, ROOT, Counting
from prompts import CLAUDE, DEEPSEEK, GPT, MINI, SONNET, ask, mark, user
from waiting import eventually

BOTH = ["R-ANT-GEO", "R-ANT-SITE"]
HK, GB = "p-hk-banker", "p-gb-banker"


def rules(refusal: dict) -> list[str]:
    return sorted(rule["id"] for rule in refusal["rules"])


def sent(demo, text: str) -> dict[str, int]:
    """Which vendors saw the text, how often."""
    return {name: len(found) for name, vendor in demo.vendors.items() if (found := vendor.exchanges(text))}


def test_hong_kong_is_refused_claude_on_both_grounds(demo):
    text, transport = mark(), Counting()
    with pytest.raises(anthropic.PermissionDeniedError) as caught:
        demo.anthropic(HK, transport=transport).messages.create(model=CLAUDE, messages=user(text), max_tokens=5)
    error = caught.value
    refusal = error.body["error"]["portcullis"]
    assert error.status_code == 403 and refusal["code"] == "policy_denied" and rules(refusal) == BOTH
    assert error.response.headers["x-should-retry"] == "false" and transport.requests == 1
    assert "Hong Kong" in refusal["text"]["en"] and "香港" in refusal["text"]["zh-Hant"]
    geo, site = sorted(refusal["rules"], key=lambda rule: rule["id"])
    assert (geo["authority"]["clause"], site["authority"]["clause"]) == ("4.1", "4.2")
    assert geo["decided_by"] == "Third-Party Risk and Legal" and site["since"].startswith("2026-06-17T16:00:00")
    assert [other["model"] for other in refusal["alternatives"]] == [GPT, DEEPSEEK, MINI]
    assert sent(demo, text) == {}
    story = demo.story(error.response.headers["portcullis-ref"])
    assert story.one("REFUSED")["code"] == "policy_denied" and story.exchange.shown == error.response.content
    # Both ways to the model were decided, each on both grounds.
    assert [decision["grounds"] for decision in story.decisions] == [["R-ANT-GEO@2", "R-ANT-SITE@1"]] * 2


def test_hong_kong_is_served_gpt_through_the_cloud_contract(demo):
    text = mark()
    raw = demo.openai(HK).chat.completions.with_raw_response.create(model=GPT, messages=user(text), max_tokens=5)
    assert raw.headers["portcullis-served-by"] == "gpt-5.5-foundry-eu"
    assert raw.parse().choices[0].message.content.startswith("sha256:")
    assert sent(demo, text) == {"microsoft": 1}
    admit = demo.story(raw.headers["portcullis-ref"]).one("ADMIT")
    assert admit["route"]["contract"] == "K-MSFT-2024-031" and admit["route"]["regions"] == ["DE", "FR", "IE", "NL"]


FORGED = [
    ("x-forwarded-for", "81.2.69.142"),
    ("forwarded", "for=81.2.69.142"),
    ("x-real-ip", "81.2.69.142"),
    ("cf-connecting-ip", "81.2.69.142"),
    ("true-client-ip", "81.2.69.142"),
    ("x-forwarded-host", "london.example"),
    ("via", "1.1 london"),
]
SPELLINGS = [
    "Claude-Opus-4.8",
    "CLAUDE OPUS 4.8",
    "anthropic/claude_opus_4-8",
    "claude-opus-4-8-20260115",
    "claude-opus-4-8-latest",
    "us.anthropic.claude-opus-4-8",
    "anthropic.claude-opus-4-8-v1:0",
    "ｃｌａｕｄｅ－ｏｐｕｓ－４．８",
    "claude-\u200bopus-4-8",
    "Opus 4.8",
]


def refused_as_ever(demo, plain: dict, who=HK, target=MESSAGES, model=CLAUDE, headers=(), **settings):
    text = mark()
    answer = demo.ask(who, target, ask(model, text), *headers, **settings)
    assert answer.status == 403 and {**answer.refusal, "ref": ""} == plain
    assert sent(demo, text) == {}
    assert demo.story(answer).one("REFUSED")["code"] == "policy_denied"


@pytest.fixture(scope="module")
def plain(demo) -> dict:
    """The refusal without any disguise."""
    return {**demo.ask(HK, MESSAGES, ask(CLAUDE, "hello")).refusal, "ref": ""}


def test_a_tunnel_changes_nothing(demo, plain):
    refused_as_ever(demo, plain, source="127.0.9.7")
    assert eventually(lambda: alerts(demo, "location_anonymizer", HK), 5)


@pytest.mark.parametrize("header", FORGED, ids=lambda header: header[0])
def test_a_forged_header_changes_nothing(demo, plain, header):
    refused_as_ever(demo, plain, headers=[header])


@pytest.mark.parametrize("model", SPELLINGS)
def test_another_spelling_changes_nothing(demo, plain, model):
    refused_as_ever(demo, plain, model=model)


def test_another_door_changes_nothing(demo, plain):
    """Policy comes before the hint at the right endpoint."""
    refused_as_ever(demo, plain, target=CHAT)


def test_a_look_alike_is_no_model(demo):
    text = mark()
    answer = demo.ask(HK, MESSAGES, ask("сlaude-opus-4-8", text))  # With a Cyrillic letter.
    assert answer.status == 404 and sent(demo, text) == {}


@pytest.mark.parametrize("alias", ["best", "code"])
def test_an_alias_never_becomes_claude(demo, alias):
    text = mark()
    answer = demo.ask(HK, CHAT, ask(alias, text))
    assert answer.header("portcullis-served-by").startswith("gpt-5.5") and sent(demo, text) == {"microsoft": 1}
    story = demo.story(answer)
    assert [hop["outcome"] for hop in story.all("HOP")] == ["denied"] * len(story.all("HOP")) and story.all("HOP")


def test_a_fallback_never_becomes_claude(demo):
    text = mark()
    with demo.vendors["microsoft"].playing({"match": {"text": text}, "play": {"status": {"code": 503}}}):
        answer = demo.ask(HK, CHAT, ask("best", text))
    assert answer.header("portcullis-served-by") == "deepseek-v4-pro-inside"
    assert sent(demo, text) == {"microsoft": 1, "meridian": 1}
    assert {exchange.target for exchange in demo.vendors["microsoft"].exchanges(text)} == {
        "/openai/v1/chat/completions"
    }


def test_london_is_told_the_right_door(demo):
    text = mark()
    with pytest.raises(openai.BadRequestError) as caught:
        demo.openai(GB).chat.completions.create(model=CLAUDE, messages=user(text))
    assert "/v1/messages" in caught.value.message
    with pytest.raises(anthropic.BadRequestError) as caught:
        demo.anthropic(GB).messages.create(model=GPT, messages=user(text), max_tokens=5)
    assert "/v1/chat/completions" in caught.value.message
    assert sent(demo, text) == {}


def alerts(demo, kind: str, person: str) -> list[dict]:
    found = demo.api("GET", "/api/alerts?limit=500")["items"]
    return [alert for alert in found if (alert["kind"], alert["person"]) == (kind, person)]


def test_a_london_key_in_hong_kong_is_a_conflict(demo):
    text = mark()
    answer = demo.ask(GB, MESSAGES, ask(CLAUDE, text), source="127.0.1.1")
    assert answer.status == 403 and rules(answer.refusal) == ["R-ANT-GEO"] and sent(demo, text) == {}
    located = demo.story(answer).decisions[-1]["input"]["call"]["persons"][0]["located"]
    assert located["places"] == ["GB", "HK"] and "conflict" in located["alerts"]
    (alert, *_) = eventually(lambda: alerts(demo, "location_conflict", GB), 5)
    assert "GB" in alert["detail"] and "HK" in alert["detail"]
    # GPT is not bound to the place by the cloud contract, and the office network of London changes nothing.
    assert demo.ask(GB, CHAT, ask(GPT, "hello"), source="127.0.1.1").status == 200
    assert demo.ask(GB, MESSAGES, ask(CLAUDE, "hello"), source="127.0.2.1").status == 200


def test_a_visit_to_london_does_not_help(demo):
    """Whoever is assigned to Hong Kong stays so: the place is good, the site is not."""
    sources = {kind: source["key"] for source in demo.demo["evidence_sources"] for kind in source["kinds"]}
    badge = {"person": "p-hk-service", "kind": "badge_in"}
    demo.api("POST", "/api/evidence", {**badge, "country": "GB"}, who=sources["badge_in"])
    try:
        key = demo.mint("a-hk-service")
        found = lambda: rules(demo.ask(key, MESSAGES, ask(CLAUDE, "hello")).refusal) == ["R-ANT-SITE"]
        eventually(found, 5)
    finally:
        demo.api("POST", "/api/evidence", {**badge, "country": "HK"}, who=sources["badge_in"])


@pytest.mark.parametrize("make, model", [("openai", GPT), ("anthropic", CLAUDE)])
def test_the_clients_try_a_refusal_once_in_streams_too(demo, make, model):
    """With the retries that they come with."""
    key = demo.mint("a-hk-banker", models=[DEEPSEEK])
    transport, text = Counting(), mark()
    client = getattr(demo, make)(key, transport=transport)
    create = client.chat.completions.create if make == "openai" else client.messages.create
    with pytest.raises((openai.PermissionDeniedError, anthropic.PermissionDeniedError)):
        create(model=model, messages=user(text), max_tokens=5, stream=True)
    assert client.max_retries == 2 and transport.requests == 1
    recorded = [
        story for story in demo.ledgers.stories("hk-").values() if text.encode() in (story.exchange.received or b"")
    ]
    assert len(recorded) == 1 and sent(demo, text) == {}


def test_a_refusal_has_the_published_shape(demo):
    schema = json.loads((ROOT / "schema" / "refusal.schema.json").read_text())
    check = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    unbound = demo.mint("a-gb-banker", accept=False)
    refusals = [
        demo.ask(HK, MESSAGES, ask(CLAUDE, "hello")),
        demo.ask(HK, CHAT, ask(CLAUDE, "hello")),
        demo.ask("p-sg-contractor", MESSAGES, ask(CLAUDE, "hello")),
        demo.ask("p-gb-analyst", MESSAGES, ask(SONNET, "hello")),
        demo.ask(unbound, CHAT, ask(GPT, "hello")),
        demo.ask(GB, CHAT, ask(GPT, "my card is 4798 6432 6162 2430")),
    ]
    for answer in refusals:
        assert answer.status in (403, 451)
        assert list(check.iter_errors(answer.refusal)) == []
        assert answer.refusal["ref"] == answer.reference
    codes = [answer.refusal["code"] for answer in refusals]
    assert codes == ["policy_denied"] * 3 + ["no_permit", "terms_missing", "data_blocked"]


def test_a_sealed_ground_does_not_show(demo):
    """The refusal of the barrier equals, but for its reference, that of a key which is not for this model."""
    others = demo.mint("a-gb-analyst", models=[CLAUDE, GPT, MINI, DEEPSEEK])
    eventually(lambda: demo.ask(others, CHAT, ask(GPT, "hello")).status == 200, 5)
    sealed = demo.ask("p-gb-analyst", MESSAGES, ask(SONNET, "hello"))
    plain = demo.ask(others, MESSAGES, ask(SONNET, "hello"))
    assert "R-IB-0007@1" in demo.story(sealed).decisions[-1]["grounds"]

    def shown(answer):
        names = {name for name, _ in answer.headers}
        return answer.status, names, answer.body.replace(answer.reference.encode(), b"REF")

    assert shown(sealed) == shown(plain) and sealed.status == 403


def test_the_whole_decision_is_explained(demo):
    answer = demo.ask(HK, MESSAGES, ask(CLAUDE, "hello"))
    demo.story(answer)
    told = demo.run("explain", answer.reference).stdout
    for word in [*BOTH, "4.1", "4.2", "p-hk-banker", "claude-opus-4-8-direct", "claude-opus-foundry-us", "HK", "badge"]:
        assert word in told, told
    again = demo.run("explain", answer.reference, "--replay")
    assert "identical" in again.stdout
    damaged = answer.reference[:-1] + ("0" if answer.reference[-1] != "0" else "1")
    assert demo.run("explain", damaged, expect=None).returncode in (1, 2)
    reads = [act for act in demo.ledgers.acts("READ")]
    assert any(act["actor"].get("peer") == 0 or "peer" in act["actor"] for act in reads)


def test_what_is_not_built_says_so_in_its_own_shape(demo):
    for target, body in [("/v1/responses", {"model": GPT}), ("/v1/embeddings", {"model": GPT})]:
        answer = demo.ask(GB, target, body)
        assert answer.status == 501 and "not built" in answer.json()["error"]["message"]
    count = demo.ask(GB, "/v1/messages/count_tokens", ask(CLAUDE, "hello"))
    assert count.status == 501 and count.json()["type"] == "error"
    assert demo.ask(GB, "/v1beta/models/gemini:generateContent", {}).json()["error"]["code"] == 501
    assert demo.ask(GB, "/v2/nothing", {}).status == 404


@pytest.mark.parametrize(
    "body, field",
    [
        (b"{", None),
        (b"[]", None),
        (b'{"model":"gpt-5.5"}', "messages"),
        (b'{"messages":[]}', "model"),
        (b'{"model":"gpt-5.5","model":"claude-opus-4-8","messages":[]}', "model"),
        (b'{"model":7,"messages":[]}', "model"),
        (b'{"model":"gpt-5.5","messages":[],"stream":"yes"}', "stream"),
        (b'{"model":"gpt-5.5","messages":[{"role":"user","content":"\\ud800"}]}', "messages[0].content"),
        (b'{"model":"gpt-5.5","messages":[{"role":"user","content":"\xff"}]}', None),
    ],
)
def test_bad_input_names_its_field(demo, body, field):
    answer = demo.ask(GB, CHAT, body)
    error = answer.json()["error"]
    assert answer.status == 400 and error["type"] == "invalid_request_error" and error["message"]
    assert error["param"] == field
    assert answer.header("x-should-retry") == "false"


def test_declarations_are_checked(demo):
    for name, value in [
        ("portcullis-data", "cosmic"),
        ("portcullis-purpose", "general-mischief"),
        ("portcullis-on-behalf-of", "x"),
    ]:
        answer = demo.ask(GB, CHAT, ask(GPT, "hello"), (name, value))
        assert answer.status in (400, 501) and answer.json()["error"]["param"] == name
    raised = demo.ask(GB, CHAT, ask(GPT, "hello"), ("portcullis-data", "restricted"))
    assert raised.status == 403 and "R-DATA-RESTRICTED" in rules(raised.refusal)
    assert demo.ask(GB, CHAT, ask(DEEPSEEK, "hello"), ("portcullis-data", "public")).status == 200
