"""Proves that the gate serves a real inference server, as it serves the simulated vendors: official client, whole and
streamed, tools and schemas, errors, clients that leave, and a cut in the middle of a stream. Each record is read with
the independent reader and holds what the client received."""

from __future__ import annotations

import json
import time

import anthropic
import openai
import pytest

from cuts import cut
from inference_server import NAME
from installation import CHAT, MESSAGES
from prompts import ask, mark, user
from tiny_bundle import ALIAS, DEPLOYMENT
from tiny_words import WORDS
from verifying import verified
from waiting import eventually

GB, HK = "p-gb-banker", "p-hk-banker"
SCHEMA = {
    "type": "object",
    "required": ["city", "days"],
    "properties": {"city": {"enum": ["London", "Hong Kong"]}, "days": {"type": "integer"}},
}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}
FORCED = {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "weather"}}}
# The context has 8,192 tokens, and each of these letters is one.
TOO_LONG = "ba" * 10_000


def words(text: str) -> list[str]:
    found = text.split()
    assert found and set(found) <= set(WORDS), text
    return found


def spoken(body: bytes) -> str:
    """The content of a stream's events."""
    events = [line[6:] for line in body.split(b"\n") if line.startswith(b"data: {")]
    choices = [choice for event in events for choice in json.loads(event).get("choices", [])]
    return "".join(choice["delta"].get("content") or "" for choice in choices)


def test_models(bank, server):
    assert NAME in {model.id for model in bank.openai(GB).models.list()}
    # The server's own list, under its own key: nobody reaches it but through the gate.
    direct = openai.OpenAI(base_url=server.url + "/v1", api_key=bank.key(GB), max_retries=0)
    with pytest.raises(openai.AuthenticationError):
        direct.models.list()


def test_a_whole_answer(bank):
    raw = bank.openai(GB).chat.completions.with_raw_response.create(model=NAME, messages=user(mark()), max_tokens=20)
    answer = raw.parse()
    assert raw.headers["portcullis-served-by"] == DEPLOYMENT
    assert len(words(answer.choices[0].message.content)) == 20 and answer.choices[0].finish_reason == "length"
    story = bank.story(raw.headers["portcullis-ref"])
    assert story.exchange.shown == raw.content and story.exchange.returned == [raw.content]
    complete = story.one("COMPLETE")
    assert complete["usage"] == {"input": answer.usage.prompt_tokens, "output": answer.usage.completion_tokens}
    assert answer.usage.completion_tokens == 20 and complete["stop"] == "length" and complete["model"] == NAME


@pytest.mark.parametrize("more", [{}, {"stream_options": {"include_usage": True}}], ids=["plain", "usage asked for"])
def test_a_stream_to_its_last_word(bank, more):
    answer = bank.ask(HK, CHAT, ask(NAME, mark(), tokens=50, stream=True, **more))
    assert answer.status == 200 and answer.end == "last chunk" and answer.body.endswith(b"data: [DONE]\n\n")
    assert len(words(spoken(answer.body))) == 50
    story = bank.story(answer)
    assert story.exchange.end == "complete" and story.exchange.shown == answer.body
    # The deployment asks for the usage, and this server does not tell it: the record makes up none.
    assert b'"include_usage": true' in story.exchange.sent[0] or b'"include_usage":true' in story.exchange.sent[0]
    assert not story.one("COMPLETE").get("usage") and story.one("COMPLETE")["stop"] == "length"


def test_a_stream_through_the_client(bank):
    stream = bank.openai(GB).chat.completions.create(model=ALIAS, messages=user(mark()), max_tokens=30, stream=True)
    chunks = list(stream)
    assert stream.response.headers["portcullis-served-by"] == DEPLOYMENT
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert len(words(text)) == 30 and chunks[-1].choices[0].finish_reason == "length"
    assert spoken(bank.story(stream.response.headers["portcullis-ref"]).exchange.shown) == text


def test_two_streams_take_turns(bank):
    """The server answers one at a time: the second waits, and neither is cut short."""
    first = bank.stream(GB, CHAT, ask(NAME, mark(), tokens=200, stream=True))
    second = bank.stream(HK, CHAT, ask(NAME, mark(), tokens=50, stream=True))
    bodies = [first.rest(), second.rest()]
    assert [len(words(spoken(body))) for body in bodies] == [200, 50]
    assert [bank.story(stream.reference).exchange.shown for stream in (first, second)] == bodies


def test_a_forced_tool_call(bank):
    answer = bank.openai(GB).chat.completions.create(model=NAME, messages=user("weather"), max_tokens=200, **FORCED)
    (call,) = answer.choices[0].message.tool_calls
    arguments = json.loads(call.function.arguments)
    assert call.function.name == "weather" and set(arguments) == {"city", "days"}
    assert arguments["city"] in ("London", "Hong Kong") and type(arguments["days"]) is int


def test_a_forced_tool_call_in_a_stream(bank):
    answer = bank.ask(GB, CHAT, ask(NAME, "weather", tokens=200, stream=True, **FORCED))
    events = [json.loads(line[6:]) for line in answer.body.split(b"\n") if line.startswith(b"data: {")]
    calls = [call for event in events for call in event["choices"][0]["delta"].get("tool_calls") or []]
    arguments = json.loads("".join(call["function"].get("arguments") or "" for call in calls))
    assert arguments["city"] in ("London", "Hong Kong") and answer.body.endswith(b"data: [DONE]\n\n")
    assert bank.story(answer).exchange.shown == answer.body


