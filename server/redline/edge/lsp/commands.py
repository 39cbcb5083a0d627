"""`workspace/executeCommand`: the agent's actions, and what is done with their proposals."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import cast

from lsprotocol import types

from redline.app import documents, history, runs
from redline.app.driver import Run
from redline.app.review import acceptance, rounds
from redline.app.review.acceptance import Choice
from redline.app.runs import Asked, Refused
from redline.app.session import current_text, spawn
from redline.app.switch import stop_all
from redline.core import uris
from redline.core.agent.model import Action, Goal
from redline.core.text.text import Span
from redline.edge.lsp import inline, inline_value, next_edits, wire
from redline.edge.lsp.arguments import (
    AgentArguments,
    agent_arguments,
    digests,
    hunks,
    one_object,
    position,
    text,
)
from redline.edge.lsp.capabilities import AGENT_COMMANDS
from redline.edge.lsp.connection import LspConnection
from redline.edge.lsp.convert import span_in, uri_in
from redline.edge.lsp.decisions import decided
from redline.edge.lsp.present import proposal_message, step_items
from redline.edge.lsp.protocol import CONTENT_MODIFIED, INVALID_PARAMS, RequestProblem
from redline.edge.lsp.standard_review import preview
from redline.edge.lsp.turns import accept, roll_back

Given = Mapping[str, object]


async def execute(connection: LspConnection, params: types.ExecuteCommandParams) -> wire.Json:
    """Routes one command; its answer as JSON."""
    given = one_object(params.command, params.arguments)
    if params.command in AGENT_COMMANDS:
        return wire.to_json(await _agent(connection, params.command, given))
    handler = HANDLERS.get(params.command)
    if handler is None:
        raise RequestProblem(INVALID_PARAMS, f"there is no command {params.command}")
    return wire.to_json(await handler(connection, given))


async def _agent(connection: LspConnection, command: str, given: Given) -> wire.RunStarted:
    """Begins a run and answers at once; without words, the run's first act is to ask for them."""
    arguments = agent_arguments(command, given)
    await documents.settled_all(connection.live)
    action = cast(Action, AGENT_COMMANDS[command])
    asked = Asked(
        action,
        arguments.instruction,
        arguments.uri,
        _span(connection, arguments),
        arguments.diagnostics,
    )
    if action == "fix" and not asked.diagnostics:
        asked = replace(asked, diagnostics=await _diagnostics(connection, asked))
    goal = runs.goal_of(connection.live, asked)
    if isinstance(goal, Refused):
        raise RequestProblem(INVALID_PARAMS, goal.message)
    return wire.RunStarted(_begin(connection, goal))


async def _diagnostics(connection: LspConnection, asked: Asked) -> tuple[str, ...]:
    """What the editor knows to be wrong where a fix is asked for without saying of what."""
    editor = connection.live.adapters.editor
    found = await editor.diagnostics(asked.uri) if editor is not None else None
    return tuple(
        message for span, message in found or () if asked.span is None or span.touches(asked.span)
    )


def _span(connection: LspConnection, arguments: AgentArguments) -> Span | None:
    session = connection.live
    opened = session.documents.get(arguments.uri)
    if opened is not None and opened.problem:
        raise RequestProblem(CONTENT_MODIFIED, opened.problem)
    known = opened.document.version if opened else None
    if arguments.version is not None and known is not None and arguments.version != known:
        raise RequestProblem(CONTENT_MODIFIED, "the document has changed since; ask again")
    if arguments.range is None:
        return None
    found = current_text(session, arguments.uri)
    if found is None:
        raise RequestProblem(INVALID_PARAMS, f"{arguments.uri} cannot be read")
    return span_in(found, arguments.range, connection.features.encoding)


def _begin(connection: LspConnection, goal: Goal) -> str:
    return _under_way(connection, runs.begin(connection.live, goal), goal.action)


def _under_way(connection: LspConnection, run: Run | Refused, action: Action) -> str:
    """The id of a run that has begun, with its progress. Raises `RequestProblem`."""
    if isinstance(run, Refused):
        raise RequestProblem(INVALID_PARAMS, run.message)
    title = f"agent: {action}"
    progress = connection.front.begin_progress(
        run.state.id, title, cancellable=True, over=lambda: run.state.finished
    )
    _later(connection, progress)
    return run.state.id


def _later(connection: LspConnection, work: Coroutine[None, None, None]) -> None:
    spawn(connection.live, asyncio.get_running_loop().create_task(work))


async def _accept(connection: LspConnection, given: Given) -> wire.AcceptResult:
    choice = Choice(
        text("redline.accept", given, "proposal"),
        hunks("redline.accept", given),
        digests=digests("redline.accept", given),
    )
    front = connection.front
    return await decided(front, accept(front.turn, connection.live, front.editor, choice))


