"""Facts after a keystroke: query what changed, move the rest.

What the tags query says of a place depends on the nodes around it, so whatever lies in
no changed range and in no symbol that touches one keeps its facts, moved.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from sys import byteorder, intern

from tree_sitter import Node, Parser, QueryCursor, Tree

from redline.core.index.extract import (
    Row,
    count_errors,
    extract,
    kinds_of,
    name_references,
    names_of,
    place,
    sift,
    signatures_of,
    within,
)
from redline.core.index.facts import compact
from redline.core.index.languages import Language
from redline.core.index.model import Facts
from redline.core.text.edits import Edit, ordered
from redline.core.text.text import Text

# Beyond these a full extract is no slower, or simply safer.
WINDOW_LIMIT = 32_768
ATTEMPTS = 6
# The name table only grows between full extracts; see `update`.
NAMES_SLACK = 512
WHITE = b" \t\r\n\f"


def edited(tree: Tree, text_before: Text, edits: Iterable[Edit]) -> Tree:
    """A copy of `tree` that knows of `edits`, which count in `text_before`; for `reparse`.

    Raises `EditError` when edits overlap or leave the text.
    """
    copy = tree.copy()
    data = text_before.data
    # From the last to the first, so that each still counts in the text before.
    for edit in reversed(ordered(edits, len(data))):
        start, end = edit.span.start, edit.span.end
        row = _row_at(tree, data, start)
        column = start - data.rfind(b"\n", 0, start) - 1
        copy.edit(
            start,
            end,
            start + len(edit.new),
            (row, column),
            _advance(row, column, data[start:end]),
            _advance(row, column, edit.new),
        )
    return copy


def reparse(language: Language, old_tree: Tree, text: Text) -> Tree:
    """The tree of `text`, reusing what the edits in `old_tree` (from `edited`) left whole."""
    return Parser(language.grammar).parse(text.data, old_tree)


def _row_at(tree: Tree, data: bytes, offset: int) -> int:
    """Line ends before `offset`, counted from the nearest node whose row the tree knows."""
    node = tree.root_node.descendant_for_byte_range(offset, offset)
    if node is None or node.start_byte > offset:
        return data.count(b"\n", 0, offset)
    return node.start_point.row + data.count(b"\n", node.start_byte, offset)


def _advance(row: int, column: int, data: bytes) -> tuple[int, int]:
    lines = data.count(b"\n")
    return (row + lines, len(data) - data.rfind(b"\n") - 1) if lines else (row, column + len(data))


@dataclass(frozen=True, slots=True)
class _Window:
    """Bytes `start` to `end` after the edits, which were `start` to `before` before them."""

    start: int
    end: int
    growth: int

    @property
    def before(self) -> int:
        return self.end - self.growth

    def over(self, start: int, end: int) -> _Window:
        """Widened to hold `start` to `end` (after the edits) too."""
        return _Window(min(self.start, start), max(self.end, end), self.growth)


@dataclass(frozen=True, slots=True)
class _Patch:
    """All symbols that touch a window, and the old rows `first` to `last` that began in it.

    The first of `rows` begin before the window and replace the old rows `owners`.
    `crossing` maps old rows that end behind the window to what they are in `rows`.
    """

    window: _Window
    references: list[tuple[int, int]]
    rows: list[Row]
    containers: list[int]
    owners: list[int]
    first: int
    last: int
    crossing: dict[int, int]


def update(
    language: Language,
    facts: Facts,
    tree_before: Tree,
    tree_after: Tree,
    text_after: Text,
    edits: Sequence[Edit],
) -> Facts:
    """The facts of `text_after`, from those before `edits`, which count in the text before.

    `tree_before` is the answer of `edited`, `tree_after` that of `reparse`. The result is
    what `extract` would say, but for two things that cost more than a keystroke may: the
    digest is '', and the name table has its own order and may hold names no longer used
    (`compact` in facts.py gives the table of `extract`). `as_of` stays: it is the
    caller's to set.
    """
    if not edits:
        return replace(facts, digest="")
    patch = _settle(language, facts, tree_before, tree_after, text_after.data, edits)
    if patch is None:
        return replace(extract(language, tree_after, text_after, facts.as_of), digest="")
    result = _spliced(facts, patch, text_after.data, count_errors(tree_after))
    if len(result.names) // NAMES_SLACK > len(facts.names) // NAMES_SLACK:
        return compact(result)
    return result


def _settle(
    language: Language,
    facts: Facts,
    tree_before: Tree,
    tree_after: Tree,
    data: bytes,
    edits: Sequence[Edit],
) -> _Patch | None:
    """Widens the window until what touches it is told apart from the rest; None: give up."""
    growth = sum(edit.growth for edit in edits)
    start = min(edit.span.start for edit in edits)
    end = max(edit.span.end for edit in edits) + growth
    for changed in tree_before.changed_ranges(tree_after):
        start, end = min(start, changed.start_byte), max(end, changed.end_byte)
    window = _Window(start, end, growth)
    for _ in range(ATTEMPTS):
        window = _whole_lines(data, window)
        if window.end - window.start > max(WINDOW_LIMIT, len(data) // 4):
            return None
        found = _look(language, facts, tree_after, data, window)
        if isinstance(found, _Patch):
            return found
        if found == window:
            return None
        window = found
    return None


def _whole_lines(data: bytes, window: _Window) -> _Window:
    """Whole lines, and back to the last text before: a definition may now end elsewhere."""
    start = data.rfind(b"\n", 0, window.start) + 1
    while start and data[start - 1] in WHITE:
        start -= 1
    start = data.rfind(b"\n", 0, start) + 1
    end = data.find(b"\n", window.end)
    return _Window(start, len(data) if end < 0 else end + 1, window.growth)


def _look(
    language: Language, facts: Facts, tree: Tree, data: bytes, window: _Window
) -> _Patch | _Window:
    """The patch of `window`, or the wider window it takes."""
    captures = _captures(language, tree, window)
    caught = sift(language, captures, data)
    for start, end in caught.bare:
        if start < window.start or end > window.end:
            return window.over(start, end)
    rows, containers = place(caught.rows, caught.locals)
    count = sum(row.start < window.start for row in rows)
    owners = _owners(facts, window, rows[:count])
    if isinstance(owners, _Window):
        return owners
    first = bisect_left(facts.symbol_starts, window.start)
    last = bisect_left(facts.symbol_starts, window.before)
    crossing = _crossing(facts, window, rows, (first, last, count))
    if isinstance(crossing, _Window):
        return crossing
    inside = [pair for pair in caught.references if window.start <= pair[0] < window.end]
    return _Patch(window, inside, rows, containers, owners, first, last, crossing)


def _captures(language: Language, tree: Tree, window: _Window) -> dict[str, set[Node]]:
    """What the tags query captures in whole matches that touch the window.

    `QueryCursor.captures` would leave out the name of a definition whose end is edited.
    """
    cursor = QueryCursor(language.tags)
    cursor.set_byte_range(window.start, window.end)
    captures: dict[str, set[Node]] = {}
    for _, match in cursor.matches(tree.root_node):
        for name, nodes in match.items():
            captures.setdefault(name, set()).update(nodes)
    return captures


def _owners(facts: Facts, window: _Window, around: list[Row]) -> list[int] | _Window:
    """The old rows of the symbols `around` the window, which must be those that were."""
    owners: list[int] = []
    for row in around:
        at = bisect_left(facts.symbol_starts, row.start)
        if owners and owners[-1] >= at:
            at = owners[-1] + 1
        while (
            at < len(facts.symbol_starts)
            and facts.symbol_starts[at] == row.start
            and facts.symbol_name_starts[at] != row.name_start < window.start
        ):
            at += 1
        if at == len(facts.symbol_starts) or facts.symbol_starts[at] != row.start:
            return window.over(row.start, -row.minus_end)
        owners.append(at)
    for at in _reaching(facts, window.start):
        if at not in owners:
            end = facts.symbol_ends[at]
            return window.over(
                facts.symbol_starts[at], end + window.growth if end >= window.before else end
            )
    return owners


def _reaching(facts: Facts, offset: int) -> Iterator[int]:
    """The rows that begin before `offset` and end behind it."""
    row = bisect_left(facts.symbol_starts, offset) - 1
    starts, ends = facts.symbol_starts, facts.symbol_ends
    while row >= 0:
        if ends[row] > offset:
            yield row
        twin = row - 1
        if twin >= 0 and starts[twin] == starts[row] and ends[twin] == ends[row]:
            row = twin
        else:
            row = facts.symbol_containers[row]


def _crossing(
    facts: Facts, window: _Window, rows: list[Row], bounds: tuple[int, int, int]
) -> dict[int, int] | _Window:
    """Old rows that begin in the window and end behind it, and their places in `rows`."""
    first, last, count = bounds
    old = [at for at in range(first, last) if facts.symbol_ends[at] > window.before]
    new = [at for at in range(count, len(rows)) if -rows[at].minus_end > window.end]
    old_ends = [facts.symbol_ends[at] + window.growth for at in old]
    new_ends = [-rows[at].minus_end for at in new]
    if old_ends != new_ends:
        return window.over(window.start, max(old_ends + new_ends))
    return dict(zip(old, new, strict=True))


def _spliced(facts: Facts, patch: _Patch, data: bytes, errors: int) -> Facts:
    window, rows, owners = patch.window, patch.rows, patch.owners
    before = len(owners)
    # Where each of `rows` is in the new columns.
    places = owners + list(range(patch.first, patch.first + len(rows) - before))
    moved = {old: places[new] for old, new in patch.crossing.items()}
    shift = len(rows) - before - (patch.last - patch.first)
    move = _mover(patch, moved, shift)

    def column(old: array[int], new: list[int], growth: int) -> array[int]:
        head = old[: patch.first]
        for owner, value in zip(owners, new, strict=False):
            head[owner] = value
        head.extend(new[before:])
        return head + shifted(old[patch.last :], growth)

    def values(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
        head = list(old[: patch.first])
        for owner, value in zip(owners, new, strict=False):
            head[owner] = value
        return (*head, *new[before:], *old[patch.last :])

    names = names_of(rows, data)
    containers = [places[each] if each >= 0 else -1 for each in patch.containers]
    symbols = column(facts.symbol_containers[: patch.last], containers, 0)
    symbols.extend(move(facts.symbol_containers[patch.last :]))
    from_, to = (bisect_left(facts.reference_starts, at) for at in (window.start, window.before))
    table, reference_names, starts, inside = _references(facts, patch, data, (from_, to))
    return Facts(
        digest="",
        language=facts.language,
        size=len(data),
        errors=errors,
        symbol_names=values(facts.symbol_names, names),
        symbol_kinds=values(facts.symbol_kinds, kinds_of(rows, patch.containers, names)),
        symbol_signatures=values(facts.symbol_signatures, signatures_of(rows, data)),
        symbol_starts=column(facts.symbol_starts, [row.start for row in rows], window.growth),
        symbol_ends=column(facts.symbol_ends, [-row.minus_end for row in rows], window.growth),
        symbol_name_starts=column(
            facts.symbol_name_starts, [row.name_start for row in rows], window.growth
        ),
        symbol_containers=symbols,
        names=table,
        reference_names=facts.reference_names[:from_]
        + reference_names
        + facts.reference_names[to:],
        reference_starts=facts.reference_starts[:from_]
        + starts
        + shifted(facts.reference_starts[to:], window.growth),
        reference_within=facts.reference_within[:from_]
        + array("i", [places[each] if each >= 0 else -1 for each in inside])
        + move(facts.reference_within[to:]),
        as_of=facts.as_of,
    )


def _mover(patch: _Patch, moved: dict[int, int], shift: int) -> Callable[[array[int]], array[int]]:
    """Moves rows (as containers) from the old columns to the new ones."""
    if not shift and all(old == new for old, new in moved.items()):
        return lambda column: column

    def move(column: array[int]) -> array[int]:
        known = {
            row: row + shift if row >= patch.last else moved.get(row, row) for row in set(column)
        }
        return array("i", [known[row] for row in column])

    return move


def _references(
    facts: Facts, patch: _Patch, data: bytes, bounds: tuple[int, int]
) -> tuple[tuple[str, ...], array[int], array[int], array[int]]:
    """The name table, and in the window the references' names, starts and places in `rows`."""
    local: dict[bytes, int] = {}
    pairs, places = name_references(patch.references, patch.rows, data, local)
    names = facts.names
    known = {names[at]: at for at in set(facts.reference_names[bounds[0] : bounds[1]])}
    added: list[str] = []
    table: list[int] = []
    for name in (intern(each.decode()) for each in local):
        at = known.get(name, -1)
        if at < 0 and name in names:
            at = names.index(name)
        elif at < 0:
            at = len(names) + len(added)
            added.append(name)
        table.append(at)
    starts = array("I", [pair[0] for pair in pairs])
    inside = within(
        starts,
        array("I", [row.start for row in patch.rows]),
        array("I", [-row.minus_end for row in patch.rows]),
    )
    return (
        (*names, *added) if added else names,
        array("I", [table[at] for at in places]),
        starts,
        inside,
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
