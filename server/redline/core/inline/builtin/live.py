"""The tokens of a text that changes while it is typed, kept by the line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from redline.core.inline.builtin.blocks import Blocks
from redline.core.inline.builtin.memory import KINDS, keys_of
from redline.core.inline.builtin.tokens import START, Family, Lexer, Line, Place

MOST_ROWS = 1_500
"""Of a longer text only the rows nearest to its end are looked at."""
MOST_SKIPPED = 20_000
"""So many rows above those are read for what is open at their end."""
STEP = 500
"""The window over a long text moves by so many rows: between two moves it only grows."""
ALL = MOST_SKIPPED + MOST_ROWS


K = TypeVar("K")

# The lines of a window that moves are read, and let go, again and again.
_keys = lru_cache(4_000)(keys_of)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it was read: the place before it, and how much there was then."""

    text: bytes
    place: Place
    tokens: int
    lines: int


@dataclass(slots=True)
class Live:
    """The rows of one text up to some point, and what follows what in them.

    `pairs` are the positions right after each two tokens; `after[kind]` the numbers of the lines
    whose context has a key. `names` counts the tokens, without white space, `said` the lines.
    """

    family: Family
    lexer: Lexer
    tokens: list[bytes] = field(default_factory=lambda: [START])
    lines: list[Line] = field(default_factory=list)
    place: Place = Place()
    pairs: dict[tuple[bytes, bytes], list[int]] = field(default_factory=lambda: defaultdict(list))
    after: tuple[dict[int, list[int]], ...] = field(
        default_factory=lambda: tuple(defaultdict(list) for _ in range(KINDS))
    )
    names: dict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    said: dict[tuple[bytes, ...], int] = field(default_factory=lambda: defaultdict(int))
    blocks: Blocks = field(default_factory=Blocks)
    _above: list[bytes] = field(default_factory=list)
    _after_above: Place = Place()
    _rows: list[_Row] = field(default_factory=list)

    def read(self, rows: Sequence[bytes], most: int = ALL) -> bool:
        """From now on it has these rows: what they share with those before is kept.

        At most so many are read anew; False where that was not enough: then ask once more.
        """
        first = 0
        if len(rows) > MOST_ROWS:
            first = (len(rows) - MOST_ROWS) // STEP * STEP + STEP
        above = list(rows[max(0, first - MOST_SKIPPED) : first])
        left = most - self._skip(above, most)
        shared = 0
        for known, new in zip(self._rows, rows[first:], strict=False):
            if known.text != new:
                break
            shared += 1
        self._cut(shared)
        for row in rows[first + shared : min(len(rows), first + shared + left)]:
            self._add(row)
        return len(self._above) == len(above) and first + len(self._rows) == len(rows)

    def _skip(self, above: list[bytes], most: int) -> int:
        """Reads on in what is above the window, and says how many rows that were.

        When that has changed, all that is in the window starts anew.
        """
        if above == self._above:
            return 0
        self._cut(0)
        known = len(self._above)
        if above[:known] != self._above:
            self._above, self._after_above, known = [], Place(), 0
        for row in above[known : min(len(above), known + most)]:
            _, self._after_above = self.lexer.line(row, self._after_above)
            self._above.append(row)
        self.place = self._after_above
        return len(self._above) - known

    def more(self, row: bytes) -> None:
        """Reads one row more, until it is taken back or others are read."""
        self._add(row)

    def less(self, number: int) -> None:
        """Takes back the last rows."""
        self._cut(len(self._rows) - number)

    def keys(self) -> tuple[int, ...]:
        """The keys of the context of the line that comes next."""
        last = self.lines[-1].tokens if self.lines else ()
        before = self.lines[-2].tokens if len(self.lines) > 1 else ()
        return _keys(before, last)

    def _add(self, row: bytes) -> None:
        self._rows.append(_Row(row, self.place, len(self.tokens), len(self.lines)))
        line, self.place = self.lexer.line(row, self.place)
        if line is None:
            return
        for found, key in zip(self.after, self.keys(), strict=True):
            found[key].append(len(self.lines))
        self.lines.append(line)
        self.blocks.add(line.tokens, len(self.place.indent))
        self.said[line.tokens] += 1
        tokens, pairs = self.tokens, self.pairs
        for token in (line.break_, *line.tokens):
            if len(tokens) > 1:
                pairs[tokens[-2], tokens[-1]].append(len(tokens))
            tokens.append(token)
            self.names[token.lstrip()] += 1

    def _cut(self, rows: int) -> None:
        if rows == len(self._rows):
            return
        first = self._rows[rows]
        tokens, pairs = self.tokens, self.pairs
        for at in range(len(tokens) - 1, first.tokens - 1, -1):
            if at > 1:
                _drop_last(pairs, (tokens[at - 2], tokens[at - 1]))
            _drop_one(self.names, tokens[at].lstrip())
        del tokens[first.tokens :]
        while len(self.lines) > first.lines:
            _drop_one(self.said, self.lines.pop().tokens)
            for found, key in zip(self.after, self.keys(), strict=True):
                _drop_last(found, key)
        self.blocks.cut(first.lines)
        del self._rows[rows:]
        self.place = first.place


def _drop_last(places: dict[K, list[int]], key: K) -> None:
    """Takes back what was added last; nothing is kept of a key that has nothing left."""
    found = places[key]
    found.pop()
    if not found:
        del places[key]


def _drop_one(counts: dict[K, int], key: K) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]


def live_of(family: Family, lexer: Lexer, data: bytes) -> Live:
    """A whole text."""
    live = Live(family, lexer)
    live.read(data.split(b"\n"))
    return live
