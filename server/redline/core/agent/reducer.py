"""The run as a reducer: `(state, event) -> (state, effects)`. No clock, no I/O, no randomness.

Plan first: nothing but `plan` is obeyed until a plan stands. Then each reply's calls
become effects; when the last of them has returned, the model is asked again in the role
of the active step. A run ends in a proposal, an answer, an escalation or a failure.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from redline.core.agent import drafts, plans
from redline.core.agent.model import (
    AskUser,
    BaseKept,
    BaseMoved,
    Begun,
    CallModel,
    Cancelled,
    Effect,
    Event,
    Finish,
    Goal,
    ModelFailed,
    ModelReplied,
    Outcome,
    Phase,
    Plan,
    Publish,
    RoleName,
    RunState,
    RunTool,
    SentBack,
    TimeElapsed,
    ToolCall,
    ToolFailed,
    ToolRequest,
    ToolReturned,
    Turn,
    UserAnswered,
    Wait,
)
from redline.core.agent.repairs import escalation
from redline.core.agent.tools import BY_NAME, ROLE_TOOLS, read_arguments
from redline.core.oversight.budget import exhausted
from redline.core.proposal.model import Answer

Result = tuple[RunState, tuple[Effect, ...]]
_Make = Callable[[str], Effect]

WHAT = "What should be refactored? (A comment `agent: ...` in the range is an instruction too.)"
MAX_NUDGES = 3
MAX_SAME_CALL = 3

_PHASE_OF: Mapping[Outcome, Phase] = {
    "proposed": "proposed",
    "answered": "answered",
    "escalated": "failed",
    "failed": "failed",
    "cancelled": "cancelled",
}


def step(state: RunState, event: Event) -> Result:  # noqa: PLR0911, PLR0912  a case an event
    """The state after `event` and the effects to perform. Events after the end change nothing."""
    if state.finished:
        if isinstance(event, SentBack) and state.proposal is not None:
            return _sent_back(state, event)
        return state, ()
    match event:
        case Begun():
            return _begun(state, event)
        case Cancelled():
            return _finish(state, "cancelled", "stopped by the user")
        case BaseMoved():
            return replace(state, draft=drafts.without(state.draft, event.uri)), ()
        case BaseKept() | SentBack():
            return state, ()
    if event.effect not in state.pending:
        return state, ()
    waiting = {key: value for key, value in state.pending.items() if key != event.effect}
    origin = state.pending[event.effect]
    state = replace(state, pending=waiting)
    match event:
        case ModelReplied():
            return _replied(state, event)
        case ModelFailed():
            outcome: Outcome = "escalated" if event.kind in ("budget", "policy") else "failed"
            return _finish(_spent(state, event.seconds), outcome, event.message)
        case ToolReturned():
            return _returned(state, event)
        case ToolFailed():
            return _tool_failed(state, origin, event)
        case UserAnswered():
            return _answered(state, origin, event)
        case TimeElapsed():
            return _next(state)


def _begun(state: RunState, event: Begun) -> Result:
    state = replace(
        state,
        goal=event.goal,
        model=event.model,
        budget=event.budget,
        phase="planning",
    )
    if not event.goal.instruction and event.goal.choices:
        titles = tuple(title for title, _ in event.goal.choices)
        return _emit(replace(state, phase="waiting"), lambda id_: AskUser(id_, WHAT, titles))
    return _instructed(state, event.goal)


def _instructed(state: RunState, goal: Goal) -> Result:
    turn = Turn("user", goal.instruction)
    state = replace(state, goal=goal, phase="planning", transcript=(turn,))
    return _call_model(state)


def _sent_back(state: RunState, event: SentBack) -> Result:
    """Another round: what stays of the proposal is the draft, the plan gets one more step."""
    turn = Turn("user", event.words, opens_round=True)
    state = replace(
        state,
        goal=event.goal,
        plan=plans.another_round(state.plan, event.goal),
        transcript=(*state.transcript, turn),
        draft=event.draft,
        phase="working",
        outcome=None,
        reason="",
        nudges=0,
        round=state.round + 1,
    )
    if not event.ready:
        return _call_model(state)
    title = json.dumps({"title": event.ready})
    request = ToolRequest(f"{state.id}.r{state.round}", "propose", title)
    state = replace(state, transcript=(*state.transcript, Turn("model", "", (request,))))
    return _calls(state, (request,))


def _replied(state: RunState, event: ModelReplied) -> Result:
    reply = event.reply
    spend = state.spend
    cost = _sum(spend.cost, reply.usage.cost)
    state = replace(
        _spent(state, event.seconds),
        transcript=(*state.transcript, Turn("model", reply.text, reply.calls)),
    )
    state = replace(
        state,
        spend=replace(
            state.spend,
            model_calls=spend.model_calls + 1,
            tokens=spend.tokens + reply.usage.input_tokens + reply.usage.output_tokens,
            cost=cost,
        ),
    )
    if not reply.calls:
        return _no_calls(state, reply.text)
    return _calls(state, reply.calls)


def _calls(state: RunState, requests: tuple[ToolRequest, ...]) -> Result:
    """Starts the calls in order. One that changes the draft runs alone: the rest wait for it."""
    effects: list[Effect] = []
    for at, request in enumerate(requests):
        state, more = _request(state, request)
        effects += more
        if state.finished:
            return state, tuple(effects)
        if state.phase == "waiting":
            return _not_run(replace(state, queue=()), requests[at + 1 :]), tuple(effects)
        if any(isinstance(e, RunTool) and BY_NAME[e.call.tool].effect != "read" for e in more):
            return replace(state, queue=requests[at + 1 :]), tuple(effects)
    state = replace(state, queue=())
    return (state, tuple(effects)) if effects else _next(state)


def _not_run(state: RunState, requests: tuple[ToolRequest, ...]) -> RunState:
    """Every call has its result, also those that a question came before."""
    turns = tuple(
        Turn("tool", "not run: the user is asked first", call=each.id, tool=each.tool, failed=True)
        for each in requests
    )
    return replace(state, transcript=(*state.transcript, *turns))


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def _no_calls(state: RunState, text: str) -> Result:
    asked_for_text = state.goal is not None and state.goal.action in ("explain", "ask")
    if state.plan and asked_for_text and text.strip():
        return _publish_answer(state, text)
    return _nudge(state, text, "Reply with tool calls only; prose alone does nothing.")


def _nudge(state: RunState, text: str, message: str) -> Result:
    if state.nudges >= MAX_NUDGES:
        why = text.strip() or "it called no tool"
        return _finish(state, "escalated", f"the model did not go on: {why}")
    turn = Turn("user", message)
    state = replace(state, transcript=(*state.transcript, turn), nudges=state.nudges + 1)
    return _call_model(state)


def _request(state: RunState, request: ToolRequest) -> Result:
    spec = BY_NAME.get(request.tool)
    if spec is None:
        return _refuse(
            state, request, f"there is no tool {request.tool!r}; use {', '.join(BY_NAME)}"
        )
    if state.plan is None and spec.name != "plan":
        return _refuse(state, request, "call plan first")
    if spec.name not in ROLE_TOOLS[_role(state)]:
        return _refuse(state, request, f"the role {_role(state)} may not call {spec.name}")
    arguments, problem = read_arguments(spec, request.arguments)
    if problem:
        return _refuse(state, request, problem)
    active = state.step
    call = ToolCall(request.id, active.id if active else 0, spec.name, arguments)
    if spec.control:
        return _control(state, call)
    if _same_calls(state, request) > MAX_SAME_CALL:
        return _finish(state, "escalated", f"the model repeated the same {spec.name} call")
    return _emit(state, lambda id_: RunTool(id_, call))


def _refuse(state: RunState, request: ToolRequest, problem: str) -> Result:
    turn = Turn("tool", problem, call=request.id, tool=request.tool, failed=True)
    if _same_calls(state, request) > MAX_SAME_CALL:
        return _finish(state, "escalated", f"the model repeated a call that cannot work: {problem}")
    return replace(state, transcript=(*state.transcript, turn)), ()


def _same_calls(state: RunState, request: ToolRequest) -> int:
    """How often the call was made in this round."""
    opened = [at for at, turn in enumerate(state.transcript) if turn.opens_round]
    turns = state.transcript[opened[-1] :] if opened else state.transcript
    made = Counter((call.tool, call.arguments) for turn in turns for call in turn.calls)
    return made[request.tool, request.arguments]


def _control(state: RunState, call: ToolCall) -> Result:
    text = {key: value for key, value in call.arguments.items() if isinstance(value, str)}
    match call.tool:
        case "plan":
            return _planned(state, call)
        case "done":
            state = _tool_turn(plans.advanced(state, text["evidence"]), call, "noted")
            return state, ()
        case "ask":
            options = call.arguments.get("options", [])
            choices = tuple(options) if isinstance(options, list) else ()
            state, effects = _emit(state, lambda id_: AskUser(id_, text["question"], choices))
            ask = Turn("tool", "waiting for the user", call=call.id, tool="ask")
            state = replace(state, phase="waiting", transcript=(*state.transcript, ask))
            return state, effects
        case "answer":
            return _publish_answer(state, text["markdown"])
        case _:
            return _finish(state, "escalated", text["reason"])


def _planned(state: RunState, call: ToolCall) -> Result:
    given = call.arguments["steps"]
    steps, problem = plans.steps_of(given if isinstance(given, list) else [])
    if problem:
        return replace(
            state,
            transcript=(
                *state.transcript,
                Turn("tool", problem, call=call.id, tool="plan", failed=True),
            ),
        ), ()
    goal = state.goal.instruction if state.goal else ""
    revision = state.plan.revision + 1 if state.plan else 1
    state = replace(state, plan=Plan(goal, steps, revision), phase="working")
    return _tool_turn(state, call, f"plan of {len(steps)} steps noted"), ()


def _returned(state: RunState, event: ToolReturned) -> Result:
    result = event.result
    text = result.failure or result.output
    origin = next(
        (c.tool for t in state.transcript for c in t.calls if c.id == result.call), "tool"
    )
    turn = Turn("tool", text, (), result.call, origin, bool(result.failure), result.options)
    turn = replace(turn, check=result.check)
    state = replace(_spent(state, event.seconds), transcript=(*state.transcript, turn))
    over = escalation(state.transcript) if result.check is not None else ""
    if over:
        return _finish(state, "escalated", over)
    draft = drafts.after(state.draft, result)
    if draft != state.draft:
        files = len(drafts.uris_of(draft))
        state = replace(state, draft=draft, spend=replace(state.spend, files=files))
        if files > state.budget.files:
            reason = f"it would touch {files} files; the budget allows {state.budget.files}"
            return _finish(state, "escalated", reason)
    if result.proposal is not None:
        return _published(replace(state, proposal=result.proposal), result.output)
    return _next(state)


def _published(state: RunState, evidence: str) -> Result:
    while state.step is not None:
        state = plans.advanced(state, evidence)
    proposal = state.proposal
    state, publish = _emit(state, lambda id_: Publish(id_, proposal=proposal))
    state, finish = _finish(state, "proposed", "")
    return state, publish + finish


def _publish_answer(state: RunState, markdown: str) -> Result:
    while state.step is not None:
        state = plans.advanced(state, "answered")
    answer = Answer(f"{state.id}.answer", state.id, markdown)
    state = replace(state, answer=answer)
    state, publish = _emit(state, lambda id_: Publish(id_, answer=answer))
    state, finish = _finish(state, "answered", "")
    return state, publish + finish


def _tool_failed(state: RunState, origin: Effect, event: ToolFailed) -> Result:
    state = _spent(state, event.seconds)
    if not isinstance(origin, RunTool):
        return _finish(state, "failed", event.message)
    call = origin.call
    turn = Turn("tool", event.message, call=call.id, tool=call.tool, failed=True)
    return _next(replace(state, transcript=(*state.transcript, turn)))


def _answered(state: RunState, origin: Effect, event: UserAnswered) -> Result:
    goal = state.goal
    if goal is not None and not state.transcript:
        words = dict(goal.choices).get(event.answer, event.answer)
        return _instructed(state, replace(goal, instruction=words))
    question = origin.question if isinstance(origin, AskUser) else ""
    turn = Turn("user", f"Answer to {question!r}: {event.answer}", options=(event.answer,))
    phase: Phase = "working" if state.plan else "planning"
    return _next(replace(state, phase=phase, transcript=(*state.transcript, turn)))


def _next(state: RunState) -> Result:
    """Goes on once nothing is under way: with the calls that wait, or with the model."""
    if state.pending:
        return state, ()
    return _calls(state, state.queue) if state.queue else _call_model(state)


def _call_model(state: RunState) -> Result:
    spent = exhausted(state.budget, state.spend)
    if spent:
        return _finish(state, "escalated", f"the budget is used up: {spent}")
    return _emit(state, lambda id_: CallModel(id_, _role(state)))


def _role(state: RunState) -> RoleName:
    active = state.step
    if active is not None:
        return active.role
    return "planner" if state.plan is None else state.plan.steps[-1].role


def _finish(state: RunState, outcome: Outcome, reason: str) -> Result:
    state = replace(state, outcome=outcome, reason=reason, phase=_PHASE_OF[outcome])
    state, effects = _emit(state, lambda id_: Finish(id_, outcome, reason))
    return replace(state, pending={}, queue=()), effects


def _emit(state: RunState, make: _Make) -> Result:
    effect = make(f"{state.id}.{state.effects + 1}")
    state = replace(
        state,
        effects=state.effects + 1,
        pending={**state.pending, effect.id: effect} if _awaited(effect) else state.pending,
    )
    return state, (effect,)


def _awaited(effect: Effect) -> bool:
    return isinstance(effect, CallModel | RunTool | AskUser | Wait)


def _tool_turn(state: RunState, call: ToolCall, text: str) -> RunState:
    turn = Turn("tool", text, call=call.id, tool=call.tool)
    return replace(state, transcript=(*state.transcript, turn))


def _spent(state: RunState, seconds: float) -> RunState:
    return replace(state, spend=replace(state.spend, seconds=state.spend.seconds + seconds))
