"""All a run knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from redline.core.agent.events import ApprovalNeeded
from redline.core.agent.model import (
    AskUser,
    CallModel,
    Draft,
    Effect,
    Goal,
    Outcome,
    Phase,
    RunTool,
    ToolRequest,
    Turn,
)
from redline.core.agent.plan import Plan, Step
from redline.core.oversight.budget import Budget, Spend
from redline.core.oversight.policy import Grant
from redline.core.proposal.model import Answer, Proposal


@dataclass(frozen=True, slots=True)
class RunState:
    """All a run knows. Folding its events over `RunState(id)` gives it back.

    `queue` are calls, by step, that wait for those before them; `candidate` is what passed its
    checks and waits for the reviewer. `rules` are the texts of project rules that the user was
    asked about, by path: the digest that a yes was given to, '' for a no.
    """

    id: str
    goal: Goal | None = None
    model: str = ""
    budget: Budget = Budget()
    plan: Plan | None = None
    transcript: tuple[Turn, ...] = ()
    draft: Draft = Draft()
    pending: Mapping[str, Effect] = field(default_factory=dict)
    queue: Mapping[int, tuple[ToolRequest, ...]] = field(default_factory=dict)
    spend: Spend = Spend()
    phase: Phase = "planning"
    outcome: Outcome | None = None
    reason: str = ""
    proposal: Proposal | None = None
    answer: Answer | None = None
    effects: int = 0
    nudges: int = 0
    round: int = 1
    abreast: int = 1
    reviewed: bool = False
    candidate: Proposal | None = None
    held: Mapping[str, tuple[RunTool | CallModel, ApprovalNeeded]] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """True once nothing more will happen."""
        return self.outcome is not None

    @property
    def step(self) -> Step | None:
        """The active step of the plan, the first of several."""
        active = self.plan.active if self.plan else ()
        return active[0] if active else None

    @property
    def questions(self) -> tuple[AskUser, ...]:
        """What the run waits for the user to say."""
        return tuple(each for each in self.pending.values() if isinstance(each, AskUser))
