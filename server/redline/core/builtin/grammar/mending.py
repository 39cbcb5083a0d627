"""Errors to mend, as diagnostics, as a pasted text or by their place; tests of examples."""

from __future__ import annotations

from dataclasses import replace

from redline.core.agent.model import Goal
from redline.core.builtin.intent import OTHERWISE, Intent, Read, Refusal
from redline.core.builtin.said import Rule, Said
from redline.core.builtin.words import AT, OLD, PATH, THIS, THIS_FILE
from redline.core.trouble.model import Spot, Trouble
from redline.core.trouble.places import matched
from redline.core.trouble.read import troubles

MOST = 5
WITHOUT_A_PLACE = (
    f"Say which error is meant: paste what was printed, or ask for the fix on its line. {OTHERWISE}"
)

_WHAT = (
    r"(?:(?:the|this|that|these|those|all|my|any|an?|following)\s+)*"
    r"(?:it|this|that|these|those|errors?|problems?|warnings?|diagnostics?|issues?|mistakes?|typos?"
    r"|misspellings?|(?:misspel(?:led|t)|undefined|unknown|missing)\s+(?:names?|imports?))"
)
_FIXED = (
    rf"(?:fix|mend|repair|correct|resolve|solve)\s+(?:{_WHAT}){AT}",
    rf"(?:fix|mend|repair|correct)(?:\s+(?:what\s+is|what's|whatever\s+is)\s+wrong)?{AT}",
)
_WRITE = r"(?:add|write|generate|create|make|give\s+me)"
_TESTS = r"(?:(?:an?|the|some|any|all|missing|unit|more|new|doc)\s*)*(?:tests?|test\s+cases?)"
_TESTED = (
    rf"{_WRITE}\s+{_TESTS}(?:\s+(?:for|of|to))?\s+(?P<file>{THIS_FILE}){AT}",
    rf"{_WRITE}\s+{_TESTS}(?:\s+(?:for|of|to))?\s+(?:the\s+(?:file|module)\s+)?{PATH}",
    rf"{_WRITE}\s+{_TESTS}(?:\s+(?:for|of|to))?\s+(?P<this>{THIS}){AT}",
    rf"{_WRITE}\s+{_TESTS}\s+(?:for|of)\s+{OLD}{AT}",
    rf"{_WRITE}\s+{_TESTS}{AT}",
    rf"test\s+(?P<this>{THIS}){AT}",
)


def read(goal: Goal, text: str) -> tuple[Intent, ...] | Refusal | None:
    """What a fix is asked of: a pasted error, or what is known to be wrong at the place. A
    question about a pasted error is one about the code where it happened.

    None where `text`, the tidied words, is a request of its own.
    """
    told = troubles(goal.instruction) if goal.action in ("fix", "explain", "ask") else ()
    parts = _of_errors(goal, told) if told else None
    if goal.action != "fix":
        asked = parts[:1] if isinstance(parts, tuple) else ()
        return tuple(Intent("explain", path=each.path, line=each.line) for each in asked) or None
    if parts is not None:
        return parts
    if text:
        return None
    if not (goal.path and goal.lines):
        return Refusal(WITHOUT_A_PLACE)
    return (at_place(goal),)


def at_place(goal: Goal) -> Intent:
    """The fix of what is wrong where the goal came from."""
    said = goal.diagnostics[0] if len(goal.diagnostics) == 1 else ""
    first = goal.lines[0] if goal.lines else 0
    return Intent("fix", path=goal.path, line=first, lines=goal.lines, code=said)


def _of_errors(goal: Goal, told: tuple[Trouble, ...]) -> tuple[Intent, ...] | Refusal:
    """One part for each file: its lines move with the first fix in it."""
    parts: dict[str, Intent] = {}
    for each in told:
        for spot in each.places:
            path = _here(goal, spot)
            if path:
                made = Intent("fix", path=path, line=spot.line, code=each.message or each.kind)
                parts.setdefault(path, made)
                break
    if not parts:
        names = ", ".join(dict.fromkeys(spot.path for each in told for spot in each.places)) or "it"
        return Refusal(f"No line that the error names is in the workspace: {names}.")
    return tuple(parts.values())[:MOST]


def _here(goal: Goal, spot: Spot) -> str:
    """What the workspace calls the file of a printed place, '' for none."""
    paths = {
        place.label.partition(" in ")[0].removesuffix(f":{place.line}")
        for place in goal.places
        if place.line == spot.line and place.line
    }
    return next(iter(paths)) if len(paths) == 1 else matched(spot.path, paths) or ""


def _fixed(said: Said) -> Read | None:
    goal = said.goal
    line = said.of("line") or said.of("path_line")
    if said.of("everywhere") or said.of("here"):
        return Refusal(WITHOUT_A_PLACE)
    if not line and said.elsewhere:
        return Refusal(WITHOUT_A_PLACE)
    if line:
        return said.placed(Intent("fix"))
    return at_place(goal) if goal.path and goal.lines else Refusal(WITHOUT_A_PLACE)


def _tested(said: Said) -> Read | None:
    whole = bool(said.of("file") or said.of("here"))
    name = said.name()
    cursor = not name and not whole and not said.elsewhere
    intent = said.placed(Intent("examples", name), cursor=cursor)
    return intent if intent.name or intent.path else None


def tests_here(goal: Goal) -> Intent:
    """Tests of what stands where the goal came from."""
    line = goal.lines[0] if goal.lines else 0
    return replace(Intent("examples", path=goal.path), line=line)


RULES = (
    Rule(_FIXED, _fixed, r"fix|mend|repair|correct|resolve|solve"),
    Rule(_TESTED, _tested, "test"),
)
