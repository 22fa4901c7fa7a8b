"""Proves the way of the bytes: what the client, the ledger and the simulated vendor each have of an answer is the
same, streamed and whole; a slow reader slows the vendor and nothing else; a reader who leaves takes the vendor's
answer along."""

import json
import re
import time
from pathlib import Path

import openai
import pytest

import wire
from installation import CHAT, MESSAGES
from prompts import CLAUDE, DEEPSEEK, GPT, MINI, SONNET, ask, mark, user
from waiting import eventually

GB, SG = "p-gb-banker", "p-sg-banker"
TOOL = {
    "type": "object",
    "required": ["city", "days"],
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
}
TOOLS = {
    CHAT: {
        "tools": [{"type": "function", "function": {"name": "weather", "parameters": TOOL}}],
        "tool_choice": "required",
    },
    MESSAGES: {"tools": [{"name": "weather", "input_schema": TOOL}], "tool_choice": {"type": "any"}},
}
ROUTES = [(MESSAGES, CLAUDE, "anthropic"), (CHAT, GPT, "microsoft"), (CHAT, DEEPSEEK, "meridian")]


def test_london_is_served_claude_streaming(demo):
    text = mark()
    with demo.anthropic(GB).messages.stream(model=CLAUDE, messages=user(text), max_tokens=20) as stream:
        said = "".join(stream.text_stream)
        message = stream.get_final_message()
        headers = stream.response.headers
    assert headers["portcullis-served-by"] == "claude-opus-4-8-direct" and headers["portcullis-policy"]
    assert said == message.content[0].text and len(said.split()) == 20
    assert message.usage.output_tokens == 20 and message.stop_reason == "max_tokens"
    complete = demo.story(headers["portcullis-ref"]).one("COMPLETE")
    assert complete["usage"]["output"] == 20 and complete["stop"] == "max_tokens"
    assert (
        complete["request_id"]
        == demo.vendors["anthropic"].exchange(text).wire().split(b"request-id: ")[1].split(b"\r")[0].decode()
    )


def test_london_is_served_gpt_streaming(demo):
    stream = demo.openai(GB).chat.completions.create(model=GPT, messages=user(mark()), max_tokens=20, stream=True)
    chunks = list(stream)
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert len(said.split()) == 20 and chunks[-1].choices[0].finish_reason == "length"
    assert all(chunk.usage is None for chunk in chunks)
    assert demo.story(stream.response.headers["portcullis-ref"]).one("COMPLETE")["usage"]["output"] == 20


@pytest.mark.parametrize(
    "more", [{}, {"stream": True}, {"stream": True, "tools": True}], ids=["whole", "stream", "tools"]
)
@pytest.mark.parametrize("target, model, vendor", ROUTES, ids=[route[2] for route in ROUTES])
def test_all_books_agree(demo, target, model, vendor, more):
    """received = what the client sent, sent = what the vendor got, returned = what it gave, shown = what the client
    got."""
    text = mark() + ' naïve 字 😀 \\u00e9 "'
    request = ask(
        model, text, **(TOOLS[target] if more.get("tools") else {}), **{k: v for k, v in more.items() if k != "tools"}
    )
    raw = json.dumps(request, ensure_ascii=False, indent=1).encode()
    answer = demo.ask(GB, target, raw)
    assert answer.status == 200 and answer.end == ("last chunk" if "stream" in more else "length")
    theirs = demo.vendors[vendor].exchange(text.split()[0])
    story = demo.story(answer)
    assert story.exchange.received == raw
    assert story.exchange.sent == [theirs.body] and story.exchange.returned == [theirs.response_body()]
    assert story.exchange.shown == answer.body
    assert story.exchange.end == "complete" and story.one("COMPLETE")["shown"] == len(answer.body)
    if "stream" in more and target == CHAT:
        # The gate's one addition, and the one event that it brought, hidden again.
        assert json.loads(theirs.body) == {**request, "stream_options": {"include_usage": True}}
        returned = chunks(theirs.response_body())
        assert chunks(answer.body) == [
            without_usage(chunk) for chunk in returned if chunk["choices"] or not chunk.get("usage")
        ]
        assert sum(1 for chunk in returned if chunk.get("usage")) == 1
    else:
        assert theirs.body == raw and theirs.response_body() == answer.body


def without_usage(chunk: dict) -> dict:
    return {name: value for name, value in chunk.items() if name != "usage"}


def chunks(body: bytes) -> list[dict]:
    return [json.loads(line[6:]) for line in body.split(b"\n") if line.startswith(b"data: {")]


def test_usage_that_was_asked_for_is_shown(demo):
    text = mark()
    answer = demo.ask(GB, CHAT, ask(GPT, text, stream=True, stream_options={"include_usage": True}))
    theirs = demo.vendors["microsoft"].exchange(text)
    assert answer.body == theirs.response_body()
    assert chunks(answer.body)[-1]["usage"]["completion_tokens"] == 8


def test_only_the_name_of_the_model_changes(demo):
    text = mark()
    raw = json.dumps(ask("GPT-5.5", text)).encode()
    assert demo.ask(GB, CHAT, raw).status == 200
    assert demo.vendors["microsoft"].exchange(text).body == raw.replace(b"GPT-5.5", b"gpt-5.5")


