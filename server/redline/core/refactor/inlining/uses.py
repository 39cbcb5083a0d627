"""What is left of a name once its uses are inlined: imports, mentions, the definition."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from redline.core.index.query import documents
from redline.core.refactor.call_sites.files import Files, View
from redline.core.refactor.call_sites.lists import Item, Listed, Patch, rewrite
from redline.core.refactor.call_sites.meaning import bound
from redline.core.refactor.call_sites.model import Defined, Variable
from redline.core.refactor.call_sites.uses import Site, aliases
from redline.core.refactor.inlining.text import removed, whole_lines
from redline.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Imported:
    """One name in an import statement that means what is inlined."""

    view: View
    statement: ast.ImportFrom
    alias: ast.alias


def imports(files: Files, name: str, meant: Defined | Variable) -> Iterator[Imported]:
    """The imports of what is inlined, by file."""
    for view in files.naming(*aliases(files, name, (meant,))):
        for node in ast.walk(view.tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if alias.name != "*" and meant in bound(files, view, alias, alias.name, 0):
                        yield Imported(view, node, alias)


def mentioned(files: Files, name: str, offered: bool) -> str:
    """Where a string is, or ends in, the name: `path:line`; '' for nowhere. Those in an
    `__all__` count only when `offered` does.
    """
    for uri, facts in documents(files.project.index):
        view = files.view(uri) if name in facts.words else None
        if view is None:
            continue
        for node in ast.walk(view.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named = node.value == name or node.value.endswith(f".{name}")
                if named and (offered or not _is_offered(view, node)):
                    return view.place(node)
    return ""


def _is_offered(view: View, node: ast.AST) -> bool:
    """Whether a string stands in an `__all__`."""
    for above in view.above(node):
        if isinstance(above, ast.stmt):
            return "__all__" in ast.unparse(above).partition("[")[0].partition("(")[0]
    return False


def starred(files: Files, uri: str) -> str:
    """Where something imports all of the module, '' for nowhere."""
    for importer in files.project.imports.importers.get(uri, ()):
        view = files.view(importer)
        if view is not None:
            for node in ast.walk(view.tree):
                if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                    where = f"{'.' * node.level}{node.module or ''}"
                    if files.module(view, where) == uri:
                        return view.place(node)
    return ""


def unimported(
    patch: Patch,
    every: Collection[Imported],
    needed: dict[ast.ImportFrom, tuple[View, list[str]]],
) -> bool:
    """Takes names out of one file's imports, and puts those that are `needed` there in; False
    where one cannot be taken out."""
    for statement in {each.statement for each in every}:
        gone = [each.alias for each in every if each.statement is statement]
        view = next(each.view for each in every if each.statement is statement)
        wanted = needed.pop(statement, (view, []))[1]
        if len(gone) == len(statement.names) and not wanted:
            span = removed(view, statement)
            if span is None:
                return False
            patch.replace(span, b"")
        else:
            imported(patch, view, statement, gone, wanted)
    return True


def imported(
    patch: Patch,
    view: View,
    statement: ast.ImportFrom,
    gone: Collection[ast.alias],
    wanted: Collection[str],
) -> None:
    """Rewrites the names of an import."""
    spans = tuple(view.span(each) for each in statement.names)
    inside = Span(spans[0].start, spans[-1].end)
    kept = [Item(at) for at, alias in enumerate(statement.names) if alias not in gone]
    fresh = [Item(None, name.encode()) for name in dict.fromkeys(wanted)]
    rewrite(patch, Listed(inside, spans), [*kept, *fresh])


def reexported(each: Imported, sites: Collection[Site]) -> bool:
    """Whether an import may be there for others: in a package's own file, in an `__all__`,
    under its own name once more, or where nothing else uses it."""
    name = each.alias.asname or each.alias.name
    used = any(
        site.view is each.view and isinstance(site.node, ast.Name) and site.node.id == name
        for site in sites
    )
    again = each.alias.asname == each.alias.name
    return each.view.path.endswith("__init__.py") or again or not used


def undefined(view: View, patch: Patch, node: ast.stmt) -> bool:
    """Takes a definition away; False where that cannot be."""
    span = removed(view, node)
    if span is None:
        return False
    patch.replace(span, b"")
    return True


__all__ = [
    "Imported",
    "imports",
    "mentioned",
    "reexported",
    "starred",
    "undefined",
    "unimported",
    "whole_lines",
]
