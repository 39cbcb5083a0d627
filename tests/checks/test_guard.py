"""Which hunks are never taken along: each part of guard.txt is a change and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from redline.core.checks.guard import guard_of
from redline.core.proposal.model import Hunk, Operation

PARTS = (Path(__file__).parent / "guard.txt").read_text("utf-8").split("\n\n")[1:]
TEST = "tests/test_shop.py"


def hunk(before: str, after: str, operation: Operation = "edit", target: str = "") -> Hunk:
    old, new = before.encode(), after.encode()
    return Hunk("p.1", "u", (), 0, old, new, "", "generated", operation, target)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.partition("\n")[0])
def test_what_is_held_back(part: str) -> None:
    head, *lines = part.splitlines()
    path, _, reason = head.partition(": ")
    before, after = ("".join(f"{x[1:]}\n" for x in lines if x[0] == sign) for sign in "-+")
    assert guard_of(path, hunk(before, after)) == reason.replace("nothing", "")


def test_whole_files() -> None:
    assert guard_of(TEST, hunk("x = 1\n", "", "delete")) == "deletes a file of tests"
    assert guard_of(TEST, hunk("", "def test_a(): pass\n", "create")) == ""
    assert guard_of(TEST, hunk("", "", "rename", "tests/test_b.py")) == ""
    moved = guard_of(TEST, hunk("", "", "rename", "old/shop.py"))
    assert moved == "moves tests to where they are not found"
    assert guard_of("shop/cart.py", hunk("x = 1\n", "", "delete")) == ""


def test_what_was_computed_runs_no_code_that_did_not_run_before() -> None:
    change = Hunk("p.1", "u", (), 0, b"a()\n", b"b()\n", "", "computed")
    assert guard_of("conftest.py", change) == ""
    assert guard_of("conftest.py", replace(change, origin="generated")) == "runs code"
    assert guard_of("a.py", replace(change, operation="rename", target="setup.py")) == "runs code"
    workflow = ".github/workflows/x.yml"
    moved = guard_of("a.yml", replace(change, operation="rename", target=workflow))
    assert moved == "touches what continuous integration runs"
