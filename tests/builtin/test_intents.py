"""What everyday requests mean to the builtin model, from the table in phrasings.txt."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from redline.core.agent.model import Goal
from redline.core.builtin import intents
from redline.core.builtin.intent import Intent, Question, Refusal
from redline.core.builtin.intents import Request
from redline.core.text.text import Span

NAMED = ("extract", "variable", "constant")
ROWS = [
    tuple(part.strip() for part in line.split(" |", 1))
    for line in (Path(__file__).parent / "phrasings.txt").read_text("utf-8").splitlines()
    if line and not line.startswith(("#", "--"))
]


def goal_of(request: str) -> Goal:
    """The goal of one row: an optional mark in brackets, then the words."""
    goal = Goal("refactor", "", "file:///w/shop.py", "shop.py", Span(90, 90), (12, 12))
    mark, words = re.fullmatch(r"(?:\[([\w-]+)\]\s*)?(.*)", request).groups()
    goal = replace(goal, instruction=words)
    if mark == "file":
        return replace(goal, lines=None, span=None)
    if mark == "none":
        return replace(goal, path="", uri="", lines=None, span=None)
    if mark and mark[0].isdigit():
        first, last = mark.split("-")
        return replace(goal, lines=(int(first), int(last)), span=Span(90, 120))
    return replace(goal, action=mark) if mark else goal


def shown(found: Request) -> str:
    """One line for what was read: its parts, each a tool call in short."""
    if isinstance(found, Refusal):
        return f"! {found.reason}"
    return " + ".join(map(part, found))


def part(found: Intent | Question) -> str:
    if isinstance(found, Question):
        return f"? {found.text}"
    given = found.new_name and ("as " if found.kind in NAMED else "-> ") + found.new_name
    place = found.path and f"in {found.path}" + (f":{found.line}" if found.line else "")
    parts = (
        found.kind, found.to if found.kind == "convert" else "", found.name,
        found.lines and "{}-{}".format(*found.lines),
        found.code and repr(found.code), given,
        found.to and f"-> {found.to!r} [{found.language}]" if found.kind == "replace" else "",
        f"({'; '.join(found.changes)})" if found.changes else "",
        "every" if found.every else "",
        place if found.kind != "search" else "",
    )  # fmt: skip
    return " ".join(part for part in parts if part)


@pytest.mark.parametrize(("request_", "outcome"), ROWS, ids=[row[0] or "(empty)" for row in ROWS])
def test_phrasing(request_: str, outcome: str) -> None:
    found = shown(intents.read(goal_of(request_)))
    if outcome[0] in "!?":
        assert found.startswith(outcome)
    else:
        assert found == outcome


def test_every_refusal_of_a_known_request_says_how_to_configure_a_model() -> None:
    for request in ("inline it all away", "make it faster", "sing a song", "[none] fix", "[file]"):
        reason = shown(intents.read(goal_of(request)))
        assert 'model = "provider/name"' in reason and "--model" in reason, request


def answered(request: str, *answers: str) -> str:
    """What is read of a request whose questions are answered so."""
    found = intents.read(goal_of(request))
    for answer in answers:
        assert isinstance(found, tuple) and isinstance(found[0], Question), found
        one = intents.complete(found[0], answer)
        found = one if isinstance(one, Refusal) else (one,)
    return shown(found)


def test_an_answer_completes_the_question() -> None:
    assert answered("rename total", " `sum_up` ") == "rename total -> sum_up in shop.py"
    assert answered("[file] extract this into pay", "10 to 20") == "extract 10-20 as pay in shop.py"
    assert answered("[file] extract this into pay", "the top").startswith(
        "! 'the top' names no lines"
    )
    assert answered("move `Cart`", "./src/cart.py") == "move Cart -> src/cart.py in shop.py"


def test_one_answer_may_lead_to_another_question() -> None:
    assert answered("[none] move it", "Cart", "cart.py") == "move Cart -> cart.py"
    assert answered("[none] extract this", "a.py", "3-5") == "extract 3-5 in a.py"


def test_prose_is_refused_and_hostile_prose_is_refused_quickly() -> None:
    began = time.perf_counter()
    for text in (
        "extract " + "a function " * 60,
        "rename " + "x." * 150,
        "in a.b " * 50,
        "the " * 90,
    ):
        found = intents.read(goal_of(text))
        assert isinstance(found, Refusal) or "x.x.x" in part(found[0]), text
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    "words",
    [
        "keep the name", "leave this as it is", "Not this one.", "skip this, please", "no",
        "drop this", "undo this", "No, leave it alone!", "keep `helper` as it is",
        "don't touch it", "this is fine as it is", "please don't rename helper", "revert that",
        "keep the name helper",
    ],
)  # fmt: skip
def test_a_comment_that_wants_nothing_else(words: str) -> None:
    assert intents.unwanted(words)


@pytest.mark.parametrize(
    "words",
    [
        "", "call it subtotal instead", "keep going", "drop the unused imports",
        "no, rename it to x",
        "delete this file", "leave a comment", "not quite what I meant", "do it in two steps",
    ],
)  # fmt: skip
def test_a_comment_that_wants_something_else(words: str) -> None:
    assert not intents.unwanted(words)
