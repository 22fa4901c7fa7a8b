"""Proves that the official anthropic client takes a simulated vendor for Anthropic: messages, streams, helpers, tools,
errors; and that the event streams have the structure of those that the SDK's own tests read."""

import asyncio
import hashlib
import json
import subprocess
import sys
import tarfile

import anthropic
import pytest

from simulated import KEY, Vendor

MODEL = "claude-opus-4-8"
HELLO = [{"role": "user", "content": "héllo 字"}]
TOOLS = [
    {
        "name": name,
        "input_schema": {
            "type": "object", "required": ["city", "days"],
            "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 2}},
        },
    }
    for name in ["weather", "tides"]
]


def client(vendor, **settings):
    return anthropic.Anthropic(base_url=vendor.url, api_key=KEY, max_retries=0, **settings)


def play(**what):
    return [{"role": "user", "content": [{"type": "text", "text": f"[[simulate: {json.dumps(what)}]] hello"}]}]


def raw_events(vendor, **request):
    return list(client(vendor).messages.create(stream=True, model=MODEL, **request))


def test_a_whole_message(anthropic_vendor):
    raw = client(anthropic_vendor).messages.with_raw_response.create(model=MODEL, messages=HELLO, max_tokens=5)
    message = raw.parse()
    digest = hashlib.sha256(raw.http_request.content).hexdigest()
    assert message.content[0].text == f"sha256:{digest} tok1 字2 tok3 naïve4 "
    assert message.stop_reason == "max_tokens" and message.usage.output_tokens == 5
    assert message.usage.input_tokens == -(-len(raw.http_request.content) // 4)
    assert raw.headers["request-id"] == message._request_id


def test_the_stream_helpers(anthropic_vendor):
    with client(anthropic_vendor).messages.stream(model=MODEL, messages=HELLO, max_tokens=30) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()

    async def read():
        async with anthropic.AsyncAnthropic(base_url=anthropic_vendor.url, api_key=KEY) as asynchronous:
            async with asynchronous.messages.stream(model=MODEL, messages=HELLO, max_tokens=30) as stream:
                return await stream.get_final_message()

    assert text == final.content[0].text and len(text.split()) == 30
    assert asyncio.run(read()).content[0].text.split()[1:] == text.split()[1:]
    assert final.usage.output_tokens == 30 and final.usage.inference_geo == "not_available"


def test_asynchronous_messages(anthropic_vendor):
    async def ask():
        async with anthropic.AsyncAnthropic(base_url=anthropic_vendor.url, api_key=KEY) as asynchronous:
            whole = await asynchronous.messages.create(model=MODEL, messages=HELLO, max_tokens=2)
            stream = await asynchronous.messages.create(model=MODEL, messages=HELLO, max_tokens=2, stream=True)
            return whole, [event.type async for event in stream]

    whole, events = asyncio.run(ask())
    assert whole.usage.output_tokens == 2
    # The client leaves pings out.
    assert events == [
        "message_start", "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop",
        "message_delta", "message_stop",
    ]


def test_parallel_tools(anthropic_vendor):
    with client(anthropic_vendor).messages.stream(
        model=MODEL, messages=HELLO, max_tokens=100, tools=TOOLS, tool_choice={"type": "any"}
    ) as stream:
        message = stream.get_final_message()
    assert message.stop_reason == "tool_use"
    assert [(block.name, block.input["days"]) for block in message.content] == [("weather", 2), ("tides", 2)]
    results = [{"type": "tool_result", "tool_use_id": block.id, "content": "1"} for block in message.content]
    follow = HELLO + [{"role": "assistant", "content": message.content}, {"role": "user", "content": results}]
    assert client(anthropic_vendor).messages.create(model=MODEL, messages=follow, max_tokens=5, tools=TOOLS).content
    with pytest.raises(anthropic.BadRequestError, match="without `tool_result` blocks immediately after"):
        client(anthropic_vendor).messages.create(model=MODEL, messages=follow[:2] + HELLO, max_tokens=5, tools=TOOLS)


def test_one_tool(anthropic_vendor):
    for choice in [{"type": "tool", "name": "tides"}, {"type": "any", "disable_parallel_tool_use": True}]:
        message = client(anthropic_vendor).messages.create(
            model=MODEL, messages=HELLO, max_tokens=100, tools=TOOLS, tool_choice=choice
        )
        assert len(message.content) == 1 and message.content[0].name == choice.get("name", "weather")


def test_thinking_stop_sequence_region_and_structure(anthropic_vendor):
    ask = client(anthropic_vendor).messages.create
    thought = ask(model=MODEL, messages=HELLO, max_tokens=2000, thinking={"type": "enabled", "budget_tokens": 1024})
    assert [block.type for block in thought.content] == ["thinking", "text"] and thought.content[0].signature
    stopped = ask(model=MODEL, messages=HELLO, max_tokens=50, stop_sequences=["tok12"])
    assert (stopped.stop_reason, stopped.stop_sequence) == ("stop_sequence", "tok12")
    assert stopped.content[0].text.endswith("naïve11 ")
    assert ask(model=MODEL, messages=HELLO, max_tokens=5, inference_geo="us").usage.inference_geo == "us"
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    structured = ask(
        model=MODEL, messages=HELLO, max_tokens=50, output_config={"format": {"type": "json_schema", "schema": schema}}
    )
    assert json.loads(structured.content[0].text) == {"n": 7}


def test_models_and_token_counts(anthropic_vendor):
    models = list(client(anthropic_vendor).models.list())
    assert [model.id for model in models] == ["claude-opus-4-8", "claude-sonnet-4-8"]
    assert models[0].lifecycle == "active" and models[0].created_at.year == 2026
    assert client(anthropic_vendor).messages.count_tokens(model=MODEL, messages=HELLO).input_tokens > 10


@pytest.mark.parametrize(
    "exception, kind, request_",
    [
        (anthropic.NotFoundError, "not_found_error", {"model": "gpt-5.5", "messages": HELLO}),
        (anthropic.BadRequestError, "invalid_request_error", {"model": MODEL, "messages": []}),
        (anthropic.BadRequestError, "invalid_request_error", {"model": MODEL, "messages": HELLO, "extra_body": {"n": 1}}),
        (anthropic.RateLimitError, "rate_limit_error", {"model": MODEL, "messages": play(status={"code": 429})}),
        (anthropic.OverloadedError, "overloaded_error", {"model": MODEL, "messages": play(status={"code": 529})}),
        (anthropic.InternalServerError, "api_error", {"model": MODEL, "messages": play(status={"code": 500})}),
        (anthropic.APIConnectionError, None, {"model": MODEL, "messages": play(end={"how": "reset", "after": "head"})}),
    ],
)
def test_errors(anthropic_vendor, exception, kind, request_):
    with pytest.raises(exception) as caught:
        client(anthropic_vendor).messages.create(max_tokens=5, **request_)
    assert type(caught.value) is exception
    if kind:
        assert caught.value.body["error"]["type"] == kind and caught.value.body["request_id"] == caught.value.request_id


def test_the_older_header_for_keys(anthropic_vendor):
    older = anthropic.Anthropic(
        base_url=anthropic_vendor.url, api_key=None, auth_token=None, default_headers={"x-api-key": KEY}
    )
    assert older.messages.create(model=MODEL, messages=HELLO, max_tokens=3).content


def test_a_wrong_key(anthropic_vendor):
    with pytest.raises(anthropic.AuthenticationError, match="invalid x-api-key"):
        anthropic.Anthropic(base_url=anthropic_vendor.url, api_key="other", max_retries=0).models.list()


@pytest.mark.parametrize(
    "what, raises, read",
    [
        ({"end": {"how": "error", "after": 3}}, anthropic.APIStatusError, 3),
        ({"end": {"how": "reset", "after": 3}, "tokens_per_second": 50}, Exception, None),
        ({"end": {"how": "abort", "after": 3}}, Exception, 3),
        ({"insert": [{"what": "malformed", "after": 3}]}, json.JSONDecodeError, 3),
        ({"end": {"how": "close", "after": 3}}, None, 3),
    ],
)
def test_streams_that_break(anthropic_vendor, what, raises, read):
    got, raised = [], None
    try:
        messages = client(anthropic_vendor).messages
        for event in messages.create(stream=True, model=MODEL, messages=play(**what), max_tokens=9):
            got += [event.delta.text] if event.type == "content_block_delta" else []
            assert event.type != "message_stop"
    except Exception as error:
        raised = error
    assert raised is None if raises is None else isinstance(raised, raises)
    assert read is None or len(got) == read


@pytest.mark.parametrize(
    "what",
    [
        {"framing": "crlf"}, {"framing": "cr"}, {"data_lines": 3}, {"split_bytes": True}, {"drip_ms": 0, "tokens": 6},
        {"insert": [{"what": "comment", "after": 2}, {"what": "unknown", "after": 4}]},
    ],
)
def test_other_shapes_say_the_same(anthropic_vendor, what):
    with client(anthropic_vendor).messages.stream(model=MODEL, messages=play(**what), max_tokens=6) as stream:
        assert stream.get_final_text().split()[1:] == ["tok1", "字2", "tok3", "naïve4", "tok5"]


def test_foundry():
    with Vendor("microsoft", "--tokens-per-second", "500") as vendor:
        foundry = anthropic.AnthropicFoundry(base_url=vendor.url + "/anthropic", api_key=KEY)
        assert foundry.messages.create(model=MODEL, messages=HELLO, max_tokens=3).usage.output_tokens == 3


# --- The SDK's own fixtures -------------------------------------------------------------------------------------------

# What only other kinds of answers have: vendor-run tools, containers.
OTHER_KINDS = {"delta.container", "usage.server_tool_use"}


@pytest.fixture(scope="session")
def fixtures(tmp_path_factory):
    """The transcripts in the source distribution of the very SDK that is installed."""
    folder = tmp_path_factory.mktemp("sdist")
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
         f"anthropic=={anthropic.__version__}", "--dest", folder],
        check=True,
    )
    (archive,) = folder.glob("*.tar.gz")
    found = {}
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if "/tests/lib/streaming/fixtures/" in member.name and member.isfile():
                found[member.name.rsplit("/", 1)[1]] = tar.extractfile(member).read().decode()
    assert len(found) >= 10
    return found


