"""Gives a file or a package another name or place, and follows it in what imports it."""

from __future__ import annotations

from dataclasses import replace

from redline.app.tools.context import Source, ToolContext, failed, source, text_of
from redline.app.tools.projects import drafted, planned
from redline.app.tools.whole_files import LOOSE, RENAMED, created_elsewhere, operated
from redline.core import uris
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.index.query import documents
from redline.core.problems import ToolProblem
from redline.core.proposal.hunks import FileOperation
from redline.core.refactor.carried import carried
from redline.core.refactor.project import Planned, Project
from redline.core.refactor.rename.module import rename_module

SHOWN = 5


async def rename_file(context: ToolContext, call: ToolCall) -> ToolResult:
    """Another name for a file or a package; its changes go with it, imports of it follow."""
    path, new_path = text_of(call, "path"), text_of(call, "new_path")
    if await planned(context, lambda project: _is_folder(project, path)):
        return await _package(context, call)
    found = source(context, path)
    if isinstance(found, str):
        return failed(call, found)
    target, problem = context.files.free(new_path, found.uri)
    if uris.folder_of(context.files.folders, found.uri) is None:
        problem = f"{found.path}: {LOOSE}"
    if problem:
        return failed(call, problem)
    if context.files.path(found.uri) == uris.for_people(context.files.folders, target):
        return failed(call, f"{found.path}: is called that already")
    earlier = context.files.operation(found.uri)
    if earlier is not None and earlier.kind == "create":
        return created_elsewhere(call, found, target, earlier)
    before = uris.for_people(context.files.folders, found.uri)
    reason = text_of(call, "reason") or f"rename {before} to {new_path}"
    operation = FileOperation("rename", found.uri, target, reason, "computed")
    language = language_of(found)
    by = carried(call.tool, language)
    if "plan" in by and target != found.uri:
        return await _module(context, call, found, operation)
    if language and earlier is None:
        return await _elsewhere(context, call, found, operation)
    return operated(context, call, operation, _said(context, operation))


def language_of(found: Source) -> str:
    """The name of a file's language, '' for none."""
    return found.language.name if found.language is not None else ""


def _is_folder(project: Project, path: str) -> bool:
    below = f"{path.rstrip('/')}/"
    return any(project.path_of(uri).startswith(below) for uri, _ in documents(project.index))


async def _package(context: ToolContext, call: ToolCall) -> ToolResult:
    path, new_path = text_of(call, "path").rstrip("/"), text_of(call, "new_path").rstrip("/")
    plan = await planned(context, lambda project: rename_module(project, path, new_path))
    return drafted(context, call, plan, text_of(call, "reason") or f"rename {path} to {new_path}")


async def _module(
    context: ToolContext, call: ToolCall, found: Source, operation: FileOperation
) -> ToolResult:
    """A Python file: as a module, or by itself where nothing imports it."""
    new_path = uris.for_people(context.files.folders, operation.target)

    def plan(project: Project) -> tuple[Planned, tuple[str, ...]]:
        made = rename_module(project, found.path, new_path)
        importers = project.imports.importers.get(found.uri, ())
        return made, tuple(project.path_of(each) for each in importers)

    made, importers = await planned(context, plan)
    if not made.refusal:
        named = tuple(replace(each, reason=operation.reason) for each in made.operations)
        return drafted(context, call, replace(made, operations=named), operation.reason)
    if importers:
        return failed(call, f"{made.refusal}; it is imported by {_listed(importers)}")
    return operated(context, call, operation, _said(context, operation))


async def _elsewhere(
    context: ToolContext, call: ToolCall, found: Source, operation: FileOperation
) -> ToolResult:
    """A file of another language: what its server says it takes, or a note on who imports it."""
    folder, servers = uris.folder_of(context.files.folders, found.uri), context.adapters.servers
    importers = await planned(
        context,
        lambda project: tuple(
            project.path_of(each) for each in project.imports.importers.get(found.uri, ())
        ),
    )
    served = {"server", "offered"} & {*carried(call.tool, language_of(found))}
    if folder is not None and importers and served:
        documents_now = context.files.documents()
        told = await servers.file_renamed(folder, documents_now, found.uri, operation.target)
        if not isinstance(told, ToolProblem) and told.edits:
            note = "what imports it follows as the language server says"
            made = Planned(told.edits, (operation,), (*told.notes, note))
            return drafted(context, call, made, operation.reason)
    notes = (f"{found.path} {RENAMED}: {_listed(importers)}",) if importers else ()
    return operated(context, call, operation, _said(context, operation), notes)


def _said(context: ToolContext, operation: FileOperation) -> str:
    uri, target = operation.uri, operation.target
    folders = context.files.folders
    return f"rename {uris.for_people(folders, uri)} to {uris.for_people(folders, target)}"


def _listed(paths: tuple[str, ...]) -> str:
    return ", ".join(paths[:SHOWN]) + (f" and {len(paths) - SHOWN} more" if paths[SHOWN:] else "")
