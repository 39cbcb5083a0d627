"""Tools that create, rename or delete whole files, and the one that takes changes back."""

from __future__ import annotations

from collections.abc import Sequence

from redline.app.tools.context import Source, ToolContext, failed, said, source, text_of
from redline.core import uris
from redline.core.agent import drafts
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.edits.marks import elision
from redline.core.proposal.hunks import FileOperation
from redline.core.proposal.model import Change, Origin
from redline.core.proposal.render import counted
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

RENAMED = "gets another name, but imports of it are not changed"
DELETED = "is deleted, but what uses it is not changed"
LOOSE = "is in none of the workspace folders; only its text can be changed"


async def create_file(context: ToolContext, call: ToolCall) -> ToolResult:
    """A new file with its whole text."""
    path, content = text_of(call, "path"), text_of(call, "content")
    if content and not content.endswith("\n"):
        content += "\n"  # some editors cannot have a last line without its end
    uri, problem = context.files.free(path)
    problem = problem or _unfit(context, uri, content)
    if problem:
        return failed(call, problem)
    reason = text_of(call, "reason") or f"create {path}"
    made = Text(content.encode())
    origin: Origin = "generated" if content else "computed"
    return ToolResult(
        call.id,
        f"create {path}: {counted(made.row_count, 'line') if content else 'empty'}",
        changes=_content(uri, made.data, reason, origin),
        base={uri: Text(b"").digest},
        operations=(FileOperation("create", uri, "", reason, origin),),
    )


def _unfit(context: ToolContext, uri: str, content: str) -> str:
    """Why `content` cannot be the text of a file; '' when it can."""
    path = context.files.path(uri)
    if "\0" in content or any("\ud800" <= letter <= "\udfff" for letter in content):
        return f"{path}: the content holds characters that no text file can"
    marker = elision(content, "") if context.language(uri) is not None else ""
    return f"{path}: {marker!r} stands for code that is left out; write all of it" if marker else ""


def _content(uri: str, data: bytes, reason: str, origin: Origin) -> tuple[Change, ...]:
    return (Change(uri, Edit(Span(0, 0), data), reason, origin),) if data else ()


def created_elsewhere(
    call: ToolCall, found: Source, target: str, earlier: FileOperation
) -> ToolResult:
    """A file that this draft creates is created under the other name at once."""
    return ToolResult(
        call.id,
        f"{found.path} is created under that name instead",
        changes=_content(target, found.text.data, earlier.reason, earlier.origin),
        base={target: Text(b"").digest},
        operations=(FileOperation("create", target, "", earlier.reason, earlier.origin),),
        dropped=(found.uri,),
    )


async def delete_file(context: ToolContext, call: ToolCall) -> ToolResult:
    """Deletes a file; one that this draft creates is just not created."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    if uris.folder_of(context.files.folders, found.uri) is None:
        return failed(call, f"{found.path}: {LOOSE}")
    if not found.text.is_utf8:
        return failed(call, f"{found.path}: has bytes that are not UTF-8: it could not be restored")
    earlier = context.files.operation(found.uri)
    if earlier is not None and earlier.kind == "create":
        return ToolResult(call.id, f"{found.path} is not created", dropped=(found.uri,))
    path = uris.for_people(context.files.folders, found.uri)
    reason = text_of(call, "reason") or f"delete {path}"
    operation = FileOperation("delete", found.uri, "", reason, "computed")
    return operated(context, call, operation, f"delete {path}")


def operated(
    context: ToolContext,
    call: ToolCall,
    operation: FileOperation,
    output: str,
    more: Sequence[str] = (),
) -> ToolResult:
    """An operation on a whole file as a change of the draft, with `more` notes."""
    base = {uri: text.digest for uri, text in context.files.bases((operation.uri,)).items()}
    output = "\n".join([output, *more, *notes(context, (operation,))])
    return ToolResult(call.id, output, base=base, operations=(operation,), notes=tuple(more))


def notes(context: ToolContext, operations: Sequence[FileOperation]) -> tuple[str, ...]:
    """What the user must know where other files may use one that goes."""
    return tuple(
        f"{uris.for_people(context.files.folders, each.uri)} {DELETED}"
        for each in operations
        if each.kind == "delete" and context.language(each.uri) is not None
    )


def holds(context: ToolContext, operations: Sequence[FileOperation], note: str) -> bool:
    """Whether a note of the draft is true of its whole files as they are now.

    An earlier round may have had one on a file that is not renamed any more.
    """
    if DELETED in note:
        return False  # said anew
    paths = (uris.for_people(context.files.folders, each.uri) for each in operations)
    return RENAMED not in note or any(note.startswith(f"{path} {RENAMED}") for path in paths)


async def revert(context: ToolContext, call: ToolCall) -> ToolResult:
    """Takes drafted changes back: those of one file, or all."""
    path, draft = text_of(call, "path"), context.files.draft
    touched = drafts.uris_of(draft)
    if not path:
        if not touched:
            return said(call, "there was nothing to take back")
        output = f"took back every change ({counted(len(touched), 'file')})"
        return ToolResult(call.id, output, dropped=touched)
    wanted = context.files.named(path)
    targets = {each.target: each.uri for each in draft.operations if each.target}
    uri = targets.get(wanted or "", wanted)
    if uri not in touched:
        return failed(call, f"{path}: nothing of it has been changed")
    return ToolResult(call.id, f"took back the changes of {path}", dropped=(uri,))
