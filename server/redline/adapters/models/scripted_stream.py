"""A scripted reply as OpenAI's chat completions send it, whole or streamed, with faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from redline.core.agent.model import ToolRequest
from redline.core.agent.script import ScriptedReply

BREAK: Final = b"break the connection"
"""Not bytes to send: what `parts` yields where the connection is to break."""

_HALVED: Final = ("cut-before-finish", "cut-connection", "error-event")
_DONE: Final = b"data: [DONE]\n\n"
_PIECE: Final = 12


@dataclass(frozen=True, slots=True)
class Shape:
    """How the client wants the reply."""

    model: str
    stream: bool
    usage: bool


def parts(reply: ScriptedReply, shape: Shape) -> Iterator[bytes | float]:
    """The stream, piece by piece; a float is a pause in seconds, `BREAK` breaks the connection."""
    fault = reply.fault.kind if reply.fault else ""
    deltas = _deltas(reply, fault)
    events = [_event(shape, {"choices": [_choice(delta, None)]}) for delta in deltas]
    half = (len(events) + 1) // 2
    yield from events[:half]
    if fault == "stall" and reply.fault is not None:
        yield reply.fault.seconds
    if fault == "garbage-line":
        yield b'data: {"choices": [{"delta": {"content": "\n\n'
    if fault == "error-event":
        error = {"message": "the script says error-event", "type": "server_error", "code": "500"}
        yield b"data: " + json.dumps({"error": error}).encode() + b"\n\n"
    if fault == "cut-connection":
        yield BREAK
    if fault in _HALVED:
        return
    yield from events[half:]
    yield _event(shape, {"choices": [_choice({}, _finish(reply))]})
    if shape.usage:
        yield _event(shape, {"choices": [], "usage": _usage(reply)})
    yield _DONE


def whole(reply: ScriptedReply, shape: Shape) -> bytes:
    """The reply as one JSON body; a fault that cuts the stream cuts the body."""
    fault = reply.fault.kind if reply.fault else ""
    message: dict[str, object] = {"role": "assistant", "content": reply.text or None}
    if reply.calls:
        message["tool_calls"] = [_call(call, call.arguments) for call in reply.calls]
    if fault == "empty":
        message = {"role": "assistant", "content": ""}
    body = {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": shape.model,
        "choices": [{"index": 0, "message": message, "finish_reason": _finish(reply)}],
        "usage": _usage(reply),
    }
    data = json.dumps(body, ensure_ascii=False).encode()
    cut = fault in (*_HALVED, "garbage-line", "cut-tool-call")
    return data[: len(data) // 2] if cut else data


def _deltas(reply: ScriptedReply, fault: str) -> list[dict[str, object]]:
    deltas: list[dict[str, object]] = [{"role": "assistant", "content": ""}]
    if fault == "empty":
        return deltas
    deltas += [{"content": piece} for piece in _pieces(reply.text)]
    for index, call in enumerate(reply.calls):
        deltas.append({"tool_calls": [{"index": index, **_call(call, "")}]})
        given = call.arguments
        if fault == "cut-tool-call" and index == len(reply.calls) - 1:
            given = given[: len(given) // 2]
        deltas += [
            {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}
            for piece in _pieces(given)
        ]
    return deltas


def _pieces(text: str) -> list[str]:
    return [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]


def _call(call: ToolRequest, arguments: str) -> dict[str, object]:
    function = {"name": call.tool, "arguments": arguments}
    return {"id": call.id, "type": "function", "function": function}


def _choice(delta: dict[str, object], finish: str | None) -> dict[str, object]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _finish(reply: ScriptedReply) -> str:
    if reply.fault is not None and reply.fault.kind == "cut-tool-call":
        return "length"
    return reply.finish or ("tool_calls" if reply.calls else "stop")


def _usage(reply: ScriptedReply) -> dict[str, int]:
    asked, given = reply.input_tokens, reply.output_tokens
    return {"prompt_tokens": asked, "completion_tokens": given, "total_tokens": asked + given}


def _event(shape: Shape, content: dict[str, object]) -> bytes:
    event = {
        "id": "chatcmpl-scripted",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": shape.model,
        **content,
    }
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"
