"""What went wrong, as a program told it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that is named: the path as it was printed, `line` and `column` 1-based.

    0 and '' stand for what was not said.
    """

    path: str
    line: int
    column: int = 0
    function: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One error. `kind` is its class or code (`NameError`, `TS2304`, `panic`, `error`).

    `places` begin where it happened and end where it all began. `tests` are the tests that
    fail of it, as their runner names them.
    """

    message: str
    kind: str
    places: tuple[Spot, ...] = ()
    tests: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind


@dataclass(frozen=True, slots=True)
class Found:
    """An error, and the lines of the text it was read from: `first` up to, not with, `end`."""

    trouble: Trouble
    first: int
    end: int


Parser = Callable[[Sequence[str]], list[Found]]
"""Reads the errors of one kind of program off the lines of a text."""

PATH = r"(?:[A-Za-z]:)?[\w./\\@+~\[\]()-]*[\w\])]\.[A-Za-z]\w*"
"""A path that ends in a suffix, as it stands in messages: no spaces."""
