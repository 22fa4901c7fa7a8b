"""Proves what may leave: card, bank account and identity card numbers are blocked, redacted or let through by
destination, wherever in a request they hide, and what cannot be read goes only to models inside; findings are
recorded without their values."""

import json
import random

import pytest

from installation import CHAT, MESSAGES
from prompts import CLAUDE, DEEPSEEK, GPT, ask, mark

GB = "p-gb-banker"
CARD = "4798643261622430"


def iban() -> str:
    """A British one that no manual prints."""
    account = "BARC" + "".join(random.Random(7).choices("0123456789", k=14))
    number = int("".join(str(int(letter, 36)) for letter in account + "GB00"))
    return f"GB{98 - number % 97:02d}{account}"


def hkid() -> str:
    letters, digits = "K", "745102"
    total = (
        36 * 9 + (ord(letters) - 55) * 8 + sum(int(digit) * weight for digit, weight in zip(digits, range(7, 1, -1)))
    )
    check = -total % 11
    return f"{letters}{digits}({'A' if check == 10 else check})"


IBAN, HKID = iban(), hkid()
TEXTS = {
    "card": f"Please charge card {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]} today",
    "iban": f"Pay to {IBAN} please",
    "hkid": f"HKID number {HKID}, born in Kowloon",
}
VALUES = {"card": " ".join(CARD[i : i + 4] for i in range(0, 16, 4)), "iban": IBAN, "hkid": HKID}


def asked(demo, model: str, text: str, vendor: str, **more):
    """The answer, what the vendor got, and the mark."""
    own = mark()
    answer = demo.ask(GB, CHAT, ask(model, f"{own} {text}", **more))
    found = demo.vendors[vendor].exchanges(own)
    return answer, (found[0].body.decode() if found else None)


@pytest.mark.parametrize(
    "detector, model, vendor, verdict",
    [
        ("card", GPT, "microsoft", "block"),
        ("card", DEEPSEEK, "meridian", "redact"),
        ("iban", GPT, "microsoft", "redact"),
        ("iban", DEEPSEEK, "meridian", "allow"),
        ("hkid", GPT, "microsoft", "block"),
        ("hkid", DEEPSEEK, "meridian", "allow"),
    ],
)
def test_verdicts_by_destination(demo, detector, model, vendor, verdict):
    answer, theirs = asked(demo, model, TEXTS[detector], vendor)
    value = VALUES[detector]
    story = demo.story(answer)
    assert value.encode() in story.exchange.received
    (finding,) = story.first["findings"] if "findings" in story.first else story.one("REFUSED")["findings"]
    assert (finding["detector"], finding["verdict"], finding["field"]) == (detector, verdict, "messages[0].content")
    assert story.exchange.received[finding["from"] : finding["until"]].decode() == value
    assert value not in str(finding)
    if verdict == "block":
        assert answer.status == 403 and theirs is None
        assert answer.refusal["code"] == "data_blocked" and answer.refusal["field"] == "messages[0].content"
        assert value not in answer.body.decode()
    else:
        assert answer.status == 200 and (value in theirs) == (verdict == "allow")
        assert (f"[{detector.upper()}]" in theirs) == (verdict == "redact")
        assert story.exchange.sent == [theirs.encode()]


def test_numbers_of_manuals_pass(demo):
    answer, theirs = asked(demo, GPT, "test with card 4242 4242 4242 4242 and GB82 WEST 1234 5698 7654 32", "microsoft")
    assert answer.status == 200 and "4242 4242" in theirs and "WEST" in theirs


PLACES = {
    "the system prompt": lambda v: {"messages": [{"role": "system", "content": v}, {"role": "user", "content": "hi"}]},
    "an earlier answer": lambda v: {
        "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": v},
            {"role": "user", "content": "go on"},
        ]
    },
    "a part": lambda v: {"messages": [{"role": "user", "content": [{"type": "text", "text": v}]}]},
    "a tool's description": lambda v: {"tools": [{"type": "function", "function": {"name": "f", "description": v}}]},
    "a schema's default": lambda v: {
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "f",
                    "parameters": {"type": "object", "properties": {"x": {"type": "string", "default": v}}},
                },
            }
        ]
    },
    "a key": lambda v: {"metadata": {v: "x"}},
    "an unknown field": lambda v: {"x_note": v},
    "the user's name": lambda v: {"user": v},
    "a stop word": lambda v: {"stop": [v]},
}


@pytest.mark.parametrize("place", PLACES)
def test_nothing_hides(demo, place):
    own = mark()
    answer = demo.ask(GB, CHAT, {**ask(GPT, own), **PLACES[place](f"card {CARD} {own}")})
    assert answer.status == 403 and answer.refusal["code"] == "data_blocked" and answer.refusal["field"]
    assert all(not vendor.exchanges(own) for vendor in demo.vendors.values())


@pytest.mark.parametrize(
    "spelled",
    [
        f'"card {"".join(f"{chr(92)}u{ord(digit):04x}" for digit in CARD)}"',
        f'"card {CARD[:8]}\\n{CARD[8:]}"',
        '"card ' + "".join(chr(0xFF10 + int(digit)) for digit in CARD) + '"',
        '"card ' + "\\u200b".join(CARD) + '"',
        CARD,
    ],
    ids=["escapes", "lines", "full width", "zero width", "a number"],
)
def test_nothing_is_spelled_away(demo, spelled):
    own = mark()
    body = (
        f'{{"model":"{GPT}","metadata":{{"note":{spelled}}},"messages":[{{"role":"user","content":"{own}"}}]}}'.encode()
    )
    answer = demo.ask(GB, CHAT, body)
    assert answer.status == 403 and answer.refusal["field"] == "metadata.note"
    assert not demo.vendors["microsoft"].exchanges(own)


