"""The planning loop: steps side by side, what is passed on, the reviewer, circles, budgets."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from redline.core.agent.events import (
    Begun,
    ModelFailed,
    ModelReplied,
    ToolReturned,
    UserAnswered,
)
from redline.core.agent.model import (
    AskUser,
    CallModel,
    Effect,
    Finish,
    Goal,
    Publish,
    Reply,
    RunTool,
    ToolRequest,
    ToolResult,
    Turn,
)
from redline.core.agent.moves import turns_of
from redline.core.agent.plan import Plan, Spot, Step
from redline.core.agent.prompt import filled
from redline.core.agent.reducer import step
from redline.core.agent.state import RunState
from redline.core.oversight.budget import Budget
from redline.core.proposal.hunks import hunks
from redline.core.proposal.model import Change, Check, Proposal
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

SCOUTS = ["scout: read a", "scout: read b", "refactorer: change it; in: a.py; until: tests pass"]


class Play:
    """A run, played by hand: what it wants done is answered in any order."""

    def __init__(self, budget: Budget | None = None, abreast: int = 3, reviewed: bool = False):
        self.state, self.open = RunState("r"), dict[str, Effect]()
        self.made: list[Effect] = []
        self.numbers = iter(range(1000))
        begun = Begun("", Goal("refactor", "go"), "m", budget or Budget(), {}, abreast, reviewed)
        self.feed(begun)

    def feed(self, event: object) -> None:
        self.state, effects = step(self.state, event)  # type: ignore[arg-type]
        self.made += effects

    def wants(self) -> list[tuple[str, int]]:
        """Who is asked for a reply, and in which step."""
        found = [each for each in self.state.pending.values() if isinstance(each, CallModel)]
        return [(each.role, each.step) for each in found]

    def reply(self, at: int, *calls: tuple[str, dict[str, object]]) -> None:
        asked = next(
            each
            for each in self.state.pending.values()
            if isinstance(each, CallModel) and each.step == at
        )
        made = [
            ToolRequest(f"c{next(self.numbers)}", name, json.dumps(given)) for name, given in calls
        ]
        self.feed(ModelReplied(asked.id, Reply("", tuple(made))))

    def returns(self, output: str = "out", proposal: Proposal | None = None) -> None:
        """The oldest tool call under way comes back."""
        ran = next(each for each in self.state.pending.values() if isinstance(each, RunTool))
        self.feed(ToolReturned(ran.id, ToolResult(ran.call.id, output, proposal=proposal)))


def proposal(origin: str = "generated") -> Proposal:
    change = Change("u", Edit(Span(0, 1), b"y"), "why", origin)  # type: ignore[arg-type]
    made = hunks("p", {"u": Text(b"x")}, (change,))
    return Proposal("p", "r", "t", {"u": "d"}, made)


def test_scouts_that_follow_each_other_work_side_by_side() -> None:
    play = Play()
    play.reply(0, ("plan", {"steps": SCOUTS}))
    assert play.wants() == [("scout", 1), ("scout", 2)]
    play.reply(2, ("done", {"evidence": "b is empty", "places": ["b.py"]}))
    assert play.wants() == [("scout", 1)]
    play.reply(1, ("done", {"evidence": "a uses b", "places": ["a.py:3", "b.py:1"]}))
    assert play.wants() == [("refactorer", 3)]
    spots = (Spot("a.py", 3), Spot("b.py", 1))
    found = Plan(
        "go",
        (
            Step(1, "read a", "scout", "done", "a uses b", places=spots),
            Step(2, "read b", "scout", "done", "b is empty", places=(Spot("b.py"),)),
            Step(3, "change it", "refactorer", "active", "", ("a.py",), "tests pass"),
        ),
    )
    assert play.state.plan == found


def test_later_steps_are_told_findings_and_no_transcript() -> None:
    play = Play()
    play.reply(0, ("plan", {"steps": SCOUTS}))
    play.reply(1, ("read_file", {"path": "a.py"}))
    play.returns("the secret text of a")
    play.reply(1, ("done", {"evidence": "a uses b", "places": ["a.py:3"]}))
    play.reply(2, ("done", {"evidence": "b is empty"}))
    assert turns_of(play.state, 3) == (Turn("user", "go"),)
    told = filled("$findings|$step", play.state.goal or Goal("ask", ""), play.state.plan, 3)
    assert told == (
        "Step 1 (scout): a uses b\n  at a.py:3\nStep 2 (scout): b is empty"
        "|3. change it; in: a.py; until: tests pass"
    )


def test_no_more_steps_at_once_than_may_be() -> None:
    play = Play(abreast=2)
    play.reply(0, ("plan", {"steps": ["scout: a", "scout: b", "scout: c"]}))
    assert play.wants() == [("scout", 1), ("scout", 2)]
    alone = Play(abreast=1)
    alone.reply(0, ("plan", {"steps": ["scout: a", "scout: b"]}))
    assert alone.wants() == [("scout", 1)]


def test_nobody_ends_the_run_while_another_step_is_under_way() -> None:
    play = Play()
    play.reply(0, ("plan", {"steps": SCOUTS}))
    play.reply(1, ("answer", {"markdown": "so it is"}))
    assert not play.state.finished
    assert play.state.transcript[-1].text == (
        "step 2 is still under way: call done with what you found out"
    )
    play.reply(1, ("done", {"evidence": "seen"}))
    play.reply(2, ("answer", {"markdown": "so it is"}))
    assert play.state.outcome == "answered"


def test_a_question_of_one_step_leaves_the_other_at_work() -> None:
    play = Play()
    play.reply(0, ("plan", {"steps": SCOUTS}))
    play.reply(1, ("ask", {"question": "which?", "options": ["a", "b"]}))
    assert (play.state.phase, play.wants()) == ("waiting", [("scout", 2)])
    (question,) = play.state.questions
    play.reply(2, ("done", {"evidence": "seen"}))
    assert play.wants() == []
    play.feed(UserAnswered(question.id, "a"))
    assert (play.state.phase, play.wants()) == ("working", [("scout", 1)])


def test_the_plan_is_revised_and_what_is_done_stays() -> None:
    play = Play()
    play.reply(0, ("plan", {"steps": ["scout: look", "refactorer: change"]}))
    play.reply(1, ("done", {"evidence": "it is elsewhere"}))
    play.reply(2, ("plan", {"steps": ["refactorer: change elsewhere"]}))
    assert play.state.plan == Plan(
        "go",
        (
            Step(1, "look", "scout", "done", "it is elsewhere"),
            Step(2, "change", "refactorer", "skipped"),
            Step(3, "change elsewhere", "refactorer", "active"),
        ),
        revision=2,
    )


def test_a_plan_is_not_revised_for_ever() -> None:
    play = Play()
    play.reply(0, ("plan", {"steps": ["refactorer: 0"]}))
    for number in range(1, 8):
        play.reply(number, ("plan", {"steps": [f"refactorer: {number}"]}))
    play.reply(8, ("plan", {"steps": ["refactorer: again"]}))
    assert play.state.plan and play.state.plan.revision == 8
    assert "revised 8 times" in play.state.transcript[-1].text


def test_calls_made_with_done_belong_to_the_next_step() -> None:
    play = Play()
    play.reply(0, ("plan", {"steps": ["scout: look", "refactorer: change"]}))
    play.reply(1, ("done", {"evidence": "seen"}), ("read_file", {"path": "a.py"}))
    play.returns("text of a")
    assert play.wants() == [("refactorer", 2)]
    assert [turn.text for turn in turns_of(play.state, 2)] == ["go", "", "text of a"]


@pytest.mark.parametrize("length", [2, 3, 4])
def test_a_run_that_goes_in_circles_ends(length: int) -> None:
    play = Play()
    play.reply(0, ("plan", {"steps": ["scout: look"]}))
    for at in range(3 * length):
        assert not play.state.finished
        play.reply(1, ("read_file", {"path": f"{at % length}.py"}))
        play.returns(f"text of {at % length}")
    assert play.state.outcome == "escalated"
    assert play.state.reason.startswith("the model goes in circles: read_file, read_file")


def test_reading_again_what_has_changed_is_no_circle() -> None:
    play = Play()
    play.reply(0, ("plan", {"steps": ["scout: look"]}))
    for at in range(6):
        play.reply(1, ("read_file", {"path": f"{at % 2}.py"}))
        play.returns(f"text {at}")
    assert not play.state.finished


def reviewing(origin: str = "generated", reviewed: bool = True) -> Play:
    play = Play(reviewed=reviewed)
    play.reply(0, ("plan", {"steps": ["refactorer: change"]}))
    play.reply(1, ("propose", {"title": "t"}))
    play.returns("1 file, parse ok\n\n-x\n+y", proposal(origin))
    return play


def checked(play: Play) -> tuple[Check, ...]:
    shown = [each for each in play.made if isinstance(each, Publish)]
    return shown[-1].proposal.checks if shown and shown[-1].proposal else ()


def test_what_was_generated_is_read_before_it_is_shown() -> None:
    play = reviewing()
    assert play.wants() == [("reviewer", 2)]
    assert not any(isinstance(each, Publish) for each in play.made)
    assert "+y" in turns_of(play.state, 2)[-1].text
    play.reply(2, ("approve", {"evidence": "it does what was asked"}))
    passed = Check("review", "the whole proposal", "passed", "it does what was asked", 0.0)
    assert (play.state.outcome, checked(play)) == ("proposed", (passed,))


def test_what_was_computed_needs_no_reader() -> None:
    assert reviewing("computed").state.outcome == "proposed"
    assert reviewing(reviewed=False).state.outcome == "proposed"


def test_the_reviewer_sends_back_once() -> None:
    play = reviewing()
    play.reply(2, ("send_back", {"reasons": "b.py is forgotten"}))
    assert play.wants() == [("refactorer", 3)]
    assert "b.py is forgotten" in turns_of(play.state, 3)[-1].text
    play.reply(3, ("propose", {"title": "t"}))
    play.returns("1 file", proposal())
    assert play.wants() == [("reviewer", 4)]
    play.reply(4, ("send_back", {"reasons": "still forgotten"}))
    failed = Check("review", "the whole proposal", "failed", "still forgotten", 0.0)
    assert (play.state.outcome, checked(play)) == ("proposed", (failed,))
    assert play.state.proposal and play.state.proposal.risk == "high"


def test_a_reviewer_that_does_not_answer_hides_nothing() -> None:
    play = reviewing()
    (asked,) = [each for each in play.state.pending.values() if isinstance(each, CallModel)]
    play.feed(ModelFailed(asked.id, "provider", "it is down"))
    why = Check("review", "the whole proposal", "skipped", "no reviewer: it is down", 0.0)
    assert (play.state.outcome, checked(play)) == ("proposed", (why,))


def test_no_budget_for_a_reviewer_is_said_too() -> None:
    play = Play(Budget(model_calls=2), reviewed=True)
    play.reply(0, ("plan", {"steps": ["refactorer: change"]}))
    play.reply(1, ("propose", {"title": "t"}))
    play.returns("1 file", proposal())
    assert play.state.outcome == "proposed"
    assert [(each.name, each.outcome) for each in checked(play)] == [("review", "skipped")]


def test_a_review_in_the_plan_is_done_whoever_the_model_is() -> None:
    play = Play()
    play.reply(0, ("plan", {"steps": ["refactorer: change", "reviewer: read it well"]}))
    play.reply(1, ("propose", {"title": "t"}))
    play.returns("1 file", proposal("computed"))
    assert play.wants() == [("reviewer", 2)]


def test_steps_side_by_side_spend_no_more_than_one_budget() -> None:
    play = Play(Budget(model_calls=3))
    play.reply(0, ("plan", {"steps": ["scout: a", "scout: b", "scout: c"]}))
    assert play.wants() == [("scout", 1), ("scout", 2)]
    play.reply(1, ("read_file", {"path": "a.py"}))
    play.returns()
    assert not play.state.finished, "what is under way may still end the run well"
    play.reply(2, ("done", {"evidence": "seen"}))
    assert play.state.reason == "the budget is used up: 3 of 3 model calls used"
    assert play.state.spend.model_calls == 3
    assert isinstance(play.made[-1], Finish)


def test_a_plan_must_say_who_does_what() -> None:
    for steps in (["look"], ["cook: soup"], ["scout:"], [], ["scout: x"] * 13):
        play = Play()
        play.reply(0, ("plan", {"steps": steps}))
        assert play.state.plan is None
        assert play.state.transcript[-1].failed


def test_asking_puts_what_follows_aside() -> None:
    play = Play()
    play.reply(0, ("plan", {"steps": ["refactorer: change"]}))
    play.reply(1, ("ask", {"question": "which?"}), ("read_file", {"path": "a.py"}))
    assert [type(each) for each in play.state.pending.values()] == [AskUser]
    assert replace(play.state.transcript[-1], call="") == Turn(
        "tool", "not run: the user is asked first", tool="read_file", failed=True, step=1
    )