def parsed(transcript):
    """(event name, data) of each event."""
    events = []
    for block in transcript.replace("\r\n", "\n").strip().split("\n\n"):
        lines = [line for line in block.split("\n") if not line.startswith(":")]
        name = next(line[7:] for line in lines if line.startswith("event: "))
        events.append((name, json.loads("".join(line[6:] for line in lines if line.startswith("data: ")))))
    return events


def places(value, prefix=""):
    """Every member's path and the JSON kind it has, but those below."""
    found = {}
    for key, member in value.items():
        path = f"{prefix}{key}"
        found[path] = type(member).__name__
        if isinstance(member, dict) and path != "content_block.input":
            found |= places(member, path + ".")
    return found


def grammar(events):
    """The order of events, with runs of deltas taken for one."""
    order = []
    for name, data in events:
        if name != "ping" and (not order or order[-1] != name or name != "content_block_delta"):
            order.append(name)
    return order


def ours(vendor, **request):
    client(vendor).messages.with_raw_response.create(stream=True, model=MODEL, **request).http_response.read()
    return parsed(vendor.book().exchanges[-2].response_body().decode())


def compare(fixture, mine):
    kinds = {name: {} for name, _ in mine}
    for name, data in mine:
        kinds[name] |= places(data)
    for name, data in fixture:
        for path, kind in places(data).items():
            if any(path.startswith(other) for other in OTHER_KINDS):
                continue
            assert path in kinds[name], f"{name} has no {path}"
            if "NoneType" not in (kind, kinds[name][path]):
                assert kinds[name][path] == kind, f"{path} of {name}"


