"""The words of code, and how alike two places are by them."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(rb"[^\W\d]\w{2,}")
_COMMON = frozenset(
    b"self def class return import from for while else elif not and None True False this const"
    b" let var function new public private static void int str bool string null true false end"
    b" func type struct use fn pub impl mut the with try except catch throw raise async".split()
)


@lru_cache(maxsize=40_000)
def words(line: bytes) -> frozenset[bytes]:
    """The words of a line that say what it is about."""
    return frozenset(_WORD.findall(line)) - _COMMON


def ordered(line: bytes) -> list[bytes]:
    """The same words as they stand there, the last first."""
    return [each for each in reversed(_WORD.findall(line)) if each not in _COMMON]


def likeness(one: frozenset[bytes], other: frozenset[bytes]) -> float:
    """The share of words that both have (Jaccard), 0.0 to 1.0."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0
