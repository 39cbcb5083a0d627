"""What a model is given to know before it asks: fragments, each with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from redline.core.text.text import Text

FragmentKind = Literal[
    "rule",
    "place",
    "diagnostics",
    "symbol",
    "lesson",
    "caller",
    "test",
    "neighbour",
    "outline",
    "past-run",
]


@dataclass(frozen=True, slots=True)
class Fragment:
    """One part of a context. `tokens` is what it takes with its heading.

    `origin` says where it is from: `path:first-last@digest` (lines 1-based, inclusive), a file
    of the memory with its source run, or the editor.
    """

    kind: FragmentKind
    title: str
    text: str
    origin: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines that may become a fragment: rows `first` to `last` of a text, 0-based, inclusive.

    `focus` is the row that stays when others must go; `why` says what the lines have to do with
    the goal.
    """

    kind: FragmentKind
    path: str
    text: Text
    first: int
    last: int
    focus: int
    why: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that may become a fragment, and are no lines of a file."""

    kind: FragmentKind
    title: str
    text: str
    origin: str


Candidate = Excerpt | Passage


@dataclass(frozen=True, slots=True)
class ContextGiven:
    """What the model was given with the call `effect`, and with those after it.

    `origins` are those of the fragments, in order; `tokens` is what all of them take.
    """

    effect: str
    origins: tuple[str, ...]
    tokens: int


@dataclass(frozen=True, slots=True)
class Cap:
    """Tokens that one fragment of a kind may take, and all of that kind together."""

    each: int
    all: int


USUAL = 6000
"""The budget in tokens that `CAPS` are made for; they grow and shrink with it."""

CAPS: Mapping[FragmentKind, Cap] = {
    "rule": Cap(1500, 2000),
    "place": Cap(2000, 2500),
    "diagnostics": Cap(300, 300),
    "symbol": Cap(700, 2000),
    "lesson": Cap(300, 900),
    "caller": Cap(150, 700),
    "test": Cap(400, 1000),
    "neighbour": Cap(250, 1000),
    "outline": Cap(600, 1000),
    "past-run": Cap(150, 450),
}
"""In the order of relevance: what comes first is first chosen, and first shown."""
