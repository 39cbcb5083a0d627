"""Where names are used: read off the text itself, with what the facts say of it.

Positions are not kept for every word of a workspace: a file that has the word is known
(`Facts.names`), and finding it there takes less time than reading a column would.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
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
        yield from _found(uri, facts, text, _word(name, facts.letters))


def uses_in(uri: str, facts: Facts, text: Text, span: Span) -> Iterator[Reference]:
    """The uses of any name that begin inside `span`, in order."""
    if facts.size == len(text):
        yield from _found(uri, facts, text, words_with(facts.letters), span)


def _found(
    uri: str, facts: Facts, text: Text, pattern: re.Pattern[bytes], span: Span | None = None
) -> Iterator[Reference]:
    defined = frozenset(facts.symbol_name_starts)
    place = span or Span(0, len(text))
    for found in pattern.finditer(text.data, place.start, place.end):
        start, end = found.span()
        if start in defined or skipped(facts, start):
            continue
        within = qualified(facts, symbol_at(facts, start))
        name = found[0].decode("utf-8", "replace")
        called = _CALL.match(text.data, end) is not None
        yield Reference(name, uri, Span(start, end), within, called)


def skipped(facts: Facts, offset: int) -> bool:
    """Whether the byte at `offset` stands in a comment or a string."""
    at = bisect_right(facts.skip_starts, offset) - 1
    return at >= 0 and offset < facts.skip_ends[at]


@lru_cache(maxsize=256)
def _word(name: str, letters: str) -> re.Pattern[bytes]:
    inside = rb"[A-Za-z0-9_\x80-\xff%b]" % re.escape(letters).encode()
    return re.compile(rb"(?<!%b)%b(?!%b)" % (inside, re.escape(name.encode()), inside))
