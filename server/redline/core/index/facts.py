"""Reads columns: symbols as values, by name, by place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b

from redline.core.index.model import Facts, Symbol
from redline.core.text.text import Span


def symbols(uri: str, facts: Facts) -> Iterator[Symbol]:
    """All symbols in order of their start."""
    seen: dict[str, int] = {}
    names = _qualified_names(facts)
    for row in range(len(facts.symbol_names)):
        ordinal = seen.get(names[row], 0)
        seen[names[row]] = ordinal + 1
        yield _symbol(uri, facts, row, names[row], ordinal)


def symbols_named(uri: str, facts: Facts, name: str) -> Iterator[Symbol]:
    """The symbols called `name` (not qualified), in order."""
    for row in rows_named(facts, name):
        yield symbol(uri, facts, row)


def rows_named(facts: Facts, name: str) -> Iterator[int]:
    """The rows of the symbols called `name`."""
    names, at = facts.symbol_names, -1
    with suppress(ValueError):
        while True:
            at = names.index(name, at + 1)
            yield at


def symbol_at(facts: Facts, offset: int) -> int:
    """The row of the innermost symbol whose span holds the byte at `offset`, -1 for none."""
    row = bisect_right(facts.symbol_starts, offset) - 1
    while row >= 0 and facts.symbol_ends[row] <= offset:
        row = facts.symbol_containers[row]
    return row


def qualified(facts: Facts, row: int) -> str:
    """The dotted name of a symbol row, `Outer.method`; '' for -1."""
    parts: list[str] = []
    while row >= 0:
        parts.append(facts.symbol_names[row])
        row = facts.symbol_containers[row]
    return ".".join(reversed(parts))


def symbol(uri: str, facts: Facts, row: int) -> Symbol:
    """One row as a value."""
    name = qualified(facts, row)
    own, ordinal = facts.symbol_names[row], 0
    if facts.symbol_names.index(own) < row:
        twins = (each for each in rows_named(facts, own) if each < row)
        ordinal = sum(qualified(facts, each) == name for each in twins)
    return _symbol(uri, facts, row, name, ordinal)


def _qualified_names(facts: Facts) -> list[str]:
    # A container always has a lower row than what sits in it.
    names: list[str] = []
    for name, container in zip(facts.symbol_names, facts.symbol_containers, strict=True):
        names.append(f"{names[container]}.{name}" if container >= 0 else name)
    return names


def _symbol(uri: str, facts: Facts, row: int, whole: str, ordinal: int) -> Symbol:
    """`whole` is the qualified name, `ordinal` how many symbols before it have the same."""
    name, start = facts.symbol_names[row], facts.symbol_name_starts[row]
    return Symbol(
        id=_identity(uri, whole, ordinal),
        name=name,
        kind=facts.symbol_kinds[row],
        uri=uri,
        span=Span(facts.symbol_starts[row], facts.symbol_ends[row]),
        name_span=Span(start, start + len(name.encode())),
        container=whole[: -len(name) - 1] if len(whole) > len(name) else "",
        signature=facts.symbol_signatures[row],
    )


def _identity(uri: str, name: str, ordinal: int) -> str:
    key = f"{uri}\0{name}\0{ordinal}".encode("utf-8", "surrogatepass")
    return blake2b(key, digest_size=9).hexdigest()
