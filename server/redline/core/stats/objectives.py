"""What the product promises of itself, as objectives with an error budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from redline.core.stats.facts import RunFacts
from redline.core.stats.figures import DAY, part

PROPOSAL_SECONDS = 120.0
WINDOW_DAYS = 28.0

Counted = tuple[int, int]
"""How many of the promised things there were, and how many of them went wrong."""


@dataclass(frozen=True, slots=True)
class Objective:
    """One promise: at least `target` (a part of 1) of what `counts` counts goes well."""

    name: str
    words: str
    target: float
    counts: Callable[[RunFacts], Counted]
    days: float = WINDOW_DAYS


@dataclass(frozen=True, slots=True)
class Standing:
    """How an objective stands. `left` is the part of its error budget that is left.

    It is below 0 where more went wrong than the budget has room for; with a target of 1
    there is room for nothing. `actual` and `left` are None where nothing happened.
    """

    objective: Objective
    total: int
    bad: int
    actual: float | None
    left: float | None

    @property
    def met(self) -> bool:
        """True as long as the objective holds."""
        return self.actual is None or self.actual >= self.objective.target


def _ends(run: RunFacts) -> Counted:
    over = run.ending not in ("waiting", "rollback")
    internal = run.ending == "cut short" or (run.ending == "failed" and run.failure == "internal")
    return int(over), int(over and internal)


def _in_time(run: RunFacts) -> Counted:
    return len(run.waits), sum(seconds > PROPOSAL_SECONDS for seconds in run.waits)


def _checked(run: RunFacts) -> Counted:
    return run.proposals, run.unchecked


OBJECTIVES: tuple[Objective, ...] = (
    Objective("sound", "runs end without an internal failure", 0.99, _ends),
    Objective("prompt", f"proposals come within {PROPOSAL_SECONDS:.0f} s", 0.95, _in_time),
    Objective("checked", "proposals were checked before they were shown", 1.0, _checked),
)


def standings(runs: Sequence[RunFacts], now: float) -> tuple[Standing, ...]:
    """How each objective stands over its own window, which ends at `now`."""
    return tuple(_standing(each, runs, now) for each in OBJECTIVES)


def _standing(objective: Objective, runs: Sequence[RunFacts], now: float) -> Standing:
    since = now - objective.days * DAY
    counted = [objective.counts(each) for each in runs if each.last >= since]
    total, bad = sum(each[0] for each in counted), sum(each[1] for each in counted)
    allowed = (1 - objective.target) * total
    left = None if not total else 1 - bad / allowed if allowed else float(not bad)
    return Standing(objective, total, bad, part(total - bad, total), left)
