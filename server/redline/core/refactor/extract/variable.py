"""Gives a Python expression a name: a variable above its statement, or a constant of the module."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterator, Sequence

from redline.core.index.languages import Language
from redline.core.refactor.extract.variable_place import Chosen, chosen, early
from redline.core.refactor.python.imports import header_end, indent_of
from redline.core.refactor.python.names import binds
from redline.core.refactor.python.scopes import Source, parse
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Span, Text

_PURE_CALLS = frozenset({"frozenset", "re.compile", "timedelta", "Decimal", "Fraction", "Path"})
_FIXED = (ast.Constant, ast.Tuple, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop, ast.Load)


def extract_variable(
    language: Language, text: Text, span: Span, name: str = "", everywhere: bool = False
) -> Refactored:
    """The edits that name the expression in `span` (bytes) on a line above its statement.

    Refused where it would be evaluated more or less often than now, or before something
    that may change it. Without a `name` one is made from the expression. With `everywhere`,
    equal literals become it too, from its statement to the end of the block.
    """
    found = _chosen(language, text, span)
    if isinstance(found, str):
        return refused(found)
    source, taken = found
    statement = taken.statement
    trouble = early(source, taken)
    if trouble or statement is None:
        return refused(trouble or "the selection is in no statement")
    if taken.function is None and any(isinstance(e, ast.ClassDef) for e in taken.around):
        return refused("in the body of a class the variable would be an attribute")
    called = free_name(source, name, _suggested(taken.node))
    if not called.isidentifier():
        return refused(called)
    if isinstance(statement, ast.Expr) and statement.value is taken.node:
        begin = source.start(statement)
        return _parsed(text, (Edit(Span(begin, begin), called.encode() + b" = "),))
    value = _value(source, taken)
    at = source.text.line_span(statement.lineno - 1).start
    at = source.start(statement) - len(indent_of(source, statement)) if at == 0 else at
    line = indent_of(source, statement) + called.encode() + b" = " + value + source.text.newline
    places = {taken.span}
    if everywhere:
        if not isinstance(taken.node, ast.Constant):
            return refused("only equal literals can be told to stay equal, this is none")
        places |= set(_equal(source, taken.node, _rest(taken, statement)))
    edits = (Edit(each, called.encode()) for each in sorted(places))
    return _parsed(text, (Edit(Span(at, at), line), *edits))


def extract_constant(
    language: Language, text: Text, span: Span, name: str = "", everywhere: bool = False
) -> Refactored:
    """The edits that make the expression in `span` a constant at the top of the module.

    It must be made of literals and pure calls. With `everywhere`, equal literals in the
    file become it too.
    """
    found = _chosen(language, text, span)
    if isinstance(found, str):
        return refused(found)
    source, taken = found
    trouble = _not_fixed(source, taken.node)
    if trouble:
        return refused(trouble)
    called = free_name(source, name, _suggested(taken.node).upper().lstrip("_"))
    if not called.isidentifier():
        return refused(called)
    at, _ = header_end(source)
    if taken.span.start < at:
        return refused("the expression stands among the imports")
    places = [taken.span]
    if everywhere:
        every = {taken.span, *_equal(source, taken.node, [source.tree])}
        places = sorted(each for each in every if each.start >= at)
    newline = source.text.newline
    lead = newline if at else b""
    if at and not source.text.data[:at].endswith((b"\n", b"\r")):
        lead += newline
    following = source.text.data[at:]
    gap = b"" if following.startswith((b"\n", b"\r")) else newline
    line = lead + called.encode() + b" = " + _value(source, taken) + newline + gap
    edits = [Edit(Span(at, at), line), *(Edit(each, called.encode()) for each in places)]
    return _parsed(text, tuple(edits))


def _chosen(language: Language, text: Text, span: Span) -> tuple[Source, Chosen] | str:
    if language.name != "python":
        return "expressions can be extracted in Python only"
    source = parse(text.data)
    if source is None:
        return "the file does not parse, so what the selection means cannot be known"
    found = chosen(source, span)
    return found if isinstance(found, str) else (source, found)


def _parsed(text: Text, edits: tuple[Edit, ...]) -> Refactored:
    if parse(apply(text.data, edits)) is None:
        return refused("the result would not parse; this is a fault of the extraction")
    return Refactored(edits)


def _value(source: Source, taken: Chosen) -> bytes:
    """The text of the expression; over several lines it needs brackets."""
    text = source.text.slice(taken.span)
    closed = isinstance(taken.node, ast.List | ast.Dict | ast.Set | ast.Call | ast.ListComp)
    wrapped = text.startswith(b"(") and isinstance(taken.node, ast.Tuple)
    if b"\n" not in text or closed or wrapped or text.startswith((b'"""', b"'''")):
        return text
    return b"(" + text + b")"


