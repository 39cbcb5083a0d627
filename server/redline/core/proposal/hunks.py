"""From a draft to hunks: changes on neighbouring lines are decided together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from redline.core.proposal.model import Change, Hunk, Origin
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text


@dataclass(frozen=True, slots=True)
class FileOperation:
    """What a draft does to a file as a whole; `target` is the new name of one that is renamed.

    The content of a file that is created is a change of the empty text.
    """

    kind: Literal["create", "rename", "delete"]
    uri: str
    target: str
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class _Group:
    region: Span
    changes: tuple[Change, ...]


def hunks(
    proposal: str,
    texts: Mapping[str, Text],
    changes: Iterable[Change],
    operations: Iterable[FileOperation] = (),
) -> tuple[Hunk, ...]:
    """The hunks of `proposal`, file by file in order of first change, top to bottom.

    `changes` count in `texts`. Changes that leave the text as it is are dropped. A file
    that is renamed gets its new name after its edits. Raises `EditError` when two overlap.
    """
    whole = {operation.uri: operation for operation in operations}
    by_uri: dict[str, list[Change]] = {}
    for change in changes:
        if texts[change.uri].slice(change.edit.span) != change.edit.new:
            by_uri.setdefault(change.uri, []).append(change)
    result: list[Hunk] = []
    for uri in dict.fromkeys((*by_uri, *whole)):
        text, group = texts[uri], by_uri.get(uri, [])
        edits.ordered((change.edit for change in group), len(text))
        operation = whole.get(uri)
        if operation is None or operation.kind == "rename":
            for each in _grouped(text, sorted(group, key=lambda change: change.edit.span)):
                result.append(_hunk(f"{proposal}.{len(result) + 1}", uri, text, each))
        if operation is not None:
            result.append(_whole(f"{proposal}.{len(result) + 1}", text, group, operation))
    return tuple(result)


def _whole(id_: str, text: Text, group: Sequence[Change], operation: FileOperation) -> Hunk:
    """The hunk of a file that is created, renamed or deleted."""
    created, deleted = operation.kind == "create", operation.kind == "delete"
    content = edits.apply(text.data, [change.edit for change in group]) if created else b""
    reasons = (operation.reason, *(change.reason for change in group)) if created else ()
    generated = created and any(change.origin == "generated" for change in group)
    return Hunk(
        id=id_,
        uri=operation.uri,
        edits=(Edit(Span(0, 0), content),) if created else (),
        start=0,
        before=text.data if deleted else b"",
        after=content,
        reason="; ".join(dict.fromkeys(reasons)) or operation.reason,
        origin="generated" if generated else operation.origin,
        operation=operation.kind,
        target=operation.target,
    )


def operation_of(hunk: Hunk) -> FileOperation | None:
    """What a hunk does to its file as a whole; None for one that edits lines."""
    if hunk.operation == "edit":
        return None
    return FileOperation(hunk.operation, hunk.uri, hunk.target, hunk.reason, hunk.origin)


def _grouped(text: Text, changes: Sequence[Change]) -> list[_Group]:
    """Changes on neighbouring lines go together, but for what is held back beside what is not."""
    groups: list[_Group] = []
    for change in changes:
        region = _region(text, change.edit)
        apart = bool(groups) and groups[-1].changes[-1].held != change.held
        if groups and region.start + apart <= groups[-1].region.end:
            last = groups.pop()
            region = Span(last.region.start, max(last.region.end, region.end))
            groups.append(_Group(region, (*last.changes, change)))
        else:
            groups.append(_Group(region, (change,)))
    return groups


def _region(text: Text, edit: Edit) -> Span:
    """The lines an edit covers; lines that go altogether take a neighbour along.

    A hunk whose new text is empty could not be found again, neither to verify it nor to
    take it back. One that takes a line's end away has the next line in it as well.
    """
    region = text.whole_lines(edit.span)
    whole = region == edit.span and not edit.new
    joins = len(edit.span) and not whole and not edit.new.endswith((b"\n", b"\r"))
    if joins and edit.span.end == region.end < len(text):
        return Span(region.start, text.line_span(text.line_of(region.end)).end)
    if edit.new or region != edit.span:
        return region
    if region.end < len(text):
        return Span(region.start, text.line_span(text.line_of(region.end)).end)
    if region.start > 0:
        return Span(text.line_span(text.line_of(region.start - 1)).start, region.end)
    return region


def _hunk(id_: str, uri: str, text: Text, group: _Group) -> Hunk:
    region, changes = group.region, group.changes
    before = text.slice(region)
    moved = [shifted(change.edit, -region.start) for change in changes]
    origin: Origin = "computed"
    if any(change.origin == "generated" for change in changes):
        origin = "generated"
    return Hunk(
        id=id_,
        uri=uri,
        edits=tuple(change.edit for change in changes),
        start=region.start,
        before=before,
        after=edits.apply(before, moved),
        reason="; ".join(dict.fromkeys(change.reason for change in changes)),
        origin=origin,
        guard=changes[0].held if all(change.held for change in changes) else "",
    )


def shifted(edit: Edit, by: int) -> Edit:
    """`edit` moved by `by` bytes."""
    return Edit(Span(edit.span.start + by, edit.span.end + by), edit.new)
