"""How indentation that was quoted otherwise than it stands carries over to new lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from redline.core.edits.depths import astray, unled
from redline.core.edits.lines import indent_of, said

Pairs = Sequence[tuple[bytes, bytes]]
Mapped = Callable[[bytes], bytes | None]


def carried(
    search: Sequence[bytes], there: Sequence[bytes], new: Sequence[bytes]
) -> list[bytes] | None:
    """The lines of `new` indented as `there` is, where `search` quotes `there` otherwise.

    None where that cannot be known: the indentation quoted follows no rule, the new lines
    begin at another depth than the quoted ones, or their depth has more than one reading.
    """
    pairs = [
        (indent_of(quoted), indent_of(line))
        for quoted, line in zip(search, there, strict=True)
        if quoted.strip()
    ]
    lines = said(new)
    if not pairs or not lines:
        return list(new) if all(have == want for have, want in pairs) else None
    if all(have == want for have, want in pairs):
        return list(new)
    if indent_of(lines[0]) != pairs[0][0] or any(_slipped(*pair) for pair in pairs):
        return None
    if not pairs[0][0] and len(pairs) > 1 and all(have == want for have, want in pairs[1:]):
        unclear = unled(said(search), lines, pairs[0][1])
        return None if unclear else _first_alone(new, pairs[0][1])
    if astray(search, there, new):
        return None
    if min(len(indent_of(line)) for line in lines) < min(len(have) for have, _ in pairs):
        return None
    rule = _rule(pairs, [indent_of(line) for line in lines])
    return _by(rule, new) if rule is not None else None


def _slipped(have: bytes, want: bytes) -> bool:
    """One blank more or less: a mark of a diff was forgotten, and lines with theirs are right."""
    return abs(len(have) - len(want)) == 1 and b"\t" not in have + want


def _first_alone(new: Sequence[bytes], lead: bytes) -> list[bytes]:
    at = next(at for at, line in enumerate(new) if line.strip())
    return [*new[:at], lead + new[at], *new[at + 1 :]]


def _by(rule: Mapped, new: Sequence[bytes]) -> list[bytes] | None:
    result = []
    for line in new:
        depth = indent_of(line)
        moved = rule(depth) if line.strip() else b""
        if moved is None:
            return None
        result.append(moved + line[len(depth) :])
    return result


def _rule(pairs: Pairs, wanted: Sequence[bytes]) -> Mapped | None:
    """The one way to read the pairs that gives every wanted depth a place."""
    distinct = dict(pairs)
    if any(distinct[have] != want for have, want in pairs):
        return None
    if all(depth in distinct for depth in wanted):
        return distinct.get if _grows(distinct) else None
    mixed = {each for pair in pairs for each in b"".join(pair)} | set(b"".join(wanted))
    if len(mixed) <= 1:
        return _shifted(pairs, distinct, wanted)
    return _converted(distinct, wanted)


def _grows(distinct: dict[bytes, bytes]) -> bool:
    """Whether what was quoted deeper stands deeper."""
    ordered = [want for _, want in sorted(distinct.items(), key=lambda pair: len(pair[0]))]
    return all(len(one) < len(two) for one, two in pairwise(ordered))


def _shifted(pairs: Pairs, distinct: dict[bytes, bytes], wanted: Sequence[bytes]) -> Mapped | None:
    """By the same number of blanks everywhere."""
    moves = {len(want) - len(have) for have, want in pairs}
    if len(moves) > 1:
        return None
    (move,) = moves
    only = next(iter(distinct))
    if len(distinct) == 1 and any(depth == distinct[only] for depth in wanted):
        return None  # that line may have its depth already
    if len(distinct) == 1 and only and not _same_steps(only, wanted, distinct[only]):
        return None  # one depth alone could be a shift, or steps of another width
    letter = next(iter(b"".join((*distinct, *distinct.values(), *wanted))))
    blank = bytes((letter,))
    return lambda depth: blank * (len(depth) + move) if len(depth) + move >= 0 else None


def _same_steps(have: bytes, wanted: Sequence[bytes], want: bytes) -> bool:
    """Whether the steps of the new lines are those that both depths are made of."""
    step = _step(wanted)
    return step is not None and len(have) % step == 0 and len(want) % step == 0


def _step(wanted: Sequence[bytes]) -> int | None:
    """By how much each line is deeper than the one before, None where that differs."""
    grown = {
        len(after) - len(before) for before, after in pairwise(wanted) if len(after) > len(before)
    }
    return grown.pop() if len(grown) == 1 else None


def _converted(distinct: dict[bytes, bytes], wanted: Sequence[bytes]) -> Mapped | None:
    """From blanks to tabs or back, where one tab is as many blanks everywhere."""
    haves, wants = b"".join((*distinct, *wanted)), b"".join(distinct.values())
    if len(set(haves)) > 1 or len(set(wants)) > 1 or set(haves) == set(wants):
        return None
    to_tabs = b"\t" in wants or b" " in haves
    depths = [
        (len(have), len(want)) if to_tabs else (len(want), len(have))
        for have, want in distinct.items()
    ]
    unit = _unit(depths, _step(wanted) if to_tabs else None)
    if unit is None:
        return None
    base = depths[0][0] - unit * depths[0][1]
    if any(width - unit * tabs != base for width, tabs in depths):
        return None
    if not to_tabs:
        return lambda depth: b" " * (unit * len(depth) + base)

    def tabbed(depth: bytes) -> bytes | None:
        count, rest = divmod(len(depth) - base, unit)
        return None if rest or count < 0 else b"\t" * count

    return tabbed


def _unit(depths: Sequence[tuple[int, int]], step: int | None) -> int | None:
    """How many blanks a tab is, by two depths, or by the one and the steps of the new lines."""
    (width, tabs), *others = depths
    for other_width, other_tabs in others:
        if other_tabs != tabs:
            unit, rest = divmod(width - other_width, tabs - other_tabs)
            return None if rest or unit not in (2, 3, 4, 8) else unit
    whole = width // tabs if tabs and width % tabs == 0 else None
    known = {each for each in (whole, step) if each in (2, 3, 4, 8)}
    return known.pop() if len(known) == 1 else None
