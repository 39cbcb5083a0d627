"""Streams in the formats of other providers, whole and cut after each part."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from model_support import request, unheard

from redline.adapters.models.litellm_model import LitellmModel
from redline.core.agent.exchange import ModelFailure, ModelRequest
from redline.core.agent.model import Reply, ToolRequest, Turn
from redline.core.settings import Settings

ARGUMENTS = '{"path": "a.py"}'


def _anthropic() -> list[str]:
    start = {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "c"}
    call = {"type": "tool_use", "id": "t1", "name": "outline", "input": {}}
    usage = {"input_tokens": 5, "output_tokens": 1}
    events = [
        ("message_start", {"message": {**start, "stop_reason": None, "usage": usage}}),
        ("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}),
        ("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": "hello"}}),
        ("content_block_stop", {"index": 0}),
        ("content_block_start", {"index": 1, "content_block": call}),
        (
            "content_block_delta",
            {"index": 1, "delta": {"type": "input_json_delta", "partial_json": ARGUMENTS}},
        ),
        ("content_block_stop", {"index": 1}),
        ("message_delta", {"delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}}),
    ]
    return [
        f"event: {name}\ndata: {json.dumps({'type': name, **event})}\n\n" for name, event in events
    ]


def _gemini(finish: str = "STOP") -> list[str]:
    call = {"functionCall": {"name": "outline", "args": json.loads(ARGUMENTS)}}
    usage = {"promptTokenCount": 5, "candidatesTokenCount": 9, "totalTokenCount": 14}
    chunks: list[dict[str, object]] = [
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "hel"}]}}]},
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "lo"}]}}]},
        {
            "candidates": [{"content": {"role": "model", "parts": [call]}, "finishReason": finish}],
            "usageMetadata": usage,
        },
    ]
    return [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]


def _ollama() -> list[str]:
    call = {"function": {"name": "outline", "arguments": json.loads(ARGUMENTS)}}
    empty = {"role": "assistant", "content": ""}
    chunks: list[dict[str, object]] = [
        {"message": {"role": "assistant", "content": "hello"}, "done": False},
        {"message": {**empty, "tool_calls": [call]}, "done": False},
        {"message": empty, "done": True, "done_reason": "stop"}
        | {"prompt_eval_count": 5, "eval_count": 9},
    ]
    return [json.dumps({"model": "x", **chunk}) + "\n" for chunk in chunks]


def _openai() -> list[str]:
    call = {"index": 0, "id": "c1", "type": "function"}
    deltas: list[dict[str, object]] = [
        {"role": "assistant", "content": ""},
        {"content": "hello"},
        {"tool_calls": [{**call, "function": {"name": "outline", "arguments": ARGUMENTS}}]},
    ]
    chunks: list[dict[str, object]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
    usage = {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14}
    chunks.append({"choices": [], "usage": usage})
    base = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "x"}
    return [f"data: {json.dumps({**base, **chunk})}\n\n" for chunk in chunks]


STREAMS = {
    "anthropic/claude-sonnet-4-5": _anthropic(),
    "gemini/gemini-2.5-flash": _gemini(),
    "ollama_chat/x": _ollama(),
}
CUTS = [(name, at) for name, parts in STREAMS.items() for at in range(len(parts))]


@dataclass(slots=True)
class Heard:
    """One request, as a provider's server hears it."""

    line: str = ""
    body: dict[str, Any] = field(default_factory=dict)


