"""Which expression a selection means, and whether it may be evaluated before its statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redline.core.refactor.python.names import COMPREHENSIONS
from redline.core.refactor.python.scopes import Source
from redline.core.text.text import Span

_EFFECTS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
_READS = (ast.Attribute, ast.Subscript)
_SIMPLE = (
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Assert),
    *(ast.Delete, ast.If, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Match),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An expression; `around` is what it sits in, the innermost first."""

    node: ast.expr
    span: Span
    around: tuple[ast.AST, ...]

    @property
    def statement(self) -> ast.stmt | None:
        """The innermost statement around."""
        return next((each for each in self.around if isinstance(each, ast.stmt)), None)

    @property
    def function(self) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function whose body the expression is in; None at the top or in a class body."""
        inner: ast.AST = self.node
        for each in self.around:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                return each if inner in each.body else None
            if isinstance(each, ast.ClassDef):
                return None
            inner = each
        return None


def chosen(source: Source, span: Span) -> Chosen | str:
    """The expression that `span` holds, white space and brackets around it aside."""
    data = source.text.data
    tight = _tight(data, span)
    while len(tight) > 0:
        found = _at(source, tight)
        if found is not None:
            trouble = _unfit(found)
            return trouble or found
        inside = data[tight.start : tight.end]
        if not (inside.startswith(b"(") and inside.endswith(b")")):
            break
        tight = _tight(data, Span(tight.start + 1, tight.end - 1))
    return "the selection is not one whole expression"


def _tight(data: bytes, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and data[start : start + 1].isspace():
        start += 1
    while end > start and data[end - 1 : end].isspace():
        end -= 1
    return Span(start, end)


def _at(source: Source, span: Span) -> Chosen | None:
    """The outermost expression with exactly these bytes."""
    stack: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(source.tree, ())]
    while stack:
        node, around = stack.pop()
        if isinstance(node, ast.expr):
            begins, ends = source.start(node), source.end(node)
            if (begins, ends) == (span.start, span.end):
                return Chosen(node, span, around)
        stack += [(child, (node, *around)) for child in ast.iter_child_nodes(node)]
    return None


def _unfit(found: Chosen) -> str:
    """Why an expression cannot stand alone; '' where it can."""
    if isinstance(getattr(found.node, "ctx", None), ast.Store | ast.Del):
        return "the selection is given a value, it is none"
    if isinstance(found.node, ast.Starred | ast.Slice | ast.GeneratorExp):
        return "the selection is a part of what is around it, not a value of its own"
    above = found.around[0] if found.around else None
    if isinstance(above, ast.Expr) and isinstance(found.node, ast.Constant):
        return "the selection is a docstring, or a statement that does nothing"
    for each in found.around:
        if isinstance(each, ast.JoinedStr | ast.FormattedValue):
            return "the selection is inside an f-string"
        if isinstance(each, ast.pattern):
            return "the selection is a pattern"
    if any(isinstance(each, ast.NamedExpr | ast.Yield | ast.YieldFrom) for each in _walk(found)):
        return "the selection gives a name a value or yields"
    for inner, outer in zip((found.node, *found.around), found.around, strict=False):
        if _is_annotation(inner, outer):
            return "the selection is a part of an annotation"
    return ""


def _walk(found: Chosen) -> Iterator[ast.AST]:
    return ast.walk(found.node)


def _is_annotation(inner: ast.AST, outer: ast.AST) -> bool:
    if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
        return inner is outer.returns
    return isinstance(outer, ast.arg | ast.AnnAssign) and inner is outer.annotation


def early(source: Source, found: Chosen) -> str:
    """Why the expression cannot be evaluated before its statement; '' where it can."""
    statement = found.statement
    if statement is None or not isinstance(statement, _SIMPLE):
        return "the expression is evaluated at another time than its statement begins"
    line = source.text.line_bytes(statement.lineno - 1)
    if line[: statement.col_offset].strip() or line.lstrip().startswith(b"elif"):
        return "the statement does not begin its line"
    if isinstance(found.node, ast.Constant):
        return ""
    sometimes = _sometimes(found, statement)
    if sometimes:
        return sometimes
    before = list(_before(source, found, statement))
    effects = [each for each in before if isinstance(each, _EFFECTS)]
    own = list(ast.walk(found.node))
    acts = any(isinstance(each, _EFFECTS) for each in own)
    reads = any(isinstance(each, _READS) for each in own)
    if effects and (acts or reads or _walrus(effects, own)):
        return "something else in the statement is called before the expression is evaluated"
    if acts and any(isinstance(each, _READS) for each in before):
        return "the expression calls something after the statement has read a value"
    return ""


def _walrus(effects: Sequence[ast.AST], own: Sequence[ast.AST]) -> bool:
    names = {each.id for each in own if isinstance(each, ast.Name)}
    given = (each.target.id for each in effects if isinstance(each, ast.NamedExpr))
    return any(each in names for each in given)


def _sometimes(found: Chosen, statement: ast.stmt) -> str:
    """Why it is not evaluated exactly once, as the first step of what is around it."""
    inner: ast.AST = found.node
    for outer in found.around:
        late = (
            (isinstance(outer, ast.BoolOp) and inner is not outer.values[0])
            or (isinstance(outer, ast.IfExp) and inner is not outer.test)
            or (isinstance(outer, ast.Compare) and inner in outer.comparators[1:])
            or (isinstance(outer, ast.Assert) and inner is outer.msg)
        )
        if late:
            return "the expression is evaluated only under a condition"
        if isinstance(outer, ast.Lambda):
            return "the expression is evaluated when the lambda is called"
        if isinstance(outer, COMPREHENSIONS):
            first = outer.generators[0]
            if not (inner is first and _within(found.node, first.iter)):
                return "the expression is evaluated in each step of a comprehension"
            if isinstance(outer, ast.GeneratorExp):
                return ""
        if outer is statement:
            return _in_header(inner, statement)
        inner = outer
    return ""


def _within(node: ast.AST, whole: ast.AST) -> bool:
    return any(each is node for each in ast.walk(whole))


def _in_header(inner: ast.AST, statement: ast.stmt) -> str:
    if isinstance(statement, ast.With | ast.AsyncWith) and inner is not statement.items[0]:
        return "the expression is evaluated after the first context is entered"
    if isinstance(statement, ast.AugAssign) and inner is statement.value:
        # The target is read first; a plain name is not changed by what follows.
        return "" if isinstance(statement.target, ast.Name) else "the target is read before it"
    return ""


def _before(source: Source, found: Chosen, statement: ast.stmt) -> Iterator[ast.AST]:
    """What the statement evaluates before the expression, by where it stands.

    A method that is looked up to be called with the expression is passed over.
    """
    parts: list[ast.AST] = [statement]
    if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
        if not _within(found.node, statement.value):
            parts = [statement.value, *_targets(statement)]
        else:
            parts = [statement.value]
    elif isinstance(statement, ast.For | ast.AsyncFor):
        parts = [statement.iter]
    callees = {
        id(part)
        for each in found.around
        if isinstance(each, ast.Call)
        for part in _lookup(each.func)
    }
    around = {id(each) for each in found.around}
    bodies = {id(each) for part in _blocks(statement) for each in part}
    for part in parts:
        stack: list[ast.AST] = [part]
        while stack:
            node = stack.pop()
            if node is found.node or id(node) in bodies:
                continue
            stack += ast.iter_child_nodes(node)
            if not isinstance(node, ast.expr) or id(node) in around or id(node) in callees:
                continue
            if source.end(node) <= found.span.start or part is not parts[-1]:
                yield node


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]


def _lookup(func: ast.expr) -> Iterator[ast.AST]:
    while isinstance(func, ast.Attribute):
        yield func
        func = func.value


def _blocks(statement: ast.stmt) -> Iterator[list[ast.AST]]:
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        part = getattr(statement, name, None)
        if isinstance(part, list):
            yield part
