"""Lines after a likely one: what a block goes on with, one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from redline.core.inline.builtin.asked import Asked, asked_at
from redline.core.inline.builtin.complete import Likely, candidates
from redline.core.inline.builtin.score import THRESHOLD, chance
from redline.core.inline.builtin.tokens import START, indent_after

MOST_LINES = 8
MOST_TEXTS = 2
MOST_RECALLED = 3
"""So many recalled lines are looked at closely: of those further behind none is sure enough."""
LEAST = max(0.5, THRESHOLD)
"""Several lines are suggested where all of them are more likely right than not."""
STAYS = 0.3
"""Where it is less likely that the block goes on at once, no line is looked for."""
_GO_ON = frozenset(b": = == => -> + - * / % | || & && . ? < \\".split())
"""A line that ends with one of these is not whole."""
_OPENERS, _CLOSERS = frozenset((b"(", b"[", b"{")), frozenset((b")", b"]", b"}"))
_TAB = 4


def continued(asked: Asked, first: Likely, in_time: Callable[[], bool]) -> list[Likely]:
    """The line `first` with those after it in its block: texts of several whole lines, each
    longer than the next.

    How likely one is: as the first line is, and each of the others after those before it.
    `in_time` says before each of them whether there is time for it.
    """
    if not asked.start.opening or asked.rest.strip():
        return []
    own, line = asked.own, asked.row + first.text
    text, sure = first.text, first.chance
    found, base, open_ = list[Likely](), _columns(line), 0
    for number in range(1, MOST_LINES + 1):
        known = len(own.lines)
        own.more(line)
        if len(own.lines) == known:
            break  # too long for a line
        tokens = own.lines[-1].tokens
        open_ = _open(tokens, open_)
        if number > 1 and not open_ and tokens[-1].lstrip() not in _GO_ON:
            found.append(Likely(text, sure))
        following = _next(asked, base) if number < MOST_LINES and in_time() else None
        if following is None or sure * following.chance < LEAST:
            break
        line, sure = following.text, sure * following.chance
        text += b"\n" + line
    own.less(number)
    return found[: -MOST_TEXTS - 1 : -1]


def _next(asked: Asked, base: int) -> Likely | None:
    """The line that is likeliest to come next, None where the block seems to end."""
    source = replace(asked.source, _next={})  # the text has grown since
    place = asked_at(source, asked.own, b"", b"", asked.after)
    if place is None or _stays(place, base) < STAYS:
        return None
    likely = [(chance(each.features), each.line) for each in candidates(place, MOST_RECALLED)]
    sure, line = max(likely, default=(0.0, b""))
    return Likely(line, sure) if line and _columns(line) >= base else None


def _stays(place: Asked, base: int) -> float:
    """How likely the next line comes at once, at least as far in as the block; 1 where nothing
    is known of it."""
    chances = place.source.next(place.start.context).chances
    ends = {token: each for token, each in chances.items() if token[:1] in (b"\n", START)}
    stays = 0.0
    for token, each in ends.items():
        indent = indent_after(token, place.start.indent)
        if token.startswith(place.start.opening) and indent is not None:
            stays += each * (_columns(indent + b".") >= base)
    return stays / sum(ends.values()) if ends else 1.0


def _open(tokens: tuple[bytes, ...], before: int) -> int:
    """How many of its own brackets a text has open; it may close some that were open before."""
    for token in tokens:
        bare = token.lstrip()
        before = before + 1 if bare in _OPENERS else max(0, before - (bare in _CLOSERS))
    return before


def _columns(line: bytes) -> int:
    return len(line[: len(line) - len(line.lstrip())].expandtabs(_TAB))
