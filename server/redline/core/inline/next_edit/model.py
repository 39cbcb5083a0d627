"""Places where an edit made by hand is due again.

Offsets are UTF-8 bytes, times seconds of a monotonic clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from redline.core.graph.model import Imports
from redline.core.index.languages import Language
from redline.core.index.model import Index
from redline.core.text.text import Span, Text

Kind = Literal["rename", "signature", "repeat"]
KEPT_SECONDS = 300.0
"""How long an edit counts as just made."""
MOST_PLACES = 200
MOST_FILES = 40
"""How many other files are looked into for one pattern."""
LEAD = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where an edit is due: `new` in place of the bytes `old` of `span`, behind `lead`."""

    uri: str
    span: Span
    old: bytes
    new: bytes
    lead: bytes = b""


@dataclass(frozen=True, slots=True)
class Pattern:
    """An edit made by hand, and the places where the same is due, by file in order.

    `key` names the pattern as long as the same is meant; `what` says it in a few words, as
    behind "Next edit: ". `at` is when it was last made by hand, in the file `uri`.
    """

    kind: Kind
    key: str
    what: str
    uri: str
    at: float
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of the workspace. `language_of` knows no file that must not be parsed here.

    `far` are the definitions, by uri and name, of which it turned out that what may call them
    is in too many files; more are added to it.
    """

    index: Index
    imports: Imports
    text_of: Callable[[str], Text | None]
    language_of: Callable[[str], Language | None]
    path_of: Callable[[str], str]
    uri_of: Callable[[str], str | None]
    far: set[tuple[str, str]] = field(default_factory=set)


def place_at(uri: str, text: Text, span: Span, new: bytes) -> Place:
    """The place for an edit of `text`, known again by what stands there and right before."""
    lead = Span(max(0, span.start - LEAD), span.start)
    return Place(uri, span, text.slice(span), new, text.slice(lead))


def stands(place: Place, text: Text) -> bool:
    """Whether `text` still holds at the place what the edit replaces, and behind what it did."""
    lead = Span(place.span.start - len(place.lead), place.span.start)
    inside = place.span.end <= len(text) and text.slice(place.span) == place.old
    return inside and text.slice(lead) == place.lead


def nearness(uri: str, other: str) -> tuple[int, str]:
    """Sorts files by how much of their path they share with `uri`, the nearest first."""
    parts, others = uri.split("/"), other.split("/")
    shared = 0
    while shared < min(len(parts), len(others)) and parts[shared] == others[shared]:
        shared += 1
    return len(parts) + len(others) - 2 * shared, other
