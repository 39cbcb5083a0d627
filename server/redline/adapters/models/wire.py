"""Requests and replies in the format of OpenAI's chat completions, which litellm speaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from redline.core.agent import repetition, text_protocol
from redline.core.agent.exchange import ModelRequest
from redline.core.agent.model import ToolRequest, Turn
from redline.core.agent.reasoning import without_reasoning
from redline.core.agent.tools import Parameter, ToolSpec
from redline.core.context.render import message

Message = dict[str, object]

MAX_REPLY: Final = 1_000_000
"""Characters a reply may have, with all its calls and what was thought aloud."""

_JSON_TYPES: dict[str, Message] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "strings": {"type": "array", "items": {"type": "string"}},
}


def messages(request: ModelRequest) -> list[Message]:
    """The system prompt, the context, the transcript. Results directly follow the turn that called.

    The transcript must be paired (`exchange.unpaired`).
    """
    result: list[Message] = [{"role": "system", "content": _sound(request.system)}]
    if request.context:
        result.append({"role": "user", "content": _sound(message(request.context))})
    turns = list(request.turns)
    for at, turn in enumerate(turns):
        if turn.speaker == "user":
            result.append({"role": "user", "content": _sound(turn.text)})
        elif turn.speaker == "model":
            result.append(_model_message(turn))
            # An answer of the user may stand between a call and its result; providers
            # refuse that, so results are taken forward.
            for later in turns[at + 1 :]:
                if later.speaker == "model":
                    break
                if later.speaker == "tool":
                    result.append(_tool_message(later))
    return result


def text_messages(request: ModelRequest) -> list[Message]:
    """The same for a model that cannot call tools: calls and results are text."""
    system = request.system
    if request.tools:
        system = f"{system}\n\n{text_protocol.instructions(request.tools)}"
    result: list[Message] = [{"role": "system", "content": _sound(system)}]
    turns = request.turns
    if request.context:
        turns = (Turn("user", message(request.context)), *turns)
    for said in text_protocol.rendered(turns):
        role = "assistant" if said.speaker == "model" else "user"
        result.append({"role": role, "content": _sound(said.text)})
    return result


def _model_message(turn: Turn) -> Message:
    message: Message = {"role": "assistant", "content": _sound(turn.text) or None}
    if turn.calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": _name(call.tool), "arguments": _arguments(call.arguments)},
            }
            for call in turn.calls
        ]
    return message


def _tool_message(turn: Turn) -> Message:
    text = f"error: {turn.text}" if turn.failed else turn.text
    if turn.options:
        text += "\noptions:\n" + "\n".join(f"- {option}" for option in turn.options)
    return {"role": "tool", "tool_call_id": turn.call, "content": _sound(text)}


def _sound(text: str) -> str:
    """`text` without halves of characters, which cannot be sent."""
    return text.encode("utf-8", "replace").decode()


def _name(tool: str) -> str:
    """A tool's name as providers take it: one that a model made up may be anything."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", tool)[:64] or "unnamed"


def _arguments(text: str) -> str:
    """Arguments as providers take them: some read what a model wrote, and fail where it is wrong.

    What is wrong with them stands in the result of the call.
    """
    try:
        value: object = json.loads(text or "{}")
    except (ValueError, RecursionError):
        value = None
    return _sound(text or "{}") if isinstance(value, dict) else json.dumps({"unreadable": text})


