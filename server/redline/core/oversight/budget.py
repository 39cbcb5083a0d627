"""Budgets: what a run may spend, and what it has spent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one run. `cost` in US dollars, `seconds` of wall time.

    Those named `day_` are of all runs of one day (UTC), `workspace_` of all runs ever in
    one workspace.
    """

    model_calls: int = 40
    tokens: int = 400_000
    cost: float = 2.0
    seconds: float = 600.0
    files: int = 200
    day_cost: float = 20.0
    day_tokens: int = 20_000_000
    workspace_cost: float = 1000.0

    def narrowed(self, other: Budget) -> Budget:
        """The stricter limit of each kind: rights only ever shrink."""
        return Budget(
            min(self.model_calls, other.model_calls),
            min(self.tokens, other.tokens),
            min(self.cost, other.cost),
            min(self.seconds, other.seconds),
            min(self.files, other.files),
            min(self.day_cost, other.day_cost),
            min(self.day_tokens, other.day_tokens),
            min(self.workspace_cost, other.workspace_cost),
        )


@dataclass(frozen=True, slots=True)
class Spend:
    """What has been used. `cost` is None once a call's price is unknown."""

    model_calls: int = 0
    tokens: int = 0
    cost: float | None = 0.0
    seconds: float = 0.0
    files: int = 0


def exhausted(budget: Budget, spend: Spend) -> str:
    """Which limit leaves no room for another model call, in words; '' when there is room."""
    if spend.model_calls >= budget.model_calls:
        return f"{spend.model_calls} of {budget.model_calls} model calls used"
    if spend.tokens >= budget.tokens:
        return f"{spend.tokens} of {budget.tokens} tokens used"
    # A limit of 0 allows what costs nothing.
    cost = spend.cost or 0.0
    if cost >= budget.cost > 0 or cost > budget.cost:
        return f"${cost:.2f} of ${budget.cost:.2f} used"
    if spend.seconds >= budget.seconds:
        return f"{spend.seconds:.0f} of {budget.seconds:.0f} seconds used"
    return ""
