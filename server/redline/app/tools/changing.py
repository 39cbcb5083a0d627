"""Tools that draft changes in one file."""

from __future__ import annotations

from redline.app.tools.context import (
    Source,
    ToolContext,
    changed,
    failed,
    number_of,
    source,
    text_of,
)
from redline.app.tools.served import Wanted, by_server, ours
from redline.core import uris
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.index.extract import parse
from redline.core.index.languages import Language
from redline.core.problems import ToolProblem
from redline.core.proposal.model import Origin
from redline.core.refactor.carried import not_carried
from redline.core.refactor.documentation import docstrings
from redline.core.refactor.result import Refactored
from redline.core.text.edits import diff
from redline.core.text.text import Span


async def add_docstrings(context: ToolContext, call: ToolCall) -> ToolResult:
    """Adds docstring skeletons where they are missing."""
    python = python_file(context, call)
    if isinstance(python, ToolResult):
        return python
    found, language = python
    result = docstrings.add_docstrings(
        language,
        parse(language, found.text),
        found.text,
        text_of(call, "name"),
        number_of(call, "line"),
    )
    return refactored(context, call, found, result, "add docstring skeletons")


async def organise_imports(context: ToolContext, call: ToolCall) -> ToolResult:
    """Sorts imports and drops unused ones, through ruff or a language server."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    if found.language is None or not ours(call, found.language):
        wanted = Wanted("source.organizeImports", ("organize",), "organise imports")
        return await by_server(context, call, found, Span(0, 0), wanted)
    if not found.text.is_utf8:
        return failed(call, f"{found.path}: has bytes that are not UTF-8")
    after = await context.adapters.imports.organise(
        uris.file_path(found.uri) or found.path, found.text
    )
    if isinstance(after, ToolProblem):
        return failed(call, f"{found.path}: {after.message}")
    edits = diff(found.text, after)
    if not edits:
        return failed(call, f"{found.path}: the imports are in order already")
    return changed(context, call, {found.uri: edits}, "organise imports", "computed")


def python_file(context: ToolContext, call: ToolCall) -> tuple[Source, Language] | ToolResult:
    """The file a call names, of a language in which its tool is ours; else a failure."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    if found.language is None or not ours(call, found.language):
        why = not_carried(call.tool, found.language.name if found.language is not None else "")
        return failed(call, f"{found.path}: {why}")
    return found, found.language


def refactored(
    context: ToolContext,
    call: ToolCall,
    found: Source,
    result: Refactored,
    reason: str,
    origin: Origin = "computed",
) -> ToolResult:
    """What came of a refactoring of one file as a change of the draft."""
    if result.refusal:
        return failed(call, f"{found.path}: {result.refusal}")
    return changed(context, call, {found.uri: result.edits}, reason, origin, result.notes)
