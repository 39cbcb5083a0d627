"""Puts facts that have changed into an index, and takes out what is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from redline.core.index.layers import Files, Growing, Uris
from redline.core.index.model import Facts, Index, Totals
from redline.core.index.names import Letters, Names
from redline.core.index.tables import Naming, Tables, UriTable, UriTables

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


def index_of(base: Mapping[str, Facts], parts: Sequence[Tables]) -> Index:
    """The index, not yet complete, of files whose names are in `parts`.

    The uris of each part follow those of the one before.
    """
    defining = [UriTable(each.names[: each.defined], each.defining, each.uris) for each in parts]
    naming = [UriTable(each.names, each.naming, each.uris) for each in parts]
    return Index(
        base=base,
        postings=UriTables(naming),
        names=Names(UriTables(defining), tuple(Letters(each.names) for each in defining)),
        totals=Totals(sum(p.symbols for p in parts), sum(p.references for p in parts)),
    )


def merged(index: Index, facts: Mapping[str, Facts], gone: Collection[str]) -> Index:
    """`index` with other base facts: those of `facts`, and none for the uris in `gone`."""
    merging = Merging(index)
    merging.put(facts, gone)
    return merging.index()


class Merging:
    """An index while news are put into it, in as many steps as one likes.

    To begin costs in proportion to what has changed since the tables below were made, a step
    in proportion to its own news. Who has asked for the `index` puts nothing in any more.
    """

    __slots__ = ("_added", "_before", "_dead", "_defined", "_files", "_masked", "_totals", "_used")

    def __init__(self, index: Index) -> None:
        base = _parts(index.base)
        self._before = index
        self._files, self._masked = dict(base.over), set(base.masked)
        self._defined = Growing(_layers(index.names.uris).over)
        self._used = Growing(_layers(index.postings).over)
        self._added, self._dead = set(index.names.added), set(index.names.dead)
        self._totals = index.totals

    def put(self, facts: Mapping[str, Facts], gone: Collection[str]) -> None:
        """Other facts for the uris of `facts`, and none for those in `gone`."""
        under = _parts(self._before.base).under
        touched = [*facts, *(uri for uri in gone if uri not in facts)]
        above = {uri: self._files.pop(uri) for uri in touched if uri in self._files}
        below = [uri for uri in touched if uri in under and uri not in self._masked]
        old = [*above.values(), *filter(None, map(under.get, below))]
        self._files.update(facts)
        self._masked.update(below)
        _move(self._defined, above, facts, defined_in)
        _move(self._used, above, facts, names_of)
        self._rename((*old, *facts.values()))
        self._totals = _counted(self._totals, old, facts.values())

    def index(self) -> Index:
        """The index with all of it."""
        before, masked = self._before, frozenset(self._masked)
        defining = Uris(_layers(before.names.uris).under, self._defined.over, masked)
        added, dead = frozenset(self._added), frozenset(self._dead)
        return replace(
            before,
            base=Files(_parts(before.base).under, self._files, masked),
            postings=Uris(_layers(before.postings).under, self._used.over, masked),
            names=Names(defining, before.names.letters, added, dead),
            totals=self._totals,
        )

    def _rename(self, touched: Iterable[Facts]) -> None:
        """Notes which names are defined now, of those that `touched` define or defined."""
        under = _layers(self._before.names.uris).under
        now = Uris(under, self._defined.over, self._masked)
        every = {name for facts in touched for name in facts.symbol_names}
        known = {name for name in every if name in under}
        alive = {name for name in every if name in now}
        self._added.difference_update(every)
        self._added.update(alive - known)
        self._dead.difference_update(every)
        self._dead.update(known - alive)


def _parts(base: Mapping[str, Facts]) -> Files[Facts]:
    return base if isinstance(base, Files) else Files(base, {})


def _layers(table: Mapping[str, tuple[str, ...]]) -> Uris:
    """The layers of a table of an index, which has tables of no other kind."""
    if isinstance(table, Uris):
        return table
    return Uris(table if isinstance(table, UriTables) else UriTables(), {})


def _move(layer: Growing, old: Mapping[str, Facts], new: Mapping[str, Facts], names: Named) -> None:
    """Changes the upper layer of a table, which has the `old` facts of what is `new`, or gone."""
    for uri in old.keys() | new.keys():
        before = set(names(old[uri])) if uri in old else set()
        after = set(names(new[uri])) if uri in new else set()
        layer.lose(before - after, uri)
        layer.gain(after - before, uri)


def _counted(totals: Totals, old: Iterable[Facts], new: Iterable[Facts]) -> Totals:
    symbols, references = totals.symbols, totals.references
    for sign, files in ((-1, old), (1, new)):
        for facts in files:
            symbols += sign * len(facts.symbol_names)
            references += sign * sum(facts.counts)
    return Totals(symbols, references)
