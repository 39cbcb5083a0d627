"""What leaves this machine, and what is written down: both without the secrets of a run.

What a tool returned, a user said or a provider complained of becomes part of a run only
with placeholders in it, so that neither a request nor a record holds a secret. Bytes
of files are another matter: edits, hunks and texts stay what they are. When a model calls
a tool, the secrets it knows by their placeholders are put back, where they become bytes of a
file or name one; never where they would be shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import TypeVar

from redline.core.agent.events import (
    Begun,
    Event,
    ModelFailed,
    ModelReplied,
    SentBack,
    ToolFailed,
    ToolReturned,
    UserAnswered,
)
from redline.core.agent.exchange import ModelRequest
from redline.core.agent.model import (
    Argument,
    Goal,
    ToolCall,
    ToolRequest,
    ToolResult,
    Turn,
)
from redline.core.agent.state import RunState
from redline.core.context.model import Fragment
from redline.core.oversight.redaction import (
    Redaction,
    continued,
    hidden,
    learnt,
    restored,
)
from redline.core.proposal.model import Proposal

SHOWN = frozenset({"title", "reason"})
"""Arguments that people read: a secret is never put back into them."""
PLACE = frozenset({"action", "uri", "path", "span", "lines", "digest", "language"})
BYTES = frozenset({"call", "changes", "base", "proposal", "operations", "dropped"})
PROPOSED = frozenset({"id", "run", "title", "base", "hunks", "risk"})
"""Fields that stay as they are: they name files, or are what will be in them."""
_WHOLE = ("context",)
_OWN = ("system", "goal", "plan", "turns")
_MANY = ("context", "turns")
_SENT_AGAIN = 1024
"""So many parts of requests are known: each is sent again with every later turn of its run."""

T = TypeVar("T")
D = TypeVar("D", Goal, ToolResult, Proposal)


def begun(state: RunState, before: Redaction | None) -> Redaction:
    """The redaction a run goes on with: what it knew before, or numbers not yet given out."""
    return before or continued(turn.text for turn in state.transcript)


def recorded(redaction: Redaction, event: Event) -> tuple[Redaction, Event]:
    """An event as it is folded and journaled."""
    match event:
        case Begun() | SentBack():
            redaction, goal = _said(redaction, event.goal)
            event = replace(event, goal=goal)
            if isinstance(event, SentBack):
                redaction, words = _hidden(redaction, event.words, foreign=True)
                event = replace(event, words=words)
        case ModelReplied():
            redaction, reply = _hidden(redaction, event.reply)
            event = replace(event, reply=reply)
        case ModelFailed() | ToolFailed():
            redaction, message = _hidden(redaction, event.message)
            event = replace(event, message=message)
        case ToolReturned():
            redaction, result = _returned(redaction, event.result)
            event = replace(event, result=result)
        case UserAnswered():
            redaction, answer = _hidden(redaction, event.answer)
            event = replace(event, answer=answer)
    return redaction, event


def leaving(redaction: Redaction, request: ModelRequest) -> tuple[Redaction, ModelRequest]:
    """A request as it may leave the machine."""
    values: dict[str, object] = {}
    for field in fields(request):
        if field.name in (*_WHOLE, *_OWN):
            value = getattr(request, field.name)
            hide = _each_hidden if field.name in _MANY else _hidden
            redaction, values[field.name] = hide(redaction, value, field.name in _WHOLE)
    # Nobody reads the rest of the history but the builtin model.
    return redaction, replace(request, history=(), **values)  # type: ignore[arg-type]


def returning(redaction: Redaction, call: ToolCall) -> ToolCall | str:
    """A call with the secrets back in it; a placeholder nobody knows is refused, in words."""
    unknown: list[str] = []

    def secret(text: str) -> str:
        whole, missing = restored(redaction, text)
        unknown.extend(missing)
        return whole

    arguments: dict[str, Argument] = {
        name: value if name in SHOWN else _mapped(value, secret)
        for name, value in call.arguments.items()
    }
    if unknown:
        return f"{unknown[0]} stands for nothing that is known here; read the file again"
    return call if arguments == call.arguments else replace(call, arguments=arguments)


def _said(redaction: Redaction, goal: Goal) -> tuple[Redaction, Goal]:
    """The words of a goal. What it is about is a place, and stays."""
    return _hidden_but(redaction, goal, PLACE)


def _returned(redaction: Redaction, result: ToolResult) -> tuple[Redaction, ToolResult]:
    """What a tool says. What it changes are bytes, and stay."""
    redaction, result = _hidden_but(redaction, result, BYTES)
    if result.proposal is not None:
        redaction, proposal = _hidden_but(redaction, result.proposal, PROPOSED)
        result = replace(result, proposal=proposal)
    return redaction, result


def _hidden_but(redaction: Redaction, value: D, kept: frozenset[str]) -> tuple[Redaction, D]:
    """`value` with placeholders in the texts of all fields but those `kept`."""
    texts = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in kept}
    redaction, hidden_texts = _hidden(redaction, texts, foreign=True)
    return redaction, replace(value, **hidden_texts)


def _hidden(redaction: Redaction, value: T, foreign: bool = False) -> tuple[Redaction, T]:
    """`value` with placeholders in all its texts."""
    for text in _texts(value):
        redaction = learnt(redaction, text, foreign)
    known = redaction
    return known, _mapped(value, lambda text: hidden(known, text))


def _each_hidden(
    redaction: Redaction, values: tuple[Turn | Fragment, ...], foreign: bool
) -> tuple[Redaction, tuple[object, ...]]:
    """The same of several, of which most were sent before."""
    for value in values:
        redaction = _known(redaction, value, foreign)
    return redaction, tuple(_with_placeholders(redaction, value) for value in values)


@lru_cache(_SENT_AGAIN)
def _known(redaction: Redaction, value: Turn | Fragment, foreign: bool) -> Redaction:
    for text in _texts(value):
        redaction = learnt(redaction, text, foreign)
    return redaction


@lru_cache(_SENT_AGAIN)
def _with_placeholders(redaction: Redaction, value: Turn | Fragment) -> object:
    return _changed(value, lambda text: hidden(redaction, text))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, ToolRequest):
        given = _arguments(value)
        yield from _texts(value.arguments if given is None else given)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))


def _mapped(value: T, change: Callable[[str], str]) -> T:
    """`value` with every text in it changed; itself, where none was."""
    return _changed(value, change)  # type: ignore[return-value]


def _changed(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, ToolRequest):
        return _request(value, change)
    if isinstance(value, tuple | list):
        items = [_changed(each, change) for each in value]
        return value if items == list(value) else type(value)(items)
    if isinstance(value, Mapping):
        return {key: _changed(each, change) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        before = {field.name: getattr(value, field.name) for field in fields(value)}
        after = {name: _changed(each, change) for name, each in before.items()}
        new = {name: each for name, each in after.items() if each != before[name]}
        return replace(value, **new) if new else value
    return value


def _request(request: ToolRequest, change: Callable[[str], str]) -> ToolRequest:
    """A call's arguments, which are JSON: changed in the texts, not across their quotes."""
    given = _arguments(request)
    if given is None:
        return replace(request, arguments=change(request.arguments))
    changed = _changed(given, change)
    if changed == given:
        return request
    return replace(request, arguments=json.dumps(changed, ensure_ascii=False))


def _arguments(request: ToolRequest) -> dict[str, object] | None:
    try:
        given: object = json.loads(request.arguments or "{}")
    except ValueError:
        return None
    return given if isinstance(given, dict) else None
