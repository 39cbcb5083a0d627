"""Tool calls as text, for models that cannot call tools.

A call is a fenced block of its own in the reply, marked `call`, that holds one JSON object:

    ```call
    {"tool": "outline", "arguments": {"path": "shop/cart.py"}}
    ```

Reading is strict. A block that is not closed, or is anything but that, is no call; and
where one block of a reply is wrong, no block of it is obeyed: the model is told why and
tries again. So a reply that was cut can never become a call that was not meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from redline.core.agent.model import ToolRequest, Turn
from redline.core.agent.tools import ToolSpec

VERSION: Final = 1
MARK: Final = "call"
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*(.*?)[ \t]*$")
_BEGINNING = re.compile(r" {0,3}(`{1,2}|~{1,2})$")
_ALMOST = re.compile(r"^\s*(?:```|~~~)[ \t]*call\b|^\s*<(?:tool_call|function_call)>", re.MULTILINE)
_TYPES = {"string": "text", "integer": "whole number", "boolean": "true or false"}
_EXPECTED: Final = 'expected one JSON object {"tool": NAME, "arguments": {...}} and nothing else'
_NOT_CLOSED: Final = "the block is not closed: end it with a line ```"
_STRAY: Final = (
    "no call was made: a call is a block of its own that begins with a line ```call, holds"
    ' {"tool": NAME, "arguments": {...}}, and ends with a line ```'
)
_OTHER_WRONG: Final = "not run: another call of the same reply is wrong; write all of them again"


@dataclass(frozen=True, slots=True)
class Said:
    """What stands for a turn where nothing but text can be sent."""

    speaker: Literal["user", "model"]
    text: str


def instructions(tools: Iterable[ToolSpec]) -> str:
    """What a model is told of its tools, as a part of its prompt."""
    lines = [
        "## Tools",
        "",
        "You act by calling tools. To call one, write a block exactly like this:",
        "",
        "```call",
        '{"tool": "NAME", "arguments": {"ARGUMENT": "VALUE"}}',
        "```",
        "",
        "The block holds one JSON object; inside its strings a new line is written \\n. Several",
        "blocks are several calls. After them stop: the results come with the next message.",
        "Never write a result yourself.",
    ]
    for tool in tools:
        lines += ["", f"{tool.name}: {tool.purpose}"]
        for each in tool.parameters:
            kind = _TYPES.get(each.type, "list of texts")
            need = kind if each.required else f"{kind}, may be left out"
            lines.append(f"- {each.name} ({need}): {each.purpose}")
    return "\n".join(lines)


def rendered(turns: Sequence[Turn]) -> tuple[Said, ...]:
    """The transcript without tool calls. Neighbours of one speaker become one, as some
    models demand; results stand where they stood.
    """
    said: list[Said] = []
    for turn in turns:
        if turn.speaker == "model":
            now = Said("model", written(turn.text, turn.calls))
        else:
            now = Said("user", turn.text if turn.speaker == "user" else _result(turn))
        if said and said[-1].speaker == now.speaker:
            said[-1] = replace(now, text=f"{said[-1].text}\n\n{now.text}")
        else:
            said.append(now)
    return tuple(said)


def written(text: str, calls: Sequence[ToolRequest]) -> str:
    """A reply as a model would have written it."""
    return "\n\n".join([*([text] if text else []), *(_block(call) for call in calls)])


def read(reply: str) -> tuple[str, tuple[ToolRequest, ...]]:
    """The text of a complete `reply` and its calls, whose ids are '' for the caller to fill.

    Where a block is wrong, every call has a `problem` and none may be run.
    """
    prose: list[str] = []
    calls: list[ToolRequest] = []
    for part in _parts(reply):
        if isinstance(part, str):
            prose.append(part)
        elif part is not None:
            calls.append(part)
        elif calls:  # prose may end as it likes, but this may be the beginning of a call
            calls.append(ToolRequest("", MARK, "", _NOT_CLOSED))
    text = "".join(prose).strip()
    if not calls and (_ALMOST.search(text) or _bare(text)):
        return text, (ToolRequest("", MARK, "", _STRAY),)
    if any(call.problem for call in calls):
        calls = [call if call.problem else replace(call, problem=_OTHER_WRONG) for call in calls]
    return text, tuple(calls)


def _parts(reply: str) -> Iterator[str | ToolRequest | None]:
    """Lines of text, and the calls between them; None where the end is within a block."""
    # Not `splitlines`: a JSON string may hold U+2028 and its like as they are.
    lines = [line for line in re.split(r"(?<=\n)", reply) if line]
    fence = ""
    at = 0
    while at < len(lines):
        found = _FENCE.match(lines[at].rstrip("\r\n"))
        if found is None or (fence and not _closes(found, fence)):
            yield lines[at]
        elif fence:
            fence = ""
            yield lines[at]
        elif found[2].split(maxsplit=1)[:1] == [MARK]:
            body, at = _body(lines, at, found)
            yield body
            continue
        else:
            fence = found[1]
            yield lines[at]
        at += 1
    if fence or (lines and _BEGINNING.match(lines[-1])):
        yield None


def _body(lines: list[str], at: int, opened: re.Match[str]) -> tuple[ToolRequest, int]:
    """The block that is opened in line `at`, and the line after it."""
    first = opened[2].partition(MARK)[2]
    held = [first] if first.strip() else []
    for end in range(at + 1, len(lines)):
        found = _FENCE.match(lines[end].rstrip("\r\n"))
        if found is not None and _closes(found, opened[1]):
            return _call("".join(held)), end + 1
        held.append(lines[end])
    raw = "".join(held).strip()
    return ToolRequest("", MARK, raw, _NOT_CLOSED), len(lines)


def _closes(found: re.Match[str], fence: str) -> bool:
    return not found[2] and found[1].startswith(fence)


def _call(body: str) -> ToolRequest:
    raw = body.strip()
    try:
        value: object = json.loads(raw, parse_constant=_no_number, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        return ToolRequest("", MARK, raw, f"the block is not JSON: {error}; {_EXPECTED}")
    if not isinstance(value, dict) or set(value) != {"tool", "arguments"}:
        return ToolRequest("", MARK, raw, _EXPECTED)
    tool, arguments = value["tool"], value["arguments"]
    if not isinstance(tool, str) or not tool or not isinstance(arguments, dict):
        return ToolRequest("", MARK, raw, f"tool must be a name, arguments an object; {_EXPECTED}")
    return ToolRequest("", tool, json.dumps(arguments, ensure_ascii=False))


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number in JSON")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise ValueError("a name is given twice")
    return result


def _bare(text: str) -> bool:
    """Whether the text is, or holds as its only block, a call that is not marked as one."""
    block = re.search(r"^(?:```|~~~)\w*\n(.*?)^(?:```|~~~)", text, re.MULTILINE | re.DOTALL)
    try:
        value: object = json.loads(block[1] if block else text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and set(value) == {"tool", "arguments"}


def _block(call: ToolRequest) -> str:
    body = call.arguments
    if not call.problem:
        try:
            arguments: object = json.loads(call.arguments or "{}")
            body = json.dumps({"tool": call.tool, "arguments": arguments}, ensure_ascii=False)
        except (ValueError, RecursionError):
            pass
    return f"```{MARK}\n{body}\n```"


def _result(turn: Turn) -> str:
    head = f"Result of {turn.tool or MARK}" + (", which failed" if turn.failed else "")
    text = f"{head}:\n{turn.text}"
    if turn.options:
        text += "\noptions:\n" + "\n".join(f"- {option}" for option in turn.options)
    return text
