"""The run as a reducer: `(state, event) -> (state, effects)`. No clock, no I/O, no randomness.

Plan first: nothing but `plan` is obeyed until a plan stands. Then each reply's calls
become effects; when the last of them has returned, the model is asked again in the role
of the step. Steps that only read go on side by side; what they found is told to later
steps, their transcripts are not. A run ends in a proposal, an answer, an escalation or a
failure.
"""

from __future__ import annotations

from dataclasses import replace

from redline.core.agent import approvals, drafts, plans, reviewing
from redline.core.agent.circling import MAX_SAME_CALL, circling, same_calls
from redline.core.agent.control import control, publish_answer
from redline.core.agent.events import (
    BaseKept,
    BaseMoved,
    Begun,
    Cancelled,
    Event,
    Interrupted,
    ModelFailed,
    ModelReplied,
    SentBack,
    ToolFailed,
    ToolReturned,
    UserAnswered,
)
from redline.core.agent.model import (
    AskUser,
    CallModel,
    Effect,
    Goal,
    Outcome,
    Phase,
    RunTool,
    ToolCall,
    ToolRequest,
    Turn,
    Wait,
)
from redline.core.agent.moves import (
    Result,
    call_model,
    emit,
    finish,
    publish,
    queued,
    refused,
    request,
    role,
    said,
    spent,
    steps_under_way,
    turns_of,
    under_way_in,
)
from redline.core.agent.repairs import escalation
from redline.core.agent.state import RunState
from redline.core.agent.tools import BY_NAME, ROLE_TOOLS, read_arguments, unknown_tool
from redline.core.gateway.notes import fallback_note

WHAT = "What should be refactored? (A comment `agent: ...` in the range is an instruction too.)"
MAX_NUDGES = 3
REVIEWS = frozenset({"approve", "send_back"})


def step(state: RunState, event: Event) -> Result:  # noqa: PLR0911, PLR0912  a case an event
    """The state after `event` and the effects to perform; events after the end change nothing."""
    if state.finished:
        if isinstance(event, SentBack) and state.proposal is not None:
            return _sent_back(state, event)
        return state, ()
    match event:
        case Begun():
            return _begun(state, event)
        case Cancelled():
            return finish(state, "cancelled", event.reason)
        case Interrupted():
            return _interrupted(state, event)
        case BaseMoved():
            return replace(state, draft=drafts.without(state.draft, event.uri)), ()
        case BaseKept() | SentBack():
            return state, ()
    if event.effect not in state.pending:
        return state, ()
    if approvals.concerns(state, event):
        return approvals.step(state, event, _go_on)
    waiting = {key: value for key, value in state.pending.items() if key != event.effect}
    origin = state.pending[event.effect]
    state = replace(state, pending=waiting)
    match event:
        case ModelReplied():
            return _replied(state, event, under_way_in(origin))
        case ModelFailed():
            return _model_failed(state, event)
        case ToolReturned():
            return _returned(state, origin, event)
        case ToolFailed():
            return _tool_failed(state, origin, event)
        case UserAnswered():
            return _answered(state, origin, event)
        case _:  # a wait is over
            return _go_on(state)


def _begun(state: RunState, event: Begun) -> Result:
    state = replace(
        state,
        goal=event.goal,
        model=event.model,
        budget=event.budget,
        abreast=event.abreast,
        reviewed=event.reviewed,
        phase="planning",
    )
    if not event.goal.instruction and event.goal.choices:
        titles = tuple(title for title, _ in event.goal.choices)
        return emit(replace(state, phase="waiting"), lambda id_: AskUser(id_, WHAT, titles))
    return _instructed(state, event.goal)


def _instructed(state: RunState, goal: Goal) -> Result:
    turn = Turn("user", goal.instruction)
    return call_model(replace(state, goal=goal, phase="planning", transcript=(turn,)), 0)


def _sent_back(state: RunState, event: SentBack) -> Result:
    """Another round: what stays of the proposal is the draft, the plan gets one more step."""
    plan = plans.another_round(state.plan, event.goal)
    active = plan.active[0].id
    state = replace(
        state,
        goal=event.goal,
        plan=plan,
        draft=event.draft,
        phase="working",
        outcome=None,
        reason="",
        nudges=0,
        round=state.round + 1,
    )
    state = said(state, Turn("user", event.words, opens_round=True, step=active))
    if not event.ready:
        return call_model(state, active)
    made = request(state, "propose", {"title": event.ready})
    return _calls(said(state, Turn("model", "", (made,), step=active)), (made,), active)


