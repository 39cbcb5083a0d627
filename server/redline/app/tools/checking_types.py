"""What a type checker finds new in a proposal: in the files it changes, and in who imports them.

The checker runs no code of the project. It is asked about the texts as they are, and then
about the texts as they would be; only what the second answer has more of is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from redline.app.files import Files
from redline.app.tools.checking import Changed, failures_of, outcome_of, since
from redline.app.tools.context import ToolContext
from redline.app.tools.projects import imports_now
from redline.core import uris
from redline.core.agent.model import Draft
from redline.core.checks.delta import LineMap, Problem, line_map, new_problems
from redline.core.checks.unseen import only_unseen
from redline.core.problems import ToolProblem, Unreadable
from redline.core.proposal.model import Check
from redline.core.proposal.render import counted
from redline.core.serving import Diagnosed
from redline.core.uris import Folder

MOST = 40
"""Of more files that import what is changed, the first are looked at."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question: the files of one folder, and how many more there would be."""

    folder: Folder
    uris: tuple[str, ...]
    more: int


async def types(context: ToolContext, files: Sequence[Changed]) -> Check | None:
    """The check; None where no Python file of a workspace folder is changed."""
    began = context.adapters.clock.monotonic()
    python = [file for file in files if file.language == "python" and file.after.is_utf8]
    asked = await _asked(context, python)
    if asked is None:
        return None
    scope = counted(len(asked.uris), "file")
    context.report(f"types: {scope}")
    before, after = replace(context.files, draft=Draft()), context.files
    old = await _problems(context, before, asked)
    if isinstance(old, ToolProblem):
        return Check("types", scope, "skipped", old.message, since(context, began))
    new = await _problems(context, after, asked)
    if isinstance(new, ToolProblem):
        return Check("types", scope, "skipped", new.message, since(context, began))
    moved: LineMap = {
        file.path: line_map(file.before.line_starts, file.edits, file.after.line_starts)
        for file in python
    }
    found = failures_of(new_problems(old, new, moved))
    fine = "no new problems"
    if asked.more:
        fine += f"; {asked.more} more files import what is changed and were not looked at"
    return outcome_of(context, "types", scope, began, found, fine)


async def _asked(context: ToolContext, files: Sequence[Changed]) -> _Asked | None:
    """The changed files and those that import them, all in the folder of the first."""
    folders = [uris.folder_of(context.files.folders, file.uri) for file in files]
    folder = next((each for each in folders if each is not None), None)
    if folder is None:
        return None
    own = tuple(f.uri for f, each in zip(files, folders, strict=True) if each == folder)
    importers: list[str] = []
    if context.lookup is not None:
        found = (await context.lookup.imports()).importers
        every = {uri for file in own for uri in found.get(file, ())} - set(own)
        importers = sorted(uri for uri in every if _is_python(context, uri, folder))
    return _Asked(folder, (*own, *importers[:MOST]), max(0, len(importers) - MOST))


def _is_python(context: ToolContext, uri: str, folder: Folder) -> bool:
    facts = context.index.facts(uri)
    inside = uris.folder_of(context.files.folders, uri) == folder
    return inside and facts is not None and facts.language == "python"


async def _problems(
    context: ToolContext, files: Files, asked: _Asked
) -> tuple[Problem, ...] | ToolProblem:
    """What is wrong with the files asked about, as `files` has their texts."""
    there = [uri for uri in asked.uris if not isinstance(files.text(uri), Unreadable)]
    if not there:
        return ()
    documents = [each for each in files.documents() if each.uri.startswith(asked.folder.uri)]
    servers = context.adapters.servers
    found = await servers.diagnostics(asked.folder, documents, there)
    if isinstance(found, ToolProblem):
        return found
    return tuple(_told(files, found, await _unseen(context, files)))


async def _unseen(context: ToolContext, files: Files) -> Mapping[str, frozenset[str]]:
    """By uri the files a draft makes that a file means by its imports, and itself if it is one.

    The checker reads the disk, where they are not yet.
    """
    made: dict[str, str] = {}
    for each in files.draft.operations:
        if each.kind != "delete":  # a renamed file is known by both its names
            path = uris.for_model(files.folders, each.target or each.uri)
            made |= {uri: path for uri in (each.uri, each.target) if uri}
    if not made:
        return {}
    targets = (await imports_now(context)).targets
    return {
        uri: frozenset(made[each] for each in (uri, *targets.get(uri, ())) if each in made)
        for uri in (*targets, *made)
    }


def _told(
    files: Files,
    found: Mapping[str, tuple[Diagnosed, ...]],
    unseen: Mapping[str, frozenset[str]],
) -> list[Problem]:
    problems: list[Problem] = []
    for uri in sorted(found):
        text = files.text(uri)
        if isinstance(text, Unreadable):
            continue
        for each in found[uri]:
            if each.severity == "error" and each.span.end <= len(text):
                line = text.line_of(each.span.start)
                words = text.line_bytes(line).decode("utf-8", "replace")
                path = files.path(uri)
                # What follows the first line explains how the checker was set up.
                message = each.message.partition("\n")[0]
                problem = Problem(path, line + 1, each.code, message, words)
                problems += [] if only_unseen(problem, unseen.get(uri, ())) else [problem]
    return problems