def test_an_alias_takes_data_inside(demo):
    """What may not go to a vendor goes to the next of the alias's models, redacted for it."""
    own = mark()
    answer = demo.ask(GB, CHAT, ask("best", f"{own} card {CARD}"))
    assert answer.header("portcullis-served-by") == "deepseek-v4-pro-inside"
    assert b"[CARD]" in demo.vendors["meridian"].exchange(own).body
    passed = {hop["deployment"] for hop in demo.story(answer).all("HOP")}
    assert {"gpt-5.5-foundry-eu", "gpt-5.5-direct"} <= passed, "a candidate was passed over without a record"
    assert not any(demo.vendors[name].exchanges(own) for name in ("microsoft", "openai", "anthropic"))


def part(own: str, **more) -> dict:
    return {"messages": [{"role": "user", "content": [{"type": "text", "text": own}, more]}]}


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
OPENAI_PARTS = {
    "an image": (
        lambda own: part(own, type="image_url", image_url={"url": f"data:image/png;base64,{PIXEL}"}),
        "messages[0].content[1]",
    ),
    "an address": (
        lambda own: part(own, type="image_url", image_url={"url": "https://example.com/a.png"}),
        "messages[0].content[1]",
    ),
    "audio": (
        lambda own: part(own, type="input_audio", input_audio={"data": "AA==", "format": "wav"}),
        "messages[0].content[1]",
    ),
    "a file": (
        lambda own: part(own, type="file", file={"file_data": "AA==", "filename": "a.pdf"}),
        "messages[0].content[1]",
    ),
    "a file's id": (lambda own: part(own, type="file", file={"file_id": "file-1"}), "messages[0].content[1]"),
    "a web search": (lambda own: {**ask(GPT, own), "web_search_options": {}}, "web_search_options"),
}
ANTHROPIC_PARTS = {
    "an image": (
        lambda own: part(own, type="image", source={"type": "base64", "media_type": "image/png", "data": PIXEL}),
        "messages[0].content[1]",
    ),
    "an address": (
        lambda own: part(own, type="image", source={"type": "url", "url": "https://example.com/a.png"}),
        "messages[0].content[1]",
    ),
    "a document": (
        lambda own: part(
            own, type="document", source={"type": "base64", "media_type": "application/pdf", "data": "AA=="}
        ),
        "messages[0].content[1]",
    ),
    "a file's id": (
        lambda own: part(own, type="document", source={"type": "file", "file_id": "file_1"}),
        "messages[0].content[1]",
    ),
    "a web search": (
        lambda own: {**ask(CLAUDE, own), "tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        "tools[0]",
    ),
    "a container": (
        lambda own: {**ask(CLAUDE, own), "tools": [{"type": "code_execution_20250825", "name": "code_execution"}]},
        "tools[0]",
    ),
}


@pytest.mark.parametrize(
    "target, model, name",
    [(CHAT, GPT, name) for name in OPENAI_PARTS] + [(MESSAGES, CLAUDE, name) for name in ANTHROPIC_PARTS],
)
def test_what_cannot_be_read_does_not_leave(demo, target, model, name):
    own = mark()
    make, field = (OPENAI_PARTS if target == CHAT else ANTHROPIC_PARTS)[name]
    answer = demo.ask(GB, target, {**ask(model, own), **make(own)})
    assert answer.status == 403 and answer.refusal["code"] == "data_blocked" and answer.refusal["field"] == field
    assert all(not vendor.exchanges(own) for vendor in demo.vendors.values())
    assert demo.story(answer).one("REFUSED")["code"] == "data_blocked"


@pytest.mark.parametrize("name", ["an image", "an address", "a file", "audio"])
def test_what_cannot_be_read_stays_inside(demo, name):
    own = mark()
    make, _ = OPENAI_PARTS[name]
    raw = json.dumps({**ask(DEEPSEEK, own), **make(own)}).encode()
    assert demo.ask(GB, CHAT, raw).status == 200
    assert demo.vendors["meridian"].exchange(own).body == raw


def test_plain_documents_are_read(demo):
    own = mark()
    document = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "All is well."}}
    assert demo.ask(GB, MESSAGES, {**ask(CLAUDE, own), **part(own, **document)}).status == 200
    document["source"]["data"] = f"card {CARD}"
    answer = demo.ask(GB, MESSAGES, {**ask(CLAUDE, own), **part(own, **document)})
    assert answer.status == 403 and answer.refusal["field"] == "messages[0].content[1].source.data"


def test_client_data_stays_inside(demo):
    """By rule, not by detector: a key for client service is for client data unless told otherwise, and cannot be told
    so."""
    refused = demo.ask("p-hk-service", CHAT, ask(GPT, "hello"))
    assert refused.status == 403 and {rule["id"] for rule in refused.refusal["rules"]} >= {"R-DATA-CLIENT"}
    lowered = demo.ask("p-hk-service", CHAT, ask(GPT, "hello"), ("portcullis-data", "public"))
    assert lowered.status == 403
    assert demo.ask("p-hk-service", CHAT, ask(DEEPSEEK, "hello")).status == 200


def test_inspect_finds_the_same_offline(demo, tmp_path):
    body = json.dumps(ask(GPT, TEXTS["card"])).encode()
    file = tmp_path / "request.json"
    file.write_bytes(body)
    report = demo.run("inspect", file, "--json", expect=1)
    assert VALUES["card"] not in report.stdout and CARD not in report.stdout
    (finding,) = json.loads(report.stdout)["findings"]
    assert finding["detector"] == "card" and body[finding["from"] : finding["until"]].decode() == VALUES["card"]
    file.write_text("nothing here")
    assert demo.run("inspect", file).returncode == 0
