"""Code that is like the code at the cursor: the windows with the most words in common."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass

from redline.core.inline.context.model import Known, Piece, PieceKind, Spot, Window
from redline.core.inline.context.words import likeness, words
from redline.core.text.text import Span, Text

ROWS, STEP = 16, 8
"""Rows of a window, and how far the next one begins."""
ASKED_ABOVE, ASKED_BELOW = 10, 3
ALIKE = 0.12
"""What is less alike helps no model."""
MOST = 3
FILES, FILE_ROWS, NEW_ROWS, HERE_ROWS = 12, 1000, 1000, 800
"""Files that are looked at, rows of each; rows looked at for the first time in one request;
rows of the file itself on each side of the cursor."""
KEPT = 64


@dataclass(frozen=True, slots=True)
class Rows:
    """The words of each window of a text, by its first row."""

    firsts: tuple[int, ...]
    words: tuple[frozenset[bytes], ...]


Seen = MutableMapping[str, Rows]
"""What was looked at before, by the text's digest."""


@dataclass(frozen=True, slots=True)
class _Hit:
    alike: float
    uri: str
    text: Text
    first: int


def similar(known: Known, spot: Spot, window: Window, seen: Seen) -> Iterator[Piece]:
    """The windows most like the cursor's surroundings, best first, none of them in `window`."""
    asked = _asked(spot)
    if not asked:
        return
    hits = [*_here(spot, window, asked)]
    new = NEW_ROWS
    for uri in _files(known, spot):
        text = known.text_of(uri)
        if text is None or text.is_binary:
            continue
        rows = seen.get(text.digest)
        if rows is None:
            new -= min(text.line_count, FILE_ROWS)
            if new < 0:
                break
            rows = seen[text.digest] = _rows(text, 0, min(text.line_count, FILE_ROWS))
        hits += _hits(uri, text, rows, asked)
    while len(seen) > KEPT:
        del seen[next(iter(seen))]
    hits.sort(key=lambda each: (-each.alike, each.uri, each.first))
    yield from (_piece(known, each) for each in _apart(hits))


def _asked(spot: Spot) -> frozenset[bytes]:
    line = spot.text.line_of(spot.offset)
    last = min(spot.text.line_count, line + 1 + ASKED_BELOW)
    rows = (spot.text.line_bytes(row) for row in range(max(0, line - ASKED_ABOVE), last))
    return frozenset[bytes]().union(*map(words, rows))


def _files(known: Known, spot: Spot) -> list[str]:
    """Where to look: what is open or was edited, what is imported, what imports it."""
    found = dict.fromkeys(
        (
            *known.opened,
            *(each.uri for each in known.edited),
            *known.imports.targets.get(spot.uri, ()),
            *known.imports.importers.get(spot.uri, ())[:FILES],
        )
    )
    found.pop(spot.uri, None)
    return list(found)[:FILES]


def _rows(text: Text, first: int, last: int) -> Rows:
    span = Span(text.line_start(first), text.line_span(last - 1).end)
    each = [words(row) for row in text.slice(span).splitlines()[: last - first]]
    firsts = range(0, max(1, len(each) - ROWS // 2), STEP)
    union = (frozenset[bytes]().union(*each[at : at + ROWS]) for at in firsts)
    return Rows(tuple(first + at for at in firsts), tuple(union))


def _here(spot: Spot, window: Window, asked: frozenset[bytes]) -> Iterator[_Hit]:
    """The rest of the file itself, as far as it is near."""
    text, line = spot.text, spot.text.line_of(spot.offset)
    above, below = text.line_of(window.start), text.line_of(max(window.start, window.end - 1)) + 1
    for first, last in (
        (max(0, line - HERE_ROWS), above),
        (below, min(text.line_count, line + HERE_ROWS)),
    ):
        if last - first >= ROWS // 2:
            yield from _hits(spot.uri, text, _rows(text, first, last), asked, last)


def _hits(
    uri: str, text: Text, rows: Rows, asked: frozenset[bytes], last: int | None = None
) -> Iterator[_Hit]:
    for first, found in zip(rows.firsts, rows.words, strict=True):
        alike = likeness(asked, found)
        if alike >= ALIKE and (last is None or first + ROWS <= last):
            yield _Hit(alike, uri, text, first)


def _apart(hits: Sequence[_Hit]) -> list[_Hit]:
    """The first few that do not overlap."""
    found: list[_Hit] = []
    for each in hits:
        if any(one.uri == each.uri and abs(one.first - each.first) < ROWS for one in found):
            continue
        found.append(each)
        if len(found) == MOST:
            break
    return found


def _piece(known: Known, hit: _Hit) -> Piece:
    return lines_of(known, "similar", hit.uri, hit.text, (hit.first, hit.first + ROWS))


def lines_of(known: Known, kind: PieceKind, uri: str, text: Text, rows: tuple[int, int]) -> Piece:
    """Rows of a text as a piece, blank ones at both ends left out."""
    first, last = rows[0], min(rows[1], text.row_count)
    lines = [text.line_bytes(row).decode("utf-8", "replace") for row in range(first, last)]
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
        first += 1
    path = known.path_of(uri)
    origin = f"{path}:{first + 1}-{first + len(lines)}@{text.digest[:12]}"
    return Piece(kind, path, "\n".join(lines), origin)