def free_name(source: Source, wanted: str, otherwise: str) -> str:
    """The wanted name where it is free, else why not; without one a free one like `otherwise`."""
    used = set(_used(source)) | set(dir(builtins))
    if wanted:
        if not wanted.isidentifier() or keyword.iskeyword(wanted):
            return f"{wanted!r} cannot be the name of a variable"
        return f"the name {wanted} is used in this file already" if wanted in used else wanted
    number, name = 1, otherwise
    while name in used or keyword.iskeyword(name):
        number += 1
        name = f"{otherwise}_{number}"
    return name


def _used(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        yield from binds(node)
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                yield name
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                yield from names


def _suggested(node: ast.expr) -> str:
    """A name made of what the expression ends in."""
    match node:
        case ast.Call(func=func) | ast.Await(value=ast.Call(func=func)):
            base = re.sub(r"^(get|make|build|compute|create|load)_", "", _suggested(func))
        case ast.Attribute(attr=name) | ast.Name(id=name):
            base = name
        case ast.Subscript(value=value):
            base = _suggested(value).removesuffix("s")
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            base = "condition"
        case ast.Constant(value=str(text)) if re.fullmatch(r"[A-Za-z][\w -]{0,30}", text):
            base = re.sub(r"\W+", "_", text)
        case _:
            base = "value"
    base = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", base).lower().strip("_")
    return base if base.isidentifier() else "value"


def _not_fixed(source: Source, node: ast.expr) -> str:
    """Why the expression is no constant; '' where it is."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and ast.unparse(each.func) in _PURE_CALLS:
            continue
        if isinstance(each, ast.Attribute | ast.Name) and _imported(source, each):
            continue
        if isinstance(each, ast.List | ast.Set) and _given_to(node, each):
            continue
        if not isinstance(each, _FIXED):
            what = ast.unparse(each) if isinstance(each, ast.expr) else type(each).__name__
            return f"{what} is not made of literals alone, so it may not be the same each time"
    return ""


def _given_to(node: ast.expr, inner: ast.AST) -> bool:
    """A list that only a pure call sees."""
    calls = (each for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(inner in call.args for call in calls)


def _imported(source: Source, node: ast.Attribute | ast.Name) -> bool:
    """A builtin that makes constants, or what an import at the top brings for that."""
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return False
    if root.id == "frozenset":
        return True
    end, _ = header_end(source)
    return any(
        root.id in binds(each) and source.start(each) < end
        for each in source.tree.body
        if isinstance(each, ast.Import | ast.ImportFrom)
    )


def _rest(taken: Chosen, statement: ast.stmt) -> list[ast.stmt]:
    """The statement and what follows it in its block."""
    around = taken.around[taken.around.index(statement) + 1]
    for field in ("body", "orelse", "finalbody"):
        block = getattr(around, field, None)
        if isinstance(block, list) and statement in block:
            return list(block[block.index(statement) :])
    return [statement]


def _equal(source: Source, node: ast.expr, roots: Sequence[ast.AST]) -> Iterator[Span]:
    """The places of the same literal, but for docstrings, f-strings, annotations and patterns."""
    wanted = ast.dump(node)
    stack = list(roots)
    while stack:
        each = stack.pop()
        if isinstance(each, ast.JoinedStr | ast.pattern | ast.arg):
            continue
        if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant):
            continue
        if isinstance(each, ast.Subscript) and "Literal" in ast.unparse(each.value):
            continue
        if isinstance(each, ast.expr) and ast.dump(each) == wanted:
            yield Span(source.start(each), source.end(each))
            continue
        hidden = (getattr(each, "annotation", None), getattr(each, "returns", None))
        stack += [child for child in ast.iter_child_nodes(each) if child not in hidden]
