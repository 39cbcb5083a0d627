"""Who calls a symbol, and what it calls: by name, each with how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from redline.core.graph.meanings import Site, meanings, site_of
from redline.core.graph.model import Call, Imports, Meaning
from redline.core.index import facts as read
from redline.core.index.model import Facts, Index, Reference, Symbol
from redline.core.index.query import qualified_name, uris_naming
from redline.core.index.uses import uses_in, uses_of
from redline.core.text.text import Span, Text

TextOf = Callable[[str], Text | None]
Ask = Callable[[Index, Imports, Symbol, TextOf], tuple[Call, ...]]
"""`callers` or `callees`."""
LEAST = 0.05
"""Calls less sure than this are left out."""


def callers(
    index: Index,
    imports: Imports,
    symbol: Symbol,
    text_of: TextOf,
    least: float = LEAST,
    among: Collection[str] | None = None,
) -> tuple[Call, ...]:
    """The calls of `symbol` that are at least `least` sure, the surest first.

    Its own calls of itself are left out. Only files `among` are read, where that is given.
    """
    found: dict[tuple[str, str], list[tuple[Span, Meaning]]] = {}
    known: dict[Site, Meaning | None] = {}
    for uri in uris_naming(index, symbol.name) if among is None else sorted(among):
        facts, text = index.facts(uri), text_of(uri)
        if facts is None or text is None:
            continue
        for use in uses_of(uri, facts, text, symbol.name):
            if use.called and not (uri == symbol.uri and symbol.span.contains(use.span)):
                site = site_of(use, text.data)
                if site not in known:
                    known[site] = _meant(meanings(index, imports, site), symbol)
                meaning = known[site]
                if meaning is not None and meaning.confidence >= least:
                    found.setdefault((uri, use.within), []).append((use.span, meaning))
    calls = (_call(index, uri, uses, symbol) for (uri, _), uses in found.items())
    return tuple(sorted(calls, key=_surest_first))


def callees(
    index: Index, imports: Imports, symbol: Symbol, text_of: TextOf, least: float = LEAST
) -> tuple[Call, ...]:
    """What `symbol` calls, at least `least` sure, the surest first and then in order."""
    facts, text = index.facts(symbol.uri), text_of(symbol.uri)
    if facts is None or text is None:
        return ()
    found: dict[str, tuple[Symbol, list[tuple[Span, Meaning]]]] = {}
    for use, meaning in _meant_in(index, imports, facts, text, symbol):
        if meaning.confidence >= least and meaning.symbol.id != symbol.id:
            uses = found.setdefault(meaning.symbol.id, (meaning.symbol, []))[1]
            uses.append((use.span, meaning))
    calls = (_told(symbol.uri, symbol, uses, callee) for callee, uses in found.values())
    return tuple(sorted(calls, key=lambda call: (-call.confidence, call.spans[0].start)))


def _meant_in(
    index: Index, imports: Imports, facts: Facts, text: Text, symbol: Symbol
) -> Iterator[tuple[Reference, Meaning]]:
    known: dict[Site, tuple[Meaning, ...]] = {}
    for use in uses_in(symbol.uri, facts, text, symbol.span):
        if use.called:
            site = site_of(use, text.data)
            if site not in known:
                known[site] = meanings(index, imports, site)
            yield from ((use, meaning) for meaning in known[site])


def _meant(found: Iterable[Meaning], symbol: Symbol) -> Meaning | None:
    return next((each for each in found if each.symbol.id == symbol.id), None)


def _call(index: Index, uri: str, uses: list[tuple[Span, Meaning]], callee: Symbol) -> Call:
    facts = index.facts(uri)
    row = read.symbol_at(facts, uses[0][0].start) if facts is not None else -1
    caller = read.symbol(uri, facts, row) if facts is not None and row >= 0 else None
    return _told(uri, caller, uses, callee)


def _told(
    uri: str, caller: Symbol | None, uses: list[tuple[Span, Meaning]], callee: Symbol
) -> Call:
    best = max((meaning for _, meaning in uses), key=lambda meaning: meaning.confidence)
    spans = tuple(span for span, _ in uses)
    return Call(uri, caller, callee, spans, best.confidence, best.because)


def _surest_first(call: Call) -> tuple[float, str, int]:
    return -call.confidence, call.uri, call.spans[0].start


def shown(call: Call) -> str:
    """The caller by its qualified name, or what stands for code outside all symbols."""
    return qualified_name(call.caller) if call.caller is not None else "(top level)"
