"""Which one symbol a call means: by name, by path and line, or by where the cursor is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redline.app.ports_code import Use
from redline.app.tools.context import (
    Source,
    ToolContext,
    failed,
    number_of,
    source,
    text_of,
)
from redline.app.tools.reading import described, facts_now, index_now
from redline.core import uris
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.index import facts as facts_of
from redline.core.index import query
from redline.core.index.extract import parse
from redline.core.index.model import Symbol
from redline.core.problems import ToolProblem
from redline.core.refactor.rename import scoped as rename_scoped
from redline.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Target:
    """One occurrence of the name to change, and the definition it means where known."""

    source: Source
    offset: int
    symbol: Symbol | None


def name_meant(context: ToolContext, call: ToolCall) -> str | ToolResult:
    """The name at the cursor, or of what is defined on the given line."""
    goal, path, line = context.run.goal, text_of(call, "path"), number_of(call, "line")
    place = source(context, path or (goal.path if goal else ""))
    if isinstance(place, str):
        return failed(call, place)
    if place.language is None or not 1 <= line <= place.text.line_count:
        return failed(call, "give the name of what is meant")
    span = place.text.line_span(line - 1)
    if goal and goal.span is not None and goal.uri == place.uri and span.contains(goal.span):
        at = rename_scoped.name_at(parse(place.language, place.text), goal.span.start)
        if at is not None and (len(goal.span) == 0 or at == goal.span):
            return place.text.slice(at).decode("utf-8", "replace")
    facts = facts_now(context, place.uri)
    for symbol in facts_of.symbols(place.uri, facts) if facts else ():
        if span.contains(symbol.name_span):
            return symbol.name
    return failed(call, f"{place.path}:{line} defines nothing; give the name of what is meant")


def target_of(context: ToolContext, call: ToolCall, name: str) -> Target | ToolResult:
    """The place a call means by `name`, and its path and line where it gives them."""
    path, line = text_of(call, "path"), number_of(call, "line")
    found = list(query.symbols_named(index_now(context), name))
    if path:
        uri, problem = context.files.locate(path)
        if problem:
            return failed(call, problem)
        here = [symbol for symbol in found if symbol.uri == uri]
        if line:
            return _at_line(context, call, name, here)
        found = here or found
    found = _without_stubs(context, found)
    distinct = {(symbol.uri, symbol.container, symbol.name): symbol for symbol in reversed(found)}
    whole = [symbol for symbol in distinct.values() if query.qualified_name(symbol) == name]
    if len(whole) == 1:
        # A bare name means the symbol of the file's own scope before members called the same.
        distinct = {("", "", ""): whole[0]}
    if len(distinct) > 1:
        options = [described(context, each, True) for each in reversed(distinct.values())]
        message = f"{len(distinct)} symbols are called {name}; give path and line of one"
        return failed(call, message, options)
    if distinct:
        (symbol,) = distinct.values()
        place = source(context, context.files.path(symbol.uri))
        if isinstance(place, str):
            return failed(call, place)
        return _first_occurrence(context, call, place, symbol.name, symbol)
    goal = context.run.goal
    where = path or (goal.path if goal else "")
    if not where:
        return failed(call, f"nothing called {name} is defined in the workspace")
    place = source(context, where)
    if isinstance(place, str):
        return failed(call, place)
    return _first_occurrence(context, call, place, name, None)


def _without_stubs(context: ToolContext, found: Sequence[Symbol]) -> list[Symbol]:
    """`found` without what a stub says of a module that defines or imports the name itself."""
    real = [symbol for symbol in found if not symbol.uri.endswith(".pyi")]
    kept = [
        symbol
        for symbol in found
        if symbol.uri.endswith(".pyi")
        and symbol.uri[:-1] not in context.index.postings.get(symbol.name, ())
    ]
    return [*real, *kept] if real else list(found)


def _at_line(
    context: ToolContext, call: ToolCall, name: str, here: Sequence[Symbol]
) -> Target | ToolResult:
    """The occurrence on the given line: of a symbol defined there, or of any use."""
    path, line = text_of(call, "path"), number_of(call, "line")
    place = source(context, path)
    if isinstance(place, str):
        return failed(call, place)
    if not 1 <= line <= place.text.line_count:
        return failed(call, f"{path} has {place.text.line_count} lines, no line {line}")
    span = place.text.line_span(line - 1)
    short = name.rsplit(".", 1)[-1]
    spans = _occurrences(context, place, short)
    on_line = [each for each in spans if span.start <= each.start < span.end]
    if not on_line:
        return failed(call, f"{path}:{line} does not name {short}")
    defined = next((s for s in here if s.name_span in on_line), None)
    return Target(place, (defined.name_span if defined else on_line[0]).start, defined)


def _first_occurrence(
    context: ToolContext, call: ToolCall, place: Source, name: str, symbol: Symbol | None
) -> Target | ToolResult:
    if symbol is not None:
        facts = facts_now(context, place.uri)
        now = facts_of.symbols_named(place.uri, facts, name) if facts else ()
        match = next((each for each in now if each.container == symbol.container), symbol)
        return Target(place, match.name_span.start, match)
    spans = _occurrences(context, place, name)
    goal = context.run.goal
    selected = goal.span if goal and goal.uri == place.uri else None
    if not spans:
        return failed(call, f"{place.path} does not use the name {name}")
    near = [each for each in spans if selected is not None and selected.touches(each)]
    return Target(place, (near or spans)[0].start, None)


def _occurrences(context: ToolContext, place: Source, name: str) -> list[Span]:
    """Every place the file names `name`, definitions and uses, in order."""
    if place.language is None:
        return []
    return rename_scoped.occurrences(
        place.language, parse(place.language, place.text), place.text, name
    )


async def definition_meant(context: ToolContext, target: Target) -> Symbol | None:
    """The symbol that is defined where a name is used, as the language server says, or the
    only one of that name; None where neither tells.
    """
    place, index = target.source, index_now(context)
    folder = uris.folder_of(context.files.folders, place.uri)
    if folder is not None:
        servers = context.adapters.servers
        told = await servers.definition(folder, context.files.documents(), place.uri, target.offset)
        if told and not isinstance(told, ToolProblem):
            return next((each for use in told for each in _defined_at(context, use)), None)
    tree = parse(place.language, place.text) if place.language is not None else None
    named = rename_scoped.name_at(tree, target.offset) if tree is not None else None
    name = place.text.slice(named).decode("utf-8", "replace") if named is not None else ""
    found = query.symbols_named(index, name) if name else ()
    return found[0] if len(found) == 1 else None


def _defined_at(context: ToolContext, use: Use) -> list[Symbol]:
    uri, span = use
    facts = facts_now(context, uri)
    every = facts_of.symbols(uri, facts) if facts is not None else ()
    return [each for each in every if each.name_span.touches(span)]
