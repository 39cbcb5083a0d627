"""What a name at a place may mean, by what stands around it and what the file imports.

No types are known here: every answer says how sure it is. The shares are measured with a
type checker as the judge (tests/benchmarks/call_edges.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from redline.core.graph.ancestors import ancestors
from redline.core.graph.model import Imports, Meaning
from redline.core.index import facts as read
from redline.core.index.model import Facts, Index, Reference, Symbol
from redline.core.index.query import uris_defining

CALLABLE = frozenset({"function", "method", "class", "struct", "macro", "constructor", "record"})
"""Kinds of symbols that a call may mean first; `VALUES` only where none of these is there."""
VALUES = frozenset({"variable", "constant", "type", "enum"})
MEMBERS = frozenset({"method", "field", "constructor"})
SHARES: Mapping[str, float] = {
    "own class": 0.95,
    "base class": 0.95,
    "same file": 0.85,
    "imported": 0.9,
    "same folder": 0.8,
    "the only one": 0.5,
    "by name alone": 0.1,
}
"""How often the best group of candidates has the right one."""
SHARED_FOLDERS = frozenset({"go", "java", "csharp", "scala", "swift"})
"""Languages in which the files of a folder see each other without an import."""
SCRIPT = frozenset({"javascript", "typescript", "tsx"})
RESOLVED = SCRIPT | {"python", "rust"}
"""Languages in which code is out of reach until its file is imported."""
WITH_RECEIVER = RESOLVED | {"php", "go", "lua"}
"""Languages in which a member is never called without what it is a member of."""
FAMILIES = (SCRIPT, frozenset({"c", "cpp"}))
"""Languages that call each other's code; any other calls its own."""
FOLDER_NAMES = frozenset({"__init__", "index", "mod", "lib"})
"""Files that go by the name of their folder, and pass on what they import."""
PASSED_ON = 2
OWN = frozenset({"self", "this", "cls", "Self", "$this", "@"})
ABOVE = frozenset({"super", "super()", "parent", "base"})

_DOT = re.compile(rb"(?:\?\.|!\.|\.|->|::)\s*$")
_WORD = re.compile(rb"(?:super\(\)|([\w$@]+)(?:\([^()]*\))?)$")
_REMARK = re.compile(rb"^\s*\*|(?:^|\s)(?://|#|--|/\*)")
_LOOK_BACK = 200


@dataclass(frozen=True, slots=True)
class Site:
    """A use as far as its own line tells it.

    `receiver` is the word before the dot (`Cart` also in `Cart().total`), '' for a use
    without one, None for a dot behind something else.
    """

    uri: str
    name: str
    within: str
    receiver: str | None


def site_of(use: Reference, data: bytes) -> Site:
    """The place of `use` in the text `data`."""
    before = data[max(0, use.span.start - _LOOK_BACK) : use.span.start]
    dot = _DOT.search(before)
    if dot is None or _ends_a_remark(before, dot):
        return Site(use.uri, use.name, use.within, "")
    word = _WORD.search(before[: dot.start()].rstrip())
    name = word[1] or word[0] if word is not None else None
    receiver = name.decode("utf-8", "replace") if name is not None else None
    return Site(use.uri, use.name, use.within, receiver)


def _ends_a_remark(before: bytes, dot: re.Match[bytes]) -> bool:
    """Whether the dot is a full stop: the last sign of a comment on a line above."""
    line = before[before.rfind(b"\n", 0, dot.start()) + 1 : dot.start()]
    return b"\n" in dot[0] and _REMARK.search(line) is not None


def meanings(index: Index, imports: Imports, site: Site) -> tuple[Meaning, ...]:
    """What is called or used at `site`, the surest first; () where the workspace has no such name.

    The confidences add up to no more than 1: what is left is the chance of something
    outside the workspace, or of something no rule sees.
    """
    facts = index.facts(site.uri)
    if facts is None:
        return ()
    found = _allowed(index, imports, site, facts)
    if not found:
        return ()
    because, best = next(_groups(index, imports, site, found))
    others = [symbol for symbol in found if symbol not in best]
    rest = (1 - SHARES[because]) / 2
    return (
        *_shared(imports, best, SHARES[because], because),
        *_shared(imports, others, rest, "by name alone"),
    )


def _shared(imports: Imports, group: Sequence[Symbol], share: float, because: str) -> list[Meaning]:
    """`share` parted among the symbols of `group`: what more files import is meant more often."""
    weights = [1 + len(imports.importers.get(symbol.uri, ())) for symbol in group]
    total = sum(weights) or 1
    parts = [round(share * weight / total, 3) for weight in weights]
    found = [Meaning(s, part, because) for s, part in zip(group, parts, strict=True)]
    return sorted(found, key=lambda each: -each.confidence)