def _interrupted(state: RunState, event: Interrupted) -> Result:
    """A run that waits for its user goes on; any other ends, and says why."""
    if not state.questions:
        return finish(state, "failed", event.reason)
    effects: list[Effect] = []
    for lost in [each for each in state.pending.values() if not isinstance(each, AskUser)]:
        state = replace(state, pending={k: v for k, v in state.pending.items() if k != lost.id})
        state, more = _again(state, lost)
        effects += more
    return state, tuple(effects)


def _again(state: RunState, lost: Effect) -> Result:
    """The same effect under a new id."""
    match lost:
        case CallModel() | RunTool() | Wait():
            return emit(state, lambda id_: replace(lost, id=id_))
        case _:
            return state, ()


def _replied(state: RunState, event: ModelReplied, at: int) -> Result:
    reply = event.reply
    before = state.spend
    asked = 1 if reply.attempts else 0
    costs = (before.cost, reply.usage.cost)
    state = spent(state, event.seconds)
    tokens = before.tokens + reply.usage.input_tokens + reply.usage.output_tokens
    cost = None if None in costs else sum(each for each in costs if each is not None)
    spend = replace(state.spend, model_calls=before.model_calls + asked, tokens=tokens, cost=cost)
    state = replace(state, spend=spend, draft=drafts.noted(state.draft, fallback_note(reply)))
    state = said(state, Turn("model", reply.text, reply.calls, step=at))
    return _calls(state, reply.calls, at) if reply.calls else _no_calls(state, reply.text, at)


def _calls(state: RunState, requests: tuple[ToolRequest, ...], at: int) -> Result:
    """Starts the calls in order. One that changes the draft runs alone: the rest wait for it.

    What moves the run on waits too, until all that the step has begun has come back.
    """
    effects: list[Effect] = []
    state = queued(state, at, ())
    for number, made in enumerate(requests):
        if _moves_on(made) and _busy(state, at):
            return queued(state, at, requests[number:]), tuple(effects)
        state, more = _request(state, made, at)
        effects += more
        rest = requests[number + 1 :]
        if state.finished:
            return state, tuple(effects)
        if any(isinstance(each, AskUser) for each in more):
            return _not_run(state, rest, at), tuple(effects)
        if any(isinstance(e, RunTool) and BY_NAME[e.call.tool].effect != "read" for e in more):
            return queued(state, at, rest), tuple(effects)
        if rest and at not in steps_under_way(state):
            state, more = _handed_on(state, rest, at)
            return state, (*effects, *more)
    state, more = _go_on(state)
    return state, (*effects, *more)


def _moves_on(made: ToolRequest) -> bool:
    spec = BY_NAME.get(made.tool)
    return spec is not None and spec.control


def _busy(state: RunState, at: int) -> bool:
    return any(under_way_in(each) == at for each in state.pending.values())


def _handed_on(state: RunState, rest: tuple[ToolRequest, ...], ended: int) -> Result:
    """The calls that a reply makes after it has ended its step belong to the one that follows."""
    free = [each for each in steps_under_way(state) if not _busy(state, each)]
    if len(free) != 1:
        return _go_on(_not_run(state, rest, ended, "the step is done, and others go on"))
    turns = list(state.transcript)
    at = max(at for at, turn in enumerate(turns) if turn.calls[-len(rest) :] == rest)
    turns[at] = replace(turns[at], calls=turns[at].calls[: -len(rest)])
    made = Turn("model", "", rest, step=free[0])
    return _calls(replace(state, transcript=(*turns, made)), rest, free[0])


def _not_run(
    state: RunState,
    requests: tuple[ToolRequest, ...],
    at: int,
    why: str = "the user is asked first",
) -> RunState:
    """Every call has its result, also those that are not carried out."""
    for each in requests:
        state = refused(state, each, f"not run: {why}", at)
    return state


def _no_calls(state: RunState, text: str, at: int) -> Result:
    asked_for_text = state.goal is not None and state.goal.action in ("explain", "ask")
    if len(steps_under_way(state)) == 1 and state.plan and asked_for_text and text.strip():
        return publish_answer(state, text)
    if state.nudges >= MAX_NUDGES:
        why = text.strip() or "it called no tool"
        return finish(state, "escalated", f"the model did not go on: {why}")
    turn = Turn("user", "Reply with tool calls only; prose alone does nothing.", step=at)
    return call_model(said(replace(state, nudges=state.nudges + 1), turn), at)


