"""Fixes that are certain: for what servers and linters find wrong on given lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
from redline.app.tools.problems import problems_in
from redline.app.tools.projects import planned
from redline.core import uris
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.checks.delta import Problem
from redline.core.problems import ToolProblem
from redline.core.refactor.convert.rules import Conversion
from redline.core.refactor.python import scopes as python_scopes
from redline.core.refactor.python.undefined_name import respelled, undefined_name
from redline.core.text.edits import Edit, diff
from redline.core.text.text import Span, Text
from redline.core.trouble.same import names_in, spoken_of

_UNDEFINED = re.compile(r"undefined|not defined|unresolved.reference|cannot find name", re.I)
_UNUSED = re.compile(r"unused|not accessed|never used|is not used", re.I)
_MEANT = re.compile(r"did you mean:? [`'\"‘“](?P<name>[\w.]+)[`'\"’”]", re.I)
_RULE = re.compile(r"^[A-Z]+\d+$")
_IMPORT = re.compile(r"^\s*(?:import|from)\b")
_SILENCING = re.compile(r"\bignore\b|\bnoqa\b|\bdisable\b|suppress", re.I)


@dataclass(frozen=True, slots=True)
class _Fix:
    """Edits of the file that mend one problem, or why there are none, with what may be meant."""

    edits: tuple[Edit, ...] = ()
    why: str = ""
    options: tuple[str, ...] = ()


async def quick_fix(context: ToolContext, call: ToolCall) -> ToolResult:
    """Mends what is wrong on a line, or on several, as far as that is certain."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    first = number_of(call, "line")
    last = max(first, number_of(call, "end", first))
    if not 1 <= first <= last <= found.text.line_count:
        return failed(call, f"{found.path} has {found.text.line_count} lines, no line {last}")
    wrong = await _wrong(context, found, range(first, last + 1), text_of(call, "message"))
    if isinstance(wrong, str):
        return failed(call, wrong)
    words, choice = text_of(call, "message"), text_of(call, "choice")
    fixes = [(each, await _fix(context, found, each, words, choice)) for each in wrong]
    edits: list[Edit] = []
    for _, fix in fixes:
        fresh = [edit for edit in fix.edits if edit not in edits]
        if not any(one.span.touches(edit.span) for one in fresh for edit in edits if one != edit):
            edits += fresh
    left = [(each, fix) for each, fix in fixes if not fix.edits]
    if not edits:
        why = dict.fromkeys(f"{_said(each)}: {fix.why}" for each, fix in left)
        options = next((fix.options for _, fix in left if fix.options), ())
        return failed(call, f"{found.path}:{first}: " + "; ".join(why), options)
    reason = "fix " + "; ".join(dict.fromkeys(_said(e) for e, fix in fixes if fix.edits))
    notes = [f"{found.path}:{each.line} {_said(each)}: {fix.why}" for each, fix in left]
    ordered = sorted(edits, key=lambda each: each.span)
    return changed(context, call, {found.uri: ordered}, reason, "computed", notes)


def _said(problem: Problem) -> str:
    return f"{problem.message}".partition("\n")[0][:120]


async def _wrong(
    context: ToolContext, found: Source, rows: Sequence[int], message: str
) -> list[Problem] | str:
    """The problems on the rows, those that `message` speaks of where it says something."""
    told = await problems_in(context, context.files, found.uri)
    every = [] if isinstance(told, str) else [each for each in told if each.line in rows]
    if message:
        every = list(spoken_of(message, "", rows, every)) or [_own(found, rows[0], message)]
    elif not every:
        return told if isinstance(told, str) else f"{found.path}:{rows[0]}: nothing is wrong there"
    # A name that nothing defines is told by more than one tool.
    distinct: dict[tuple[int, object], Problem] = {}
    for each in every:
        key = names_in(each.message) if _UNDEFINED.search(_words(each)) else each.code
        distinct.setdefault((each.line, key), each)
    return list(distinct.values())


def _own(found: Source, line: int, message: str) -> Problem:
    """What only the user's own tools have said."""
    words = found.text.line_bytes(line - 1).decode("utf-8", "replace")
    return Problem(found.path, line, "", message, words)


