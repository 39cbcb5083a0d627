"""Scripts: replies of a model, written by hand. Tests and the scripted server share them.

A script is a list of replies, separated by lines `---`. A reply is made of lines:

    # a comment
    expect: words that must be in what the model is sent since its previous reply
    > a line of text
    call rename {"name": "total", "new_name": "sum_of"}
    call edit {"path": "shop/cart.py"}
      search:
      | def total(items):
      |     return 0
      replace:
      | def total(items):
      |     return sum(items)
    raw edit {"path": not JSON at all
    reasoning: what a model thinks aloud, beside its answer
    usage: 120 30
    finish: length
    fault: status 429 retry-after 2
    after: total(items):
    text: "\\n    return sum(items)"
    candidate:
    > another text for the same place

An argument in `{...}` may go on over further lines, as JSON does; a `name:` below a call
adds a text argument from the lines that start with `|`. `call tool#id` gives the call an
id of its own. `finish` and `fault` make trouble: see `FAULTS`. A reply with `after` is for
inline suggestions: it is given, as often as it is asked for, where the text before the cursor
ends with these words; `text` takes a JSON string, and what follows a `candidate:` is given
to whoever wants several.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from redline.core.agent.model import ToolRequest, Turn

FAULTS: Mapping[str, str] = {
    "status": "NUMBER [retry-after [date] SECONDS]: an HTTP error instead of a reply;"
    " `date` names the moment and not the seconds",
    "context-length": "HTTP 400: the request is too long for the model",
    "no-tools": "HTTP 400 when the request has tools: the model cannot call any",
    "html": "a web page with status 200, as a proxy sends it",
    "error-body": "an error as JSON with status 200",
    "not-streamed": "the reply whole, as one JSON body, though a stream was asked for",
    "empty": "a complete reply with nothing in it",
    "refusal": "the text comes as a refusal and not as the answer",
    "endless": "the text again and again, until the client leaves",
    "flood": "the text again and again, each time with a number, until the client leaves",
    "cut-before-finish": "half the reply, then a clean end of the stream",
    "cut-connection": "half the reply, then the connection breaks",
    "cut-after-finish": "the whole reply and its finish, then a clean end without `[DONE]`",
    "break-after-finish": "the whole reply and its finish, then the connection breaks",
    "cut-tool-call": "the last call's arguments are cut at the length limit",
    "garbage-line": "a line in the stream that is not JSON",
    "garbage-bytes": "bytes in the stream that are not UTF-8",
    "error-event": "an error event in the stream, after half the reply",
    "one-index": "all calls come under one index",
    "no-ids": "the calls come without ids",
    "no-answer": "SECONDS: nothing at all for so long, not even the head of the response",
    "slow-start": "SECONDS: a pause between the head of the response and its first piece",
    "stall": "SECONDS: a pause in the middle of the reply, which then goes on",
    "pings": "SECONDS: a pause like `stall`, in which only signs of life are sent",
}
TIMED = ("no-answer", "slow-start", "stall", "pings")
"""The faults that take a number of seconds."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a reply; `status`, `retry_after` and `seconds` where it needs them.

    With `retry_after` "date" the server names the moment that is `seconds` away.
    """

    kind: str
    status: int = 0
    retry_after: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ScriptedReply:
    """One reply of a script. `line` is where it begins, 1-based; `finish` '' means the usual."""

    line: int
    text: str = ""
    calls: tuple[ToolRequest, ...] = ()
    expect: tuple[str, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    finish: str = ""
    fault: Fault | None = None
    reasoning: str = ""
    after: str = ""
    others: tuple[str, ...] = ()

    @property
    def candidates(self) -> tuple[str, ...]:
        """All texts of the reply, the first of them its own."""
        return (self.text, *self.others)


@dataclass(frozen=True, slots=True)
class Script:
    """Replies in order. `source` names the script for people (a path)."""

    source: str
    replies: tuple[ScriptedReply, ...]

    @property
    def in_order(self) -> tuple[ScriptedReply, ...]:
        """The replies that are given one after the other."""
        return tuple(reply for reply in self.replies if not reply.after)

    def filling(self, before: str) -> ScriptedReply | None:
        """The reply for an inline suggestion after the text `before`, None where none is: of
        those whose words it ends with, blanks apart, the one with the most.
        """
        words = before.rstrip(" \t")
        fits = [each for each in self.replies if each.after and words.endswith(each.after)]
        return max(fits, key=lambda each: len(each.after), default=None)


@dataclass(frozen=True, slots=True)
class ScriptProblem:
    """A line that cannot be read. `line` is 1-based."""

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.message}"


def unmet(reply: ScriptedReply, turns: Sequence[Turn]) -> str:
    """Which expectation of `reply` the newest turns do not meet, in words; '' if they all are.

    The newest turns are those since the model's previous reply.
    """
    newest: list[str] = []
    for turn in reversed(turns):
        if turn.speaker == "model":
            break
        newest.insert(0, turn.text)
    sent = "\n".join(newest)
    for wanted in reply.expect:
        if wanted not in sent:
            return f"expected {wanted!r} in {sent[:400]!r}"
    return ""


def parse(
    text: str, source: str = "script", first_line: int = 1
) -> tuple[Script, tuple[ScriptProblem, ...]]:
    """The script in `text`, and what is wrong with it.

    `first_line` is the number of the first line in `source`, for scripts inside another file.
    """
    reader = _Reader(text.split("\n"), source, first_line)
    replies: list[ScriptedReply] = []
    current: ScriptedReply | None = None
    while reader.at < len(reader.lines):
        line = reader.lines[reader.at]
        if line.rstrip() == "---":
            if current is None:
                reader.problem("a reply with nothing in it; write `fault: empty` if it is meant")
            else:
                replies.append(current)
            current = None
        elif line.strip() and not line.startswith("#"):
            current = current or ScriptedReply(reader.first_line + reader.at)
            current = _with_line(reader, current, len(replies) + 1, line)
        reader.at += 1
    if current is not None:
        replies.append(current)
    return Script(source, tuple(replies)), tuple(reader.problems)


@dataclass(slots=True)
class _Reader:
    """The lines, and how far they have been read."""

    lines: list[str]
    source: str
    first_line: int
    at: int = 0
    problems: list[ScriptProblem] = field(default_factory=list)

    def problem(self, message: str, at: int | None = None) -> None:
        line = self.first_line + (self.at if at is None else at)
        self.problems.append(ScriptProblem(self.source, line, message))


def _with_line(reader: _Reader, reply: ScriptedReply, number: int, line: str) -> ScriptedReply:
    if line.startswith(">"):
        added = line[1:].removeprefix(" ")
        if reply.others:
            *before, last = reply.others
            return replace(reply, others=(*before, f"{last}\n{added}" if last else added))
        return replace(reply, text=f"{reply.text}\n{added}" if reply.text else added)
    word, _, rest = line.partition(" ")
    if word in ("call", "raw"):
        call = _call(reader, rest, f"call_{number}_{len(reply.calls) + 1}", word == "raw")
        return replace(reply, calls=(*reply.calls, call)) if call else reply
    key, colon, value = line.partition(":")
    read = _DIRECTIVES.get(key) if colon else None
    if read is None:
        reader.problem(
            "expected `> text`, `call tool {json}`, `raw tool text`, `---`, or one of "
            + ", ".join(f"`{name}:`" for name in _DIRECTIVES)
        )
        return reply
    changed = read(reply, value.strip())
    if isinstance(changed, str):
        reader.problem(changed)
        return reply
    return changed


def _call(reader: _Reader, rest: str, usual_id: str, raw: bool) -> ToolRequest | None:
    start = reader.at
    head, _, arguments = rest.strip().partition(" ")
    tool, _, given_id = head.partition("#")
    if not tool:
        reader.problem("a call needs the name of a tool")
        return None
    call = ToolRequest(given_id or usual_id, tool, arguments)
    if raw:
        return call
    value = _json(reader, arguments)
    if value is None:
        return None
    named = _text_arguments(reader)
    twice = next((name for name in named if name in value), None)
    if twice:
        reader.problem(f"the argument {twice} is given twice", start)
        return None
    return replace(call, arguments=json.dumps({**value, **named}, ensure_ascii=False))


def _json(reader: _Reader, text: str) -> dict[str, object] | None:
    """The object that begins in `text` and may go on over the lines that follow."""
    start = reader.at
    opened = text.strip() or "{}"
    end = start
    while True:
        try:
            value: object = json.loads(opened)
            break
        except ValueError as error:
            end += 1
            more = reader.lines[end] if end < len(reader.lines) else "---"
            if more.rstrip() == "---" or not more.startswith((" ", "\t", "}", "]")):
                reader.problem(f"the arguments are not JSON: {error}", start)
                reader.at = end - 1
                return None
            opened += "\n" + more
    reader.at = end
    if isinstance(value, dict):
        return value
    reader.problem("the arguments must be one JSON object", start)
    return None


def _text_arguments(reader: _Reader) -> dict[str, str]:
    """The `name:` blocks below a call; leaves the reader on their last line."""
    named: dict[str, str] = {}
    while reader.at + 1 < len(reader.lines):
        line = reader.lines[reader.at + 1]
        name = line.strip().removesuffix(":")
        if not line.startswith((" ", "\t")) or not line.rstrip().endswith(":"):
            break
        reader.at += 1
        block: list[str] = []
        while reader.at + 1 < len(reader.lines):
            bar = reader.lines[reader.at + 1].lstrip()
            if not bar.startswith("|"):
                break
            block.append(bar[1:].removeprefix(" "))
            reader.at += 1
        if not name.isidentifier() or name in named:
            reader.problem(f"expected the name of one more argument, not {name!r}")
        named[name] = "\n".join(block)
    return named


def _expect(reply: ScriptedReply, value: str) -> ScriptedReply | str:
    return replace(reply, expect=(*reply.expect, value)) if value else "expect what?"


def _usage(reply: ScriptedReply, value: str) -> ScriptedReply | str:
    numbers = value.split()
    if len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
        return "expected `usage: INPUT_TOKENS OUTPUT_TOKENS`"
    return replace(reply, input_tokens=int(numbers[0]), output_tokens=int(numbers[1]))


def _finish(reply: ScriptedReply, value: str) -> ScriptedReply | str:
    return replace(reply, finish=value) if value else "expected a finish reason, such as `length`"


def _reasoning(reply: ScriptedReply, value: str) -> ScriptedReply | str:
    added = f"{reply.reasoning}\n{value}" if reply.reasoning else value
    return replace(reply, reasoning=added) if value else "expected what the model thinks"


def _fault(reply: ScriptedReply, value: str) -> ScriptedReply | str:
    words = value.split()
    match words:
        case ["status", number] if _is_error(number):
            return replace(reply, fault=Fault("status", int(number)))
        case ["status", number, "retry-after", seconds] if _is_error(number):
            return replace(reply, fault=Fault("status", int(number), seconds))
        case ["status", number, "retry-after", "date", seconds] if (
            _is_error(number) and seconds.isdecimal()
        ):
            return replace(reply, fault=Fault("status", int(number), "date", float(seconds)))
        case [kind, seconds] if kind in TIMED and seconds.replace(".", "", 1).isdecimal():
            return replace(reply, fault=Fault(kind, seconds=float(seconds)))
        case [kind] if kind in FAULTS and kind not in ("status", *TIMED):
            return replace(reply, fault=Fault(kind))
    known = "; ".join(f"{kind}: {purpose}" for kind, purpose in FAULTS.items())
    return f"there is no fault {value!r}; faults are {known}"


def _after(reply: ScriptedReply, value: str) -> ScriptedReply | str:
    return replace(reply, after=value) if value else "after what?"


def _text(reply: ScriptedReply, value: str) -> ScriptedReply | str:
    try:
        text: object = json.loads(value)
    except ValueError:
        text = None
    if not isinstance(text, str):
        return "expected a JSON string"
    if reply.others:
        return replace(reply, others=(*reply.others[:-1], text))
    return replace(reply, text=text)


def _candidate(reply: ScriptedReply, value: str) -> ScriptedReply | str:
    return replace(reply, others=(*reply.others, value))


def _is_error(number: str) -> bool:
    return number.isdecimal() and 400 <= int(number) < 600


_DIRECTIVES: Mapping[str, Callable[[ScriptedReply, str], ScriptedReply | str]] = {
    "expect": _expect,
    "reasoning": _reasoning,
    "usage": _usage,
    "finish": _finish,
    "fault": _fault,
    "after": _after,
    "text": _text,
    "candidate": _candidate,
}
