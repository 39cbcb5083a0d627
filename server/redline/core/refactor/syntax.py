"""Syntax errors that a change brings in."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from redline.core.index.extract import parse
from redline.core.index.languages import Language
from redline.core.text import edits
from redline.core.text.text import Span, Text

MAX_QUOTED = 40


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """What does not parse, and its 1-based line."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class _Fault:
    what: str
    span: Span


def new_errors(language: Language, before: Text, after: Text) -> tuple[SyntaxProblem, ...]:
    """The errors in `after` that `before` does not have, in order.

    An old error is known again by its place, moved along with the change. Where a change
    makes the parser cut an old error differently, each old one excuses one that overlaps.
    """
    faults = _faults(language, after)
    if not faults:
        return ()
    changes = edits.diff(before, after)
    old = [_Fault(fault.what, _moved(fault.span, changes)) for fault in _faults(language, before)]
    rest: list[_Fault] = []
    for fault in faults:
        same = next((each for each in old if _same(each, fault)), None)
        if same is None:
            rest.append(fault)
        else:
            old.remove(same)
    fresh: list[_Fault] = []
    for fault in rest:
        near = next((each for each in old if each.span.touches(fault.span)), None)
        if near is None:
            fresh.append(fault)
        else:
            old.remove(near)
    return tuple(SyntaxProblem(after.line_of(each.span.start) + 1, each.what) for each in fresh)


def _same(one: _Fault, other: _Fault) -> bool:
    return one.what == other.what and one.span.start == other.span.start


def _moved(span: Span, changes: tuple[edits.Edit, ...]) -> Span:
    start = edits.map_offset(span.start, changes)
    return Span(start, max(start, edits.map_offset(span.end, changes)))


def _faults(language: Language, text: Text) -> list[_Fault]:
    """The error and missing nodes; looks only into nodes that hold one."""
    found: list[_Fault] = []
    stack = [parse(language, text).root_node]
    while stack:
        node = stack.pop()
        if not node.has_error:
            continue
        if node.is_error or node.is_missing:
            found.append(_Fault(_what(node, text), Span(node.start_byte, node.end_byte)))
        stack += node.children
    return sorted(found, key=lambda fault: fault.span)


def _what(node: Node, text: Text) -> str:
    if node.is_missing:
        return f"missing {node.type!r}" if not node.is_named else f"missing {node.type}"
    line = text.data[node.start_byte : node.end_byte].decode("utf-8", "replace").strip()
    first = line.partition("\n")[0].strip()
    quoted = first if len(first) <= MAX_QUOTED else first[:MAX_QUOTED] + "..."
    return f"does not parse: {quoted}"
