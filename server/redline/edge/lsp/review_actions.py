"""Code actions that decide on open proposals, for clients with no view of ours."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from redline.app.session import Session
from redline.core.proposal.follow import LiveHunk, LiveProposal
from redline.core.text.text import Span, Text
from redline.edge.lsp.capabilities import QUICKFIX, SOURCE
from redline.edge.lsp.lenses import open_hunks

ROLLBACKS = 3


def review_actions(session: Session, uri: str, text: Text, span: Span) -> list[types.CodeAction]:
    """What can be decided at `span`: the hunks there, the runs accepted in this file."""
    lines = text.whole_lines(span)
    found: list[types.CodeAction] = []
    for live, each in open_hunks(session, uri):
        if each.region.touches(lines) and (each.region.end > lines.start or not len(each.region)):
            found += _at_hunk(live, each)
    return [*found, *_rollbacks(session, uri), *_stops(session)]


def _at_hunk(live: LiveProposal, each: LiveHunk) -> list[types.CodeAction]:
    proposal, hunk = live.proposal.id, each.hunk.id
    one = {"proposal": proposal, "hunks": [hunk]}
    if each.status == "stale":
        return [_action("agent: ask again for the changed lines", "redline.revise", one)]
    whole = {"proposal": proposal}
    return [
        _action(f"agent: accept this change{_held(each)}", "redline.accept", one),
        _action("agent: reject this change", "redline.reject", one),
        _action("agent: preview this change", "redline.preview", {**whole, "hunk": hunk}),
        _action(f"agent: accept all of “{live.proposal.title}”", "redline.accept", whole),
    ]


def _held(each: LiveHunk) -> str:
    """A word of warning for a change that accepting all leaves out."""
    return f", which {each.hunk.guard}" if each.hunk.guard else ""


def _rollbacks(session: Session, uri: str) -> list[types.CodeAction]:
    """The runs accepted here, newest first."""
    accepted = [
        live
        for live in reversed(session.proposals.values())
        if any(each.uri == uri and each.status == "accepted" for each in live.hunks)
    ]
    return [
        _action(
            f"agent: roll back “{live.proposal.title}”",
            "redline.rollback",
            {"run": live.proposal.run},
            SOURCE,
        )
        for live in accepted[:ROLLBACKS]
    ]


def _stops(session: Session) -> list[types.CodeAction]:
    states = [handle.state for handle in session.runs.values()]
    return [
        _action("agent: stop", "redline.cancel", {"run": state.id}, SOURCE)
        for state in states
        if not state.finished
    ]


def _action(
    title: str, command: str, argument: dict[str, Any], kind: str = QUICKFIX
) -> types.CodeAction:
    return types.CodeAction(
        title=title,
        kind=kind,
        command=types.Command(title=title, command=command, arguments=[argument]),
    )
