"""What is remembered of a workspace over the runs: one memo a file, for people to edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MemoKind = Literal["rule", "lesson", "run"]


@dataclass(frozen=True, slots=True)
class Memo:
    """One thing remembered.

    A `rule` is what the user wrote; a `lesson` comes of hunks the user rejected and of failed
    checks that were mended; a `run` is the summary of one. `run` is the run it comes from, '' for
    none; `created` is seconds since the epoch. `paths` are the files it is about, relative to
    the folder. `outcome` is what became of a run.
    """

    id: str
    kind: MemoKind
    title: str
    text: str
    created: float
    run: str = ""
    paths: tuple[str, ...] = ()
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Uses:
    """How many runs were given a memo, and when the last was (seconds since the epoch)."""

    count: int = 0
    last: float = 0.0


@dataclass(frozen=True, slots=True)
class Remembered:
    """All memos of a workspace, by id; `problems` say which files are none, and why."""

    memos: tuple[Memo, ...] = ()
    uses: Mapping[str, Uses] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


MOST: Mapping[MemoKind, int] = {"lesson": 200, "run": 300}
"""How many of a kind are kept; rules are never taken away."""


def outdated(known: Remembered) -> tuple[str, ...]:
    """The ids of the lessons and runs that are too many: those neither made nor used of late."""
    found: list[str] = []
    for kind, most in MOST.items():
        memos = [each for each in known.memos if each.kind == kind]
        memos.sort(key=lambda each: (_late(each, known), each.id), reverse=True)
        found += [each.id for each in memos[most:]]
    return tuple(found)


def _late(memo: Memo, known: Remembered) -> tuple[float, int]:
    uses = known.uses.get(memo.id, Uses())
    return max(memo.created, uses.last), uses.count
