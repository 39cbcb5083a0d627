"""The names a workspace defines: searched by a few of their letters, the best ones first."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from heapq import merge
from itertools import accumulate, compress, groupby, islice, repeat
from operator import and_, contains

MOST = 2_000
"""Of more names than these that hold the letters, the shortest are looked at."""
_RARE = 500
_BEGINS = 750
_MOST_EXTRA = 100
_BEFORE_CAPITAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class Letters:
    """`names` as they are in a table, ready for a search; what it takes is made when needed.

    Three orders: of the table, by small letters; and by length, the shortest first, in
    which `small` has the small letters of `short`, `text` those a line each, beginning at
    `starts`, and `having` tells which names have a letter: one byte a name, as one number,
    so that several letters are one `&`.
    """

    __slots__ = ("_having", "_ordered", "_short", "_small", "_starts", "_text", "names")

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self._ordered: list[str] | None = None
        self._short: list[str] = []
        self._small: list[str] = []
        self._text = ""
        self._starts = array("Q")
        self._having: dict[str, int] = {}

    def prepare(self) -> None:
        """Makes now what every search takes."""
        self._made()

    def beginning(self, small: str) -> Iterator[str]:
        """The names that begin with `small`, whatever their case, the shortest first."""
        ordered = self._made()
        first = bisect_left(ordered, small)
        last = bisect_left(ordered, f"{small}\U0010ffff", first)
        if last - first <= MOST:
            return iter(sorted(self.names[first:last], key=len))
        return compress(self._short, map(str.startswith, self._small, repeat(small)))

    def holding(self, small: str) -> Iterator[str]:
        """The names that hold `small`, whatever their case, the shortest first."""
        self._made()
        if self._text.count(small) <= _RARE:
            return self._found(small)
        return compress(self._short, map(contains, self._small, repeat(small)))

    def spreading(self, small: str) -> Iterator[str]:
        """The names that hold the letters of `small` in order, the shortest first."""
        self._made()
        letters = "".join(small.split())
        if not letters:
            return iter(self._short)
        rows = reduce(and_, map(self._with, set(letters))).to_bytes(len(self._small), "little")
        fits = map(holds, repeat(letters), compress(self._small, rows))
        return compress(compress(self._short, rows), fits)

    def _made(self) -> list[str]:
        if self._ordered is None:
            self._short = sorted(self.names, key=len)
            self._small = [name.lower() for name in self._short]
            self._text = "\n".join(self._small)
            self._starts = array(
                "Q", accumulate((len(each) + 1 for each in self._small), initial=0)
            )
            self._ordered = [name.lower() for name in self.names]
        return self._ordered

    def _found(self, small: str) -> Iterator[str]:
        at = self._text.find(small) if self._short else -1
        while at >= 0:
            line = bisect_right(self._starts, at) - 1
            yield self._short[line]
            if line + 1 >= len(self._short):
                break
            at = self._text.find(small, self._starts[line + 1])

    def _with(self, letter: str) -> int:
        known = self._having.get(letter)
        if known is None:
            rows = bytes(map(contains, self._small, repeat(letter)))
            known = self._having[letter] = int.from_bytes(rows, "little")
        return known


class Names:
    """Defined names with the uris that define them.

    `letters` are those of the tables below; of their names the `dead` are defined no more,
    and the `added` are in none.
    """

    __slots__ = ("added", "dead", "letters", "uris")

    def __init__(
        self,
        uris: Mapping[str, tuple[str, ...]] | None = None,
        letters: Sequence[Letters] = (),
        added: frozenset[str] = frozenset(),
        dead: frozenset[str] = frozenset(),
    ) -> None:
        self.uris: Mapping[str, tuple[str, ...]] = {} if uris is None else uris
        self.letters = letters
        self.added = added
        self.dead = dead

    def like(self, wanted: str, enough: int) -> tuple[str, ...]:
        """The names that hold the letters of `wanted` in order, whatever their case.

        Names that begin with it fit better than those that only contain it, and those
        better than the rest: once there are `enough` of one kind, no others are looked for.
        """
        small = wanted.lower()
        more = [(name, name.lower()) for name in self.added]
        beginning = [name for name, low in more if low.startswith(small)]
        hits = self._shortest([each.beginning(small) for each in self.letters], beginning)
        if len(hits) >= enough:
            return hits
        holding = [name for name, low in more if small in low]
        hits = self._shortest([each.holding(small) for each in self.letters], holding)
        if len(hits) >= enough:
            return hits
        spread = [name for name, low in more if holds(small, low)]
        found = self._shortest([each.spreading(small) for each in self.letters], spread)
        return tuple(islice(dict.fromkeys((*hits, *found)), MOST))

    def _shortest(self, parts: list[Iterator[str]], more: Collection[str]) -> tuple[str, ...]:
        """At most `MOST` of the living names of `parts`, each the shortest first, and `more`."""
        names = parts[0] if len(parts) == 1 else _each_once(merge(*parts, key=shortest))
        alive = (name for name in names if name not in self.dead) if self.dead else names
        found = list(islice(alive, MOST))
        if more:
            found = sorted((*found, *more), key=shortest)[:MOST]
        return tuple(found)


def _each_once(names: Iterator[str]) -> Iterator[str]:
    """`names` in order, of the same ones next to each other the first."""
    return (name for name, _ in groupby(names))


def shortest(name: str) -> tuple[int, str, str]:
    """A key that puts the shortest name first, and equally long ones by their letters."""
    return len(name), name.lower(), name


def holds(small: str, low: str) -> bool:
    """Whether `low` has the letters of `small` in order; both are in small letters."""
    at = 0
    for letter in small:
        if not letter.isspace():
            at = low.find(letter, at) + 1
            if not at:
                return False
    return True


def ranked(wanted: str, names: Iterable[str]) -> list[str]:
    """`names`, which hold the letters of `wanted`, the best fit first."""
    closeness, size = _Closeness(wanted).of, len(wanted)
    scored: list[tuple[int, str]] = []
    for name in names:
        if name.startswith(wanted) and name != wanted:  # most are, when there are many
            extra = len(name) - size
            scored.append(((extra if extra < _MOST_EXTRA else _MOST_EXTRA) - _BEGINS, name))
        else:
            scored.append((-closeness(name), name))
    scored.sort()
    return [name for _, name in scored]


class _Closeness:
    """How well a name that holds the letters of `wanted` fits it."""

    __slots__ = ("_initials", "head", "size", "small", "snake", "wanted")

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self.size = len(wanted)
        self.small = wanted.lower()
        self.snake = "_" + self.small
        self.head = wanted[:1].upper()
        self._initials: tuple[re.Pattern[str] | None] | None = None  # made when needed

    def of(self, name: str) -> int:
        """Higher is better."""
        low = name.lower()
        if low.startswith(self.small):
            if name == self.wanted:
                score = 1000
            elif low == self.small:
                score = 900
            else:
                score = _BEGINS if name.startswith(self.wanted) else 700
        elif self.small not in low:
            score = 400 if self._spells(name) else 200
        elif self.snake in low or self._at_capital(name, low):
            score = 600
        else:
            score = 500
        extra = len(name) - self.size
        return score - (extra if extra < _MOST_EXTRA else _MOST_EXTRA)

    def _spells(self, name: str) -> bool:
        if self._initials is None:
            self._initials = (_by_initials(self.small),)
        pattern = self._initials[0]
        return pattern is not None and pattern.match(name) is not None

    def _at_capital(self, name: str, low: str) -> bool:
        """Whether it stands at a capital after a small letter, or a digit."""
        at = low.find(self.small)
        while at > 0:
            if name[at : at + 1] == self.head and name[at - 1] in _BEFORE_CAPITAL:
                return True
            at = low.find(self.small, at + 1)
        return False


def _by_initials(small: str) -> re.Pattern[str] | None:
    """What matches names whose words begin with the letters of `small`, None for no name.

    A word begins at a capital, and at a letter with none before it.
    """
    if not (small.isascii() and small.isalpha()):
        return None
    first, *others = ((each, each.upper()) for each in small)
    more = [f"[a-z]*(?:[^A-Za-z]+[{low}{high}]|{high})" for low, high in others]
    return re.compile(f"[^A-Za-z]*[{''.join(first)}]" + "".join(more))
