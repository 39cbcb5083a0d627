"""What a refused quote was probably meant to be: the nearest lines, and where they differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from redline.core.edits.lines import Row

MAX_SHOWN = 10
MAX_LINES_COMPARED = 20_000
WIDTH = 160

_Fold = Callable[[str], str]


def ambiguous(lines: Sequence[int]) -> str:
    """Why a quote that stands in several places is refused; `lines` are 1-based."""
    shown = ", ".join(str(line) for line in lines[:MAX_SHOWN])
    more = ", ..." if len(lines) > MAX_SHOWN else ""
    return (
        f"The search text occurs {len(lines)} times, at lines {shown}{more}; "
        "add lines around it until it is in one place only."
    )


def not_found(rows: Sequence[Row], wanted: Sequence[bytes], what: str = "search text") -> str:
    """Why a quote is refused that stands nowhere, with the nearest lines and what is different."""
    head = f"The {what} does not occur."
    lines = [row.body.decode("utf-8", "replace") for row in rows[:MAX_LINES_COMPARED]]
    parts = [each.decode("utf-8", "replace") for each in wanted]
    while parts and not parts[0].strip():
        parts.pop(0)
    while parts and not parts[-1].strip():
        parts.pop()
    for folded, why in _FOLDS:
        at = _find_lines(lines, parts, folded)
        if at is not None:
            return f"{head} Line {at + 1} has it with {why}{_difference(lines, at, parts)}"
    at = _most_alike(lines, parts)
    if at is not None:
        return f"{head} Lines {at + 1}-{at + len(parts)} are nearest{_difference(lines, at, parts)}"
    near = _nearest(lines, parts)
    if near:
        return f"{head} The nearest lines are {near}."
    return f"{head} Nor does anything like it; read the file again."


def _find_lines(lines: Sequence[str], parts: Sequence[str], folded: _Fold) -> int | None:
    """The first of the lines that equal `parts` once both are folded."""
    want = [folded(part) for part in parts]
    if not any(want):
        return None
    have = [folded(line) for line in lines]
    for at in range(len(have) - len(want) + 1):
        if have[at] == want[0] and have[at : at + len(want)] == want:
            return at
    return None


def _spaceless(line: str) -> str:
    return re.sub(r"\s+", "", line)


def _unquoted(line: str) -> str:
    return re.sub(r"\s+|[\"'`“”‘’]", "", line)


def _caseless(line: str) -> str:
    return _unquoted(line.casefold())


_FOLDS: tuple[tuple[_Fold, str], ...] = (
    (str.strip, "other indentation"),
    (_spaceless, "other white space"),
    (_unquoted, "other quotes"),
    (_caseless, "other capitals"),
)


def _difference(lines: Sequence[str], at: int, parts: Sequence[str]) -> str:
    """The first line that differs, as it is and as it was quoted."""
    for there, quoted in zip(lines[at : at + len(parts)], parts, strict=False):
        if there != quoted:
            return f": the file has {there[:WIDTH]!r}, the search text {quoted[:WIDTH]!r}."
    return "."


def _most_alike(lines: Sequence[str], parts: Sequence[str]) -> int | None:
    """Where most of several quoted lines stand, in their places; None below the half."""
    if len(parts) < 2:
        return None
    want = [part.strip() for part in parts]
    places: dict[int, int] = {}
    where: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        where.setdefault(line.strip(), []).append(at)
    for step, part in enumerate(want):
        for at in where.get(part, ()) if part else ():
            places[at - step] = places.get(at - step, 0) + 1
    fitting = {at: n for at, n in places.items() if 0 <= at <= len(lines) - len(parts)}
    best = max(fitting, key=lambda at: (fitting[at], -at), default=None)
    enough = best is not None and 2 * fitting[best] >= sum(1 for part in want if part)
    return best if enough else None


def _nearest(lines: Sequence[str], parts: Sequence[str]) -> str:
    """The lines most like the first telling line of the quote, numbered."""
    telling = max(parts, key=lambda part: len(part.strip()), default="")
    distinct = dict.fromkeys(line for line in lines if line.strip())
    close = get_close_matches(telling, list(distinct), n=3, cutoff=0.6)
    return ", ".join(f"{lines.index(line) + 1}: {line.strip()[:WIDTH]!r}" for line in close)
