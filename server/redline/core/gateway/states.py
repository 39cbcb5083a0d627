"""How the deployments of a user stand, as it is shown and kept for other processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from redline.core.gateway import breaker
from redline.core.gateway.breaker import State
from redline.core.gateway.routing import Standing


@dataclass(frozen=True, slots=True)
class DeploymentState:
    """One deployment. `until` is when an open one may be tried again (0.0 otherwise) and `at`
    when this was so, both in seconds since the epoch; `failures` are those in a row,
    `retries` what is left of the budget of retries.
    """

    deployment: str
    state: State
    failures: int
    retries: int
    until: float
    at: float


def state_of(deployment: str, standing: Standing, now: float, at: float) -> DeploymentState:
    """The state at `now`, a time of the breakers' clock, which is `at` since the epoch."""
    known = standing.breaker
    until = at + known.until - now if known.until is not None else 0.0
    return DeploymentState(
        deployment,
        breaker.state(known, now),
        known.consecutive,
        standing.bucket.retries,
        until,
        at,
    )


def as_of(kept: DeploymentState, at: float) -> DeploymentState:
    """What a kept state has become by `at`: an open one may be tried again after a while."""
    if kept.state == "open" and kept.until <= at:
        return replace(kept, state="half-open")
    return kept


def newest(states: Iterable[DeploymentState]) -> tuple[DeploymentState, ...]:
    """The latest word on each deployment, by name."""
    found: dict[str, DeploymentState] = {}
    for each in sorted(states, key=lambda each: each.at):
        found[each.deployment] = each
    return tuple(found[name] for name in sorted(found))
