"""What everyday requests mean to the builtin model, from the table in phrasings.txt."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from redline.core.agent.model import Goal
from redline.core.builtin import intents
from redline.core.builtin.intents import Intent, Question, Read, Refusal
from redline.core.text.text import Span

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


def shown(found: Read) -> str:
    """One line for what was read."""
    if isinstance(found, Refusal):
        return f"! {found.reason}"
    if isinstance(found, Question):
        return f"? {found.text}"
    parts = [found.kind, found.name]
    if found.lines:
        parts.append("{}-{}".format(*found.lines))
    if found.new_name:
        parts.append(("as " if found.kind == "extract" else "-> ") + found.new_name)
    if found.query:
        parts.append(repr(found.query))
    if found.path and found.kind != "search":
        parts.append(f"in {found.path}" + (f":{found.line}" if found.line else ""))
    return " ".join(part for part in parts if part)


@pytest.mark.parametrize(("request_", "outcome"), ROWS, ids=[row[0] or "(empty)" for row in ROWS])
def test_phrasing(request_: str, outcome: str) -> None:
    found = shown(intents.read(goal_of(request_)))
    if outcome[0] in "!?":
        assert found.startswith(outcome)
    else:
        assert found == outcome


def test_every_refusal_of_a_known_request_says_how_to_configure_a_model() -> None:
    for request in ("inline this", "write tests", "sing a song", "[fix]", "[file]"):
        reason = shown(intents.read(goal_of(request)))
        assert 'model = "provider/name"' in reason and "--model" in reason, request


def test_an_answer_completes_the_question() -> None:
    question = intents.read(goal_of("rename total"))
    assert isinstance(question, Question)
    assert shown(intents.complete(question, " `sum_up` ")) == "rename total -> sum_up in shop.py"

    question = intents.read(goal_of("[file] extract this into pay"))
    assert isinstance(question, Question)
    assert shown(intents.complete(question, "10 to 20")) == "extract 10-20 as pay in shop.py"
    assert shown(intents.complete(question, "the top")).startswith("! 'the top' names no lines")


def test_prose_is_refused_and_hostile_prose_is_refused_quickly() -> None:
    began = time.perf_counter()
    for text in (
        "extract " + "a function " * 60,
        "rename " + "x." * 150,
        "in a.b " * 50,
        "the " * 90,
    ):
        found = intents.read(goal_of(text))
        assert not isinstance(found, Intent) or found.kind == "rename", text
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
