"""What is verified before a proposal is shown: what costs little comes first.

Nothing here runs code of the project.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from redline.app.tools.context import ToolContext
from redline.core import uris
from redline.core.checks.delta import LineMap, Problem, line_map, new_problems
from redline.core.checks.discover import Discovered, configuration, discover
from redline.core.problems import ToolProblem
from redline.core.proposal.model import Change, Check, Failure, Outcome
from redline.core.proposal.render import counted
from redline.core.refactor import syntax
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.text import Text
from redline.core.uris import Folder

SHOWN = 8
AT_ONCE = 4
"""So many files are looked at at the same time."""

Look = Callable[[str, Text], Awaitable[tuple[Problem, ...] | ToolProblem]]


@dataclass(frozen=True, slots=True)
class Changed:
    """One file of a draft: its text before and after, and the edits between them."""

    uri: str
    path: str
    language: str
    before: Text
    after: Text
    edits: tuple[Edit, ...]


def changed_files(
    context: ToolContext, changes: Sequence[Change], texts: Mapping[str, Text]
) -> tuple[Changed, ...]:
    """The files whose text `changes` change, in order; `texts` are the bases by uri."""
    found: list[Changed] = []
    for uri in dict.fromkeys(change.uri for change in changes):
        own = tuple(change.edit for change in changes if change.uri == uri)
        language = context.language(uri)
        after = Text(edits.apply(texts[uri].data, own))
        name = language.name if language is not None else ""
        found.append(Changed(uri, context.files.path(uri), name, texts[uri], after, own))
    return tuple(found)


async def parsed(context: ToolContext, files: Sequence[Changed]) -> Check:
    """Whether a file has a syntax error that is new, as `path:line what`."""
    began = context.adapters.clock.monotonic()
    scope = counted(len(files), "file")
    if not files:
        return Check("parse", scope, "skipped", "no text is changed", 0.0)
    context.report(f"parse: {scope}")
    broken: list[Failure] = []
    for file in files:
        language = context.language(file.uri)
        if language is not None:
            errors = syntax.new_errors(language, file.before, file.after)
            broken += [Failure(file.path, error.line, error.what) for error in errors]
    return outcome_of(context, "parse", scope, began, broken, "no new syntax errors")


async def names(context: ToolContext, files: Sequence[Changed]) -> Check | None:
    """Whether a Python file uses a name that nothing defines, and did not before.

    None where no Python file is changed.
    """
    return await _looked(context, "names", files, context.adapters.linter.undefined)


async def lint(context: ToolContext, files: Sequence[Changed]) -> Check | None:
    """What the project's own rules find in Python files that they did not before.

    None where no Python file is changed, or the project has no rules.
    """
    return await _looked(context, "lint", _ruled(context, files), context.adapters.linter.problems)


async def formatted(context: ToolContext, files: Sequence[Changed]) -> Check | None:
    """Whether Python files that were as the project's formatter leaves them still are.

    None where there is no such file: not every project that lints formats.
    """
    look = context.adapters.linter.unformatted
    python = [f for f in _ruled(context, files) if f.language == "python" and f.after.is_utf8]
    kept = [f for f in python if len(f.before) and not await look(_place(f), f.before)]
    return await _looked(context, "format", kept, look)


def _ruled(context: ToolContext, files: Sequence[Changed]) -> list[Changed]:
    """The files in folders whose linter has rules."""
    folders = {file.uri: uris.folder_of(context.files.folders, file.uri) for file in files}
    ruled = {folder for folder in set(folders.values()) if _has_rules(context, folder)}
    return [file for file in files if folders[file.uri] in ruled]


def _place(file: Changed) -> str:
    return uris.file_path(file.uri) or file.path


def _has_rules(context: ToolContext, folder: Folder | None) -> bool:
    """Whether a folder says what its linter looks for."""
    if folder is None:
        return False
    found = found_in(context, folder, ("python",))
    return any((each.name, each.tool) == ("lint", "ruff") for each in found)


def found_in(context: ToolContext, folder: Folder, of: Collection[str]) -> tuple[Discovered, ...]:
    """The checks that a folder's own files speak of; `of` are languages in it."""
    read = configuration(lambda name: context.files.base(f"{folder.uri}/{name}"))
    return discover(read, frozenset(of))


async def _looked(
    context: ToolContext, name: str, files: Sequence[Changed], look: Look
) -> Check | None:
    began = context.adapters.clock.monotonic()
    python = [file for file in files if file.language == "python" and file.after.is_utf8]
    scope = counted(len(python), "file")
    if not python:
        return None
    context.report(f"{name}: {scope}")
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(file: Changed) -> tuple[Problem, ...] | ToolProblem:
        async with turn:
            return await _new_in(file, look)

    found = await asyncio.gather(*map(one, python))
    failures = [each.message for each in found if isinstance(each, ToolProblem)]
    if failures:
        return Check(name, scope, "skipped", failures[0], since(context, began))
    problems = [p for each in found if not isinstance(each, ToolProblem) for p in failures_of(each)]
    return outcome_of(context, name, scope, began, problems, "no new problems")


async def _new_in(file: Changed, look: Look) -> tuple[Problem, ...] | ToolProblem:
    """The problems that the change of a file brings."""
    path = _place(file)
    after = await look(path, file.after)
    if isinstance(after, ToolProblem) or not after:
        return after
    before = await look(path, file.before) if len(file.before) else ()
    if isinstance(before, ToolProblem):
        return before
    moved: LineMap = {path: line_map(file.before.line_starts, file.edits, file.after.line_starts)}
    return tuple(
        Problem(file.path, p.line, p.code, p.message, p.text)
        for p in new_problems(before, after, moved)
    )


def failures_of(problems: Iterable[Problem]) -> list[Failure]:
    """What a tool says is wrong, as a check's failures."""
    return [Failure(p.path, p.line, f"{p.code} {p.message}".strip()) for p in problems]


def outcome_of(
    context: ToolContext, name: str, scope: str, began: float, found: Sequence[Failure], fine: str
) -> Check:
    """The check `name`, failed when anything was `found`, with what it took since `began`."""
    outcome: Outcome = "failed" if found else "passed"
    shown = "; ".join(map(str, found[:SHOWN]))
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    spent, kept = since(context, began), tuple(found[:SHOWN])
    return Check(name, scope, outcome, shown + more or fine, spent, failures=kept)


def since(context: ToolContext, began: float) -> float:
    """Seconds since `began`."""
    return round(context.adapters.clock.monotonic() - began, 4)
