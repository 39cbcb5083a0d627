"""The builtin model as a function of the transcript, driven through the real reducer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from redline.core.agent import reducer
from redline.core.agent.events import (
    Begun,
    ModelReplied,
    SentBack,
    ToolReturned,
    UserAnswered,
)
from redline.core.agent.model import (
    AskUser,
    CallModel,
    Draft,
    Finish,
    Goal,
    Publish,
    RunTool,
    ToolResult,
)
from redline.core.agent.state import RunState
from redline.core.builtin import intents, model
from redline.core.builtin.intent import HOW_TO_CONFIGURE, Intent
from redline.core.oversight.budget import Budget
from redline.core.proposal.model import Proposal

GOAL = Goal("refactor", "", "file:///w/shop.py", "shop.py", lines=(12, 12))
OPTIONS = ("shop.py:3 method Cart.total", "tax.py:8 function total")
PROPOSAL = Proposal("p", "r", "title", {}, ())


def play(goal: Goal, *answers: ToolResult | str | SentBack) -> list[str]:
    """What happens, line by line, when tools return and the user says what is given."""
    script = list(answers)
    lines: list[str] = []
    state, effects = reducer.step(RunState("r"), Begun("", goal, "builtin", Budget()))
    queue = list(effects)
    while queue:
        effect = queue.pop(0)
        match effect:
            case CallModel():
                now = state.goal or goal
                reply = model.reply(now, state.plan, state.transcript, effect.role)
                again = model.reply(now, state.plan, state.transcript, effect.role)
                assert reply == again
                state, more = reducer.step(state, ModelReplied(effect.id, reply))
            case RunTool(call=call):
                lines.append(f"{call.id} {call.tool} {json.dumps(dict(call.arguments))}")
                result = script.pop(0) if script else ToolResult(call.id, "fine")
                assert isinstance(result, ToolResult)
                result = replace(result, call=call.id)
                state, more = reducer.step(state, ToolReturned(effect.id, result))
            case AskUser():
                lines.append(f"ask {effect.question} {list(effect.options)}")
                answer = script.pop(0)
                assert isinstance(answer, str)
                state, more = reducer.step(state, UserAnswered(effect.id, answer))
            case Publish(answer=answer):
                lines.append(f"answer {answer.markdown}" if answer else "proposal")
                more = ()
            case Finish():
                lines.append(f"{effect.outcome} {effect.reason}".strip())
                more = ()
                if script and isinstance(script[0], SentBack):
                    state, more = reducer.step(state, script.pop(0))
                    lines.append("--")
            case _:
                raise AssertionError(effect)
        queue += more
    assert not script
    return lines


def asking(words: str) -> Goal:
    return replace(GOAL, instruction=words)


def done(text: str) -> ToolResult:
    return ToolResult("", text)


def failed(text: str, *options: str) -> ToolResult:
    return ToolResult("", "", failure=text, options=options)


def sent_back(comment: str, instruction: str = "") -> SentBack:
    """A part of the proposal comes back: with a comment, or to be done again."""
    said = f"The user sends this part of the proposal back and says: {comment}"
    words = said if comment else "The user has changed these lines since the proposal."
    goal = replace(asking(comment or instruction), lines=(3, 3))
    return SentBack("", goal, words, Draft())


RENAMED = ToolResult("", "rename total to subtotal: 2 places in 1 file: shop.py (2)")
NOTHING = failed("there is nothing to propose: no change has been made yet")
CHECKED = ToolResult("", "all checks passed", proposal=PROPOSAL)


def test_a_rename_plans_renames_and_proposes() -> None:
    assert play(asking("rename total to subtotal"), done("3 places"), CHECKED) == [
        'b2 rename {"name": "total", "new_name": "subtotal", "path": "shop.py"}',
        'b4 propose {"title": "Rename `total` to `subtotal`"}',
        "proposal",
        "proposed",
    ]


def test_the_plan_says_who_does_what() -> None:
    state, _ = reducer.step(RunState("r"), Begun("", asking("sort imports"), "builtin", Budget()))
    reply = model.reply(asking("sort imports"), None, state.transcript, "planner")
    assert json.loads(reply.calls[0].arguments) == {
        "steps": [
            "refactorer: organise the imports of shop.py",
            "refactorer: check the change and propose it",
        ]
    }


@pytest.mark.parametrize(
    "answer", ["tax.py:8 function total", "2", "tax.py:8", "function", "tax.py"]
)
def test_an_ambiguous_name_is_asked_about_and_the_answer_is_a_place(answer: str) -> None:
    lines = play(
        asking("rename total to subtotal"),
        failed("2 symbols fit", *OPTIONS),
        answer,
        done("2 places"),
        CHECKED,
    )
    assert lines[1].startswith("ask There are 2 symbols it could be. Which `total` is meant?")
    assert lines[2] == (
        'b4 rename {"name": "total", "new_name": "subtotal", "path": "tax.py", "line": 8}'
    )
    assert lines[-1] == "proposed"


@pytest.mark.parametrize("answer", ["neither", "py", "3", ""])
def test_an_answer_that_picks_nothing_ends_the_run(answer: str) -> None:
    lines = play(asking("rename total to subtotal"), failed("2 symbols fit", *OPTIONS), answer)
    assert lines[-1].startswith("escalated") and "none of the choices" in lines[-1]


def test_it_asks_once_only() -> None:
    lines = play(
        asking("rename total to subtotal"),
        failed("2 symbols fit", *OPTIONS),
        "1",
        failed("still 2 symbols", *OPTIONS),
    )
    assert lines[-1] == "escalated still 2 symbols"


def test_a_missing_new_name_is_asked_for_before_anything_else() -> None:
    lines = play(asking("rename total"), "subtotal", done("3 places"), CHECKED)
    assert lines[0] == "ask What should `total` be called? []"
    assert lines[1] == 'b3 rename {"name": "total", "new_name": "subtotal", "path": "shop.py"}'
    assert lines[-1] == "proposed"


def test_two_questions_in_one_run_keep_their_answers_apart() -> None:
    lines = play(
        asking("rename total"), "subtotal", failed("2 symbols", *OPTIONS), "2", done("ok"), CHECKED
    )
    assert '"new_name": "subtotal", "path": "tax.py", "line": 8' in lines[3]
    assert lines[-1] == "proposed"


def test_the_symbol_at_the_cursor_has_a_line_and_no_name() -> None:
    lines = play(asking("call it subtotal"), done("ok"), CHECKED)
    assert lines[0] == (
        'b2 rename {"name": "", "new_name": "subtotal", "path": "shop.py", "line": 12}'
    )


def test_explaining_ends_in_an_answer() -> None:
    assert play(asking("explain this"), done("# total")) == [
        'b2 explain {"path": "shop.py", "line": 12}',
        "answer # total",
        "answered",
    ]


def test_a_free_question_becomes_a_search_that_says_so() -> None:
    goal = replace(asking("where do we retry payments?"), action="ask")
    lines = play(goal, done("pay.py  retry"))
    assert lines[0] == 'b2 search {"query": "do we retry payments"}'
    assert "does not reason about code" in lines[1] and lines[1].endswith("pay.py  retry")


def test_the_reason_of_a_tool_is_the_reason_of_the_run() -> None:
    assert play(asking("sort imports"), failed("ruff is not there"))[-1] == (
        "escalated ruff is not there"
    )
    assert play(asking("sort imports"), done("ok"), failed("tests fail"))[-1] == (
        "escalated tests fail"
    )


def test_what_it_cannot_do_ends_the_run_with_what_to_do_instead() -> None:
    (line,) = play(asking("make it faster"))
    assert line.startswith("escalated Making code faster is not something")
    assert HOW_TO_CONFIGURE in line


def test_offers_are_requests_it_understands() -> None:
    for selection in (True, False):
        for symbol in (True, False):
            for language in ("python", "javascript", "go"):
                for title, words in model.offers(language, selection, symbol):
                    goal = replace(asking(words), lines=(10, 20))
                    (found,) = intents.read(goal)
                    assert isinstance(found, Intent), title


def after(lines: list[str]) -> list[str]:
    """The lines of the last round."""
    return lines[len(lines) - lines[::-1].index("--") :]


def test_what_is_not_wanted_is_left_out() -> None:
    lines = play(
        asking("rename total to subtotal"), RENAMED, CHECKED, sent_back("keep the name"), CHECKED
    )
    assert after(lines) == [
        'b5 propose {"title": "Rename `total` to `subtotal`"}',
        "proposal",
        "proposed",
    ]


def test_nothing_left_is_said_and_another_round_may_follow() -> None:
    lines = play(
        asking("rename total to subtotal"),
        RENAMED,
        CHECKED,
        sent_back("no"),
        NOTHING,
        sent_back("call it sum_of instead"),
        done("nothing"),
        RENAMED,
        CHECKED,
    )
    assert "escalated Nothing is left of the proposal without that." in lines
    assert after(lines)[:2] == [
        "b7 revert {}",
        'b8 rename {"name": "total", "new_name": "sum_of", "path": "shop.py"}',
    ]
    assert lines[-1] == "proposed"


def test_an_answer_and_a_failure_of_an_earlier_round_do_not_count() -> None:
    lines = play(
        asking("rename total to subtotal"),
        failed("2 symbols fit", *OPTIONS),
        "2",
        RENAMED,
        CHECKED,
        sent_back("rename it to sum_of"),
        done("took back"),
        failed("2 symbols fit", *OPTIONS),
        "1",
        RENAMED,
        CHECKED,
    )
    asked = [line for line in lines if line.startswith("ask ")]
    assert len(asked) == 2 and lines[-1] == "proposed"
    call = after(lines)[1].partition(" ")[2]
    assert call == 'rename {"name": "total", "new_name": "sum_of", "path": "tax.py", "line": 8}'


def test_a_symbol_at_the_cursor_is_known_by_its_name_in_later_rounds() -> None:
    lines = play(
        asking("call it subtotal"),
        RENAMED,
        CHECKED,
        sent_back("call it x"),
        done(""),
        RENAMED,
        CHECKED,
    )
    assert after(lines)[1] == 'b6 rename {"name": "total", "new_name": "x", "path": "shop.py"}'


def test_asked_again_without_a_word_it_does_what_it_proposed_last() -> None:
    lines = play(
        asking("call it subtotal"),
        RENAMED,
        CHECKED,
        sent_back("call it x"),
        done(""),
        ToolResult("", "rename total to x: 1 place"),
        CHECKED,
        sent_back("skip this"),
        CHECKED,
        sent_back("", "skip this"),
        done(""),
        RENAMED,
        CHECKED,
    )
    assert after(lines)[1] == 'b11 rename {"name": "total", "new_name": "x", "path": "shop.py"}'


def test_another_role_needs_another_plan() -> None:
    lines = play(
        asking("document this"), done("1 place"), CHECKED, sent_back("sort the imports"), done(""),
        done("sorted"), CHECKED,
    )  # fmt: skip
    assert [line.split()[1] for line in after(lines)[:2]] == ["revert", "organise_imports"]


def test_a_comment_nobody_understands_ends_the_round() -> None:
    lines = play(asking("sort imports"), done("ok"), CHECKED, sent_back("make it sing"))
    assert after(lines)[0].startswith("escalated The builtin model did not understand")


def test_a_question_about_a_proposal_is_answered() -> None:
    lines = play(
        asking("sort imports"),
        done("ok"),
        CHECKED,
        sent_back("what does total do?"),
        done("# total"),
    )
    assert after(lines)[-2:] == ["answer # total", "answered"]
