"""Proves that work goes on: an alias falls to the next deployment that is allowed when one cannot be reached, is
silent, limited or broken; what fails is left alone for a while; a model asked for by name is never another one, and
no answer is spliced of two."""

import json
import time

import anthropic
import openai
import pytest

import wire
from bundles import deployment, variant
from installation import CHAT, MESSAGES
from prompts import DEEPSEEK, GPT, SONNET, ask, mark, user

GB = "p-gb-banker"
FOUNDRY, DIRECT, INSIDE = "gpt-5.5-foundry-eu", "gpt-5.5-direct", "deepseek-v4-pro-inside"


@pytest.fixture(scope="module")
def bank(own, tmp_path_factory):
    """Claude's own API cannot be reached, and Microsoft's GPT is given half a second to begin."""
    folder = tmp_path_factory.mktemp("bundle") / "bank"
    short = "{connect_ms: 500, first_byte_ms: 500, idle_ms: 1000}"
    variant(
        folder,
        ("deployments.yaml", deployment("claude-opus-4-8-direct", endpoint="http://127.0.0.1:9")),
        ("deployments.yaml", deployment(FOUNDRY, timeouts=short)),
        ("deployments.yaml", deployment(DIRECT, timeouts=short)),
    )
    own.activate(folder)
    return own


def hops(bank, answer) -> list[tuple[str, str]]:
    """What became of each candidate, in order."""
    found = []
    for name, _, record in bank.story(answer).records:
        if name == "ADMIT":
            admitted = record["route"]["deployment"]
        elif name == "HOP":
            found.append((record["deployment"], record["outcome"]))
        elif name == "COMPLETE":
            found.append((admitted, "served"))
    return found


def test_a_vendor_that_cannot_be_reached(bank):
    text = mark()
    answer = bank.ask(GB, MESSAGES, ask("best", text))
    assert answer.header("portcullis-served-by") == "claude-opus-foundry-us"
    assert hops(bank, answer) == [("claude-opus-4-8-direct", "connect"), ("claude-opus-foundry-us", "served")]
    decided = [decision["input"]["deployment"]["id"] for decision in bank.story(answer).decisions]
    assert decided == ["claude-opus-4-8-direct", "claude-opus-foundry-us"]


@pytest.mark.parametrize(
    "play, outcome",
    [
        ({"status": {"code": 429}}, "status"),
        ({"status": {"code": 500}}, "status"),
        ({"status": {"code": 503}}, "status"),
        ({"status": {"code": 401}}, "status"),
        ({"delay_head_ms": 5000}, "first_byte"),
        ({"end": {"how": "reset", "after": "head"}}, "error"),
    ],
    ids=["429", "500", "503", "401", "silence", "reset"],
)
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_a_vendor_that_fails(bank, play, outcome, streamed):
    text = mark()
    with bank.vendors["microsoft"].playing({"match": {"text": text}, "play": play}):
        answer = bank.ask(GB, CHAT, ask("best", text, stream=streamed))
        rested(bank)
    assert answer.status == 200 and answer.header("portcullis-served-by") == DIRECT
    story = hops(bank, answer)
    assert story[-2:] == [(FOUNDRY, outcome), (DIRECT, "served")]
    assert {other[1] for other in story[:-2]} <= {"denied", "wrong_endpoint"}
    failed, served = bank.story(answer).hops
    # A kept connection that the vendor reset may have been stale, and the request is sent once more.
    *_, first = bank.vendors["microsoft"].exchanges(text)
    second = bank.vendors["openai"].exchange(text)
    assert (failed[1], served[1]) == (first.body, second.body)
    assert (failed[2], served[2]) == (first.response_body(), second.response_body())


def rested(bank):
    """Lets the deployment's failures be forgotten: answers on fresh connections reach every gateway."""
    bank.vendors["microsoft"].ask("PUT", "/_simulator/script", {"rules": []})
    served = 0
    deadline = time.monotonic() + 20
    while served < 12:
        assert time.monotonic() < deadline
        served = (
            served + 1
            if bank.ask(GB, CHAT, ask(GPT, "hello", tokens=1)).header("portcullis-served-by") == FOUNDRY
            else 0
        )


def test_nobody_else_to_ask(bank):
    text = mark()
    rule = {"match": {"text": text}, "play": {"status": {"code": 529}}}
    with bank.vendors["anthropic"].playing(rule), pytest.raises(anthropic.APIStatusError) as caught:
        bank.anthropic(GB, max_retries=0).messages.create(model=SONNET, messages=user(text), max_tokens=5)
    assert caught.value.status_code == 529 and caught.value.body["error"]["type"] == "overloaded_error"
    assert {name: len(vendor.exchanges(text)) for name, vendor in bank.vendors.items() if vendor.exchanges(text)} == {
        "anthropic": 1
    }


def test_a_named_model_is_never_another(bank):
    """It may come by another way, and not be another."""
    text = mark()
    rule = {"match": {"text": text}, "play": {"status": {"code": 500}}}
    with bank.vendors["microsoft"].playing(rule):
        answer = bank.ask(GB, CHAT, ask(GPT, text))
        assert answer.header("portcullis-served-by") == DIRECT and answer.json()["model"].startswith(GPT)
        with bank.vendors["openai"].playing(rule):
            failed = bank.ask(GB, CHAT, ask(GPT, text))
            assert failed.status == 502 and failed.json()["error"]["code"] == "upstream_error"
        rested(bank)
    assert bank.vendors["meridian"].exchanges(text) == []