def _words(problem: Problem) -> str:
    return f"{problem.code} {problem.message}"


async def _fix(
    context: ToolContext, found: Source, problem: Problem, words: str, choice: str
) -> _Fix:
    """The one fix of a problem; the surest way first."""
    python = found.language is not None and found.language.name == "python"
    names = sorted(names_in(problem.message))
    meant = _MEANT.search(words) or _MEANT.search(problem.message)
    if python and meant is not None:
        fix = _respelled(found, problem, [n for n in names if n != meant["name"]], meant["name"])
        if fix.edits:
            return fix
    if python and names and _UNDEFINED.search(_words(problem)):
        return await _undefined(context, found, problem, choice)
    rule = problem.code if _RULE.match(problem.code) else ""
    if python and not rule and _IMPORT.match(problem.text) and _UNUSED.search(problem.message):
        rule = "F401"
    if python and rule and found.text.is_utf8:
        fix = await _by_rule(context, found, problem, rule)
        if fix.edits:
            return fix
    return await _offered(context, found, problem, choice)


def _respelled(found: Source, problem: Problem, names: Sequence[str], meant: str) -> _Fix:
    parsed = python_scopes.parse(found.text.data)
    if parsed is None or not names:
        return _Fix()
    edits = [each for name in names for each in respelled(parsed, name, meant, problem.line)]
    return _Fix(tuple(edits))


async def _undefined(context: ToolContext, found: Source, problem: Problem, choice: str) -> _Fix:
    """The import of a name, or its right spelling; of a module, what the server offers."""
    name = next(iter(sorted(names_in(problem.message), key=problem.text.find)))
    plan = await planned(
        context, lambda project: undefined_name(project, found.uri, name, problem.line, choice)
    )
    if not plan.refusal:
        return _Fix(tuple(plan.edits.get(found.uri, ())))
    if plan.options:
        return _Fix((), plan.refusal, plan.options)
    offered = await _offered(context, found, problem, choice or f"import {name}")
    return offered if offered.edits or offered.options else _Fix((), plan.refusal)


async def _by_rule(context: ToolContext, found: Source, problem: Problem, rule: str) -> _Fix:
    path = uris.file_path(found.uri) or found.path
    what = Conversion(rule, (), (rule,))
    rows = problem.line, problem.line
    after = await context.adapters.fixes.converted_rows(path, found.text, what, rows)
    if isinstance(after, ToolProblem):
        return _Fix((), after.message)
    return _Fix(tuple(diff(found.text, after)))


async def _offered(context: ToolContext, found: Source, problem: Problem, choice: str) -> _Fix:
    """What the language server offers as the fix, where that is one thing alone.

    What only keeps the message from being shown is no fix.
    """
    folder = uris.folder_of(context.files.folders, found.uri)
    if folder is None:
        return _Fix((), "the file is in no workspace folder")
    span = _place(found.text, problem)
    servers = context.adapters.servers
    offers = await servers.actions(
        folder, context.files.documents(), found.uri, span, ("quickfix",)
    )
    if isinstance(offers, ToolProblem):
        return _Fix((), offers.message)
    own = [
        each
        for each in offers
        if each.kind.startswith("quickfix")
        and set(each.edits) == {found.uri}
        and not _SILENCING.search(each.title)
    ]
    chosen = [each for each in own if each.title == choice] or own
    if len(chosen) == 1:
        return _Fix(chosen[0].edits[found.uri])
    if chosen:
        titles = tuple(each.title for each in chosen)
        return _Fix((), f"there are {len(titles)} ways to mend it", titles)
    return _Fix((), "there is no fix for it that is certain")


def _place(text: Text, problem: Problem) -> Span:
    """Where on its line a problem is: at the name it speaks of, else all of it."""
    whole = text.line_span(problem.line - 1)
    row = text.line_bytes(problem.line - 1)
    for name in names_in(problem.message):
        at = re.search(rb"(?<!\w)%s(?!\w)" % re.escape(name.encode()), row)
        if at is not None:
            return Span(whole.start + at.start(), whole.start + at.end())
    indent = len(row) - len(row.lstrip())
    return Span(whole.start + indent, whole.start + max(indent, len(row.rstrip())))
