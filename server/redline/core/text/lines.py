"""Where lines start, kept up through edits without counting the text again."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class LineTable:
    """Byte offsets of line starts.

    The entries from index `pivot` on are `shift` less than the offsets they stand for.
    Typing at one place then moves the pivot by a few entries, where a plain list would
    have every later entry counted up for each key.
    """

    entries: list[int]
    pivot: int = 0
    shift: int = 0

    @property
    def count(self) -> int:
        """How many lines there are, at least one."""
        return len(self.entries)

    def start(self, line: int) -> int:
        """Offset of the first byte of `line`. Raises `IndexError` past the last line."""
        entry = self.entries[line]
        return entry + self.shift if line >= self.pivot else entry

    def end(self, line: int, length: int) -> int:
        """Offset behind the line end of `line`, in a text of `length` bytes."""
        return self.start(line + 1) if line + 1 < len(self.entries) else length

    def line_of(self, offset: int) -> int:
        """The line that holds the byte at `offset`."""
        if self.shift and self.pivot < self.count and offset >= self.start(self.pivot):
            return bisect_right(self.entries, offset - self.shift, self.pivot) - 1
        high = self.pivot if self.shift else self.count
        return bisect_right(self.entries, offset, 0, high) - 1

    def all(self) -> list[int]:
        """Every line's start."""
        if not self.shift:
            return self.entries
        tail = [entry + self.shift for entry in self.entries[self.pivot :]]
        return self.entries[: self.pivot] + tail


def table_of(data: bytes) -> LineTable:
    """The table of `data`, counted from nothing."""
    return LineTable(_starts(data, 0))


def edited(table: LineTable, data: bytes, start: int, end: int, grown: int) -> LineTable:
    """The table after bytes `start` to `end` were replaced, `data` being the text now.

    `grown` is the length of `data` less that of the text before.
    """
    # A line feed put behind a carriage return takes the line start between them away,
    # so the line before an edit at a line's start is counted again as well.
    first = table.line_of(start - 1 if start else 0)
    last = table.line_of(end)
    is_last = last + 1 == table.count
    begin = table.start(first)
    until = len(data) if is_last else table.start(last + 1) + grown
    fresh = _starts(data[begin:until], begin)
    if not is_last:
        fresh.pop()  # the first line that stays, which the tail has
    head = table.entries[:first]
    tail = table.entries[last + 1 :]
    if table.shift:
        # Entries that change sides of the pivot are counted up or down.
        head[table.pivot :] = [entry + table.shift for entry in head[table.pivot :]]
        crossing = max(0, table.pivot - last - 1)
        tail[:crossing] = [entry - table.shift for entry in tail[:crossing]]
    head += fresh
    return LineTable(head + tail, len(head), table.shift + grown)


def _starts(data: bytes, base: int) -> list[int]:
    """Offset of each line start in `data`, and of the end if the last line has ended."""
    # bytes.splitlines, unlike str.splitlines, splits at \n, \r\n and \r only.
    lines = data.splitlines(keepends=True)
    starts = list(accumulate(map(len, lines), initial=base))
    if lines and not lines[-1].endswith((b"\n", b"\r")):
        starts.pop()
    return starts
