"""Tools that language servers answer: definitions, what is wrong, what they would change.

They are asked about the texts with the draft. The servers the editor runs know nothing of
a draft, and are asked where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence

from redline.app.ports_code import Use
from redline.app.tools.context import (
    Source,
    ToolContext,
    changed,
    failed,
    number_of,
    row_of,
    said,
    source,
    text_of,
)
from redline.core import uris
from redline.core.agent import drafts
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.index.extract import parse
from redline.core.problems import ToolProblem, Unreadable
from redline.core.refactor.rename import scoped as rename_scoped
from redline.core.serving import Action, Diagnosed
from redline.core.text.text import Span, Text
from redline.core.uris import Folder

LISTED = 200
LOOSE = "the file is in no workspace folder"


async def definition(context: ToolContext, call: ToolCall) -> ToolResult:
    """Where a name that is used on a line is defined."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    at = _name_on_line(found, number_of(call, "line"), text_of(call, "name"))
    if isinstance(at, str):
        return failed(call, at)
    folder = _folder(context, found)
    if isinstance(folder, str):
        return failed(call, folder)
    servers = context.adapters.servers
    places = await servers.definition(folder, context.files.documents(), found.uri, at)
    if isinstance(places, ToolProblem):
        return failed(call, f"{found.path}: {places.message}")
    rows = rows_of(context, places)
    return said(call, "\n".join(rows) or "no definition is known")


async def diagnostics(context: ToolContext, call: ToolCall) -> ToolResult:
    """What is wrong with a file."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    own = await _wrong_in_editor(context, found)
    if own is not None:
        rows = [f"{_line(found.text, span)} {message}" for span, message in own[:LISTED]]
        return said(
            call, "\n".join(["as the editor knows:", *rows]) if rows else "nothing is wrong"
        )
    folder = _folder(context, found)
    if isinstance(folder, str):
        return failed(call, folder)
    servers = context.adapters.servers
    answer = await servers.diagnostics(folder, context.files.documents(), [found.uri])
    if isinstance(answer, ToolProblem):
        return failed(call, f"{found.path}: {answer.message}")
    wrong = answer[found.uri]
    rows = [f"{_line(found.text, each.span)} {_said(each)}" for each in wrong[:LISTED]]
    rows += [f"... {len(wrong) - LISTED} more"] if len(wrong) > LISTED else []
    return said(call, "\n".join(rows) or "nothing is wrong")


async def format_file(context: ToolContext, call: ToolCall) -> ToolResult:
    """Formats a whole file as its language server does."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    folder = _folder(context, found)
    if isinstance(folder, str):
        return failed(call, folder)
    servers = context.adapters.servers
    edits = await servers.format(folder, context.files.documents(), found.uri)
    if isinstance(edits, ToolProblem):
        return failed(call, f"{found.path}: {edits.message}")
    if not edits:
        return failed(call, f"{found.path}: is formatted already")
    return changed(context, call, {found.uri: edits}, f"format {found.path}", "computed")


async def code_actions(context: ToolContext, call: ToolCall) -> ToolResult:
    """What a language server offers to change at a line; with a title, that change."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    line, title = number_of(call, "line"), text_of(call, "title")
    folder = _folder(context, found)
    if isinstance(folder, str):
        return failed(call, folder)
    if not 1 <= line <= found.text.line_count:
        return failed(call, f"{found.path} has {found.text.line_count} lines, no line {line}")
    offers = await _offers(context, folder, found, line)
    if isinstance(offers, ToolProblem):
        return failed(call, f"{found.path}: {offers.message}")
    if not title:
        rows = [f"{each.title}  {each.kind}".rstrip() for each in offers]
        return said(call, "\n".join(rows) or "nothing is offered there")
    chosen = next((each for each in offers if each.title == title), None)
    if chosen is None:
        titles = tuple(each.title for each in offers)
        return failed(call, f"{title!r} is not offered at {found.path}:{line}", titles)
    outside = next((uri for uri in chosen.edits if not context.files.inside(uri)), "")
    if outside or not chosen.edits:
        return failed(call, f"{title!r} would change nothing in the workspace")
    return changed(context, call, chosen.edits, chosen.title, "computed")


def _folder(context: ToolContext, found: Source) -> Folder | str:
    """The workspace folder whose servers know the file, or that there is none."""
    return uris.folder_of(context.files.folders, found.uri) or f"{found.path}: {LOOSE}"


async def _offers(
    context: ToolContext, folder: Folder, found: Source, line: int
) -> Sequence[Action] | ToolProblem:
    whole = found.text.line_span(line - 1)
    row = found.text.line_bytes(line - 1)
    inner = Span(whole.start + len(row) - len(row.lstrip()), whole.start + len(row.rstrip()))
    span = inner if row.strip() else Span(whole.start, whole.start)
    servers = context.adapters.servers
    return await servers.actions(folder, context.files.documents(), found.uri, span)


def rows_of(context: ToolContext, places: Sequence[Use]) -> list[str]:
    """`path:line  text` of places in the texts with the draft; those outside by name only."""
    rows = []
    for uri, span in places[:LISTED]:
        if not context.files.inside(uri):
            rows.append(f"outside the workspace: {uri.rsplit('/', 1)[-1]}")
            continue
        text = context.files.text(uri)
        if isinstance(text, Unreadable) or span.end > len(text):
            continue
        rows.append(row_of(context, uri, text, span))
    return rows + (["... more; narrow the question"] if len(places) > LISTED else [])


async def _wrong_in_editor(
    context: ToolContext, found: Source
) -> tuple[tuple[Span, str], ...] | None:
    """What the editor's servers say of an open document; None where they cannot be asked."""
    editor, files = context.adapters.editor, context.files
    if editor is None or found.uri not in files.snapshot.documents or drafts.uris_of(files.draft):
        return None
    own = await editor.diagnostics(found.uri)
    return None if own is None else tuple(each for each in own if each[0].end <= len(found.text))


def _name_on_line(found: Source, line: int, name: str) -> int | str:
    """The offset of a name's first mention on a line, or why there is none."""
    if found.language is None:
        return f"{found.path}: there is no grammar for this kind of file"
    if not 1 <= line <= found.text.line_count:
        return f"{found.path} has {found.text.line_count} lines, no line {line}"
    span = found.text.line_span(line - 1)
    tree = parse(found.language, found.text)
    for each in rename_scoped.occurrences(found.language, tree, found.text, name):
        if span.contains(each):
            return each.start
    return f"{found.path}:{line} does not name {name}"


def _said(each: Diagnosed) -> str:
    by = " ".join(part for part in (each.source, each.code) if part)
    # What follows the first line explains it at length.
    return f"{each.severity}: {each.message.partition(chr(10))[0]}" + (f" ({by})" if by else "")


def _line(text: Text, span: Span) -> int:
    return text.line_of(min(span.start, len(text))) + 1
