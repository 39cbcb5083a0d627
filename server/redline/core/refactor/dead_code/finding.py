"""What the index shows to be named nowhere else, with how sure that is and why not surer."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from redline.core.index import facts as read
from redline.core.index.import_rules.paths import last_of
from redline.core.index.model import Facts, Symbol
from redline.core.index.query import documents
from redline.core.index.uses import uses_of
from redline.core.refactor.dead_code.signs import lowered
from redline.core.refactor.project import Project
from redline.core.refactor.python.dunder_lists import exports, names_of
from redline.core.refactor.python.imports import Statement
from redline.core.refactor.python.modules import (
    INIT,
    Imported,
    Modules,
    imported,
    imports_in,
    modules_of,
)
from redline.core.refactor.python.scopes import Source
from redline.core.refactor.python.view import View, doctest_names, quoted_names, view
from redline.core.text.text import Span

KINDS = frozenset({"function", "class", "method", "constant", "variable", "struct", "type"})
SUREST = 0.95
IMPORT = "import"
_WORD = re.compile(rb"[\w\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Dead:
    """A definition, or a name that is imported (kind `import`), that nothing names.

    `confidence` is our estimate of the chance that nothing uses it; `reasons` say what
    lowers it, the gravest first; () where nothing does.
    """

    symbol: Symbol
    confidence: float
    reasons: tuple[str, ...]


def dead_symbols(project: Project, path: str | None) -> tuple[Dead, ...]:
    """What is dead in the file at `path`, or in the workspace; the surest first.

    Nothing while the index is not complete. A name that code uses anywhere else keeps all
    symbols of that name alive; comments and strings do not, but make it less sure.
    """
    if not project.index.complete:
        return ()
    counts = _counts(project)
    modules = modules_of(project)
    found: list[Dead] = []
    for uri, facts in documents(project.index):
        if path is not None and project.path_of(uri) != path:
            continue
        source = modules.source(project.path_of(uri)) if _python(project, uri, facts) else None
        for symbol in _unnamed(project, uri, facts, counts):
            sure, reasons = lowered(project, symbol, source, _spoken(counts, symbol.name))
            if sure > 0:
                found.append(Dead(symbol, round(SUREST * sure, 2), reasons))
        if source is not None:
            found += _imports(project, modules, uri, source)
        if path is None:  # all trees of a large workspace would not fit
            modules.sources.clear()
    found.sort(key=lambda d: (-d.confidence, project.path_of(d.symbol.uri), d.symbol.span.start))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often names stand in the code of all files, definitions aside; the files whose
    comments and strings hold them."""

    code: Mapping[str, int]
    words: Mapping[str, Sequence[str]]


def _counts(project: Project) -> _Counts:
    code: Counter[str] = Counter()
    words: dict[str, list[str]] = {}
    defined: set[str] = set()
    for _, facts in documents(project.index):
        defined.update(facts.symbol_names)
    for uri, facts in documents(project.index):
        for name, count in zip(facts.names, facts.counts, strict=True):
            code[name] += count
        for name in facts.symbol_names:
            code[name] -= 1
        for name in defined.intersection(facts.words):
            words.setdefault(name, []).append(uri)
    return _Counts(code, words)


def _spoken(counts: _Counts, name: str) -> tuple[str, ...]:
    return tuple(counts.words.get(name, ()))


def _unnamed(project: Project, uri: str, facts: Facts, counts: _Counts) -> Iterator[Symbol]:
    """The symbols of a file that no code names, but for what is inside of them."""
    here = Counter(dict(zip(facts.names, facts.counts, strict=True)))
    here.subtract(facts.symbol_names)
    for row, symbol in enumerate(read.symbols(uri, facts)):
        if symbol.kind not in KINDS or _local(facts, row):
            continue
        elsewhere = counts.code[symbol.name] - here[symbol.name]
        if elsewhere > 0:
            continue
        if here[symbol.name] <= 0 or _only_inside(project, facts, symbol):
            yield symbol


def _local(facts: Facts, row: int) -> bool:
    """True for what a function has for itself: its own body is where it would be named."""
    outer = facts.symbol_containers[row]
    while outer >= 0:
        if facts.symbol_kinds[outer] in ("function", "method"):
            return True
        outer = facts.symbol_containers[outer]
    return False


def _only_inside(project: Project, facts: Facts, symbol: Symbol) -> bool:
    text = project.text_of(symbol.uri)
    if text is None:
        return False
    places = uses_of(symbol.uri, facts, text, symbol.name)
    return all(symbol.span.contains(each.span) for each in places)


def _python(project: Project, uri: str, facts: Facts) -> bool:
    return facts.language == "python" and project.path_of(uri).endswith(".py")


def _imports(project: Project, modules: Modules, uri: str, source: Source) -> Iterator[Dead]:
    """Imports at the top whose name the file does not use, nor anyone takes from it."""
    path, facts = project.path_of(uri), project.index.facts(uri)
    found = _written_once(source, facts) if facts is not None and last_of(path) != INIT else []
    if not found:
        return
    of = view(path, source)
    spoken = _own_words(of)
    for node, each in found:
        if each.bound in spoken or next(of.uses(each.bound), None) is not None:
            continue
        if len(of.module.binds[each.bound]) > 1 or _taken(project, modules, uri, each.bound):
            continue
        span = Span(source.start(each.alias), source.end(each.alias))
        symbol = Symbol(
            id=blake2b(f"{uri}\0{IMPORT}\0{each.bound}".encode(), digest_size=9).hexdigest(),
            name=each.bound,
            kind=IMPORT,
            uri=uri,
            span=span,
            name_span=span,
            container="",
            signature=ast.unparse(node),
        )
        # Without a home in the workspace, loading it may be all it is for.
        plain = each.name or each.alias.asname
        reasons = () if plain else ("loading the module may be all it is for",)
        yield Dead(symbol, SUREST if plain else 0.8, reasons)


def _written_once(source: Source, facts: Facts) -> list[tuple[Statement, Imported]]:
    """The imports whose name the code has nowhere but in the statement: scopes need not be
    looked at for the others, which are nearly all."""
    counts = dict(zip(facts.names, facts.counts, strict=True))
    found: list[tuple[Statement, Imported]] = []
    for node in source.tree.body:
        line = source.text.line_bytes((node.end_lineno or node.lineno) - 1)
        if not isinstance(node, Statement) or b"#" in line:
            continue
        words = _WORD.findall(source.text.slice(Span(source.start(node), source.end(node))))
        for each in imported(node):
            again = each.alias.asname is not None and each.alias.asname == each.alias.name
            if not each.bound or each.module == "__future__" or again:
                continue
            if counts.get(each.bound, 0) <= words.count(each.bound.encode()):
                found.append((node, each))
    return found


def _own_words(of: View) -> set[str]:
    listed = exports(of.source)
    tree = [of.source.tree]
    names = set(names_of(listed)) if listed is not None else set()
    return names | quoted_names(tree) | doctest_names(tree)


def _taken(project: Project, modules: Modules, uri: str, name: str) -> bool:
    """Whether another file may take the name from this one."""
    path = project.path_of(uri)
    for importer in project.imports.importers.get(uri, ()):
        facts = project.index.facts(importer)
        if facts is None or name in facts.names or name in facts.words:
            return True
        source = modules.source(project.path_of(importer))
        if source is None or any(
            each.name == "*" and modules.module(project.path_of(importer), each.module) == path
            for each in imports_in(source)
        ):
            return True
    return False
