"""A text as rows: bytes of a line, where it begins, and its own line end."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from redline.core.text.matching import unequal

_ROW = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|\Z)")
_END = re.compile(rb"\r\n?")
_BLANK = b" \t"


class Row(NamedTuple):
    """A line without its end, the offset it begins at, and its end (b'' where the text ends)."""

    start: int
    body: bytes
    end: bytes


class Line(NamedTuple):
    """A line to be written; `end` is None where the lines around it decide."""

    body: bytes
    end: bytes | None = None


def rows_of(data: bytes) -> list[Row]:
    """The lines of `data`; none for the empty place after a final line end."""
    found = [Row(m.start(), m[1], m[2]) for m in _ROW.finditer(data)]
    return [row for row in found if row.body or row.end]


def encoded(text: str) -> bytes:
    """What a model wrote, with line feeds only."""
    return _END.sub(b"\n", text.encode("utf-8", "surrogatepass"))


def lines_of(text: bytes) -> list[bytes]:
    """The lines of a text with line feeds only; a final line end begins no other line."""
    lines = text.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def indent_of(line: bytes) -> bytes:
    """The blanks a line begins with."""
    return line[: len(line) - len(line.lstrip(_BLANK))]


def tail_of(line: bytes) -> bytes:
    """The blanks a line ends in."""
    return line[len(line.rstrip(_BLANK)) :]


def said(lines: Sequence[bytes]) -> list[bytes]:
    """The lines that hold something."""
    return [line for line in lines if line.strip()]


def newline_of(rows: Sequence[Row], otherwise: bytes) -> bytes:
    """The line end most rows have."""
    ends = Counter(row.end for row in rows if row.end)
    return ends.most_common(1)[0][0] if ends else otherwise


def written(lines: Sequence[Line], replaced: Sequence[Row], newline: bytes) -> bytes:
    """The bytes of `lines` in place of `replaced`: no line loses its end, or gets two.

    Where the text ended without a line end, it still does.
    """
    usual = newline_of(replaced, newline)
    ends = [line.end or usual for line in lines]
    if lines and replaced and not replaced[-1].end:
        ends[-1] = b""
    return b"".join(line.body + end for line, end in zip(lines, ends, strict=True))


def kept(rows: Sequence[Row], new: Sequence[bytes]) -> list[Line]:
    """What to write: blanks at the ends of lines do not make a line another."""
    before, after = [row.body.rstrip(b" \t") for row in rows], [line.rstrip(b" \t") for line in new]
    result: list[Line] = []
    left = 0
    for (top, bottom), (start, end) in (
        *unequal(before, after),
        ((len(before), len(before)), (len(after), len(after))),
    ):
        result += [Line(row.body, row.end or None) for row in rows[left:top]]
        same = bottom - top == end - start
        ends = [row.end or None for row in rows[top:bottom]] if same else [None] * (end - start)
        result += [Line(line, kept) for line, kept in zip(new[start:end], ends, strict=True)]
        left = bottom
    return result


class Plain:
    """Rows joined by line feeds, to search in, and the way back to the bytes as they are."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self.data = b"".join(row.body + (b"\n" if row.end else b"") for row in rows)
        self._starts = list(accumulate((len(r.body) + bool(r.end) for r in rows), initial=0))

    def at(self, offset: int) -> tuple[int, int]:
        """Row and column of an offset in `data`; the end of it is a row of its own."""
        row = bisect_right(self._starts, offset) - 1
        return row, offset - self._starts[row]

    def original(self, offset: int) -> int:
        """The offset in the bytes as they are."""
        row, column = self.at(offset)
        if row < len(self._rows):
            return self._rows[row].start + column
        last = self._rows[-1] if self._rows else Row(0, b"", b"")
        return last.start + len(last.body) + len(last.end)
