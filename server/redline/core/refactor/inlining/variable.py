"""Puts the value of a local Python variable in place of the variable."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from redline.core.refactor.call_sites.files import Files, View
from redline.core.refactor.call_sites.lists import Patch
from redline.core.refactor.inlining.order import (
    Effect,
    compared_by_identity,
    effect,
    is_immutable,
    is_stable,
    steps,
)
from redline.core.refactor.inlining.text import (
    block_of,
    fitted,
    statement_of,
    text_of,
    whole_lines,
)
from redline.core.refactor.project import Planned, Project, impossible
from redline.core.refactor.python import names
from redline.core.refactor.python.scopes import parse
from redline.core.text.edits import apply
from redline.core.text.text import Span

WAITS = (ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Await)
BY_NAME = frozenset({"locals", "vars", "eval", "exec", "dir"})


def inline_variable(project: Project, uri: str, offset: int) -> Planned:
    """The edits that put the value of the local variable at byte `offset` in place of all its
    uses, and take its assignment away.
    """
    view = Files(project).view(uri)
    if view is None:
        return impossible(f"{project.path_of(uri)} is no Python, or does not parse")
    found = _found(view, offset)
    if isinstance(found, str):
        return impossible(found)
    problem = _problem(view, found)
    if problem:
        return impossible(f"{found.name}: {problem}")
    patch = Patch(view.source.text.data)
    text = text_of(view, found.value)
    for use in found.uses:
        patch.replace(view.span(use), fitted(found.value, text, view, use))
    lines = whole_lines(view, found.statement)
    if lines is None:
        return impossible(f"{found.name}: its assignment shares a line with something else")
    patch.replace(lines, b"")
    edits = patch.done()
    if parse(apply(patch.data, edits)) is None:
        return impossible(f"{found.name}: its value cannot stand in all those places")
    return Planned({uri: edits}, notes=_notes(view, found, lines))


def variables_named(project: Project, uri: str, name: str) -> tuple[int, ...]:
    """The offsets of the first assignments to local variables of a name, one a function."""
    view = Files(project).view(uri)
    found: dict[names.Function, int] = {}
    for node in ast.walk(view.tree) if view is not None else ():
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            scope = view.binder(node, name) if view is not None else None
            if view is not None and isinstance(scope, names.Function):
                start = view.span(node).start
                found[scope] = min(found.get(scope, start), start)
    return tuple(sorted(found.values()))


@dataclass(frozen=True, slots=True)
class _Found:
    """A variable with its one assignment."""

    name: str
    scope: names.Function
    statement: ast.Assign | ast.AnnAssign
    value: ast.expr
    uses: tuple[ast.Name, ...]


def _found(view: View, offset: int) -> _Found | str:
    node = next(
        (
            each
            for each in ast.walk(view.tree)
            if isinstance(each, ast.Name) and _holds(view.span(each), offset)
        ),
        None,
    )
    if node is None:
        return "there is no variable at this place"
    scope = view.binder(node, node.id)
    if not isinstance(scope, names.Function):
        return f"{node.id} is no local variable of a function"
    bound = view.bindings(scope)[node.id]
    statement = view.parents.get(bound[0])
    if len(bound) > 1:
        places = ", ".join(str(getattr(each, "lineno", "?")) for each in bound[:3])
        return f"{node.id} is given a value more than once: lines {places}"
    match statement:
        case ast.Assign(targets=[ast.Name()], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
            pass
        case _:
            return f"{node.id} is given its value by something other than a plain assignment"
    uses = tuple(_uses(view, scope, node.id))
    return _Found(node.id, scope, statement, value, uses)


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


def _uses(view: View, scope: names.Function, name: str) -> Iterator[ast.Name]:
    every = (each for each in ast.walk(scope) if isinstance(each, ast.Name) and each.id == name)
    for node in every:
        if isinstance(node.ctx, ast.Load) and view.binder(node, name) is scope:
            yield node


def _problem(view: View, found: _Found) -> str:
    """Why the value cannot stand in place of the uses, '' where it can."""
    if not found.uses:
        return "it is never used"
    for node in ast.walk(found.scope):
        if isinstance(node, ast.Nonlocal) and found.name in node.names:
            return f"a function inside gives it a value, at {view.place(node)}"
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in BY_NAME:
            return f"the function looks at its names as data, at {view.place(node)}"
    if any(isinstance(each, WAITS) for each in ast.walk(found.value)):
        return "its value waits, yields or names something"
    problem = _before(view, found) or _strings(view, found) or _captured(view, found)
    return problem or _order(view, found)


def _before(view: View, found: _Found) -> str:
    """Why a use may come before the assignment, '' where none does."""
    block = block_of(view, found.statement)
    later = block[[each is found.statement for each in block].index(True) + 1 :]
    for use in found.uses:
        around = {use, *view.above(use)}
        if not any(each in around for each in later):
            return f"its use at {view.place(use)} may come without its assignment"
    return ""


def _strings(view: View, found: _Found) -> str:
    text = text_of(view, found.value)
    for use in found.uses:
        inside = any(isinstance(above, ast.JoinedStr) for above in view.above(use))
        if inside and (use in view.lost or any(sign in text for sign in b"'\"\\{}\n#")):
            return f"its value cannot stand in the string at {view.place(use)}"
    return ""


def _captured(view: View, found: _Found) -> str:
    """Why a name of the value would mean something else at a use, '' where none would."""
    for node in ast.walk(found.value):
        here = view.binder(node, node.id) if isinstance(node, ast.Name) else None
        if not isinstance(node, ast.Name) or _is_inside(view, here, found.value):
            continue
        for use in found.uses:
            if view.binder(use, node.id) is not here:
                return f"{node.id} means something else at {view.place(use)}"
    return ""


def _is_inside(view: View, scope: ast.AST | None, value: ast.expr) -> bool:
    return scope is not None and (scope is value or value in view.above(scope))


def _order(view: View, found: _Found) -> str:
    """Why it matters when, and how often, the value is computed; '' where it does not."""
    value = found.value
    for use in found.uses:
        if compared_by_identity(view, value, use):
            return f"it is compared by identity at {view.place(use)}"
    if is_immutable(value) or (isinstance(value, ast.Name) and is_stable(view, value)):
        return ""
    if len(found.uses) > 1:
        return f"its value would be computed {len(found.uses)} times"
    use, what = found.uses[0], effect(view, value)
    block = block_of(view, found.statement)
    later = block[[each is found.statement for each in block].index(True) + 1 :]
    following = statement_of(view, use)
    between = later[: later.index(following)] if following in later else later
    if following not in later or not all(_is_calm(view, found, each, what) for each in between):
        return f"something may change between its assignment and {view.place(use)}"
    first = _first_of(following)
    if first is None or not any(use is each for each in ast.walk(first)):
        return f"it is not computed first at {view.place(use)}"
    for step in steps(view, first):
        if step.node is use:
            return f"it may not be computed at {view.place(use)}" if step.sometimes else ""
        if step.effect > (Effect.READS if what < Effect.ACTS else Effect.STABLE):
            break
    return f"something is computed before it at {view.place(use)}"


def _is_calm(view: View, found: _Found, statement: ast.stmt, what: Effect) -> bool:
    """Whether a statement changes nothing that the value, of effect `what`, depends on, and
    sees nothing of what the value does."""
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            read = {each.id for each in ast.walk(found.value) if isinstance(each, ast.Name)}
            own = isinstance(view.binder(statement, name), names.Function)
            most = Effect.READS if what < Effect.ACTS else Effect.STABLE
            return own and name not in read and effect(view, value) <= most
    return False


def _first_of(statement: ast.stmt) -> ast.expr | None:
    """The expression that a statement begins with, and computes once."""
    match statement:
        case ast.Assign(value=value) | ast.Return(value=value) | ast.Expr(value=value):
            return value
        case ast.AnnAssign(value=value):
            return value
        case ast.If(test=test) | ast.Assert(test=test):
            return test
        case ast.For(iter=first) | ast.With(items=[ast.withitem(context_expr=first), *_]):
            return first
        case ast.Raise(exc=exc):
            return exc
        case ast.Match(subject=subject):
            return subject
    return None


def _notes(view: View, found: _Found, lines: Span) -> tuple[str, ...]:
    tail = view.bytes_of(Span(view.span(found.statement).end, lines.end)).strip()
    if tail:
        comment = tail.decode("utf-8", "replace")
        return (f"The comment behind the assignment goes with it: {comment}",)
    return ()
