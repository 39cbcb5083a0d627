"""Where a quote of a text stands: in exactly one place, or nowhere that may be changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from redline.core.edits import near
from redline.core.edits.letters import plain
from redline.core.edits.lines import Plain, Row, lines_of
from redline.core.text.text import Span

How = Literal["exact", "spaces", "indent", "letters"]

_WORD = re.compile(rb"[A-Za-z0-9_\x80-\xff]")
_BLANK = b" \t"


@dataclass(frozen=True, slots=True)
class Place:
    """The one place. `rows` are the first of it and the one after it; `span` counts bytes.

    `whole`: all of each row but for a `lead`, the indentation of the first that the quote
    leaves out. `quoted` are the lines that stand in those rows, as they were quoted; of the
    quote, `above` and `below` blank lines are not in the text.
    """

    rows: tuple[int, int]
    span: Span
    how: How
    whole: bool
    lead: bytes = b""
    quoted: tuple[bytes, ...] = ()
    above: int = 0
    below: int = 0


@dataclass(frozen=True, slots=True)
class NotFound:
    """The quote stands nowhere; `reason` names what is nearest."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The quote stands at several lines (1-based)."""

    lines: tuple[int, ...]
    reason: str


Located = Place | NotFound | Ambiguous


def locate(rows: Sequence[Row], wanted: bytes) -> Located:
    """Where `wanted`, with line feeds only, stands in `rows`.

    As it is first; then without regard to blanks at the ends of lines and to blank lines
    around; to indentation; to typographic letters. The first of these by which it stands
    somewhere decides, and must find it once.
    """
    text = Plain(rows)
    found = _occurrences(text.data, wanted)
    if len(found) == 1:
        return _exact(rows, text, wanted, found[0])
    if found:
        return _several([text.at(offset)[0] for offset in found])
    return locate_lines(rows, lines_of(wanted), exact=False)


def locate_lines(
    rows: Sequence[Row],
    quoted: Sequence[bytes],
    *,
    exact: bool = True,
    what: str = "search text",
) -> Located:
    """Where whole lines stand in `rows`, as `locate` finds them."""
    above = next((at for at, line in enumerate(quoted) if line.strip()), len(quoted))
    below = next((at for at, line in enumerate(reversed(quoted)) if line.strip()), len(quoted))
    core = quoted[above : len(quoted) - below]
    if not core:
        return NotFound(f"The {what} is blank; copy the exact lines to be replaced.")
    if exact:
        found = _same(rows, quoted, bytes)
        if found:
            return _lines_place(rows, quoted, found, "exact")
    found = _same(rows, quoted, _untailed)
    if found:
        return _lines_place(rows, quoted, found, "spaces")
    for how, fold in _FOLDS:
        found = _same(rows, core, fold)
        if found:
            return _lines_place(rows, core, found, how, (above, below))
    return NotFound(near.not_found(rows, quoted, what))


def _untailed(line: bytes) -> bytes:
    return line.rstrip(_BLANK)


def _stripped(line: bytes) -> bytes:
    return line.strip(_BLANK)


def _lettered(line: bytes) -> bytes:
    return plain(line).strip(_BLANK)


_FOLDS: tuple[tuple[How, Callable[[bytes], bytes]], ...] = (
    ("spaces", _untailed),
    ("indent", _stripped),
    ("letters", _lettered),
)


def _same(rows: Sequence[Row], lines: Sequence[bytes], fold: Callable[[bytes], bytes]) -> list[int]:
    """The rows at which all `lines` stand once both are folded."""
    want = [fold(line) for line in lines]
    have = [fold(row.body) for row in rows]
    first = want[0]
    return [
        at
        for at in range(len(have) - len(want) + 1)
        if have[at] == first and have[at : at + len(want)] == want
    ]


def _several(found: Sequence[int]) -> Ambiguous:
    lines = tuple(row + 1 for row in found)
    return Ambiguous(lines, near.ambiguous(lines))


def _lines_place(
    rows: Sequence[Row],
    quoted: Sequence[bytes],
    found: Sequence[int],
    how: How,
    around: tuple[int, int] = (0, 0),
) -> Located:
    if len(found) > 1:
        return _several(found)
    first, end = found[0], found[0] + len(quoted)
    span = Span(rows[first].start, _after(rows[end - 1]))
    return Place((first, end), span, how, True, b"", tuple(quoted), *around)


def _after(row: Row) -> int:
    return row.start + len(row.body) + len(row.end)


def _exact(rows: Sequence[Row], text: Plain, wanted: bytes, at: int) -> Located:
    """The one place where all letters of the quote stand."""
    end = at + len(wanted)
    first, column = text.at(at)
    if _parts_word(text.data, at) or _parts_word(text.data, end):
        line = rows[min(first, len(rows) - 1)].body.decode("utf-8", "replace").strip()
        return NotFound(
            f"The search text stands at line {first + 1} only within a longer word: "
            f"{line[: near.WIDTH]!r}. Copy whole words."
        )
    last, width = text.at(end)
    span = Span(text.original(at), text.original(end))
    lead = rows[first].body[:column] if first < len(rows) else b""
    rest = rows[last].body[width:] if last < len(rows) else b""
    ends_row = width == 0 if wanted.endswith(b"\n") else not rest.strip(_BLANK)
    if lead.strip(_BLANK) or not ends_row or not wanted.strip():
        lines = _same(rows, lines_of(wanted), _stripped) if wanted.strip() else []
        if lines:
            return _several([first, *lines])  # whole lines, but for blanks, or a part of one
        return Place((first, last + 1), span, "exact", False)
    stop = last if width == 0 and end > at and text.data[end - 1 : end] == b"\n" else last + 1
    stop = min(stop, len(rows))
    quoted = lines_of(wanted)
    like = _same(rows, [lead + quoted[0], *quoted[1:]], _untailed)
    if len(like) > 1:
        return _several(like)  # blanks at the ends of lines, which nobody sees, do not choose
    whole = Span(rows[first].start, _after(rows[stop - 1]))
    return Place((first, stop), whole, "exact", True, lead, tuple(quoted))


def _parts_word(data: bytes, at: int) -> bool:
    if not 0 < at < len(data):
        return False
    return bool(_WORD.match(data, at - 1) and _WORD.match(data, at))


def _occurrences(data: bytes, wanted: bytes) -> list[int]:
    places: list[int] = []
    at = data.find(wanted)
    while at >= 0:
        places.append(at)
        at = data.find(wanted, at + 1)
    return places
