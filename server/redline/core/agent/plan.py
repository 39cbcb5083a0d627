"""A plan: what is to be done in which order, by whom, where, and how one knows it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RoleName = Literal["planner", "scout", "refactorer", "tester", "documenter", "reviewer"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place a step found: a path relative to its folder, and a 1-based line (0: the file)."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan.

    `scope` are the paths it may change, as globs (none: wherever the request leads).
    `until` says how one will know that it is done; `evidence`, and the places it is about,
    how one does know. They are all that later steps are told of it.
    """

    id: int
    intent: str
    role: RoleName
    status: Literal["open", "active", "done", "skipped"] = "open"
    evidence: str = ""
    scope: tuple[str, ...] = ()
    until: str = ""
    places: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How the goal will be reached; `revision` counts from 1."""

    goal: str
    steps: tuple[Step, ...]
    revision: int = 1

    @property
    def active(self) -> tuple[Step, ...]:
        """The steps under way: one, or several that only read."""
        return tuple(step for step in self.steps if step.status == "active")
