"""Rewrites lists in brackets, arguments and parameters, so that only what must change does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from redline.core.text.edits import Edit, apply, ordered, shrink
from redline.core.text.text import Span

_TOKEN = re.compile(
    rb"[rRbBuUfF]{0,2}(?P<quote>\"\"\"|'''|\"|')|(?P<comment>#[^\r\n]*)|(?P<gap>[\s\\]+)"
    rb"|(?P<word>\w+)|(?P<other>.)",
    re.DOTALL,
)
_OPEN, _CLOSE = b"([{", b")]}"
_LINE_END = re.compile(rb",?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r)")
_COMMENT_AFTER = re.compile(rb",?[ \t]*#[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Listed:
    """What stands between two brackets: the bytes inside them, and each item, comments and
    commas left out.
    """

    inside: Span
    items: tuple[Span, ...]


def listed(data: bytes, start: int) -> Listed | None:
    """The list whose opening bracket is the first one at or after `start`, only white space,
    comments and closing brackets before it; None where there is none.
    """
    at = _opening(data, start)
    if at is None:
        return None
    scan = _Scan(data, at + 1)
    while scan.at < len(data):
        if scan.step():
            return Listed(Span(at + 1, scan.at - 1), tuple(scan.items))
    return None


def _opening(data: bytes, start: int) -> int | None:
    while start < len(data):
        found = _TOKEN.match(data, start)
        if found is None or found["word"] or found["quote"]:
            return None
        if found[0] == b"(":
            return start
        if found["other"] and found[0] != b")":
            return None
        start = found.end()
    return None


@dataclass(slots=True)
class _Scan:
    """Reads a list item by item."""

    data: bytes
    at: int
    depth: int = 0
    lambdas: list[int] = field(default_factory=list)
    first: int = -1
    last: int = -1
    items: list[Span] = field(default_factory=list)

    def step(self) -> bool:
        """Reads one token; True where it ended the list."""
        found = _TOKEN.match(self.data, self.at)
        assert found is not None  # every byte is one of them
        start, self.at = found.span()
        if found["gap"] or found["comment"]:
            return False
        if found["quote"]:
            self.at = _string_end(self.data, self.at, found["quote"])
        elif found[0] == b"lambda":
            self.lambdas.append(self.depth)
        elif found[0] == b":" and self.lambdas[-1:] == [self.depth]:
            self.lambdas.pop()
        elif found[0] in _OPEN:
            self.depth += 1
        elif found[0] in _CLOSE:
            self.depth -= 1
        elif found[0] == b"," and not self.depth and not self.lambdas:
            self._ended()
            return False
        if self.depth < 0:
            self._ended()
            return True
        self.first = start if self.first < 0 else self.first
        self.last = self.at
        return False

    def _ended(self) -> None:
        if self.first >= 0:
            self.items.append(Span(self.first, self.last))
        self.first = -1


def _string_end(data: bytes, at: int, quote: bytes) -> int:
    found = re.compile(rb"(?:\\.|(?!%b).)*%b" % (quote, quote), re.DOTALL).match(data, at)
    return found.end() if found is not None else len(data)


@dataclass(slots=True)
class Patch:
    """The edits of one text, made from the inside out."""

    data: bytes
    edits: list[Edit] = field(default_factory=list)

    def replace(self, span: Span, new: bytes) -> None:
        """Puts `new` in place of `span`, and of what was changed in it before."""
        kept = [each for each in self.edits if not _within(each.span, span)]
        self.edits = [*kept, Edit(span, new)]

    def insert(self, at: int, new: bytes) -> None:
        """Puts `new` at a place, after what was put there before."""
        self.edits.append(Edit(Span(at, at), new))

    def text(self, span: Span) -> bytes:
        """The bytes of `span` as they are after the edits so far."""
        inner = [each for each in self.edits if _within(each.span, span)]
        at = span.start
        moved = [Edit(Span(e.span.start - at, e.span.end - at), e.new) for e in inner]
        return apply(self.data[span.start : span.end], moved)

    def done(self) -> tuple[Edit, ...]:
        """All edits in order, those that change nothing left out. Raises `EditError`."""
        every = (
            each for each in self.edits if self.data[each.span.start : each.span.end] != each.new
        )
        return ordered((shrink(self.data, each) for each in every), len(self.data))


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the list as it is to be: `old` is its place in the list as it was, None for
    a new one; `text` what it says, None for what it said.
    """

    old: int | None
    text: bytes | None = None