async def _reject(connection: LspConnection, given: Given) -> None:
    proposal = text("redline.reject", given, "proposal")
    _told(acceptance.reject(connection.live, proposal, hunks("redline.reject", given)))


async def _revise(connection: LspConnection, given: Given) -> wire.RunStarted:
    proposal = text("redline.revise", given, "proposal")
    comment = text("redline.revise", given, "comment", required=False).strip()
    await documents.settled_all(connection.live)
    run = rounds.revise(connection.live, proposal, hunks("redline.revise", given), comment)
    goal = run.state.goal if isinstance(run, Run) else None
    return wire.RunStarted(_under_way(connection, run, goal.action if goal else "ask"))


async def _preview(connection: LspConnection, given: Given) -> None:
    proposal = text("redline.preview", given, "proposal")
    hunk = text("redline.preview", given, "hunk", required=False)
    live = connection.live.proposals.get(proposal)
    if live is None:
        raise RequestProblem(INVALID_PARAMS, f"there is no open proposal {proposal}")
    if connection.features.own_review:
        connection.front.notify("redline/review", wire.ReviewMessage(proposal, hunk or None))
    else:
        connection.front.after_reply(preview(connection.front, live))


async def _proposals(connection: LspConnection, given: Given) -> list[wire.ProposalMessage]:
    session = connection.live
    return [proposal_message(session, p) for p in session.proposals.values() if p.state == "open"]


async def _answer(connection: LspConnection, given: Given) -> None:
    run, question = text("redline.answer", given, "run"), text("redline.answer", given, "question")
    _told(runs.answer(connection.live, run, question, text("redline.answer", given, "answer")))


async def _cancel(connection: LspConnection, given: Given) -> None:
    _told(runs.cancel(connection.live, text("redline.cancel", given, "run")))


async def _trust(connection: LspConnection, given: Given) -> None:
    folder = uris.canonical(text("redline.trust", given, "folder")).rstrip("/")
    if folder not in [each.uri for each in connection.live.workspace.folders]:
        raise RequestProblem(INVALID_PARAMS, f"{folder} is not a folder of this workspace")
    await asyncio.to_thread(connection.live.adapters.trust.grant, folder)


async def _runs(connection: LspConnection, given: Given) -> list[wire.RunItem]:
    return [
        wire.RunItem(
            each.id, each.at, each.action, each.instruction, each.state, each.title, each.proposal
        )
        for each in history.listed(connection.live)
    ]


async def _show(connection: LspConnection, given: Given) -> wire.RunDetail:
    run = text("redline.show", given, "run")
    told = history.told(connection.live, run)
    if isinstance(told, str):
        raise RequestProblem(INVALID_PARAMS, told)
    state = told.state
    words = history.timeline(connection.live, told)
    return wire.RunDetail(run, state.phase, step_items(state), words)


async def _rollback(connection: LspConnection, given: Given) -> wire.AcceptResult:
    run = text("redline.rollback", given, "run")
    front = connection.front
    session = connection.live
    return await decided(front, roll_back(front.turn, session, front.editor, run))


async def _stop_all(connection: LspConnection, given: Given) -> None:
    stop_all(connection.live)


async def _resume(connection: LspConnection, given: Given) -> None:
    connection.live.adapters.switch.resume()


async def _next_edit(connection: LspConnection, given: Given) -> wire.NextEdit | None:
    uri = uri_in(text("redline.nextEdit", given, "uri"))
    return await next_edits.go(connection, uri, position("redline.nextEdit", given))


def _told(problem: str) -> None:
    if problem:
        raise RequestProblem(INVALID_PARAMS, problem)


Handler = Callable[["LspConnection", Given], Awaitable[object]]

HANDLERS: Mapping[str, Handler] = {
    "redline.accept": _accept,
    "redline.reject": _reject,
    "redline.revise": _revise,
    "redline.preview": _preview,
    "redline.proposals": _proposals,
    "redline.answer": _answer,
    "redline.cancel": _cancel,
    "redline.trust": _trust,
    "redline.runs": _runs,
    "redline.show": _show,
    "redline.rollback": _rollback,
    "redline.stopAll": _stop_all,
    "redline.resume": _resume,
    "redline.inline": inline.switch,
    "redline.nextEdit": _next_edit,
    "redline.inline.accepted": inline_value.accept_command,
}


def progress_cancelled(
    connection: LspConnection, params: types.WorkDoneProgressCancelParams
) -> None:
    """The user pressed Cancel on a progress of ours: its token is the run."""
    runs.cancel(connection.live, str(params.token))
