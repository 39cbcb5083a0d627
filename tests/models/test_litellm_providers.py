"""Streams in the formats of other providers, whole and cut after each part."""

from __future__ import annotations

import asyncio
import json

import pytest
from model_support import request, unheard

from redline.adapters.models.litellm_model import LitellmModel
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import Reply
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


STREAMS = {
    "anthropic/claude-sonnet-4-5": _anthropic(),
    "gemini/gemini-2.5-flash": _gemini(),
    "ollama_chat/x": _ollama(),
}
CUTS = [(name, at) for name, parts in STREAMS.items() for at in range(len(parts))]


async def _reply(name: str, parts: list[str]) -> Reply | ModelFailure:
    """The reply to a request that a server answers with `parts`."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
        writer.write(b"Connection: close\r\n\r\n" + "".join(parts).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    settings = Settings(api_base=address, api_key="a-key-of-ours", model_timeout=10)
    try:
        return await LitellmModel(name, settings).reply(request(), unheard)
    finally:
        server.close()


@pytest.mark.parametrize("name", STREAMS)
async def test_a_whole_stream_is_a_reply(name: str) -> None:
    reply = await _reply(name, STREAMS[name])
    assert isinstance(reply, Reply), reply
    assert reply.text == "hello"
    assert [(call.tool, json.loads(call.arguments)) for call in reply.calls] == [
        ("outline", json.loads(ARGUMENTS))
    ]
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (5, 9)
    assert reply.usage.cost is not None


@pytest.mark.parametrize(("name", "at"), CUTS)
async def test_a_cut_stream_is_none(name: str, at: int) -> None:
    failure = await _reply(name, STREAMS[name][:at])
    assert isinstance(failure, ModelFailure), failure
    assert failure.kind == "incomplete"


@pytest.mark.parametrize("finish", ["MAX_TOKENS", "SAFETY", "MALFORMED_FUNCTION_CALL"])
async def test_gemini_ending_for_another_reason_is_incomplete(finish: str) -> None:
    failure = await _reply("gemini/gemini-2.5-flash", _gemini(finish))
    assert isinstance(failure, ModelFailure), failure
    assert failure.kind == "incomplete"
