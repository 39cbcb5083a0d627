"""The reducer: whatever a model says, a run stays well formed and can be replayed."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from redline.core import payloads
from redline.core.agent import drafts
from redline.core.agent.events import (
    Begun,
    Cancelled,
    Event,
    Interrupted,
    ModelFailed,
    ModelReplied,
    SentBack,
    TimeElapsed,
    ToolFailed,
    ToolReturned,
    UserAnswered,
)
from redline.core.agent.exchange import unpaired
from redline.core.agent.model import (
    AskUser,
    CallModel,
    Draft,
    Effect,
    Finish,
    Goal,
    Reply,
    RunTool,
    ToolRequest,
    ToolResult,
    Turn,
    Wait,
)
from redline.core.agent.moves import turns_of
from redline.core.agent.reducer import step
from redline.core.agent.state import RunState
from redline.core.agent.tools import TOOLS
from redline.core.oversight.budget import Budget
from redline.core.proposal.hunks import FileOperation, hunks
from redline.core.proposal.model import Change, Proposal
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

CALLED = ("plan", "edit", "ask", "read_file", "done", "create_file", "propose", "send_back")
NAMES = [*(tool.name for tool in TOOLS), "nothing"]
PLANS = (
    ["refactorer: change", "scout: look"],
    ["scout: look; in: a.py; until: it is seen", "scout: look elsewhere", "refactorer: change"],
    ["refactorer: change", "reviewer: read it"],
)
VALUES = {
    "path": "a.py",
    "start": 1,
    "end": 2,
    "query": "x",
    "options": ["a", "b"],
}


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str]:
    name = draw(st.sampled_from([*NAMES, *CALLED * 4]))
    spec = next((tool for tool in TOOLS if tool.name == name), None)
    values = {**VALUES, "steps": draw(st.sampled_from(PLANS)), "places": ["a.py:1"]}
    given = {p.name: values.get(p.name, "text") for p in spec.parameters} if spec else {}
    broken = draw(st.sampled_from(["", "", "", "", "{", '{"no": 1}', "[]"]))
    return name, broken or json.dumps(given)


replies = st.lists(requests(), max_size=4)
outcomes = st.lists(
    st.tuples(replies, st.sampled_from(["returned", "failed", "refused"]), st.integers(0, 9)),
    min_size=1,
    max_size=12,
)


def live(
    script: list[tuple[list[tuple[str, str]], str, int]], abreast: int = 1
) -> tuple[RunState, list, list]:
    """Plays a run against `script`; its last state, events and effects.

    What is under way at once comes back in an order that the script's numbers give.
    """
    state = RunState("r")
    begun = Begun("", Goal("refactor", "x"), "m", Budget(model_calls=8), {}, abreast, abreast > 1)
    events: list[Event] = [begun]
    made: list[Effect] = []
    played: list[Event] = []
    rest = list(script)
    numbers = iter(range(10_000))
    while events and not state.finished:
        event = events.pop((rest[0][2] if rest else 0) % len(events))
        played.append(event)
        assert len(played) < 500, "the run goes round in circles"
        state, effects = step(state, event)
        made += effects
        for effect in effects:
            answer = reaction(state, effect, rest, numbers)
            if answer is not None:
                events.append(answer)
        if not events and not state.finished:
            events.append(Cancelled())
    return state, played, made


def changing(state: RunState, result: ToolResult, effect: RunTool) -> ToolResult:
    """What a tool for whole files would have changed, by its name alone."""
    match effect.call.tool:
        case "create_file":
            made = Change("u", Edit(Span(0, 0), b"x"), "r", "generated")
            operation = FileOperation("create", "u", "", "r", "generated")
            return replace(result, changes=(made,), base={"u": "d"}, operations=(operation,))
        case "rename_file":
            operation = FileOperation("rename", "v", "w", "r", "computed")
            return replace(result, base={"v": "d"}, operations=(operation,))
        case "delete_file":
            operation = FileOperation("delete", "v", "", "r", "computed")
            return replace(result, base={"v": "d"}, operations=(operation,))
        case "revert":
            return replace(result, dropped=drafts.uris_of(state.draft))
        case "propose" if state.draft.operations:
            shown = hunks("p", {"u": Text(b""), "v": Text(b"v")}, state.draft.changes)
            return replace(result, proposal=Proposal("p", "r", "t", state.draft.base, shown))
        case _:
            return result


def reaction(state: RunState, effect: Effect, rest: list, numbers) -> Event | None:
    match effect:
        case CallModel():
            assert unpaired(turns_of(state, effect.step), adjacent=True) == ""
            assert state.abreast > 1 or unpaired(state.transcript) == ""
            if not rest:
                return ModelFailed(effect.id, "provider", "gone")
            calls = [ToolRequest(f"c{next(numbers)}", *request) for request in rest.pop(0)[0]]
            return ModelReplied(effect.id, Reply("words", tuple(calls)), 0.5)
        case RunTool():
            kind = rest[0][1] if rest else "returned"
            if kind == "failed":
                return ToolFailed(effect.id, "internal", "broke")
            failure = "no" if kind == "refused" else ""
            result = ToolResult(effect.call.id, "out", failure=failure)
            return ToolReturned(effect.id, result if failure else changing(state, result, effect))
        case AskUser():
            return UserAnswered(effect.id, "a")
        case Wait():
            return TimeElapsed(effect.id)
        case _:
            return None


@settings(max_examples=300, deadline=None)
@given(outcomes, st.integers(1, 3))
def test_a_run_is_well_formed_and_replays_the_same(script: list, abreast: int) -> None:
    state, events, effects = live(script, abreast)
    assert state.finished
    assert [effect.id for effect in effects] == [f"r.{n + 1}" for n in range(len(effects))]
    assert [type(effect) for effect in effects].count(Finish) == 1
    assert isinstance(effects[-1], Finish)
    assert state.spend.model_calls <= state.budget.model_calls
    assert len({each.uri for each in state.draft.operations}) == len(state.draft.operations)
    assert {*drafts.uris_of(state.draft)} <= {*state.draft.base}
    answered = [turn.call for turn in state.transcript if turn.speaker == "tool"]
    assert len(answered) == len(set(answered)), "a call was answered twice"
    again, repeated = RunState("r"), []
    for event in events:
        again, more = step(again, payloads.decode(payloads.encode(event)))  # type: ignore[arg-type]
        repeated += more
    assert (again, repeated) == (state, effects)


@settings(max_examples=100, deadline=None)
@given(outcomes, st.booleans())
def test_a_proposal_can_be_sent_back_whatever_became_of_the_last_round(
    script: list, ready: bool
) -> None:
    state, _, _ = live(script)
    state = replace(state, proposal=Proposal("p", "r", "t", {}, ()))
    words = "The user sends this part of the proposal back and says: more"
    goal = Goal("refactor", "more")
    event = SentBack("", goal, words, Draft(), "title" if ready else "")
    again, effects = step(state, event)
    assert (again.finished, again.round, again.goal) == (bool(again.outcome), state.round + 1, goal)
    assert [type(e) for e in effects] in ([CallModel], [RunTool], [Finish])
    assert isinstance(effects[0], Finish) == again.finished
    opening = again.transcript[-2 if ready else -1]
    assert replace(opening, step=0) == Turn("user", words, opens_round=True)
    assert step(replace(state, proposal=None), event) == (replace(state, proposal=None), ())


@settings(max_examples=100, deadline=None)
@given(outcomes, st.integers(0, 20), st.integers(1, 3))
def test_a_run_can_be_stopped_at_any_point(script: list, at: int, abreast: int) -> None:
    _, events, _ = live(script, abreast)
    state = RunState("r")
    for event in events[:at]:
        state, _ = step(state, event)
    was = state.finished
    state, effects = step(state, Cancelled())
    assert state.finished and state.pending == {}
    assert [type(effect) for effect in effects] == ([] if was else [Finish])
    assert step(state, Cancelled()) == (state, ())


@settings(max_examples=200, deadline=None)
@given(outcomes, st.integers(0, 20), st.integers(1, 3))
def test_a_run_whose_server_ended_goes_on_or_says_why(script: list, at: int, abreast: int) -> None:
    """A question stays open, with all that was under way beside it; anything else is over."""
    _, events, _ = live(script, abreast)
    state = RunState("r")
    for event in events[:at]:
        state, _ = step(state, event)
    if state.finished or not events[:at]:
        return
    after, effects = step(state, Interrupted(""))
    if not state.questions:
        assert (after.outcome, [type(each) for each in effects]) == ("failed", [Finish])
        return
    lost = [each for each in state.pending.values() if not isinstance(each, AskUser)]
    assert [replace(each, id="") for each in effects] == [replace(each, id="") for each in lost]
    kept = {each.id: each for each in (*state.questions, *effects)}
    assert (after.pending, after.questions) == (kept, state.questions)
    assert replace(after, pending={}, effects=0) == replace(state, pending={}, effects=0)
