"""Renaming: find the one symbol that is meant, then the language server or the scopes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redline.app.tools.context import (
    Source,
    ToolContext,
    changed,
    failed,
    number_of,
    source,
    text_of,
)
from redline.app.tools.reading import described, facts_now
from redline.core import uris
from redline.core.agent import drafts
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.index import facts as facts_of
from redline.core.index import query
from redline.core.index.extract import parse
from redline.core.index.model import Symbol
from redline.core.problems import ToolProblem, Unreadable
from redline.core.refactor import rename_scoped
from redline.core.refactor.result import Refactored, Renamed, refused
from redline.core.text.edits import Edit
from redline.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Target:
    """One occurrence of the name to change, and the definition it means where known."""

    source: Source
    offset: int
    symbol: Symbol | None


async def rename(context: ToolContext, call: ToolCall) -> ToolResult:
    """Renames a symbol everywhere it is meant."""
    name, new_name = text_of(call, "name"), text_of(call, "new_name")
    if not name:
        found = _name_meant(context, call)
        if isinstance(found, ToolResult):
            return found
        name = found
    if name.rsplit(".", 1)[-1] == new_name:
        return failed(call, f"it is called {new_name} already")
    target = _target(context, call, name)
    if isinstance(target, ToolResult):
        return target
    taken = _taken(context, target, new_name)
    if taken:
        return failed(call, taken)
    reason = f"rename {name.rsplit('.', 1)[-1]} to {new_name}"
    why = ""
    language = target.source.language
    if language is not None and language.name == "python":
        answer = await _by_server(context, target, new_name)
        if not isinstance(answer, ToolProblem):
            notes = (*answer.notes, *_left_alone(context, name, answer.edits))
            return changed(context, call, answer.edits, reason, "computed", notes)
        if not answer.unavailable:
            return failed(call, answer.message)
        why = answer.message
    return await _otherwise(context, call, target, (reason, why))


async def _otherwise(
    context: ToolContext, call: ToolCall, target: Target, because: tuple[str, str]
) -> ToolResult:
    """By the editor's own language server, by the scopes of the one file, or by ours.

    `because` is the reason for the reviewer, and why our server did not do it already.
    """
    new_name = text_of(call, "new_name")
    reason, why = because
    own = await _by_editor(context, target, new_name)
    if own is not None:
        note = "renamed by the language server of the editor"
        return changed(context, call, own, reason, "computed", (note,))
    scoped = _by_scopes(context, target, new_name)
    if not scoped.refusal:
        by = (f"renamed by scopes in one file, since {why}",) if why else ()
        edits = {target.source.uri: scoped.edits}
        return changed(context, call, edits, reason, "computed", (*by, *scoped.notes))
    if not why:
        answer = await _by_server(context, target, new_name)
        if not isinstance(answer, ToolProblem):
            short = reason.split()[1]
            notes = (*answer.notes, *_left_alone(context, short, answer.edits))
            return changed(context, call, answer.edits, reason, "computed", notes)
        if not answer.unavailable:
            return failed(call, answer.message)
        why = answer.message
    return failed(call, f"{target.source.path}: {scoped.refusal} ({why})")


def _name_meant(context: ToolContext, call: ToolCall) -> str | ToolResult:
    """The name at the cursor, or of what is defined on the given line."""
    goal, path, line = context.run.goal, text_of(call, "path"), number_of(call, "line")
    place = source(context, path or (goal.path if goal else ""))
    if isinstance(place, str):
        return failed(call, place)
    if place.language is None or not 1 <= line <= place.text.line_count:
        return failed(call, "give the name of what to rename")
    span = place.text.line_span(line - 1)
    if goal and goal.span and goal.uri == place.uri and span.contains(goal.span):
        at = rename_scoped.name_at(parse(place.language, place.text), goal.span.start)
        if at is not None and (len(goal.span) == 0 or at == goal.span):
            return place.text.slice(at).decode("utf-8", "replace")
    facts = facts_now(context, place.uri)
    for symbol in facts_of.symbols(place.uri, facts) if facts else ():
        if span.contains(symbol.name_span):
            return symbol.name
    return failed(call, f"{place.path}:{line} defines nothing; give the name of what to rename")


def _target(context: ToolContext, call: ToolCall, name: str) -> Target | ToolResult:
    path, line = text_of(call, "path"), number_of(call, "line")
    found = list(query.symbols_named(context.index, name))
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
        options = [described(context, each) for each in reversed(distinct.values())]
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
    near = [each for each in spans if selected and selected.touches(each)]
    return Target(place, (near or spans)[0].start, None)


def _occurrences(context: ToolContext, place: Source, name: str) -> list[Span]:
    """Every place the file names `name`, definitions and uses, in order."""
    if place.language is None:
        return []
    return rename_scoped.occurrences(
        place.language, parse(place.language, place.text), place.text, name
    )


def _taken(context: ToolContext, target: Target, new_name: str) -> str:
    """Why the new name would collide, as far as the index sees; '' when it would not."""
    symbol = target.symbol
    if symbol is None:
        return ""
    for other in query.symbols_named(context.index, new_name):
        if other.uri == symbol.uri and other.container == symbol.container:
            return f"{new_name} is defined already: {described(context, other)}"
    return ""


async def _by_server(context: ToolContext, target: Target, new_name: str) -> Renamed | ToolProblem:
    folder = uris.folder_of(context.files.folders, target.source.uri)
    if folder is None:
        return ToolProblem("the file is in no workspace folder", unavailable=True)
    documents, servers = context.files.documents(), context.adapters.servers
    return await servers.rename(folder, documents, target.source.uri, target.offset, new_name)


async def _by_editor(
    context: ToolContext, target: Target, new_name: str
) -> Mapping[str, Sequence[Edit]] | None:
    """What the user's own language server makes of it; it knows nothing of the draft."""
    place, editor = target.source, context.adapters.editor
    if editor is None or drafts.uris_of(context.files.draft):
        return None
    found = await editor.rename(place.uri, place.text, target.offset, new_name)
    inside = found is not None and all(map(context.files.inside, found))
    return found if found and inside else None


