"""The same edit made at two places by hand, and where its shape stands again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from redline.core.index.extract import count_errors, extract, parse
from redline.core.index.incremental import edited, reparse
from redline.core.index.languages import Language
from redline.core.index.query import uris_naming
from redline.core.index.uses import skipped
from redline.core.inline.next_edit.model import Around, Pattern, Place, nearness, place_at
from redline.core.inline.next_edit.templates import (
    Change,
    Sample,
    Template,
    aligned,
    found,
    template,
)
from redline.core.inline.next_edit.trail import Region, Trail, reverted
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

MOST_REPEATED = 40
MOST_FILES, MOST_SAMPLES = 20, 40
MOST_SHOWN = 24
LONGEST_LINE = 1_000
LONGEST_EDIT = 200


@dataclass(frozen=True, slots=True)
class Made:
    """A sample with where it was made: the first bytes of its edit, and the edits themselves."""

    sample: Sample
    trail: Trail
    regions: tuple[Region, ...]


def repeated(around: Around, trails: Mapping[str, Trail], latest: Made) -> Pattern | None:
    """The pattern of which `latest` is a step; None where it was made only once."""
    for other in _others(trails, latest):
        shape = template(latest.sample, other.sample)
        if shape is not None:
            inside = _skipped(around, latest) and _skipped(around, other)
            places = tuple(_places(around, trails, latest.trail.uri, shape, inside))
            if places:
                return _pattern(latest, places)
    return None


def _pattern(latest: Made, places: tuple[Place, ...]) -> Pattern:
    old = _shown([each.old for each in latest.sample.changes])
    new = _shown([each.new for each in latest.sample.changes])
    what = f"replace {old} by {new}"
    if not old or not new:
        what = f"insert {new}" if new else f"remove {old}"
    region = max(latest.regions, key=lambda each: each.serial)
    key = f"repeat\0{old}\0{new}"
    return Pattern("repeat", key, what, latest.trail.uri, region.at, places)


def _shown(parts: Sequence[bytes]) -> str:
    words = (" ".join(each.decode("utf-8", "replace").split()) for each in parts)
    text = " … ".join(each for each in words if each)
    short = text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
    return f"`{short}`" if short else ""


def made(trail: Trail, region: Region) -> Iterator[Made]:
    """The samples that `region` is part of: with its neighbours on the line, then alone."""
    line = trail.now.line_of(region.start)
    beside = tuple(each for each in trail.regions if trail.now.line_of(each.start) == line)
    for group in dict.fromkeys((beside, (region,))):
        sample = _sample(trail, group)
        if sample is not None:
            yield Made(sample, trail, group)


def _sample(trail: Trail, group: Sequence[Region]) -> Sample | None:
    """The one line of `group` before its edits."""
    olds = [trail.old(each) for each in group]
    if any(b"\n" in old + each.new for old, each in zip(olds, group, strict=True)):
        return None
    if sum(len(old) + len(each.new) for old, each in zip(olds, group, strict=True)) > LONGEST_EDIT:
        return None
    start, now = trail.now.row(trail.now.line_of(group[0].start))
    if len(now) > LONGEST_LINE:
        return None
    parts, last, spans = [], 0, []
    for old, each in zip(olds, group, strict=True):
        parts += [now[last : each.start - start], old]
        at = sum(map(len, parts))
        spans.append(Span(at - len(old), at))
        last = each.end - start
    line = b"".join([*parts, now[last:]])
    changes = [aligned(line, span, e.new) for span, e in zip(spans, group, strict=True)]
    changes = [each for each in changes if each.old != each.new]
    clear = all(a.span.end <= b.span.start for a, b in pairwise(changes))
    return Sample(line, tuple(changes)) if changes and clear else None


def _others(trails: Mapping[str, Trail], latest: Made) -> Iterator[Made]:
    """Samples made elsewhere with the same changes, the newest first."""
    wanted = _essence(latest.sample.changes)
    rows = [(region, trail) for trail in trails.values() for region in trail.regions]
    rows.sort(key=lambda row: -row[0].serial)
    for region, trail in rows[:MOST_SAMPLES]:
        if region not in latest.regions:
            for each in made(trail, region):
                if _essence(each.sample.changes) == wanted and not set(each.regions) & set(
                    latest.regions
                ):
                    yield each


def _essence(changes: Sequence[Change]) -> list[tuple[bytes, bytes]]:
    return [(each.old, each.new) for each in changes]


def _skipped(around: Around, sample: Made) -> bool:
    """Whether the edit was made in a comment or a string."""
    language = around.language_of(sample.trail.uri)
    if language is None:
        return True
    before = reverted(sample.trail, sample.regions)
    facts = extract(language, parse(language, before.text), before.text, None)
    return skipped(facts, before.before(sample.regions[0].start))


def _places(
    around: Around, trails: Mapping[str, Trail], uri: str, shape: Template, inside: bool
) -> Iterator[Place]:
    """Where the shape stands, in this file first."""
    others = [each for each in uris_naming(around.index, shape.anchor) if each != uri]
    others.sort(key=lambda each: nearness(uri, each))
    left, own = MOST_REPEATED, around.language_of(uri)
    for each in [uri, *others[:MOST_FILES]]:
        trail = trails.get(each)
        text = trail.now if trail is not None else around.text_of(each)
        language = around.language_of(each)
        if text is None or (each != uri and (language is None or language is not own)):
            continue
        regions = trail.regions if trail is not None else ()
        wanted = [
            Edit(span, new)
            for span, new in found(shape, text.data)
            if not any(one.start <= span.end and span.start <= one.end for one in regions)
        ]
        for edit in _fitting(language, text, wanted, inside):
            yield place_at(each, text, edit.span, edit.new)
            left -= 1
            if not left:
                return


def _fitting(
    language: Language | None, text: Text, edits: Sequence[Edit], inside: bool
) -> Iterator[Edit]:
    """The edits that stand in code where the samples do, and break no parse."""
    if language is None or not edits:
        yield from edits
        return
    tree = parse(language, text)
    facts, errors = extract(language, tree, text, None), count_errors(tree)
    for edit in edits:
        if skipped(facts, edit.span.start) == inside:
            told = edited(tree, text, (edit,))
            after = reparse(language, told, text.replaced(edit.span, edit.new))
            if count_errors(after) <= errors:
                yield edit
