"""The classes a class is made from, by the names in its head."""

from __future__ import annotations

import re
from collections.abc import Iterator

from redline.core.graph.model import Imports
from redline.core.index import facts as read
from redline.core.index.model import Index, Symbol
from redline.core.index.query import qualified_name, uris_defining

TYPES = frozenset({"class", "struct", "interface", "trait", "enum", "record", "object"})
MOST = 20
"""How many ancestors are looked at."""
_WORD = re.compile(r"\w+")


def ancestors(index: Index, imports: Imports, uri: str, name: str) -> Iterator[Symbol]:
    """What the class of the qualified `name` in `uri` inherits from, the nearest first.

    Where a name may mean several classes, the one in the file itself is taken, then one in
    a file that it imports, then the only one there is.
    """
    waiting, seen = [(uri, name)], {(uri, name)}
    while waiting and len(seen) <= MOST:
        here, inner = waiting.pop(0)
        for base in _bases(index, imports, here, inner):
            whole = qualified_name(base)
            if (base.uri, whole) not in seen:
                seen.add((base.uri, whole))
                waiting.append((base.uri, whole))
                yield base


def _bases(index: Index, imports: Imports, uri: str, name: str) -> Iterator[Symbol]:
    facts, last = index.facts(uri), name.rpartition(".")[2]
    if facts is None:
        return
    for row in read.rows_named(facts, last):
        if facts.symbol_kinds[row] in TYPES and read.qualified(facts, row) == name:
            head = facts.symbol_signatures[row].partition(last)[2]
            for word in dict.fromkeys(_WORD.findall(head)):
                found = _type(index, imports, uri, word)
                if found is not None and word != last:
                    yield found
            return


def _type(index: Index, imports: Imports, uri: str, name: str) -> Symbol | None:
    """The class that `name` means in `uri`, None where it cannot be told."""
    found: list[Symbol] = []
    for each in uris_defining(index, name):
        facts = index.facts(each)
        if facts is not None:
            symbols = read.symbols_named(each, facts, name)
            found += [symbol for symbol in symbols if symbol.kind in TYPES]
    seen = imports.targets.get(uri, ())
    for group in ([s for s in found if s.uri == uri], [s for s in found if s.uri in seen]):
        if group:
            return group[0]
    return found[0] if len(found) == 1 else None
