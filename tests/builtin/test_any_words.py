"""Whatever is said: a plan whose calls fit their tools, a question, or a refusal, no error."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from test_intents import ROWS, goal_of

from redline.core.agent import plans
from redline.core.agent.model import Goal, ToolRequest, Turn
from redline.core.agent.tools import BY_NAME, ROLE_TOOLS, read_arguments
from redline.core.builtin import calls, intents, model
from redline.core.builtin.intent import Intent, Question, Refusal
from redline.core.text.text import Span

WORDS = sorted(
    {word for request, _ in ROWS for word in request.split()}
    | {
        "and",
        "then",
        ",",
        ";",
        "it",
        "`a b`",
        "$A",
        "10-20",
        "x.py",
        "a/b.py",
        "->",
        "(",
        "\u0000",
        "é",
    }
)
soup = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
answers = st.one_of(
    st.text(max_size=12), st.sampled_from(["a", "x.py", "3-4", "1", "add a: int = 1"])
)
places = st.sampled_from(
    [
        Goal("refactor", ""),
        Goal("refactor", "", "file:///w/a.py", "a.py"),
        Goal("ask", "", "file:///w/a.py", "a.py", Span(3, 3), (2, 2), language="python"),
        Goal("refactor", "", "file:///w/b/a.ts", "b/a.ts", Span(3, 30), (2, 4), language="go"),
    ]
)  # fmt: skip


def fits(request: ToolRequest) -> str:
    """What is wrong with a call, '' for nothing."""
    return read_arguments(BY_NAME[request.tool], request.arguments)[1]


def proper(goal: Goal) -> None:
    """The first reply is a plan of good steps, and calls that fit their tools."""
    reply = model.reply(goal, None, (Turn("user", goal.instruction),), "planner")
    assert [fits(each) for each in reply.calls] == [""] * len(reply.calls)
    planned, *then = reply.calls
    arguments, _ = read_arguments(BY_NAME["plan"], planned.arguments)
    steps = arguments["steps"]
    assert planned.tool == "plan" and isinstance(steps, list)
    made, problem = plans.steps_of(steps)
    assert not problem
    assert then and all(each.tool in ROLE_TOOLS[made[0].role] for each in then)
    found = intents.read(goal)
    assert isinstance(found, Refusal) == (then[0].tool == "give_up")


@given(places, st.one_of(st.text(max_size=80), soup))
@settings(max_examples=300, deadline=None)
def test_any_words(goal: Goal, words: str) -> None:
    proper(replace(goal, instruction=words))


@given(places, soup, st.lists(answers, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_answers(goal: Goal, words: str, given_: list[str]) -> None:
    found = intents.read(replace(goal, instruction=words))
    parts = found if isinstance(found, tuple) else ()
    for part in parts:
        read: Intent | Question | Refusal = part
        for answer in given_:
            if isinstance(read, Question):
                read = intents.complete(read, answer)
        if isinstance(read, Intent):
            assert intents.whole(read) == read
            assert calls.sentence(read) and calls.call(read)[0] in BY_NAME


def test_every_phrasing_gives_calls_that_fit() -> None:
    for request, _ in ROWS:
        proper(goal_of(request))
