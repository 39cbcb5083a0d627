"""Whether what a tool finds in a text is what an error spoke of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from redline.core.checks.delta import Problem

_QUOTED = re.compile(r"[`'\"‘“](?P<name>[\w.$-]+)[`'\"’”]")
_SYNTAX = frozenset({"SyntaxError", "IndentationError", "TabError"})


def names_in(message: str) -> frozenset[str]:
    """The names that stand in quotes in a message."""
    return frozenset(each["name"] for each in _QUOTED.finditer(message))


def spoken_of(
    message: str, kind: str, lines: Collection[int], found: Iterable[Problem]
) -> tuple[Problem, ...]:
    """Those of the problems `found` in a file that are what `message` says.

    `lines` (1-based) are where it is, none for anywhere. The same words are the same; on
    the lines so is the same code, and what speaks of the same names.
    """
    words, names = _plain(message), names_in(message)
    exact = [p for p in found if _plain(p.message) == words and (not lines or p.line in lines)]
    if exact:
        return tuple(exact)
    near = [p for p in found if p.line in lines]
    return tuple(
        p
        for p in near
        if (kind and p.code == kind)
        or (kind in _SYNTAX and p.code == "invalid-syntax")
        or names & names_in(p.message)
    )


def still_there(
    wanted: Iterable[Problem], after: Iterable[Problem], moved: Mapping[int, int]
) -> tuple[Problem, ...]:
    """The problems `after` a change that are one of `wanted`; `moved` says where lines are now."""
    left = list(after)
    return tuple(
        each
        for old in wanted
        for each in left
        if (each.code, each.message) == (old.code, old.message)
        and (each.line == moved.get(old.line, old.line) or each.text.strip() == old.text.strip())
    )


def _plain(message: str) -> str:
    """The first line in one spelling of its quotes."""
    return re.sub(r"[`'\"‘’“”]", "'", message.partition("\n")[0]).strip().rstrip(".").lower()
