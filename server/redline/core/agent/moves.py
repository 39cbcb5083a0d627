"""The small moves of a run that its larger ones are made of. Pure, as all of the reducer is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from redline.core.agent import plans
from redline.core.agent.model import (
    AskUser,
    CallModel,
    Effect,
    Finish,
    Outcome,
    Phase,
    Publish,
    RunTool,
    ToolCall,
    ToolRequest,
    Turn,
    Wait,
)
from redline.core.agent.plan import RoleName, Step
from redline.core.agent.state import RunState
from redline.core.oversight.budget import exhausted
from redline.core.proposal.model import Proposal

Result = tuple[RunState, tuple[Effect, ...]]

_PHASE_OF: Mapping[Outcome, Phase] = {
    "proposed": "proposed",
    "answered": "answered",
    "escalated": "failed",
    "failed": "failed",
    "cancelled": "cancelled",
}


def emit(state: RunState, make: Callable[[str], Effect]) -> Result:
    """The effect with an id of its own; the run waits for it, where something comes of it."""
    effect = make(f"{state.id}.{state.effects + 1}")
    awaited = isinstance(effect, CallModel | RunTool | AskUser | Wait)
    pending = {**state.pending, effect.id: effect} if awaited else state.pending
    return replace(state, effects=state.effects + 1, pending=pending), (effect,)


def finish(state: RunState, outcome: Outcome, reason: str) -> Result:
    """The end of the run."""
    state = replace(state, outcome=outcome, reason=reason, phase=_PHASE_OF[outcome])
    state, effects = emit(state, lambda id_: Finish(id_, outcome, reason))
    return replace(state, pending={}, queue={}, candidate=None), effects


def publish(state: RunState, proposal: Proposal, evidence: str) -> Result:
    """Shows the proposal, which ends the run."""
    plan = plans.finished(state.plan, evidence) if state.plan else None
    state = replace(state, plan=plan, proposal=proposal)
    state, shown = emit(state, lambda id_: Publish(id_, proposal=proposal))
    state, ended = finish(state, "proposed", "")
    return state, shown + ended


def call_model(state: RunState, step: int) -> Result:
    """Asks for the next reply of a step, if the budget has room for it.

    Calls under way count: where they may take what is left, they are waited for.
    """
    calls = sum(isinstance(each, CallModel) for each in state.pending.values())
    used = replace(state.spend, model_calls=state.spend.model_calls + calls)
    spent = exhausted(state.budget, used)
    if spent and calls:
        return state, ()
    if spent:
        return finish(state, "escalated", f"the budget is used up: {spent}")
    return emit(state, lambda id_: CallModel(id_, role(state, step), step))


def said(state: RunState, *turns: Turn) -> RunState:
    """The state with more of the transcript."""
    return replace(state, transcript=(*state.transcript, *turns))


def noted(state: RunState, call: ToolCall, text: str) -> RunState:
    """The state with what came of a call."""
    return said(state, Turn("tool", text, call=call.id, tool=call.tool, step=call.step))


def refused(state: RunState, request: ToolRequest, problem: str, step: int) -> RunState:
    """The state with why a call was not carried out."""
    turn = Turn("tool", problem, call=request.id, tool=request.tool, failed=True, step=step)
    return said(state, turn)


def spent(state: RunState, seconds: float) -> RunState:
    """The state with so much more time used."""
    return replace(state, spend=replace(state.spend, seconds=state.spend.seconds + seconds))


def request(state: RunState, tool: str, arguments: Mapping[str, str]) -> ToolRequest:
    """A call that nobody but the run itself makes."""
    return ToolRequest(f"{state.id}.r{state.round}", tool, json.dumps(arguments))


def step_of(state: RunState, step: int) -> Step | None:
    """The step of that number; None for the planning."""
    steps = state.plan.steps if state.plan else ()
    return next((each for each in steps if each.id == step), None)


def queued(state: RunState, step: int, requests: tuple[ToolRequest, ...]) -> RunState:
    """The state with `requests` as what waits in a step."""
    others = {key: value for key, value in state.queue.items() if key != step}
    return replace(state, queue={**others, step: requests} if requests else others)


def under_way_in(effect: Effect) -> int:
    """The step that an effect is part of."""
    match effect:
        case CallModel() | AskUser():
            return effect.step
        case RunTool():
            return effect.call.step
        case _:
            return 0


def role(state: RunState, step: int) -> RoleName:
    """The role of a step; the planner's before there is a plan."""
    found = step_of(state, step)
    return found.role if found is not None else "planner"


def steps_under_way(state: RunState) -> tuple[int, ...]:
    """The numbers of the steps to go on with; 0 stands for the planning.

    When all are done but nothing was proposed or answered, the last one goes on.
    """
    if state.plan is None:
        return (0,)
    active = tuple(each.id for each in state.plan.active)
    past = [each.id for each in state.plan.steps if each.status != "open"]
    return active or (past[-1:] and (past[-1],)) or (0,)


def turns_of(state: RunState, step: int) -> tuple[Turn, ...]:
    """What a model is told of the run in a step: the request, and what this step has come to.

    What other steps found is in the plan, not in the words of their transcripts.
    """
    first = state.transcript[:1]
    return (*first, *(turn for turn in state.transcript[1:] if turn.step == step))