def rewrite(patch: Patch, there: Listed, wanted: Sequence[Item]) -> None:
    """Makes the list what is `wanted`; items that stay keep their bytes and their places."""
    kept = [item for item in wanted if item.old is not None]
    slots = sorted(item.old for item in kept if item.old is not None)
    if not kept:
        if there.items or wanted:
            patch.replace(_content(there), b", ".join(item.text or b"" for item in wanted))
        return
    said = [
        item.text if item.text is not None else patch.text(there.items[item.old or 0])
        for item in kept
    ]
    for slot, item, text in zip(slots, kept, said, strict=True):
        if slot != item.old or item.text is not None:
            patch.replace(there.items[slot], text)
    _drop(patch, there, slots)
    _add(patch, there, slots, wanted)


def _content(there: Listed) -> Span:
    """What to replace where no item stays: a last comma goes too, line ends stay."""
    if not there.items:
        return Span(there.inside.start, there.inside.start)
    return Span(there.items[0].start, there.inside.end)


def _drop(patch: Patch, there: Listed, slots: Sequence[int]) -> None:
    gone = [at for at in range(len(there.items)) if at not in slots]
    for _, run in groupby(gone, key=lambda at: sum(slot < at for slot in slots)):
        first, *rest = run
        last = rest[-1] if rest else first
        if last + 1 < len(there.items):
            patch.replace(Span(there.items[first].start, there.items[last + 1].start), b"")
            continue
        lines = _lines(patch.data, there, there.items[first], there.items[last])
        patch.replace(lines or Span(there.items[first - 1].end, there.items[last].end), b"")


def _lines(data: bytes, there: Listed, first: Span, last: Span) -> Span | None:
    """The whole lines of items, their comments too; None where they do not begin and end lines."""
    if _gap(data, there, first) == b" ":
        return None
    end = _LINE_END.match(data, last.end)
    start = max(data.rfind(b"\n", 0, first.start), data.rfind(b"\r", 0, first.start)) + 1
    return Span(start, end.end()) if end is not None else None


def _add(patch: Patch, there: Listed, slots: Sequence[int], wanted: Sequence[Item]) -> None:
    """Puts the new items behind the kept ones before them; those at the front before all."""
    seen = 0
    for item in wanted:
        if item.old is not None:
            seen += 1
            continue
        text = item.text or b""
        if not seen:
            first = there.items[slots[0]]
            patch.insert(first.start, text + b"," + _gap(patch.data, there, first))
            continue
        before = there.items[slots[seen - 1]]
        gap = _gap(patch.data, there, before)
        comment = _COMMENT_AFTER.match(patch.data, before.end)
        if comment is None or gap == b" ":
            _behind(patch, before.end, b"," + gap + text)
        elif comment[0].startswith(b","):
            _behind(patch, comment.end(), gap + text + b",")
        else:
            patch.insert(before.end, b",")
            _behind(patch, comment.end(), gap + text)


def _behind(patch: Patch, at: int, new: bytes) -> None:
    """An insertion, made one edit with what begins at its place already."""
    for index, edit in enumerate(patch.edits):
        if edit.span.start == at:
            patch.edits[index] = Edit(edit.span, edit.new + new)
            return
    patch.insert(at, new)


def _gap(data: bytes, there: Listed, item: Span) -> bytes:
    """What separates items: a space, or for items that begin lines a line end and white space."""
    start = max(data.rfind(b"\n", 0, item.start), data.rfind(b"\r", 0, item.start)) + 1
    indent = data[start : item.start]
    if indent.strip() or start <= there.inside.start - 1:
        return b" "
    ending = b"\r\n" if data[start - 2 : start] == b"\r\n" else data[start - 1 : start]
    return ending + indent
