"""Values of what became of inline suggestions. None of them holds what anyone wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from redline.core.inline.model import Noted, Origin

Fate = Literal["accepted", "partly", "typed", "dismissed", "replaced"]
"""Put in whole; a part of it; typed through by hand; not wanted; another stood in its place."""

KEPT = 0.8
"""From this share on, what was accepted counts as kept."""
WAITING, ASKING = "debounce", "model"
"""The steps of a trace that are not the product's own time: waiting for a pause in typing,
and for the model."""


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """What suggestions are told apart by."""

    origin: Origin
    model: str
    language: str


@dataclass(frozen=True, slots=True)
class Timing:
    """How long an answer took, in seconds; `model` is None where none was waited for."""

    own: float
    model: float | None
    whole: float


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one suggestion. `at` is when it was shown, in seconds since the epoch.

    `characters` is its length; `accepted` of them were put in at once, `by_hand` typed one by
    one. `lines` are those put in that are not blank. `soon` and `saved` are the shares, 0 to 1,
    of what was put in that stood after half a minute, and when the file was saved next; None
    where that is not known.
    """

    id: str
    at: float
    source: Source
    fate: Fate
    characters: int
    accepted: int = 0
    by_hand: int = 0
    lines: int = 0
    soon: float | None = None
    saved: float | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How much one figure grew on one day (`2026-01-31`, UTC)."""

    day: str
    source: Source
    name: str
    number: float


def day_of(at: float) -> str:
    """The day of a moment in seconds since the epoch."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def timing_of(trace: Sequence[Noted], whole: float) -> Timing:
    """How the seconds between request and answer were spent."""
    waited = sum(each.seconds for each in trace if each.step == WAITING)
    asked = [each.seconds for each in trace if each.step == ASKING]
    own = max(0.0, whole - waited - sum(asked))
    return Timing(own, sum(asked) if asked else None, whole)
