"""Methods that are one to whoever calls them, since they override one another.

Told by the names in the heads of classes. A class counts as a base where the file itself
has it, or one that it imports; elsewhere there may be another of its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from redline.core.graph.ancestors import TYPES
from redline.core.graph.meanings import RESOLVED, SHARED_FOLDERS, reach, related
from redline.core.graph.model import Imports
from redline.core.index import facts as read
from redline.core.index.model import Index, Symbol
from redline.core.index.query import qualified_name, uris_defining

SCRIPT = frozenset({"python", "javascript", "typescript", "tsx", "php", "ruby"})
"""Languages in which a class has one method of a name, whatever its parameters are."""
OVERLOADING = frozenset({"java", "csharp", "kotlin", "scala", "swift"})
MOST_CLASSES, MOST_BASES = 200, 20
_INNER = re.compile(r"\[[^\[\]]*\]|<[^<>]*>|\([^()]*\)|\{[^{}]*\}")
_CLAUSE = re.compile(r"\b(?:where|permits)\b")
_NAME = re.compile(r"[\w$]+(?:(?:\.|::|\\)[\w$]+)*")
_OWN = re.compile(r"\bprivate\b|^#")
_STATIC = re.compile(r"\bstatic\b")

Class = tuple[str, str]
"""A class by its uri and qualified name."""


def family(index: Index, imports: Imports, symbol: Symbol) -> tuple[Symbol, ...]:
    """`symbol` and, where it is a method, those that override it or that it overrides, also
    through others, by uri and place. Definitions of one method, as a property has, are in it.
    """
    facts = index.facts(symbol.uri)
    if facts is None or symbol.kind != "method" or not symbol.container:
        return (symbol,)
    language = facts.language
    if language not in SCRIPT | OVERLOADING or _is_own(symbol, language):
        return (symbol,)
    methods = _alike(index, symbol, language)
    if len(methods) > MOST_CLASSES:
        return (symbol,)
    above = {each: frozenset(_lineage(index, imports, each)) for each in methods}
    found = _connected(above, (symbol.uri, symbol.container))
    every = {each.id: each for one in found for each in methods.get(one, ())}
    every[symbol.id] = symbol
    return tuple(sorted(every.values(), key=lambda each: (each.uri, each.span)))


def _alike(index: Index, symbol: Symbol, language: str) -> dict[Class, list[Symbol]]:
    """The methods that may be of the family, by class."""
    found: dict[Class, list[Symbol]] = {}
    for uri in uris_defining(index, symbol.name):
        facts = index.facts(uri)
        if facts is None or not related(language, facts.language):
            continue
        for each in read.symbols_named(uri, facts, symbol.name):
            fits = language in SCRIPT or _arity(each) == _arity(symbol)
            if each.kind == "method" and each.container and fits and not _is_own(each, language):
                found.setdefault((uri, each.container), []).append(each)
    return found


def _is_own(symbol: Symbol, language: str) -> bool:
    """Whether a method is of its class alone."""
    head = symbol.signature.partition(symbol.name)[0]
    mangled = language == "python" and symbol.name.startswith("__")
    static = language in OVERLOADING and _STATIC.search(head) is not None
    return mangled or static or _OWN.search(head) is not None or symbol.name == "constructor"


def _arity(symbol: Symbol) -> int:
    """How many parameters a signature has."""
    inner = symbol.signature.partition(symbol.name)[2].partition("(")[2].rpartition(")")[0]
    plain = _bare(inner)
    return plain.count(",") + 1 if plain.strip() else 0


def _connected(above: Mapping[Class, frozenset[Class]], first: Class) -> list[Class]:
    found, waiting = [first], [first]
    while waiting:
        one = waiting.pop()
        for other in above:
            tied = other in above.get(one, ()) or one in above[other]
            if tied and other not in found:
                found.append(other)
                waiting.append(other)
    return found


def _lineage(index: Index, imports: Imports, owner: Class) -> Iterator[Class]:
    """The classes that one is made from."""
    waiting, seen = [owner], {owner}
    while waiting and len(seen) <= MOST_BASES:
        for base in _bases(index, imports, waiting.pop(0)):
            if base not in seen:
                seen.add(base)
                waiting.append(base)
                yield base


def _bases(index: Index, imports: Imports, owner: Class) -> Iterator[Class]:
    uri, name = owner
    facts, last = index.facts(uri), name.rpartition(".")[2]
    if facts is None:
        return
    for row in read.rows_named(facts, last):
        if facts.symbol_kinds[row] in TYPES and read.qualified(facts, row) == name:
            head = facts.symbol_signatures[row].partition(last)[2]
            for each in heads(facts.language, head):
                base = _type(index, imports, owner, each, facts.language)
                if base is not None:
                    yield base


def heads(language: str, head: str) -> list[str]:
    """The last names of what the head of a class, from behind its own name on, may name as its
    bases; words of the language are among them."""
    if language == "python":
        inner = re.sub(r"\[[^\[\]]*\]", "", head).strip().removeprefix("(").rpartition(")")[0]
        parts = [each.strip() for each in _bare(inner).split(",") if "=" not in each]
    else:
        parts = _NAME.findall(_CLAUSE.split(_bare(head))[0])
    return [re.split(r"\.|::|\\", each)[-1] for each in parts if _NAME.fullmatch(each)]


def _bare(text: str) -> str:
    """The text without what stands in brackets."""
    while True:
        less = _INNER.sub("", text)
        if less == text:
            return text
        text = less


def _type(index: Index, imports: Imports, owner: Class, name: str, language: str) -> Class | None:
    """The class that `name` means in the head of `owner`, None where that is not sure."""
    uri, found = owner[0], list[Symbol]()
    for each in uris_defining(index, name):
        facts = index.facts(each)
        if facts is not None and related(language, facts.language):
            symbols = read.symbols_named(each, facts, name)
            found += [s for s in symbols if s.kind in TYPES and (each, qualified_name(s)) != owner]
    for group in _near(imports, uri, language, found):
        if group:
            outer = [s for s in group if not s.container]
            sure = outer or group
            return (sure[0].uri, qualified_name(sure[0])) if len(sure) == 1 else None
    return None


def _near(
    imports: Imports, uri: str, language: str, found: Sequence[Symbol]
) -> Iterator[list[Symbol]]:
    """The classes of a name that a file may mean, the nearest first."""
    yield [each for each in found if each.uri == uri]
    seen = reach(imports, uri)
    yield [each for each in found if each.uri in seen]
    if language in SHARED_FOLDERS:
        here = uri.rpartition("/")[0]
        yield [each for each in found if each.uri.rpartition("/")[0] == here]
    if language not in RESOLVED | SHARED_FOLDERS:
        yield list(found)
