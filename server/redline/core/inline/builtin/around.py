"""What is around a line: the header of its block, that one's header, the names just before.

Two places that agree in these are likelier to go on alike than the lines before them tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from redline.core.inline.builtin.blocks import NOWHERE
from redline.core.inline.builtin.live import Live
from redline.core.inline.builtin.mixing import Source
from redline.core.inline.builtin.scope import Scope, function_around, scope_of
from redline.core.inline.builtin.tokens import indent_after, is_new_name

REACH = 8
"""So many lines before a line count as just before it."""

Tokens = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """The block a line stands in: its header, the header of that, how many lines come between."""

    header: Tokens = ()
    outer: Tokens = ()
    place: int = -1

    def likeness(self, other: Home) -> int:
        """How well the headers agree: 3 in full, 2 in how they begin, 1 in their first word."""
        one, two = self.header, other.header
        if one == two:
            return 3
        if not one or not two or one[0] != two[0]:
            return 0
        return 2 if one[:2] == two[:2] else 1


@dataclass(slots=True)
class Around:
    """What is around the place where something is typed, made once for all that is compared.

    `names` are those just before it; `numbers` what the memory has for them.
    """

    source: Source
    own: Live
    names: frozenset[bytes]
    numbers: frozenset[int]
    _homes: dict[bytes, Home] = field(default_factory=dict)
    _lines: dict[int, Tokens] = field(default_factory=dict)
    _scopes: dict[int, Scope] = field(default_factory=dict)

    def home(self, break_: bytes) -> Home:
        """The block of a line that comes next after this break."""
        found = self._homes.get(break_)
        if found is None:
            indent = indent_after(break_, self.own.place.indent)
            found = self._homes[break_] = home_of(self.own, len(indent or b""))
        return found

    def scope(self, width: int) -> Scope:
        """The names there are for a line that comes next, `width` bytes in."""
        function = function_around(self.own, self.own.blocks.header(width))
        found = self._scopes.get(function)
        if found is None:
            found = self._scopes[function] = scope_of(self.own, function)
        return found

    def home_in_memory(self, number: int) -> Home:
        """The block a remembered line stands in."""
        memory = self.source.memory
        header = memory.header(number)
        if header == NOWHERE:
            return Home()
        outer = memory.header(header)
        above = () if outer == NOWHERE else self._line(outer)
        return Home(self._line(header), above, number - header)

    def _line(self, number: int) -> Tokens:
        found = self._lines.get(number)
        if found is None:
            found = self._lines[number] = self.source.memory.line(number)[1:]
        return found

    def kin_in_memory(self, number: int, file: int) -> float:
        """The share of the names just before here that stand just before a remembered line."""
        if not self.numbers:
            return 0.0
        memory = self.source.memory
        start = max(memory.lines[max(0, number - REACH)], memory.starts[file])
        found = self.numbers.intersection(memory.tokens[start : memory.lines[number]])
        return len(found) / len(self.names)

    def kin_in(self, live: Live, number: int) -> float:
        """The share of them that stand just before a line of a live text."""
        if not self.names:
            return 0.0
        found = set[bytes]()
        for line in live.lines[max(0, number - REACH) : number]:
            found.update(self.names.intersection(line.tokens))
        return len(found) / len(self.names)


def around(source: Source, own: Live) -> Around:
    """What is around the end of `own`."""
    lines = own.lines[-REACH:]
    names = frozenset(each for line in lines for each in line.tokens if is_new_name(each.lstrip()))
    return Around(source, own, names, frozenset(map(source.memory.words.number, names)) - {-1})


def home_of(live: Live, width: int) -> Home:
    """The block of a line that would come next in a text, `width` bytes in."""
    header = live.blocks.header(width)
    return _home(live, header, len(live.lines))


def home_at(live: Live, number: int) -> Home:
    """The block a line of a text stands in."""
    return _home(live, live.blocks.within[number], number)


def _home(live: Live, header: int, number: int) -> Home:
    if header == NOWHERE:
        return Home()
    outer = live.blocks.within[header]
    above = () if outer == NOWHERE else live.lines[outer].tokens
    return Home(live.lines[header].tokens, above, number - header)
