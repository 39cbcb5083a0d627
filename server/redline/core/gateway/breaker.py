"""The circuit breaker of one deployment: after many failures it is left alone for a while.

Closed, calls go through. Open, none do until the cool-down is over; then it is half-open,
and one call, the probe, finds out whether it works again. Each probe that fails makes the
next cool-down longer. Time is passed in, in seconds from any fixed point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

State = Literal["closed", "open", "half-open"]
MOST_OUTCOMES = 200


@dataclass(frozen=True, slots=True)
class Policy:
    """When a breaker opens, and for how long. Times in seconds.

    It opens after `failures` in a row, or where of at least `least` calls within `window`
    the share `rate` failed. The cool-down grows by the factor `growth`, up to `longest`.
    """

    failures: int = 5
    rate: float = 0.5
    least: int = 10
    window: float = 60.0
    cooldown: float = 10.0
    growth: float = 2.0
    longest: float = 300.0


POLICY = Policy()


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is known of one deployment.

    `outcomes` are (when, whether it failed) of the last window; `trips` the openings since
    it last worked; `until` is when it may be tried again, None while it is closed.
    """

    consecutive: int = 0
    outcomes: tuple[tuple[float, bool], ...] = ()
    trips: int = 0
    until: float | None = None
    probing: bool = False


def state(breaker: Breaker, now: float) -> State:
    """How it stands at `now`."""
    if breaker.until is None:
        return "closed"
    return "open" if now < breaker.until else "half-open"


def admits(breaker: Breaker, now: float) -> bool:
    """Whether a call may go through now; half-open, only while no probe is under way."""
    match state(breaker, now):
        case "closed":
            return True
        case "half-open":
            return not breaker.probing
        case _:
            return False


def probed(breaker: Breaker) -> Breaker:
    """The breaker while its probe is under way."""
    return replace(breaker, probing=True)


def released(breaker: Breaker) -> Breaker:
    """After a probe that told nothing: it was cancelled, or the request was at fault."""
    return replace(breaker, probing=False)


def succeeded(breaker: Breaker, now: float, probe: bool, policy: Policy = POLICY) -> Breaker:
    """After a reply. Only the probe closes an open breaker; an older call's reply is late."""
    if breaker.until is not None:
        return Breaker(trips=breaker.trips) if probe else breaker
    return Breaker(outcomes=_within(breaker, now, False, policy))


def failed(breaker: Breaker, now: float, probe: bool, policy: Policy = POLICY) -> Breaker:
    """After a fault of the provider; faults of a request or of its sender are none."""
    if breaker.until is not None:
        return _opened(breaker, now, policy) if probe else breaker
    outcomes = _within(breaker, now, True, policy)
    counted = replace(breaker, consecutive=breaker.consecutive + 1, outcomes=outcomes)
    bad = sum(failure for _, failure in outcomes)
    often = len(outcomes) >= policy.least and bad >= policy.rate * len(outcomes)
    if counted.consecutive >= policy.failures or often:
        return _opened(counted, now, policy)
    return counted


def cooldown(trips: int, policy: Policy = POLICY) -> float:
    """How long it stays open after it opened for the `trips`-th time in a row, in seconds."""
    length = policy.cooldown
    for _ in range(trips - 1):
        if length >= policy.longest:
            break
        length *= policy.growth
    return min(policy.longest, length)


def _opened(breaker: Breaker, now: float, policy: Policy) -> Breaker:
    trips = breaker.trips + 1
    until = now + cooldown(trips, policy)
    return Breaker(breaker.consecutive or 1, (), trips, until)


def _within(
    breaker: Breaker, now: float, failure: bool, policy: Policy
) -> tuple[tuple[float, bool], ...]:
    kept = [each for each in breaker.outcomes if each[0] > now - policy.window]
    return (*kept, (now, failure))[-MOST_OUTCOMES:]
