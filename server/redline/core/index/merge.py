"""Puts facts that have changed into an index, and takes out what is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from redline.core.index.model import Facts, Index
from redline.core.index.names import Names


def names_of(facts: Facts) -> Iterator[str]:
    """Every name that facts are found by, each once."""
    return iter(dict.fromkeys((*facts.symbol_names, *facts.names)))


def defined_in(facts: Facts) -> Iterator[str]:
    """Every name that facts define, each once."""
    return iter(dict.fromkeys(facts.symbol_names))


def merged(index: Index, facts: Mapping[str, Facts], gone: Collection[str]) -> Index:
    """`index` with other base facts: those of `facts`, and none for the uris in `gone`."""
    base = dict(index.base)
    old: dict[str, Facts] = {}
    for uri in (*facts, *gone):
        before = base.pop(uri, None)
        if before is not None:
            old[uri] = before
    base.update(facts)
    postings = _moved(index.postings, old, facts, names_of)
    defined = _moved(index.names.uris, old, facts, defined_in)
    names = index.names if defined == index.names.uris else Names(defined)
    return Index(base, postings, index.overlay, index.complete, names)


def _moved(
    table: Mapping[str, tuple[str, ...]],
    old: Mapping[str, Facts],
    new: Mapping[str, Facts],
    names: Callable[[Facts], Iterable[str]],
) -> dict[str, tuple[str, ...]]:
    """`table`, of uris by name, where `old` facts are replaced by `new` ones."""
    lost: dict[str, set[str]] = {}
    found: dict[str, list[str]] = {}
    for uri in old.keys() | new.keys():
        before = set(names(old[uri])) if uri in old else set()
        after = set(names(new[uri])) if uri in new else set()
        for name in before - after:
            lost.setdefault(name, set()).add(uri)
        for name in after - before:
            found.setdefault(name, []).append(uri)
    result = dict(table)
    for name in lost.keys() | found.keys():
        away = lost.get(name, ())
        left = [uri for uri in result.pop(name, ()) if uri not in away]
        left += found.get(name, ())
        if left:
            result[name] = tuple(left)
    return result
