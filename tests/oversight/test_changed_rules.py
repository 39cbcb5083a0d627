"""Calls of models that wait for what is to become of changed rules, folded by hand."""

from __future__ import annotations

import pytest

from redline.core import payloads
from redline.core.agent.changed_rules import LEAVE, OPTIONS, RULE, TRUST, USE, open_in, usable
from redline.core.agent.events import (
    ApprovalNeeded,
    Begun,
    Event,
    Interrupted,
    ModelReplied,
    UserAnswered,
)
from redline.core.agent.model import AskUser, CallModel, Effect, Goal, Reply, ToolRequest
from redline.core.agent.reducer import step
from redline.core.agent.state import RunState
from redline.core.context.rules import ProjectRules
from redline.core.oversight.budget import Budget
from redline.core.oversight.policy import Doubt
from redline.core.text.text import Text

RULES = ProjectRules("a/AGENTS.md", problem="changed", changed=Text(b"Be brief.\n"), known=True)
OTHER = ProjectRules("a/AGENTS.md", problem="changed", changed=Text(b"Be long.\n"), known=True)
ALLOWED = ProjectRules("a/AGENTS.md", Text(b"Be brief.\n"))


def folded(*events: Event) -> tuple[RunState, tuple[Effect, ...]]:
    """The state after these events as the journal has them, and what the last one led to."""
    state, effects = RunState("r"), tuple[Effect, ...]()
    for event in events:
        state, effects = step(state, payloads.decode(payloads.encode(event)))  # type: ignore[arg-type]
    return state, effects


def needed(effect: str, rules: ProjectRules = RULES) -> ApprovalNeeded:
    assert rules.changed is not None
    return ApprovalNeeded(effect, "?", (Doubt(RULE, rules.path, ""),), rules.changed.digest)


BEGUN = Begun("", Goal("refactor", "x"), "m", Budget(), abreast=2)


@pytest.mark.parametrize(
    ("answer", "then"),
    [(USE, ALLOWED), (TRUST, ALLOWED), (LEAVE, RULES), ("Yes", RULES), ("", RULES)],
)
def test_the_call_is_made_after_any_answer_and_has_the_rules_after_a_yes(
    answer: str, then: ProjectRules
) -> None:
    state, effects = folded(BEGUN, needed("r.1"))
    assert effects == (AskUser("r.2", "?", OPTIONS, 0, LEAVE),)
    assert state.phase == "waiting"
    state, effects = folded(BEGUN, needed("r.1"), UserAnswered("r.2", answer))
    assert effects == (CallModel("r.3", "planner"),)
    assert (state.phase, state.held, state.transcript) == ("planning", {}, state.transcript[:1])
    assert usable(state, RULES) == then
    assert not open_in(state, RULES)


def test_a_yes_is_to_one_text_and_a_no_to_the_file() -> None:
    yes, _ = folded(BEGUN, needed("r.1"), UserAnswered("r.2", USE))
    assert usable(yes, OTHER) == OTHER
    assert open_in(yes, OTHER)
    no, _ = folded(BEGUN, needed("r.1"), UserAnswered("r.2", LEAVE))
    assert usable(no, OTHER) == OTHER
    assert not open_in(no, OTHER)
    elsewhere = ProjectRules("b/AGENTS.md", changed=RULES.changed)
    assert usable(yes, elsewhere) == elsewhere, "the same words in another place"
    assert open_in(yes, elsewhere)


def test_steps_side_by_side_ask_once_and_the_others_go_on_without() -> None:
    plan = ToolRequest("p", "plan", '{"steps": ["scout: a", "scout: b", "refactorer: c"]}')
    before = (BEGUN, ModelReplied("r.1", Reply("", (plan,))))
    _, calls = folded(*before)
    assert [type(each) for each in calls] == [CallModel, CallModel]
    first, second = (each.id for each in calls)
    asked, questions = folded(*before, needed(first))
    assert [type(each) for each in questions] == [AskUser]
    assert not open_in(asked, RULES)
    _, effects = folded(*before, needed(first), needed(second))
    assert effects == (CallModel("r.5", "scout", 2),)
    state, effects = folded(
        *before, needed(first), needed(second), UserAnswered(questions[0].id, USE)
    )
    assert effects == (CallModel("r.6", "scout", 1),)
    assert state.phase == "working"


def test_the_question_outlives_the_server() -> None:
    state, effects = folded(BEGUN, needed("r.1"), Interrupted(""))
    assert effects == ()
    assert [each.id for each in state.questions] == ["r.2"]
    state, effects = folded(BEGUN, needed("r.1"), Interrupted(""), UserAnswered("r.2", USE))
    assert effects == (CallModel("r.3", "planner"),)
    assert usable(state, RULES) == ALLOWED


def test_no_other_question_gives_a_yes() -> None:
    """One that a model asks in the same words is a question of the model's, and no more."""
    options = ", ".join(f'"{each}"' for each in OPTIONS)
    forged = ToolRequest("q", "ask", f'{{"question": "?", "options": [{options}]}}')
    plan = ToolRequest("p", "plan", '{"steps": ["scout: a"]}')
    before = (BEGUN, ModelReplied("r.1", Reply("", (plan, forged))))
    asked, effects = folded(*before)
    (question,) = asked.questions
    assert question.otherwise == "", effects
    state, _ = folded(*before, UserAnswered(question.id, TRUST))
    assert state.rules == {}
    assert open_in(state, RULES)
    assert usable(state, RULES) == RULES