def _by_scopes(context: ToolContext, target: Target, new_name: str) -> Refactored:
    place = target.source
    if place.language is None:
        return refused("there is no grammar for this kind of file")
    tree = parse(place.language, place.text)
    named = rename_scoped.name_at(tree, target.offset)
    old = place.text.slice(named).decode("utf-8", "replace") if named else ""
    loose = uris.folder_of(context.files.folders, place.uri) is None
    # Nothing in the folders can mean what stands in a buffer, or in a file from elsewhere.
    others = [] if loose else query.uris_naming(context.index, old)
    mentions = frozenset(context.files.path(uri) for uri in others if uri != place.uri)
    return rename_scoped.rename_scoped(
        place.language, tree, place.text, target.offset, new_name, mentions
    )


def _left_alone(
    context: ToolContext, name: str, edits: Mapping[str, tuple[Edit, ...]]
) -> tuple[str, ...]:
    """Notes where the name stands elsewhere too: another symbol, one no type tells, a string."""
    short = name.rsplit(".", 1)[-1]
    drafted = {change.uri for change in context.files.draft.changes}
    changed_at = {(uri, edit.span.start) for uri, group in edits.items() for edit in group}
    found = query.references_named(context.index, short, context.base)
    left = [
        reference.uri
        for reference in found
        if (reference.uri, reference.span.start) not in changed_at
    ]
    strings = [
        uri
        for uri in query.uris_naming(context.index, short)
        for at in _quoted(context, uri, short)
        if (uri, at) not in changed_at
    ]
    notes = (
        _standing(context, left, drafted, f"other uses of the name {short} were left alone"),
        _standing(context, strings, drafted, f"strings that say {short} were left alone"),
    )
    return tuple(note for note in notes if note)


def _standing(context: ToolContext, uris: Sequence[str], drafted: set[str], what: str) -> str:
    """`3 strings ... (a.py, b.py)`; '' for none. Files the draft has moved are not counted."""
    kept = [uri for uri in uris if uri not in drafted]
    files = sorted({context.files.path(uri) for uri in kept})
    shown = ", ".join(files[:3]) + (", ..." if len(files) > 3 else "")
    return f"{len(kept)} {what} ({shown})" if kept else ""


def _quoted(context: ToolContext, uri: str, name: str) -> list[int]:
    """Offsets of the name where it is all of a string."""
    text = context.files.base(uri)
    if isinstance(text, Unreadable):
        return []
    pattern = re.compile(rb"(?<=[\"'])%b(?=[\"'])" % re.escape(name.encode()))
    return [match.start() for match in pattern.finditer(text.data)]
