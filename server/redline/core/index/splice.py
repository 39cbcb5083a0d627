"""Puts newly found rows into the columns of facts, and moves what lies behind them."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from sys import byteorder, intern

from redline.core.index.extract import (
    Import,
    Row,
    kinds_of,
    names_of,
    signatures_of,
)
from redline.core.index.model import Facts


@dataclass(frozen=True, slots=True)
class Window:
    """Bytes `start` to `end` after the edits, which were `start` to `before` before them."""

    start: int
    end: int
    growth: int

    @property
    def before(self) -> int:
        return self.end - self.growth

    def over(self, start: int, end: int) -> Window:
        """Widened to hold `start` to `end` (after the edits) too."""
        return Window(min(self.start, start), max(self.end, end), self.growth)


@dataclass(frozen=True, slots=True)
class Patch:
    """All symbols that touch a window, and the old rows `first` to `last` that began in it.

    The first of `rows` begin before the window and replace the old rows `owners`.
    `crossing` maps old rows that end behind the window to what they are in `rows`.
    """

    window: Window
    names: tuple[str, ...]
    skips: list[tuple[int, int]]
    imports: list[Import]
    rows: list[Row]
    containers: list[int]
    owners: list[int]
    first: int
    last: int
    crossing: dict[int, int]


def spliced(facts: Facts, patch: Patch, data: bytes, errors: int) -> Facts:
    """The facts of `data`: `facts` with `patch` put in and what is behind its window moved."""
    rows = patch.rows
    splice = _Splice.of(patch)
    names = names_of(rows, data)
    containers = facts.symbol_containers
    names_table, counts = _named(facts, patch.names)
    skip_starts, skip_ends = _skips(facts, patch)
    import_names, import_starts = _imports(facts, patch)
    return Facts(
        digest="",
        language=facts.language,
        letters=facts.letters,
        size=len(data),
        errors=errors,
        symbol_names=splice.values(facts.symbol_names, names),
        symbol_kinds=splice.values(facts.symbol_kinds, kinds_of(rows, patch.containers, names)),
        symbol_signatures=splice.values(facts.symbol_signatures, signatures_of(rows, data)),
        symbol_starts=splice.offsets(facts.symbol_starts, [row.start for row in rows]),
        symbol_ends=splice.offsets(facts.symbol_ends, [-row.minus_end for row in rows]),
        symbol_name_starts=splice.offsets(
            facts.symbol_name_starts, [row.name_start for row in rows]
        ),
        symbol_containers=splice.head(containers, splice.placed(patch.containers))
        + splice.moved(containers[patch.last :]),
        names=names_table,
        counts=counts,
        words=facts.words,
        word_counts=facts.word_counts,
        skip_starts=skip_starts,
        skip_ends=skip_ends,
        import_names=import_names,
        import_starts=import_starts,
        as_of=facts.as_of,
    )


def _put(old: array[int], window: Window, new: array[int]) -> array[int]:
    """A sorted column of offsets with what was in the window replaced."""
    from_, to = (bisect_left(old, at) for at in (window.start, window.before))
    return old[:from_] + new + shifted(old[to:], window.growth)


@dataclass(frozen=True, slots=True)
class _Splice:
    """A patch with where its rows come to lie: `places` of each of its rows.

    `shift` is what rows behind the window move by; `steady` says that all row numbers
    behind it stay as they are.
    """

    patch: Patch
    places: list[int]
    shift: int
    steady: bool

    @classmethod
    def of(cls, patch: Patch) -> _Splice:
        count = len(patch.rows) - len(patch.owners)
        places = patch.owners + list(range(patch.first, patch.first + count))
        shift = count - (patch.last - patch.first)
        crossing = patch.crossing.items()
        return cls(patch, places, shift, not shift and all(o == places[n] for o, n in crossing))

    def head(self, old: array[int], new: list[int]) -> array[int]:
        """The column up to the end of the window; `new` has a value for each row."""
        owners = self.patch.owners
        head = old[: self.patch.first]
        for owner, value in zip(owners, new, strict=False):
            head[owner] = value
        head.extend(new[len(owners) :])
        return head

    def offsets(self, old: array[int], new: list[int]) -> array[int]:
        """A column of offsets."""
        return self.head(old, new) + shifted(old[self.patch.last :], self.patch.window.growth)

    def values(self, old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
        """A column of texts."""
        owners = self.patch.owners
        head = list(old[: self.patch.first])
        for owner, value in zip(owners, new, strict=False):
            head[owner] = value
        return (*head, *new[len(owners) :], *old[self.patch.last :])

    def placed(self, rows: Iterable[int]) -> list[int]:
        """Row numbers in the patch as row numbers in the new columns; -1 stays."""
        return [self.places[row] if row >= 0 else row for row in rows]

    def moved(self, rows: array[int]) -> array[int]:
        """Row numbers in the old columns as such in the new ones."""
        if self.steady:
            return rows
        known = {row: row + self.shift if row >= self.patch.last else row for row in set(rows)}
        known |= {old: self.places[new] for old, new in self.patch.crossing.items()}
        return array("i", [known[row] for row in rows])


def _named(facts: Facts, wanted: tuple[str, ...]) -> tuple[tuple[str, ...], array[int]]:
    """The name table with the names it lacks; one that is used no more stays."""
    names = facts.names
    added = tuple(intern(name) for name in wanted if name not in names)
    if not added:
        return names, facts.counts
    return (*names, *added), facts.counts + array("I", [1]) * len(added)


def _imports(facts: Facts, patch: Patch) -> tuple[tuple[str, ...], array[int]]:
    """What is imported: in the window as it is now, elsewhere as it was."""
    window, names = patch.window, facts.import_names
    from_, to = (bisect_left(facts.import_starts, at) for at in (window.start, window.before))
    fresh = [intern(name) for _, _, name in patch.imports]
    starts = array("I", [start for start, _, _ in patch.imports])
    return (*names[:from_], *fresh, *names[to:]), _put(facts.import_starts, window, starts)


def _skips(facts: Facts, patch: Patch) -> tuple[array[int], array[int]]:
    """The comments and strings, those that touch the window as they are in it now."""
    window, new = patch.window, patch.skips
    starts, ends = facts.skip_starts, facts.skip_ends
    # What began before the window and what ends behind it may have grown or shrunk.
    start = min([window.start, *(pair[0] for pair in new)])
    end = max([window.end, *(pair[1] for pair in new)]) - window.growth
    first = bisect_right(ends, start)
    last = max(first, bisect_left(starts, end))
    return (
        starts[:first] + array("I", [s for s, _ in new]) + shifted(starts[last:], window.growth),
        ends[:first] + array("I", [e for _, e in new]) + shifted(ends[last:], window.growth),
    )


def shifted(column: array[int], growth: int) -> array[int]:
    """Unsigned 32-bit `column` with `growth` added to every value, none leaving 0..2**32-1.

    The packed values are added as one big integer: a fifth of the time a loop takes.
    """
    if not growth or not column:
        return column
    packed = int.from_bytes(column.tobytes(), byteorder)
    moved = packed + growth * _ones(len(column))
    return array("I", moved.to_bytes(4 * len(column), byteorder))


def _ones(count: int) -> int:
    """`count` packed 32-bit ones."""
    full = -(-count // 1024) * 1024
    return _whole_ones(full) >> 32 * (full - count)


@lru_cache(maxsize=64)
def _whole_ones(count: int) -> int:
    return int.from_bytes(b"\1\0\0\0" * count, "little")
