"""Extraction: lines into a function, an expression into a variable or a constant."""

from __future__ import annotations

import re
from dataclasses import replace

from redline.core.builtin.intent import Intent, Read, not_yet
from redline.core.builtin.said import Rule, Said, dotted
from redline.core.builtin.words import AT, CALLED, NEW, RANGE, SELECTION

_PULL = (
    r"(?:extract|pull|factor|split|put|turn|make|refactor|take|lift|hoist|break|separate|convert"
    r"|wrap|move)"
)
_FUNCTION = (
    r"(?:(?:helper|utility|private|pure)\s+)*(?:function|method|helper|func|def|routine|subroutine)"
)
_A = (
    r"(?:(?:an?|its\s+own|their\s+own|another|one|the)\s+)?"
    r"(?:(?:new|separate|own|small|little|local|named|module-level|global)\s+)*"
)
_NEW_FUNCTION = rf"(?:{_A}{_FUNCTION})"
_NAMED = rf"(?:,?\s+(?:(?:and\s+)?{CALLED})?{NEW})?"
_OUT = r"(?:\s+out)?(?:\s+(?:of\s+(?:here|it)))?"
_INTO = r"\s+(?:into|in|to|as)\s+"

_FUNCTIONS = (
    rf"{_PULL}\s+{RANGE}{AT}{_OUT}{_INTO}{_NEW_FUNCTION}{_NAMED}{AT}",
    rf"{_PULL}\s+{SELECTION}{_OUT}{_INTO}{_NEW_FUNCTION}{_NAMED}{AT}",
    rf"{_PULL}{_OUT}{_INTO}{_NEW_FUNCTION}{_NAMED}{AT}",
    rf"(?:extract|pull|factor|lift|hoist)\s+{RANGE}{AT}{_OUT}(?:{_INTO}{NEW})?{AT}",
    rf"(?:extract|factor|pull|lift|hoist)\s+{SELECTION}{_OUT}(?:{_INTO}{NEW})?{AT}",
    rf"(?:extract|make|create|introduce|build|write)\s+{_NEW_FUNCTION}(?:\s+{NEW}|{_NAMED})"
    rf"\s+(?:out\s+of|from|for|with|using)\s+(?:{RANGE}|{SELECTION}){AT}",
    rf"(?:make|turn)\s+(?:{RANGE}|{SELECTION})\s+{_NEW_FUNCTION}{_NAMED}{AT}",
    rf"extract\s+{_NEW_FUNCTION}{_NAMED}{AT}",
    rf"extract{AT}",
)

_EXPRESSION = (
    r"(?:(?:the\s+)?(?:(?:magic\s+)?(?:number|value|string|literal|expression|condition|call)\s+)?"
    r"(?:`(?P<code>[^`]+)`|(?<=expression\s)(?P<code>[^`'\"]+?)|(?P<literal>\"[^\"]*\"|'[^']*'|-?\d[\w.]*)))"
)
_VALUE = rf"(?:{_EXPRESSION}|{SELECTION})"
_NAME_FOR = r"(?:(?P<variable>variable|var|local|name)|(?P<constant>constant|const))"
_EVERY = r"(?:\s+(?P<every>everywhere\s+(?:it\s+(?:is|occurs|appears)|in\s+this\s+file)))?"

_VALUES = (
    rf"(?:{_PULL}(?:\s+out)?|assign|save|store|name)\s+{_VALUE}{AT}{_OUT}{_INTO}{_A}{_NAME_FOR}{_NAMED}{_EVERY}{AT}",
    rf"(?:extract|introduce|make|create|add|declare|define|use)\s+{_A}{_NAME_FOR}{_NAMED}"
    rf"\s+(?:out\s+of|from|for|with|using|instead\s+of)\s+{_VALUE}{_EVERY}{AT}",
    rf"(?:extract|introduce)\s+{_A}{_NAME_FOR}{_NAMED}{AT}",
    rf"(?:make|turn)\s+{_VALUE}{AT}\s+{_A}{_NAME_FOR}{_NAMED}{_EVERY}{AT}",
    rf"(?:replace)\s+{_VALUE}{AT}\s+(?:with|by)\s+{_A}{_NAME_FOR}{_NAMED}{_EVERY}{AT}",
    rf"(?:extract|factor|pull|lift|hoist)(?:\s+out)?\s+{_EXPRESSION}{AT}(?:{_INTO}{NEW})?{AT}",
    rf"give\s+{_VALUE}\s+(?:a\s+name|the\s+name\s+{NEW}){AT}",
)
_NO_FUNCTION = frozenset(
    ("class", "module", "file", "interface", "type", "a", "an", "the", "variable", "constant")
)


def _function(said: Said) -> Read:
    new = dotted(said.new)
    if new.lower() in _NO_FUNCTION:
        return not_yet("Extracting anything but a function, a variable or a constant")
    lines = said.range or _selection(said)
    intent = said.placed(Intent("extract", new_name=new, lines=lines))
    return replace(intent, line=0, again=False)


def _selection(said: Said) -> tuple[int, int] | None:
    """The selected lines; a cursor alone selects none."""
    lines, span = said.goal.lines, said.goal.span
    return lines if span is None or len(span) else None


def _value(said: Said) -> Read | None:
    """What is selected is the expression where none is written."""
    code = said.of("code") or _literal(said.of("literal"))
    constant = bool(said.of("constant")) or (not said.of("variable") and dotted(said.new).isupper())
    whole_lines = not code and not said.selected and bool(said.range)
    if whole_lines or (said.of("code") and not said.of("variable") and not said.new and not code):
        return None
    intent = Intent("constant" if constant else "variable", new_name=dotted(said.new), code=code)
    every = bool(said.of("every") or (code and said.of("everywhere")))
    return replace(said.placed(intent, cursor=True), every=every, again=False)


def _literal(text: str) -> str:
    """A string keeps its quotes; code in quotes loses them."""
    inner = text[1:-1]
    code = text[:1] in "'\"" and re.search(r"[()\[\]{}=<>]|\w[.]\w|\s[+*/%-]\s", inner)
    return inner if code else text


_OUT_OF = r"extract|factor|pull|lift|hoist"

RULES = (
    Rule(_VALUES, _value, rf"var|local|const|name|{_OUT_OF}"),
    Rule(_FUNCTIONS, _function, rf"func|method|helper|\bdef\b|routine|{_OUT_OF}"),
)
