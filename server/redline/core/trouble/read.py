"""Reads a pasted error, whatever printed it."""

from __future__ import annotations

import re

from redline.core.trouble import messages, python, stacks, tested
from redline.core.trouble.model import Found, Parser, Trouble

MOST_LINES = 2_000
"""Of a longer text, the end is read: that is where programs say what happened."""
WIDEST = 1_000
"""No more of a line is looked at."""

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_SERVICE = re.compile(r"^[\w.-]+ +\| ?")
"""What a program that runs several puts before each line of one."""
_PARSERS: tuple[Parser, ...] = (
    tested.pytest,
    python.read,
    tested.go,
    stacks.go,
    stacks.rust,
    stacks.java,
    stacks.v8,
    messages.arrows,
    messages.typescript,
    messages.eslint,
    messages.plain,
)


def troubles(text: str) -> tuple[Trouble, ...]:
    """The errors that `text` tells of, in its order, each once; () where it tells of none.

    A line belongs to the first parser that takes it.
    """
    rows = [_ESCAPE.sub("", line[:WIDEST]).rstrip() for line in text.splitlines()[-MOST_LINES:]]
    if rows and all(_SERVICE.match(row) for row in rows if row.strip()):
        rows = [_SERVICE.sub("", row) for row in rows]
    found: list[Found] = []
    for parser in _PARSERS:
        fresh = parser(rows)
        for each in fresh:
            rows[each.first : each.end] = [""] * (each.end - each.first)
        found += fresh
    found.sort(key=lambda each: each.first)
    return tuple(dict.fromkeys(each.trouble for each in found))
