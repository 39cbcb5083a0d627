"""The ledger: what attempts at models have used, and whether another one may leave.

Every attempt is entered before it leaves and settled when it is over, also one that
failed. A limit is a hard stop: once it is reached nothing more leaves. Attempts that are
under way hold what they may take, so that several at once go past a limit no further
than one alone would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from redline.core.oversight.budget import Budget

Scope = Literal["run", "day", "workspace"]
Unit = Literal["calls", "tokens", "cost"]


@dataclass(frozen=True, slots=True)
class Spent:
    """What is settled. `cost` in US dollars is what is known of it; of `unpriced` attempts
    nobody can say.
    """

    calls: int = 0
    attempts: int = 0
    tokens: int = 0
    cost: float = 0.0
    unpriced: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One scope: what is settled, and what the attempts under way hold."""

    spent: Spent = Spent()
    under_way: int = 0
    tokens: int = 0
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` of `unit` in `scope`; `key` is the setting it comes from."""

    key: str
    scope: Scope
    unit: Unit
    most: float


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt that wants to leave. `number` counts from 1 within the call.

    `tokens` is an estimate of what it may take, `cost` as well; `inf` where nothing is
    known of what the deployment costs.
    """

    run: str
    workspace: str
    day: str
    deployment: str
    number: int
    tokens: int
    cost: float = 0.0

    def name(self, scope: Scope) -> str:
        """Which account of `scope` it goes to."""
        return {"run": self.run, "day": self.day, "workspace": self.workspace}[scope]


@dataclass(frozen=True, slots=True)
class Admitted:
    """It may leave; `entry` is what it is settled under."""

    entry: int


@dataclass(frozen=True, slots=True)
class Held:
    """There may be room once those under way are over."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A limit is reached; `because` says which."""

    because: str


Admission = Admitted | Held | Refused


def limits_of(budget: Budget) -> tuple[Limit, ...]:
    """What a budget limits of model calls, per run, day and workspace."""
    return (
        Limit("budget.model_calls", "run", "calls", budget.model_calls),
        Limit("budget.tokens", "run", "tokens", budget.tokens),
        Limit("budget.cost", "run", "cost", budget.cost),
        Limit("budget.day_tokens", "day", "tokens", budget.day_tokens),
        Limit("budget.day_cost", "day", "cost", budget.day_cost),
        Limit("budget.workspace_cost", "workspace", "cost", budget.workspace_cost),
    )


def day_of(at: float) -> str:
    """The day (UTC, as in `2026-01-31`) of a time in seconds since the epoch."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def judged(
    limits: Sequence[Limit], accounts: Mapping[Scope, Account], claim: Claim
) -> Held | Refused | None:
    """Whether `claim` must wait or may not leave at all; None when it may leave now."""
    held: Held | None = None
    for limit in limits:
        account = accounts.get(limit.scope, Account())
        if limit.unit == "calls":
            if claim.number == 1 and account.spent.calls >= limit.most:
                return Refused(_reached(limit, account.spent.calls))
            continue
        tokens = limit.unit == "tokens"
        spent = account.spent.tokens if tokens else account.spent.cost
        # A limit of 0 allows what costs nothing.
        if spent >= limit.most > 0 or spent > limit.most:
            return Refused(_reached(limit, spent))
        taken = account.tokens if tokens else account.cost
        wanted = claim.tokens if tokens else claim.cost
        if account.under_way and spent + taken + wanted > limit.most:
            held = Held()
    return held


def settled(spent: Spent, tokens: int, cost: float | None) -> Spent:
    """The account after one more attempt; `cost` None where it is not known."""
    return Spent(
        spent.calls,
        spent.attempts + 1,
        spent.tokens + tokens,
        spent.cost + (cost or 0.0),
        spent.unpriced + (cost is None),
    )


def _reached(limit: Limit, spent: float) -> str:
    whose = {"run": "this run", "day": "today", "workspace": "this workspace"}[limit.scope]
    if limit.unit == "cost":
        used = f"${spent:.2f} of ${limit.most:.2f}"
    else:
        what = "model calls" if limit.unit == "calls" else limit.unit
        used = f"{spent:.0f} of {limit.most:.0f} {what}"
    return f"the budget of {whose} is used up: {used} ({limit.key})"
