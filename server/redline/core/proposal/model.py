"""Proposals: what the user is shown, accepts by hunk, and only the editor applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

from redline.core.text.edits import Edit

Origin = Literal["computed", "generated"]
Operation = Literal["edit", "create", "rename", "delete"]
Decision = Literal["accepting", "accepted", "rejected", "stale", "fresh"]
Outcome = Literal["passed", "failed", "skipped"]
Risk = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Change:
    """One edit of a draft: what it replaces, why, and whether a tool computed it.

    `held` says why it is left out when all hunks are accepted, '' when it is not.
    """

    uri: str
    edit: Edit
    reason: str
    origin: Origin
    held: str = ""


@dataclass(frozen=True, slots=True)
class Hunk:
    """What is accepted or rejected as one: edits on neighbouring lines, or a whole file.

    `edits` count in the base text. `before` and `after` are the full lines the hunk
    covers; `start` is the byte offset of `before` in the base. A file that is created or
    deleted is one hunk with all its text; a rename has no text, and `target` says where to.
    `guard` says why it is left out when all hunks are accepted, '' when it is not.
    `undoes` is the hunk of another run that it takes back, '' for none.
    """

    id: str
    uri: str
    edits: tuple[Edit, ...]
    start: int
    before: bytes
    after: bytes
    reason: str
    origin: Origin
    operation: Operation = "edit"
    target: str = ""
    guard: str = ""
    undoes: str = ""

    @property
    def digest(self) -> str:
        """Names the bytes that are shown: what is applied must have the same digest."""
        return digest_of(self, self.before, self.after)


def digest_of(hunk: Hunk, before: bytes, after: bytes) -> str:
    """BLAKE2b in hex (32 digits) of replacing `before` by `after` where `hunk` stands."""
    parts = [hunk.operation.encode(), hunk.uri.encode(), hunk.target.encode(), before, after]
    whole = blake2b(digest_size=16)
    for part in parts:  # each with its length, so that no two lists of parts are alike
        whole.update(b"%d:" % len(part) + part)
    return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing a check found wrong: where (`line` is 1-based, 0 where unknown) and what.

    `test` is the test that failed, as its runner calls it; '' for other checks.
    """

    path: str
    line: int
    message: str
    test: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place} {self.message}".strip()


@dataclass(frozen=True, slots=True)
class Check:
    """What was verified before the user saw the proposal. `seconds` is wall time.

    `failures` are the new ones alone. Of tests, `ran` did run and `passed` of them passed.
    """

    name: str
    scope: str
    outcome: Outcome
    detail: str
    seconds: float
    passed: int = 0
    ran: int = 0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hunks over the texts in `base` (uri to digest), with the evidence for them.

    `round` counts from 1: each time the user sends hunks back, the run proposes anew.
    `notes` are sentences the user must read before accepting (a fallback was used, a
    place was left alone).
    """

    id: str
    run: str
    title: str
    base: Mapping[str, str]
    hunks: tuple[Hunk, ...]
    checks: tuple[Check, ...] = ()
    risk: Risk = "low"
    notes: tuple[str, ...] = ()
    round: int = 1

    @property
    def uris(self) -> tuple[str, ...]:
        """The files it touches, in order of first hunk."""
        return tuple(dict.fromkeys(hunk.uri for hunk in self.hunks))


@dataclass(frozen=True, slots=True)
class Review:
    """What stands decided, hunk by hunk. `at` is seconds since the epoch.

    `accepting` is written before the editor is asked, so that an acceptance cut short is
    known; `fresh` takes an earlier decision back. With `expired`, nothing more can be
    decided, for that reason.
    """

    proposal: str
    decisions: Mapping[str, Decision]
    by: str
    at: float
    expired: str = ""


@dataclass(frozen=True, slots=True)
class RolledBack:
    """Begins a run that takes back what `run` applied, which proposed it as `title`."""

    run: str
    title: str


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
