"""Where names are used: read off the text itself, with what the facts say of it.

Positions are not kept for every word of a workspace: a file that has the word is known
(`Facts.names`), and finding it there takes less time than reading a column would.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from redline.core.index.facts import qualified, symbol_at
from redline.core.index.languages import words_with
from redline.core.index.model import Facts, Reference
from redline.core.text.text import Span, Text

_CALL = re.compile(rb"!?\s*(?:::\s*)?(?:<[\w\s,:<>&\[\]*]{0,80}>)?\s*\(")


def uses_of(uri: str, facts: Facts, text: Text, name: str) -> Iterator[Reference]:
    """The uses of `name` in order, its definitions, comments and strings left out.

    `facts` must be those of `text`; of another text nothing is said.
    """
    if name in facts.names and facts.size == len(text):
        size = len(name.encode())
        places = ((at, at + size) for at in _places(text.data, name, facts.letters))
        yield from _told(uri, facts, text, places)


def uses_in(uri: str, facts: Facts, text: Text, span: Span) -> Iterator[Reference]:
    """The uses of any name that begin inside `span`, in order."""
    if facts.size == len(text):
        found = words_with(facts.letters).finditer(text.data, span.start, span.end)
        yield from _told(uri, facts, text, (each.span() for each in found))


def _told(
    uri: str, facts: Facts, text: Text, places: Iterable[tuple[int, int]]
) -> Iterator[Reference]:
    """The uses among `places`."""
    defined = facts.symbol_name_starts
    for start, end in places:
        if start in defined or skipped(facts, start):
            continue
        within = qualified(facts, symbol_at(facts, start))
        name = text.data[start:end].decode("utf-8", "replace")
        called = _CALL.match(text.data, end) is not None
        yield Reference(name, uri, Span(start, end), within, called)


def _places(data: bytes, name: str, letters: str) -> Iterator[int]:
    """Where `name` stands as a whole word."""
    word, inside = name.encode(), _inside(letters)
    at = data.find(word)
    while at >= 0:
        end = at + len(word)
        if not (at and data[at - 1] in inside) and not (end < len(data) and data[end] in inside):
            yield at
        at = data.find(word, end)


@lru_cache(maxsize=64)
def _inside(letters: str) -> frozenset[int]:
    """The bytes that may be part of a word."""
    ascii_ = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
    return frozenset((*ascii_, *letters.encode(), *range(128, 256)))


def skipped(facts: Facts, offset: int) -> bool:
    """Whether the byte at `offset` stands in a comment or a string."""
    at = bisect_right(facts.skip_starts, offset) - 1
    return at >= 0 and offset < facts.skip_ends[at]
