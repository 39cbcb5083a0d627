"""Texts as the user knows them: every character is a thing of its own, with its author.

A character keeps its identity through typing, undo and closing, so that what became of
each one is known without comparing texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from redline.core.text.positions import Encoding, Position, Range
from redline.core.text.sync import ContentChange

LINE_END = re.compile("\r\n|\n|\r")
WIDTHS = {Encoding.UTF8: ("utf-8", 1), Encoding.UTF16: ("utf-16-le", 2), Encoding.UTF32: ("", 1)}
Splice = tuple[int, int, str]


class Cell:
    """One character. `by` is "" for what was there first, "user", or the id of a hunk."""

    __slots__ = ("by", "char")

    def __init__(self, char: str, by: str) -> None:
        self.char, self.by = char, by

    def __repr__(self) -> str:
        return repr(self.char)


Cells = tuple[Cell, ...]


def cells_of(text: str, by: str) -> Cells:
    return tuple(Cell(char, by) for char in text)


def text_of(cells: Sequence[Cell]) -> str:
    return "".join(each.char for each in cells)


def data_of(cells: Sequence[Cell]) -> bytes:
    return text_of(cells).encode()


def found(part: Cells, whole: Cells) -> int | None:
    """Where `part` stands in `whole`, unbroken; in bytes."""
    if not part:
        return None
    for at, each in enumerate(whole):
        if each is part[0]:
            here = whole[at : at + len(part)]
            same = len(here) == len(part) and all(a is b for a, b in zip(here, part, strict=True))
            return len(data_of(whole[:at])) if same else None
    return None


def place(text: str, at: int, encoding: Encoding) -> Position:
    """An index in `text` as an LSP position."""
    lines = LINE_END.split(text[:at])
    codec, width = WIDTHS[encoding]
    column = len(lines[-1].encode(codec)) // width if codec else len(lines[-1])
    return Position(len(lines) - 1, column)


def index(text: str, position: Position, encoding: Encoding) -> int:
    """An LSP position as an index in `text`."""
    starts = [0, *(each.end() for each in LINE_END.finditer(text))]
    line = text[starts[position.line] :]
    codec, width = WIDTHS[encoding]
    if not codec:
        return starts[position.line] + position.column
    return starts[position.line] + len(line.encode(codec)[: position.column * width].decode(codec))


def splices(old: Cells, new: Cells) -> list[Splice]:
    """What turns `old` into `new`, by the identity of each character."""
    kept_old, kept_new = {id(each) for each in old}, {id(each) for each in new}
    result: list[Splice] = []
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] is new[j]:
            i, j = i + 1, j + 1
            continue
        top, left = i, j
        while i < len(old) and id(old[i]) not in kept_new:
            i += 1
        while j < len(new) and id(new[j]) not in kept_old:
            j += 1
        assert (i, j) != (top, left), "characters never change places"
        result.append((top, i, text_of(new[left:j])))
    return result


def changes(old: Cells, new: Cells, encoding: Encoding, habit: str) -> list[ContentChange]:
    """The `didChange` an editor sends: each part, one change that covers all, or everything."""
    if habit == "whole":
        return [ContentChange(None, text_of(new))]
    text, parts = text_of(old), splices(old, new)
    if parts and habit == "covering":
        parts = [_covering(text, parts)]
    wide = [_apart(text, each) for each in parts]
    if any(one[1] >= other[0] for one, other in pairwise(wide)):
        wide = [_apart(text, _covering(text, parts))]
    return [
        ContentChange(Range(place(text, start, encoding), place(text, end, encoding)), put)
        for start, end, put in reversed(wide)
    ]


def _covering(text: str, parts: Sequence[Splice]) -> Splice:
    start, end = parts[0][0], parts[-1][1]
    put, last = "", start
    for top, bottom, new in parts:
        put, last = put + text[last:top] + new, bottom
    return start, end, put


def _apart(text: str, splice: Splice) -> Splice:
    """`splice` with whole line ends: no position names the middle of one."""
    start, end, put = splice
    if text[start - 1 : start + 1] == "\r\n" and start:
        start, put = start - 1, "\r" + put
    if text[end - 1 : end + 1] == "\r\n" and end:
        end, put = end + 1, put + "\n"
    return start, end, put
