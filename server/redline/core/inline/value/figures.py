"""Many suggestions in figures. All are sums, so that days, servers and workspaces add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import ceil, log

from redline.core.inline.value.model import KEPT, Count, Entry, Fate, Source, Timing
from redline.core.stats.figures import LEVELS, Latency, part

TIMES = ("own", "model", "whole")
_STEP = 1.1
_LEAST = 1e-4
"""Seconds of the first bucket; each that follows is a tenth longer than the one before."""

Growth = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Lasting:
    """Of suggestions that were put in, and looked at later: how many were `kept`, and the
    sum of the shares of them that stood."""

    looked_at: int = 0
    kept: int = 0
    shares: float = 0.0

    @property
    def rate(self) -> float | None:
        """The part that is kept; None of none."""
        return part(self.kept, self.looked_at)

    @property
    def share(self) -> float | None:
        """The mean share; None of none."""
        return self.shares / self.looked_at if self.looked_at else None


@dataclass(frozen=True, slots=True)
class Worth:
    """What some suggestions were worth. Characters and lines are those of `Entry`.

    `lines_kept` are lines of suggestions that were kept half a minute later. `cost` is in US
    dollars, of all `calls` of models, also those whose answer nobody saw; of `unpriced` calls
    it is not known.
    """

    fates: Mapping[Fate, int] = field(default_factory=dict)
    characters: int = 0
    accepted: int = 0
    by_hand: int = 0
    lines: int = 0
    lines_kept: int = 0
    soon: Lasting = field(default_factory=Lasting)
    saved: Lasting = field(default_factory=Lasting)
    calls: int = 0
    unpriced: int = 0
    cost: float = 0.0
    latencies: Mapping[str, Latency] = field(default_factory=dict)

    @property
    def shown(self) -> int:
        """All of them."""
        return sum(self.fates.values())

    @property
    def acceptance(self) -> float | None:
        """The part that was put in, whole or in part, of those that were decided on: not of
        those that gave way to another while they still fitted."""
        taken = self.fates.get("accepted", 0) + self.fates.get("partly", 0)
        return part(taken, self.shown - self.fates.get("replaced", 0))

    @property
    def cost_per_kept_line(self) -> float | None:
        """In US dollars; None where no line was kept, or some cost is not known."""
        if not self.lines_kept or self.unpriced:
            return None
        return self.cost / self.lines_kept


@dataclass(frozen=True, slots=True)
class InlineFigures:
    """What `redline stats` shows: all together, and by origin, model and language."""

    total: Worth
    by: Mapping[str, Mapping[str, Worth]]


def ended(entry: Entry) -> Growth:
    """What grows when it is known what became of a suggestion."""
    return {
        f"fate:{entry.fate}": 1,
        "characters": entry.characters,
        "accepted": entry.accepted,
        "by_hand": entry.by_hand,
        "lines": entry.lines,
    }


def corrected(entry: Entry, fate: Fate) -> Growth:
    """What changes when a client tells later what became of it."""
    return {f"fate:{entry.fate}": -1, f"fate:{fate}": 1}


def lasted(entry: Entry, when: str, share: float) -> Growth:
    """What grows when it was looked at again, `soon` after or when the file was `saved`."""
    kept = share >= KEPT
    lines = {"lines_kept": entry.lines} if kept and when == "soon" else {}
    return {f"{when}:looked_at": 1, f"{when}:kept": int(kept), f"{when}:shares": share, **lines}


def answered(timing: Timing) -> Growth:
    """What grows with an answer."""
    seconds = {"own": timing.own, "model": timing.model, "whole": timing.whole}
    return {f"{name}:{_bucket(at)}": 1 for name, at in seconds.items() if at is not None}


def called(cost: float | None) -> Growth:
    """What grows with a call of a model, whose cost may be unknown."""
    return {"calls": 1, "cost": cost or 0.0, "unpriced": int(cost is None)}


def figures(counts: Iterable[Count]) -> InlineFigures:
    """The figures of all that was counted."""
    sums: dict[Source, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for each in counts:
        sums[each.source][each.name] += each.number
    ways: Mapping[str, Callable[[Source], str]] = {
        "origin": lambda source: source.origin,
        "model": lambda source: source.model,
        "language": lambda source: source.language,
    }
    by = {name: _grouped(sums, way) for name, way in ways.items()}
    return InlineFigures(_worth(list(sums.values())), by)


def _grouped(sums: Mapping[Source, Growth], way: Callable[[Source], str]) -> Mapping[str, Worth]:
    groups: dict[str, list[Growth]] = defaultdict(list)
    for source, growth in sums.items():
        groups[way(source)].append(growth)
    return {name: _worth(each) for name, each in sorted(groups.items())}


def _worth(growths: Sequence[Growth]) -> Worth:
    total: dict[str, float] = defaultdict(float)
    for growth in growths:
        for name, number in growth.items():
            total[name] += number
    fates: tuple[Fate, ...] = ("accepted", "partly", "typed", "dismissed", "replaced")
    return Worth(
        fates={each: int(total[f"fate:{each}"]) for each in fates if total[f"fate:{each}"]},
        characters=int(total["characters"]),
        accepted=int(total["accepted"]),
        by_hand=int(total["by_hand"]),
        lines=int(total["lines"]),
        lines_kept=int(total["lines_kept"]),
        soon=_lasting(total, "soon"),
        saved=_lasting(total, "saved"),
        calls=int(total["calls"]),
        unpriced=int(total["unpriced"]),
        cost=total["cost"],
        latencies={name: _latency(total, name) for name in TIMES},
    )


def _lasting(total: Mapping[str, float], when: str) -> Lasting:
    looked_at, kept = int(total[f"{when}:looked_at"]), int(total[f"{when}:kept"])
    return Lasting(looked_at, kept, total[f"{when}:shares"])


def _bucket(seconds: float) -> int:
    return max(0, ceil(log(max(seconds, _LEAST) / _LEAST, _STEP) - 1e-9))


def _latency(total: Mapping[str, float], name: str) -> Latency:
    """Percentiles to a tenth: the upper end of the bucket of the nearest rank."""
    buckets = sorted(
        (int(key.partition(":")[2]), int(number))
        for key, number in total.items()
        if key.startswith(f"{name}:") and number > 0
    )
    count = sum(number for _, number in buckets)
    upto = list(accumulate(number for _, number in buckets))

    def at(level: int) -> float | None:
        rank = max(1, ceil(level / 100 * count))
        found = (b for (b, _), seen in zip(buckets, upto, strict=True) if seen >= rank)
        return next((_LEAST * _STEP**bucket for bucket in found), None)

    longest = _LEAST * _STEP ** buckets[-1][0] if buckets else None
    return Latency(count, {level: at(level) for level in LEVELS}, longest)
