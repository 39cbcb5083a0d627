"""What the user is asked before it is done: a call that waits for a yes, and who gave one.

A call that the policy asks about is held; a question stands in its place. With a yes the
very same call runs, this once or as often as the run likes; with anything else the model
is told that it was refused. A call of a model waits for what is to become of rules that
changed, and is made in any case. All of it is folded from events, so it outlives a restart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from redline.core.agent import changed_rules
from redline.core.agent.events import ApprovalNeeded, Event, UserAnswered
from redline.core.agent.model import AskUser, CallModel, Phase, RunTool, ToolCall, Turn
from redline.core.agent.moves import Result, call_model, emit
from redline.core.agent.state import RunState
from redline.core.oversight.policy import Doubt, Grant

ONCE, FOR_THE_RUN, NO = "Yes, once", "Yes, for this run", "No"
OPTIONS = (ONCE, FOR_THE_RUN, NO)
_SHOWN = 5
_VERBS = {"propose": "change", "read": "read", "execute": "run", "network": "reach"}


def concerns(state: RunState, event: Event) -> bool:
    """Whether `event` is one of those that `step` folds."""
    return isinstance(event, ApprovalNeeded) or event.effect in state.held


def step(state: RunState, event: Event, go_on: Callable[[RunState], Result]) -> Result:
    """Folds an `ApprovalNeeded`, or the answer to the question it led to.

    `go_on` gives what follows once nothing is under way any more.
    """
    origin = state.pending.get(event.effect)
    left = {key: value for key, value in state.pending.items() if key != event.effect}
    match event:
        case ApprovalNeeded() if isinstance(origin, RunTool):
            return _asked(replace(state, pending=left), event, origin)
        case ApprovalNeeded() if isinstance(origin, CallModel):
            return _asked_about_rules(replace(state, pending=left), event, origin)
        case UserAnswered() if isinstance(origin, AskUser):
            return _answered(replace(state, pending=left), event, go_on)
    return state, ()


def question(call: ToolCall, effect: str, doubts: Sequence[Doubt]) -> str:
    """What the user is asked about a call."""
    whats = list(dict.fromkeys(each.what for each in doubts if each.what))
    named = ", ".join(whats[:_SHOWN]) + (f" and {len(whats) - _SHOWN} more" * (len(whats) > _SHOWN))
    reasons = "; ".join(dict.fromkeys(each.because for each in doubts))
    verb = _VERBS.get(effect, "use")
    return f"May the run {verb} {named or f'the tool {call.tool}'}? ({call.tool}: {reasons})"


def granted(state: RunState, doubts: Sequence[Doubt], effect: RunTool) -> bool:
    """Whether the user said yes to all that is asked about.

    A yes to one call holds for it alone, and for proposing what it changed.
    """
    return all(any(_covers(grant, each, effect) for grant in state.grants) for each in doubts)


def _covers(grant: Grant, doubt: Doubt, effect: RunTool) -> bool:
    if doubt.rule not in grant.rules:
        return False
    same = grant.effect == effect.id or effect.call.tool == "propose"
    return not grant.effect or (same and doubt.what in grant.whats)


def _asked(state: RunState, event: ApprovalNeeded, origin: RunTool) -> Result:
    step = origin.call.step
    state, effects = emit(state, lambda id_: AskUser(id_, event.question, OPTIONS, step))
    held = {**state.held, effects[0].id: (origin, event)}
    return replace(state, phase="waiting", held=held), effects


def _asked_about_rules(state: RunState, event: ApprovalNeeded, origin: CallModel) -> Result:
    """One question about one text; what else would have to wait for it goes on without."""
    if any(needed.digest == event.digest for _, needed in state.held.values()):
        return call_model(state, origin.step)
    options, otherwise = changed_rules.OPTIONS, changed_rules.LEAVE
    state, effects = emit(
        state, lambda id_: AskUser(id_, event.question, options, origin.step, otherwise)
    )
    held = {**state.held, effects[0].id: (origin, event)}
    return replace(state, phase="waiting", held=held), effects


def _answered(state: RunState, event: UserAnswered, go_on: Callable[[RunState], Result]) -> Result:
    origin, needed = state.held[event.effect]
    left = {key: value for key, value in state.held.items() if key != event.effect}
    working: Phase = "working" if state.plan else "planning"
    state = replace(state, held=left, phase="waiting" if state.questions else working)
    if isinstance(origin, CallModel):
        path = needed.doubts[0].what
        rules = changed_rules.answered(state, path, needed.digest, event.answer)
        return call_model(replace(state, rules=rules), origin.step)
    if event.answer not in (ONCE, FOR_THE_RUN):
        call = origin.call
        said = f"refused by the user ({event.answer}); do without it, or say why it is needed"
        turn = Turn("tool", said, call=call.id, tool=call.tool, failed=True, step=call.step)
        return go_on(replace(state, transcript=(*state.transcript, turn)))
    state, effects = emit(state, lambda id_: RunTool(id_, origin.call))
    grant = Grant(
        tuple(dict.fromkeys(each.rule for each in needed.doubts)),
        tuple(dict.fromkeys(each.what for each in needed.doubts)),
        effects[0].id if event.answer == ONCE else "",
    )
    return replace(state, grants=(*state.grants, grant)), effects
