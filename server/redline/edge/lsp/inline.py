"""`textDocument/inlineCompletion`, and the command that puts suggestions on and off."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, cast

from lsprotocol import types

from redline.app.inline import requests
from redline.app.inline import switch as switching
from redline.app.inline.state import state_of
from redline.core.inline.model import InlineRequest, Selected, Suggested
from redline.core.text.positions import Encoding, Position, PositionError, offset_at
from redline.core.text.text import Text
from redline.edge.lsp import wire
from redline.edge.lsp.arguments import text as text_of
from redline.edge.lsp.convert import opened_text, range_in, range_out, span_in, uri_in
from redline.edge.lsp.protocol import INVALID_PARAMS, RequestProblem

if TYPE_CHECKING:
    from redline.edge.lsp.connection import LspConnection

ACCEPTED = "redline.inline.accepted"
_STATES = ("on", "off", "snoozed")


def inline_completion(
    connection: LspConnection, params: types.InlineCompletionParams
) -> Awaitable[list[types.InlineCompletionItem]]:
    """What to suggest at a position of an open document, as it is when the request comes."""
    session, encoding = connection.live, connection.features.encoding
    uri = uri_in(params.text_document.uri)
    text = opened_text(session, uri)
    automatic = params.context.trigger_kind is types.InlineCompletionTriggerKind.Automatic
    request = InlineRequest(
        id=session.adapters.clock.new_id(),
        uri=uri,
        language=session.documents[uri].document.language,
        text=text,
        offset=_offset(text, params.position, encoding),
        trigger="automatic" if automatic else "invoked",
        at=session.adapters.clock.monotonic(),
        selected=_selected(text, params.context.selected_completion_info, encoding),
    )
    return _answered(connection, request)


async def _answered(
    connection: LspConnection, request: InlineRequest
) -> list[types.InlineCompletionItem]:
    suggested = await requests.suggest(connection.live, request)
    return _items(request, suggested, connection.features.encoding)


def _items(
    request: InlineRequest, suggested: Suggested, encoding: Encoding
) -> list[types.InlineCompletionItem]:
    return [
        types.InlineCompletionItem(
            insert_text=each.text,
            range=range_out(request.text, each.span, encoding),
            command=types.Command("", ACCEPTED, arguments=[{"id": each.id}]),
        )
        for each in suggested.suggestions
    ]


def _offset(text: Text, position: types.Position, encoding: Encoding) -> int:
    try:
        return offset_at(text, Position(position.line, position.character), encoding)
    except PositionError as error:
        raise RequestProblem(INVALID_PARAMS, str(error)) from error


def _selected(
    text: Text, given: types.SelectedCompletionInfo | None, encoding: Encoding
) -> Selected | None:
    if given is None:
        return None
    return Selected(span_in(text, range_in(given.range), encoding), given.text)


async def switch(connection: LspConnection, given: Mapping[str, object]) -> wire.InlineResult:
    """`redline.inline {state?, minutes?, language?, explain?}`."""
    wanted = text_of("redline.inline", given, "state", required=False)
    minutes = given.get("minutes", switching.MINUTES)
    number = isinstance(minutes, int | float) and not isinstance(minutes, bool) and minutes >= 0
    if wanted and wanted not in _STATES:
        raise RequestProblem(INVALID_PARAMS, f"redline.inline: state is one of {_STATES}")
    if not number:
        raise RequestProblem(INVALID_PARAMS, "redline.inline: minutes is a number, 0 or more")
    language = text_of("redline.inline", given, "language", required=False)
    session = connection.live
    known = session.adapters.languages.name_for_id(language) or language
    state = cast("switching.Standing | None", wanted or None)
    found = switching.switched(session, state, float(cast(float, minutes)), known)
    last = state_of(session).last if given.get("explain") is True else None
    trace = (
        tuple(wire.InlineStep(n.step, n.outcome, n.seconds) for n in last[1].trace)
        if last
        else None
    )
    return wire.InlineResult(found.state, found.languages_off, language or None, found.until, trace)
