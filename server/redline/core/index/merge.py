"""Puts facts that have changed into an index, and takes out what is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from redline.core.index.layers import Files, Uris
from redline.core.index.model import Facts, Index, Totals
from redline.core.index.names import Letters, Names
from redline.core.index.tables import Naming, Tables, UriTable

Named = Callable[[Facts], Iterable[str]]


def names_of(facts: Facts) -> Iterator[str]:
    """Every name that facts are found by, each once."""
    return iter(dict.fromkeys((*facts.symbol_names, *facts.names)))


def defined_in(facts: Facts) -> Iterator[str]:
    """Every name that facts define, each once."""
    return iter(dict.fromkeys(facts.symbol_names))


def naming_of(uri: str, facts: Facts) -> Naming:
    """What tables take from the facts of `uri`."""
    return Naming(uri, facts.symbol_names, facts.names, sum(facts.counts))


def index_of(base: Mapping[str, Facts], tables: Tables) -> Index:
    """The index, not yet complete, of files whose names are in `tables`."""
    names = tables.names[: tables.defined]
    defining = UriTable(names, tables.defining, tables.uris)
    return Index(
        base=base,
        postings=UriTable(tables.names, tables.naming, tables.uris),
        names=Names(defining, Letters(names)),
        totals=Totals(tables.symbols, tables.references),
    )


def merged(index: Index, facts: Mapping[str, Facts], gone: Collection[str]) -> Index:
    """`index` with other base facts: those of `facts`, and none for the uris in `gone`.

    What it costs is in proportion to what has changed since the tables below were made.
    """
    touched = [*facts, *(uri for uri in gone if uri not in facts)]
    base = _layered(index.base)
    old = {uri: before for uri in touched if (before := base.get(uri)) is not None}
    above = {uri: before for uri, before in old.items() if uri in base.over}
    over = {uri: each for uri, each in base.over.items() if uri not in old} | dict(facts)
    masked = base.masked.union(uri for uri in touched if uri in base.under)
    defining = _moved(_uris(index.names.uris), above, facts, masked, defined_in)
    return replace(
        index,
        base=Files(base.under, over, masked),
        postings=_moved(_uris(index.postings), above, facts, masked, names_of),
        names=_renamed(index.names, defining, (*old.values(), *facts.values())),
        totals=_counted(index.totals, old.values(), facts.values()),
    )


def _layered(base: Mapping[str, Facts]) -> Files[Facts]:
    return base if isinstance(base, Files) else Files(base, {})


def _uris(table: Mapping[str, tuple[str, ...]]) -> Uris:
    return table if isinstance(table, Uris) else Uris(table, {})


def _moved(
    table: Uris,
    old: Mapping[str, Facts],
    new: Mapping[str, Facts],
    masked: frozenset[str],
    names: Named,
) -> Uris:
    """`table`, whose upper layer has the `old` facts of what is now `new`, or gone."""
    lost: dict[str, set[str]] = {}
    found: dict[str, list[str]] = {}
    for uri in old.keys() | new.keys():
        before = set(names(old[uri])) if uri in old else set()
        after = set(names(new[uri])) if uri in new else set()
        for name in before - after:
            lost.setdefault(name, set()).add(uri)
        for name in after - before:
            found.setdefault(name, []).append(uri)
    over = dict(table.over)
    for name in lost.keys() | found.keys():
        away = lost.get(name, ())
        left = [uri for uri in over.pop(name, ()) if uri not in away]
        left += found.get(name, ())
        if left:
            over[name] = tuple(sorted(left))
    return Uris(table.under, over, masked)


def _renamed(names: Names, defining: Uris, touched: Iterable[Facts]) -> Names:
    """`names` over `defining`, which differs from before in what is `touched`."""
    every = {name for facts in touched for name in facts.symbol_names}
    known = {name for name in every if name in defining.under}
    alive = {name for name in every if name in defining}
    added = names.added.difference(every).union(alive - known)
    dead = names.dead.difference(every).union(known - alive)
    return Names(defining, names.letters, added, dead)


def _counted(totals: Totals, old: Iterable[Facts], new: Iterable[Facts]) -> Totals:
    symbols, references = totals.symbols, totals.references
    for sign, files in ((-1, old), (1, new)):
        for facts in files:
            symbols += sign * len(facts.symbol_names)
            references += sign * sum(facts.counts)
    return Totals(symbols, references)
