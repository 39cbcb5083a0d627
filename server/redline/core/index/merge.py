"""Puts facts that have changed into an index, and takes out what is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from redline.core.index.model import Facts, Index


def names_of(facts: Facts) -> Iterator[str]:
    """Every name that facts are found by, each once."""
    return iter(dict.fromkeys((*facts.symbol_names, *facts.names)))


def merged(index: Index, facts: Mapping[str, Facts], gone: Collection[str]) -> Index:
    """`index` with other base facts: those of `facts`, and none for the uris in `gone`."""
    base, postings = dict(index.base), dict(index.postings)
    lost: dict[str, set[str]] = {}
    found: dict[str, list[str]] = {}
    for uri in (*facts, *gone):
        before = base.pop(uri, None)
        old = set(names_of(before)) if before is not None else set()
        new = set(names_of(facts[uri])) if uri in facts else set()
        for name in old - new:
            lost.setdefault(name, set()).add(uri)
        for name in new - old:
            found.setdefault(name, []).append(uri)
        if uri in facts:
            base[uri] = facts[uri]
    for name, uris in lost.items():
        left = tuple(uri for uri in postings.get(name, ()) if uri not in uris)
        if left:
            postings[name] = left
        else:
            postings.pop(name, None)
    for name, more in found.items():
        postings[name] = (*postings.get(name, ()), *more)
    return Index(base, postings, index.overlay, index.complete)
