"""The trial itself: what it draws, how it judges; and two projects of it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "trial"))

import trial_page
import trial_run
from trial_answers import Answer, Item
from trial_checkout import digest
from trial_draws import definitions, drawn
from trial_judge import Baseline, Row, Worse, worse
from trial_page import Trial

CODE = b"""LIMIT = 1


class Cart:
    def total(self, tax, rate=1):
        each = tax
        each += rate
        return each

    @property
    def size(self):
        return 1


def unused():
    return 2
"""
FILES = {"p/__init__.py": b"", "p/a.py": CODE, "p/b.py": b"OTHER = 2\n"}
COVERED = {"p/a.py": {1, 4, 5, 6, 7, 8, 12, 15}, "p/b.py": {1}}


def test_only_what_the_tests_run_is_drawn() -> None:
    found = [(each.path, each.name) for each in definitions(FILES, COVERED)]
    assert found == [
        ("p/a.py", "LIMIT"),
        ("p/a.py", "Cart"),
        ("p/a.py", "Cart.total"),
        ("p/a.py", "Cart.size"),
        ("p/b.py", "OTHER"),
    ]


def test_the_seed_says_what_is_drawn() -> None:
    one, same, other = (drawn(FILES, COVERED, seed, "p") for seed in (1, 1, 2))
    assert one == same != other
    lines = CODE.decode().splitlines()
    renames = [each for each in one if each.kind == "rename" and each.path == "p/a.py"]
    assert {each.how for each in renames} == {"class", "method", "variable", "parameter"}
    for each in renames:
        assert lines[each.line - 1][each.column :].startswith(each.name.rpartition(".")[2])
    extracts = [(each.line, each.last) for each in one if each.kind == "extract"]
    assert set(extracts) <= {(6, 7), (7, 8)}
    assert extracts
    assert {each.name for each in one if each.kind == "signature"} == {"Cart.total"}


def test_requests_and_answers_go_over_a_pipe_as_they_are() -> None:
    answer = Answer("", {"a.py": b"\xff", "b.py": None}, ("a note",))
    assert Answer.read(answer.line()) == answer


BEFORE = Baseline({"a": "passed", "b": "failed", "c": "passed"}, frozenset("c"), 1.0)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ({"a": "passed", "b": "failed", "c": "failed"}, Worse()),
        ({"a": "passed", "b": "passed"}, Worse()),
        ({"a": "failed", "b": "failed"}, Worse(("a",))),
        ({"a": "skipped", "b": "failed"}, Worse(("a",))),
        ({"renamed": "passed", "b": "failed"}, Worse()),
        ({"b": "failed"}, Worse((), "instead of {'passed': 1} there are {}")),
        (
            {"renamed": "failed", "b": "failed"},
            Worse((), "instead of {'passed': 1} there are {'failed': 1}"),
        ),
        ({"": "no such file"}, Worse((), "the suite does not run: no such file")),
    ],
)
def test_less_than_before_is_worse(now: dict[str, str], expected: Worse) -> None:
    assert worse(BEFORE, now) == expected


def test_contents_are_told_apart() -> None:
    every = [{"a": b"1"}, {"a": b"2"}, {"b": b"1"}, {"a": None}, {"a": b""}, {}]
    assert len({digest(each) for each in every}) == len(every)


def test_the_page_says_what_the_rows_say() -> None:
    row = Row("p", "redline", "rename", "class", "rename A", "kept", "", 1)
    other = replace(row, words="rename B | C", came="refused", why="x.py:3 is in the way")
    made = Trial(7, {"p": "1.0"}, {"rope": "2"}, (row, other))
    assert Trial.read(made.as_json()) == made
    page = trial_page.page(made)
    assert "| renames | redline | 2 | 1 (50 %) | 1 | 0 | 1 |" in page
    assert "| p 1.0 | 1 / 0 / 1 |" in page
    assert "rename B \\| C: x.py:3 is in the way" in page


def test_the_page_is_that_of_the_rows() -> None:
    made = Trial.read((trial_run.DOCS / "refactoring-trial.json").read_text("utf-8"))
    assert (trial_run.DOCS / "refactoring-trial.md").read_text("utf-8") == trial_page.page(made)


@pytest.mark.slow
@pytest.mark.parametrize("name", trial_run.QUICK)
def test_a_real_project_keeps_its_tests(name: str) -> None:
    cache = trial_run.CACHE
    cache.mkdir(parents=True, exist_ok=True)
    asked = [each for each in trial_run.tools(cache) if each.name == "redline"]
    found = trial_run.rows([name], asked, trial_run.SEED, cache)
    assert {row.came for row in found} == {"kept", "refused"}
    assert len(found) == sum(trial_run.COUNTS.values())


def test_a_request_in_words() -> None:
    item = Item("signature", "a.py", 3, 4, "f", "b, a", how="order", given="a")
    assert item.words == "signature of f (a.py:3): order a (b, a)"
