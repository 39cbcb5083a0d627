"""What stays of the file that symbols are moved out of."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from redline.core.index.query import uris_naming
from redline.core.refactor.move_symbol.cut import BUILTINS, Cut, Names, evaluated, used
from redline.core.refactor.move_symbol.importers import Moving
from redline.core.refactor.move_symbol.late import behind
from redline.core.refactor.move_symbol.needs import relative_style
from redline.core.refactor.python.dunder_lists import dropped, exports, mentions_exports, names_of
from redline.core.refactor.python.imports import Wanted, added, header_end, without
from redline.core.refactor.python.modules import (
    Imported,
    Means,
    imported,
    imports_in,
    is_package,
    name_of,
)
from redline.core.refactor.python.view import (
    Chain,
    View,
    chains,
    doctest_names,
    means,
    quoted_names,
    view,
)
from redline.core.text.edits import Edit
from redline.core.text.text import Span

_PURE = frozenset(
    {
        *("property", "staticmethod", "classmethod", "overload", "final", "dataclass", "wraps"),
        *("contextmanager", "asynccontextmanager", "lru_cache", "cache", "total_ordering"),
        *("runtime_checkable", "unique", "deprecated", "cached_property", "override", "define"),
        *("frozen", "attrs", "s", "abstractmethod", "no_type_check", "coroutine"),
    }
)
"""Decorators that are known to enter nothing anywhere."""
_SUBCLASSES = ("__init_subclass__", "__subclasses__")


@dataclass(frozen=True, slots=True)
class Leaving:
    """Edits in the source. `kept_for`: places for which it passes the symbols on."""

    edits: tuple[Edit, ...]
    imports_back: Names
    kept_for: tuple[str, ...]


def left(
    moving: Moving, of: View, cut: Cut, kept: tuple[str, ...], in_functions: bool = False
) -> Leaving | str:
    """What becomes of the source; or why it cannot go on. `in_functions`: that is where it
    imports what it still uses, and not when it is loaded.
    """
    rest = _rest(of, cut)
    back = frozenset(rest & cut.names)
    kept = kept or _registered(moving, cut)
    if kept:
        back = cut.names
    edits = [Edit(span, b"") for span in _with_blanks(of, cut)]
    if mentions_exports(of.source, 1 << 30) and not kept:
        listed = exports(of.source)
        if listed is None:
            return f"__all__ of {of.path} is not a plain list"
        edits += dropped(of.source, listed, cut.names - back)
    if back:
        early = "" if in_functions else _too_early(of, cut, back)
        if early:
            return early
        module = name_of(
            moving.modules, of.path, moving.target, dots=relative_style(moving.modules, of)
        )
        if module is None:
            return f"{of.path} has no sure name for {moving.target}"
        wanted = [Wanted(module, name, name) for name in back]
        gone = [] if kept else _unused(moving, of, cut, rest)
        if in_functions:
            inner = None if kept else behind(of, cut, wanted)
            if inner is None:
                return f"{of.path} needs {min(back)} when it is loaded"
            return Leaving((*edits, *_dropped(of, gone), *inner), frozenset(), ())
        return Leaving((*edits, *_back(of, wanted, gone)), back, kept)
    return Leaving((*edits, *_dropped(of, _unused(moving, of, cut, rest))), back, kept)


def after_removal(moving: Moving, of: View, cut: Cut) -> tuple[Edit, ...]:
    """What becomes of the file when `cut` is taken out for good."""
    rest = _rest(of, cut)
    edits = [Edit(span, b"") for span in _with_blanks(of, cut)]
    return (*edits, *_dropped(of, _unused(moving, of, cut, rest)))


def _rest(of: View, cut: Cut) -> set[str]:
    """The module's names that are used by what stays."""
    stays = [each for each in of.source.tree.body if each not in cut.statements]
    spans = [Span(of.source.start(each), of.source.end(each)) for each in stays]
    decorators = [
        Span(of.source.start(each), of.source.end(each))
        for node in stays
        for each in getattr(node, "decorator_list", ())
    ]
    found = used(of, [*spans, *decorators])
    own = ast.Module(body=stays, type_ignores=[])
    return found | quoted_names(stays) | doctest_names([own])


