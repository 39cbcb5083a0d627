"""What is due after the latest edits of a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from redline.core.index.query import uris_naming
from redline.core.inline.next_edit import repeats
from redline.core.inline.next_edit.model import Around, Pattern
from redline.core.inline.next_edit.positional import signed_by_place
from redline.core.inline.next_edit.renames import renamed
from redline.core.inline.next_edit.signatures import follows, signed
from redline.core.inline.next_edit.trail import (
    Region,
    Trail,
    Word,
    bracket_of,
    forms_of,
    fresh,
    spelled_out,
    word_of,
)

MOST_PATTERNS = 3
"""How many different edits may be going on elsewhere at one time."""
LATEST, LATEST_WORDS, LATEST_SIGNATURES, LATEST_REPEATS = 64, 8, 6, 12
"""How many of the latest edits are looked at, and as what: looking takes its time."""


def patterns(around: Around, trails: Mapping[str, Trail], at: float) -> tuple[Pattern, ...]:
    """The edits made by hand before `at` that are due at other places, the latest first."""
    alive = {uri: fresh(trail, at) for uri, trail in trails.items()}
    rows = [(region, trail) for trail in alive.values() for region in trail.regions]
    rows.sort(key=lambda row: -row[0].serial)
    del rows[LATEST:]
    made = _made(around, alive, rows)
    repeating = frozenset(region.serial for region, _ in rows[:LATEST_REPEATS])
    found: dict[str, Pattern] = {}
    taken: set[tuple[str, int]] = set()
    for region, trail in rows:
        pattern = _known(made, trail, region)
        if pattern is None and region.serial in repeating:
            pattern = _repeat(made, trail, region)
        if pattern is None or not pattern.places or pattern.key in found:
            continue
        # Of two edits that are due at one place, the later one is.
        places = [e for e in pattern.places if (e.uri, e.span.start) not in taken]
        taken |= {(each.uri, each.span.start) for each in places}
        found[pattern.key] = replace(pattern, places=tuple(places))
        if len(found) == MOST_PATTERNS:
            break
    return tuple(each for each in found.values() if each.places)


Step = tuple[Trail, Word]
NOTHING = Pattern("repeat", "", "", "", 0.0, ())


@dataclass(frozen=True, slots=True)
class _Made:
    """What was done by hand: words that were made others, by what they were, and signatures by
    the serials of their edits. `seen` are the words that were looked into."""

    around: Around
    trails: Mapping[str, Trail]
    steps: Mapping[str, Sequence[Step]]
    signatures: Mapping[int, Pattern]
    seen: set[tuple[str, str]]

    def word(self, region: Region) -> Word | None:
        """The word that a region made another."""
        every = (word for steps in self.steps.values() for _, word in steps)
        return next((each for each in every if each.region is region), None)


def _made(
    around: Around, trails: Mapping[str, Trail], rows: Sequence[tuple[Region, Trail]]
) -> _Made:
    made = _Made(around, trails, _steps(around, trails), {}, set())
    signatures: dict[int, Pattern] = {}
    inside = [row for row in rows if bracket_of(row[1], row[0]) == "signature"]
    for region, trail in inside[:LATEST_SIGNATURES]:
        word = made.word(region)
        steps = made.steps[word.old] if word is not None else ()
        same = [each.region for _, each in steps if word is not None and each.new == word.new]
        step = (trail, region)
        found = signed(around, trails, step, same) or signed_by_place(around, trails, step, same)
        if found is not None:
            signatures[region.serial] = found
    return replace(made, signatures=signatures)


def _known(made: _Made, trail: Trail, region: Region) -> Pattern | None:
    """The signature or the rename that `region` is a step of; one without places where there is
    nothing left to do. Each word that was changed is looked into once.
    """
    signature, word = made.signatures.get(region.serial), made.word(region)
    if signature is not None and signature.places:
        return signature
    if word is not None and (word.old, word.new) in made.seen:
        return NOTHING
    if word is not None and len(made.seen) < LATEST_WORDS:
        made.seen.add((word.old, word.new))
        alike = made.steps[word.old]
        # What was given two names is no rename: nobody knows which is next.
        one = all(each.new == word.new for _, each in alike)
        found = one and _is_left(made.around, made.trails, word) and renamed(made.around, alike)
        if found:
            return found
    if any(follows(trail, region, each) for each in made.signatures.values()):
        return NOTHING
    return None


def _repeat(made: _Made, trail: Trail, region: Region) -> Pattern | None:
    """The edit that was made elsewhere too and that `region` is the latest of."""
    for sample in repeats.made(trail, region):
        found = repeats.repeated(made.around, made.trails, sample)
        if found is not None:
            return found
    return None


def _steps(around: Around, trails: Mapping[str, Trail]) -> dict[str, list[Step]]:
    """The words that were made others, by what they were, the first changed first."""
    every: list[Step] = []
    others: list[tuple[Trail, Region]] = []
    for trail in trails.values():
        language = around.language_of(trail.uri) if trail.regions else None
        for region in trail.regions if language is not None else ():
            word = word_of(trail, region, language.letters if language is not None else "")
            if word is not None:
                every.append((trail, word))
            else:
                others.append((trail, region))
    forms = forms_of(dict.fromkeys((word.old, word.new) for _, word in every))
    spelled = ((trail, spelled_out(trail, region, forms)) for trail, region in others)
    every += [(trail, word) for trail, word in spelled if word is not None]
    every.sort(key=lambda step: step[1].region.serial)
    steps: dict[str, list[Step]] = {}
    for trail, word in every:
        steps.setdefault(word.old, []).append((trail, word))
    return steps


def _is_left(around: Around, trails: Mapping[str, Trail], word: Word) -> bool:
    """Whether the old word stands anywhere still."""
    old = word.old.encode()
    if any(old in trail.now.data for trail in trails.values()):
        return True
    return any(uri not in trails for uri in uris_naming(around.index, word.old))