def schemas(tools: Iterable[ToolSpec]) -> list[Message]:
    """Each tool as a function schema."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.purpose,
                "parameters": {
                    "type": "object",
                    "properties": {p.name: _property(p) for p in tool.parameters},
                    "required": [p.name for p in tool.parameters if p.required],
                    "additionalProperties": False,
                },
            },
        }
        for tool in tools
    ]


def _property(parameter: Parameter) -> Message:
    return {**_JSON_TYPES[parameter.type], "description": parameter.purpose}


@dataclass(slots=True)
class Assembly:
    """A reply that is arriving in pieces. Nobody but the completeness check may look inside."""

    text: str = ""
    calls: list[_ArrivingCall] = field(default_factory=list)
    thought: str = ""

    @property
    def answer(self) -> str:
        """The text without what the model thought aloud in it."""
        return without_reasoning(self.text)

    @property
    def begun(self) -> bool:
        """Whether anything of the reply has come."""
        return bool(self.text or self.calls or self.thought)

    def add_text(self, piece: str) -> str:
        """The next piece of text. What is wrong with the reply so far, in words; '' if nothing."""
        self.text += piece
        return self._wrong(self.text, piece)

    def add_thought(self, piece: str) -> str:
        """The next piece of what the model thinks beside its reply, as `add_text`."""
        self.thought += piece
        return self._wrong(self.thought, piece)

    def add_call(self, index: int, id_: str, tool: str, arguments: str) -> str:
        """A piece of the call at `index`, as `add_text`.

        Some providers use one index for several calls.
        """
        at = next((call for call in reversed(self.calls) if call.index == index), None)
        if at is None or (id_ and tool and at.id and id_ != at.id):
            at = _ArrivingCall(index)
            self.calls.append(at)
        at.id = at.id or id_
        at.tool = at.tool or tool
        at.arguments += arguments
        return self._wrong(at.arguments, arguments)

    def _wrong(self, whole: str, piece: str) -> str:
        before = len(whole) - len(piece)
        if not repetition.due(before, len(whole)):
            return ""
        size = len(self.text) + len(self.thought) + sum(len(c.arguments) for c in self.calls)
        if size > MAX_REPLY:
            return f"the reply did not end within {MAX_REPLY:,} characters"
        words = repetition.repeated(whole).strip()
        return f"the reply repeats {words[:60]!r} without end" if words else ""

    def missing(self, finish: str) -> str:
        """What the reply lacks when the provider ended with `finish`, in words; '' if complete.

        `finish` is the raw finish reason, '' where the provider sent none.
        """
        if not finish:
            return "the stream ended before the reply was finished"
        reason = finish.lower()
        if reason in _TOO_LONG:
            cut = f", within the call of {self.calls[-1].tool}" if self.calls else ""
            return f"the reply was cut at the length limit{cut}"
        if reason in _FILTERED:
            return "the provider's content filter stopped the reply"
        if reason not in _FINISHED:
            return f"the provider ended with {finish[:40]!r}, which is no sign of a complete reply"
        if any(not call.tool for call in self.calls):
            return "a tool call came without the name of its tool"
        if not self.calls and not self.answer.strip():
            thought = self.thought.strip() or self.text.strip()
            return f"the reply was {'nothing but reasoning' if thought else 'empty'}"
        return ""

    def requests(self) -> tuple[ToolRequest, ...]:
        """The calls as they came."""
        return tuple(ToolRequest(call.id, call.tool, call.arguments) for call in self.calls)


def is_whole(finish: str) -> bool:
    """Whether a raw finish reason says that all of a reply has come."""
    return finish.lower() in _FINISHED


def is_cut(finish: str) -> bool:
    """Whether it says that the reply was cut at its length."""
    return finish.lower() in _TOO_LONG


def with_unique_ids(calls: Iterable[ToolRequest], turns: Sequence[Turn]) -> tuple[ToolRequest, ...]:
    """The calls with ids that are unique among themselves and in `turns`."""
    taken = {call.id for turn in turns for call in turn.calls}
    result: list[ToolRequest] = []
    for call in calls:
        id_ = call.id or "call"
        number = 1
        while id_ in taken:
            number += 1
            id_ = f"{call.id or 'call'}_{number}"
        taken.add(id_)
        result.append(replace(call, id=id_))
    return tuple(result)


@dataclass(slots=True)
class _ArrivingCall:
    index: int
    id: str = ""
    tool: str = ""
    arguments: str = ""


# Raw reasons of the providers litellm speaks to, in lower case. What is in no list is no
# sign of a complete reply: litellm itself takes even `error` and `network_error` for `stop`.
_FINISHED = frozenset(
    {"stop", "tool_calls", "function_call", "end_turn", "tool_use", "stop_sequence", "eos"}
    | {"eos_token", "complete"}
)
_TOO_LONG = frozenset({"length", "max_tokens", "model_context_window_exceeded", "compaction"})
_FILTERED = frozenset(
    {"content_filter", "content_filtered", "guardrail_intervened", "safety", "refusal"}
    | {"sensitive", "error_toxic"}
)
