"""Deterministic refactorings without a run: for code actions that are clicked, not asked for.

The same tools and the same validation as a run; nothing is generated, so there is
nothing to review but the edit the editor itself shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from redline.app import indexing, tools
from redline.app.files import Files
from redline.app.lookup import lookup_of
from redline.app.session import Session
from redline.core import uris
from redline.core.agent import drafts
from redline.core.agent.model import (
    Draft,
    Goal,
    ToolCall,
    ToolResult,
    Turn,
)
from redline.core.agent.state import RunState
from redline.core.agent.tools import BY_NAME, read_arguments
from redline.core.builtin import model as builtin
from redline.core.index import facts as facts_of
from redline.core.index.query import uris_naming
from redline.core.proposal.model import Proposal
from redline.core.refactor.offers import Offer, Place
from redline.core.refactor.offers import offers as offered
from redline.core.snapshot import confined
from redline.core.text.text import Span

READ_ONLY = ("Explain", "Explain this file")
WIDE = frozenset({"inline", "remove_dead_code", "rename", "change_signature", "move_symbol"})
"""Tools that look at every file, for which the index has to be complete."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a tool, its arguments as JSON; with no tool, what the goal's words mean."""

    title: str
    tool: str = ""
    arguments: str = ""


def offers(session: Session, uri: str, span: Span) -> tuple[tuple[str, str], ...]:
    """The requests that need no words at `span`, as (title, instruction)."""
    opened = session.documents.get(uri)
    facts = session.snapshot.index.facts(uri)
    at_symbol = facts is not None and facts_of.symbol_at(facts, span.start) >= 0
    language = opened.document.language if opened else ""
    return builtin.offers(language, len(span) > 0, at_symbol)


def refactorings(session: Session, uri: str, span: Span) -> tuple[Offer, ...]:
    """What may be done at `span` by a tool; told by the one file, so that asking costs little."""
    opened, index = session.documents.get(uri), session.snapshot.index
    facts = index.facts(uri)
    if opened is None or facts is None:
        return ()
    path = uris.for_model(session.snapshot.folders, uri)

    def elsewhere(name: str) -> bool:
        return not index.complete or any(each != uri for each in uris_naming(index, name))

    return offered(Place(uri, path, opened.document.text, facts, span, elsewhere))


async def compute(session: Session, goal: Goal, request: Request) -> Proposal | str:
    """The validated proposal for one deterministic request, or why there is none."""
    call = _call(goal, request)
    if isinstance(call, str):
        return call
    if call.tool in WIDE:
        await indexing.complete(session)
    state = RunState(session.adapters.clock.new_id(), goal=goal)
    snapshot = confined(session.snapshot, {goal.uri})
    files = Files(snapshot, session.adapters.disk, Draft(), {})
    context = tools.ToolContext(state, files, session.adapters, lookup_of(session))
    result = await tools.call(context, call)
    if result.failure:
        return result.failure
    draft = drafts.after(Draft(), result)
    checked = replace(context, files=replace(files, draft=draft))
    title = ToolCall(f"{call.id}.p", 1, "propose", {"title": request.title})
    proposed: ToolResult = await tools.call(checked, title)
    return proposed.proposal if proposed.proposal is not None else proposed.failure


def _call(goal: Goal, request: Request) -> ToolCall | str:
    """The call that is asked for; nothing but a change, and none that a run alone can make."""
    id_, tool, given = "c1", request.tool, request.arguments
    if not tool:
        reply = builtin.reply(goal, None, (Turn("user", goal.instruction),), "planner")
        wanted = next((each for each in reply.calls if not BY_NAME[each.tool].control), None)
        if wanted is None:
            return reply.text or "the builtin model cannot do that"
        id_, tool, given = wanted.id, wanted.tool, wanted.arguments
    spec = BY_NAME.get(tool)
    if spec is None or spec.control or spec.effect != "propose":
        return f"{tool} is no refactoring"
    arguments, problem = read_arguments(spec, given)
    return problem or ToolCall(id_, 1, tool, arguments)
