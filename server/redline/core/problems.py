"""Why something outside this process could not be done: values, for people and for models."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToolProblem:
    """A tool outside this process could not do it, and why, in a sentence.

    `unavailable` is True when the tool itself is missing, broken or too slow: another way
    may be tried. Otherwise it has looked and said no.
    """

    message: str
    unavailable: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file cannot be used as text: missing, binary, too large, no permission."""

    reason: str


class StoreError(Exception):
    """A file of Redline's own cannot be used. The message names it and what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `redline doctor`: what was looked at, how it is, how to mend it.

    Without what is not `needed`, Redline does less; nothing is broken.
    """

    name: str
    ok: bool
    detail: str
    mend: str = ""
    needed: bool = True
