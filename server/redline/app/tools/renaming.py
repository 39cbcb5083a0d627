"""Renaming: find the one symbol that is meant, then the language server or the scopes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from redline.app.tools.context import (
    ToolContext,
    changed,
    failed,
    flag_of,
    text_of,
)
from redline.app.tools.projects import planned
from redline.app.tools.reading import described
from redline.app.tools.targets import Target, name_meant, target_of
from redline.core import uris
from redline.core.agent import drafts
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.index import query
from redline.core.index.extract import parse
from redline.core.problems import ToolProblem, Unreadable
from redline.core.refactor.project import Planned
from redline.core.refactor.rename import scoped as rename_scoped
from redline.core.refactor.rename.mentions import text_mentions
from redline.core.refactor.result import Refactored, Renamed, refused
from redline.core.text.edits import Edit

SAID = "changes what a string or a comment says"


async def rename(context: ToolContext, call: ToolCall) -> ToolResult:
    """Renames a symbol everywhere it is meant."""
    name, new_name = text_of(call, "name"), text_of(call, "new_name")
    if not name:
        found = name_meant(context, call)
        if isinstance(found, ToolResult):
            return found
        name = found
    if name.rsplit(".", 1)[-1] == new_name:
        return failed(call, f"it is called {new_name} already")
    target = target_of(context, call, name)
    if isinstance(target, ToolResult):
        return target
    taken = _taken(context, target, new_name)
    if taken:
        return failed(call, taken)
    reason = f"rename {name.rsplit('.', 1)[-1]} to {new_name}"
    why = ""
    language = target.source.language
    if language is not None and language.name == "python":
        answer = await _by_server(context, target, new_name)
        if not isinstance(answer, ToolProblem):
            return await _renamed(context, call, answer, reason)
        if not answer.unavailable:
            return failed(call, answer.message)
        why = answer.message
    return await _otherwise(context, call, target, (reason, why))


async def _otherwise(
    context: ToolContext, call: ToolCall, target: Target, because: tuple[str, str]
) -> ToolResult:
    """By the editor's own language server, by the scopes of the one file, or by ours.

    `because` is the reason for the reviewer, and why our server did not do it already.
    """
    new_name = text_of(call, "new_name")
    reason, why = because
    own = await _by_editor(context, target, new_name)
    if own is not None:
        note = "renamed by the language server of the editor"
        edits = {uri: tuple(group) for uri, group in own.items()}
        return await _renamed(context, call, Renamed(edits, (note,)), reason, False)
    scoped = _by_scopes(context, target, new_name)
    if not scoped.refusal:
        by = (f"renamed by scopes in one file, since {why}",) if why else ()
        made = Renamed({target.source.uri: scoped.edits}, (*by, *scoped.notes))
        return await _renamed(context, call, made, reason, False)
    if not why:
        answer = await _by_server(context, target, new_name)
        if not isinstance(answer, ToolProblem):
            return await _renamed(context, call, answer, reason)
        if not answer.unavailable:
            return failed(call, answer.message)
        why = answer.message
    return failed(call, f"{target.source.path}: {scoped.refusal} ({why})")


async def _renamed(
    context: ToolContext, call: ToolCall, made: Renamed, reason: str, whole: bool = True
) -> ToolResult:
    """The rename as a draft; what strings and comments say apart from it, where it is wanted.

    Of one of the `whole` workspace it is said where else the name stands.
    """
    old, new = reason.split()[1], text_of(call, "new_name")
    texts: Mapping[str, tuple[Edit, ...]] = {}
    if flag_of(call, "texts"):
        found = await planned(
            context, lambda each: Planned(text_mentions(each, old, new, made.edits))
        )
        texts = found.edits
    every = {
        uri: (*made.edits.get(uri, ()), *texts.get(uri, ())) for uri in {**made.edits, **texts}
    }
    left = _left_alone(context, old, every) if whole else ()
    notes = (*made.notes, *left)
    result = changed(context, call, made.edits, reason, "computed", notes)
    if not texts or result.failure:
        return result
    apart = changed(context, call, texts, f"say {new} for {old}", "computed")
    held = (replace(each, held=SAID) for each in apart.changes)
    return replace(
        result,
        output=f"{result.output}\nheld back: {apart.output}",
        changes=(*result.changes, *held),
        base={**result.base, **apart.base},
    )


def _taken(context: ToolContext, target: Target, new_name: str) -> str:
    """Why the new name would collide, as far as the index sees; '' when it would not."""
    symbol = target.symbol
    if symbol is None:
        return ""
    for other in query.symbols_named(context.index, new_name):
        if other.uri == symbol.uri and other.container == symbol.container:
            return f"{new_name} is defined already: {described(context, other)}"
    return ""


async def _by_server(context: ToolContext, target: Target, new_name: str) -> Renamed | ToolProblem:
    folder = uris.folder_of(context.files.folders, target.source.uri)
    if folder is None:
        return ToolProblem("the file is in no workspace folder", unavailable=True)
    documents, servers = context.files.documents(), context.adapters.servers
    return await servers.rename(folder, documents, target.source.uri, target.offset, new_name)


async def _by_editor(
    context: ToolContext, target: Target, new_name: str
) -> Mapping[str, Sequence[Edit]] | None:
    """What the user's own language server makes of it; it knows nothing of the draft."""
    place, editor = target.source, context.adapters.editor
    if editor is None or drafts.uris_of(context.files.draft):
        return None
    found = await editor.rename(place.uri, place.text, target.offset, new_name)
    inside = found is not None and all(map(context.files.inside, found))
    return found if found and inside else None


