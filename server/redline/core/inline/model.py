"""Values of inline suggestions: what the editor asks, what models draft, what is shown.

Offsets are UTF-8 bytes, times seconds of a monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from redline.core.text.text import Span, Text

Trigger = Literal["automatic", "invoked"]
Origin = Literal["builtin", "model", "next edit"]
Reuse = Literal["", "typed on", "cache"]
"""Where a suggestion was known from before: the one on the screen, typed on; or the cache."""


@dataclass(frozen=True, slots=True)
class InlineSettings:
    """What the user sets. `deadline` is the seconds until the builtin answer stands in for a
    model that is late; `candidates` is how many suggestions are given at most; `tokens` is
    what a model of a provider is given of code at most."""

    enabled: bool = True
    languages_off: tuple[str, ...] = ()
    comments: bool = True
    strings: bool = True
    deadline: float = 0.6
    candidates: int = 3
    next_edit: bool = True
    tokens: int = 1500


@dataclass(frozen=True, slots=True)
class Selected:
    """The entry chosen in the editor's completion menu: suggestions must begin with it."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class InlineRequest:
    """One `textDocument/inlineCompletion`: what to suggest at `offset` of `text`."""

    id: str
    uri: str
    language: str
    text: Text
    offset: int
    trigger: Trigger
    at: float
    selected: Selected | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model would insert at the offset.

    `confidence` is how likely it is exactly what is typed next, as calibrated by the
    model; None where the model knows nothing of it.
    """

    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is shown: `text` in place of `span` of the request's text."""

    id: str
    text: str
    span: Span
    origin: Origin
    model: str
    confidence: float | None = None
    reused: Reuse = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """One step of the pipeline: what became of the request there, and how long it took."""

    step: str
    outcome: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Suggested:
    """The answer to a request, best first, and how it came about."""

    suggestions: tuple[Suggestion, ...] = ()
    trace: tuple[Noted, ...] = ()