def test_an_alias_reaches_the_models_inside(bank):
    text = mark()
    rule = {"match": {"text": text}, "play": {"status": {"code": 503}}}
    with bank.vendors["microsoft"].playing(rule), bank.vendors["openai"].playing(rule):
        answer = bank.ask(GB, CHAT, ask("best", text))
        rested(bank)
    assert answer.header("portcullis-served-by") == INSIDE
    assert [hop for hop in hops(bank, answer) if hop[1] not in ("denied", "wrong_endpoint")] == [
        (FOUNDRY, "status"),
        (DIRECT, "status"),
        (INSIDE, "served"),
    ]


def test_what_a_vendor_says_of_a_bad_request_is_passed_on(bank):
    text = mark()
    answer = bank.ask(GB, CHAT, ask("best", text, temperature=7))
    assert answer.status == 400 and answer.header("portcullis-served-by") == FOUNDRY
    assert answer.body == bank.vendors["microsoft"].exchange(text).response_body()
    assert bank.vendors["openai"].exchanges(text) == []


@pytest.mark.parametrize("how", ["reset", "abort", "close", "error", "malformed", "stall"])
@pytest.mark.parametrize(
    "target, model, vendor", [(CHAT, "best", "microsoft"), (MESSAGES, SONNET, "anthropic")], ids=["openai", "anthropic"]
)
def test_two_models_are_never_spliced(bank, target, model, vendor, how):
    """After the first event an answer breaks off, with an error that the client raises; nobody else is asked."""
    text = mark()
    play = {"insert": [{"what": "malformed", "after": 4}]} if how == "malformed" else {"end": {"how": how, "after": 4}}
    if how == "stall" and target == MESSAGES:
        pytest.skip("its silence may last a minute")
    with bank.vendors[vendor].playing({"match": {"text": text}, "play": play}):
        answer = bank.ask(GB, target, ask(model, text, tokens=30, stream=True))
        if target == CHAT:
            rested(bank)
    assert answer.status == 200 and answer.end == "closed"
    assert b"tok3" in answer.body and b"tok9" not in answer.body
    errors = [line for line in answer.body.split(b"\n") if line.startswith(b"data: ") and b'"error"' in line]
    assert len(errors) == 1 and answer.body.rstrip().endswith(errors[0])
    story = bank.story(answer)
    assert story.exchange.end == "abort" and story.one("ABORT")["side"] == "upstream"
    assert story.exchange.shown == answer.body
    asked = {name for name, other in bank.vendors.items() if other.exchanges(text)}
    assert asked == {vendor}


@pytest.mark.parametrize("make, model, vendor", [("openai", "best", "microsoft"), ("anthropic", SONNET, "anthropic")])
def test_the_clients_raise_on_a_broken_answer(bank, make, model, vendor):
    text = mark()
    client = getattr(bank, make)(GB, max_retries=0)
    create = client.chat.completions.create if make == "openai" else client.messages.create
    with bank.vendors[vendor].playing({"match": {"text": text}, "play": {"end": {"how": "reset", "after": 4}}}):
        with pytest.raises((openai.APIError, anthropic.APIError)):
            for _ in create(model=model, messages=user(text), max_tokens=30, stream=True):
                pass
        if make == "openai":
            rested(bank)


class Kept:
    """One kept connection, and so one gateway, whose memory of failures is its own."""

    def __init__(self, bank) -> None:
        self.bank, self.connection = bank, wire.connect(bank.base_url)

    def served_by(self, model: str, text: str) -> str:
        self.connection.sendall(self.bank.request(GB, CHAT, ask(model, text, tokens=1)))
        stream = wire.Stream(self.connection)
        stream.read_head()
        rest = int(stream.header("content-length")) - len(stream.pending)
        while rest > 0:
            rest -= len(self.connection.recv(rest))
        return stream.header("portcullis-served-by")


def test_what_fails_rests(bank):
    """After three failures in a row the vendor is left alone for a second, and then asked again."""
    text, kept = mark(), Kept(bank)
    with bank.vendors["microsoft"].playing({"match": {"text": text}, "times": 3, "play": {"status": {"code": 500}}}):
        began = time.monotonic()
        assert [kept.served_by("best", text) for _ in range(4)] == [DIRECT] * 4
        assert len(bank.vendors["microsoft"].exchanges(text)) == 3
        while kept.served_by("best", text) != FOUNDRY:
            assert time.monotonic() - began < 10
        assert time.monotonic() - began >= 1
    assert len(bank.vendors["microsoft"].exchanges(text)) == 4


def test_a_vendor_may_ask_for_a_rest(bank):
    text, kept = mark(), Kept(bank)
    play = {"status": {"code": 429, "headers": {"retry-after": "2"}}}
    with bank.vendors["microsoft"].playing({"match": {"text": text}, "times": 1, "play": play}):
        began = time.monotonic()
        assert kept.served_by("best", text) == DIRECT
        while kept.served_by("best", text) != FOUNDRY:
            assert time.monotonic() - began < 10
        assert time.monotonic() - began >= 2
    assert len(bank.vendors["microsoft"].exchanges(text)) == 2


def test_a_limit_reaches_the_client_with_its_time(bank):
    text = mark()
    play = {"status": {"code": 429, "headers": {"retry-after": "7"}}}
    with bank.vendors["meridian"].playing({"match": {"text": text}, "play": play}):
        answer = bank.ask(GB, CHAT, ask(DEEPSEEK, text))
    assert answer.status == 429 and answer.header("retry-after") == "7"
    assert json.loads(answer.body)["error"]["code"] == "rate_limit_exceeded"
