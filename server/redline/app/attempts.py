"""One attempt at a deployment outside of any run: no retry, no fallback, nothing waited for.

It goes by the breaker and the budgets that all calls share, and is settled whatever becomes
of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from redline.app.gateway import Gateway, keep
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import Usage
from redline.core.gateway import breaker, ledger, routing
from redline.core.gateway.ledger import Admitted, Claim, Held, Limit, Refused
from redline.core.gateway.routing import Standing, Why
from redline.core.oversight.budget import Budget

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Errand:
    """What an attempt is for: `account` takes the place of a run in the ledger, `tokens` is
    what it will take at least."""

    deployment: str
    account: str
    workspace: str
    tokens: int
    budget: Budget


def limits(budget: Budget) -> tuple[Limit, ...]:
    """What a budget limits of attempts that belong to no run."""
    return tuple(each for each in ledger.limits_of(budget) if each.scope != "run")


async def once(
    gateway: Gateway,
    errand: Errand,
    attempt: Callable[[], Awaitable[T | ModelFailure]],
    usage_of: Callable[[T], Usage],
) -> T | ModelFailure:
    """What `attempt` gives, or why it was not made. Raises `StoreError`.

    Cancelled, it counts as having taken what it was to take at least: that was sent.
    """
    deployment = errand.deployment
    standing = gateway.standings.get(deployment, Standing())
    now = gateway.clock.monotonic()
    if not breaker.admits(standing.breaker, now):
        left = max(0.0, (standing.breaker.until or now) - now)
        text = f"{deployment} is not asked after several failures"
        return ModelFailure("provider", text, left)
    admission = gateway.spending.reserve(_claim(gateway, errand), limits(errand.budget))
    if isinstance(admission, Refused):
        return ModelFailure("budget", admission.because)
    if isinstance(admission, Held):
        return ModelFailure("budget", "others that are under way may use the budget up", 0.0)
    why: Why = "first" if standing.breaker.until is None else "probe"
    gateway.standings[deployment] = routing.begun(standing, why, False)
    found: T | ModelFailure | None = None
    try:
        found = await attempt()
    finally:
        _ended(gateway, errand, (admission, why), found, usage_of)
    return found


def _claim(gateway: Gateway, errand: Errand) -> Claim:
    return Claim(
        run=errand.account,
        workspace=errand.workspace,
        day=ledger.day_of(gateway.clock.now()),
        deployment=errand.deployment,
        number=1,
        tokens=errand.tokens,
    )


def _ended(
    gateway: Gateway,
    errand: Errand,
    begun: tuple[Admitted, Why],
    found: T | ModelFailure | None,
    usage_of: Callable[[T], Usage],
) -> None:
    admitted, why = begun
    failure = found if isinstance(found, ModelFailure) else None
    if found is None:
        usage: Usage | None = Usage(errand.tokens, 0, None)
    elif isinstance(found, ModelFailure):
        usage = found.usage
    else:
        usage = usage_of(found)
    answered = found is not None and failure is None
    before = gateway.standings[errand.deployment]
    after = routing.ended(before, why, failure, answered, gateway.clock.monotonic())
    gateway.standings[errand.deployment] = after
    gateway.spending.settle(admitted.entry, usage)
    keep(gateway, errand.deployment)
