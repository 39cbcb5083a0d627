"""Questions to the index. An answer is whole only when `index.complete`: callers must say so.

Every result is in a fixed order, so that equal indexes give equal answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from redline.core.index import facts as read
from redline.core.index.model import Facts, Index, Reference, Symbol
from redline.core.index.names import holds, ranked
from redline.core.index.uses import uses_of
from redline.core.text.text import Text

__all__ = [
    "SymbolTree",
    "document_symbols",
    "documents",
    "qualified_name",
    "references_named",
    "symbols_named",
    "uris_naming",
    "workspace_symbols",
]


_ALL = 1 << 60


@dataclass(frozen=True, slots=True)
class SymbolTree:
    """A symbol with those that sit in it, in order of place."""

    symbol: Symbol
    children: tuple[SymbolTree, ...] = ()


def uris_naming(index: Index, name: str) -> tuple[str, ...]:
    """The documents that define or use the undotted `name`, sorted."""
    found = {uri for uri in index.postings.get(name, ()) if uri not in index.overlay}
    for uri, facts in index.overlay.items():
        if name in facts.names or name in facts.symbol_names:
            found.add(uri)
    return tuple(sorted(found))


def uris_defining(index: Index, name: str) -> tuple[str, ...]:
    """The documents that define the undotted `name`, sorted."""
    found = {uri for uri in index.names.uris.get(name, ()) if uri not in index.overlay}
    found |= {uri for uri, facts in index.overlay.items() if name in facts.symbol_names}
    return tuple(sorted(found))


def symbols_named(index: Index, name: str) -> tuple[Symbol, ...]:
    """The definitions of `name`, which may be dotted: the end of a qualified name, with
    the file's own dotted path before it where that is given (`pkg.shop.Cart.total`).
    """
    last = name.rpartition(".")[2]
    return tuple(symbol for symbol in _defined(index, last) if _ends_with(symbol, name))


def references_named(
    index: Index, name: str, text_of: Callable[[str], Text | None]
) -> tuple[Reference, ...]:
    """The uses of `name`; of a dotted name, of its last part. `text_of` gives a file's text."""
    last = name.rpartition(".")[2]
    found: list[Reference] = []
    for uri in uris_naming(index, last):
        facts, text = index.facts(uri), text_of(uri)
        if facts is not None and text is not None:
            found += uses_of(uri, facts, text, last)
    return tuple(found)


def qualified_name(symbol: Symbol) -> str:
    """`Outer.method`."""
    return f"{symbol.container}.{symbol.name}" if symbol.container else symbol.name


def workspace_symbols(index: Index, query: str, limit: int) -> tuple[Symbol, ...]:
    """The symbols whose name holds the letters of `query` in order, best first.

    `Cart.tot` looks for `tot` in symbols of containers that match `Cart`.
    """
    outer, _, wanted = query.strip().rpartition(".")
    small = wanted.lower()
    # A container may rule out any of the best names: then all that fit are looked at.
    like = index.names.like(wanted, _ALL if outer else limit)
    opened: dict[str, set[str]] = {}
    for uri, facts in index.overlay.items():
        for name in facts.symbol_names:
            if holds(small, name.lower()):
                opened.setdefault(name, set()).add(uri)
    found: list[Symbol] = []
    for name in ranked(wanted, {*like, *opened}):
        uris = index.names.uris.get(name, ())
        if index.overlay:
            closed = (uri for uri in uris if uri not in index.overlay)
            uris = tuple(sorted((*closed, *opened.get(name, ()))))
        for uri in uris:
            for symbol in _within(index, uri, name, outer.lower()):
                found.append(symbol)
                if len(found) == limit:
                    return tuple(found)
    return tuple(found)


def _within(index: Index, uri: str, name: str, outer: str = "") -> Iterator[Symbol]:
    """The symbols called `name` in containers that hold the small letters of `outer`."""
    facts = index.facts(uri)
    if facts is not None:
        for row in read.rows_named(facts, name):
            container = facts.symbol_containers[row]
            if not outer or holds(outer, read.qualified(facts, container).lower()):
                yield read.symbol(uri, facts, row)


def _defined(index: Index, name: str) -> Iterator[Symbol]:
    for uri in uris_defining(index, name):
        yield from _within(index, uri, name)


def document_symbols(uri: str, facts: Facts) -> tuple[SymbolTree, ...]:
    """The outline of one document."""
    symbols = list(read.symbols(uri, facts))
    inside: dict[int, list[SymbolTree]] = {}
    # A container always has a lower row than what sits in it.
    for row in range(len(symbols) - 1, -1, -1):
        children = tuple(reversed(inside.pop(row, [])))
        tree = SymbolTree(symbols[row], children)
        inside.setdefault(facts.symbol_containers[row], []).append(tree)
    return tuple(reversed(inside.get(-1, [])))


def documents(index: Index) -> Iterator[tuple[str, Facts]]:
    """Every document with the facts that hold for it, by uri."""
    for uri in sorted(index.base.keys() | index.overlay.keys()):
        facts = index.facts(uri)
        if facts is not None:
            yield uri, facts


def _ends_with(symbol: Symbol, name: str) -> bool:
    whole = qualified_name(symbol)
    if whole == name or whole.endswith("." + name):
        return True
    module = name.removesuffix("." + whole)
    return module != name and ("." + _module(symbol.uri)).endswith("." + module)


def _module(uri: str) -> str:
    """The dotted form of a path: `src/pkg/shop.py` is `src.pkg.shop`."""
    path = re.sub(r"\.[^./]+$", "", uri.partition("://")[2] or uri)
    return path.strip("/").replace("/", ".").removesuffix(".__init__")
