"""What was typed in one file since some text, as edits that do not overlap.

Keystrokes at one place are one edit; an edit that was undone is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from redline.core.index.languages import words_with
from redline.core.inline.next_edit.model import KEPT_SECONDS
from redline.core.text.edits import Edit, apply, invert
from redline.core.text.text import Span, Text

Bracket = Literal["", "signature", "call"]
MOST_REGIONS = 256
"""Of one file; a rename may go on for as many places."""
LONGEST_WORD, LONGEST_HEADER = 120, 1_000
CLOSING = (b")", b"]", b"}")
_BRACKET = re.compile(rb"[()\[\]{}]")
_HEAD = re.compile(
    rb"\b(?:def\s+\w+|function\b\s*\*?\s*[\w$]*\s*(?:<[^()]*>)?|func\b\s*(?:\([^()]*\)\s*)?\w+)\s*$"
)
_MEMBER = re.compile(rb"(?:^|[\n{};])[ \t]*(?:[\w<>\[\].?@]+[ \t]+)*([\w$#]+)\s*(?:<[^()]*>)?\s*$")
_BODY = re.compile(rb"\s*(?:throws\b|(?::[^;=\n]{0,200}?)?(?:\{|=>))")
_BLOCKS = frozenset({b"if", b"for", b"while", b"switch", b"catch", b"with", b"return", b"match"})


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
    return without(trail, {min(each.serial for each in trail.regions)})


def without(trail: Trail, serials: Collection[int]) -> Trail:
    """The trail with some edits forgotten: it was always so."""
    gone: list[Edit] = []
    kept: list[Region] = []
    grown = 0
    for each in trail.regions:
        if each.serial in serials:
            gone.append(Edit(each.base, each.new))
            grown += gone[-1].growth
        else:
            kept.append(replace(each, base=Span(each.base.start + grown, each.base.end + grown)))
    if not gone:
        return trail
    return replace(trail, base=Text(apply(trail.base.data, gone)), regions=tuple(kept))


def fresh(trail: Trail, at: float) -> Trail:
    """The trail without what was typed too long before `at`."""
    return without(trail, {e.serial for e in trail.regions if at - e.at > KEPT_SECONDS})


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
    """What the brackets around a region, if there are any, belong to, by what stands around
    them: a signature at best."""
    found: Bracket = ""
    for level, above in enumerate(heads(trail, region)):
        if _HEAD.search(above):
            return "signature"
        behind = _behind(trail, region, level)
        member = _MEMBER.search(above[-LONGEST_WORD:])
        if behind and (b"=>" in behind or (member and member[1] not in _BLOCKS)):
            return "signature"
        found = "call"
    return found


def _behind(trail: Trail, region: Region, level: int) -> bytes:
    """What begins a body right behind the brackets around a region, those of `level` between
    them and it left out; empty where none does."""
    end = min(len(trail.now), region.end + LONGEST_HEADER)
    below = trail.now.slice(Span(region.end, end))
    depth = level
    for found in _BRACKET.finditer(below):
        if found[0] not in CLOSING:
            depth += 1
        elif depth:
            depth -= 1
        else:
            body = _BODY.match(below, found.end()) if found[0] == b")" else None
            return body[0] if body is not None else b""
    return b""


def heads(trail: Trail, region: Region) -> Iterator[bytes]:
    """What stands before each bracket that a region is in, the innermost first."""
    above = trail.now.slice(Span(max(0, region.start - LONGEST_HEADER), region.start))
    at = open_bracket(above)
    while at >= 0:
        above = above[:at]
        yield above
        at = open_bracket(above)


Forms = Mapping[tuple[bytes, bytes], Sequence[tuple[str, str, bytes]]]


def forms_of(known: Iterable[tuple[str, str]]) -> Forms:
    """By what an edit replaces, and by what: the words of `known` that it may make one another,
    keeping the old one beside it, and what must stand before the edit.
    """
    found: dict[tuple[bytes, bytes], list[tuple[str, str, bytes]]] = {}
    for old, new in known:
        was = old.encode()
        for form in (f"{old}: {new}", f"{old} as {new}", f"{new} as {old}"):
            made = form.encode()
            # The old word was typed over, or what is new was typed beside it.
            found.setdefault((was, made), []).append((old, new, b""))
            if made.startswith(was):
                found.setdefault((b"", made[len(was) :]), []).append((old, new, was))
    return found


def spelled_out(trail: Trail, region: Region, forms: Forms) -> Word | None:
    """The word that `region` made another, where it kept the old one beside it, as what stands
    for two names must: `{old: new}`.
    """
    for old, new, kept in forms.get((trail.old(region), region.new), ()):
        at = region.start - len(kept)
        if at >= 0 and trail.now.slice(Span(at, region.start)) == kept:
            return Word(old, new, Span(at, region.end), region)
    return None


@lru_cache(maxsize=64)
def word_bytes(letters: str) -> frozenset[int]:
    """The bytes that may be part of a word."""
    pattern = words_with(letters)
    return frozenset(each for each in range(256) if pattern.fullmatch(b"a%c" % each))
