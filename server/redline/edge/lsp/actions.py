"""Code actions: from the snapshot alone, never a model call; deterministic ones resolve lazily."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from lsprotocol import types

from redline.app import direct, documents, runs
from redline.app.review.editor import file_change
from redline.app.runs import Asked, Refused
from redline.app.session import current_text
from redline.core.proposal.model import Proposal
from redline.core.refactor.offers import Offer
from redline.core.text.text import Span
from redline.edge.lsp.capabilities import QUICKFIX, REWRITE
from redline.edge.lsp.connection import LspConnection
from redline.edge.lsp.convert import opened_text, range_in, span_in, uri_in, workspace_edit
from redline.edge.lsp.next_edits import next_edit_actions
from redline.edge.lsp.protocol import CONTENT_MODIFIED, INVALID_PARAMS, RequestProblem
from redline.edge.lsp.review_actions import review_actions

AGENT = (
    ("agent: refactor", "agent.refactor", REWRITE),
    ("agent: document", "agent.document", REWRITE),
    ("agent: write tests", "agent.test", REWRITE),
    ("agent: explain", "agent.explain", REWRITE),
)
DIRECT_KINDS = {
    "Extract function": "refactor.extract.function",
    "Organise imports": "source.organizeImports.redline",
}


@dataclass(frozen=True, slots=True)
class Deferred:
    """What a lazily resolved action carries in its `data`: words, or a tool with its arguments."""

    uri: str
    version: int
    start: int
    end: int
    instruction: str = ""
    title: str = ""
    tool: str = ""
    arguments: str = ""


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
    actions += await next_edit_actions(connection, uri, span)
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
    version = session.documents[uri].document.version or 0
    place = Deferred(uri, version, span.start, span.end)
    offered = [
        (
            DIRECT_KINDS.get(title, "refactor.rewrite"),
            replace(place, instruction=words, title=title),
        )
        for title, words in direct.offers(session, uri, span)
        if title not in direct.READ_ONLY
    ]
    offered += [
        (each.kind, replace(place, title=each.title, tool=each.tool, arguments=_json(each)))
        for each in direct.refactorings(session, uri, span)
    ]
    result = []
    for kind, data in offered:
        action = types.CodeAction(title=data.title, kind=kind, data=_packed(data))
        if not connection.features.action_resolve:
            # A client that cannot resolve gets the whole edit, or no such action.
            proposal = await _computed(connection, data) if _is_quick(data) else ""
            action.data = None
            action.edit = _edit(connection, proposal) if isinstance(proposal, Proposal) else None
        if action.data is not None or action.edit is not None:
            result.append(action)
    return result


def _json(offer: Offer) -> str:
    return json.dumps(offer.arguments, ensure_ascii=False)


def _is_quick(data: Deferred) -> bool:
    """Whether it is worked out from one file, and no sooner than it is chosen where it is not."""
    return data.tool not in direct.WIDE


async def resolve(connection: LspConnection, action: types.CodeAction) -> types.CodeAction:
    """The edit of a deterministic action; an action with a command is answered unchanged."""
    deferred = _unpacked(action.data)
    if deferred is None:
        return action
    _still(connection, deferred)
    proposal = await _computed(connection, deferred)
    if isinstance(proposal, str):
        raise RequestProblem(INVALID_PARAMS, f"{action.title}: {proposal}")
    _still(connection, deferred)
    action.edit = _edit(connection, proposal)
    return action


def _still(connection: LspConnection, deferred: Deferred) -> None:
    """Raises `RequestProblem` when the document is not as it was when the action was offered."""
    text = opened_text(connection.live, deferred.uri)
    opened = connection.live.documents[deferred.uri]
    if opened.document.version != deferred.version or deferred.end > len(text):
        raise RequestProblem(CONTENT_MODIFIED, "the document has changed; ask for actions again")


async def _computed(connection: LspConnection, deferred: Deferred) -> Proposal | str:
    session = connection.live
    span = Span(deferred.start, deferred.end)
    # An action that is a call needs no words, but a goal without any would look for some.
    words = deferred.instruction or deferred.title
    goal = runs.goal_of(session, Asked("refactor", words, deferred.uri, span))
    if isinstance(goal, Refused):
        return goal.message
    request = direct.Request(deferred.title or words, deferred.tool, deferred.arguments)
    return await direct.compute(session, goal, request)


def _edit(connection: LspConnection, proposal: Proposal) -> types.WorkspaceEdit:
    """The proposal as the client applies it. Raises `RequestProblem` where a text has changed."""
    session = connection.live
    changes = []
    for uri in proposal.uris:
        text = current_text(session, uri)
        if text is None or text.digest != proposal.base[uri]:
            raise RequestProblem(CONTENT_MODIFIED, f"{uri} has changed; ask for actions again")
        edits = tuple((e, h.reason) for h in proposal.hunks if h.uri == uri for e in h.edits)
        shown = connection.front.editor.spelled.get(uri, uri)
        changes.append(replace(file_change(session, uri, text, edits), uri=shown))
    return workspace_edit(changes, connection.features, proposal.title, confirm=False)


def _wanted(kind: Any, only: Any) -> bool:
    mine = getattr(kind, "value", kind) or ""
    wanted = [getattr(each, "value", each) for each in only]
    return any(mine == each or mine.startswith(f"{each}.") or each == "" for each in wanted)


def _packed(deferred: Deferred) -> dict[str, Any]:
    return asdict(deferred)


def _unpacked(data: object) -> Deferred | None:
    if not isinstance(data, dict):
        return None
    words = [data.get(name, "") for name in ("uri", "instruction", "title", "tool", "arguments")]
    numbers = [data.get(name) for name in ("version", "start", "end")]
    if not all(isinstance(each, str) for each in words) or not (words[1] or words[3]):
        return None
    version, start, end = (each if isinstance(each, int) else -1 for each in numbers)
    if not words[0] or min(start, end - start) < 0:
        return None
    return Deferred(words[0], version, start, end, *words[1:])
