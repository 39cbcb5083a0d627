"""Reads columns: symbols as values, by name, by place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
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
        yield _symbol(uri, facts, row, names, ordinal)


def symbols_named(uri: str, facts: Facts, name: str) -> Iterator[Symbol]:
    """The symbols called `name` (not qualified), in order."""
    if name in facts.symbol_names:
        yield from (symbol for symbol in symbols(uri, facts) if symbol.name == name)


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
    names = _qualified_names(facts)
    return _symbol(uri, facts, row, names, names[:row].count(names[row]))


def _qualified_names(facts: Facts) -> list[str]:
    # A container always has a lower row than what sits in it.
    names: list[str] = []
    for name, container in zip(facts.symbol_names, facts.symbol_containers, strict=True):
        names.append(f"{names[container]}.{name}" if container >= 0 else name)
    return names


def _symbol(uri: str, facts: Facts, row: int, names: list[str], ordinal: int) -> Symbol:
    name = facts.symbol_names[row]
    container = facts.symbol_containers[row]
    start = facts.symbol_name_starts[row]
    return Symbol(
        id=_identity(uri, names[row], ordinal),
        name=name,
        kind=facts.symbol_kinds[row],
        uri=uri,
        span=Span(facts.symbol_starts[row], facts.symbol_ends[row]),
        name_span=Span(start, start + len(name.encode())),
        container=names[container] if container >= 0 else "",
        signature=facts.symbol_signatures[row],
    )


def _identity(uri: str, name: str, ordinal: int) -> str:
    key = f"{uri}\0{name}\0{ordinal}".encode("utf-8", "surrogatepass")
    return blake2b(key, digest_size=9).hexdigest()
