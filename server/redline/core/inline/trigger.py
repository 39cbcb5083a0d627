"""Whether anything is suggested at all: by the cursor's place and by what the user set."""

from __future__ import annotations

import re

from redline.core.inline.model import InlineRequest, InlineSettings, Trigger
from redline.core.inline.place import Inside, is_word

_CLOSING = re.compile(r"[\s)\]}>\"'`;:,]*|\s*(?:\*/|-->)\s*")
"""What an editor puts behind the cursor by itself, and ends of what is around it."""


def refused(before: str, after: str, trigger: Trigger, letters: str) -> str:
    """Why nothing is suggested between `before` and `after` of a line; '' where it may be.

    While the user types, only at the end of a line; never between two parts of a word.
    """
    if before and after and is_word(before[-1], letters) and is_word(after[0], letters):
        return "inside a word"
    if trigger == "automatic" and _CLOSING.fullmatch(after) is None:
        return "code follows on the line"
    return ""


def unwanted(request: InlineRequest, languages_off: frozenset[str]) -> str:
    """Why nothing is suggested in a document, '' where something may be."""
    if not request.language:
        return "no language"
    if request.language in languages_off:
        return f"off for {request.language}"
    if request.text.is_binary or not request.text.is_utf8:
        return "not a text"
    return ""


def not_here(settings: InlineSettings, place: Inside) -> str:
    """Why nothing is suggested in what the cursor is in, '' where something may be."""
    if place == "comment" and not settings.comments:
        return "off in comments"
    return "off in strings" if place == "string" and not settings.strings else ""
