"""What a line may go on with: candidates of both sources, scored; the best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from redline.core.inline.builtin.around import Around, around
from redline.core.inline.builtin.asked import Asked
from redline.core.inline.builtin.decode import Path, followed, paths
from redline.core.inline.builtin.features import NOBODY, Candidate, Field, features, placed
from redline.core.inline.builtin.memory import KINDS
from redline.core.inline.builtin.recall import Voted, Votes, recalled
from redline.core.inline.builtin.score import THRESHOLD, chance
from redline.core.inline.builtin.tokens import indent_after


@dataclass(frozen=True, slots=True)
class Likely:
    """A continuation that is worth showing, and how likely it is right."""

    text: bytes
    chance: float


MOST_PATHS = 5
MOST_RECALLED = 10
RECENT = 25
"""Lines whose names are near."""
_WORTH = (4.0, 2.0, 0.5)
"""What a vote counts by distance, when it is decided which lines are looked at closely."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A continuation as text from the place on, the whole line, and what is known of it."""

    text: bytes
    line: bytes
    tokens: tuple[bytes, ...]
    features: tuple[float, ...]


def suggested(asked: Asked) -> list[Likely]:
    """The continuations likely enough to be shown, each text once, best first."""
    chances: dict[bytes, float] = {}
    for each in candidates(asked):
        chances[each.text] = max(chances.get(each.text, 0.0), chance(each.features))
    likely = [Likely(text, each) for text, each in chances.items() if each >= THRESHOLD]
    return sorted(likely, key=lambda each: (-each.chance, each.text))


def candidates(asked: Asked, most_recalled: int = MOST_RECALLED) -> list[Scored]:
    """All that was found, each once, in the order it was found."""
    found = paths(asked.source, asked.start)[:MOST_PATHS]
    here = around(asked.source, asked.own)
    voted = _fitting(asked, here)
    sums = _sums(voted)
    worth = {tokens: _worth(votes, sums) for tokens, votes in voted.items()}
    chosen = {path.tokens: (rank, path) for rank, path in enumerate(found)}
    for tokens in sorted(worth, key=lambda each: (-worth[each], each))[:most_recalled]:
        if tokens not in chosen:
            chosen[tokens] = 9, followed(asked.source, asked.start, tokens)
    field = _field(asked, here, voted, [path for _, path in chosen.values()])
    whole = sum(worth.values()) or 1.0
    made = [
        Candidate(tokens, rank, path, voted.get(tokens, NOBODY), worth.get(tokens, 0.0) / whole)
        for tokens, (rank, path) in chosen.items()
    ]
    return [each for each in (_scored(asked, field, one) for one in made) if each is not None]


def _sums(voted: Mapping[tuple[bytes, ...], Votes]) -> list[int]:
    sums = [0] * (3 * KINDS)
    for votes in voted.values():
        for at, count in enumerate(votes.counts):
            sums[at] += count
    return sums


def _field(
    asked: Asked, here: Around, voted: Mapping[tuple[bytes, ...], Votes], found: Sequence[Path]
) -> Field:
    best = max((path.total for path in found), default=-99.0)
    all_votes = voted.values()
    return Field(
        here,
        placed(asked, len(voted), best),
        tuple(_sums(voted)),
        tuple(sum(votes.same[size] for votes in all_votes) for size in range(3)),
        max((votes.agreed for votes in all_votes), default=0),
        max((votes.shaped for votes in all_votes), default=0),
        max((votes.kin for votes in all_votes), default=0.0),
        sum(votes.akin for votes in all_votes),
        tuple(sum(votes.homes[size] for votes in all_votes) for size in range(3)),
        best,
        sum(exp(path.total) for path in found) or 1.0,
        frozenset(each.lstrip() for line in asked.own.lines[-RECENT:] for each in line.tokens),
    )


def _worth(votes: Votes, sums: list[int]) -> float:
    counted = sum(
        _WORTH[at % 3] * count / (1 + sums[at]) for at, count in enumerate(votes.counts) if count
    )
    return (
        counted
        * (0.25 + votes.overlap + votes.agreed + 2 * bool(votes.same_after))
        * (1.0, 0.7, 0.4)[votes.adapted]
    )


def _fitting(asked: Asked, here: Around) -> dict[tuple[bytes, ...], Votes]:
    """The recalled lines that go on as the line has begun, from the first token to come."""
    start = asked.start
    voted: Voted = recalled(here, start.opening, asked.after)
    fitting: dict[tuple[bytes, ...], Votes] = {}
    for (break_, tokens), votes in voted.items():
        if start.opening:
            if start.allows(break_, 0) and tokens:
                fitting[break_, *tokens] = votes
        elif len(tokens) > len(asked.typed) and tokens[: len(asked.typed)] == asked.typed:
            rest = tokens[len(asked.typed) :]
            if rest[0].startswith(start.partial):
                fitting.setdefault(rest, votes)
    return fitting


def _scored(asked: Asked, field: Field, candidate: Candidate) -> Scored | None:
    start, tokens = asked.start, candidate.tokens
    if any(each.lstrip() in asked.own.family.opens for each in tokens):
        return None  # what is inside texts of several lines is not remembered
    if start.opening:
        indent = indent_after(tokens[0], start.indent)
        line = (indent or b"") + b"".join(tokens[1:])
    else:
        begun = asked.row[: len(asked.row) - len(start.partial)]
        line = begun + b"".join(tokens)
    text = line[len(asked.row) :]
    if asked.rest.strip():
        # What stands there already, such as the bracket an editor closed, is not typed again.
        if not text.endswith(asked.rest.rstrip()):
            return None
        text = text[: len(text) - len(asked.rest.rstrip())]
    if not text.strip() or not line.startswith(asked.row):
        return None
    return Scored(text, line, tokens, features(asked, field, candidate))
