"""A fix is shown with the evidence that what was to be fixed is gone, or goes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from proving_support import PLAN, PROPOSE, Ended, edit, run

from redline.app.runs import Asked
from redline.core import uris
from redline.core.proposal.model import Check, Place
from redline.core.text.text import Span

CART, TESTS = "shop/cart.py", "tests/test_cart.py"
FAILED = (
    "=================================== FAILURES ===================================\n"
    "__________________________________ test_total __________________________________\n"
    "/ci/build/tests/test_cart.py:5: in test_total\n"
    "    assert total([1, 2]) == 3\n"
    "E   assert 4 == 3\n"
    "E    +  where 4 = total([1, 2])\n"
)
SLIP = (
    "Traceback (most recent call last):\n"
    '  File "/app/shop/cart.py", line 2, in total\n'
    "    return sum(prises)\n"
    "NameError: name 'prises' is not defined. Did you mean: 'prices'?\n"
)
ELSEWHERE = edit(CART, "    return len(prices)", "    return len(list(prices))") + PROPOSE


def written_wrong(project: Path, before: str, after: str) -> None:
    text = (project / CART).read_text()
    assert before in text
    (project / CART).write_text(text.replace(before, after))


def gone(ended: Ended) -> list[Check]:
    failed = [t.check for t in ended.state.transcript if t.check is not None]
    shown = ended.state.proposal.checks if ended.state.proposal is not None else ()
    every = [replace(e, seconds=0.0, failures=()) for e in (*failed, *shown)]
    return [each for each in every if each.name == "diagnostic"]


async def test_a_pasted_failure_is_fixed_when_its_test_passes(project: Path) -> None:
    written_wrong(project, "return sum(prices)", "return sum(prices) + 1")
    script = (
        PLAN + ELSEWHERE
        + "---\nexpect: what was to be fixed is not: tests/test_cart.py::test_total still fails\n"
        + edit(CART, "sum(prices) + 1", "sum(prices)") + PROPOSE
    )  # fmt: skip
    ended = await run(project, script, action="fix", instruction=FAILED)
    name = f"{TESTS}::test_total"
    assert gone(ended) == [
        Check("diagnostic", "2 errors", "failed", f"{name} still fails", 0.0),
        Check("diagnostic", "2 errors", "passed", f"{name} passes", 0.0),
    ]
    goal = ended.state.goal
    assert goal is not None
    uri = uris.from_path((project / TESTS).as_posix())
    assert goal.places == (Place(uri, 5, f"{TESTS}:5 in test_total"),)


async def test_a_test_that_passed_before_is_no_evidence(project: Path) -> None:
    ended = await run(project, PLAN + ELSEWHERE, action="fix", instruction=FAILED)
    (check,) = gone(ended)
    assert (ended.state.outcome, check.outcome) == ("proposed", "skipped")
    assert f"{TESTS}::test_total passes, but did so before the change too" in check.detail


async def test_what_a_linter_knows_needs_no_test_and_no_trust(project: Path) -> None:
    written_wrong(project, "return sum(prices)", "return sum(prises)")
    ended = await run(project, None, action="fix", instruction=SLIP, trusted=False)
    assert gone(ended) == [
        Check(
            *("diagnostic", "1 error", "passed"),
            *("gone: name 'prises' is not defined. Did you mean: 'prices'?", 0.0),
        )
    ]


async def test_a_model_that_leaves_it_is_stopped(project: Path) -> None:
    written_wrong(project, "return sum(prices)", "return sum(prises)")
    worse = [
        edit(CART, before, f"list({before})") + PROPOSE
        for before in ("list(prices))", "list(list(prices)))")
    ]
    script = "---\n".join([PLAN + ELSEWHERE, *worse])
    ended = await run(project, script, action="fix", instruction=SLIP)
    assert (ended.state.outcome, [each.outcome for each in gone(ended)]) == (
        "escalated",
        ["failed"] * 3,
    )
    assert "1. diagnostic: still there: shop/cart.py:2" in ended.state.reason


async def test_what_nothing_here_reports_is_said_to_be_unproven(project: Path) -> None:
    told = "shop/cart.py:6:1: error: something only another tool knows of [odd]\n"
    ended = await run(project, PLAN + ELSEWHERE, action="fix", instruction=told)
    (check,) = gone(ended)
    assert (ended.state.outcome, check.outcome) == ("proposed", "skipped")
    assert check.detail.startswith("nothing here reports “something only another tool knows of”")


async def test_the_diagnostics_of_a_code_action_are_what_is_to_be_gone(project: Path) -> None:
    text = f"import os\n\n\n{(project / CART).read_text()}"
    (project / CART).write_text(text)
    uri = uris.from_path((project / CART).as_posix())
    told = "`os` imported but unused"
    asked = Asked("fix", "", uri, Span(0, 9), (told,))
    ended = await run(project, None, asked=asked, trusted=False)
    assert gone(ended) == [Check("diagnostic", "1 error", "passed", f"gone: {told}", 0.0)]
    assert ended.state.proposal is not None
    (hunk,) = ended.state.proposal.hunks
    assert (hunk.origin, b"import os" in hunk.before, b"import os" in hunk.after) == (
        *("computed", True, False),
    )
