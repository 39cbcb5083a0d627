"""Takes a dead definition out, with what only it needed."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from redline.core.index.model import Symbol
from redline.core.refactor.dead_code.finding import IMPORT, Dead, dead_symbols
from redline.core.refactor.dead_code.signs import (
    Definition,
    called_from_afar,
    definition_of,
    loud,
    put_together,
)
from redline.core.refactor.move_symbol.cut import Cut, cut
from redline.core.refactor.move_symbol.importers import Moving
from redline.core.refactor.move_symbol.source import after_removal
from redline.core.refactor.project import Planned, Project, impossible
from redline.core.refactor.python.dunder_lists import dropped, exports
from redline.core.refactor.python.imports import only_one, whole, without
from redline.core.refactor.python.modules import Modules, imports_in, modules_of
from redline.core.refactor.python.scopes import Source, parse
from redline.core.refactor.python.view import view
from redline.core.text.edits import Edit, EditError, apply, ordered
from redline.core.text.text import Span

_SHOWN = 5
_QUIET_CALLS = frozenset(
    {
        *("re.compile", "namedtuple", "collections.namedtuple", "TypeVar", "typing.TypeVar"),
        *("frozenset", "set", "dict", "list", "tuple", "object", "NewType", "ParamSpec", "str"),
        *("int", "float", "bytes", "Path", "logging.getLogger", "getLogger", "timedelta"),
    }
)


def remove_dead(project: Project, symbol: Symbol) -> Planned:
    """The plan that takes `symbol` out, with imports that only it used.

    Refused where code names it after all, where its definition may do something when it
    runs, and in languages other than Python.
    """
    path = project.path_of(symbol.uri)
    known = {each.symbol.id: each for each in dead_symbols(project, path)}
    edits = _removal(project, modules_of(project), known, symbol)
    if isinstance(edits, str):
        return impossible(edits)
    return Planned({symbol.uri: edits}, (), known[symbol.id].reasons)


def remove_all(project: Project, found: Sequence[Dead]) -> Planned:
    """The plan that takes out as many of `found` as can be; refused where none can be.

    What only they used is dead once they are gone, and is found then.
    """
    modules, known = modules_of(project), {each.symbol.id: each for each in found}
    edits: dict[str, tuple[Edit, ...]] = {}
    stay: list[str] = []
    for each in found:
        uri = each.symbol.uri
        more = _removal(project, modules, known, each.symbol)
        if isinstance(more, str):
            stay.append(more)
        else:
            together = _together(modules, project.path_of(uri), (*edits.get(uri, ()), *more))
            edits |= {uri: together} if together else {}
            stay += [] if together else [f"{each.symbol.name} touches what goes before it"]
    if not edits:
        return impossible("; ".join(stay[:_SHOWN]) or "nothing is dead")
    rest = f" and {len(stay) - _SHOWN} more" if len(stay) > _SHOWN else ""
    notes = (f"left alone: {'; '.join(stay[:_SHOWN])}{rest}",) if stay else ()
    return Planned(edits, (), notes)


def _together(modules: Modules, path: str, edits: tuple[Edit, ...]) -> tuple[Edit, ...] | None:
    """The edits of several removals in one file; None where they do not go together."""
    source = modules.source(path)
    try:
        kept = ordered(dict.fromkeys(edits), len(source.text)) if source is not None else ()
        after = parse(apply(source.text.data, kept)) if source is not None else None
    except EditError:
        return None
    return tuple(kept) if after is not None else None


def _removal(
    project: Project, modules: Modules, known: Mapping[str, Dead], symbol: Symbol
) -> tuple[Edit, ...] | str:
    path = project.path_of(symbol.uri)
    source = modules.source(path) if path in modules.paths else None
    if source is None:
        return f"{path} is no Python file that parses; what is dead in it stays"
    if symbol.id not in known:
        return f"{symbol.name} is not dead: code names it, or something finds it by name"
    if symbol.kind != IMPORT and put_together(project, symbol):
        return f"a string in {path} begins as {symbol.name} does: it may be put together"
    edits = _edits(modules, path, source, symbol)
    if isinstance(edits, str):
        return edits
    whole = _together(modules, path, edits)
    return whole or f"{path} would not parse; this is a fault of the removal"


def _edits(modules: Modules, path: str, source: Source, symbol: Symbol) -> tuple[Edit, ...] | str:
    if symbol.kind == IMPORT:
        each = next(i for i in imports_in(source) if source.start(i.alias) == symbol.span.start)
        return without(source, each.node, [each.alias], gap=True)
    node = definition_of(source, symbol)
    if node is None:
        return f"{symbol.name} is not defined by a statement of its own"
    trouble = _acts(node)
    if not trouble and called_from_afar(source, symbol):
        trouble = "may be called by a base class or by Python, which need not name it"
    if trouble:
        return f"{symbol.name} {trouble}"
    if node not in source.tree.body:
        return _inner(source, node)
    taken = cut(view(path, source), frozenset({symbol.name}))
    if isinstance(taken, str):
        # What it looks at while it runs is no matter once it is gone.
        if not isinstance(node, Definition):
            return taken
        nothing: frozenset[str] = frozenset()
        parts = (nothing, nothing, nothing, nothing)
        taken = Cut(frozenset({symbol.name}), (node,), (whole(source, node),), *parts, False)
    moving = Moving(modules, path, path, taken.names, taken.needs)
    edits = after_removal(moving, view(path, source), taken)
    listed = exports(source)
    return (*edits, *(dropped(source, listed, taken.names) if listed is not None else ()))


def _acts(node: ast.stmt) -> str:
    """What the definition may do when it runs; '' for nothing."""
    if isinstance(node, Definition):
        marks = loud(node)
        if marks:
            return f"has the decorator {marks[0]}, which may enter it somewhere"
        if isinstance(node, ast.ClassDef) and node.keywords:
            return "is made by a metaclass or with arguments, which may enter it somewhere"
        return ""
    value = getattr(node, "value", None)
    for each in ast.walk(value) if isinstance(value, ast.expr) else ():
        if isinstance(each, ast.Await | ast.NamedExpr):
            return "has a value that does something"
        if isinstance(each, ast.Call) and ast.unparse(each.func) not in _QUIET_CALLS:
            return f"has a value that calls {ast.unparse(each.func)}, which may do something"
    return ""


def _inner(source: Source, node: ast.stmt) -> tuple[Edit, ...] | str:
    """A member of a class, with the blank lines behind it."""
    if only_one(source, node):
        start = whole(source, node).start
        indent = source.text.data[start : source.start(node)]
        words = indent if not indent.strip() else b" " * node.col_offset
        return (Edit(whole(source, node), words + b"pass" + source.text.newline),)
    span = whole(source, node)
    head = source.text.data[span.start :][: node.col_offset]
    if head.strip() and not getattr(node, "decorator_list", None):
        return "the definition shares its line with something else"
    text, end = source.text, span.end
    row = text.line_of(end) if end < len(text) else text.line_count
    while row < text.line_count and not text.line_bytes(row).strip() and end < len(text):
        end = text.line_span(row).end
        row += 1
    following = text.line_bytes(row) if row < text.line_count else b""
    start = span.start
    if len(following) - len(following.lstrip()) < node.col_offset:
        # The last of its class: the blank lines before it go, those behind it stay.
        end, row = span.end, text.line_of(start)
        while row > 0 and not text.line_bytes(row - 1).strip():
            row -= 1
            start = text.line_span(row).start
    return (Edit(Span(start, end), b""),)
