"""Requests and replies in the format of OpenAI's chat completions, which litellm speaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from redline.core.agent.exchange import ModelRequest
from redline.core.agent.model import ToolRequest, Turn
from redline.core.agent.tools import Parameter, ToolSpec

Message = dict[str, object]

_JSON_TYPES: dict[str, Message] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "strings": {"type": "array", "items": {"type": "string"}},
}


def messages(request: ModelRequest) -> list[Message]:
    """The system prompt and the transcript. Results directly follow the turn that called.

    The transcript must be paired (`exchange.unpaired`).
    """
    result: list[Message] = [{"role": "system", "content": request.system}]
    turns = list(request.turns)
    for at, turn in enumerate(turns):
        if turn.speaker == "user":
            result.append({"role": "user", "content": turn.text})
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


def _model_message(turn: Turn) -> Message:
    message: Message = {"role": "assistant", "content": turn.text or None}
    if turn.calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.tool, "arguments": call.arguments},
            }
            for call in turn.calls
        ]
    return message


def _tool_message(turn: Turn) -> Message:
    text = f"error: {turn.text}" if turn.failed else turn.text
    if turn.options:
        text += "\noptions:\n" + "\n".join(f"- {option}" for option in turn.options)
    return {"role": "tool", "tool_call_id": turn.call, "content": text}


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

    def add_text(self, piece: str) -> None:
        """The next piece of text."""
        self.text += piece

    def add_call(self, index: int, id_: str, tool: str, arguments: str) -> None:
        """A piece of the call at `index`. Some providers use one index for several calls."""
        at = next((call for call in reversed(self.calls) if call.index == index), None)
        if at is None or (id_ and tool and at.id and id_ != at.id):
            at = _ArrivingCall(index)
            self.calls.append(at)
        at.id = at.id or id_
        at.tool = at.tool or tool
        at.arguments += arguments

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
        if not self.calls and not self.text.strip():
            return "the reply was empty"
        return ""

    def requests(self, turns: Sequence[Turn]) -> tuple[ToolRequest, ...]:
        """The calls, whose ids are made unique among themselves and in `turns`."""
        taken = {call.id for turn in turns for call in turn.calls}
        result: list[ToolRequest] = []
        for call in self.calls:
            id_ = call.id or "call"
            number = 1
            while id_ in taken or not id_:
                number += 1
                id_ = f"{call.id or 'call'}_{number}"
            taken.add(id_)
            result.append(ToolRequest(id_, call.tool, call.arguments))
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
