"""The workspace with the draft as a refactoring reads it, and its plan as a draft."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from redline.app.graph import Drafted
from redline.app.tools.context import ToolContext, changed, failed
from redline.app.tools.reading import facts_now, index_now
from redline.core import uris
from redline.core.agent import drafts
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.graph.model import Imports
from redline.core.proposal.hunks import FileOperation
from redline.core.refactor.project import Planned, Project
from redline.core.text.text import Text

T = TypeVar("T")


class Abandoned(Exception):
    """Nobody waits for the plan any more."""


@dataclass(slots=True)
class _Reader:
    """The texts and paths of one moment, each looked up once. Safe in a thread."""

    context: ToolContext
    touched: frozenset[str]
    texts: dict[str, Text | None] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    abandoned: bool = False

    def text(self, uri: str) -> Text | None:
        """The text with the draft; None where it cannot be read. Raises `Abandoned`."""
        if self.abandoned:
            raise Abandoned
        if uri not in self.texts:
            files = self.context.files
            known = uri in self.touched or uri in files.snapshot.documents or uri in files.cache
            # What is only looked at is not kept for as long as the run lasts.
            found = files.text(uri) if known else files.disk.read(uri)
            readable = isinstance(found, Text) and not found.is_binary
            self.texts[uri] = found if readable and isinstance(found, Text) else None
        return self.texts[uri]

    def path(self, uri: str) -> str:
        """The path under the name that the draft gives it."""
        if uri not in self.paths:
            self.paths[uri] = self.context.files.path(uri)
        return self.paths[uri]


async def planned(context: ToolContext, plan: Callable[[Project], T]) -> T:
    """What `plan` makes of the workspace, in a thread that stops soon when nobody waits."""
    reader = _Reader(context, frozenset(drafts.uris_of(context.files.draft)))
    imports = await imports_now(context)
    project = Project(
        index_now(context), imports, reader.text, reader.path, partial(_located, context)
    )
    try:
        found = await context.adapters.aside.done(lambda: plan(project))
    except asyncio.CancelledError:
        reader.abandoned = True
        raise
    made = found[0] if isinstance(found, tuple) and found else found
    edited = made.edits if isinstance(made, Planned) else ()
    rest_on(context, {uri: text for uri in edited if (text := reader.texts.get(uri)) is not None})
    return found


def rest_on(context: ToolContext, texts: Mapping[str, Text]) -> None:
    """Keeps the texts that edits count in: the disk may have others by the time they are made."""
    files = context.files
    own = {*files.snapshot.documents, *drafts.uris_of(files.draft)}
    for uri, text in texts.items():
        if uri not in own:
            files.cache.setdefault(uri, text)


async def imports_now(context: ToolContext) -> Imports:
    """Which files import which, with the draft."""
    draft, lookup = context.files.draft, context.lookup
    if lookup is None:
        return Imports()
    touched = drafts.uris_of(draft)
    if not touched:
        return await lookup.imports()
    facts, gone = {}, set[str]()
    for uri in touched:
        operation = context.files.operation(uri)
        kind = operation.kind if operation is not None else "edit"
        found = facts_now(context, uri)
        if kind in ("rename", "delete"):
            gone.add(uris.for_model(context.files.folders, uri))
        if kind != "delete" and found is not None:
            facts[context.files.path(uri)] = found
    return await lookup.drafted(Drafted(facts, frozenset(gone), partial(_located, context)))


def _located(context: ToolContext, path: str) -> str | None:
    """The file that has, or would have, the path; None outside of the workspace."""
    found, problem = context.files.locate(path)
    return None if problem else found


def drafted(context: ToolContext, call: ToolCall, plan: Planned, reason: str) -> ToolResult:
    """A plan as a change of the draft; a refusal as a failure, with what may be meant."""
    if plan.refusal:
        return failed(call, plan.refusal, plan.options)
    for each in plan.operations:
        problem = _unfit(context, each)
        if problem:
            return failed(call, problem)
    fresh = {each.uri for each in plan.operations if each.kind == "create"}
    known = {uri: group for uri, group in plan.edits.items() if uri not in fresh}
    made = changed(context, call, known, reason, "computed", plan.notes)
    if not known:
        made = replace(made, output="\n".join((reason, *plan.notes)))
    if not plan.operations or made.failure:
        return made
    created = changed(context, call, {u: plan.edits.get(u, ()) for u in fresh}, reason, "computed")
    whole = tuple(each.uri for each in plan.operations if each.uri not in fresh)
    base = {uri: text.digest for uri, text in context.files.bases(whole).items()}
    base |= {uri: Text(b"").digest for uri in fresh}
    said = [_said(context, each) for each in plan.operations]
    return replace(
        made,
        output="\n".join([made.output, *said]),
        changes=(*made.changes, *created.changes),
        base={**made.base, **base},
        operations=plan.operations,
    )


def _unfit(context: ToolContext, operation: FileOperation) -> str:
    """Why a whole-file operation cannot be part of the draft; '' where it can."""
    earlier = context.files.operation(operation.uri)
    made = operation.target if operation.kind == "rename" else operation.uri
    if earlier is not None and earlier.kind == "create":
        return f"{context.files.path(operation.uri)}: is created in this proposal"
    if operation.kind != "delete":
        path = uris.for_model(context.files.folders, made)
        return context.files.free(path, operation.uri if operation.kind == "rename" else "")[1]
    return ""


def _said(context: ToolContext, operation: FileOperation) -> str:
    path = context.files.path(operation.uri)
    target = uris.for_people(context.files.folders, operation.target) if operation.target else ""
    return f"{operation.kind} {path}" + (f" to {target}" if target else "")
