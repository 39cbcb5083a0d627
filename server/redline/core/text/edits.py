"""Edits as values: apply, invert, map, rebase, diff. After helix's transactions and gopls' diff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from redline.core.text.matching import unequal
from redline.core.text.text import Span, Text, parts_character


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replaces the bytes of `span` by `new`."""

    span: Span
    new: bytes

    @property
    def growth(self) -> int:
        """How many bytes the text grows by (negative when it shrinks)."""
        return len(self.new) - len(self.span)


class EditError(ValueError):
    """Edits that overlap or leave the text."""


def ordered(edits: Iterable[Edit], length: int) -> tuple[Edit, ...]:
    """Sorted by place; inserts at one point keep their given order.

    Raises `EditError` when two overlap or one ends past `length` bytes.
    """
    result = tuple(sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)))
    last = 0
    for edit in result:
        if edit.span.start < last:
            raise EditError(f"edits overlap at byte {edit.span.start}")
        if edit.span.end > length:
            raise EditError(f"edit ends at byte {edit.span.end}, past the end, {length}")
        last = edit.span.end
    return result


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes after all `edits`, whose spans count in `data`. Raises `EditError`."""
    view = memoryview(data)  # slices of it are not copied before they are joined
    parts: list[bytes | memoryview] = []
    last = 0
    for edit in ordered(edits, len(data)):
        parts += (view[last : edit.span.start], edit.new)
        last = edit.span.end
    parts.append(view[last:])
    return b"".join(parts)


def invert(data: bytes, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits that turn `apply(data, edits)` back into `data`."""
    result: list[Edit] = []
    shift = 0
    for edit in ordered(edits, len(data)):
        start = edit.span.start + shift
        old = data[edit.span.start : edit.span.end]
        result.append(Edit(Span(start, start + len(edit.new)), old))
        shift += edit.growth
    return tuple(result)


def rebase(edits: Sequence[Edit], over: Iterable[Edit]) -> tuple[Edit, ...] | None:
    """`edits` moved so that they apply after `over`; both count in the same text.

    None when some edit shares a byte with one in `over`, or an insertion of one lies
    inside or at the edge of a change of the other: keeping both would be a guess.
    """
    moves = sorted(over, key=lambda edit: edit.span)
    result: list[Edit] = []
    for edit in edits:
        shift = 0
        for move in moves:
            if collides(edit.span, move.span):
                return None
            if move.span.end <= edit.span.start:
                shift += move.growth
        result.append(Edit(Span(edit.span.start + shift, edit.span.end + shift), edit.new))
    return tuple(result)


def collides(one: Span, other: Span) -> bool:
    """True when two edits at these spans cannot both be kept without a guess."""
    if len(one) == 0 or len(other) == 0:
        return one.touches(other)
    return one.start < other.end and other.start < one.end


def map_offset(offset: int, edits: Iterable[Edit], *, after: bool = True) -> int:
    """Where `offset` lies once `edits` are applied.

    An offset inside a replaced span goes to the end of the new text (`after`) or to
    its start; so does one where text is inserted. The ends of a replaced span stay ends.
    """
    shift = 0
    for edit in sorted(edits, key=lambda each: each.span):
        inserts = len(edit.span) == 0
        if edit.span.end < offset or (edit.span.end == offset and (after or not inserts)):
            shift += edit.growth
        elif edit.span.start < offset:
            return edit.span.start + shift + (len(edit.new) if after else 0)
        else:
            break
    return offset + shift


def joined(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The same edits in order, those at one point made one: nothing can put them otherwise."""
    result: list[Edit] = []
    for edit in sorted(edits, key=lambda each: (each.span.start, each.span.end)):
        meets = result and result[-1].span.start == result[-1].span.end == edit.span.start
        result.append(Edit(edit.span, result.pop().new + edit.new) if meets else edit)
    return tuple(result)


def diff(before: Text, after: Text) -> tuple[Edit, ...]:
    """Line-wise edits that turn `before` into `after`, none next to another."""
    if before.data == after.data:
        return ()
    old = before.data.splitlines(keepends=True)
    new = after.data.splitlines(keepends=True)
    starts = list(accumulate(map(len, old), initial=0))
    return tuple(
        Edit(Span(starts[top], starts[bottom]), b"".join(new[left:right]))
        for (top, bottom), (left, right) in unequal(old, new)
    )


def shrink(data: bytes, edit: Edit) -> Edit:
    """`edit` without the bytes it leaves as they are at both ends.

    It is cut at characters, and never between the two bytes of a `\\r\\n`, so that what
    is left has a range in every encoding.
    """
    old, new = data[edit.span.start : edit.span.end], edit.new
    if old == new:
        return Edit(Span(edit.span.end, edit.span.end), b"")
    head = _shared(old, new)
    while head and (parts_character(old, head) or parts_character(new, head)):
        head -= 1
    tail = _shared(old[head:][::-1], new[head:][::-1])
    while tail and (parts_character(old, len(old) - tail) or parts_character(new, len(new) - tail)):
        tail -= 1
    span = Span(edit.span.start + head, edit.span.end - tail)
    return Edit(span, new[head : len(new) - tail])


def _shared(one: bytes, other: bytes) -> int:
    """How many bytes the two begin with in common, by halving: slices compare fast."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def in_sequence(simultaneous: Iterable[Edit]) -> tuple[Edit, ...]:
    """Edits that count in one text, in an order in which each counts in the text so far."""
    return tuple(sorted(simultaneous, key=lambda edit: edit.span, reverse=True))


def between(before: Text, after: Text) -> tuple[Edit, ...]:
    """What may have been typed to turn `before` into `after`, as a sequence: line by line,
    each without the bytes it leaves as they are."""
    return in_sequence(shrink(before.data, edit) for edit in diff(before, after))


def refined(before: Text, sequence: Sequence[Edit]) -> tuple[Edit, ...]:
    """A sequence of edits over `before`, with those of many lines taken apart.

    An editor may send several changes as one that covers them all.
    """
    result: list[Edit] = []
    for at, edit in enumerate(sequence):
        old = before.slice(edit.span)
        if b"\n" in old and b"\n" in edit.new:
            parts = between(Text(old), Text(edit.new))
            start = edit.span.start
            result += [Edit(Span(start + p.span.start, start + p.span.end), p.new) for p in parts]
        else:
            result.append(edit)
        if at + 1 < len(sequence):
            before = before.replaced(edit.span, edit.new)
    return tuple(result)


def covering(sequence: Sequence[Edit], after: bytes) -> Edit:
    """The one edit that spans a sequence, each of which counts in the text after those before it.

    `after` is the text after the last one. Raises `ValueError` for an empty sequence.
    """
    if not sequence:
        raise ValueError("no edits to cover")
    first = sequence[0]
    start, old_end = first.span.start, first.span.end
    new_end = start + len(first.new)
    for edit in sequence[1:]:
        start = min(start, edit.span.start)
        if edit.span.end > new_end:
            old_end += edit.span.end - new_end
            new_end = edit.span.end
        new_end += edit.growth
    return Edit(Span(start, old_end), after[start:new_end])
