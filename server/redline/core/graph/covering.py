"""Which tests likely run a symbol: those that call it, straight or through others, that
import its file, that are named after it, or that change when it changes.

A guess by what is written, never by running anything. Named like and imports as clues:
Van Rompaey and Demeyer 2009, "Establishing traceability links between unit test cases and
units under test"; changed together: Zimmermann and others 2005.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from redline.core.graph.calls import TextOf, callers
from redline.core.graph.model import Imports
from redline.core.index.model import Index, Symbol
from redline.core.index.query import qualified_name, uris_defining, uris_naming

DEEPEST = 4
"""How many calls a test may be away from what it tests."""
MOST_CALLERS = 60
"""How many symbols are looked at on the way."""
MOST_DEFINED = 30
"""A name that more files define (`__init__`) says nothing of who calls which."""
FADING = 0.8
"""What is left of the confidence with each call further away."""
LEAST = 0.1
IMPORTED = 0.3
NAMED_AFTER = 0.3
CHANGED_TOGETHER = 0.2
NAMES_IT = 0.3
TEST_WORDS = frozenset({"test", "tests", "spec", "it"})


@dataclass(frozen=True, slots=True)
class Cover:
    """A file of tests. `tests` are the symbols in it that reach what is tested, the surest
    first; () where only the file as a whole is known. `because` is the clues, best first.
    """

    uri: str
    tests: tuple[str, ...]
    confidence: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known besides the index: `is_test` of a uri, and how much files changed
    together with the symbol's, from 0 to 1.
    """

    is_test: Callable[[str], bool]
    together: Mapping[str, float]


def covers(
    index: Index, imports: Imports, symbol: Symbol, text_of: TextOf, clues: Clues
) -> tuple[Cover, ...]:
    """The files of tests that likely run `symbol`, the surest first."""
    reached = _reached(index, imports, symbol, text_of, clues.is_test)
    seen = {uri for uri in imports.importers.get(symbol.uri, ()) if clues.is_test(uri)}
    others = set(uris_defining(index, symbol.name)) - {symbol.uri}
    naming = {
        uri
        for uri in uris_naming(index, symbol.name)
        if clues.is_test(uri) and others.isdisjoint(imports.targets.get(uri, ()))
    }
    together = {uri for uri in clues.together if clues.is_test(uri)}
    every = reached.keys() | seen | naming | together
    found = (_cover(imports, symbol, uri, reached.get(uri, {}), naming, clues) for uri in every)
    told = [cover for cover in found if cover.confidence >= LEAST]
    return tuple(sorted(told, key=lambda cover: (-cover.confidence, cover.uri)))


def _cover(
    imports: Imports,
    symbol: Symbol,
    uri: str,
    reached: Mapping[str, float],
    naming: Collection[str],
    clues: Clues,
) -> Cover:
    """All clues for one file; each may be wrong on its own, as if by chance."""
    best = max(reached.values(), default=0.0)
    found = {
        "calls it": best,
        "names it": NAMES_IT if uri in naming and not best else 0.0,
        "imports its file": IMPORTED * (symbol.uri in imports.targets.get(uri, ())),
        "is named after its file": NAMED_AFTER * _named_after(uri, symbol.uri),
        "changes with its file": CHANGED_TOGETHER * clues.together.get(uri, 0.0),
    }
    wrong = 1.0
    for chance in found.values():
        wrong *= 1 - chance
    because = sorted((name for name, chance in found.items() if chance), key=lambda n: -found[n])
    tests = sorted(reached, key=lambda name: (-reached[name], name))
    return Cover(uri, tuple(tests), round(1 - wrong, 3), tuple(because))


def _reached(
    index: Index,
    imports: Imports,
    symbol: Symbol,
    text_of: TextOf,
    is_test: Callable[[str], bool],
) -> dict[str, dict[str, float]]:
    """By test file its symbols that call `symbol`, in up to `DEEPEST` steps, and how surely.

    The surest calls are followed first, so that what is cut off is the least sure.
    """
    found: dict[str, dict[str, float]] = {}
    waiting: list[tuple[float, int, str, Symbol]] = [(-1.0, 0, symbol.id, symbol)]
    done: set[str] = set()
    while waiting and len(done) < MOST_CALLERS:
        negative, depth, identity, callee = heapq.heappop(waiting)
        if identity in done:
            continue
        done.add(identity)
        if len(uris_defining(index, callee.name)) > MOST_DEFINED:
            continue
        for caller, uri, chance in _calling(index, imports, callee, text_of):
            sure = -negative * chance * (FADING if depth else 1.0)
            if sure < LEAST:
                continue
            if is_test(uri):
                tests = found.setdefault(uri, {})
                name = qualified_name(caller) if caller is not None else ""
                tests[name] = round(max(sure, tests.get(name, 0.0)), 3)
            elif caller is not None and depth + 1 < DEEPEST:
                heapq.heappush(waiting, (-sure, depth + 1, caller.id, caller))
    return {uri: {n: s for n, s in tests.items() if n} or tests for uri, tests in found.items()}


def _calling(
    index: Index, imports: Imports, callee: Symbol, text_of: TextOf
) -> Iterator[tuple[Symbol | None, str, float]]:
    for call in callers(index, imports, callee, text_of, LEAST):
        yield call.caller, call.uri, call.confidence


def _named_after(test: str, uri: str) -> bool:
    """`test_shop.py`, `shop_test.go`, `shop.spec.ts`, `ShopTest.java` are named after `shop.*`."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", _stem(test))
    own = [word.lower() for word in words if word.lower() not in TEST_WORDS]
    stem = re.sub(r"[\W_]", "", _stem(uri)).lower()
    return bool(own) and len(own) < len(words) and "".join(own) == stem


def _stem(uri: str) -> str:
    return uri.rpartition("/")[2].rpartition(".")[0]
