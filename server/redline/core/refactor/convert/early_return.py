"""Turns the `if` that a Python function ends with into a guard: return early, then go on.

What is done stays the same: the condition is asked once, and what was inside of it runs
where it holds. Strings that span lines keep theirs.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from redline.core.index.languages import Language
from redline.core.refactor.python.imports import indent_of
from redline.core.refactor.python.scopes import Source, parse
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit, apply, diff
from redline.core.text.text import BOM, Span, Text

Function = ast.FunctionDef | ast.AsyncFunctionDef
_LOOSE = (ast.BoolOp, ast.IfExp, ast.Lambda, ast.NamedExpr)
_ENDS = (ast.Return, ast.Raise)
_FLIPPED: dict[type[ast.cmpop], tuple[type[ast.cmpop], str]] = {
    ast.Is: (ast.IsNot, "is not"),
    ast.IsNot: (ast.Is, "is"),
    ast.In: (ast.NotIn, "not in"),
    ast.NotIn: (ast.In, "in"),
}
_DEEPEST = 20


def early_return(language: Language, text: Text, lines: tuple[int, int]) -> Refactored:
    """The edits that make functions on `lines` (1-based, inclusive) return early.

    Of a place inside nested functions the innermost is meant. Refused where no function
    there ends with an `if` that can become a guard.
    """
    if language.name != "python":
        return refused("guard clauses are made in Python only")
    now, changed = text, False
    for _ in range(_DEEPEST):
        source = parse(now.data)
        if source is None:
            return refused("the file does not parse" if not changed else _FAULT)
        last = lines[1] + now.line_count - text.line_count
        every = list(_meant(source, (lines[0], last)))
        if not every:
            return refused("there is no function at this place")
        made = [_guarded(source, each) for each in every]
        edits = next((each for each in made if not isinstance(each, str)), None)
        if edits is None:
            why = _NONE if len(made) > 1 else next(e for e in made if isinstance(e, str))
            return Refactored(diff(text, now)) if changed else refused(why)
        now, changed = Text(apply(now.data, edits)), True
    return refused("the function is nested too deeply")


_NONE = "no function there ends with an `if` that can become a guard"
_FAULT = "the result would not parse; this is a fault of the conversion"


def _meant(source: Source, lines: tuple[int, int]) -> Iterator[Function]:
    """The functions that begin on the lines; for lines inside of one, the innermost."""
    every = [each for each in ast.walk(source.tree) if isinstance(each, Function)]
    begun = [each for each in every if lines[0] <= each.lineno <= lines[1]]
    around = [
        each
        for each in every
        if each.lineno <= lines[0] and (each.end_lineno or each.lineno) >= lines[1]
    ]
    yield from begun or sorted(around, key=lambda each: -each.lineno)[:1]


@dataclass(frozen=True, slots=True)
class _Last:
    """The `if` at the end: `kept` goes on behind the guard, which does `guard` and returns."""

    node: ast.If
    kept: list[ast.stmt]
    guard: list[ast.stmt]


def _guarded(source: Source, function: Function) -> tuple[Edit, ...] | str:
    """The edits for the last statement of one function; or why there are none."""
    found = _last(source, function)
    if isinstance(found, str):
        return f"{function.name}: {found}"
    node, text = found.node, source.text
    colon = _header_end(source, node)
    if colon is None or text.line_of(colon) == found.kept[0].lineno - 1:
        return f"{function.name}: the `if` is on one line with what it holds"
    outer, inner = indent_of(source, node), indent_of(source, found.kept[0])
    begin = text.line_span(text.line_of(colon)).end
    end = middle = text.line_span((node.end_lineno or node.lineno) - 1).end
    guard = b""
    if found.guard:
        row = _else_row(source, found)
        if row is None:
            return f"{function.name}: its `else` is written in an unusual way"
        middle, guard = row.start, text.data[row.end : end]
        guard += b"" if guard.endswith((b"\n", b"\r")) else text.newline
    if not found.guard or not isinstance(found.guard[-1], _ENDS):
        gives = any(each.value is not None for each in _returns(function))
        guard += inner + (b"return None" if gives else b"return") + text.newline
    kept = _dedented(text, Span(begin, middle), inner, outer)
    if kept is None or not inner.startswith(outer):
        return f"{function.name}: what is in the `if` cannot be moved to the left"
    if end == len(text) and not text.data.endswith((b"\n", b"\r")):
        kept = kept.rstrip(b"\r\n")
    return (*_inverted(source, node), Edit(Span(begin, end), guard + kept))


def _last(source: Source, function: Function) -> _Last | str:
    node = function.body[-1]
    if not isinstance(node, ast.If):
        return "it does not end with an `if`"
    word = source.text.data[source.start(node) :][:2]
    if word != b"if":
        return "it does not end with a plain `if`"
    if not node.orelse:
        small = len(node.body) == 1 and not isinstance(node.body[0], _BLOCKS)
        return "the `if` at its end holds one statement" if small else _Last(node, node.body, [])
    if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        return "the `if` at its end has an `elif`, or another `if` in its `else`"
    if len(node.orelse) >= len(node.body) and not isinstance(node.orelse[-1], _ENDS):
        return "the `else` of its last `if` is no shorter than what it is to return from"
    if isinstance(node.body[-1], _ENDS) and not isinstance(node.orelse[-1], _ENDS):
        return "the `if` at its end returns already"
    return _Last(node, node.body, node.orelse)


_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def _returns(function: Function) -> Iterator[ast.Return]:
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.Return):
            yield each
        if not isinstance(each, Function | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(each)


def _header_end(source: Source, node: ast.If) -> int | None:
    """The offset of the colon behind the condition."""
    at, data = source.end(node.test), source.text.data
    while at < len(data) and data[at : at + 1] in (b")", b" ", b"\t", b"\n", b"\r", b"\\"):
        at += 1
    return at if data[at : at + 1] == b":" else None


def _else_row(source: Source, found: _Last) -> Span | None:
    """The line that is `else:` and nothing else."""
    for row in range(found.kept[-1].end_lineno or 1, found.guard[0].lineno - 1):
        if source.text.line_bytes(row).strip() == b"else:":
            return source.text.line_span(row)
    return None


def _inverted(source: Source, node: ast.If) -> tuple[Edit, ...]:
    """Edits that make the condition its opposite, in the same brackets."""
    test = node.test
    start, end = source.start(test), source.end(test)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        rest = source.text.data[start + len(b"not") : end]
        return (Edit(Span(start, end - len(rest.lstrip())), b""),)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _FLIPPED:
        left, right = source.end(test.left), source.start(test.comparators[0])
        between = source.text.data[left:right]
        _, words = _FLIPPED[type(test.ops[0])]
        if between.strip() in (b"is", b"is not", b"in", b"not in"):
            lead = between[: len(between) - len(between.lstrip())]
            rear = between[len(between.rstrip()) :]
            return (Edit(Span(left, right), lead + words.encode() + rear),)
    if isinstance(test, _LOOSE) and not _in_brackets(source, test):
        return (Edit(Span(start, start), b"not ("), Edit(Span(end, end), b")"))
    if isinstance(test, _LOOSE):
        at = source.text.data.rindex(b"(", 0, start)
        return (Edit(Span(at, at), b" not " if source.text.data[at - 1 : at] == b"f" else b"not "),)
    return (Edit(Span(start, start), b"not "),)


def _in_brackets(source: Source, test: ast.expr) -> bool:
    before = source.text.data[: source.start(test)].rstrip()
    after = source.text.data[source.end(test) :].lstrip()
    return before.endswith(b"(") and after.startswith(b")")


def _dedented(text: Text, span: Span, inner: bytes, outer: bytes) -> bytes | None:
    """The lines of `span` with `outer` in place of the `inner` white space they begin with,
    but for those inside of strings."""
    inside = _in_strings(text)
    if inside is None:
        return None
    kept: list[bytes] = []
    for row in range(text.line_of(span.start), text.line_of(max(span.start, span.end - 1)) + 1):
        whole = text.line_span(row)
        line = text.data[whole.start : whole.end]
        moved = row not in inside and line.startswith(inner)
        kept.append(outer + line[len(inner) :] if moved else line)
    return b"".join(kept)


def _in_strings(text: Text) -> set[int] | None:
    """The rows (from 0) that begin inside of a string; None where that cannot be told."""
    rows: set[int] = set()
    opened: list[int] = []
    try:
        for each in tokenize.tokenize(io.BytesIO(text.data.removeprefix(BOM)).readline):
            name = tokenize.tok_name[each.type]
            if each.type == tokenize.STRING:
                rows.update(range(each.start[0], each.end[0]))
            elif name.endswith("STRING_START"):
                opened.append(each.start[0])
            elif name.endswith("STRING_END"):
                rows.update(range(opened.pop(), each.end[0]))
    except (tokenize.TokenError, SyntaxError, ValueError, IndexError):
        return None
    return rows
