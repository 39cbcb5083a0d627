"""Many runs in figures: how they ended, what was accepted and kept, how long things took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import ceil

from redline.core.stats.facts import RunFacts

DAY = 86_400.0
SUCCESS, FAILURE = ("proposed", "answered"), ("failed", "cut short")
ROLLED_BACK = "rolled back"
LEVELS = (50, 90, 95, 99)


@dataclass(frozen=True, slots=True)
class Latency:
    """How long something took, in seconds: percentiles by nearest rank; None of nothing."""

    count: int
    percentiles: Mapping[int, float | None]
    longest: float | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Accepted hunks, a day and more after: whether their lines still stand.

    `young` were accepted less than a day ago; of those `unknown` it cannot be told.
    """

    kept: int = 0
    gone: int = 0
    unknown: int = 0
    young: int = 0

    @property
    def rate(self) -> float | None:
        """The part that is kept, of those it is known of."""
        return part(self.kept, self.kept + self.gone)


@dataclass(frozen=True, slots=True)
class Breaker:
    """How a deployment of a model stands: `closed`, `open` or `half-open`, and why in words."""

    deployment: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What `redline stats` shows. Rates are parts of 1, None of nothing."""

    runs: int
    endings: Mapping[str, int]
    rollbacks: int
    forgotten: int
    hunks: Mapping[str, int]
    kept: Kept
    latencies: Mapping[str, Latency]
    model_calls: int
    input_tokens: int
    output_tokens: int
    cost: float
    unknown_costs: int
    breakers: tuple[Breaker, ...] = field(default=())

    @property
    def ended(self) -> int:
        """The runs that are over, without those that the user stopped."""
        return sum(self.endings.get(each, 0) for each in (*SUCCESS, *FAILURE, "escalated"))

    def rate(self, *endings: str) -> float | None:
        """The part of the runs that are over that ended so."""
        return part(sum(self.endings.get(each, 0) for each in endings), self.ended)

    @property
    def acceptance(self) -> float | None:
        """The part of the hunks that were decided that was accepted, whatever came after."""
        accepted = self.hunks.get("accepted", 0) + self.hunks.get(ROLLED_BACK, 0)
        return part(accepted, accepted + self.hunks.get("rejected", 0))


def figures(
    runs: Sequence[RunFacts], kept: Kept, forgotten: int, breakers: Sequence[Breaker] = ()
) -> Figures:
    """The figures of `runs`; rollbacks among them are counted apart."""
    asked = [each for each in runs if each.ending != "rollback"]
    return Figures(
        runs=len(asked),
        endings=dict(Counter(each.ending for each in asked)),
        rollbacks=len(runs) - len(asked),
        forgotten=forgotten,
        hunks=dict(Counter(_word(each, hunk) for each in asked for hunk in each.decisions)),
        kept=kept,
        latencies={
            "run": latency([each.seconds for each in asked if each.ending in (*SUCCESS, *FAILURE)]),
            "model call": latency(_all(asked, lambda each: each.models)),
            "tool call": latency(_all(asked, lambda each: each.tools)),
            "check": latency(_all(asked, lambda each: each.checks)),
        },
        model_calls=sum(len(each.models) for each in asked),
        input_tokens=sum(each.input_tokens for each in asked),
        output_tokens=sum(each.output_tokens for each in asked),
        cost=sum(each.cost for each in asked),
        unknown_costs=sum(each.unknown_costs for each in asked),
        breakers=tuple(breakers),
    )


def _word(run: RunFacts, hunk: str) -> str:
    """What became of a hunk, as it is counted."""
    decision = run.decisions[hunk]
    if decision != "accepted" and hunk in run.accepted:
        return ROLLED_BACK
    return "open" if decision in ("fresh", "accepting") else decision


def _all(
    runs: Sequence[RunFacts], times: Callable[[RunFacts], Sequence[float]]
) -> tuple[float, ...]:
    return tuple(chain.from_iterable(map(times, runs)))


def latency(times: Sequence[float]) -> Latency:
    """The percentiles of `times`."""
    ordered = sorted(times)
    ranks = {level: max(0, ceil(level / 100 * len(ordered)) - 1) for level in LEVELS}
    found = {level: ordered[rank] if ordered else None for level, rank in ranks.items()}
    return Latency(len(ordered), found, ordered[-1] if ordered else None)


def part(some: int, all_: int) -> float | None:
    """`some` as a part of `all_`; None where there is nothing."""
    return some / all_ if all_ else None
