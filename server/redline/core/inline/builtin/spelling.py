"""The same words as another kind of name: `OrderItem`, `orderItem`, `order_item`, `ORDER_ITEM`."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[^A-Za-z0-9_]+")
LEAST = 3
"""Shorter names are too common to be looked for in other spellings."""


@lru_cache(20_000)
def spellings(name: bytes) -> tuple[bytes, ...]:
    """The name as it is, then as a type, a variable in two styles, a constant, a file name."""
    words = [each.lower() for each in _WORDS.findall(name)]
    if len(name) < LEAST or not words or not name.isascii():
        return (name,)
    titled = [each[:1].upper() + each[1:] for each in words]
    whole = b"".join(titled)
    return (
        name,
        whole,
        words[0] + b"".join(titled[1:]),
        b"_".join(words),
        b"_".join(words).upper(),
        b"-".join(words),
    )


@lru_cache(20_000)
def squashed(text: bytes) -> bytes:
    """What all spellings of a name have in common."""
    return text.lower().translate(None, b"_-")


@lru_cache(20_000)
def renamed(one: bytes, other: bytes, *, underscored: bool) -> dict[bytes, bytes]:
    """What each spelling of a name becomes where the name becomes another. A single word is a
    variable of either style: `underscored` says which it becomes."""
    found: dict[bytes, bytes] = {}
    pairs = list(zip(spellings(one), spellings(other), strict=False))
    if underscored:
        pairs[2:4] = reversed(pairs[2:4])
    for before, after in pairs:
        if before != after:
            found.setdefault(before, after)
    return found
