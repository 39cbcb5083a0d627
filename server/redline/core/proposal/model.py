"""Proposals: what the user is shown, accepts by hunk, and only the editor applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from redline.core.text.edits import Edit

Origin = Literal["computed", "generated"]
Decision = Literal["accepted", "rejected", "stale"]
Outcome = Literal["passed", "failed", "skipped"]
Risk = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Change:
    """One edit of a draft: what it replaces, why, and whether a tool computed it."""

    uri: str
    edit: Edit
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Hunk:
    """A group of edits on neighbouring lines, accepted or rejected as one.

    `edits` count in the base text. `before` and `after` are the full lines the hunk
    covers; `start` is the byte offset of `before` in the base.
    """

    id: str
    uri: str
    edits: tuple[Edit, ...]
    start: int
    before: bytes
    after: bytes
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Check:
    """What was verified before the user saw the proposal. `seconds` is wall time."""

    name: str
    scope: str
    outcome: Outcome
    detail: str
    seconds: float


@dataclass(frozen=True, slots=True)
class FileOperation:
    """A file created, renamed or deleted with the proposal."""

    kind: Literal["create", "rename", "delete"]
    uri: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hunks over the texts in `base` (uri to digest), with the evidence for them.

    `notes` are sentences the user must read before accepting (a fallback was used, a
    place was left alone).
    """

    id: str
    run: str
    title: str
    base: Mapping[str, str]
    hunks: tuple[Hunk, ...]
    file_operations: tuple[FileOperation, ...] = ()
    checks: tuple[Check, ...] = ()
    risk: Risk = "low"
    notes: tuple[str, ...] = ()

    @property
    def uris(self) -> tuple[str, ...]:
        """The files it touches, in order of first hunk."""
        return tuple(dict.fromkeys(hunk.uri for hunk in self.hunks))


@dataclass(frozen=True, slots=True)
class Review:
    """What the user decided, hunk by hunk. `at` is seconds since the epoch."""

    proposal: str
    decisions: Mapping[str, Decision]
    by: str
    at: float


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, 1-based, with what stands there."""

    uri: str
    line: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run that changes nothing ends in: Markdown, and the places it speaks of."""

    id: str
    run: str
    markdown: str
    places: tuple[Place, ...] = field(default=())
