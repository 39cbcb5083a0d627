"""Deterministic refactorings without a run: for code actions that are clicked, not asked for.

The same tools and the same validation as a run; nothing is generated, so there is
nothing to review but the edit the editor itself shows.
"""

from __future__ import annotations

from dataclasses import replace

from redline.app import tools
from redline.app.files import Files
from redline.app.session import Session
from redline.core.agent import drafts
from redline.core.agent.model import Draft, Goal, RunState, ToolCall, ToolResult, Turn
from redline.core.agent.tools import BY_NAME, read_arguments
from redline.core.builtin import model as builtin
from redline.core.index import facts as facts_of
from redline.core.proposal.model import Proposal
from redline.core.snapshot import confined
from redline.core.text.text import Span

READ_ONLY = ("Explain", "Explain this file")


def offers(session: Session, uri: str, span: Span) -> tuple[tuple[str, str], ...]:
    """The requests that need no words at `span`, as (title, instruction)."""
    opened = session.documents.get(uri)
    facts = session.snapshot.index.facts(uri)
    at_symbol = facts is not None and facts_of.symbol_at(facts, span.start) >= 0
    language = opened.document.language if opened else ""
    return builtin.offers(language, len(span) > 0, at_symbol)


async def compute(session: Session, goal: Goal) -> Proposal | str:
    """The validated proposal for one deterministic request, or why there is none."""
    state = RunState(session.adapters.clock.new_id(), goal=goal)
    snapshot = confined(session.snapshot, {goal.uri})
    files = Files(snapshot, session.adapters.disk, Draft(), {})
    reply = builtin.reply(goal, None, (Turn("user", goal.instruction),), "planner")
    request = next((each for each in reply.calls if not BY_NAME[each.tool].control), None)
    if request is None:
        return reply.text or "the builtin model cannot do that"
    arguments, problem = read_arguments(BY_NAME[request.tool], request.arguments)
    if problem:
        return problem
    call = ToolCall(request.id, 1, request.tool, arguments)
    context = tools.ToolContext(state, files, session.adapters)
    result = await tools.call(context, call)
    if result.failure:
        return result.failure
    draft = drafts.extended(Draft(), result.base, result.changes, result.notes)
    checked = replace(context, files=replace(files, draft=draft))
    title = ToolCall(f"{request.id}.p", 1, "propose", {"title": goal.instruction})
    proposed: ToolResult = await tools.call(checked, title)
    return proposed.proposal if proposed.proposal is not None else proposed.failure