def test_text_streams_have_the_fixtures_structure(anthropic_vendor, fixtures):
    mine = ours(anthropic_vendor, messages=HELLO, max_tokens=3)
    for name in ["basic_response.txt", "message_delta_omitted_usage_response.txt", "message_delta_fields_response.txt"]:
        fixture = parsed(fixtures[name])
        assert grammar(fixture) == grammar(mine)
        if name == "message_delta_fields_response.txt":
            # It tells of thinking tokens, which only an answer that thought has.
            fixture[-2][1]["usage"].pop("output_tokens_details")
        compare(fixture, mine)


def test_tool_streams_have_the_fixtures_structure(anthropic_vendor, fixtures):
    mine = ours(
        anthropic_vendor, messages=HELLO, max_tokens=90, tools=TOOLS, tool_choice={"type": "tool", "name": "weather"}
    )
    fixture = parsed(fixtures["tool_use_response.txt"])
    calls = [event for event in fixture if event[1].get("index") != 0 and event[0] != "ping"]
    assert grammar(calls) == grammar(mine)
    for _, data in calls:
        data.pop("index", None)
    compare(calls, mine)
    deltas = [data["delta"]["partial_json"] for name, data in mine if name == "content_block_delta"]
    assert deltas[0] == "" and json.loads("".join(deltas))["days"] == 2


def test_refusals_have_the_fixtures_structure(anthropic_vendor, fixtures):
    mine = ours(anthropic_vendor, messages=play(finish_reason="refusal", tokens=1), max_tokens=5)
    fixture = parsed(fixtures["refusal_response.txt"])
    compare([event for event in fixture if event[0] == "message_delta"], mine)
