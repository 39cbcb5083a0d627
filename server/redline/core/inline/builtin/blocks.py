"""Which line each line stands in: the header of its block, as the indentation tells.

Every language is laid out so, also one whose brackets are still open while it is typed, and
lines that are only remembered have no tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

NOWHERE = -1
"""Stands for the header of a line that is in no block."""
_GOES_ON = (b")", b"]", b"{", b"}")


@dataclass(slots=True)
class Blocks:
    """The lines of a text in their order: how far each is in, and the number of its header."""

    within: list[int] = field(default_factory=list)
    _widths: list[int] = field(default_factory=list)
    _heads: list[int] = field(default_factory=list)

    def add(self, tokens: Sequence[bytes], width: int) -> None:
        """The next line, `width` bytes in."""
        number = len(self.within)
        header = self.header(width)
        head = number
        if tokens and tokens[0].lstrip() in _GOES_ON and number:
            # What a bracket closes, or a brace of its own opens, began with the line before it.
            before = self.above(width)
            if before != NOWHERE and self._widths[before] == width:
                head = self._heads[before]
        self.within.append(header)
        self._widths.append(width)
        self._heads.append(head)

    def header(self, width: int) -> int:
        """The number of the header of a line that comes next, `width` bytes in."""
        at = self.above(width)
        while at != NOWHERE and self._widths[at] >= width:
            at = self.within[at]
        return at if at == NOWHERE else self._heads[at]

    def above(self, width: int) -> int:
        """The last line that is no farther in."""
        at = len(self.within) - 1
        while at != NOWHERE and self._widths[at] > width:
            at = self.within[at]
        return at

    def width(self, number: int) -> int:
        """How far a line is in, in bytes."""
        return self._widths[number]

    def before(self, number: int) -> int:
        """The last line before a line that is no farther in."""
        at, width = number - 1, self._widths[number]
        while at != NOWHERE and self._widths[at] > width:
            at = self.within[at]
        return at

    def cut(self, number: int) -> None:
        """Leaves so many lines."""
        del self.within[number:], self._widths[number:], self._heads[number:]