def _registered(moving: Moving, cut: Cut) -> tuple[str, ...]:
    """Where a definition may enter itself somewhere when it runs: its module must still load it."""
    index = moving.modules.project.index
    for node in cut.statements:
        for mark in getattr(node, "decorator_list", ()):
            func = mark.func if isinstance(mark, ast.Call) else mark
            last = getattr(func, "attr", getattr(func, "id", ""))
            if last not in _PURE:
                return (f"its decorator {ast.unparse(func)}",)
        if isinstance(node, ast.ClassDef) and (node.keywords or node.bases):
            if any(each.arg == "metaclass" for each in node.keywords):
                return ("its metaclass",)
            plain = all(isinstance(each, ast.Name) and each.id in BUILTINS for each in node.bases)
            if not plain and any(uris_naming(index, each) for each in _SUBCLASSES):
                return ("its base class, which may look for subclasses",)
    return ()


def _too_early(of: View, cut: Cut, back: Names) -> str:
    """Why an import at the top comes too late; '' where it does not."""
    end, _ = header_end(of.source)
    for node in of.source.tree.body:
        if of.source.start(node) >= end or node in cut.statements:
            continue
        if used(of, evaluated(of.source, node)) & back:
            return f"{of.path} uses {min(back)} before its imports are through"
    return ""


def _with_blanks(of: View, cut: Cut) -> list[Span]:
    """The lines that go, each with the blank lines behind it, or before it at the end."""
    text, found = of.source.text, list[Span]()
    for span in cut.spans:
        end = span.end
        row = text.line_of(end) if end < len(text) else text.line_count
        while row < text.line_count and not text.line_bytes(row).strip() and end < len(text):
            end = text.line_span(row).end
            row += 1
        start = span.start
        if end >= len(text) or _inner(text.line_bytes(row)):
            end = span.end if end < len(text) else end
            row = text.line_of(start)
            while row > 0 and not text.line_bytes(row - 1).strip():
                row -= 1
                start = text.line_span(row).start
        if found and start < found[-1].end:
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return found


def _inner(line: bytes) -> bool:
    """A line that does not begin a statement at the top keeps its own blank lines."""
    return line[:1].isspace()


def _unused(moving: Moving, of: View, cut: Cut, rest: set[str]) -> list[Imported]:
    """Imports at the top that only the symbols used."""
    if is_package(of.path):
        return []
    found: list[Imported] = []
    listed = exports(of.source)
    public = set(names_of(listed)) if listed is not None else set()
    for node in of.source.tree.body:
        for each in imported(node):
            plain = each.bound in cut.needs - rest - public and each.module != "__future__"
            submodule = not each.name and "." in each.module and not each.alias.asname
            again = each.alias.asname is not None and each.alias.asname == each.alias.name
            if plain and not submodule and not again and not _passed_on(moving, of, each):
                line = of.source.text.line_bytes((node.end_lineno or node.lineno) - 1)
                if b"#" not in of.source.text.line_bytes(node.lineno - 1) + line:
                    found.append(each)
    return found


def _passed_on(moving: Moving, of: View, each: Imported) -> bool:
    """Whether another file may take the imported name from this one."""
    modules, project = moving.modules, moving.modules.project
    for uri in project.imports.importers.get(project.uri_of(of.path) or "", ()):
        facts, path = project.index.facts(uri), project.path_of(uri)
        source = modules.source(path) if path in modules.paths else None
        if facts is None or source is None or each.bound in facts.words:
            return True
        taken = ("*", each.bound) if each.bound in facts.names else ("*",)
        for one in imports_in(source):
            if one.name in taken and modules.module(path, one.module) == of.path:
                return True
        if each.bound in facts.names and _behind(moving, view(path, source), of.path, each.bound):
            return True
    return False


def _behind(moving: Moving, importer: View, path: str, name: str) -> bool:
    """Whether the importer says `module.name` of the module at `path`."""
    for chain in chains(importer.source):
        if any(each.attr == name for each in chain.attributes):
            found = means(moving.modules, importer, Chain(chain.root, ()))
            if found and (found[0] == Means(path) or is_package(found[0].path)):
                return True
    return False


def _dropped(of: View, gone: list[Imported], *, gap: bool = True) -> list[Edit]:
    edits: list[Edit] = []
    for node in of.source.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            aliases = [each.alias for each in gone if each.node is node]
            if aliases:
                edits += without(of.source, node, aliases, gap=gap)
    return edits


def _back(of: View, wanted: list[Wanted], gone: list[Imported]) -> list[Edit]:
    """The imports of what has gone, and without those it needed.

    A statement that gets a name more keeps those it has.
    """
    more = added(of.source, wanted)
    kept = [each for each in gone if not any(_touches(of, each, edit.span) for edit in more)]
    return [*_dropped(of, kept, gap=False), *more]


def _touches(of: View, each: Imported, span: Span) -> bool:
    return of.source.start(each.node) < span.start <= of.source.end(each.node)
