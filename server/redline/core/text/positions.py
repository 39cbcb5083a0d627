"""Positions in an encoding, and their byte offsets (LSP 3.17, "Position")."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from redline.core.text.text import Span, Text


class Encoding(Enum):
    """What a column counts."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """0-based line and column; the column counts units of an `Encoding`."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Range:
    """From `start` up to, not including, `end`."""

    start: Position
    end: Position


class PositionError(ValueError):
    """A position that names no place in the text. The message says which and why."""


def offset_at(text: Text, position: Position, encoding: Encoding) -> int:
    """Byte offset of `position`.

    A column past the line's end means the line's end, as the specification says; a
    line past the last one, a negative number, or a column inside a character raises
    `PositionError`.
    """
    line, column = position.line, position.column
    if line < 0 or column < 0:
        raise PositionError(f"position {line}:{column} is negative")
    if line >= text.line_count:
        raise PositionError(f"line {line} is past the last line, {text.line_count - 1}")
    start = text.line_starts[line]
    row = text.line_bytes(line)
    if encoding is Encoding.UTF8:
        at = min(column, len(row))
        if 0 < at < len(row) and row[at] & 0xC0 == 0x80:
            raise PositionError(f"position {line}:{column} is inside a character")
        return start + at
    if row.isascii():
        return start + min(column, len(row))
    return start + _bytes_before(row, column, encoding, line)


def position_at(text: Text, offset: int, encoding: Encoding) -> Position:
    """Position of the byte at `offset`. Raises `PositionError` past the end."""
    if not 0 <= offset <= len(text.data):
        raise PositionError(f"offset {offset} is outside the text of {len(text.data)} bytes")
    line = text.line_of(offset)
    head = text.data[text.line_starts[line] : offset]
    return Position(line, width(head, encoding))


def width(data: bytes, encoding: Encoding) -> int:
    """Length of `data` in units of `encoding`."""
    if encoding is Encoding.UTF8 or data.isascii():
        return len(data)
    points = sum(byte & 0xC0 != 0x80 for byte in data)
    if encoding is Encoding.UTF32:
        return points
    return points + sum(byte >= 0xF0 for byte in data)


def span_at(text: Text, range_: Range, encoding: Encoding) -> Span:
    """Byte span of `range_`. Raises `PositionError`, also for a reversed range."""
    start = offset_at(text, range_.start, encoding)
    end = offset_at(text, range_.end, encoding)
    if end < start:
        raise PositionError(
            f"range {range_.start.line}:{range_.start.column}"
            f"-{range_.end.line}:{range_.end.column} is reversed"
        )
    return Span(start, end)


def range_at(text: Text, span: Span, encoding: Encoding) -> Range:
    """The range of `span`."""
    return Range(position_at(text, span.start, encoding), position_at(text, span.end, encoding))


def _bytes_before(row: bytes, column: int, encoding: Encoding, line: int) -> int:
    units = 0
    for at, byte in enumerate(row):
        if byte & 0xC0 == 0x80:
            continue
        if units == column:
            return at
        if units > column:
            raise PositionError(f"position {line}:{column} is inside a character")
        units += 2 if byte >= 0xF0 and encoding is Encoding.UTF16 else 1
    if units > column:
        raise PositionError(f"position {line}:{column} is inside a character")
    return len(row)
