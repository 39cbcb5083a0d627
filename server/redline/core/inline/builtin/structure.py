"""How a candidate fits into the block and the scope it would stand in, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from redline.core.inline.builtin.around import Around
from redline.core.inline.builtin.asked import Asked
from redline.core.inline.builtin.blocks import NOWHERE
from redline.core.inline.builtin.live import Live
from redline.core.inline.builtin.scope import ASSIGNS, DOTS, FUNCTIONS
from redline.core.inline.builtin.tokens import indent_after, is_new_name, shape

MOST_SIBLINGS = 60
MOST_IN_BLOCK = 60.0
LONGEST_SORTED = 12
"""Lines of more tokens are no entries of a sorted list."""

Tokens = Sequence[bytes]

_LEAVES, _LITERAL, _ASSIGNED, _CALLED, _LISTED, _SIGNS = 3, 8, 11, 12, 15, 16
_FIRST_WORDS = (
    (1, b"def function func fn fun async pub public private protected static override"),
    (2, b"class interface struct enum impl trait type namespace"),
    (_LEAVES, b"return raise throw break continue yield"),
    (4, b"if elif else for while try with except switch case match finally catch"),
    (5, b"import from use package export"),
    (6, b"@ #"),
    (7, b") ] }"),
    (9, b"const let var val"),
    (10, b"self this"),
    (13, b"assert expect"),
    (14, b"( [ {"),
)
_KINDS = {word: kind for kind, words in _FIRST_WORDS for word in words.split()}
_DECLARES = frozenset((b"const", b"let", b"var", b"val"))
_DEFINES = FUNCTIONS | {b"class", b"interface", b"const", b"type", b"struct"}


def structure(asked: Asked, here: Around, tokens: tuple[bytes, ...]) -> tuple[float, ...]:
    """The numbers, in the order of `STRUCTURE`."""
    own, start = asked.own, asked.start
    line: tuple[bytes, ...]
    if start.opening:
        width = len(indent_after(tokens[0], start.indent) or b"")
        line = tokens[1:]
    else:
        width = len(asked.row) - len(asked.row.lstrip())
        line = (*asked.typed, *tokens)
    return (*_in_block(own, width, line), *_in_scope(own, here, (width, line)))


def _in_block(own: Live, width: int, line: tuple[bytes, ...]) -> tuple[float, ...]:
    lines = own.lines
    header = own.blocks.header(width)
    siblings = _siblings(own, width)
    shapes = shape(line)
    defined = _defined(line)
    return (
        float(_kind(line)),
        float(_kind(lines[header].tokens if header != NOWHERE else ())),
        float(_kind(lines[-1].tokens if lines else ())),
        min(float(len(lines) - header), MOST_IN_BLOCK) if header != NOWHERE else -1.0,
        float(len(siblings)),
        float(sum(each == line for each in siblings)),
        float(sum(shape(each) == shapes for each in siblings[:4])),
        float(bool(siblings) and siblings[0][:2] == line[:2]),
        _order(siblings, line),
        float(bool(own.pairs.get(defined))) if defined else -1.0,
    )


def _in_scope(own: Live, here: Around, candidate: tuple[int, Tokens]) -> tuple[float, ...]:
    width, line = candidate
    scope = here.scope(width)
    bound, counts, unused = scope.bound, scope.counts, scope.unused
    bare = [each.lstrip() for each in line]
    named = [at for at, each in enumerate(bare) if is_new_name(each)]
    roots = [bare[at] for at in named if not at or bare[at - 1] not in DOTS]
    members = [(line[at - 1], line[at]) for at in named if at and bare[at - 1] in DOTS]
    assigned = _assigned(bare)
    return (
        float(len(roots)),
        float(sum(each in bound for each in roots)),
        float(sum(each not in counts for each in roots)),
        float(sum(not own.names.get(each) for each in roots)),
        float(len(unused)),
        float(sum(each in unused for each in roots)),
        float(assigned in bound) if assigned else -1.0,
        float(counts.get(assigned, 0) == 1) if assigned else -1.0,
        float(len(members)),
        float(sum(not own.pairs.get(each) for each in members)),
    )


def _kind(tokens: Tokens) -> int:
    """What kind of line it is, by how it begins."""
    if not tokens:
        return -1
    first = tokens[0].lstrip()
    found = _KINDS.get(first)
    if found is not None:
        return found
    if first[:1] in (b'"', b"'", b"`") or first[:1].isdigit():
        return _LITERAL
    if not is_new_name(first):
        return _SIGNS
    second = tokens[1].lstrip() if len(tokens) > 1 else b""
    if second in ASSIGNS:
        return _ASSIGNED
    return {b"(": _CALLED, b":": _LISTED, b",": _LISTED}.get(second, 0)


def _assigned(bare: Tokens) -> bytes:
    """The name the line gives a value, b"" for none."""
    if len(bare) > 1 and bare[0] in _DECLARES:
        return bare[1]
    return bare[0] if len(bare) > 1 and bare[1] in ASSIGNS else b""


def _siblings(own: Live, width: int) -> list[tuple[bytes, ...]]:
    """The lines of the block so far, the nearest first."""
    blocks, lines = own.blocks, own.lines
    found: list[tuple[bytes, ...]] = []
    at = blocks.above(width)
    while at != NOWHERE and blocks.width(at) == width and len(found) < MOST_SIBLINGS:
        found.append(lines[at].tokens)
        at = blocks.before(at)
    return found


def _defined(line: Tokens) -> tuple[bytes, bytes] | None:
    """The word that defines something, and the name it gets."""
    for one, other in pairwise(line[:5]):
        if one.lstrip() in _DEFINES:
            return one, other
    return None


def _order(siblings: Sequence[tuple[bytes, ...]], line: Tokens) -> float:
    """Whether the lines before are in order, and the candidate goes on with it."""
    if len(siblings) < 2 or len(siblings[0]) > LONGEST_SORTED:
        return 0.0
    two, one, new = b"".join(siblings[1]), b"".join(siblings[0]), b"".join(line)
    if not two < one:
        return 0.0
    three = b"".join(siblings[2]) if len(siblings) > 2 else b""
    sure = 2.0 if three and three < two else 1.0
    return sure if new > one else -sure


STRUCTURE = (
    *("line kind", "header kind", "last kind", "in block", "siblings", "said in block"),
    *("siblings alike", "begins alike", "order", "defined", "roots", "bound", "not in scope"),
    *("not in file", "unused", "uses unused", "rebinds", "rebinds unused", "members"),
    "new members",
)
