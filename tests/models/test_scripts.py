"""Scripts: what can be written, and what is said about what cannot."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from redline.core.agent.exchange import unpaired
from redline.core.agent.model import ToolRequest, Turn
from redline.core.agent.script import FAULTS, Fault, parse, unmet

ALL = """\
# two replies
expect: total
> I rename it.
>
> Then I propose.
call plan {"steps": ["refactorer: rename"]}
call rename#mine {
  "name": "total",
  "new_name": "sum_of"
}
usage: 120 30
---
call edit {"path": "shop/cart.py"}
  search:
  | def total(items):
  |     return 0
  replace:
  |
  |     | a bar
raw edit {"path": oops
finish: length
fault: status 429 retry-after 2
"""


def test_a_script_holds_texts_calls_expectations_usage_and_faults() -> None:
    script, problems = parse(ALL, "a.script")
    first, second = script.replies
    assert problems == ()
    assert first.text == "I rename it.\n\nThen I propose."
    assert first.expect == ("total",)
    assert [(call.id, call.tool) for call in first.calls] == [
        ("call_1_1", "plan"),
        ("mine", "rename"),
    ]
    assert json.loads(first.calls[1].arguments) == {"name": "total", "new_name": "sum_of"}
    assert (first.input_tokens, first.output_tokens, first.line) == (120, 30, 2)
    assert json.loads(second.calls[0].arguments) == {
        "path": "shop/cart.py",
        "search": "def total(items):\n    return 0",
        "replace": "\n    | a bar",
    }
    assert second.calls[1].arguments == '{"path": oops'
    assert (second.finish, second.fault) == ("length", Fault("status", 429, "2"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("fault: status 429 retry-after date 90", Fault("status", 429, "date", 90.0)),
        ("fault: status 503 retry-after soon", Fault("status", 503, "soon")),
        ("fault: pings 0.5", Fault("pings", seconds=0.5)),
        ("fault: refusal", Fault("refusal")),
    ],
)
def test_faults_take_what_they_need(text: str, fault: Fault) -> None:
    script, problems = parse(f"reasoning: one\nreasoning: two\n{text}")
    assert problems == ()
    assert (script.replies[0].fault, script.replies[0].reasoning) == (fault, "one\ntwo")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fault: pings", "s:7: there is no fault 'pings'"),
        ("fault: refusal 3", "s:7: there is no fault"),
        ("reasoning:", "s:7: expected what the model thinks"),
        ("call rename {bad}", "s:7: the arguments are not JSON"),
        ("> ok\ncall rename [1]", "s:8: the arguments must be one JSON object"),
        ("call", "s:7: a call needs the name of a tool"),
        ("hello", "s:7: expected `> text`"),
        ("fault: nonsense", "s:7: there is no fault 'nonsense'; faults are status: NUMBER"),
        ("fault: status 200", "s:7: there is no fault"),
        ("usage: many", "s:7: expected `usage: INPUT_TOKENS OUTPUT_TOKENS`"),
        ("---\n> x", "s:7: a reply with nothing in it"),
        ('call edit {"path": "a"}\n  path:\n  | b', "s:7: the argument path is given twice"),
        ("call edit {}\n  no name:\n  | b", "s:9: expected the name of one more argument"),
    ],
)
def test_a_mistake_is_reported_with_file_and_line(text: str, said: str) -> None:
    _, problems = parse(text, "s", first_line=7)
    assert [str(problem)[: len(said)] for problem in problems] == [said]


def test_expectations_look_at_everything_since_the_previous_reply() -> None:
    script, _ = parse("expect: two\nexpect: three")
    turns = (Turn("user", "three"), Turn("model", "x"), Turn("tool", "one two"), Turn("user", "3"))
    assert unmet(script.replies[0], (Turn("user", "two, three"),)) == ""
    assert "expected 'three' in 'one two\\n3'" in unmet(script.replies[0], turns)


CALLS = (ToolRequest("a", "rename", "{}"), ToolRequest("b", "edit", "{}"))
MADE = Turn("model", "", CALLS)
DONE_A = Turn("tool", "done", call="a")
DONE_B = Turn("tool", "done", call="b")
ANSWER = Turn("user", "yes")


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        ((MADE, DONE_B, DONE_A), ""),
        ((MADE, DONE_A), "no result for the call of edit ('b')"),
        ((MADE, DONE_A, Turn("model", "next")), "no result for the call of edit ('b')"),
        ((MADE, DONE_A, DONE_A, DONE_B), "turn 2: call 'a' has two results"),
        ((DONE_A,), "turn 0: call 'a' was never made"),
        ((Turn("model", "", (CALLS[0], CALLS[0])),), "turn 0: two calls share one id"),
    ],
)
def test_each_call_has_exactly_one_result(turns: tuple[Turn, ...], said: str) -> None:
    assert unpaired(turns) == said


def test_providers_want_results_directly_after_the_call() -> None:
    turns = (MADE, DONE_A, ANSWER, DONE_B)
    assert unpaired(turns) == ""
    assert unpaired(turns, adjacent=True) == "no result for the call of edit ('b')"


def test_every_fault_is_described() -> None:
    page = (Path(__file__).parents[2] / "docs" / "features" / "models.md").read_text()
    rows = re.findall(r"^\| `([\w-]+)` \| (.*) \|$", page, re.MULTILINE)
    assert rows == list(FAULTS.items())
