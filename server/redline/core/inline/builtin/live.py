"""The tokens of a text that changes while it is typed, kept by the line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from redline.core.inline.builtin.memory import KINDS, keys_of
from redline.core.inline.builtin.tokens import START, Family, Lexer, Line, Place

MOST_ROWS = 1_500
"""Of a longer text only the rows nearest to its end are looked at."""
MOST_SKIPPED = 20_000
"""So many rows above those are read for what is open at their end."""
STEP = 500
"""The window over a long text moves by so many rows: between two moves it only grows."""


# The lines of a window that moves are read, and let go, again and again.
_keys = lru_cache(20_000)(keys_of)


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
    _above: bytes = b""
    _rows: list[_Row] = field(default_factory=list)

    def read(self, rows: Sequence[bytes]) -> None:
        """From now on it has these rows: what they share with those before is kept."""
        first = self._first(rows)
        shared = 0
        for known, new in zip(self._rows, rows[first:], strict=False):
            if known.text != new:
                break
            shared += 1
        self._cut(shared)
        for row in rows[first + shared :]:
            self._add(row)

    def _first(self, rows: Sequence[bytes]) -> int:
        """The first row of the window; when what is above it changed, everything starts anew."""
        first = 0
        if len(rows) > MOST_ROWS:
            first = (len(rows) - MOST_ROWS) // STEP * STEP + STEP
        above = b"\n".join(rows[:first])
        if above != self._above:
            self._cut(0)
            self._above, self.place = above, Place()
            for row in rows[max(0, first - MOST_SKIPPED) : first]:
                _, self.place = self.lexer.line(row, self.place)
        return first

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
                pairs[tokens[at - 2], tokens[at - 1]].pop()
            self.names[tokens[at].lstrip()] -= 1
        del tokens[first.tokens :]
        while len(self.lines) > first.lines:
            self.said[self.lines.pop().tokens] -= 1
            for found, key in zip(self.after, self.keys(), strict=True):
                found[key].pop()
        del self._rows[rows:]
        self.place = first.place


def live_of(family: Family, lexer: Lexer, data: bytes) -> Live:
    """A whole text."""
    live = Live(family, lexer)
    live.read(data.split(b"\n"))
    return live
