"""What is asked at a place in a text: what is typed of the line, and what the model starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redline.core.inline.builtin.decode import Start
from redline.core.inline.builtin.live import Live
from redline.core.inline.builtin.mixing import LONGEST, Source
from redline.core.inline.builtin.tokens import Family, Line, break_of, is_name, lexed, opening

_OPENERS, _CLOSERS = b"([{", b")]}"
_QUOTES = (b'"', b"'", b"`")
NEARBY = 30
"""Lines that are looked at for brackets that are still open."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One place: `typed` are the whole tokens of the line so far, `rest` the text the line goes
    on with after the place, `after` the next line's tokens; `depth` brackets are open here."""

    source: Source
    own: Live
    start: Start
    typed: tuple[bytes, ...]
    row: bytes
    rest: bytes
    after: tuple[bytes, ...]
    depth: int


def asked_at(
    source: Source, own: Live, row: bytes, rest: bytes, after: tuple[bytes, ...]
) -> Asked | None:
    """What is asked after `row`, the part of the line before the place.

    `own` holds the rows above. None inside a comment or a text of several lines.
    """
    place = own.place
    if place.state:
        return None
    depth = _depth(own.lines[-NEARBY:])
    context = tuple(own.tokens[-LONGEST:])
    bare = row.lstrip()
    if not bare:
        start = Start(context, b"", opening(place), row, place.indent)
        return Asked(source, own, start, (), row, rest, after, depth)
    split = _split(bare, own.family)
    if split is None:
        return None
    typed, partial = split
    break_ = break_of(place, row[: len(row) - len(bare)])
    context = (*context, break_, *typed)[-LONGEST:]
    start = Start(context, partial, b"", b"", b"")
    return Asked(source, own, start, typed, row, rest, after, depth + balance(typed))


def _split(bare: bytes, family: Family) -> tuple[tuple[bytes, ...], bytes] | None:
    """The whole tokens typed, and what the next begins with; None within a comment."""
    tokens, state = lexed(bare, b"", family)
    if state or b"".join(tokens) != bare.rstrip():
        return None
    blank = bare[len(bare.rstrip()) :]
    quote = next((at for at, each in enumerate(tokens) if each.lstrip() in _QUOTES), None)
    if quote is not None:  # a text that is not closed yet
        return tokens[:quote], b"".join(tokens[quote:]) + blank
    if blank:
        return tokens, blank
    if is_name(tokens[-1].lstrip()):
        return tokens[:-1], tokens[-1]
    return tokens, b""


def balance(tokens: Sequence[bytes]) -> int:
    """Brackets opened less those closed."""
    found = 0
    for each in tokens:
        bare = each.lstrip()
        if len(bare) == 1:
            found += (bare in _OPENERS) - (bare in _CLOSERS)
    return found


def _depth(lines: Sequence[Line]) -> int:
    """How many brackets are open after these lines, as far as they say."""
    depth = 0
    for line in lines:
        depth = max(0, depth + balance(line.tokens))
    return depth
