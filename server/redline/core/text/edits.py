"""Edits as values: apply, invert, map, rebase, diff. After helix's transactions and gopls' diff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from redline.core.text.text import Span, Text


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
    parts: list[bytes] = []
    last = 0
    for edit in ordered(edits, len(data)):
        parts += (data[last : edit.span.start], edit.new)
        last = edit.span.end
    parts.append(data[last:])
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
    its start.
    """
    shift = 0
    for edit in sorted(edits, key=lambda each: each.span):
        if edit.span.end < offset or (edit.span.end == offset and after):
            shift += edit.growth
        elif edit.span.start < offset:
            return edit.span.start + shift + (len(edit.new) if after else 0)
        else:
            break
    return offset + shift


def diff(before: Text, after: Text) -> tuple[Edit, ...]:
    """Line-wise edits from `before` to `after`, common head and tail left out."""
    if before.data == after.data:
        return ()
    old = before.data.splitlines(keepends=True)
    new = after.data.splitlines(keepends=True)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    old_middle = old[head : len(old) - tail]
    new_middle = new[head : len(new) - tail]
    at = sum(map(len, old[:head]))
    if not old_middle or not new_middle or len(old_middle) * len(new_middle) > 25_000_000:
        end = at + sum(map(len, old_middle))
        return (Edit(Span(at, end), b"".join(new_middle)),)
    starts = [at]
    for line in old_middle:
        starts.append(starts[-1] + len(line))
    matcher = SequenceMatcher(None, old_middle, new_middle, autojunk=False)
    return tuple(
        Edit(Span(starts[i1], starts[i2]), b"".join(new_middle[j1:j2]))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    )


def _common(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def shrink(data: bytes, edit: Edit) -> Edit:
    """`edit` without the bytes it leaves as they are at both ends, cut at characters."""
    old, new = data[edit.span.start : edit.span.end], edit.new
    limit = min(len(old), len(new))
    head = 0
    while head < limit and old[head] == new[head]:
        head += 1
    while head and head < max(len(old), len(new)) and _continues(old, new, head):
        head -= 1
    limit -= head
    tail = 0
    while tail < limit and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    while tail and (old[len(old) - tail] & 0xC0) == 0x80:
        tail -= 1
    span = Span(edit.span.start + head, edit.span.end - tail)
    return Edit(span, new[head : len(new) - tail])


def _continues(old: bytes, new: bytes, at: int) -> bool:
    return any(at < len(data) and data[at] & 0xC0 == 0x80 for data in (old, new))
