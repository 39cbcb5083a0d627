"""What is known of a candidate, as numbers a calibrated score is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p

from redline.core.inline.builtin.around import Around
from redline.core.inline.builtin.asked import Asked, balance
from redline.core.inline.builtin.decode import UNHEARD, Path
from redline.core.inline.builtin.memory import DEPTH, KINDS
from redline.core.inline.builtin.recall import FAR_KINDS, Votes
from redline.core.inline.builtin.structure import STRUCTURE, structure
from redline.core.inline.builtin.tokens import Line, is_new_name

NOBODY = Votes()
NEARBY = 200
"""Lines above that are looked at for the same line."""
FEW = 20
_ENDINGS = {b":": 1, b"{": 1, b"(": 1, b"[": 1, b",": 2, b";": 3, b"}": 4, b")": 4, b"]": 4}
_COUNTED = [
    (kind, far) for kind in range(KINDS) for far in range(3) if far < 2 or kind in FAR_KINDS
]


@dataclass(frozen=True, slots=True)
class Field:
    """What all candidates at a place have in common: the sums of their votes, their number, the
    best chance that was found and the sum of all, and the names in the last lines."""

    here: Around
    placed: tuple[float, ...]
    sums: tuple[int, ...]
    same: tuple[int, ...]
    agreed: int
    shaped: int
    kin: float
    akin: float
    homes: tuple[int, ...]
    best: float
    whole: float
    recent: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the line may go on with, and where that comes from: its place in the beam (9 for
    none), its chances token by token, its votes."""

    tokens: tuple[bytes, ...]
    rank: int
    path: Path
    votes: Votes
    share: float


def features(asked: Asked, field: Field, candidate: Candidate) -> tuple[float, ...]:
    """The numbers, always the same ones in the same order (`NAMES`)."""
    return (
        *field.placed,
        *_heard(field, candidate),
        *_voted(field, candidate.votes),
        *_shaped(asked, field, candidate),
        *structure(asked, field.here, candidate.tokens),
    )


def placed(asked: Asked, number: int, best: float) -> tuple[float, ...]:
    """What is known of the place, before any candidate: the first of the features."""
    last = asked.own.lines[-1].tokens if asked.own.lines else ()
    ending = _ENDINGS.get(last[-1].lstrip(), 0) if last else 5
    return (
        float(len(asked.typed)),
        float(bool(asked.start.opening)),
        float(len(asked.start.partial.lstrip())),
        float(min(asked.depth, 3)),
        float(ending),
        float(number),
        log1p(len(asked.own.lines)),
        best,
        float(asked.own.family.name == "hash"),
        float(sum(asked.own.said[each.tokens] > 1 for each in asked.own.lines[-4:])),
        float(sum(_remembered(asked, each) for each in asked.own.lines[-3:])),
    )


def _remembered(asked: Asked, line: Line) -> bool:
    """Whether a line stands anywhere else in the repository."""
    memory = asked.source.memory
    low, high = memory.found([memory.words.number(each) for each in line.tokens[:DEPTH]])
    places = range(low, min(high, low + FEW))
    return any(asked.source.weight(memory.file_at(memory.order[each])) for each in places)


def _heard(field: Field, candidate: Candidate) -> tuple[float, ...]:
    path = candidate.path
    logs = path.logs or (UNHEARD,)
    return (
        float(candidate.rank),
        path.total,
        min(logs),
        path.total / len(logs),
        logs[0],
        logs[-1],
        path.total - field.best,
        exp(path.total) / field.whole,
        float(path.lengths[0] if path.lengths else 0),
        float(min(path.lengths, default=0)),
        sum(path.lengths) / max(1, len(path.lengths)),
        log1p(path.support),
    )


def _voted(field: Field, votes: Votes) -> tuple[float, ...]:
    sums = field.sums
    shares = [
        votes.counts[at] / sums[at] if sums[at] else -1.0
        for at in (3 * kind + far for kind, far in _COUNTED)
    ]
    totals = [sum(votes.counts[far::3]) for far in range(3)]
    return (
        *shares,
        *(log1p(each) for each in totals),
        *(log1p(sum(sums[far::3])) for far in range(3)),
        log1p(votes.age),
        *(log1p(each) for each in votes.same),
        *(a / b if b else -1.0 for a, b in zip(votes.same, field.same, strict=True)),
        float(votes.agreed),
        float(field.agreed - votes.agreed),
        float(votes.shaped),
        float(field.shaped - votes.shaped),
        votes.overlap,
        log1p(votes.same_after),
        float(votes.adapted),
        votes.kin,
        field.kin - votes.kin,
        votes.akin / field.akin if field.akin else -1.0,
        *(log1p(each) for each in votes.homes),
        *(a / b if b else -1.0 for a, b in zip(votes.homes, field.homes, strict=True)),
        float(votes.outer),
        log1p(votes.placed),
    )


def _shaped(asked: Asked, field: Field, candidate: Candidate) -> tuple[float, ...]:
    tokens = candidate.tokens
    change = 0
    line: Sequence[bytes] = (*asked.typed, *tokens)
    if asked.start.opening and tokens:
        change = 1 if len(tokens[0]) > 3 and tokens[0][2:3] == b"+" else -(tokens[0][2:3] != b"+")
        line = tokens[1:]
    names = [each.lstrip() for each in line if is_new_name(each.lstrip())]
    own = asked.own.lines
    whole = tuple(line)
    said = [back for back, each in enumerate(reversed(own[-NEARBY:])) if each.tokens == whole]
    last = {each.lstrip() for each in own[-1].tokens} if own else set[bytes]()
    return (
        float(len(tokens)),
        float(sum(map(len, tokens))),
        float(change),
        float(balance(line)),
        float(asked.depth + balance(line)),
        float(sum(not asked.own.names.get(each) for each in names)),
        float(sum(each not in field.recent for each in names)),
        float(sum(each in last for each in names)),
        float(len(names)),
        float(len(said)),
        float(said[0] if said else NEARBY),
        float(bool(asked.after)) + float(bool(asked.after) and asked.after == whole),
        candidate.share,
    )


NAMES = (
    *("typed", "at start", "partial", "depth", "ending", "number", "lines", "best"),
    *("indented", "said before", "remembered"),
    *(
        "rank",
        "total",
        "least",
        "mean",
        "first",
        "end",
        "gap",
        "portion",
        "length",
        "shortest",
        "lengths",
    ),
    "support",
    *(f"share {kind} {far}" for kind, far in _COUNTED),
    *("own", "near", "far", "all own", "all near", "all far", "age"),
    *("same 1", "same 2", "same 3", "same share 1", "same share 2", "same share 3", "agreed"),
    *("agreed less", "shaped", "shaped less", "overlap", "same after", "adapted"),
    *("kin", "kin less", "akin share", "home 1", "home 2", "home 3"),
    *("home share 1", "home share 2", "home share 3", "outer", "placed"),
    *("tokens", "bytes", "change", "balance", "depth after", "unknown", "not recent"),
    *("in last", "names", "said", "said back", "suffix", "votes share"),
    *STRUCTURE,
)
