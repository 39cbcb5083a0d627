"""What of a file goes when top-level symbols are moved, and which names it needs."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass

from redline.core.refactor.python.imports import whole
from redline.core.refactor.python.names import binds
from redline.core.refactor.python.scopes import Source
from redline.core.refactor.python.selection import rows
from redline.core.refactor.python.view import View, doctest_names, noted_types, quoted_names
from redline.core.text.text import Span

Names = frozenset[str]
BUILTINS: Names = frozenset(dir(builtins)) - {"__name__", "__doc__", "__spec__", "__package__"}
OWN_MODULE = ("__name__", "__file__", "__doc__", "__path__", "__package__", "__spec__", "__all__")
_LOOKS = frozenset({"globals", "locals", "vars", "eval", "exec"})
_FRAMES = frozenset({"_getframe", "currentframe", "stack"})


@dataclass(frozen=True, slots=True)
class Cut:
    """The statements that go, with the names they bind.

    `spans` are their lines with the comments directly above, in order; `needs` the names of the
    file that they use, `needs_types` those of them that only annotations do.
    """

    names: Names
    statements: tuple[ast.stmt, ...]
    spans: tuple[Span, ...]
    needs: Names
    needs_types: Names
    needs_now: Names
    outside: Names
    annotated: bool


def cut(of: View, names: Names) -> Cut | str:
    """What goes with `names`, or why that cannot be told."""
    found = [each for each in of.source.tree.body if names & set(binds_of(each))]
    trouble = _not_plain(of, names, found)
    if trouble:
        return trouble
    spans = tuple(_with_comments(of.source, each) for each in found)
    moved = [whole(of.source, each) for each in found]
    inside = used(of, moved)
    quoted = quoted_names(found) | doctest_names(found)
    bound = of.module.binds.keys()
    foreign = sorted(name for name in inside if name not in bound and name not in BUILTINS)
    if foreign:
        return f"{_them(names)} uses {foreign[0]}, {_why_foreign(foreign[0])}"
    trouble = _looking(found, names)
    if trouble:
        return trouble
    needs = (frozenset(inside) & bound | (quoted & bound)) - names
    only_noted = needs - frozenset(used(of, moved, skip=_noted(of.source, found)))
    now = frozenset(used(of, [s for each in found for s in evaluated(of.source, each)]))
    annotated = any(True for _ in noted_types(found))
    return Cut(
        names,
        tuple(found),
        spans,
        needs,
        only_noted,
        (now & bound) - names,
        frozenset(inside) - bound,
        annotated,
    )


def binds_of(node: ast.stmt) -> tuple[str, ...]:
    """The names that a definition or an assignment at the top binds."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return binds(node)
        case ast.Assign(targets=targets):
            inner = (each for target in targets for each in ast.walk(target))
            return tuple(name for each in inner for name in binds(each))
        case ast.AnnAssign(target=ast.Name(id=name)):
            return (name,)
    return ()


def _them(names: Names) -> str:
    return ", ".join(sorted(names))


def _not_plain(of: View, names: Names, found: list[ast.stmt]) -> str:
    for name in sorted(names):
        own = [each for each in found if name in binds_of(each)]
        if not own:
            return f"{name} is not defined by a statement of its own at the top of {of.path}"
        if len(own) != len(of.module.binds.get(name, ())):
            return f"{name} is bound more than once in {of.path}, not only where it is defined"
        if len(own) > 1 and not all(_overload(each) for each in own[:-1]):
            return f"{name} is defined {len(own)} times in {of.path}"
    for each in found:
        beside = set(binds_of(each)) - names
        if beside:
            return f"the statement that defines {_them(names)} also defines {min(beside)}"
        if not _owns_its_lines(of.source, each):
            return f"line {each.lineno} of {of.path} holds more than the definition"
    for node in ast.walk(of.source.tree):
        if isinstance(node, ast.Global) and names & set(node.names):
            return (
                f"line {node.lineno} of {of.path} gives {min(names & set(node.names))} new values"
            )
        if isinstance(node, ast.AugAssign | ast.Delete):
            targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
            if any(isinstance(t, ast.Name) and t.id in names for t in targets):
                return f"line {node.lineno} of {of.path} changes what the name means"
    return ""


def _overload(node: ast.stmt) -> bool:
    marks = getattr(node, "decorator_list", [])
    return any(getattr(m, "id", getattr(m, "attr", "")) == "overload" for m in marks)


def _owns_its_lines(source: Source, node: ast.stmt) -> bool:
    lines = rows(node)
    others = (rows(each) for each in source.tree.body if each is not node)
    return all(last < lines[0] or first > lines[1] for first, last in others)


def _with_comments(source: Source, node: ast.stmt) -> Span:
    span = whole(source, node)
    row = source.text.line_of(span.start)
    while row > 0 and source.text.line_bytes(row - 1).startswith(b"#"):
        line = source.text.line_bytes(row - 1)
        if row - 1 <= 1 and (line.startswith(b"#!") or b"coding" in line):
            break
        row -= 1
    first = source.text.line_span(row).start
    # What a file begins with is about the file.
    return span if row == 0 else Span(first, span.end)


def used(of: View, spans: list[Span], skip: list[Span] | None = None) -> set[str]:
    """The names that the code in `spans`, but not in `skip`, takes from the module."""
    found: set[str] = set()
    left = skip or []
    for scope in of.scopes:
        for name, places in scope.uses.items():
            for at in places:
                if any(s.start <= at < s.end for s in spans) and not any(
                    s.start <= at < s.end for s in left
                ):
                    owner = of.owner(name, at)
                    if owner is None or owner is of.module:
                        found.add(name)
    return found


def _noted(source: Source, nodes: list[ast.stmt]) -> list[Span]:
    return [Span(source.start(each), source.end(each)) for each in noted_types(nodes)]


def evaluated(source: Source, node: ast.stmt) -> list[Span]:
    """What runs when the definition itself does: all of it but the bodies of functions."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        span = whole(source, node)
        return [Span(span.start, source.start(node.body[0]))]
    if isinstance(node, ast.ClassDef):
        span = whole(source, node)
        head = [Span(span.start, source.start(node.body[0]))]
        return head + [s for each in node.body for s in evaluated(source, each)]
    return [Span(source.start(node), source.end(node))]


def _looking(found: list[ast.stmt], names: Names) -> str:
    for node in (each for one in found for each in ast.walk(one)):
        called = node.func if isinstance(node, ast.Call) else None
        name = called.id if isinstance(called, ast.Name) else ""
        # `vars(x)` asks about x alone.
        if name in _LOOKS and not (name == "vars" and getattr(node, "args", None)):
            return f"{_them(names)} calls {name}(), which depends on the module it is in"
        if isinstance(node, ast.Attribute) and node.attr in _FRAMES:
            return f"{_them(names)} looks at the frames that call it"
        if isinstance(node, ast.Global):
            return f"{_them(names)} gives the module's {node.names[0]} new values"
    return ""


def _why_foreign(name: str) -> str:
    if name in OWN_MODULE:
        return "which is of the module it is in"
    return "and where that comes from cannot be told"
