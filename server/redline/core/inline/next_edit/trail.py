"""What was typed in one file since some text, as edits that do not overlap.

Keystrokes at one place are one edit; an edit that was undone is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from redline.core.index.languages import words_with
from redline.core.inline.next_edit.model import KEPT_SECONDS
from redline.core.text.edits import Edit, apply, invert
from redline.core.text.text import Span, Text

Bracket = Literal["", "signature", "call"]
MOST_REGIONS = 32
LONGEST_WORD, LONGEST_HEADER = 120, 1_000
CLOSING = (b")", b"]", b"}")
_BRACKET = re.compile(rb"[()\[\]{}]")
_HEAD = re.compile(rb"\bdef\s+\w+\s*$")


@dataclass(frozen=True, slots=True)
class Region:
    """One edit: the bytes `base` of the trail's base are now `new`, from `start` on.

    `at` is when it was last typed at; `serial` counts up with every edit of the session.
    """

    base: Span
    start: int
    new: bytes
    at: float
    serial: int

    @property
    def end(self) -> int:
        """Where it ends in the text as it is now."""
        return self.start + len(self.new)


@dataclass(frozen=True, slots=True)
class Trail:
    """The edits that lead from the text `base` to the text `now`, in order of place."""

    uri: str
    base: Text
    now: Text
    regions: tuple[Region, ...] = ()

    def old(self, region: Region) -> bytes:
        """What stood where `region` is."""
        return self.base.slice(region.base)


@dataclass(frozen=True, slots=True)
class Word:
    """A region that made one word another; `span` is the new one in the text as it is now."""

    old: str
    new: str
    span: Span
    region: Region


def begun(uri: str, text: Text) -> Trail:
    """A trail with nothing typed yet."""
    return Trail(uri, text, text)


def typed(trail: Trail, edit: Edit, at: float, serial: int, letters: str) -> Trail:
    """The trail after one more edit of its text; `letters` are those words may hold here."""
    now = trail.now.replaced(edit.span, edit.new)
    first, last = _touched(trail, edit, letters)
    group = trail.regions[first:last]
    region = replace(_joined(trail, group, edit, first), at=at, serial=serial)
    before = trail.regions[:first]
    after = tuple(replace(e, start=e.start + edit.growth) for e in trail.regions[last:])
    kept = () if trail.old(region) == region.new else (region,)
    return _bounded(Trail(trail.uri, trail.base, now, (*before, *kept, *after)))


def _touched(trail: Trail, edit: Edit, letters: str) -> tuple[int, int]:
    """The rows of the regions that `edit` becomes one with: from the first to before the last."""
    regions = trail.regions
    first = last = sum(each.end <= edit.span.start for each in regions)
    # One that is met across another would swallow that.
    while first and _meets(trail, regions[first - 1], edit, letters):
        first -= 1
    while last < len(regions) and _meets(trail, regions[last], edit, letters):
        last += 1
    return first, last


def _meets(trail: Trail, region: Region, edit: Edit, letters: str) -> bool:
    """Whether one edit goes on with the other: they touch, or are of one word.

    What follows a word that was made another is none of that edit.
    """
    span = edit.span
    behind, ahead = span.start >= region.end, span.end <= region.start
    if not (behind or ahead):
        return True
    gap = Span(region.end, span.start) if behind else Span(span.end, region.start)
    if len(gap) > LONGEST_WORD:
        return False
    inside = word_bytes(letters)
    if len(gap):
        return all(each in inside for each in trail.now.slice(gap))
    if len(span) or not edit.new:
        return True
    goes_on = (edit.new[0] if behind else edit.new[-1]) in inside
    return goes_on or word_of(trail, region, letters) is None


def _joined(trail: Trail, group: Sequence[Region], edit: Edit, row: int) -> Region:
    """The region that `group` and `edit` are together, in the text after the edit."""
    if not group:
        shift = sum(len(each.new) - len(each.base) for each in trail.regions[:row])
        base = Span(edit.span.start - shift, edit.span.end - shift)
        return Region(base, edit.span.start, edit.new, 0.0, 0)
    start = min(edit.span.start, group[0].start)
    end = max(edit.span.end, group[-1].end)
    head = trail.now.slice(Span(start, edit.span.start))
    tail = trail.now.slice(Span(edit.span.end, end))
    base = Span(
        group[0].base.start - (group[0].start - start), group[-1].base.end + end - group[-1].end
    )
    return Region(base, start, head + edit.new + tail, 0.0, 0)


def _bounded(trail: Trail) -> Trail:
    if len(trail.regions) <= MOST_REGIONS:
        return trail
    return without(trail, min(trail.regions, key=lambda each: each.serial))


def without(trail: Trail, region: Region) -> Trail:
    """The trail with one edit forgotten: it was always so."""
    grown = len(region.new) - len(region.base)
    rest = [
        replace(each, base=Span(each.base.start + grown, each.base.end + grown))
        if each.start > region.start or (each.start == region.start and each.base > region.base)
        else each
        for each in trail.regions
        if each is not region
    ]
    return replace(trail, base=trail.base.replaced(region.base, region.new), regions=tuple(rest))


def fresh(trail: Trail, at: float) -> Trail:
    """The trail without what was typed too long before `at`."""
    for each in trail.regions:
        if at - each.at > KEPT_SECONDS:
            trail = without(trail, each)
    return trail


@dataclass(frozen=True, slots=True)
class Reverted:
    """The text of a trail with some of its edits undone.

    `redo` are those edits, in order, which count in `text`.
    """

    text: Text
    redo: tuple[Edit, ...]

    def now(self, span: Span) -> Span | None:
        """Where a span of `text` is in the trail's text; None where it was edited."""
        shift = 0
        for each in self.redo:
            if each.span.touches(span):
                return None
            if each.span.end <= span.start:
                shift += each.growth
        return Span(span.start + shift, span.end + shift)

    def before(self, offset: int) -> int:
        """Where an offset of the trail's text is in `text`; inside an edit: where it begins."""
        shift = 0
        for each in self.redo:
            start = each.span.start + shift
            if offset < start + max(len(each.new), 1):
                return min(offset, start) - shift
            shift += each.growth
        return offset - shift


