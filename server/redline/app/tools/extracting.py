"""Tools that give code a name of its own: a function, a variable, a constant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from redline.app.tools.changing import refactored
from redline.app.tools.context import (
    Source,
    ToolContext,
    failed,
    flag_of,
    number_of,
    source,
    text_of,
)
from redline.app.tools.served import Wanted, by_server, ours
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.index.extract import parse
from redline.core.index.languages import Language
from redline.core.refactor.extract.function import extract_function as statements
from redline.core.refactor.extract.method import extract_expression
from redline.core.refactor.extract.variable import extract_constant as constant
from redline.core.refactor.extract.variable import extract_variable as variable
from redline.core.refactor.result import Refactored
from redline.core.text.text import Span, Text

_Extract = Callable[[Language, Text, Span, str, bool], Refactored]
FUNCTION, CONSTANT = "refactor.extract.function", "refactor.extract.constant"


async def extract_function(context: ToolContext, call: ToolCall) -> ToolResult:
    """Moves whole statements, or one expression, into a new function."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    lines, name = (number_of(call, "start"), number_of(call, "end")), text_of(call, "name")
    reason = f"extract lines {lines[0]}-{lines[1]}"
    if not 1 <= lines[0] <= lines[1] <= found.text.line_count:
        count = found.text.line_count
        return failed(call, f"{found.path} has {count} lines, no lines {lines[0]}-{lines[1]}")
    span = _part(context, call, found, lines)
    if isinstance(span, str):
        return failed(call, span)
    if found.language is None or not ours(call, found.language):
        whole = span or _rows(found.text, lines)
        wanted = Wanted(FUNCTION, ("extract", "function"), reason, name, "method", True)
        return await by_server(context, call, found, whole, wanted)
    if span is not None:
        result = extract_expression(found.language, found.text, span, name)
        if not result.refusal or text_of(call, "expression"):
            return refactored(context, call, found, result, f"extract {_short(found.text, span)}")
    tree = parse(found.language, found.text)
    result = statements(found.language, tree, found.text, lines, name)
    return refactored(context, call, found, result, reason)


async def extract_variable(context: ToolContext, call: ToolCall) -> ToolResult:
    """Gives an expression a name on a line above its statement."""
    wanted = Wanted(CONSTANT, ("extract", "variable"), "", text_of(call, "name"), "enclosing")
    return await _named(context, call, variable, wanted, "")


async def extract_constant(context: ToolContext, call: ToolCall) -> ToolResult:
    """Makes an expression a constant at the top of its module."""
    wanted = Wanted(CONSTANT, ("extract", "constant"), "", text_of(call, "name"), "module", True)
    return await _named(context, call, constant, wanted, " as a constant")


async def _named(
    context: ToolContext, call: ToolCall, extract: _Extract, wanted: Wanted, how: str
) -> ToolResult:
    """Gives an expression a name by `extract`, or as a language server makes what is `wanted`."""
    taken = _expression(context, call)
    if isinstance(taken, ToolResult):
        return taken
    found, span = taken
    reason = f"extract {_short(found.text, span)}{how}"
    if found.language is None or not ours(call, found.language):
        return await by_server(context, call, found, span, replace(wanted, reason=reason))
    result = extract(found.language, found.text, span, wanted.name, flag_of(call, "every"))
    return refactored(context, call, found, result, reason)


def _expression(context: ToolContext, call: ToolCall) -> tuple[Source, Span] | ToolResult:
    """The expression a call names by its source on a line, or the user's selection there."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    line = number_of(call, "line")
    if not 1 <= line <= found.text.line_count:
        return failed(call, f"{found.path} has {found.text.line_count} lines, no line {line}")
    words = text_of(call, "expression")
    span = _spelt(found, line, words) if words else _selected(context, found, (line, line))
    if isinstance(span, str):
        return failed(call, span)
    if span is None:
        return failed(call, f"say which expression of {found.path}:{line} is meant")
    return found, span


def _part(
    context: ToolContext, call: ToolCall, found: Source, lines: tuple[int, int]
) -> Span | str | None:
    """The one expression that is meant in place of whole lines; None where the lines are."""
    words = text_of(call, "expression")
    if words:
        return _spelt(found, lines[0], words)
    span = _selected(context, found, lines)
    inside = _rows(found.text, lines).contains(span) if span is not None else False
    rows = found.text.slice(_rows(found.text, lines)).strip()
    return span if inside and span and found.text.slice(span).strip() != rows else None


def _spelt(found: Source, line: int, words: str) -> Span | str:
    """The place of `words`, which begin on a line; or why it is not known."""
    wanted, rows = words.strip().encode(), found.text.line_span(line - 1)
    at = found.text.data.find(wanted, rows.start)
    if not wanted or not rows.start <= at < rows.end:
        return f"{found.path}:{line} does not say {words.strip()}"
    return Span(at, at + len(wanted))


def _selected(context: ToolContext, found: Source, lines: tuple[int, int]) -> Span | None:
    """What the user has selected on these lines, in a text that has not changed since."""
    goal = context.run.goal
    if goal is None or goal.span is None or goal.uri != found.uri or not len(goal.span):
        return None
    unchanged = goal.digest in ("", found.text.digest)
    rows = (found.text.line_of(goal.span.start) + 1, found.text.line_of(goal.span.end) + 1)
    return goal.span if unchanged and rows[0] <= lines[1] and rows[1] >= lines[0] else None


def _rows(text: Text, lines: tuple[int, int]) -> Span:
    return Span(text.line_span(lines[0] - 1).start, text.line_span(lines[1] - 1).end)


def _short(text: Text, span: Span) -> str:
    words = " ".join(text.slice(span).decode("utf-8", "replace").split())
    return words if len(words) <= 40 else f"{words[:37]}..."
