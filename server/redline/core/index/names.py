"""The names a workspace defines, ready for a search by a few of their letters."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

MOST = 2_000
"""Of more names than these that hold the letters, the shortest are looked at."""


class Names:
    """Defined names with the uris that define them.

    What a search by letters takes is made on first use and kept.
    """

    __slots__ = ("_made", "uris")

    def __init__(self, uris: Mapping[str, tuple[str, ...]]) -> None:
        self.uris = uris
        self._made: _Table | None = None

    def like(self, wanted: str, enough: int) -> tuple[str, ...]:
        """The names that hold the letters of `wanted` in order, whatever their case.

        Names that begin with it fit better than those that only contain it, and those
        better than the rest: once there are `enough` of one kind, no others are looked for.
        """
        if self._made is None:
            self._made = _Table.of(self.uris)
        small = wanted.lower()
        for hits in (self._made.beginning(small), self._made.holding(small)):
            if len(hits) >= enough:
                return _shortest(hits)
        spread = self._made.spreading(small)
        return _shortest(tuple(dict.fromkeys((*hits, *spread))))


def _shortest(names: tuple[str, ...]) -> tuple[str, ...]:
    return names if len(names) <= MOST else tuple(sorted(names, key=lambda n: (len(n), n))[:MOST])


@dataclass(frozen=True, slots=True)
class _Table:
    """`names` in the order of their small letters, `text` those letters, a line a name.

    `starts` are where the lines begin; `masks` tell which letters a name has.
    """

    names: list[str]
    small: list[str]
    text: str
    starts: list[int]
    masks: array[int]

    @classmethod
    def of(cls, names: Iterable[str]) -> _Table:
        pairs = sorted((name.lower(), name) for name in names)
        small = [pair[0] for pair in pairs]
        starts = list(accumulate((len(each) + 1 for each in small), initial=0))
        masks = array("Q", map(_mask, small))
        return cls([pair[1] for pair in pairs], small, "\n".join(small), starts, masks)

    def beginning(self, wanted: str) -> tuple[str, ...]:
        first = bisect_left(self.small, wanted)
        last = bisect_left(self.small, f"{wanted}\U0010ffff", first)
        return tuple(self.names[first:last])

    def holding(self, wanted: str) -> tuple[str, ...]:
        found: list[str] = []
        at = self.text.find(wanted)
        while at >= 0:
            line = bisect_right(self.starts, at) - 1
            found.append(self.names[line])
            if line + 1 >= len(self.names):
                break
            at = self.text.find(wanted, self.starts[line + 1])
        return tuple(found)

    def spreading(self, wanted: str) -> tuple[str, ...]:
        letters = "".join(wanted.split())
        mask, fits = _mask(letters), re.compile(in_order(wanted)).match
        rows = [row for row, each in enumerate(self.masks) if each & mask == mask]
        return tuple(self.names[row] for row in rows if fits(self.small[row]))


def _mask(small: str) -> int:
    """A bit for each of the letters, those far apart in the alphabet sharing one."""
    mask = 0
    for letter in set(small):
        mask |= 1 << (ord(letter) & 63)
    return mask


def in_order(letters: str) -> str:
    """A pattern for texts that hold `letters` in order, in time linear in the text."""
    parts: list[str] = []
    for letter in letters:
        if not letter.isspace():
            either = re.escape(letter.lower()) + re.escape(letter.upper())
            parts.append(f"[^{either}]*[{either}]")
    return "".join(parts)
