"""Lines of code as tokens that can be put together again.

A token holds the white space before it, so that the tokens of a line joined are the line
without its indentation and comments. What comes before a line is a token of its own, the
break: how many empty lines there were, and how the indentation changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

START = b"\x00"
"""Stands before the first line of a file."""
TAIL = b"\n0~"
"""The break before what is left of a line in which a text of several lines ends."""
LONG = 48
"""A string of more bytes is several tokens."""
MOST_BYTES = 500
"""What is longer is no line that people write: it has no tokens."""

_WORD = rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*|\d[\w.]*"
_OPERATORS = (
    rb"===|!==|\.\.\.|<<=|>>=|\*\*=|:=|=>|->|[-+*/%&|^=!<>:]=|&&|\|\||\+\+|::|\?\.|\?\?"
    rb"|\*\*|<<|>>"
)
_STRINGS = rb"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_PIECES = re.compile(rb"[ \t]*(?:[A-Za-z_$\x80-\xff][\w$\x80-\xff]*|\d+|[^ \t])")


@dataclass(frozen=True, slots=True)
class Family:
    """Languages that are cut into tokens alike. `opens` are what texts and comments of several
    lines begin with, and what they end with; those that end in `quiet` are comments."""

    name: str
    comment: bytes
    opens: dict[bytes, bytes]
    quiet: bytes
    pattern: re.Pattern[bytes]


def _family(name: str, comment: bytes, opens: dict[bytes, bytes], quiet: bytes = b"") -> Family:
    closed = [re.escape(a) + rb".*?" + re.escape(b) for a, b in opens.items() if b == quiet]
    if b"`" in opens:
        closed.append(rb"`[^`\\]*`")
    special = [re.escape(comment) + rb".*", *closed, *map(re.escape, opens)]
    kinds = b"|".join((_WORD, *special, _STRINGS, _OPERATORS, rb"[^ \t]"))
    return Family(name, comment, opens, quiet, re.compile(rb"[ \t]*(?:" + kinds + rb")"))


_TRIPLE = {b'"""': b'"""', b"'''": b"'''"}
_BLOCK = {b"/*": b"*/"}
_HASH = _family("hash", b"#", _TRIPLE)
_SLASH = _family("slash", b"//", {**_BLOCK, b"`": b"`"}, b"*/")
_CSS = _family("css", b"//", _BLOCK, b"*/")
_DASH = _family("dash", b"--", {b"--[[": b"]]"}, b"]]")
_FAMILIES = {
    **dict.fromkeys(("python", "ruby", "bash"), _HASH),
    **dict.fromkeys(("javascript", "typescript", "tsx", "go", "rust", "java"), _SLASH),
    **dict.fromkeys(("c", "cpp", "csharp", "kotlin", "scala", "swift", "php"), _SLASH),
    "css": _CSS,
    **dict.fromkeys(("lua", "sql"), _DASH),
}


def family_of(language: str) -> Family | None:
    """How the language is cut into tokens; None for what is not code."""
    return _FAMILIES.get(language)


def lexed(line: bytes, state: bytes, family: Family) -> tuple[tuple[bytes, ...], bytes]:
    """The tokens of a line without its indentation, and what is open at its end.

    `state` is what ends the text or comment the line begins in, b"" for code. Comments and
    the inside of texts of several lines are no tokens.
    """
    tokens: list[bytes] = []
    while line:
        if state:
            end = line.find(state)
            if end < 0:
                break
            if state != family.quiet:
                tokens.append(state)
            line, state = line[end + len(state) :], b""
        line, state = _code(line, family, tokens)
    return tuple(tokens), state


def _code(line: bytes, family: Family, tokens: list[bytes]) -> tuple[bytes, bytes]:
    """Adds the tokens up to where something of several lines begins: what is left, and its end."""
    for match in family.pattern.finditer(line):
        token = match[0]
        bare = token.lstrip()
        if bare.startswith(family.comment) and bare not in family.opens:
            return b"", b""
        ending = family.opens.get(bare)
        if ending is not None:
            if ending != family.quiet:
                tokens.append(token)
            return line[match.end() :], ending
        if family.quiet and bare.endswith(family.quiet) and len(bare) > 3:
            continue
        if len(bare) > LONG:
            tokens.extend(_PIECES.findall(token))
        else:
            tokens.append(token)
    return b"", b""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with code: the break before it, and its tokens."""

    break_: bytes
    tokens: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader of lines stands: what is open, the indentation of the last line of code,
    and the empty lines since."""

    state: bytes = b""
    indent: bytes = b""
    blank: int = 0


@dataclass(slots=True)
class Lexer:
    """Cuts lines one after another; lines that were seen before, at most so many, are
    remembered."""

    family: Family
    most: int = 200_000
    _seen: dict[tuple[bytes, bytes], tuple[tuple[bytes, ...], bytes]] = field(default_factory=dict)

    def line(self, row: bytes, place: Place) -> tuple[Line | None, Place]:
        """The row as a line (None without code) after `place`, and the place after it."""
        row = row.rstrip()
        state = place.state
        if not row:
            return None, place if state else Place(b"", place.indent, place.blank + 1)
        if len(row) > MOST_BYTES:
            return None, Place(state, place.indent, 0)
        found = self._seen.get((row, state))
        if found is None:
            if len(self._seen) >= self.most:
                self._seen.clear()
            found = self._seen[row, state] = lexed(
                row if state else row.lstrip(), state, self.family
            )
        tokens, after = found
        if state:
            line = Line(TAIL, tokens) if tokens else None
            return line, Place(after, place.indent, 0 if tokens else place.blank)
        if not tokens:  # a comment: it stands where the code after it does
            return None, Place(after, place.indent, place.blank)
        indent = row[: len(row) - len(row.lstrip())]
        return Line(break_of(place, indent), tokens), Place(after, indent, 0)

    def lines(self, data: bytes) -> Iterator[Line]:
        """All lines of a file that have code."""
        place = Place()
        for row in data.split(b"\n"):
            line, place = self.line(row, place)
            if line is not None:
                yield line


def break_of(place: Place, indent: bytes) -> bytes:
    """The break before a line with this indentation, after `place`."""
    before = place.indent
    if indent.startswith(before):
        change = b"+" + indent[len(before) :]
    elif before.startswith(indent):
        change = b"-%d" % (len(before) - len(indent))
    else:
        change = b"=" + indent
    return b"%s%s" % (opening(place), change)


def opening(place: Place) -> bytes:
    """What every break begins with at this place."""
    return b"\n%d" % min(place.blank, 2)


@lru_cache(10_000)
def indent_after(break_: bytes, before: bytes) -> bytes | None:
    """The indentation of a line after this break; None where it would be less than none."""
    change, rest = break_[2:3], break_[3:]
    if change == b"+":
        return before + rest
    if change == b"=":
        return rest
    if change == b"-":
        size = int(rest)
        return before[:-size] if size <= len(before) else None
    return None


_KEYWORDS = frozenset(
    b"""and as assert async await break case catch class const continue def default del do elif
    else enum except export extends false finally fn for from func function global go if impl
    implements import in instanceof interface is let loop match mod mut new nil not null or
    package pass private protected pub public raise range readonly return self static struct
    super switch this throw throws trait true try type typeof use val var void while with yield
    None True False print string number boolean int bool""".split()
)


@lru_cache(30_000)
def shape_of(token: bytes) -> bytes:
    """What kind of token it is: keywords and signs are themselves, names and literals a letter."""
    bare = token.strip(b" \t")
    first = bare[:1]
    if token[:1] == b"\n":
        return token[2:]
    if bare in _KEYWORDS:
        return bare
    if first.isdigit():
        return b"0"
    if first in (b'"', b"'", b"`") and len(bare) > 1:
        return b'"'
    if is_name(bare):
        return b"A" if first.isupper() else b"a"
    return bare


def is_name(bare: bytes) -> bool:
    """Whether a token without white space is a name or a keyword."""
    first = bare[:1]
    return first.isalpha() or first in (b"_", b"$") or first >= b"\x80"


@lru_cache(100_000)
def is_new_name(bare: bytes) -> bool:
    """Whether it is a name and no keyword."""
    return is_name(bare) and bare not in _KEYWORDS


def shape(tokens: Iterable[bytes]) -> bytes:
    """The shapes of some tokens as one value."""
    return b" ".join(map(shape_of, tokens))
