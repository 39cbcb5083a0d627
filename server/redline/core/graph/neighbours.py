"""What a prompt about a place needs to know of the code around it, the nearest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from redline.core.graph.calls import TextOf, callees, callers
from redline.core.graph.model import Imports
from redline.core.index import facts as read
from redline.core.index.model import Facts, Index, Symbol

SURE = 0.5
"""Calls less sure than this would tell a prompt wrong things."""
MOST_CALLERS = 5


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A symbol beside a place; `because` says how it is related to what is there."""

    symbol: Symbol
    because: str


def neighbours(
    index: Index, imports: Imports, uri: str, offset: int, text_of: TextOf
) -> tuple[Neighbour, ...]:
    """What surrounds the byte at `offset`: what it is in, what that calls, what calls that,
    and what stands beside it. Each symbol once.
    """
    facts = index.facts(uri)
    if facts is None:
        return ()
    found: dict[str, Neighbour] = {}
    for each in _nearest_first(index, imports, uri, facts, (offset, text_of)):
        found.setdefault(each.symbol.id, each)
    return tuple(found.values())


def _nearest_first(
    index: Index, imports: Imports, uri: str, facts: Facts, place: tuple[int, TextOf]
) -> Iterator[Neighbour]:
    offset, text_of = place
    row = inner = read.symbol_at(facts, offset)
    while row >= 0:
        yield Neighbour(read.symbol(uri, facts, row), "around it")
        row = facts.symbol_containers[row]
    if inner >= 0:
        here = read.symbol(uri, facts, inner)
        for call in callees(index, imports, here, text_of, SURE):
            yield Neighbour(call.callee, "called there")
        for call in callers(index, imports, here, text_of, SURE)[:MOST_CALLERS]:
            if call.caller is not None:
                yield Neighbour(call.caller, "calls it")
    around = facts.symbol_containers[inner] if inner >= 0 else -1
    for beside, container in enumerate(facts.symbol_containers):
        if container == around and beside != inner:
            yield Neighbour(read.symbol(uri, facts, beside), "beside it")
