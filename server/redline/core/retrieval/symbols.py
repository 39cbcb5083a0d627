"""Which symbols of a file a query is about."""

from __future__ import annotations

import heapq

from redline.core.index.model import Facts
from redline.core.retrieval.terms import parts, read_query

MOST = 5


def symbols_about(facts: Facts, query: str) -> tuple[str, ...]:
    """The names of the best few symbols: the more of the query and the less else, the better."""
    asked = read_query(query)
    wanted, exact = frozenset(asked.words), frozenset(asked.exact)
    scores: dict[str, float] = {}
    for name in dict.fromkeys(facts.symbol_names):
        inside = parts(name)
        share = len(wanted.intersection(inside))
        if share or name in exact:
            scores[name] = share / (1 + len(inside)) + share + 10 * (name in exact)
    return tuple(heapq.nsmallest(MOST, scores, key=lambda name: (-scores[name], name)))
