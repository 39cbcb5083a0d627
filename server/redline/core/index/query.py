"""Questions to the index. An answer is whole only when `index.complete`: callers must say so.

Every result is in a fixed order, so that equal indexes give equal answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from redline.core.index import facts as read
from redline.core.index.model import Facts, Index, Reference, Symbol
from redline.core.index.names import in_order
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
    fits, outer_fits = re.compile(in_order(wanted)), re.compile(in_order(outer))
    # A container may rule out any of the best names: then all that fit are looked at.
    like = index.names.like(wanted, _ALL if outer else limit)
    names = {name for facts in index.overlay.values() for name in facts.symbol_names}
    scores = {name: _closeness(wanted, name) for name in (*like, *filter(fits.match, names))}
    ranked = sorted(scores, key=lambda name: (-scores[name], name))
    every = (symbol for name in ranked for symbol in _defined(index, name))
    return tuple(islice((s for s in every if not outer or outer_fits.match(s.container)), limit))


def _defined(index: Index, name: str) -> Iterator[Symbol]:
    for uri in uris_defining(index, name):
        facts = index.facts(uri)
        if facts is not None:
            yield from read.symbols_named(uri, facts, name)


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


def _closeness(wanted: str, name: str) -> int:
    """How well a name that holds the letters of `wanted` fits it; higher is better."""
    low, small = name.lower(), wanted.lower()
    if name == wanted:
        score = 1000
    elif low == small:
        score = 900
    elif low.startswith(small):
        score = 700 + 50 * name.startswith(wanted)
    elif re.search(_at_word_start(wanted), name):
        score = 600
    elif small in low:
        score = 500
    elif _initials(small, name):
        score = 400
    else:
        score = 200
    return score - min(len(name) - len(wanted), 100)


def _at_word_start(wanted: str) -> str:
    """`wanted` after an underscore, or at a capital after a small letter."""
    head, tail = re.escape(wanted[:1].upper()), re.escape(wanted[1:])
    return rf"(?<=_)(?i:{re.escape(wanted)})|(?<=[a-z0-9]){head}(?i:{tail})"


def _initials(small: str, name: str) -> bool:
    starts = "".join(
        found.group().lower() for found in re.finditer(r"[A-Z]|(?<![A-Za-z])[a-z]", name)
    )
    return starts.startswith(small)
