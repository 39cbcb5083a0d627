"""The names there are where a line is typed: what the function around it binds, and uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redline.core.inline.builtin.blocks import NOWHERE
from redline.core.inline.builtin.live import Live
from redline.core.inline.builtin.tokens import is_new_name

MOST_LINES = 120
"""Of a longer function only the last lines are looked at."""
FUNCTIONS = frozenset((b"def", b"function", b"func", b"fn", b"fun"))
DOTS = frozenset((b".", b"?.", b"::", b"->"))
ASSIGNS = frozenset((b"=", b":="))
_CLASSES = frozenset((b"class", b"impl", b"interface", b"struct", b"trait", b"enum"))
_OPENS, _CLOSES = frozenset((b"(", b"[", b"{")), frozenset((b")", b"]", b"}"))
_BEFORE_TARGET = frozenset(
    (b"", b",", b"const", b"let", b"var", b"val", b"mut", b"{", b"[", b"(", b"*")
)
_NAMING = frozenset((b"for", b"as"))
_BEFORE_PARAMETER = frozenset((b"(", b",", b"*", b"**", b"...", b"&", b"mut"))


@dataclass(frozen=True, slots=True)
class Scope:
    """`bound` are the names in the order they get a value, `counts` how often each stands."""

    bound: dict[bytes, int]
    counts: dict[bytes, int]

    @property
    def unused(self) -> list[bytes]:
        """The names that have a value nobody has used, the newest first."""
        return [each for each in reversed(self.bound) if self.counts[each] == 1]


def function_around(own: Live, header: int) -> int:
    """The number of the header of the function a block is in; of the outermost block, where it
    is in none."""
    at = last = header
    while at != NOWHERE:
        tokens = own.lines[at].tokens
        first = [each.lstrip() for each in tokens[:5]]
        if not FUNCTIONS.isdisjoint(first) or tokens[-1].lstrip() == b"=>":
            return at
        if not _CLASSES.isdisjoint(first):
            return last
        last, at = at, own.blocks.within[at]
    return last


def scope_of(own: Live, function: int) -> Scope:
    """What the function binds and uses up to the end of the text."""
    bound: dict[bytes, int] = {}
    counts: dict[bytes, int] = {}
    for number in range(max(function, len(own.lines) - MOST_LINES, 0), len(own.lines)):
        tokens = [each.lstrip() for each in own.lines[number].tokens]
        for each in tokens:
            if is_new_name(each):
                counts[each] = counts.get(each, 0) + 1
        names = parameters(tokens) if number == function else ()
        for name in (*names, *_targets(tokens)):
            bound.setdefault(name, number)
    return Scope(bound, counts)


def parameters(tokens: Sequence[bytes]) -> list[bytes]:
    """The names in the first brackets of a function's header, as far as they are on its line."""
    found: list[bytes] = []
    depth, before = 0, b""
    for each in (token.lstrip() for token in tokens):
        if depth == 1 and before in _BEFORE_PARAMETER and is_new_name(each):
            found.append(each)
        depth += (each in _OPENS) - (each in _CLOSES)
        if each in _CLOSES and not depth:
            break
        before = each
    return found


def _targets(tokens: Sequence[bytes]) -> Iterator[bytes]:
    """The names a line gives a value."""
    assigned = next((at for at, each in enumerate(tokens) if each in ASSIGNS), 0)
    before, depth = b"", 0
    for at, each in enumerate(tokens):
        if is_new_name(each):
            target = at < assigned and not depth and before in _BEFORE_TARGET
            if target or before in _NAMING:
                yield each
        elif at < assigned and before not in _BEFORE_TARGET:
            depth += (each in _OPENS) - (each in _CLOSES)
        before = each