def reverted(trail: Trail, regions: Iterable[Region]) -> Reverted:
    """The trail's text as it would be without `regions`."""
    undo = tuple(Edit(Span(each.start, each.end), trail.old(each)) for each in regions)
    data = trail.now.data
    return Reverted(Text(apply(data, undo)), invert(data, undo))


def word_of(trail: Trail, region: Region, letters: str) -> Word | None:
    """The word that `region` made another; None where it did something else."""
    inside, old, new = word_bytes(letters), trail.old(region), region.new
    if len(old) > LONGEST_WORD or len(new) > LONGEST_WORD:
        return None
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start, end = region.start + head, region.end - tail
    left = trail.now.slice(Span(max(0, start - LONGEST_WORD), start))
    right = trail.now.slice(Span(end, min(len(trail.now), end + LONGEST_WORD)))
    before = left[len(left.rstrip(bytes(inside))) :]
    after = right[: len(right) - len(right.lstrip(bytes(inside)))]
    was = before + old[head : len(old) - tail] + after
    made = before + new[head : len(new) - tail] + after
    pattern = words_with(letters)
    if was == made or not pattern.fullmatch(was) or not pattern.fullmatch(made):
        return None
    span = Span(start - len(before), end + len(after))
    return Word(was.decode("utf-8", "replace"), made.decode("utf-8", "replace"), span, region)


def open_bracket(data: bytes) -> int:
    """Where the innermost bracket that is still open at the end stands, -1 for none."""
    depth = 0
    for found in reversed(list(_BRACKET.finditer(data))):
        if found[0] in CLOSING:
            depth += 1
        elif not depth:
            return found.start()
        else:
            depth -= 1
    return -1


def matters(trail: Trail, region: Region, trails: Iterable[Trail]) -> bool:
    """Whether something may follow from an edit wherever it stands; from new code, nothing does.

    Edits of what was there do, and insertions that were made elsewhere too.
    """
    if len(region.base) or word_of(trail, region, "") is not None:
        return True
    every = (each for other in trails for each in other.regions if each is not region)
    return b"\n" not in region.new and any(each.new == region.new for each in every)


def bracket_of(trail: Trail, region: Region) -> Bracket:
    """What the brackets around a region, if there are any, belong to."""
    found: Bracket = ""
    for above in heads(trail, region):
        if _HEAD.search(above):
            return "signature"
        found = "call"
    return found


def heads(trail: Trail, region: Region) -> Iterator[bytes]:
    """What stands before each bracket that a region is in, the innermost first."""
    above = trail.now.slice(Span(max(0, region.start - LONGEST_HEADER), region.start))
    at = open_bracket(above)
    while at >= 0:
        above = above[:at]
        yield above
        at = open_bracket(above)


def spelled_out(trail: Trail, region: Region, known: Iterable[tuple[str, str]]) -> Word | None:
    """The word that `region` made another, where it kept the old one beside it, as what stands
    for two names must: `{old: new}`. `known` are words that were made others elsewhere.
    """
    start, now = trail.now.row(trail.now.line_of(region.start))
    head = now[: region.start - start]
    for old, new in known:
        for form in (f"{old}: {new}", f"{old} as {new}", f"{new} as {old}"):
            made, was = form.encode(), old.encode()
            for kept in (b"", was):
                # The old word was typed over, or what is new was typed beside it.
                both = (kept + trail.old(region), kept + region.new)
                if head.endswith(kept) and both == (was, made):
                    at = region.start - len(kept)
                    return Word(old, new, Span(at, at + len(made)), region)
    return None


@lru_cache(maxsize=64)
def word_bytes(letters: str) -> frozenset[int]:
    """The bytes that may be part of a word."""
    pattern = words_with(letters)
    return frozenset(each for each in range(256) if pattern.fullmatch(b"a%c" % each))
