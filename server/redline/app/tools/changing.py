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
from redline.core import uris
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.index.extract import parse
from redline.core.index.languages import Language
from redline.core.problems import ToolProblem
from redline.core.proposal.model import Origin
from redline.core.refactor import docstrings, replace_text
from redline.core.refactor import extract_function as extracting
from redline.core.refactor.result import Refactored
from redline.core.text.edits import diff


async def extract_function(context: ToolContext, call: ToolCall) -> ToolResult:
    """Moves whole statements into a new function."""
    python = _python(context, call, "functions can be extracted in Python only")
    if isinstance(python, ToolResult):
        return python
    found, language = python
    lines = (number_of(call, "start"), number_of(call, "end"))
    result = extracting.extract_function(
        language, parse(language, found.text), found.text, lines, text_of(call, "name")
    )
    return _drafted(context, call, found, result, f"extract lines {lines[0]}-{lines[1]}")


async def add_docstrings(context: ToolContext, call: ToolCall) -> ToolResult:
    """Adds docstring skeletons where they are missing."""
    python = _python(context, call, "docstring skeletons are for Python only")
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
    return _drafted(context, call, found, result, "add docstring skeletons")


async def organise_imports(context: ToolContext, call: ToolCall) -> ToolResult:
    """Sorts imports and drops unused ones, through ruff."""
    python = _python(context, call, "imports can be organised in Python only")
    if isinstance(python, ToolResult):
        return python
    found, _ = python
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


async def edit(context: ToolContext, call: ToolCall) -> ToolResult:
    """Replaces text that occurs exactly once."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    result = replace_text.replace_text(
        found.text, text_of(call, "search"), text_of(call, "replace")
    )
    reason = text_of(call, "reason") or f"edit {found.path}"
    return _drafted(context, call, found, result, reason, "generated")


def _python(
    context: ToolContext, call: ToolCall, otherwise: str
) -> tuple[Source, Language] | ToolResult:
    """The Python file the call names; a failure that says `otherwise` for any other language."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    if found.language is None or found.language.name != "python":
        return failed(call, f"{found.path}: {otherwise}")
    return found, found.language


def _drafted(
    context: ToolContext,
    call: ToolCall,
    found: Source,
    result: Refactored,
    reason: str,
    origin: Origin = "computed",
) -> ToolResult:
    if result.refusal:
        return failed(call, f"{found.path}: {result.refusal}")
    return changed(context, call, {found.uri: result.edits}, reason, origin, result.notes)