def _request(state: RunState, made: ToolRequest, at: int) -> Result:
    call = _call(state, made, at)
    if isinstance(call, str):
        return _refuse(state, made, call, at)
    if call.tool in REVIEWS:
        return reviewing.verdict(state, call)
    if BY_NAME[call.tool].control:
        return control(state, call)
    if same_calls(turns_of(state, at), made) > MAX_SAME_CALL:
        return finish(state, "escalated", f"the model repeated the same {call.tool} call")
    return emit(state, lambda id_: RunTool(id_, call))


def _call(state: RunState, made: ToolRequest, at: int) -> ToolCall | str:
    """What the model asks for, or what is wrong with that."""
    spec, who = BY_NAME.get(made.tool), role(state, at)
    if made.problem:
        return made.problem
    if spec is None:
        return unknown_tool(made.tool, ROLE_TOOLS[who])
    if state.plan is None and spec.name != "plan":
        return "call plan first"
    if spec.name not in ROLE_TOOLS[who]:
        return f"the role {who} may not call {spec.name}"
    arguments, problem = read_arguments(spec, made.arguments)
    return problem or ToolCall(made.id, at, spec.name, arguments)


def _refuse(state: RunState, made: ToolRequest, problem: str, at: int) -> Result:
    if same_calls(turns_of(state, at), made) > MAX_SAME_CALL:
        return finish(state, "escalated", f"the model repeated a call that cannot work: {problem}")
    return refused(state, made, problem, at), ()


def _returned(state: RunState, origin: Effect, event: ToolReturned) -> Result:
    result = event.result
    tool = origin.call.tool if isinstance(origin, RunTool) else "tool"
    text = result.failure or result.output
    failed = bool(result.failure)
    turn = Turn(
        "tool", text, (), result.call, tool, failed, result.options, step=under_way_in(origin)
    )
    state = said(spent(state, event.seconds), replace(turn, check=result.check))
    over = escalation(state.transcript) if result.check is not None else ""
    if over:
        return finish(state, "escalated", over)
    draft = drafts.after(state.draft, result)
    if draft != state.draft:
        files = len(drafts.uris_of(draft))
        state = replace(state, draft=draft, spend=replace(state.spend, files=files))
        if files > state.budget.files:
            reason = f"it would touch {files} files; the budget allows {state.budget.files}"
            return finish(state, "escalated", reason)
    if result.proposal is not None:
        if reviewing.wanted(state, result.proposal):
            at = under_way_in(origin)
            state = _not_run(state, state.queue.get(at, ()), at, "the proposal is read first")
            return reviewing.opened(queued(state, at, ()), result.proposal, result.output)
        return publish(state, result.proposal, result.output.partition("\n")[0])
    circle = circling(turns_of(state, under_way_in(origin)))
    if circle:
        return finish(state, "escalated", f"the model goes in circles: {circle}, again and again")
    return _go_on(state)


def _model_failed(state: RunState, event: ModelFailed) -> Result:
    state = spent(state, event.seconds)
    if state.candidate is not None:  # it passed its checks; that nobody read it is said
        return reviewing.settled(state, "skipped", f"no reviewer: {event.message}")
    outcome: Outcome = "escalated" if event.kind in ("budget", "policy") else "failed"
    return finish(state, outcome, event.message)


def _tool_failed(state: RunState, origin: Effect, event: ToolFailed) -> Result:
    state = spent(state, event.seconds)
    if not isinstance(origin, RunTool):
        return finish(state, "failed", event.message)
    call = origin.call
    turn = Turn("tool", event.message, call=call.id, tool=call.tool, failed=True, step=call.step)
    return _go_on(said(state, turn))


def _answered(state: RunState, origin: Effect, event: UserAnswered) -> Result:
    goal = state.goal
    if goal is not None and not state.transcript:
        words = dict(goal.choices).get(event.answer, event.answer)
        return _instructed(state, replace(goal, instruction=words))
    question = origin.question if isinstance(origin, AskUser) else ""
    words = f"Answer to {question!r}: {event.answer}"
    state = said(state, Turn("user", words, options=(event.answer,), step=under_way_in(origin)))
    working: Phase = "working" if state.plan else "planning"
    return _go_on(replace(state, phase="waiting" if state.questions else working))


def _go_on(state: RunState) -> Result:
    """Goes on with each step that nothing is under way for: with calls that wait, or the model."""
    effects: list[Effect] = []
    for at in steps_under_way(state):
        if state.finished or _busy(state, at):
            continue
        waiting = state.queue.get(at, ())
        state, more = _calls(state, waiting, at) if waiting else call_model(state, at)
        effects += more
    return state, tuple(effects)
