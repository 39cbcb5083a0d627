"""Facts after a keystroke: query what changed, move the rest.

What the tags query says of a place depends on the nodes around it, so whatever lies in
no changed range and in no symbol that touches one keeps its facts, moved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tree_sitter import Node, Parser, QueryCursor, Tree

from redline.core.index.extract import Row, count_errors, extract, names_in, place, sift, without
from redline.core.index.languages import Language
from redline.core.index.model import Facts
from redline.core.index.splice import Patch, Window, spliced
from redline.core.text.edits import Edit, ordered
from redline.core.text.text import Text

# Beyond these a patch would cost more than a keystroke may, or cannot be trusted.
WINDOW_LIMIT = 8_192
ATTEMPTS = 6
# The name table only grows between full extracts; see `patched`.
NAMES_SLACK = 512
WHITE = b" \t\r\n\f"


def edited(tree: Tree, text_before: Text, edits: Iterable[Edit]) -> Tree:
    """A copy of `tree` that knows of `edits`, which count in `text_before`; for `reparse`.

    Raises `EditError` when edits overlap or leave the text.
    """
    copy = tree.copy()
    # From the last to the first, so that each still counts in the text before.
    for edit in reversed(ordered(edits, len(text_before))):
        start, end = edit.span.start, edit.span.end
        place = text_before.point(start) or _point_at(tree, text_before.data, start)
        copy.edit(
            start,
            end,
            start + len(edit.new),
            place,
            _advance(*place, text_before.slice(edit.span)),
            _advance(*place, edit.new),
        )
    return copy


def reparse(language: Language, old_tree: Tree, text: Text) -> Tree:
    """The tree of `text`, reusing what the edits in `old_tree` (from `edited`) left whole."""
    return Parser(language.grammar).parse(text.data, old_tree)


def _point_at(tree: Tree, data: bytes, offset: int) -> tuple[int, int]:
    """Row and column of `offset`, counted from the nearest node whose row the tree knows."""
    column = offset - data.rfind(b"\n", 0, offset) - 1
    node = tree.root_node.descendant_for_byte_range(offset, offset)
    if node is None or node.start_byte > offset:
        return data.count(b"\n", 0, offset), column
    return node.start_point.row + data.count(b"\n", node.start_byte, offset), column


def _advance(row: int, column: int, data: bytes) -> tuple[int, int]:
    lines = data.count(b"\n")
    return (row + lines, len(data) - data.rfind(b"\n") - 1) if lines else (row, column + len(data))


def patched(
    language: Language,
    facts: Facts,
    tree_before: Tree,
    tree_after: Tree,
    text_after: Text,
    edits: Sequence[Edit],
) -> Facts | None:
    """The facts of `text_after`, from those before `edits`, which count in the text before.

    `tree_before` is the answer of `edited`, `tree_after` that of `reparse`. The result is
    what `extract` would say, but for what costs more than a keystroke may: the digest is '',
    the names have their own order and counts and may hold some that are used no longer, and
    the words of comments and strings stay as they were. `as_of` stays: it is the caller's to
    set. None when too much has changed (an open bracket may turn a class into an error): a
    caller in a hurry puts off the `extract` it takes.
    """
    if not edits:
        return replace(facts, digest="")
    patch = _settle(language, facts, tree_before, tree_after, text_after.data, edits)
    if patch is None:
        return None
    result = spliced(facts, patch, text_after.data, count_errors(tree_after))
    if len(result.names) // NAMES_SLACK > len(facts.names) // NAMES_SLACK:
        skips = list(zip(result.skip_starts, result.skip_ends, strict=True))
        names, counts = names_in(language, without(text_after.data, skips))
        return replace(result, names=names, counts=counts)
    return result


def update(
    language: Language,
    facts: Facts,
    tree_before: Tree,
    tree_after: Tree,
    text_after: Text,
    edits: Sequence[Edit],
) -> Facts:
    """As `patched`, but extracts where that would answer None."""
    result = patched(language, facts, tree_before, tree_after, text_after, edits)
    if result is not None:
        return result
    return replace(extract(language, tree_after, text_after, facts.as_of), digest="")


def _settle(
    language: Language,
    facts: Facts,
    tree_before: Tree,
    tree_after: Tree,
    data: bytes,
    edits: Sequence[Edit],
) -> Patch | None:
    """Widens the window until what touches it is told apart from the rest; None: give up."""
    growth = sum(edit.growth for edit in edits)
    start = min(edit.span.start for edit in edits)
    end = max(edit.span.end for edit in edits) + growth
    for changed in tree_before.changed_ranges(tree_after):
        start, end = min(start, changed.start_byte), max(end, changed.end_byte)
    window = Window(start, end, growth)
    for _ in range(ATTEMPTS):
        window = _whole_lines(data, window)
        if window.end - window.start > WINDOW_LIMIT:
            return None
        found = _look(language, facts, tree_after, data, window)
        if isinstance(found, Patch):
            return found
        if found == window:
            return None
        window = found
    return None


def _whole_lines(data: bytes, window: Window) -> Window:
    """Whole lines, and back to the last text before: a definition may now end elsewhere."""
    start = data.rfind(b"\n", 0, window.start) + 1
    while start and data[start - 1] in WHITE:
        start -= 1
    start = data.rfind(b"\n", 0, start) + 1
    end = data.find(b"\n", window.end)
    return Window(start, len(data) if end < 0 else end + 1, window.growth)


def _look(
    language: Language, facts: Facts, tree: Tree, data: bytes, window: Window
) -> Patch | Window:
    """The patch of `window`, or the wider window it takes."""
    captures = _captures(language, tree, window)
    caught = sift(language, captures, data)
    for start, end in (*caught.bare, *((each[0], each[1]) for each in caught.imports)):
        if start < window.start or end > window.end:
            return window.over(start, end)
    # A match that touches the window may define things elsewhere.
    near = [r for r in caught.rows if r.start <= window.end and -r.minus_end >= window.start]
    rows, containers = place(near, caught.locals)
    count = sum(row.start < window.start for row in rows)
    owners = _owners(facts, window, rows[:count])
    if isinstance(owners, Window):
        return owners
    first = bisect_left(facts.symbol_starts, window.start)
    last = bisect_left(facts.symbol_starts, window.before)
    crossing = _crossing(facts, window, rows, (first, last, count))
    if isinstance(crossing, Window):
        return crossing
    inside = [(max(a, window.start), min(b, window.end)) for a, b in caught.skips]
    local = [(a - window.start, b - window.start) for a, b in inside if a < b]
    names, _ = names_in(language, without(data[window.start : window.end], local))
    return Patch(
        window,
        names,
        caught.skips,
        [each for each in caught.imports if window.start <= each[0] < window.end],
        rows,
        containers,
        owners,
        first,
        last,
        crossing,
    )


def _captures(language: Language, tree: Tree, window: Window) -> dict[str, set[Node]]:
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


def _owners(facts: Facts, window: Window, around: list[Row]) -> list[int] | Window:
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
    facts: Facts, window: Window, rows: list[Row], bounds: tuple[int, int, int]
) -> dict[int, int] | Window:
    """Old rows that begin in the window and end behind it, and their places in `rows`."""
    first, last, count = bounds
    old = [at for at in range(first, last) if facts.symbol_ends[at] > window.before]
    new = [at for at in range(count, len(rows)) if -rows[at].minus_end > window.end]
    old_ends = [facts.symbol_ends[at] + window.growth for at in old]
    new_ends = [-rows[at].minus_end for at in new]
    if old_ends != new_ends:
        return window.over(window.start, max(old_ends + new_ends))
    return dict(zip(old, new, strict=True))
