"""Moves of symbols to other modules, and inlining."""

from __future__ import annotations

import re

from redline.core.builtin import words
from redline.core.builtin.intent import Intent, Question, Read
from redline.core.builtin.said import Rule, Said, slashed
from redline.core.builtin.words import AT, DOTTED, NAMES, OLD, PATH, PATH_WORD, QUOTE, THIS

_MOVE = r"(?:move|relocate|put|transfer|migrate|shift)(?:\s+over)?"
_EXTRACT = r"(?:extract|pull|split|factor|take|break)"
_FILE = r"(?:file|module)"
_WHERE = (
    rf"(?:(?:the\s+)?(?:(?:new|existing|separate)\s+)?(?:{_FILE}\s+)?(?:called\s+|named\s+)?"
    rf"{QUOTE}?(?P<to>{PATH_WORD}){QUOTE}?"
    rf"|(?:an?\s+)?(?:(?:the|new|existing|separate)\s+)*module\s+(?:called\s+|named\s+)?"
    rf"{QUOTE}?(?P<module>{DOTTED}){QUOTE}?"
    rf"|the\s+{QUOTE}?(?P<module>{DOTTED}){QUOTE}?\s+module"
    rf"|an?\s+(?:(?:new|separate|own)\s+)*{_FILE},?\s+(?:called\s+|named\s+)?"
    rf"{QUOTE}?(?P<to>{PATH_WORD}){QUOTE}?)"
)
_ELSEWHERE = (
    rf"(?:(?:(?:an?|its|their|another|some)\s+)?(?:(?:own|new|other|separate|different)\s+)*{_FILE}"
    r"|elsewhere|somewhere\s+else)"
)
_FROM = rf"(?:\s+(?:out\s+)?(?:from|of|in)\s+(?:the\s+{_FILE}\s+)?{PATH})?"
_OUT = r"(?:\s+(?:out(?:\s+of\s+(?:here|this\s+file))?|over|from\s+here))?"
_INTO = r"(?:->|=>|\s(?:to|into|in|inside|over\s+to)\s)\s*"

_MOVES = (
    rf"{_MOVE}\s+{THIS}{_FROM}{_OUT}\s*{_INTO}{_WHERE}",
    rf"{_MOVE}\s+{NAMES}{_FROM}{_OUT}\s*{_INTO}{_WHERE}",
    rf"{_EXTRACT}{_OUT}\s+(?:{THIS}|{NAMES}){_FROM}{_OUT}\s*{_INTO}{_WHERE}",
    rf"(?:{THIS}|{NAMES})\s+(?:should|must|ought\s+to)\s+(?:be(?:\s+moved)?|live|go|move)\s*{_INTO}{_WHERE}",
)
_OPEN = (
    rf"{_MOVE}\s+(?:{THIS}|{NAMES}){_FROM}{_OUT}(?:\s*{_INTO}{_ELSEWHERE}|\s+elsewhere)",
    rf"{_EXTRACT}{_OUT}\s+(?:{THIS}|{NAMES}){_FROM}\s*{_INTO}{_ELSEWHERE}",
    rf"(?:move|relocate)\s+(?:{THIS}|(?P<sure>{NAMES})){_FROM}",
)
# "move Cart to basket": a module perhaps, perhaps a class.
_BARE = (
    rf"{_MOVE}\s+(?:{THIS}|{NAMES}){_FROM}{_OUT}\s*{_INTO}{QUOTE}?(?P<module>{DOTTED}){QUOTE}?",
)

_VALUE = (
    r"(?:its|their|the)\s+(?:(?:own|actual)\s+)?"
    r"(?:value|definition|body|bodies|contents?|expression|code|initiali[sz]er)"
)
_ALL = r"(?:(?:all|every|the)\s+)*(?:(?:uses?|usages?|calls?|occurrences?)\s+(?:of|to)\s+)?"
_USES = r"(?:\s+(?:at|in|into)\s+(?:(?:all|of|its|the)\s+)*(?:uses|callers|calls|call\s+sites))?"
_INLINES = (
    rf"inline\s+{_ALL}(?:{THIS}|{OLD}){_USES}{AT}",
    rf"(?:replace|substitute)\s+{_ALL}(?:{THIS}|{OLD}){AT}\s+(?:with|by|for)\s+{_VALUE}{AT}",
    rf"{words.REMOVE}\s+(?:{THIS}|{OLD}){AT}\s+by\s+inlining(?:\s+it)?{AT}",
    rf"{words.REMOVE}\s+(?:{THIS}|{OLD}){AT}\s+and\s+use\s+{_VALUE}(?:\s+directly)?",
    rf"(?:put|substitute)\s+{_VALUE}\s+of\s+(?:{THIS}|{OLD})\s+in\s+(?:place\s+of\s+)?(?:it|its\s+uses)",
    rf"fold\s+(?:{THIS}|{OLD})\s+into\s+(?:its|the)\s+(?:callers?|uses?){AT}",
    r"inline",
)


def _moved(said: Said) -> Read | None:
    to = slashed(said.of("to")) or _module(said)
    if not re.search(r"[.]\w+$", to):
        return _open(said) if not said.names or _sure(said) else None
    return _of(said, _beside(said, to))


def _of(said: Said, to: str) -> Intent:
    names = said.names
    return said.placed(Intent("move", names, to), cursor=not names)


def _open(said: Said) -> Read | None:
    intent = _of(said, "")
    if said.of("sure") and not _sure(said):
        return None
    if not intent.name and not intent.line:
        return intent
    return _asked(intent)


def _asked(intent: Intent, *options: str) -> Question:
    what = f"`{intent.name}`" if intent.name else "the symbol"
    text = f"Which file should {what} go to, for example utils.py?"
    return Question(text, intent, "new_name", options)


def _bare(said: Said) -> Read | None:
    """Asks what is meant by a word that is no file: only where something is plainly code."""
    if said.names and not _sure(said):
        return None
    to = _beside(said, _module(said))
    return _asked(_of(said, ""), to)


def _sure(said: Said) -> bool:
    return any(mark in said.of("names") for mark in "`'\"(") or words.code_like(said.names)


def _module(said: Said) -> str:
    module = said.of("module").replace(".", "/")
    return f"{module}.py" if module else ""


def _beside(said: Said, to: str) -> str:
    """A bare name is a file beside the one that is named, or that the cursor is in."""
    known = said.path or ("" if said.names else said.goal.path)
    folder = known.rpartition("/")[0]
    return f"{folder}/{to}" if folder and "/" not in to else to


def _inlined(said: Said) -> Read:
    return said.about(Intent("inline"))


_GO = (
    r"mov|locate|put|transfer|migrate|shift|extract|pull|split|factor|take|break|live|\bgo\b|\bbe\b"
)

RULES = (
    Rule(_INLINES, _inlined, r"inlin|use|replace|substitut|put|fold"),
    Rule(_MOVES, _moved, _GO),
    Rule(_OPEN, _open, _GO),
    Rule(_BARE, _bare, _GO),
)
