"""What a request in everyday English asks the builtin model to do: the parts of it, in order.

A request with a part that is not understood is refused as a whole, and so is one that says
what not to do: nothing is half done without a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from redline.core.agent.model import Goal
from redline.core.builtin import several, words
from redline.core.builtin.grammar import (
    asking,
    converting,
    documenting,
    extracting,
    files,
    mending,
    moving,
    refusing,
    renaming,
    signatures,
)
from redline.core.builtin.intent import (
    CAN_DO,
    OTHERWISE,
    Intent,
    Kind,
    Missing,
    Question,
    Read,
    Refusal,
    shown,
)
from redline.core.builtin.said import first_of, slashed

Request = tuple[Intent | Question, ...] | Refusal
"""The parts of a request, at least one; or why none of it is done."""

MAX_LENGTH = 400
"""Longer requests are prose, which the builtin model does not read."""

_RULES = (
    *files.RULES,
    *documenting.RULES,
    *signatures.RULES,
    *converting.RULES,
    *renaming.RULES,
    *extracting.RULES,
    *moving.RULES,
    *mending.RULES,
    *asking.RULES,
)

_Need = Literal["symbol", "place", "new_name", "path", "lines", "line", "changes"]
_NEEDS: Mapping[Kind, tuple[tuple[_Need, str], ...]] = {
    "rename": (
        ("symbol", "Which symbol should be renamed?"),
        ("new_name", "What should {} be called?"),
    ),
    "inline": (("symbol", "What should be inlined?"),),
    "move": (
        ("symbol", "What should be moved?"),
        ("new_name", "Which file should {} go to, for example utils.py?"),
    ),
    "signature": (
        ("symbol", "Which function is meant?"),
        ("changes", "What should be changed, for example: add timeout: float = 30?"),
    ),
    "extract": (
        ("path", "Which file are the lines in?"),
        ("lines", "Which lines should be extracted, for example 10-20?"),
    ),
    "variable": (("path", "Which file is it in?"), ("line", "Which line is it on?")),
    "constant": (("path", "Which file is it in?"), ("line", "Which line is it on?")),
    "callers": (("symbol", "Whose callers?"),),
    "callees": (("symbol", "Which function is meant?"),),
    "references": (("symbol", "The uses of what?"),),
    "tests": (("symbol", "The tests of what?"),),
    "explain": (("place", "Which file?"),),
    "imports": (("path", "Which file?"),),
    "convert": (("path", "Which file?"),),
    "docstrings": (("path", "Which file?"),),
    "examples": (("place", "Which file?"),),
    "importers": (("path", "Which file?"),),
    "rename_file": (("path", "Which file?"),),
    "delete_file": (("path", "Which file?"),),
}
_MISSING: Mapping[_Need, Missing] = {
    "symbol": "name", "place": "path", "new_name": "new_name", "path": "path", "lines": "lines",
    "line": "line", "changes": "changes",
}  # fmt: skip


def read(goal: Goal) -> Request:
    """What `goal` asks for. An instruction comes before the action it was given under."""
    text = words.tidied(goal.instruction)
    errors = mending.read(goal, text)
    if errors is not None:
        return errors
    if not text:
        return _request(_without_words(goal))
    if len(text) > MAX_LENGTH:
        return Refusal(f"The builtin model reads short requests only. {OTHERWISE}")
    refusal = refusing.at_once(text)
    if refusal is not None:
        return refusal
    found = _read(goal, text)
    if found is not None:
        return _request(found)
    parts = several.parts(text, lambda part: _read(goal, part), whole)
    if isinstance(parts, Refusal):
        return parts
    found = asking.search(goal.action, goal.instruction, text)
    return parts or (_request(found) if found else refusing.not_understood(text))


def complete(question: Question, answer: str) -> Read:
    """The intent of `question` with the user's `answer` filled in; it may lead to another."""
    given = answer.strip().strip("`'\"").strip()
    about = question.about
    if not given:
        return Refusal("There was no answer to go on with.")
    if question.missing in ("lines", "line"):
        found = re.fullmatch(words.RANGE, given, re.IGNORECASE)
        if found is None:
            return Refusal(f"{answer!r} names no lines; say for example 10-20.")
        first, last = int(found["first"]), int(found["last"] or found["first"])
        if question.missing == "line":
            return whole(replace(about, line=first))
        return whole(replace(about, lines=(min(first, last), max(first, last))))
    return whole(_filled(about, question.missing, given))


def _filled(about: Intent, missing: Missing, given: str) -> Intent:
    match missing:
        case "new_name":
            path = about.kind in ("move", "rename_file")
            return replace(about, new_name=slashed(given) if path else given)
        case "path":
            return replace(about, path=slashed(given))
        case "changes":
            return replace(about, changes=signatures.changes_in(given))
        case "language":
            return replace(about, language=given.lower())
        case _:
            return replace(about, name=given)


def whole(intent: Intent) -> Intent | Question:
    """`intent` where all it needs was said, else the question for what was not."""
    for need, text in _NEEDS.get(intent.kind, ()):
        if not _has(intent, need):
            missing = _MISSING[need]
            return Question(text.format(shown(intent)), intent, missing)
    return intent


def _has(intent: Intent, need: _Need) -> bool:
    match need:
        case "symbol":
            return bool(intent.name or (intent.path and intent.line))
        case "place":
            return bool(intent.name or intent.path)
        case "new_name":
            return bool(intent.new_name)
        case "path":
            return bool(intent.path)
        case "lines":
            return intent.lines is not None
        case "line":
            return intent.line > 0
        case "changes":
            return bool(intent.changes)


def unwanted(comment: str) -> bool:
    """Whether a comment on a change says no more than that it is not wanted."""
    return refusing.unwanted(words.tidied(comment))


def _read(goal: Goal, text: str) -> Read | None:
    """One thing to do; None when `text` is not understood as that."""
    found = first_of(_RULES, goal, text)
    return whole(found) if isinstance(found, Intent) else found


def _request(found: Read) -> Request:
    return found if isinstance(found, Refusal) else (found,)


def _without_words(goal: Goal) -> Read:
    line = goal.lines[0] if goal.lines else 0
    match goal.action:
        case "explain":
            return whole(Intent("explain", path=goal.path, line=line))
        case "document":
            return whole(Intent("docstrings", path=goal.path, line=line))
        case "test":
            return whole(mending.tests_here(goal))
        case _:
            return Refusal(f"Say what to do. The builtin model can {CAN_DO}. {OTHERWISE}")
