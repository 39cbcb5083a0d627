"""What the policy asks about is done only with the user's yes; all of it can be replayed."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from redline.core import payloads
from redline.core.agent import approvals
from redline.core.agent.approvals import FOR_THE_RUN, NO, ONCE
from redline.core.agent.events import (
    ApprovalNeeded,
    Begun,
    Event,
    ModelReplied,
    ToolReturned,
    UserAnswered,
)
from redline.core.agent.exchange import unpaired
from redline.core.agent.model import (
    AskUser,
    CallModel,
    Effect,
    Goal,
    Reply,
    RunTool,
    ToolRequest,
    ToolResult,
)
from redline.core.agent.reducer import step
from redline.core.agent.state import RunState
from redline.core.oversight.budget import Budget
from redline.core.oversight.policy import Doubt, Grant

DOUBT = Doubt("editor-settings", ".vscode/a.json", "settings of tools can run programs")
PLAN = ToolRequest("p", "plan", '{"steps": ["refactorer: do"]}')


def edit(id_: str, path: str = ".vscode/a.json") -> ToolRequest:
    return ToolRequest(id_, "edit", f'{{"path": "{path}", "search": "a", "replace": "{id_}"}}')


class Played:
    """A run folded by hand, with all it asked for."""

    def __init__(self) -> None:
        self.state = RunState("r")
        self.events: list[Event] = []
        self.effects: list[Effect] = []

    def tell(self, event: Event) -> tuple[Effect, ...]:
        self.events.append(event)
        self.state, effects = step(self.state, event)
        self.effects += effects
        return effects

    def begin(self, *calls: ToolRequest) -> tuple[Effect, ...]:
        (call,) = self.tell(Begun("", Goal("refactor", "x"), "m", Budget()))
        return self.tell(ModelReplied(call.id, Reply("", (PLAN, *calls))))

    def asked(self, effect: Effect) -> AskUser:
        (question,) = self.tell(ApprovalNeeded(effect.id, "May it?", (DOUBT,)))
        assert isinstance(question, AskUser)
        assert question.options == (ONCE, FOR_THE_RUN, NO)
        assert self.state.phase == "waiting"
        return question


def test_a_yes_runs_the_very_same_call_once() -> None:
    run = Played()
    (tool,) = run.begin(edit("1"))
    assert isinstance(tool, RunTool)
    question = run.asked(tool)
    (again,) = run.tell(UserAnswered(question.id, ONCE))
    assert isinstance(again, RunTool)
    assert again.call == tool.call
    assert run.state.phase == "working"
    assert run.state.grants == (Grant((DOUBT.rule,), (DOUBT.what,), again.id),)
    assert approvals.granted(run.state, (DOUBT,), again)
    (model,) = run.tell(ToolReturned(again.id, ToolResult("1", "done")))
    assert isinstance(model, CallModel)
    (other,) = run.tell(ModelReplied(model.id, Reply("", (edit("2"),))))
    assert isinstance(other, RunTool)
    assert not approvals.granted(run.state, (DOUBT,), other), "once is once"
    proposing = RunTool("x", again.call.__class__("c", 0, "propose", {}))
    assert approvals.granted(run.state, (DOUBT,), proposing), "what was changed may be proposed"
    elsewhere = Doubt(DOUBT.rule, ".vscode/b.json", "")
    assert not approvals.granted(run.state, (DOUBT, elsewhere), proposing)


def test_a_yes_for_the_run_holds_for_its_rule_alone() -> None:
    run = Played()
    (tool,) = run.begin(edit("1"))
    run.tell(UserAnswered(run.asked(tool).id, FOR_THE_RUN))
    any_call = RunTool("x", tool.call)  # type: ignore[union-attr]
    assert approvals.granted(run.state, (Doubt(DOUBT.rule, "other", ""),), any_call)
    assert not approvals.granted(run.state, (Doubt("other", DOUBT.what, ""),), any_call)


def test_a_no_is_told_to_the_model_and_the_run_goes_on() -> None:
    run = Played()
    (tool,) = run.begin(edit("1"), edit("2", "b.py"))
    (other,) = run.tell(UserAnswered(run.asked(tool).id, NO))
    assert isinstance(other, RunTool)
    assert other.call.id == "2"
    turn = run.state.transcript[-1]
    assert (turn.call, turn.failed) == ("1", True)
    assert turn.text.startswith("refused by the user (No)")
    assert run.state.grants == ()


def test_words_of_ones_own_are_a_no() -> None:
    run = Played()
    (tool,) = run.begin(edit("1"))
    run.tell(UserAnswered(run.asked(tool).id, "yes, but not like that"))
    assert "yes, but not like that" in run.state.transcript[-1].text
    assert run.state.grants == ()


def test_the_question_says_what_and_why() -> None:
    call = RunTool("x", Played().begin(edit("1"))[0].call).call  # type: ignore[union-attr]
    many = tuple(Doubt("r", f"{at}.json", "because") for at in range(7))
    assert approvals.question(call, "propose", many) == (
        "May the run change 0.json, 1.json, 2.json, 3.json, 4.json and 2 more? (edit: because)"
    )


def read(id_: str) -> ToolRequest:
    return ToolRequest(id_, "read_file", f'{{"path": "{id_}.py"}}')


@given(
    st.lists(st.sampled_from(["read", "edit"]), min_size=1, max_size=5),
    st.lists(st.sampled_from([ONCE, FOR_THE_RUN, NO, "words", "returned"]), max_size=12),
)
def test_whatever_is_asked_and_answered_it_can_be_replayed(
    calls: list[str], happens: list[str]
) -> None:
    """And each call has one result, with some of them asked about and some not."""
    run = Played()
    make: dict[str, Callable[[str], ToolRequest]] = {"read": read, "edit": edit}
    run.begin(*(make[each](str(at)) for at, each in enumerate(calls)))
    for each in happens:
        waiting = next(iter(run.state.pending.values()), None)
        match waiting:
            case RunTool() if each == "returned" or run.state.grants:
                run.tell(ToolReturned(waiting.id, ToolResult(waiting.call.id, "x")))
            case RunTool():
                run.asked(waiting)
            case AskUser():
                run.tell(UserAnswered(waiting.id, each))
            case CallModel():
                break
    if isinstance(next(iter(run.state.pending.values()), None), CallModel):
        assert unpaired(run.state.transcript) == ""
    state, effects = RunState("r"), list[Effect]()
    for event in run.events:
        state, more = step(state, payloads.decode(payloads.encode(event)))  # type: ignore[arg-type]
        effects += more
    assert (state, effects) == (run.state, run.effects)
    assert set(state.held) <= set(state.pending)
