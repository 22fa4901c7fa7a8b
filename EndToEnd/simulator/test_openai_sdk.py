"""Proves that the official openai client takes a simulated vendor for OpenAI: answers, streams, helpers, tools, errors."""

import asyncio
import hashlib
import json

import openai
import pytest
from pydantic import BaseModel

from simulated import KEY, Vendor

HELLO = [{"role": "user", "content": "héllo 字"}]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": name,
            "parameters": {
                "type": "object", "additionalProperties": False, "required": ["city", "days"],
                "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 2}},
            },
        },
    }
    for name in ["weather", "tides"]
]


def client(vendor, **settings):
    return openai.OpenAI(base_url=vendor.url + "/v1", api_key=KEY, max_retries=0, **settings)


def collect(vendor, **request):
    """The chunks of a stream, by the synchronous and by the asynchronous client; both must read the same words."""
    synchronous = list(client(vendor).chat.completions.create(stream=True, **request))

    async def read():
        async with openai.AsyncOpenAI(base_url=vendor.url + "/v1", api_key=KEY, max_retries=0) as asynchronous:
            return [chunk async for chunk in await asynchronous.chat.completions.create(stream=True, **request)]

    assert words(asyncio.run(read())) == words(synchronous)
    return synchronous


def words(chunks):
    return [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]


def play(**what):
    return [{"role": "user", "content": f"[[simulate: {json.dumps(what)}]] hello"}]


def test_a_whole_answer(openai_vendor):
    raw = client(openai_vendor).chat.completions.with_raw_response.create(model="gpt-5.5", messages=HELLO, max_tokens=5)
    answer = raw.parse()
    digest = hashlib.sha256(raw.http_request.content).hexdigest()
    assert answer.choices[0].message.content == f"sha256:{digest} tok1 字2 tok3 naïve4 "
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 5
    assert answer.usage.prompt_tokens == -(-len(raw.http_request.content) // 4)
    assert answer.model == "gpt-5.5" and raw.headers["x-request-id"].startswith("req_")
    assert client(openai_vendor).chat.completions.create(model="gpt-5.5", messages=HELLO).usage.completion_tokens == 20


def test_an_asynchronous_answer(openai_vendor):
    async def ask():
        async with openai.AsyncOpenAI(base_url=openai_vendor.url + "/v1", api_key=KEY) as asynchronous:
            return await asynchronous.chat.completions.create(model="gpt-5.5", messages=HELLO, n=2)

    choices = asyncio.run(ask()).choices
    assert [choice.index for choice in choices] == [0, 1]
    assert choices[1].message.content.split()[3] == "tok3-1"


def test_a_stream(openai_vendor):
    chunks = collect(openai_vendor, model="gpt-5.5", messages=HELLO, max_tokens=40)
    assert len(words(chunks)) == 40 and words(chunks)[6] == "😀6 "
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks][-1] == "length"
    assert len({chunk.id for chunk in chunks}) == 1 and all(chunk.usage is None for chunk in chunks)
    assert len({len(chunk.obfuscation) for chunk in chunks}) > 5


def test_usage_in_its_own_chunk(openai_vendor):
    chunks = collect(
        openai_vendor, model="gpt-5.5", messages=HELLO, max_tokens=3,
        stream_options={"include_usage": True, "include_obfuscation": False},
    )
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens == 3
    assert all(chunk.usage is None for chunk in chunks[:-1]) and chunks[0].obfuscation is None


def test_the_stream_helper(openai_vendor):
    with client(openai_vendor).chat.completions.stream(model="gpt-5.5", messages=play(tokens=12)) as stream:
        events = [event.type for event in stream]
        final = stream.get_final_completion()
    # The opening has an empty content.
    assert events.count("content.delta") == 13 and events[-1] == "content.done"
    assert final.choices[0].message.content.endswith("tok10 naïve11 ")
    # The helper has an exception for an answer that its limit cut off.
    with client(openai_vendor).chat.completions.stream(model="gpt-5.5", messages=HELLO, max_tokens=2) as stream:
        with pytest.raises(openai.LengthFinishReasonError):
            stream.get_final_completion()


def test_the_asynchronous_stream_helper(openai_vendor):
    async def read():
        async with openai.AsyncOpenAI(base_url=openai_vendor.url + "/v1", api_key=KEY) as asynchronous:
            async with asynchronous.chat.completions.stream(model="gpt-5.5", messages=HELLO, n=2) as stream:
                async for _ in stream:
                    pass
                return await stream.get_final_completion()

    assert [choice.message.content.split()[1] for choice in asyncio.run(read()).choices] == ["tok1", "tok1-1"]


def test_interleaved_parallel_tool_calls(openai_vendor):
    request = {"model": "gpt-5.5", "messages": HELLO, "tools": TOOLS, "tool_choice": "required"}
    deltas = [chunk.choices[0].delta.tool_calls for chunk in collect(openai_vendor, **request) if chunk.choices]
    pieces = [call[0].index for call in deltas if call and call[0].function.arguments]
    assert pieces[:4] == [0, 1, 0, 1]
    with client(openai_vendor).chat.completions.stream(**request) as stream:
        message = stream.get_final_completion().choices[0].message
    assert [call.function.name for call in message.tool_calls] == ["weather", "tides"]
    assert [json.loads(call.function.arguments)["days"] for call in message.tool_calls] == [2, 2]
    assert len({call.id for call in message.tool_calls}) == 2


