"""The calls that move the run itself: plan, done, ask, answer, give up."""

from __future__ import annotations

from dataclasses import replace

from redline.core.agent import plans
from redline.core.agent.model import AskUser, Publish, ToolCall, Turn
from redline.core.agent.moves import Result, emit, finish, noted, said
from redline.core.agent.state import RunState
from redline.core.gateway.notes import footed
from redline.core.proposal.model import Answer

ENDS = frozenset({"plan", "answer", "give_up"})
"""What ends or turns the whole run: not for one step while others are under way."""


def control(state: RunState, call: ToolCall) -> Result:
    """Carries out one such call."""
    text = {key: value for key, value in call.arguments.items() if isinstance(value, str)}
    beside = [each for each in (state.plan.active if state.plan else ()) if each.id != call.step]
    if call.tool in ENDS and beside:
        others = " and ".join(str(each.id) for each in beside)
        problem = f"step {others} is still under way: call done with what you found out"
        return said(state, _failed(call, problem)), ()
    match call.tool:
        case "plan":
            return _planned(state, call), ()
        case "done":
            return _done(state, call, text["evidence"]), ()
        case "ask":
            return _asked(state, call, text["question"])
        case "answer":
            return publish_answer(state, text["markdown"])
        case _:
            return finish(state, "escalated", text["reason"])


def publish_answer(state: RunState, markdown: str) -> Result:
    """Ends the run with an answer."""
    plan = plans.finished(state.plan, "answered") if state.plan else None
    answer = Answer(f"{state.id}.answer", state.id, footed(markdown, state.draft.notes))
    state = replace(state, plan=plan, answer=answer)
    state, shown = emit(state, lambda id_: Publish(id_, answer=answer))
    state, ended = finish(state, "answered", "")
    return state, shown + ended


def _planned(state: RunState, call: ToolCall) -> RunState:
    given = call.arguments["steps"]
    steps, problem = plans.steps_of(given if isinstance(given, list) else [])
    if not problem and state.plan and state.plan.revision >= plans.MAX_REVISIONS:
        problem = f"the plan was revised {state.plan.revision} times: carry it out, or give up"
    if problem:
        return said(state, _failed(call, problem))
    if state.plan is None:
        plan = plans.begun(state.goal.instruction if state.goal else "", steps, state.abreast)
    else:
        plan = plans.revised(state.plan, steps, state.abreast)
    state = replace(state, plan=plan, phase="working")
    return noted(state, call, f"plan of {len(steps)} steps noted")


def _done(state: RunState, call: ToolCall, evidence: str) -> RunState:
    given = call.arguments.get("places", [])
    places = given if isinstance(given, list) else []
    if state.plan is not None:
        plan = plans.done(state.plan, call.step, evidence, places, state.abreast)
        state = replace(state, plan=plan)
    return noted(state, call, "noted")


def _asked(state: RunState, call: ToolCall, question: str) -> Result:
    given = call.arguments.get("options", [])
    options = tuple(given) if isinstance(given, list) else ()
    state, effects = emit(state, lambda id_: AskUser(id_, question, options, call.step))
    return noted(replace(state, phase="waiting"), call, "waiting for the user"), effects


def _failed(call: ToolCall, problem: str) -> Turn:
    return Turn("tool", problem, call=call.id, tool=call.tool, failed=True, step=call.step)