def _by_scopes(context: ToolContext, target: Target, new_name: str) -> Refactored:
    place = target.source
    if place.language is None:
        return refused("there is no grammar for this kind of file")
    tree = parse(place.language, place.text)
    named = rename_scoped.name_at(tree, target.offset)
    old = place.text.slice(named).decode("utf-8", "replace") if named else ""
    loose = uris.folder_of(context.files.folders, place.uri) is None
    # Nothing in the folders can mean what stands in a buffer, or in a file from elsewhere.
    others = [] if loose else query.uris_naming(context.index, old)
    mentions = frozenset(context.files.path(uri) for uri in others if uri != place.uri)
    return rename_scoped.rename_scoped(
        place.language, tree, place.text, target.offset, new_name, mentions
    )


def _left_alone(
    context: ToolContext, name: str, edits: Mapping[str, Sequence[Edit]]
) -> tuple[str, ...]:
    """Notes where the name stands elsewhere too: another symbol, one no type tells, a string."""
    short = name.rsplit(".", 1)[-1]
    drafted = {change.uri for change in context.files.draft.changes}
    changed_at = {(uri, edit.span.start) for uri, group in edits.items() for edit in group}
    found = query.references_named(context.index, short, context.base)
    left = [
        reference.uri
        for reference in found
        if (reference.uri, reference.span.start) not in changed_at
    ]
    strings = [
        uri
        for uri in query.uris_naming(context.index, short)
        for at in _quoted(context, uri, short)
        if (uri, at) not in changed_at
    ]
    notes = (
        _standing(context, left, drafted, f"other uses of the name {short} were left alone"),
        _standing(context, strings, drafted, f"strings that say {short} were left alone"),
    )
    return tuple(note for note in notes if note)


def _standing(context: ToolContext, uris: Sequence[str], drafted: set[str], what: str) -> str:
    """`3 strings ... (a.py, b.py)`; '' for none. Files the draft has moved are not counted."""
    kept = [uri for uri in uris if uri not in drafted]
    files = sorted({context.files.path(uri) for uri in kept})
    shown = ", ".join(files[:3]) + (", ..." if len(files) > 3 else "")
    return f"{len(kept)} {what} ({shown})" if kept else ""


def _quoted(context: ToolContext, uri: str, name: str) -> list[int]:
    """Offsets of the name where it is all of a string."""
    text = context.files.base(uri)
    if isinstance(text, Unreadable):
        return []
    pattern = re.compile(rb"(?<=[\"'])%b(?=[\"'])" % re.escape(name.encode()))
    return [match.start() for match in pattern.finditer(text.data)]
