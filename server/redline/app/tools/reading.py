"""Tools that read: files, the index, what it knows of a symbol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from redline.app.ports_code import Use
from redline.app.tools.context import (
    OUTPUT_LIMIT,
    ToolContext,
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
from redline.core.index import explain as explaining
from redline.core.index import facts as facts_of
from redline.core.index import query
from redline.core.index.extract import extract, parse
from redline.core.index.model import Facts, Index, Symbol
from redline.core.problems import ToolProblem, Unreadable
from redline.core.retrieval.symbols import symbols_about
from redline.core.text.text import Text

LISTED = 200
EMPTY = Text(b"")


async def read_file(context: ToolContext, call: ToolCall) -> ToolResult:
    """Lines of a file, numbered; the whole file unless a range is given."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    first = max(1, number_of(call, "start", 1))
    last = min(found.text.line_count, number_of(call, "end", found.text.line_count))
    if first > found.text.line_count:
        return failed(call, f"{found.path} has {found.text.line_count} lines")
    rows: list[str] = []
    size = 0
    for line in range(first - 1, last):
        rows.append(f"{line + 1}\t{found.text.line_bytes(line).decode('utf-8', 'replace')}")
        size += len(rows[-1]) + 1
        if size > OUTPUT_LIMIT:
            rows.append(f"... cut here; {found.path} has {found.text.line_count} lines")
            break
    return ToolResult(call.id, "\n".join(rows), truncated=size > OUTPUT_LIMIT)


async def search(context: ToolContext, call: ToolCall) -> ToolResult:
    """Ranked places for a text query."""
    limit, words = number_of(call, "limit", 10), text_of(call, "query")
    if context.lookup is None:
        return failed(call, "there is nothing to search here")
    lines = []
    for hit in await context.lookup.find(words, max(1, min(limit, 100))):
        facts = context.index.facts(context.files.named(hit.path) or "")
        names = symbols_about(facts, words) if facts is not None else ()
        lines.append(f"{hit.path}  {', '.join(names)}".rstrip())
    return said(call, "\n".join(lines) or "nothing found")


def facts_now(context: ToolContext, uri: str) -> Facts | None:
    """Facts of the text as the run sees it: extracted anew where the draft changed it."""
    known = context.index.facts(uri)
    drafted = any(change.uri == uri for change in context.files.draft.changes)
    if known is not None and not drafted:
        return known
    text, language = context.files.text(uri), context.language(uri)
    if isinstance(text, Unreadable) or language is None:
        return known
    return extract(language, parse(language, text), text)


def index_now(context: ToolContext) -> Index:
    """The index with what the draft has changed; a file that it deletes says nothing."""
    touched = drafts.uris_of(context.files.draft)
    if not touched:
        return context.index
    overlay = dict(context.index.overlay)
    for uri in touched:
        language = context.language(uri)
        operation = context.files.operation(uri)
        found = facts_now(context, uri)
        if language is not None and operation is not None and operation.kind == "delete":
            found = extract(language, parse(language, EMPTY), EMPTY)
        if found is not None:
            overlay[uri] = found
    return replace(context.index, overlay=overlay)


async def outline(context: ToolContext, call: ToolCall) -> ToolResult:
    """The symbols of a file, indented by container."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    facts = facts_now(context, found.uri)
    if facts is None:
        return failed(call, f"{found.path}: there is no outline for this kind of file")
    rows = []
    for symbol in facts_of.symbols(found.uri, facts):
        depth = symbol.container.count(".") + 1 if symbol.container else 0
        line = found.text.line_of(symbol.name_span.start) + 1
        rows.append(f"{line}\t{'  ' * depth}{symbol.signature or symbol.name}")
    return said(call, "\n".join(rows) or "no symbols")


async def symbols(context: ToolContext, call: ToolCall) -> ToolResult:
    """Where a name is defined."""
    found = query.symbols_named(context.index, text_of(call, "name"))
    lines = [described(context, symbol) for symbol in list(found)[:LISTED]]
    return said(call, "\n".join(lines) or "nothing by that name is defined in the workspace")


async def references(context: ToolContext, call: ToolCall) -> ToolResult:
    """Where a name is used: as a language server says, or by name alone."""
    name = text_of(call, "name")
    rows, uses = await _known_uses(context, name)
    for uri, span in uses:
        text = context.files.base(uri)
        if isinstance(text, Unreadable) or span.end > len(text):
            continue
        rows.append(row_of(context, uri, text, span))
        if len(rows) >= LISTED:
            rows.append("... more; narrow the question")
            break
    return said(call, "\n".join(rows) if uses else "no uses found")


async def _known_uses(context: ToolContext, name: str) -> tuple[list[str], Sequence[Use]]:
    """Who says so, as rows, and the uses. A language server is asked of the one symbol of
    that name, that of the editor first; both about the texts without the draft.
    """
    found = query.symbols_named(context.index, name)
    why = ""
    if len(found) == 1:
        symbol = found[0]
        text = context.base(symbol.uri)
        if text is not None and symbol.name_span.end <= len(text):
            editor = context.adapters.editor
            at = symbol.name_span.start
            own = await editor.references(symbol.uri, text, at) if editor is not None else ()
            if own:
                rows = ["as the language server of the editor says:"]
                return rows, [use for use in own if context.files.inside(use[0])]
            answer = await _uses_by_server(context, symbol)
            if not isinstance(answer, ToolProblem):
                rows = ["as the language server says:"]
                return rows, [use for use in answer if context.files.inside(use[0])]
            why = answer.message
    uses = query.references_named(context.index, name, context.base)
    rows = [f"by name alone, since {why}:"] if why else []
    return rows, [(each.uri, each.span) for each in uses]


async def _uses_by_server(context: ToolContext, symbol: Symbol) -> Sequence[Use] | ToolProblem:
    folder = uris.folder_of(context.files.folders, symbol.uri)
    if folder is None:
        return ToolProblem("the file is in no workspace folder", unavailable=True)
    documents = tuple(context.files.snapshot.documents.values())
    at = symbol.name_span.start
    return await context.adapters.servers.references(folder, documents, symbol.uri, at)


def described(context: ToolContext, symbol: Symbol, now: bool = False) -> str:
    """`path:line kind qualified.name`: an option the user can choose.

    The symbol is one of the texts before the run, or of those `now`.
    """
    files = context.files
    text = files.text(symbol.uri) if now else files.base(symbol.uri)
    line = 1 if isinstance(text, Unreadable) else text.line_of(symbol.name_span.start) + 1
    name = f"{symbol.container}.{symbol.name}" if symbol.container else symbol.name
    return f"{context.files.path(symbol.uri)}:{line} {symbol.kind} {name}"


async def explain(context: ToolContext, call: ToolCall) -> ToolResult:
    """What the index knows of a symbol or a file, as Markdown."""
    path, name, line = text_of(call, "path"), text_of(call, "name"), number_of(call, "line")
    uri, problem = context.files.locate(path) if path else ("", "")
    if problem or not (path or name):
        return failed(call, problem or "explain needs a path or a name")

    def text(uri: str) -> Text | None:
        found = context.files.text(uri)
        return None if isinstance(found, Unreadable) else found

    if uri and text(uri) is None:
        return failed(call, f"{path}: cannot be read as text")
    reader = explaining.Reader(context.index, context.files.path, text)
    return said(call, explaining.explain(reader, uri, name, line))
