"""From hunks to what is sent: one change a file, whichever way the hunks go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from redline.app.review.editor import FileChange, file_change
from redline.app.review.transaction import Move
from redline.app.session import Session, current_text
from redline.core.proposal import follow
from redline.core.proposal.follow import LiveHunk
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

_OPPOSITE = {"create": "delete", "delete": "create"}


def file_changes(session: Session, move: Move) -> tuple[FileChange, ...]:
    """What `move` does to each file, in the texts of this moment."""
    live = session.proposals[move.proposal]
    chosen = [each for each in live.hunks if each.hunk.id in move.ids]
    lines = [each for each in chosen if each.hunk.operation == "edit"]
    files = [each for each in chosen if each.hunk.operation != "edit"]
    whole = [_whole(session, each, lines, back=move.back) for each in files]
    sent = {change.uri for change in whole if change is not None}
    edited = [
        _edited(session, uri, lines, back=move.back)
        for uri in dict.fromkeys(each.uri for each in lines)
        if uri not in sent
    ]
    return tuple(change for change in (*edited, *whole) if change is not None)


def _edited(
    session: Session, uri: str, lines: Iterable[LiveHunk], *, back: bool
) -> FileChange | None:
    text = current_text(session, uri)
    if text is None:
        return None
    return file_change(session, uri, text, _reasoned(lines, uri, back=back))


def _reasoned(lines: Iterable[LiveHunk], uri: str, *, back: bool) -> tuple[tuple[Edit, str], ...]:
    here = [each for each in lines if each.uri == uri]
    pairs = [(e, each.hunk.reason) for each in here for e in follow.edits_of(each, back=back)]
    return tuple(sorted(pairs, key=lambda pair: pair[0].span))


def _whole(
    session: Session, each: LiveHunk, lines: Iterable[LiveHunk], *, back: bool
) -> FileChange | None:
    """A file that is created, deleted, or renamed with the edits there are for it."""
    hunk = each.hunk
    if hunk.operation == "rename":
        source, target = (hunk.target, hunk.uri) if back else (hunk.uri, hunk.target)
        text = current_text(session, source) or Text(b"")
        edits = _reasoned(lines, source, back=back)
        plain = file_change(session, source, text, edits)
        return replace(plain, operation="rename", target=target)
    operation = _OPPOSITE[hunk.operation] if back else hunk.operation
    if operation == "create":
        return _made(session, hunk.uri, hunk.before if back else hunk.after, hunk.reason)
    text = current_text(session, hunk.uri) or Text(b"")
    return replace(file_change(session, hunk.uri, text, ()), operation="delete")


def _made(session: Session, uri: str, content: bytes, reason: str) -> FileChange | None:
    """A new file with its text; one that is there and empty is filled, any other left alone."""
    found = current_text(session, uri)
    if found is None:
        return FileChange(uri, None, Text(b""), ((Edit(Span(0, 0), content), reason),), "create")
    if found.data.strip():
        return None
    return file_change(session, uri, found, ((Edit(Span(0, len(found)), content), reason),))