def test_a_named_tool(openai_vendor):
    answer = client(openai_vendor).chat.completions.create(
        model="gpt-5.5", messages=HELLO, tools=TOOLS, tool_choice={"type": "function", "function": {"name": "tides"}}
    )
    choice = answer.choices[0]
    assert choice.finish_reason == "stop" and choice.message.content is None
    assert [call.function.name for call in choice.message.tool_calls] == ["tides"]
    follow = HELLO + [
        choice.message.to_dict(),
        {"role": "tool", "tool_call_id": choice.message.tool_calls[0].id, "content": "high at nine"},
    ]
    assert client(openai_vendor).chat.completions.create(model="gpt-5.5", messages=follow, tools=TOOLS).choices


def test_structured_output(openai_vendor):
    class Step(BaseModel):
        text: str
        number: int

    class Plan(BaseModel):
        title: str
        steps: list[Step]
        done: bool

    parsed = client(openai_vendor).chat.completions.parse(model="gpt-5.5", messages=HELLO, response_format=Plan)
    assert isinstance(parsed.choices[0].message.parsed, Plan) and parsed.choices[0].message.parsed.steps[0].number == 7


def test_models(openai_vendor):
    assert [model.id for model in client(openai_vendor).models.list()] == ["gpt-5.5", "gpt-5.5-mini"]
    assert client(openai_vendor).models.retrieve("gpt-5.5-mini").owned_by == "openai"


@pytest.mark.parametrize(
    "exception, request_",
    [
        (openai.NotFoundError, {"model": "gpt-9", "messages": HELLO}),
        (openai.BadRequestError, {"model": "gpt-5.5", "messages": []}),
        (openai.BadRequestError, {"model": "gpt-5.5", "messages": HELLO, "temperature": 3}),
        (openai.BadRequestError, {"model": "gpt-5.5", "messages": HELLO, "extra_body": {"top_k": 1}}),
        (openai.RateLimitError, {"model": "gpt-5.5", "messages": play(status={"code": 429, "headers": {"retry-after": "1"}})}),
        (openai.InternalServerError, {"model": "gpt-5.5", "messages": play(status={"code": 500})}),
        (openai.PermissionDeniedError, {"model": "gpt-5.5", "messages": play(status={"code": 403})}),
        (openai.APIConnectionError, {"model": "gpt-5.5", "messages": play(end={"how": "reset", "after": "head"})}),
        (openai.APIConnectionError, {"model": "gpt-5.5", "messages": play(content_length_error=9)}),
    ],
)
def test_errors(openai_vendor, exception, request_):
    with pytest.raises(exception) as caught:
        client(openai_vendor).chat.completions.create(**request_)
    assert type(caught.value) is exception
    if isinstance(caught.value, openai.BadRequestError):
        assert caught.value.type == "invalid_request_error" and caught.value.param and caught.value.code


def test_a_wrong_key(openai_vendor):
    with pytest.raises(openai.AuthenticationError, match="Incorrect API key"):
        openai.OpenAI(base_url=openai_vendor.url + "/v1", api_key="sk-other").models.list()


@pytest.mark.parametrize(
    "what, exception, read",
    [
        ({"end": {"how": "error", "after": 3}}, openai.APIError, 3),
        ({"end": {"how": "reset", "after": 3}, "tokens_per_second": 50}, openai.APIConnectionError, None),
        ({"end": {"how": "abort", "after": 3}}, openai.APIConnectionError, 3),
        ({"insert": [{"what": "malformed", "after": 3}]}, json.JSONDecodeError, 3),
        # A body that ends as it should hides that the stream did not: no exception, and no finish reason.
        ({"end": {"how": "close", "after": 3}}, None, 3),
    ],
)
def test_streams_that_break(openai_vendor, what, exception, read):
    got, finish = [], None
    try:
        stream = client(openai_vendor).chat.completions.create(model="gpt-5.5", messages=play(**what), stream=True)
        for chunk in stream:
            got += words([chunk])
            finish = chunk.choices[0].finish_reason
        raised = None
    except Exception as error:
        raised = type(error)
    assert raised is exception and finish is None
    assert read is None or len(got) == read


@pytest.mark.parametrize(
    "what",
    [
        {"framing": "crlf"}, {"framing": "cr"}, {"data_lines": 5}, {"split_bytes": True}, {"framing": "crlf", "split_bytes": True},
        {"insert": [{"what": "comment", "after": 2}, {"what": "unknown", "after": 4}, {"what": "huge", "after": 5, "bytes": 99}]},
        {"drip_ms": 0, "tokens": 3}, {"pause": {"after": 2, "ms": 50}}, {"delay_first_event_ms": 30},
    ],
)
def test_other_shapes_say_the_same(openai_vendor, what):
    chunks = collect(openai_vendor, model="gpt-5.5", messages=play(**what), max_tokens=6)
    said = [word for word in words(chunks) if not word.startswith("hhh")]
    assert [word.split("c")[0] if "sha" in word else word for word in said][1:3] == ["tok1 ", "字2 "]
    assert chunks[-1].choices[0].finish_reason in ("length", "stop")


def test_azure():
    with Vendor("azure", "--tokens-per-second", "500") as vendor:
        azure = openai.OpenAI(base_url=vendor.url + "/openai/v1", api_key=KEY, default_headers={"api-key": KEY})
        with azure.chat.completions.stream(model="gpt-5.5", messages=HELLO) as stream:
            assert stream.get_final_completion().choices[0].message.content.endswith("tok19 ")
        first = next(iter(azure.chat.completions.create(model="gpt-5.5", messages=HELLO, stream=True)))
        assert first.choices == [] and first.model_extra["prompt_filter_results"]


def test_deepseek_sends_usage_beside_its_finish():
    with Vendor("deepseek", "--tokens-per-second", "500") as vendor:
        chunks = collect(vendor, model="deepseek-v4-pro", messages=HELLO, max_tokens=4)
        assert chunks[-1].choices[0].finish_reason == "length" and chunks[-1].usage.completion_tokens == 4
