"""Code actions: from the snapshot alone, never a model call; deterministic ones resolve lazily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from redline.app import direct, documents, runs
from redline.app.review.editor import FileChange
from redline.app.runs import Asked, Refused
from redline.core.proposal.model import Proposal
from redline.core.text.text import Span
from redline.edge.lsp.capabilities import QUICKFIX, REWRITE
from redline.edge.lsp.connection import LspConnection
from redline.edge.lsp.convert import opened_text, range_in, span_in, uri_in, workspace_edit
from redline.edge.lsp.protocol import CONTENT_MODIFIED, INVALID_PARAMS, RequestProblem
from redline.edge.lsp.review_actions import review_actions

AGENT = (
    ("agent: refactor", "agent.refactor", REWRITE),
    ("agent: document", "agent.document", REWRITE),
    ("agent: write tests", "agent.test", REWRITE),
    ("agent: explain", "agent.explain", REWRITE),
)
DIRECT_KINDS = {"Extract function": "refactor.extract"}


@dataclass(frozen=True, slots=True)
class Deferred:
    """What a lazily resolved action carries in its `data`."""

    uri: str
    version: int
    start: int
    end: int
    instruction: str


async def code_action(
    connection: LspConnection, params: types.CodeActionParams
) -> list[types.CodeAction | types.Command]:
    """The agent's actions and the deterministic refactorings at the range."""
    uri = uri_in(params.text_document.uri)
    text = opened_text(connection.live, uri)
    span = span_in(text, range_in(params.range), connection.features.encoding)
    documents.settle(connection.live, uri)
    actions = review_actions(connection.live, uri, text, span)
    actions += _agent_actions(connection, params)
    if not connection.features.action_literals:
        return [action.command for action in actions if action.command is not None]
    actions += await _direct_actions(connection, uri, span)
    only = params.context.only
    return [action for action in actions if not only or _wanted(action.kind, only)]


def _agent_actions(
    connection: LspConnection, params: types.CodeActionParams
) -> list[types.CodeAction]:
    found = params.context.diagnostics
    rows = [*AGENT, ("agent: fix", "agent.fix", QUICKFIX)] if found else [*AGENT]
    if connection.features.own_review:  # a question needs words, which LSP cannot ask for
        rows.append(("agent: ask…", "agent.ask", REWRITE))
    argument: dict[str, Any] = {
        "uri": params.text_document.uri,
        "range": connection.protocol.plain(params.range),
        "diagnostics": [each.message for each in found],
    }
    return [
        types.CodeAction(
            title=title,
            kind=kind,
            command=types.Command(title=title, command=command, arguments=[argument]),
            diagnostics=list(found) if command == "agent.fix" else None,
        )
        for title, command, kind in rows
    ]


async def _direct_actions(
    connection: LspConnection, uri: str, span: Span
) -> list[types.CodeAction]:
    session = connection.live
    result = []
    version = session.documents[uri].document.version or 0
    for title, instruction in direct.offers(session, uri, span):
        if title in direct.READ_ONLY:
            continue
        kind = DIRECT_KINDS.get(title, "refactor.rewrite")
        data = Deferred(uri, version, span.start, span.end, instruction)
        action = types.CodeAction(title=title, kind=kind, data=_packed(data))
        if connection.features.action_resolve:
            result.append(action)
            continue
        # A client that cannot resolve gets the whole edit, or no such action.
        proposal = await _computed(connection, data)
        if isinstance(proposal, Proposal):
            action.data = None
            action.edit = _edit(connection, proposal)
            result.append(action)
    return result


async def resolve(connection: LspConnection, action: types.CodeAction) -> types.CodeAction:
    """The edit of a deterministic action; an action with a command is answered unchanged."""
    deferred = _unpacked(action.data)
    if deferred is None:
        return action
    text = opened_text(connection.live, deferred.uri)
    opened = connection.live.documents[deferred.uri]
    if opened.document.version != deferred.version or deferred.end > len(text):
        raise RequestProblem(CONTENT_MODIFIED, "the document has changed; ask for actions again")
    proposal = await _computed(connection, deferred)
    if isinstance(proposal, str):
        raise RequestProblem(INVALID_PARAMS, f"{action.title}: {proposal}")
    action.edit = _edit(connection, proposal)
    return action


async def _computed(connection: LspConnection, deferred: Deferred) -> Proposal | str:
    session = connection.live
    span = Span(deferred.start, deferred.end)
    goal = runs.goal_of(session, Asked("refactor", deferred.instruction, deferred.uri, span))
    return goal.message if isinstance(goal, Refused) else await direct.compute(session, goal)


def _edit(connection: LspConnection, proposal: Proposal) -> types.WorkspaceEdit:
    session = connection.live
    changes = []
    for uri in proposal.uris:
        text = opened_text(session, uri)
        edits = tuple((e, h.reason) for h in proposal.hunks if h.uri == uri for e in h.edits)
        shown = connection.front.editor.spelled.get(uri, uri)
        changes.append(FileChange(shown, session.documents[uri].document.version, text, edits))
    return workspace_edit(changes, connection.features, proposal.title, confirm=False)


def _wanted(kind: Any, only: Any) -> bool:
    mine = getattr(kind, "value", kind) or ""
    wanted = [getattr(each, "value", each) for each in only]
    return any(mine == each or mine.startswith(f"{each}.") or each == "" for each in wanted)


def _packed(deferred: Deferred) -> dict[str, Any]:
    return {
        "uri": deferred.uri,
        "version": deferred.version,
        "start": deferred.start,
        "end": deferred.end,
        "instruction": deferred.instruction,
    }


def _unpacked(data: object) -> Deferred | None:
    if not isinstance(data, dict):
        return None
    uri, instruction = data.get("uri"), data.get("instruction")
    numbers = [data.get(name) for name in ("version", "start", "end")]
    if not isinstance(uri, str) or not isinstance(instruction, str):
        return None
    version, start, end = (each if isinstance(each, int) else -1 for each in numbers)
    if min(start, end - start) < 0:
        return None
    return Deferred(uri, version, start, end, instruction)