@pytest.mark.parametrize("streamed", [False, True])
def test_tools_are_called_through_the_clients(demo, streamed):
    chat = demo.openai(GB).chat.completions
    settings = {"model": GPT, "messages": user("weather?"), "max_tokens": 200, **TOOLS[CHAT]}
    message = {"model": CLAUDE, "messages": user("weather?"), "max_tokens": 200, **TOOLS[MESSAGES]}
    if streamed:
        with chat.stream(**settings) as stream:
            calls = stream.get_final_completion().choices[0].message.tool_calls
        with demo.anthropic(GB).messages.stream(**message) as stream:
            blocks = stream.get_final_message().content
    else:
        calls = chat.create(**settings).choices[0].message.tool_calls
        blocks = demo.anthropic(GB).messages.create(**message).content
    assert {"city", "days"} <= json.loads(calls[0].function.arguments).keys()
    assert {"city", "days"} <= blocks[-1].input.keys() and blocks[-1].name == "weather"


def test_everybody_has_their_list_of_models(demo):
    lists = {
        GB: [CLAUDE, GPT, SONNET, DEEPSEEK, MINI],
        "p-hk-banker": [GPT, DEEPSEEK, MINI],
        "p-gb-analyst": [CLAUDE, GPT, DEEPSEEK, MINI],
        "p-sg-contractor": [GPT, DEEPSEEK, MINI],
    }
    for who, models in lists.items():
        assert [model.id for model in demo.openai(who).models.list()] == models
        assert [model.id for model in demo.anthropic(who).models.list()] == models
    assert demo.openai(GB).models.retrieve(GPT).owned_by == "openai"
    assert demo.anthropic(GB).models.retrieve(CLAUDE).display_name == "Claude Opus 4.8"
    with pytest.raises(openai.NotFoundError):
        demo.openai("p-hk-banker").models.retrieve(CLAUDE)
    # The network counts here, too.
    assert [model.id for model in demo.openai(GB, source="127.0.1.1").models.list()] == [GPT, DEEPSEEK, MINI]


def test_a_slow_reader_slows_the_vendor(demo):
    """60 MiB of events for a client that reads nothing: the vendor is made to wait, the gateways do not grow, and all
    of it arrives in the end."""
    text, count = mark(), 60
    events = [{"what": "huge", "after": 1, "bytes": 1 << 20}] * count
    rule = {"match": {"text": text}, "play": {"insert": events, "tokens": 3, "tokens_per_second": 1000}}
    with demo.vendors["microsoft"].playing(rule):
        before = sum(resident(pid) for pid in demo.pids["gateways"])
        stream = demo.stream(SG, CHAT, ask(GPT, text, stream=True), receive_buffer=64 << 10)
        written = settled(
            lambda: sum(len(piece.data) for piece in demo.vendors["microsoft"].exchanges(text)[0].written)
        )
        grown = sum(resident(pid) for pid in demo.pids["gateways"]) - before
        body = stream.rest()
    assert written < 40 << 20, "the vendor wrote on"
    assert grown < 24 << 20
    assert stream.end == "last chunk" and len(body) > count * (1 << 20)
    theirs = demo.vendors["microsoft"].exchange(text).response_body()
    assert body.count(b"h" * (1 << 20)) == theirs.count(b"h" * (1 << 20)) == count


def resident(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) << 10


def settled(probe) -> int:
    """A number once it has not changed for a second."""
    last, since = probe(), time.monotonic()
    while time.monotonic() - since < 1:
        time.sleep(0.1)
        if (current := probe()) != last:
            last, since = current, time.monotonic()
    return last


@pytest.mark.parametrize("target, model, vendor", ROUTES[:2], ids=["anthropic", "openai"])
def test_who_leaves_takes_the_vendors_answer_along(demo, target, model, vendor):
    for delay in [False, True]:
        text = mark()
        rules = [{"match": {"text": text}, "play": {"delay_head_ms": 30_000}}] if delay else []
        with demo.vendors[vendor].playing(*rules):
            if delay:
                connection = wire.connect(demo.base_url)
                connection.sendall(demo.request(GB, target, ask(model, text)))
                eventually(lambda: demo.vendors[vendor].exchanges(text), 5)
                connection.close()
            else:
                stream = demo.stream(GB, target, ask(model, text, tokens=3000, stream=True))
                stream.read_until(b"tok3")
                stream.connection.close()
            left = time.time_ns()
            theirs = demo.vendors[vendor].exchange(text)
        assert theirs.outcome in ("client reset", "client closed")
        assert theirs.outcome_wall_ns - left < 1_000_000_000
        if not delay:
            story = demo.story(stream.reference)
            assert story.exchange.end == "abort" and story.one("ABORT")["side"] == "client"


def test_a_pipelined_and_kept_connection_serves_many(demo):
    connection = wire.connect(demo.base_url)
    marks = [mark() for _ in range(20)]
    connection.sendall(b"".join(demo.request(GB, CHAT, ask(GPT, text, tokens=2)) for text in marks))
    stream = wire.Stream(connection)
    for text in marks:
        stream.read_head()
        length, body = int(stream.header("content-length")), stream.pending
        while len(body) < length:
            body += connection.recv(65536)
        stream.pending = body[length:]
        assert json.loads(body[:length])["usage"]["completion_tokens"] == 2 and stream.status == 200
    connection.close()


def test_a_body_in_chunks_is_taken(demo):
    text = mark()
    body = json.dumps(ask(GPT, text)).encode()
    headers = [
        ("authorization", f"Bearer {demo.key(GB)}"),
        ("content-type", "application/json"),
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
    ]
    framed = (
        b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:7], body[7:30], body[30:])) + b"0\r\n\r\n"
    )
    connection = wire.connect(demo.base_url)
    connection.sendall(wire.head("POST", CHAT, headers) + framed)
    stream = wire.Stream(connection)
    stream.read_head()
    assert stream.status == 200 and stream.rest()
    assert demo.story(stream.reference).exchange.received == body
