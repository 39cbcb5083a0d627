"""Rewrites code in another well-known way, and finds and replaces it by its shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from redline.app.tools.changing import python_file, refactored
from redline.app.tools.context import (
    Source,
    ToolContext,
    changed,
    failed,
    flag_of,
    number_of,
    text_of,
)
from redline.app.tools.projects import planned, rest_on
from redline.app.tools.reading import facts_now
from redline.core import uris
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.checks.guard import RUNS_CODE, runs_code
from redline.core.index import facts as facts_of
from redline.core.index.languages import Language
from redline.core.index.query import documents, uris_naming
from redline.core.problems import ToolProblem
from redline.core.proposal.model import Change
from redline.core.refactor.carried import carried, not_carried
from redline.core.refactor.convert.early_return import early_return
from redline.core.refactor.convert.rules import CONVERSIONS, Conversion, conversion
from redline.core.refactor.convert.to_dataclass import to_dataclass
from redline.core.refactor.project import Project
from redline.core.text.edits import apply, diff
from redline.core.text.text import Text

DATACLASS, EARLY = "dataclass", "early return"
_WORD = re.compile(r"(?<![$\w])[^\W\d]\w*")


async def convert(context: ToolContext, call: ToolCall) -> ToolResult:
    """Rewrites a file, or rows of it, in another way."""
    python = python_file(context, call)
    if isinstance(python, ToolResult):
        return python
    found, language = python
    to = " ".join(text_of(call, "to").lower().split())
    rows = _rows(context, call, found)
    if isinstance(rows, str):
        return failed(call, rows)
    if to in (DATACLASS, "dataclasses"):
        return _dataclass(context, call, found, language)
    wanted = conversion(to)
    if wanted is None:
        known = ", ".join([DATACLASS, *(each.name for each in CONVERSIONS)])
        return failed(call, f"{to!r} is none of what is converted to: {known}")
    return await _converted(context, call, (found, language), wanted, rows)


async def _converted(
    context: ToolContext,
    call: ToolCall,
    python: tuple[Source, Language],
    wanted: Conversion,
    rows: tuple[int, int] | None,
) -> ToolResult:
    found, language = python
    if not found.text.is_utf8:
        return failed(call, f"{found.path}: has bytes that are not UTF-8")
    # Where nothing of it is sure, who asks for it by name wants what there is.
    risky = flag_of(call, "risky") or not (wanted.safe or wanted.checked)
    after = await _fixed(context, found, wanted, rows, risky)
    if isinstance(after, ToolProblem):
        return failed(call, f"{found.path}: {after.message}")
    why = "nothing is left to convert there"
    if wanted.name == EARLY:
        last = after.line_count - found.text.line_count
        lines = (rows[0], rows[1] + last) if rows else (1, after.line_count)
        guarded = early_return(language, after, lines)
        why = guarded.refusal
        after = after if why else Text(apply(after.data, guarded.edits))
    edits = diff(found.text, after)
    if not edits:
        more = await _risky(context, found, wanted, rows) if not risky else ""
        return failed(call, f"{found.path}: {more or why}")
    notes = (f"{wanted.name}: {wanted.risk}",) if risky and wanted.risk else ()
    reason = f"convert to {wanted.name}"
    return changed(context, call, {found.uri: edits}, reason, "computed", notes)


async def _fixed(
    context: ToolContext,
    found: Source,
    wanted: Conversion,
    rows: tuple[int, int] | None,
    risky: bool,
) -> Text | ToolProblem:
    fixes, path = context.adapters.fixes, uris.file_path(found.uri) or found.path
    if rows is None:
        return await fixes.converted(path, found.text, wanted, risky)
    return await fixes.converted_rows(path, found.text, wanted, rows, risky)


async def _risky(
    context: ToolContext, found: Source, wanted: Conversion, rows: tuple[int, int] | None
) -> str:
    """What more could be done that may change what the program does; '' for nothing."""
    if not wanted.risky:
        return ""
    after = await _fixed(context, found, wanted, rows, True)
    if isinstance(after, ToolProblem) or after.data == found.text.data:
        return ""
    return f"what could be converted may then do something else ({wanted.risk}); `risky` does it"


def _dataclass(
    context: ToolContext, call: ToolCall, found: Source, language: Language
) -> ToolResult:
    name = text_of(call, "name") or _class_at(context, found, number_of(call, "start"))
    if not name:
        return failed(call, f"{found.path}: say which class is to be a dataclass")
    return refactored(
        context,
        call,
        found,
        to_dataclass(language, found.text, name.rsplit(".", 1)[-1]),
        f"convert {name} to a dataclass",
    )


def _class_at(context: ToolContext, found: Source, line: int) -> str:
    """The innermost class around a line; without a line the only one of the file."""
    facts = facts_now(context, found.uri)
    every = facts_of.symbols(found.uri, facts) if facts is not None else ()
    classes = [each for each in every if each.kind == "class"]
    if not line:
        return classes[0].name if len(classes) == 1 else ""
    inside = [
        each
        for each in classes
        if found.text.line_of(each.span.start) < line <= found.text.line_of(each.span.end) + 1
    ]
    return inside[-1].name if inside else ""


def _rows(context: ToolContext, call: ToolCall, found: Source) -> tuple[int, int] | str | None:
    """The lines that are meant, None for all; or why there are none."""
    start, name = number_of(call, "start"), text_of(call, "name")
    if start:
        end = max(start, number_of(call, "end", start))
        count = found.text.line_count
        fits = start >= 1 and end <= count
        return (start, end) if fits else f"{found.path} has {count} lines, no {start}-{end}"
    if not name:
        return None
    facts = facts_now(context, found.uri)
    short = name.rpartition(".")[2]
    named = facts_of.symbols_named(found.uri, facts, short) if facts is not None else iter(())
    symbol = next(iter(named), None)
    if symbol is None:
        return f"{found.path} defines no {name}"
    span = symbol.span
    return found.text.line_of(span.start) + 1, found.text.line_of(max(0, span.end - 1)) + 1


async def replace_pattern(context: ToolContext, call: ToolCall) -> ToolResult:
    """Replaces code by its shape in every file of a language, or below a path."""
    language = context.adapters.languages.named(text_of(call, "language").lower())
    if language is None:
        return failed(call, f"{text_of(call, 'language')!r} is no language that is known here")
    if not carried("replace_pattern", language.name):
        return failed(call, not_carried("replace_pattern", language.name))
    pattern, rewrite = text_of(call, "pattern"), text_of(call, "rewrite")
    below = text_of(call, "path")
    texts = await planned(
        context, lambda project: _texts(project, language.name, pattern, below.rstrip("/"))
    )
    if not texts:
        where = f" below {below}" if below else ""
        return failed(call, f"no {language.name} file{where} has the words of the pattern")
    found = await context.adapters.patterns.matches(language.name, pattern, rewrite, texts)
    if isinstance(found, ToolProblem):
        return failed(call, found.message)
    edits = {
        uri: tuple(each.edit for each in group if each.edit is not None)
        for uri, group in found.items()
    }
    kept = {
        uri: tuple(e for e in group if texts[uri].slice(e.span) != e.new)
        for uri, group in edits.items()
    }
    kept = {uri: group for uri, group in kept.items() if group}
    if not kept:
        return failed(call, "nothing looks like the pattern, or it is written that way already")
    rest_on(context, {uri: texts[uri] for uri in kept})
    made = changed(context, call, kept, f"replace {pattern} by {rewrite}"[:120], "computed")
    # The new text is the model's own, whatever found its places.
    held = (_held(context, each) for each in made.changes)
    return replace(made, changes=tuple(held))


def _held(context: ToolContext, change: Change) -> Change:
    return replace(change, held=RUNS_CODE) if runs_code(context.files.path(change.uri)) else change


def _texts(project: Project, language: str, pattern: str, below: str) -> Mapping[str, Text]:
    """The texts in a language that have the words of a pattern, by uri."""
    wanted: set[str] | None = None
    for word in set(_WORD.findall(pattern)):
        named = set(uris_naming(project.index, word))
        if named:  # a keyword is no name
            wanted = named if wanted is None else wanted & named
    found: dict[str, Text] = {}
    for uri, facts in documents(project.index):
        path = project.path_of(uri)
        here = not below or path == below or path.startswith(f"{below}/")
        if facts.language == language and here and (wanted is None or uri in wanted):
            text = project.text_of(uri)
            if text is not None:
                found[uri] = text
    return found
