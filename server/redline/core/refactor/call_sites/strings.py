"""Where the expressions in f-strings stand: `ast` before Python 3.12 may get that wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from redline.core.refactor.python.scopes import Source

_LITERAL = re.compile(
    rb"(?P<prefix>[rRbBuUfF]{0,2})(?P<quote>\"\"\"|'''|\"|')|#[^\r\n]*|[\s\\()]+", re.DOTALL
)
_SPECIAL = re.compile(rb"[{}!:=\[\]()'\"]")


def placed(source: Source, tree: ast.Module) -> frozenset[ast.AST]:
    """Puts the nodes in f-strings where they are; those for which that fails are returned."""
    lost: set[ast.AST] = set()
    formats: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            formats.add(node.format_spec)
        if isinstance(node, ast.JoinedStr) and node not in formats:
            wanted, found = list(_values(node)), list(_fields(source, node))
            right = len(wanted) == len(found)
            for value, (start, end) in zip(wanted, found, strict=False):
                right = right and _place(source, value, start, end)
            if not right:
                lost.update(each for value in wanted for each in ast.walk(value))
    return frozenset(lost)


def _values(node: ast.JoinedStr) -> Iterator[ast.expr]:
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            yield each.value
            if isinstance(each.format_spec, ast.JoinedStr):
                yield from _values(each.format_spec)


def _place(source: Source, value: ast.expr, start: int, end: int) -> bool:
    data = source.text.data
    try:
        # In brackets, so that it may go over lines.
        fresh = ast.parse(b"(" + data[start:end] + b")", mode="eval").body
    except (SyntaxError, ValueError):
        return False
    if ast.dump(fresh) != ast.dump(value):
        return False
    for old, new in zip(ast.walk(value), ast.walk(fresh), strict=True):
        if isinstance(old, ast.expr | ast.keyword) and isinstance(new, ast.expr | ast.keyword):
            ends = (new.end_lineno or 1, new.end_col_offset or 0)
            old.lineno, old.col_offset = _moved(source, start, (new.lineno, new.col_offset))
            old.end_lineno, old.end_col_offset = _moved(source, start, ends)
    return True


def _moved(source: Source, start: int, place: tuple[int, int]) -> tuple[int, int]:
    """The place in the file, as `ast` counts, of one in `(` and what begins at `start`."""
    line, column = place
    row = source.text.line_of(start)
    inside = start - source.text.line_span(row).start
    if row == 0:
        inside -= source.shift
    return (row + line, inside + column - 1) if line == 1 else (row + line, column)


def _fields(source: Source, node: ast.JoinedStr) -> Iterator[tuple[int, int]]:
    """The expressions between braces, in order, as bytes of the file."""
    data = source.text.data
    at, end = source.start(node), source.end(node)
    while at < end:
        found = _LITERAL.match(data, at)
        if found is None:
            return
        at = found.end()
        if found["quote"] is None:
            continue
        close = re.compile(rb"(?:\\.|(?!%b).)*" % found["quote"], re.DOTALL).match(data, at)
        stop = close.end() if close is not None else end
        if b"f" in found["prefix"].lower():
            yield from _in_literal(data, at, stop)
        at = stop + len(found["quote"])


def _in_literal(data: bytes, at: int, stop: int) -> Iterator[tuple[int, int]]:
    while at < stop:
        if data[at : at + 2] in (b"{{", b"}}"):
            at += 2
        elif data[at : at + 1] == b"{":
            end = _expression_end(data, at + 1, stop)
            yield at + 1, _without_debug(data, at + 1, end)
            at = end
            if data[at : at + 1] == b"!":
                at += 2
            if data[at : at + 1] == b":":
                last = _spec_end(data, at + 1, stop)
                yield from _in_literal(data, at + 1, last)
                at = last
            at += 1
        else:
            at += 1


def _without_debug(data: bytes, start: int, end: int) -> int:
    """Where the expression of `{x=}` ends."""
    text = data[start:end].rstrip()
    debug = text.endswith(b"=") and text[-2:-1] not in b"=!<>"
    return start + len(text) - 1 if debug else end


def _expression_end(data: bytes, at: int, stop: int) -> int:
    depth = 0
    while at < stop:
        found = _SPECIAL.search(data, at, stop)
        if found is None:
            return stop
        at, sign = found.start(), found[0]
        if sign in (b"'", b'"'):
            size = 3 if data[at : at + 3] == sign * 3 else 1
            close = data.find(sign * size, at + size, stop)
            at = close + size if close >= 0 else stop
            continue
        if (not depth and sign in b"}:") or (
            not depth and sign == b"!" and data[at + 1 : at + 2] != b"="
        ):
            return at
        depth += (sign in b"([{") - (sign in b")]}")
        at += 1
    return stop


def _spec_end(data: bytes, at: int, stop: int) -> int:
    depth = 0
    while at < stop:
        if data[at : at + 1] == b"}" and not depth:
            return at
        depth += (data[at : at + 1] == b"{") - (data[at : at + 1] == b"}")
        at += 1
    return stop
