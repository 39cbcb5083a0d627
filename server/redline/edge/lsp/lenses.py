"""Code lenses: Accept, Reject and Diff where an open hunk is, Ask again where one went stale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol import types

from redline.app.session import Session
from redline.core.proposal.follow import LiveHunk, LiveProposal
from redline.core.text.text import Text
from redline.edge.lsp.connection import LspConnection
from redline.edge.lsp.convert import opened_text, range_out, uri_in

_Argument = dict[str, str | list[str]]


def code_lens(connection: LspConnection, params: types.CodeLensParams) -> list[types.CodeLens]:
    """The lenses of an open document."""
    uri = uri_in(params.text_document.uri)
    text = opened_text(connection.live, uri)
    return [
        types.CodeLens(
            _line(connection, text, each),
            command=types.Command(title, command, arguments=[argument]),
        )
        for live, each in open_hunks(connection.live, uri)
        for title, command, argument in _commands(live, each)
    ]


def open_hunks(session: Session, uri: str) -> Iterator[tuple[LiveProposal, LiveHunk]]:
    """The hunks of open proposals in a file that the user can still decide on."""
    for live in session.proposals.values():
        if live.state == "open":
            for each in live.hunks:
                if each.uri == uri and each.status in ("fresh", "stale"):
                    yield live, each


def _commands(live: LiveProposal, each: LiveHunk) -> Sequence[tuple[str, str, _Argument]]:
    proposal, hunk = live.proposal.id, each.hunk.id
    chosen: _Argument = {"proposal": proposal, "hunks": [hunk]}
    if each.status == "stale":
        return (("Ask again", "redline.revise", chosen),)
    held = each.hunk.guard
    return (
        (f"Accept (it {held})" if held else "Accept", "redline.accept", chosen),
        ("Reject", "redline.reject", chosen),
        ("Diff", "redline.preview", {"proposal": proposal, "hunk": hunk}),
    )


def _line(connection: LspConnection, text: Text, each: LiveHunk) -> types.Range:
    line = text.line_span(text.line_of(min(each.region.start, len(text))))
    return range_out(text, line, connection.features.encoding)
