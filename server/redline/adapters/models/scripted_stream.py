"""A scripted reply as OpenAI's chat completions send it, whole or streamed, with faults."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from redline.core.agent.model import ToolRequest
from redline.core.agent.script import ScriptedReply

BREAK: Final = b"break the connection"
"""Not bytes to send: what `parts` yields where the connection is to break."""

_HALVED: Final = ("cut-before-finish", "cut-connection", "error-event", "endless", "flood")
_AFTER_FINISH: Final = ("cut-after-finish", "break-after-finish")
_BREAKING: Final = ("cut-connection", "break-after-finish")
_DONE: Final = b"data: [DONE]\n\n"
_PING: Final = b": still here\n\n"
_PING_SECONDS: Final = 0.05
_PIECE: Final = 12


@dataclass(frozen=True, slots=True)
class Shape:
    """How the client wants the reply; `tools` says that it offered any. `plain`: as a text that
    goes on with a prompt, and not as a message. `count` texts are wanted."""

    model: str
    stream: bool
    usage: bool
    tools: bool = False
    plain: bool = False
    count: int = 1


def parts(reply: ScriptedReply, shape: Shape) -> Iterator[bytes | float]:
    """The stream, piece by piece; a float is a pause in seconds, `BREAK` breaks the connection."""
    fault = reply.fault.kind if reply.fault else ""
    seconds = reply.fault.seconds if reply.fault else 0.0
    if fault == "slow-start":
        yield seconds
    events = [
        _event(shape, {"choices": [_choice(shape, delta)]}) for delta in _deltas(reply, fault)
    ]
    half = (len(events) + 1) // 2
    yield from events[:half]
    yield from _trouble(reply, shape, fault, seconds)
    if fault in _HALVED:
        return
    yield from events[half:]
    yield _event(shape, {"choices": [_choice(shape, {}, _finish(reply))]})
    if fault == "break-after-finish":
        yield BREAK
    if fault in _AFTER_FINISH:
        return
    if shape.usage:
        yield _event(shape, {"choices": [], "usage": _usage(reply)})
    yield _DONE


def _trouble(
    reply: ScriptedReply, shape: Shape, fault: str, seconds: float
) -> Iterator[bytes | float]:
    """What comes in the middle of the stream."""
    match fault:
        case "stall":
            yield seconds
        case "pings":
            for _ in range(round(seconds / _PING_SECONDS)):
                yield _PING
                yield _PING_SECONDS
        case "garbage-line":
            yield b'data: {"choices": [{"delta": {"content": "\n\n'
        case "garbage-bytes":
            yield b'data: {"choices": [{"delta": {"content": "\xff\xfe\xc3"}}]}\n\n'
        case "error-event":
            said = {"message": "the script says error-event", "type": "server_error", "code": "500"}
            yield b"data: " + json.dumps({"error": said}).encode() + b"\n\n"
        case "cut-connection":
            yield BREAK
        case "endless" | "flood":
            for number in itertools.count(1):
                text = f"{number}: {reply.text}\n" if fault == "flood" else f"{reply.text}\n"
                for piece in _pieces(text):
                    yield _event(shape, {"choices": [_choice(shape, {"content": piece})]})
                yield 0.0


def whole(reply: ScriptedReply, shape: Shape) -> bytes:
    """The reply as one JSON body; a fault that cuts the stream cuts the body."""
    fault = reply.fault.kind if reply.fault else ""
    texts = ("",) if fault == "empty" else reply.candidates[: shape.count]
    finish = _finish(reply)
    if shape.plain:
        choices = [_plain(index, text, finish) for index, text in enumerate(texts)]
    else:
        made = [_message(reply, text, fault) for text in texts]
        choices = [
            {"index": index, "message": message, "finish_reason": finish}
            for index, message in enumerate(made)
        ]
    body = {
        "id": "chatcmpl-scripted",
        "object": "text_completion" if shape.plain else "chat.completion",
        "created": 0,
        "model": shape.model,
        "choices": choices,
        "usage": _usage(reply),
    }
    data = json.dumps(body, ensure_ascii=False).encode()
    cut = fault in (*_HALVED, "garbage-line", "garbage-bytes", "cut-tool-call")
    return data[: len(data) // 2] if cut else data


def _message(reply: ScriptedReply, text: str, fault: str) -> dict[str, object]:
    if fault == "refusal":
        return {"role": "assistant", "content": None, "refusal": text}
    if fault == "empty":
        return {"role": "assistant", "content": ""}
    message: dict[str, object] = {"role": "assistant", "content": text or None}
    if reply.calls:
        message["tool_calls"] = [_call(call, call.arguments) for call in reply.calls]
    return message


def _deltas(reply: ScriptedReply, fault: str) -> list[dict[str, object]]:
    deltas: list[dict[str, object]] = [{"role": "assistant", "content": ""}]
    if fault == "empty":
        return deltas
    deltas += [{"reasoning_content": piece} for piece in _pieces(reply.reasoning)]
    text_key = "refusal" if fault == "refusal" else "content"
    deltas += [{text_key: piece} for piece in _pieces(reply.text)]
    for number, call in enumerate(reply.calls):
        index = 0 if fault == "one-index" else number
        made = replace(call, id="") if fault == "no-ids" else call
        deltas.append({"tool_calls": [{"index": index, **_call(made, "")}]})
        given = call.arguments
        if fault == "cut-tool-call" and number == len(reply.calls) - 1:
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


def _choice(shape: Shape, delta: dict[str, object], finish: str | None = None) -> dict[str, object]:
    if shape.plain:
        return _plain(0, delta.get("content") or "", finish)
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _plain(index: int, text: object, finish: str | None) -> dict[str, object]:
    return {"index": index, "text": text, "logprobs": None, "finish_reason": finish}


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
        "object": "text_completion" if shape.plain else "chat.completion.chunk",
        "created": 0,
        "model": shape.model,
        **content,
    }
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"
