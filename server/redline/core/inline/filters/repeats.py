"""Drafts that go round in circles, or say again what was just said."""

from __future__ import annotations

import re

from redline.core.inline.filters.verdict import Dropped, Verdict
from redline.core.inline.place import Place

_CIRCLE = re.compile(r"(\S.{1,39}?)\1{3}")
_LONGEST = 600
_PERIODS = 6
_WORTH = 6
"""Letters and digits of a line that is not written twice by chance."""


def circles(draft: str, place: Place) -> Verdict:
    """The draft up to where the same lines come a third time; nothing of one that says the
    same four times on a line."""
    for line in draft.split("\n"):
        found = _CIRCLE.search(line[:_LONGEST])
        if found is not None and any(map(str.isalpha, found[1])):
            return Dropped("goes round in circles")
    lines = draft.split("\n")
    for period in range(1, _PERIODS + 1):
        for at in range(len(lines) - 3 * period + 1):
            one = lines[at : at + period]
            two, three = lines[at + period : at + 2 * period], lines[at + 2 * period :]
            if one == two == three[:period] and any(map(str.strip, one)):
                return "\n".join(lines[: at + period])
    return draft


def copies(draft: str, place: Place) -> Verdict:
    """Nothing of a draft that makes the line the same as the one above, or more of them."""
    above = [each.rstrip() for each in place.above if each.strip()]
    made = [each.rstrip() for each in (place.before + draft).split("\n") if each.strip()]
    if not made or len(made) > len(above):
        return draft
    if above[-len(made) :] == made and _tells(made):
        return Dropped("stands on the line above")
    return draft


def _tells(lines: list[str]) -> bool:
    return sum(char.isalnum() for line in lines for char in line) >= _WORTH


def completes(draft: str, place: Place, *, known: bool) -> Verdict:
    """Nothing of a draft that leaves the word at the cursor a part of one.

    `known` says whether that part is a word of its own.
    """
    if not place.word or known or place.word[0].isdigit():
        return draft
    first = draft[0]
    goes_on = first.isalnum() or first == "_" or first in place.language.letters
    return draft if goes_on else Dropped("leaves a word half written")
