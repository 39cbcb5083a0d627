"""How the files of a workspace hang together, and which are central.

A file is central when files that are central themselves import it or use what it defines
(PageRank: Brin and Page 1998, "The anatomy of a large-scale hypertextual web search engine").
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redline.core.graph.meanings import CALLABLE, MEMBERS, RESOLVED, reach, related
from redline.core.graph.model import Imports
from redline.core.index.model import Facts, Index
from redline.core.index.query import documents

DAMPING = 0.85
ROUNDS = 30
SHARED_NAME = 5
"""A name that more files define than these says nothing about which is meant."""
SHORT_NAME = 3


@dataclass(frozen=True, slots=True)
class Link:
    """One file needs another: it imports it (`imports`), and uses in `calls` places
    functions, methods or classes that only the other defines, or that it imports from there.
    """

    source: str
    target: str
    imports: bool
    calls: int


def links(index: Index, imports: Imports) -> tuple[Link, ...]:
    """All links between files, in order."""
    callables = _callables(index)
    found: list[Link] = []
    for uri, facts in documents(index):
        targets = imports.targets.get(uri, ())
        calls = _calls(index, imports, callables, uri, facts)
        for target in sorted(calls.keys() | set(targets)):
            found.append(Link(uri, target, target in targets, calls.get(target, 0)))
    return tuple(found)


Definers = Mapping[str, Mapping[str, bool]]
"""By name the files that define it as something to call, and whether as a member."""


def _callables(index: Index) -> Definers:
    """By name who defines it; names that are short, or that many define, are left out."""
    found: dict[str, dict[str, bool]] = {}
    for uri, facts in documents(index):
        for name, kind in zip(facts.symbol_names, facts.symbol_kinds, strict=True):
            if kind in CALLABLE and len(name) > SHORT_NAME:
                files = found.setdefault(name, {})
                files[uri] = files.get(uri, False) or kind in MEMBERS
    return {name: files for name, files in found.items() if len(files) <= SHARED_NAME}


def _calls(
    index: Index, imports: Imports, callables: Definers, uri: str, facts: Facts
) -> dict[str, int]:
    """By file how often `facts` name what it defines, imports left out."""
    found: dict[str, int] = {}
    imported = {name.rpartition(".")[2] for name in facts.import_names}
    seen, resolved = reach(imports, uri), facts.language in RESOLVED
    for name, count in zip(facts.names, facts.counts, strict=True):
        definers = callables.get(name)
        if definers is None or uri in definers:
            continue
        telling = "_" in name.strip("_") or not (name.islower() or name.istitle())
        meant = [each for each in definers if each in seen] or [
            each
            for each, member in definers.items()
            if (telling if member else not resolved)
            and _may_call(index, imports, facts.language, each)
        ]
        uses = count - (name in imported)
        if len(meant) == 1 and uses:
            found[meant[0]] = found.get(meant[0], 0) + uses
    return found


def _may_call(index: Index, imports: Imports, language: str, uri: str) -> bool:
    """Whether code in `language` can call what `uri` defines without importing it."""
    facts = index.facts(uri)
    return (
        facts is not None
        and related(language, facts.language)
        and (language not in RESOLVED or uri in imports.importers)
    )


def centrality(uris: Sequence[str], found: Sequence[Link]) -> dict[str, float]:
    """How central each of `uris` is; they add up to 1."""
    places = {uri: at for at, uri in enumerate(uris)}
    out: list[list[tuple[int, float]]] = [[] for _ in uris]
    for link in found:
        weight = link.imports + math.sqrt(link.calls)
        out[places[link.source]].append((places[link.target], weight))
    totals = [sum(weight for _, weight in row) for row in out]
    count = max(1, len(uris))
    ranks = [1 / count] * len(uris)
    for _ in range(ROUNDS):
        lost = sum(rank for rank, total in zip(ranks, totals, strict=True) if not total)
        fresh = [(1 - DAMPING) / count + DAMPING * lost / count] * len(uris)
        for rank, row, total in zip(ranks, out, totals, strict=True):
            for target, weight in row:
                fresh[target] += DAMPING * rank * weight / total
        ranks = fresh
    return dict(zip(uris, ranks, strict=True))