async def _reply(
    name: str, parts: list[str], asked: ModelRequest | None = None, **settings: Any
) -> tuple[Reply | ModelFailure, Heard]:
    """The reply to a request that a server answers with `parts`, and the request."""
    heard = Heard()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        heard.line = head.partition(" http/")[0]
        length = re.search(r"content-length: (\d+)", head)
        heard.body = json.loads(await reader.readexactly(int(length[1]) if length else 0) or "{}")
        if not parts or not parts[0].startswith("HTTP/"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
            writer.write(b"Connection: close\r\n\r\n")
        writer.write("".join(parts).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    base = settings.pop("path", "")
    given = Settings(api_base=address + base, api_key="a-key-of-ours", model_timeout=10, **settings)
    try:
        return await LitellmModel(name, given).reply(asked or request(), unheard), heard
    finally:
        server.close()


@pytest.mark.parametrize("name", STREAMS)
async def test_a_whole_stream_is_a_reply(name: str) -> None:
    reply, _ = await _reply(name, STREAMS[name])
    assert isinstance(reply, Reply), reply
    assert reply.text == "hello"
    assert [(call.tool, json.loads(call.arguments)) for call in reply.calls] == [
        ("outline", json.loads(ARGUMENTS))
    ]
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (5, 9)
    assert reply.usage.cost is not None


@pytest.mark.parametrize(("name", "at"), CUTS)
async def test_a_cut_stream_is_none(name: str, at: int) -> None:
    failure, _ = await _reply(name, STREAMS[name][:at])
    assert isinstance(failure, ModelFailure), failure
    assert failure.kind == "incomplete"


@pytest.mark.parametrize("finish", ["MAX_TOKENS", "SAFETY", "MALFORMED_FUNCTION_CALL"])
async def test_gemini_ending_for_another_reason_is_incomplete(finish: str) -> None:
    failure, _ = await _reply("gemini/gemini-2.5-flash", _gemini(finish))
    assert isinstance(failure, ModelFailure), failure
    assert failure.kind == "incomplete"


CALLED = (
    Turn("user", "look"),
    Turn("model", "I look.", (ToolRequest("c1", "outline", ARGUMENTS),)),
    Turn("tool", "nothing there", call="c1", tool="outline"),
)
TEXT_CALL = f'I look.\n\n```call\n{{"tool": "outline", "arguments": {ARGUMENTS}}}\n```'
SERVERS = [
    ("openai/x", "/v1", "post /v1/chat/completions", _openai()),
    ("hosted_vllm/x", "/v1", "post /v1/chat/completions", _openai()),
    ("ollama_chat/x", "", "post /api/chat", _ollama()),
]


@pytest.mark.parametrize(("name", "path", "line", "stream"), SERVERS)
async def test_a_server_of_your_own_hears_tools_calls_and_results(
    name: str, path: str, line: str, stream: list[str]
) -> None:
    reply, heard = await _reply(name, stream, request(*CALLED), path=path)
    assert isinstance(reply, Reply), reply
    assert [call.tool for call in reply.calls] == ["outline"]
    assert (heard.line, heard.body["model"], heard.body["stream"]) == (line, "x", True)
    assert "outline" in {tool["function"]["name"] for tool in heard.body["tools"]}
    system, user, model, result = heard.body["messages"]
    assert [each["role"] for each in (system, user, model, result)] == [
        "system", "user", "assistant", "tool",
    ]  # fmt: skip
    arguments = model["tool_calls"][0]["function"]["arguments"]
    given = json.loads(arguments) if isinstance(arguments, str) else arguments
    assert given == json.loads(ARGUMENTS)
    assert result["content"] == "nothing there"


@pytest.mark.parametrize(("name", "path", "line", "stream"), SERVERS)
async def test_a_server_of_your_own_hears_calls_as_text(
    name: str, path: str, line: str, stream: list[str]
) -> None:
    asked = request(*CALLED)
    reply, heard = await _reply(name, stream, asked, path=path, tool_calls="text")
    assert isinstance(reply, Reply), reply
    assert (heard.line, heard.body.get("tools")) == (line, None)
    said = [(each["role"], each["content"]) for each in heard.body["messages"][1:]]
    assert said == [
        ("user", "look"),
        ("assistant", TEXT_CALL),
        ("user", "Result of outline:\nnothing there"),
    ]


async def test_a_provider_that_takes_no_tools_is_asked_in_text_at_once() -> None:
    _, heard = await _reply("ollama/x", ['{"response": "hi", "done": true}\n'])
    assert heard.line == "post /api/generate"
    assert "```call" in heard.body.get("system", "") + heard.body["prompt"]


REFUSALS = [
    (400, "registry.ollama.ai/library/x:latest does not support tools"),
    (400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
    (500, "tools param requires --jinja flag"),
    (404, "No endpoints found that support tool use. To learn more, visit the docs"),
    (422, "Tool calling is not supported by this model"),
]


@pytest.mark.parametrize(("status", "message"), REFUSALS)
async def test_servers_say_in_their_own_words_that_a_model_has_no_tools(
    status: int, message: str
) -> None:
    failure, _ = await _refused(status, message)
    assert isinstance(failure, ModelFailure)
    assert failure.retry_after == 0.0
    assert "cannot call tools" in failure.message


@pytest.mark.parametrize(
    "message",
    [
        "messages with role 'tool' must be a response to a preceding message with 'tool_calls'",
        "Invalid schema for function 'outline': expected an object",
        "maximum number of tools is 128",
    ],
)
async def test_another_fault_with_tools_is_no_reason_to_do_without(message: str) -> None:
    failure, _ = await _refused(400, message)
    assert isinstance(failure, ModelFailure)
    assert failure.retry_after is None


async def _refused(status: int, message: str) -> tuple[Reply | ModelFailure, Heard]:
    body = json.dumps({"error": {"message": message, "type": "bad", "code": status}})
    head = f"HTTP/1.1 {status} No\r\nContent-Type: application/json\r\nConnection: close\r\n"
    return await _reply("openai/x", [f"{head}Content-Length: {len(body)}\r\n\r\n{body}"])
