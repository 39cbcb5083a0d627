"""`redline stats`: what the journal tells of past runs, and what still stands of them."""

from __future__ import annotations

import json
from pathlib import Path

from cli_support import aged
from redline.adapters.places import journal_file
from redline.core.stats.objectives import OBJECTIVES

RENAME = "rename Basket to ShoppingCart"


def stats(redline, *arguments: str) -> dict:
    done = redline("stats", "--json", *arguments)
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)


def test_nothing_is_known_of_nothing(redline) -> None:
    found = stats(redline)
    assert found["runs"]["total"] == 0 and found["runs"]["success_rate"] is None
    assert {each["actual"] for each in found["objectives"]} == {None}
    shown = redline("stats")
    assert shown.code == 0 and all(each.words.split()[0] in shown.out for each in OBJECTIVES)


def test_what_stands_after_a_day_is_told_from_what_does_not(redline, project: Path) -> None:
    assert redline("ask", RENAME, "--apply").code == 0
    young = stats(redline)
    assert young["hunks"]["after_a_day"] == {
        "kept": 0, "gone": 0, "unknown": 0, "young": 11, "kept_rate": None
    }  # fmt: skip
    aged(journal_file(project), 2)
    basket, tests = project / "shop" / "basket.py", project / "tests" / "test_shop.py"
    basket.write_text("# mine\n" + basket.read_text().replace("class ShoppingCart", "class Cart"))
    tests.unlink()
    found = stats(redline)
    assert found["hunks"] == {
        "by_decision": {"accepted": 11},
        "acceptance_rate": 1.0,
        "after_a_day": {"kept": 6, "gone": 1, "unknown": 4, "young": 0, "kept_rate": 6 / 7},
    }
    assert (found["runs"]["by_outcome"], found["runs"]["success_rate"]) == ({"proposed": 1}, 1.0)
    assert found["usage"]["cost"] == 0.0 and found["latency"]["tool call"]["count"] == 2
    assert stats(redline, "--days", "1")["runs"]["total"] == 0
    assert stats(redline, "--days", "1")["objectives"] == found["objectives"]
    other = project.parent / "other"
    other.mkdir()
    assert stats(redline, "--root", str(other))["runs"]["total"] == 0
    everything = stats(redline, "--root", str(other), "--all")
    assert everything["workspaces"] == 2 and everything["hunks"] == found["hunks"]


def test_forgotten_runs_are_counted_and_nothing_more(redline) -> None:
    assert redline("ask", RENAME).code == 0
    assert redline("runs", "--forget", "--all").code == 0
    assert stats(redline)["runs"] == {
        "total": 0, "by_outcome": {}, "success_rate": None, "failure_rate": None,
        "escalation_rate": None, "rollbacks": 0, "forgotten": 1,
    }  # fmt: skip