def _allowed(index: Index, imports: Imports, site: Site, facts: Facts) -> list[Symbol]:
    """The symbols that the language lets a call at `site` mean."""
    language, receiver = facts.language, site.receiver or ""
    found: list[Symbol] = []
    for uri in uris_defining(index, site.name):
        other = index.facts(uri)
        if other is not None and related(language, other.language):
            found += read.symbols_named(uri, other, site.name)
    near = {site.uri, *reach(imports, site.uri)}
    values = [s for s in found if s.kind in VALUES]
    found = [s for s in found if s.kind in CALLABLE]
    found = [*found, *(s for s in values if s.uri in near)] or values
    if language in RESOLVED:
        # What tests and scripts define is theirs: nobody imports them.
        seen = [s for s in found if s.uri == site.uri or s.uri in imports.importers]
        found = seen or found
    if site.receiver == "":
        bare = [symbol for symbol in found if symbol.kind not in MEMBERS]
        return bare if bare or language in WITH_RECEIVER else found
    members = [s for s in found if s.kind in MEMBERS or _is_of(s, receiver)]
    members = members or [s for s in found if s.uri in near]
    if any(receiver == name.rpartition(".")[2] for name in facts.import_names):
        # A module or class by its name: where it is none of ours, neither is what it has.
        return [s for s in members if s.uri in near]
    return members


def related(language: str, other: str) -> bool:
    """Whether code in one language calls code in the other by name."""
    return language == other or any(language in each and other in each for each in FAMILIES)


def _groups(
    index: Index, imports: Imports, site: Site, found: Sequence[Symbol]
) -> Iterator[tuple[str, list[Symbol]]]:
    """The candidates each rule takes, the surest rule first; the last takes all."""
    receiver = site.receiver or ""
    if receiver in OWN or receiver in ABOVE:
        yield from _family(index, imports, site, found)
    elif receiver:
        yield from _some("imported", (s for s in found if _is_of(s, receiver)))
    if not receiver:
        yield from _some("same file", (s for s in found if s.uri == site.uri))
    seen = reach(imports, site.uri)
    yield from _some("imported", (s for s in found if s.uri in seen))
    if receiver:
        yield from _some("same file", (s for s in found if s.uri == site.uri))
    facts = index.facts(site.uri)
    if facts is not None and facts.language in SHARED_FOLDERS:
        here = site.uri.rpartition("/")[0]
        yield from _some("same folder", (s for s in found if s.uri.rpartition("/")[0] == here))
    yield ("the only one" if len(found) == 1 else "by name alone"), list(found)


def reach(imports: Imports, uri: str) -> set[str]:
    """The files that `uri` imports, also through packages that pass on what they import."""
    found = set(imports.targets.get(uri, ()))
    for _ in range(PASSED_ON):
        packages = [each for each in found if _stem(each) in FOLDER_NAMES]
        found.update(*(imports.targets.get(each, ()) for each in packages))
    return found


def _stem(uri: str) -> str:
    return uri.rpartition("/")[2].partition(".")[0]


def _some(because: str, found: Iterable[Symbol]) -> Iterator[tuple[str, list[Symbol]]]:
    group = list(found)
    if group:
        yield because, group


def _family(
    index: Index, imports: Imports, site: Site, found: Sequence[Symbol]
) -> Iterator[tuple[str, list[Symbol]]]:
    """The members of the class that `site` is in, and of those it is made from."""
    own = site.within.rpartition(".")[0]
    if not own:
        return
    if site.receiver in OWN:
        yield from _some("own class", (s for s in found if (s.uri, s.container) == (site.uri, own)))
    for base in ancestors(index, imports, site.uri, own):
        whole = f"{base.container}.{base.name}" if base.container else base.name
        yield from _some(
            "base class", (s for s in found if (s.uri, s.container) == (base.uri, whole))
        )


def _is_of(symbol: Symbol, receiver: str) -> bool:
    """Whether `receiver` names the class or the module that the symbol is in."""
    if symbol.container:
        return symbol.container.rpartition(".")[2] == receiver
    path, _, base = symbol.uri.rpartition("/")
    stem = base.partition(".")[0]
    return receiver in (
        stem,
        path.rpartition("/")[2] if stem in ("__init__", "index", "mod") else stem,
    )
