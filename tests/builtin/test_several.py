"""Requests of several parts, and those that need to look first, through the real reducer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_model import CHECKED, OPTIONS, after, asking, done, failed, play, sent_back

from redline.core.agent.model import ToolResult

BODY = done("### `Cart.total`\n\nMethod in `Cart`, `shop.py:10`, 5 lines.\n\nNo use was found.")
FILE = done("### `shop.py`\n\n40 lines, 900 bytes.")
MADE = done("3 places")
CALLERS = "shop.py:20 pay  (90%, imported)\nshop.py:30 Cart.close  (85%, same file)\n"
TESTS = "tests/test_shop.py:3 test_pay  (90%, imported)\nshop.py:1 (top level)  (85%, same file)"


def test_each_part_is_a_step_and_one_proposal_ends_them() -> None:
    assert play(
        asking("rename total to subtotal and move it to sums.py, then organise the imports"),
        MADE, MADE, MADE, CHECKED,
    ) == [
        'b2 rename {"name": "total", "new_name": "subtotal", "path": "shop.py"}',
        'b4 move_symbol {"name": "subtotal", "to": "sums.py", "path": "shop.py"}',
        'b6 organise_imports {"path": "shop.py"}',
        'b8 propose {"title": "Rename `total` to `subtotal`; move `subtotal` to `sums.py`; '
        'organise the imports of shop.py"}',
        "proposal",
        "proposed",
    ]  # fmt: skip


def test_questions_come_before_anything_is_done() -> None:
    lines = play(asking("rename a to b and move it"), "c.py", MADE, MADE, CHECKED)
    assert lines[0].startswith("ask Which file should `b` go to")
    assert lines[1:3] == [
        'b3 rename {"name": "a", "new_name": "b", "path": "shop.py"}',
        'b5 move_symbol {"name": "b", "to": "c.py", "path": "shop.py"}',
    ]


def test_a_part_that_fails_first_ends_all() -> None:
    lines = play(asking("rename a to b and inline c"), failed("a is not there"))
    assert lines[1:] == [
        "escalated Could not rename `a` to `b`, so nothing else was tried: a is not there"
    ]


@pytest.mark.parametrize(
    ("answer", "end"),
    [("yes, show what was done", ["proposal", "proposed"]), ("1", ["proposal", "proposed"]),
     ("no, stop", ["escalated c is used twice"]), ("whatever", ["escalated c is used twice"])],
)  # fmt: skip
def test_after_a_later_failure_the_user_decides(answer: str, end: list[str]) -> None:
    script = [CHECKED] if len(end) > 1 else []
    request = asking("rename a to b, inline c and sort the imports")
    lines = play(request, MADE, failed("c is used twice"), answer, *script)
    assert lines[2] == (
        "ask Could not inline `c`: c is used twice. Show what was done before that? "
        "['yes, show what was done', 'no, stop']"
    )
    assert lines[-len(end) :] == end
    assert not any("organise_imports" in line for line in lines)
    assert all("inline" not in line for line in lines if "propose " in line)


def test_a_part_with_nothing_to_do_is_left_out() -> None:
    lines = play(
        asking("sort the imports and inline c"),
        failed("shop.py: the imports are in order already"), MADE, CHECKED,
    )  # fmt: skip
    assert lines[-3:] == ['b6 propose {"title": "Inline `c`"}', "proposal", "proposed"]
    only = failed("shop.py: the imports are in order already")
    nothing = failed("shop.py: nothing is left to convert there")
    assert play(asking("sort the imports and use f-strings"), only, nothing)[-1] == (
        "escalated shop.py: nothing is left to convert there"
    )


def test_an_ambiguous_name_in_a_later_part_is_asked_about() -> None:
    two = failed("2", *OPTIONS)
    lines = play(asking("rename a to b and inline c"), MADE, two, "2", MADE, CHECKED)
    assert 'inline {"path": "tax.py", "line": 8, "name": "c"}' in lines[3]
    assert lines[-1] == "proposed"


def test_what_goes_by_lines_is_done_before_lines_move() -> None:
    lines = play(asking("sort the imports and extract lines 3-5 into pay"), MADE, MADE, CHECKED)
    assert [line.split()[1] for line in lines[:2]] == ["extract_function", "organise_imports"]


def test_the_function_at_the_cursor_is_looked_up_before_anything_changes() -> None:
    assert play(asking("sort the imports and document this"), BODY, MADE, MADE, CHECKED)[:3] == [
        'b2 explain {"path": "shop.py", "line": 12}',
        'b3 organise_imports {"path": "shop.py"}',
        'b5 add_docstrings {"path": "shop.py", "name": "Cart.total"}',
    ]


def test_a_name_that_a_part_changes_is_changed_in_those_after_it() -> None:
    lines = play(asking("rename total to sum and document this"), BODY, MADE, MADE, CHECKED)
    assert lines[1:3] == [
        'b3 rename {"name": "Cart.total", "new_name": "sum", "path": "shop.py"}',
        'b5 add_docstrings {"path": "shop.py", "name": "Cart.sum"}',
    ]


def test_this_function_is_the_one_around_the_cursor() -> None:
    lines = play(asking("rename this function to sum"), BODY, MADE, CHECKED)
    assert lines[1] == 'b3 rename {"name": "Cart.total", "new_name": "sum", "path": "shop.py"}'


def test_a_cursor_on_no_name_means_what_is_around_it() -> None:
    nothing = failed("shop.py:12 defines nothing; give the name of what is meant")
    lines = play(asking("call it sum"), nothing, BODY, MADE, CHECKED)
    assert lines[2] == 'b4 rename {"name": "Cart.total", "new_name": "sum", "path": "shop.py"}'
    lines = play(asking("call it sum"), nothing, FILE)
    assert lines[-1].startswith("escalated shop.py:12 defines nothing")


def test_a_question_about_the_cursor_outside_of_all_symbols_is_refused() -> None:
    (_, line) = play(asking("who calls this?"), FILE)
    assert line == "escalated shop.py:12 is in no symbol; say which one is meant."


def test_passing_a_parameter_on_asks_who_calls() -> None:
    lines = play(
        asking("add a timeout parameter with default 30 to fetch and pass it through"),
        done(CALLERS + TESTS), MADE, CHECKED,
    )  # fmt: skip
    assert lines[0] == 'b2 callers {"name": "fetch"}'
    assert '"changes": ["add timeout = 30", "through timeout pay, Cart.close"]' in lines[1]
    assert "pass timeout through pay, Cart.close" in lines[2]


def test_where_callers_cannot_take_the_parameter_those_that_have_it_pass_it_on() -> None:
    lines = play(
        asking("add a timeout parameter with default 30 to fetch and pass it through"),
        done(CALLERS), failed("Cart.close has a timeout"), MADE, CHECKED,
    )  # fmt: skip
    assert lines[2].endswith('"changes": ["add timeout = 30", "pass timeout"]}')
    assert lines[-1] == "proposed"


def test_what_may_change_the_program_is_done_when_the_user_says_so() -> None:
    risky = failed("shop.py: what could be converted may then do something else; `risky` does it")
    lines = play(asking("use f-strings"), risky, "yes, do it all the same", MADE, CHECKED)
    assert lines[1].startswith(
        "ask shop.py: what could be converted may then do something else. Do"
    )
    assert lines[2] == 'b4 convert {"path": "shop.py", "to": "f-strings", "risky": true}'
    assert play(asking("use f-strings"), risky, "no, stop")[-1].startswith(
        "escalated shop.py: what"
    )


def test_a_bare_file_name_is_beside_the_file_of_the_symbol() -> None:
    there = done("src/cart.py:3 class Cart")
    goal = replace(asking("move Cart to store.py and document it"), path="tests/test_cart.py")
    assert play(goal, there, MADE, MADE, CHECKED)[:3] == [
        'b2 symbols {"name": "Cart"}',
        'b3 move_symbol {"name": "Cart", "to": "src/store.py", "path": "tests/test_cart.py"}',
        'b5 add_docstrings {"path": "src/store.py", "name": "Cart"}',
    ]
    twice = done("src/cart.py:3 class Cart\nlib/cart.py:3 class Cart")
    goal = replace(goal, instruction="move Cart to store.py")
    lines = play(goal, twice, failed("2 symbols", *OPTIONS), "2", MADE, CHECKED)
    assert '"to": "tests/store.py", "path": "tests/test_cart.py"' in lines[1]


def test_two_questions_have_one_answer() -> None:
    lines = play(asking("who calls total and which tests cover it?"), done("a"), done("b"))
    assert lines[:2] == ['b2 callers {"name": "total"}', 'b4 tests_for {"name": "total"}']
    assert lines[2].split("\n\n") == [
        "answer Find what calls `total`:",
        "```\na\n```",
        "Find the tests of `total`:",
        "```\nb\n```",
    ]


def test_another_name_for_one_part_does_all_parts_again() -> None:
    lines = play(
        asking("rename total to subtotal and move it to sums.py"),
        ToolResult("", "rename total to subtotal: 2 places"), MADE, CHECKED,
        sent_back("call it sum instead"), done(""), MADE, MADE, CHECKED,
    )  # fmt: skip
    assert [line.partition(" ")[2] for line in after(lines)[:3]] == [
        "revert {}",
        'rename {"name": "total", "new_name": "sum", "path": "shop.py"}',
        'move_symbol {"name": "sum", "to": "sums.py", "path": "shop.py"}',
    ]
    assert lines[-1] == "proposed"


def test_several_parts_asked_for_again_are_all_done_again() -> None:
    lines = play(
        asking("rename total to subtotal and sort the imports"),
        ToolResult("", "rename total to subtotal: 2 places"), MADE, CHECKED,
        sent_back(""), done(""), MADE, MADE, CHECKED,
    )  # fmt: skip
    assert [line.split()[1] for line in after(lines)[:3]] == [
        "revert",
        "rename",
        "organise_imports",
    ]