def test_a_schema(bank):
    form = {"type": "json_object", "schema": SCHEMA}
    answer = bank.openai(GB).chat.completions.create(
        model=NAME, messages=user("weather"), max_tokens=200, extra_body={"response_format": form}
    )
    said = json.loads(answer.choices[0].message.content)
    assert said["city"] in ("London", "Hong Kong") and type(said["days"]) is int


def test_more_than_the_model_reads(bank):
    """The server's own words reach the client, in its library's error, and nobody else is asked."""
    for model in (NAME, ALIAS):
        with pytest.raises(openai.BadRequestError) as caught:
            bank.openai(GB).chat.completions.create(model=model, messages=user(TOO_LONG), max_tokens=5)
        assert caught.value.code == "context_length_exceeded" and "8192 tokens" in caught.value.body["message"]
        story = bank.story(caught.value.response.headers["portcullis-ref"])
        assert story.exchange.shown == caught.value.response.content
        assert [hop[0] for hop in story.hops] == [DEPLOYMENT]


def test_a_stream_of_nothing(bank):
    """Streaming, this server ends such an answer without a word: 200 and not one event. By name that is an error; an
    alias goes on to the next."""
    with pytest.raises(openai.APIStatusError) as caught:
        bank.openai(GB, max_retries=0).chat.completions.create(
            model=NAME, messages=user(TOO_LONG), max_tokens=5, stream=True
        )
    assert caught.value.status_code == 502
    answer = bank.ask(GB, CHAT, ask(ALIAS, TOO_LONG, tokens=5, stream=True))
    assert answer.header("portcullis-served-by") == "deepseek-v4-pro-inside" and answer.end == "last chunk"
    failed, _ = bank.story(answer).hops
    assert failed[0] == DEPLOYMENT and failed[2] == b""
    # It is rested for a while after a failure; asked by name it serves.
    assert bank.ask(GB, CHAT, ask(NAME, "hello")).header("portcullis-served-by") == DEPLOYMENT


def test_a_client_that_leaves(bank, server):
    left = server.disconnects
    stream = bank.stream(GB, CHAT, ask(NAME, mark(), tokens=6000, stream=True))
    stream.read_until(b'"content"')
    stream.reset()
    eventually(lambda: server.disconnects > left, 10, "the server to notice")
    story = bank.story(stream.reference)
    assert story.exchange.end == "abort" and story.one("ABORT")["reason"] == "client_left"
    # The server is free for the next at once, and not after 6,000 words.
    began = time.monotonic()
    assert bank.ask(GB, CHAT, ask(NAME, mark(), tokens=5)).status == 200
    assert time.monotonic() - began < 5


def test_the_wrong_door(bank):
    """Protocols are not translated: Anthropic's client is told where this model is."""
    with pytest.raises(anthropic.APIStatusError) as caught:
        bank.anthropic(GB, max_retries=0).messages.create(model=NAME, messages=user("hello"), max_tokens=5)
    assert caught.value.body["error"]["message"].count(CHAT) == 1
    assert bank.ask(GB, MESSAGES, ask(NAME, "hello")).status == caught.value.status_code == 400


def test_a_cut_in_the_middle_of_a_stream(bank, server):
    left = server.disconnects
    raw = bank.stream(GB, CHAT, ask(NAME, mark(), tokens=6000, stream=True))
    begun = raw.read_until(b'"content"')
    with cut(bank, model=NAME) as receipt:
        rest = raw.rest()
        body = begun + rest
        # The client: some words, an error event, and an abort; no word after it, and no end mark.
        content, _, notice = body.rpartition(b"data: ")
        error = json.loads(notice)["error"]
        assert error["portcullis"]["code"] == "cut"
        assert receipt["cut"] in {rule["id"] for rule in error["portcullis"]["rules"]}
        assert raw.end == "closed" and b"[DONE]" not in body and b"error" not in content
        assert 0 < len(words(spoken(content))) < 6000
        # The server: its client has left.
        eventually(lambda: server.disconnects > left, 10, "the server to notice")
        # The record: what was shown, to the byte, and why it ended.
        story = bank.story(raw.reference)
        end = story.one("CUT_ABORT")
        assert story.exchange.end == "cut" and end["cut"] == receipt["cut"]
        assert story.exchange.shown == body and end["shown"] == len(content)
        assert sum(node["streams"] or 0 for node in receipt["nodes"]) == 1
        # Work goes on with another, and not with this one.
        answer = bank.ask(GB, CHAT, ask(ALIAS, mark()))
        assert answer.status == 200 and answer.header("portcullis-served-by") == "deepseek-v4-pro-inside"
        refused = bank.ask(GB, CHAT, ask(NAME, mark()))
        assert refused.status == 403 and refused.refusal["code"] == "cut"
        assert NAME not in {model.id for model in bank.openai(GB).models.list()}
    eventually(lambda: bank.ask(GB, CHAT, ask(NAME, mark())).status == 200, 5, "the model to be back")


def test_a_cut_through_the_client(bank):
    """The official library raises, after the words that came."""
    stream = bank.openai(GB, max_retries=0).chat.completions.create(
        model=ALIAS, messages=user(mark()), max_tokens=6000, stream=True
    )
    pieces = iter(stream)
    text = "".join(next(pieces).choices[0].delta.content or "" for _ in range(5))
    with cut(bank, vendor="meridian", territory="GB"), pytest.raises(openai.APIError) as caught:
        for piece in pieces:
            text += piece.choices[0].delta.content or ""
    assert caught.value.body["portcullis"]["code"] == "cut"
    story = bank.story(stream.response.headers["portcullis-ref"])
    assert story.exchange.end == "cut"
    content, _, _ = story.exchange.shown.rpartition(b"data: ")
    assert spoken(content) == text and words(text)


def test_the_ledger_is_whole(bank):
    verified(bank)
