"""What of a function is put in place of its calls, and how statements are put there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from redline.core.refactor.call_sites.files import View
from redline.core.refactor.call_sites.lists import Patch
from redline.core.refactor.call_sites.model import Function
from redline.core.refactor.call_sites.uses import Site
from redline.core.refactor.inlining.arguments import Given
from redline.core.refactor.inlining.result import Work
from redline.core.refactor.inlining.text import fitted, statement_of, text_of, whole_lines
from redline.core.refactor.python import names
from redline.core.text.text import Span

BY_NAME = frozenset({"locals", "globals", "vars", "eval", "exec", "dir", "super"})
_WAITS = (ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr, ast.AsyncFor, ast.AsyncWith)


@dataclass(frozen=True, slots=True)
class Body:
    """What a function does: `statements`, and then the `value` that it returns. `rebound` are
    the names that it binds, parameters it binds anew among them.
    """

    view: View
    function: Function
    statements: tuple[ast.stmt, ...]
    value: ast.expr | None
    rebound: frozenset[str]

    @property
    def parts(self) -> tuple[ast.AST, ...]:
        """All of it."""
        return (*self.statements, *([self.value] if self.value is not None else []))

    def uses(self, *parts: ast.AST) -> Iterator[ast.Name]:
        """Where parameters stand."""
        wanted = {each.arg for each in names.parameters(self.function.args)}
        for part in parts or self.parts:
            every = (each for each in ast.walk(part) if isinstance(each, ast.Name))
            for node in every:
                if node.id in wanted and self.view.binder(node, node.id) is self.function:
                    yield node

    def free(self) -> Iterator[ast.Name]:
        """The names that it takes from around it."""
        for part in self.parts:
            for node in ast.walk(part):
                if isinstance(node, ast.Name):
                    binder = self.view.binder(node, node.id)
                    inside = binder is self.function or (
                        binder is not None and self.function in self.view.above(binder)
                    )
                    if not inside:
                        yield node


def body_of(view: View, function: Function) -> Body | str:
    """What can be put in place of calls; or why nothing can."""
    if isinstance(function, ast.AsyncFunctionDef):
        return "it is async"
    if function.decorator_list:
        return "it has a decorator"
    inside = list(function.body)
    if isinstance(inside[0], ast.Expr) and isinstance(inside[0].value, ast.Constant):
        inside = inside[1:]  # its documentation
    last = inside[-1] if inside else None
    value = last.value if isinstance(last, ast.Return) else None
    if isinstance(last, ast.Return):
        inside = inside[:-1]
    if not inside and value is None:
        return "it does nothing"
    problem = _problem(view, function, [*inside, *([value] if value is not None else [])])
    if problem:
        return problem
    if not inside and value is not None and _hands_back(value):
        return "it only hands back what it is given: it may be a mark for some tool"
    bound = names.bound(inside)
    return Body(view, function, tuple(inside), value, bound)


def _hands_back(value: ast.expr) -> bool:
    """Whether an expression is nothing but names, as of functions that mark texts to translate."""
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return all(isinstance(each, ast.Name) for each in parts)


def _problem(view: View, function: Function, parts: Sequence[ast.AST]) -> str:
    for node in (each for part in parts for each in ast.walk(part)):
        what = _hindrance(view, function, node)
        if what:
            return f"it {what}, at {view.place(node)}"
    return ""


_HINDRANCES: tuple[tuple[tuple[type[ast.AST], ...], str], ...] = (
    ((ast.Return,), "returns in the midst of it"),
    ((ast.Global, ast.Nonlocal), "gives outer variables values"),
    ((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef), "defines something"),
    ((ast.Import, ast.ImportFrom), "imports something"),
    (_WAITS, "waits, yields or names something on the way"),
)


def _hindrance(view: View, function: Function, node: ast.AST) -> str:
    """What a node does that it could not do at a call, '' for nothing."""
    for kinds, what in _HINDRANCES:
        if isinstance(node, kinds):
            return what
    match node:
        case ast.Name(id=name) if name == "__class__" or (
            name in BY_NAME and view.binder(node, name) is None
        ):
            return f"uses {name}"
        case ast.Name(id=name) if name == function.name:
            return "calls itself"
        case ast.Name(id=name) | ast.Attribute(attr=name) if _is_tied(name):
            return f"uses {name}, which Python ties to a class"
        case ast.JoinedStr() if any(each in view.lost for each in ast.walk(node)):
            return "has a string that cannot be read"
    return ""


def _is_tied(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__")


def placed(
    work: Work, body: Body, site: Site, lines: Sequence[bytes], values: Mapping[str, Given]
) -> str:
    """Puts `lines` and the statements in place of the one with the call; `values` for names."""
    assert site.call is not None
    statement = statement_of(site.view, site.call)
    span = whole_lines(site.view, statement)
    if span is None:
        return "shares its line with something else"
    indent = _indent(site.view, statement.lineno)
    taken = _lines(body, values)
    if isinstance(taken, str):
        return taken
    newline = site.view.source.text.newline
    done = [indent + line for line in lines]
    done += [indent + line if line.strip() else b"" for line in taken]
    last = _last(work, body, site, values)
    if last:
        done.append(indent + last)
    tail = site.view.bytes_of(Span(site.view.span(statement).end, span.end))
    if tail.strip():
        done.insert(0, indent + tail.strip())
    ended = tail.endswith((b"\n", b"\r"))
    work.patch(site.view).replace(span, newline.join(done) + (newline if ended else b""))
    return ""


def _indent(view: View, line: int) -> bytes:
    data = view.source.text.line_bytes(line - 1)
    return data[: len(data) - len(data.lstrip())]


def _last(work: Work, body: Body, site: Site, values: Mapping[str, Given]) -> bytes:
    """The statement with what is returned in place of the call."""
    assert site.call is not None
    statement = statement_of(site.view, site.call)
    if body.value is None:
        return b""
    value = _replaced(body, values).text(body.view.span(body.value))
    if b"\n" in value:
        value = b"(" + value + b")"
    head = site.view.bytes_of(
        Span(site.view.span(statement).start, site.view.span(site.call).start)
    )
    return head + value


def _replaced(body: Body, values: Mapping[str, Given]) -> Patch:
    patch = Patch(body.view.source.text.data)
    for node in body.uses():
        if node.id in values:
            each = values[node.id]
            text = fitted(each.value, text_of(each.view, each.value), body.view, node)
            patch.replace(body.view.span(node), text)
    return patch


def _lines(body: Body, values: Mapping[str, Given]) -> list[bytes] | str:
    """The lines of the statements without their indentation."""
    if not body.statements:
        return []
    text, first, last = body.view.source.text, body.statements[0], body.statements[-1]
    indent = _indent(body.view, first.lineno)
    spans = [whole_lines(body.view, each) for each in body.statements]
    if any(each is None for each in spans):
        return "would bring statements that share a line"
    for node in (each for part in body.statements for each in ast.walk(part)):
        string = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        text_ = string or isinstance(node, ast.JoinedStr)
        if text_ and isinstance(node, ast.expr) and node.lineno != node.end_lineno:
            return "would bring a string of several lines"
    start = text.line_span(first.lineno - 1).start
    end = text.line_span((last.end_lineno or last.lineno) - 1).end
    rows = _replaced(body, values).text(Span(start, end)).splitlines()
    if any(row.strip() and not row.startswith(indent) for row in rows):
        return "would bring lines that are not indented alike"
    return [row[len(indent) :] for row in rows]
