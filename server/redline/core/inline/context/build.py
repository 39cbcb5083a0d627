"""The whole context of an inline suggestion: the text around the cursor, and code that helps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from redline.core.inline.context import gather
from redline.core.inline.context.model import (
    SHARES,
    Count,
    Known,
    Piece,
    Spot,
    Surroundings,
    Window,
)
from redline.core.inline.context.similar import Seen, similar
from redline.core.inline.context.window import window
from redline.core.inline.prompt.comments import commented
from redline.core.text.text import Span

BEFORE, AFTER = 0.5, 0.15
"""What of the budget the text before and after the cursor may take at first."""
MARGIN = 0.04
"""Tokens of parts may add up to a little less than those of the whole."""
WORTH = 40
"""Tokens that are worth another look at what stands further up."""


def surroundings(known: Known, spot: Spot, budget: int, count: Count, seen: Seen) -> Surroundings:
    """What a model is given, of at most `budget` tokens by `count`. The same gives the same.

    `seen` is added to: what it holds makes the next call quicker, and nothing else.
    """
    room = int(budget * (1 - MARGIN))
    starts = _starts(known, spot)
    tokens = (int(room * BEFORE), int(room * AFTER))
    shown = window(spot.text, spot.offset, tokens, count, starts)
    spent = _spent(spot, shown, count)
    pieces, taken = _chosen(known, spot, shown, (room - spent, count, seen))
    left = room - spent - taken
    if left > WORTH and shown.start > 0:
        before = count(_part(spot, shown.start, spot.offset)) + left
        shown = window(spot.text, spot.offset, (before, tokens[1]), count, starts)
    found = _made(known, spot, shown, pieces)
    while (total := whole(found, count)) > budget and pieces:
        pieces = pieces[:-1]
        found = _made(known, spot, shown, pieces)
    return Surroundings(
        found.path, found.language, found.comment, found.prefix, found.suffix, found.pieces, total
    )


def whole(given: Surroundings, count: Count) -> int:
    """The tokens that all of it takes, put together as a prompt."""
    return count(commented(given) + given.prefix) + count(given.suffix)


def _starts(known: Known, spot: Spot) -> Sequence[int]:
    facts = known.index.facts(spot.uri)
    return facts.symbol_starts if facts is not None and facts.size == len(spot.text) else ()


def _spent(spot: Spot, shown: Window, count: Count) -> int:
    before, after = _part(spot, shown.start, spot.offset), _part(spot, spot.offset, shown.end)
    return count(before) + count(after)


def _chosen(
    known: Known, spot: Spot, shown: Window, limits: tuple[int, Count, Seen]
) -> tuple[tuple[Piece, ...], int]:
    """The pieces that fit, and the tokens they take. Nothing is said twice."""
    room, count, seen = limits
    kinds: tuple[Iterable[Piece], ...] = (
        gather.signatures(known, spot, shown),
        similar(known, spot, shown, seen),
        gather.edited(known, spot, shown),
        gather.opened(known, spot),
    )
    found: list[Piece] = []
    known_lines: set[tuple[str, str]] = set()
    taken = count(_title(known, spot))
    for share, candidates in zip(SHARES.values(), kinds, strict=True):
        most = int(room * share)
        for each in candidates:
            key = (each.path, each.text)
            if key in known_lines or not each.text.strip():
                continue
            known_lines.add(key)
            size = count(commented(_made(known, spot, Window(0, 0), (each,))))
            if size > most or taken + size > room:
                break
            found.append(each)
            most, taken = most - size, taken + size
    return tuple(found), taken


def _title(known: Known, spot: Spot) -> str:
    return f"{spot.comment} {known.path_of(spot.uri)}\n"


def _made(known: Known, spot: Spot, shown: Window, pieces: tuple[Piece, ...]) -> Surroundings:
    prefix = _part(spot, shown.start, spot.offset) if shown.end else ""
    suffix = _part(spot, spot.offset, shown.end) if shown.end else ""
    path = known.path_of(spot.uri)
    return Surroundings(path, spot.language, spot.comment, prefix, suffix, pieces, 0)


def _part(spot: Spot, start: int, end: int) -> str:
    return spot.text.slice(Span(start, end)).decode("utf-8", "replace")
