"""Bytes as whole lines in leaves: an edit makes one leaf anew, whatever the file's size.

A value, like the text it belongs to: what an edit leaves as it is, both share.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

LEAF = 2048
"""Bytes a leaf is cut to, once it has grown to twice as many."""


class Leaf(NamedTuple):
    """Whole lines, and where in them each begins.

    The last leaf has the empty line behind a final line end too; no other is empty.
    """

    data: bytes
    starts: list[int]


@dataclass(frozen=True, slots=True)
class LineTable:
    """The leaves of a text, with the offset and the number of the first line of each.

    `bare` counts the lines that end in a lone `\\r`.
    """

    leaves: list[Leaf]
    offsets: list[int]
    firsts: list[int]
    count: int
    length: int
    bare: int

    def start(self, line: int) -> int:
        """Offset of the first byte of `line`. Raises `IndexError` past the last line."""
        at = bisect_right(self.firsts, line) - 1
        return self.offsets[at] + self.leaves[at].starts[line - self.firsts[at]]

    def end(self, line: int) -> int:
        """Offset behind the line end of `line`."""
        return self.start(line + 1) if line + 1 < self.count else self.length

    def line(self, line: int) -> tuple[int, bytes]:
        """Offset of the first byte of `line`, and its bytes. Raises `IndexError`."""
        at = bisect_right(self.firsts, line) - 1
        data, starts = self.leaves[at]
        row = line - self.firsts[at]
        start = starts[row]
        piece = data[start : starts[row + 1]] if row + 1 < len(starts) else data[start:]
        return self.offsets[at] + start, piece

    def line_of(self, offset: int) -> int:
        """The line that holds the byte at `offset`."""
        at = bisect_right(self.offsets, offset) - 1
        return self.firsts[at] + bisect_right(self.leaves[at].starts, offset - self.offsets[at]) - 1

    def all(self) -> list[int]:
        """Every line's start."""
        pairs = zip(self.leaves, self.offsets, strict=True)
        return [offset + start for leaf, offset in pairs for start in leaf.starts]

    def slice(self, start: int, end: int) -> bytes | None:
        """The bytes from `start` to `end`; None when they are in more than one leaf."""
        at = bisect_right(self.offsets, start) - 1
        offset, data = self.offsets[at], self.leaves[at].data
        return data[start - offset : end - offset] if end <= offset + len(data) else None

    def joined(self) -> bytes:
        """All bytes."""
        return b"".join([leaf.data for leaf in self.leaves])


def table_of(data: bytes) -> LineTable:
    """The table of `data`, which stays in one piece until it is edited."""
    starts = _starts(data)
    return LineTable([Leaf(data, starts)], [0], [0], len(starts), len(data), _bare(data))


def edited(table: LineTable, start: int, end: int, new: bytes) -> LineTable:
    """The table after the bytes from `start` to `end` were replaced by `new`."""
    offsets, leaves = table.offsets, table.leaves
    first = bisect_right(offsets, start) - 1
    last = bisect_right(offsets, end, first) - 1
    if first == last:
        leaf = _typed(leaves[first], start - offsets[first], end - offsets[first], new)
        if leaf is not None:
            return _put(table, first, first, [leaf], 0)
    if first and start == offsets[first] and leaves[first - 1].data.endswith(b"\r"):
        first -= 1  # the line end before the edit may become a part of a longer one
    head = leaves[first].data[: start - offsets[first]]
    # An edit up to the end of a leaf is in the next one too, so that this is whole lines.
    data = b"".join((head, new, leaves[last].data[end - offsets[last] :]))
    fresh = _leaves(data, last=last + 1 == len(leaves))
    old = leaves[first : last + 1]
    bare = sum(_bare(leaf.data) for leaf in fresh) - sum(_bare(leaf.data) for leaf in old)
    return _put(table, first, last, fresh, bare)


def _typed(leaf: Leaf, start: int, end: int, new: bytes) -> Leaf | None:
    """`leaf` after a replacement that concerns no line end; None for any other."""
    old, starts = leaf
    if b"\n" in new or b"\r" in new or (start and old[start - 1] == 0x0D):
        return None
    removed = old[start:end]
    if b"\n" in removed or b"\r" in removed or (not start and old.startswith(b"\n", end)):
        return None
    data = b"".join((old[:start], new, old[end:]))
    if len(data) > 2 * LEAF and len(starts) > 1:
        return None
    behind = bisect_right(starts, start)
    grown = len(data) - len(old)
    return Leaf(data, starts[:behind] + [each + grown for each in starts[behind:]])


def _put(table: LineTable, first: int, last: int, fresh: list[Leaf], bare: int) -> LineTable:
    """`table` with the leaves from `first` to `last` replaced by `fresh`."""
    behind = last + 1
    has_more = behind < len(table.leaves)
    old_end = table.offsets[behind] if has_more else table.length
    old_count = table.firsts[behind] if has_more else table.count
    offset, line = table.offsets[first], table.firsts[first]
    offsets, firsts = table.offsets[:first], table.firsts[:first]
    for leaf in fresh:
        offsets.append(offset)
        firsts.append(line)
        offset += len(leaf.data)
        line += len(leaf.starts)
    grown, more = offset - old_end, line - old_count
    offsets += [each + grown for each in table.offsets[behind:]]
    firsts += [each + more for each in table.firsts[behind:]] if more else table.firsts[behind:]
    leaves = table.leaves[:first] + fresh + table.leaves[behind:]
    count, length = table.count + more, table.length + grown
    return LineTable(leaves, offsets, firsts, count, length, table.bare + bare)


def _leaves(data: bytes, *, last: bool) -> list[Leaf]:
    """`data`, which is whole lines, cut where it is large; `last`: nothing is behind it."""
    starts = _starts(data)
    if not last:
        starts.pop()
    if len(data) <= 2 * LEAF:
        return [Leaf(data, starts)]
    result, row = list[Leaf](), 0
    while row < len(starts):
        begin = starts[row]
        until = bisect_left(starts, begin + LEAF, row + 1)
        end = starts[until] if until < len(starts) else len(data)
        result.append(Leaf(data[begin:end], [each - begin for each in starts[row:until]]))
        row = until
    return result


def _bare(data: bytes) -> int:
    return data.count(b"\r") - data.count(b"\r\n")


def _starts(data: bytes) -> list[int]:
    """Offset of each line start in `data`, and of the end if the last line has ended."""
    # bytes.splitlines, unlike str.splitlines, splits at \n, \r\n and \r only.
    lines = data.splitlines(keepends=True)
    starts = list(accumulate(map(len, lines), initial=0))
    if lines and not lines[-1].endswith((b"\n", b"\r")):
        starts.pop()
    return starts
