"""Where an edit made by hand is due again: code actions, and a command that leads there."""

from __future__ import annotations

from dataclasses import replace

from lsprotocol import types

from redline.app.inline import next_edit
from redline.app.inline.next_edit import Due
from redline.app.review.editor import FileChange, file_change
from redline.app.session import Session, current_text
from redline.core import uris
from redline.core.inline.next_edit.model import stands
from redline.core.text.edits import Edit
from redline.core.text.positions import Position, Range
from redline.core.text.text import Span, Text
from redline.edge.lsp import wire
from redline.edge.lsp.capabilities import NEXT_EDIT
from redline.edge.lsp.connection import LspConnection
from redline.edge.lsp.convert import opened_text, range_out, span_in, workspace_edit

TITLE = "Next edit"
SHOWN = 2
"""How many different edits are offered at once."""


async def next_edit_actions(
    connection: LspConnection, uri: str, span: Span
) -> list[types.CodeAction]:
    """The edits that are due: on the line of `span` at once, elsewhere by going there."""
    session = connection.live
    due = await next_edit.places(session, uri, span.start)
    text = opened_text(session, uri)
    found: dict[str, types.CodeAction] = {}
    for each in due:
        if each.what in found or len(found) == SHOWN:
            continue
        target = current_text(session, each.place.uri)
        if target is None or not stands(each.place, target):
            continue
        at = min(span.start, len(text))
        if _is_here(each, uri, text, at):
            found[each.what] = _edit(connection, each, target)
        else:
            found[each.what] = _jump(connection, each, target, (uri, text, at))
    return list(found.values())


def _is_here(due: Due, uri: str, text: Text, offset: int) -> bool:
    """Whether the place is on the line of `offset`."""
    line = text.line_span(text.line_of(offset))
    return due.place.uri == uri and line.start <= due.place.span.start < max(line.end, 1)


def _edit(connection: LspConnection, due: Due, text: Text) -> types.CodeAction:
    title = f"{TITLE}: {due.what}"
    change = _change(connection, due, text)
    edit = workspace_edit([change], connection.features, title, confirm=False)
    return types.CodeAction(title=title, kind=NEXT_EDIT, edit=edit, is_preferred=True)


def _change(connection: LspConnection, due: Due, text: Text) -> FileChange:
    place = due.place
    edits = ((Edit(place.span, place.new), due.what),)
    shown = connection.front.editor.spelled.get(place.uri, place.uri)
    return replace(file_change(connection.live, place.uri, text, edits), uri=shown)


def _jump(
    connection: LspConnection, due: Due, target: Text, origin: tuple[str, Text, int]
) -> types.CodeAction:
    """The action that takes the user from `origin` (uri, text, offset) to the place."""
    uri, text, offset = origin
    title = f"{TITLE}: {due.what} at {_where(connection.live, due, target)}"
    at = range_out(text, Span(offset, offset), connection.features.encoding).start
    shown = connection.front.editor.spelled.get(uri, uri)
    argument = {"uri": shown, "position": {"line": at.line, "character": at.character}}
    command = types.Command(title=title, command="redline.nextEdit", arguments=[argument])
    return types.CodeAction(title=title, kind=NEXT_EDIT, command=command)


def _where(session: Session, due: Due, text: Text) -> str:
    path = uris.for_people(session.snapshot.folders, due.place.uri)
    return f"{path}:{text.line_of(due.place.span.start) + 1}"


async def go(connection: LspConnection, uri: str, position: Position) -> wire.NextEdit | None:
    """Takes the user from a position to where an edit is due next, or makes it where they are.

    That is done once the answer is out; None where nothing is due.
    """
    session = connection.live
    encoding = connection.features.encoding
    offset = span_in(opened_text(session, uri), Range(position, position), encoding).start
    for each in await next_edit.places(session, uri, offset):
        target = current_text(session, each.place.uri)
        if target is not None and stands(each.place, target):
            here = _is_here(each, uri, opened_text(session, uri), offset)
            work = _apply(connection, each) if here else _show(connection, each, target)
            connection.front.after_reply(work)
            shown = connection.front.editor.spelled.get(each.place.uri, each.place.uri)
            range_ = range_out(target, each.place.span, encoding)
            new = each.place.new.decode("utf-8", "replace")
            return wire.NextEdit(shown, range_, new, each.what, here)
    return None


async def _apply(connection: LspConnection, due: Due) -> None:
    session = connection.live
    text = current_text(session, due.place.uri)
    if text is not None and stands(due.place, text):
        change = _change(connection, due, text)
        await connection.front.editor.apply(f"{TITLE}: {due.what}", [change], confirm=False)


async def _show(connection: LspConnection, due: Due, text: Text) -> None:
    """Goes to the place; says where it is in an editor that cannot be led there."""
    place = due.place
    shown = connection.front.editor.spelled.get(place.uri, place.uri)
    selection = range_out(text, place.span, connection.features.encoding)
    if not await connection.front.editor.show(shown, take_focus=True, selection=selection):
        where = _where(connection.live, due, text)
        connection.front.trouble(f"{TITLE}: {due.what} at {where}")
