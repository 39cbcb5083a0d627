"""Drives the attempts that one call of a model takes, each of them judged and recorded.

A model makes one attempt; what comes after it, and whether another may leave at all, is
decided by the pure functions of `core/gateway`. The `Gateway` owns what outlives a call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from redline.app import gate
from redline.app.ports import (
    Clock,
    Journal,
    Model,
    Models,
    Spending,
)
from redline.core import payloads
from redline.core.agent.exchange import ModelFailure, ModelRequest
from redline.core.agent.model import CallModel, Reply, Usage
from redline.core.builtin import model as builtin
from redline.core.gateway import addresses, deployments, ledger, records, routing
from redline.core.gateway.addresses import shown_address
from redline.core.gateway.ledger import Admission, Admitted, Claim, Held, Refused
from redline.core.gateway.records import Attempt, Attempted, AttemptOutcome
from redline.core.gateway.routing import Situation, Standing, Stop, Tried, Try, Wait
from redline.core.gateway.states import DeploymentState, as_of, newest, state_of
from redline.core.oversight.policy import Decision
from redline.core.settings import Settings

if TYPE_CHECKING:  # the driver imports this module
    from redline.app.driver import Run

HELD_SECONDS = 0.05
REMEMBERED_RUNS = 32


@dataclass(slots=True)
class Gateway:
    """What all calls of the process share. Written on the loop thread alone.

    `chance` gives numbers from [0, 1). `standings` are the breakers and the budgets of
    retries by deployment; `sent` the digests of what each of the last runs has sent.
    """

    clock: Clock
    spending: Spending
    chance: Callable[[], float]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    standings: dict[str, Standing] = field(default_factory=dict)
    sent: dict[str, set[str]] = field(default_factory=dict)
    kept: dict[str, DeploymentState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calling:
    """One effect and what surrounds it.

    `forbidden` is the gate's word on the next attempt, '' where it may leave; `tell` shows
    the user what is being waited for.
    """

    gateway: Callable[[], Gateway]
    effect: CallModel
    workspace: str
    settings: Settings
    models: Models
    model: Model
    journal: Journal
    forbidden: Callable[[], str]
    tell: Callable[[str], None]


def calling(run: Run, effect: CallModel) -> Calling:
    """What a run's effect is called with: its own limits, and those of the day as they are now."""
    session = run.session

    def forbidden() -> str:
        verdict = gate.judge(gate.situation(run, run.state), run.state, effect, None)
        return "" if verdict.decision is Decision.ALLOW else verdict.because

    def tell(message: str) -> None:
        if not run.state.finished:
            session.front.run_changed(run.state, message)

    own = run.state.budget
    budget = replace(
        session.settings.budget, model_calls=own.model_calls, tokens=own.tokens, cost=own.cost
    )
    return Calling(
        gateway=session.adapters.gateway,
        effect=effect,
        workspace=next((each.uri for each in run.snapshot.folders), ""),
        settings=replace(session.settings, budget=budget),
        models=session.adapters.models,
        model=run.model,
        journal=run.journal,
        forbidden=forbidden,
        tell=tell,
    )


def leaves(run: Run, effect: CallModel) -> bool:
    """Whether a request may be read by anyone but the builtin model: then it holds no secret."""
    chain = deployments.chain(run.session.settings, effect.role, run.model.name)
    return any(name != builtin.NAME for name in chain)


async def called(
    calling: Calling, request: ModelRequest, on_text: Callable[[str], None]
) -> Reply | ModelFailure:
    """The reply to `request`, or why there is none after all attempts that it may take.

    Cancelling it ends the attempt under way at once. Raises `StoreError`: what cannot be
    recorded does not leave.
    """
    usual = calling.model.name
    names = deployments.chain(calling.settings, request.role, usual)
    chain: dict[str, _Reached] = {}
    for name in names:
        narrowed = deployments.for_deployment(calling.settings, name)
        found = calling.models.named(name, narrowed) if name != usual else calling.model
        if isinstance(found, ModelFailure):
            return found
        place = deployments.place(name, calling.settings)
        chain[place] = _Reached(found, shown_address(narrowed.api_base))
    if not addresses.leaves(names[0]):
        (only,) = chain.values()
        return await only.model.reply(request, on_text)
    return await _Call(calling, calling.gateway(), request, on_text, chain).answered()


def states(gateway: Gateway) -> tuple[DeploymentState, ...]:
    """Every deployment that was ever asked, as it stands: here, or where it was last asked.

    Raises `StoreError`.
    """
    now, at = gateway.clock.monotonic(), gateway.clock.now()
    here = [state_of(name, each, now, at) for name, each in gateway.standings.items()]
    known = newest((*gateway.spending.kept(), *here))
    return tuple(as_of(each, at) for each in known)


def keep(gateway: Gateway, deployment: str) -> None:
    """Lets other processes know what is worth it: a breaker that is not simply closed.

    Raises `StoreError`.
    """
    now, at = gateway.clock.monotonic(), gateway.clock.now()
    found = state_of(deployment, gateway.standings[deployment], now, at)
    known = gateway.kept.get(deployment)
    if known is None or (found.state, found.failures) != (known.state, known.failures):
        gateway.kept[deployment] = found
        gateway.spending.keep(found)


@dataclass(frozen=True, slots=True)
class _Reached:
    model: Model
    address: str


@dataclass(slots=True)
class _Call:
    """One call under way."""

    calling: Calling
    gateway: Gateway
    request: ModelRequest
    on_text: Callable[[str], None]
    chain: Mapping[str, _Reached]
    tried: list[Tried] = field(default_factory=list)
    waited: bool = False

    async def answered(self) -> Reply | ModelFailure:
        """Attempts, waits and fallbacks, until there is a reply or nothing is left to try."""
        while True:
            decision = routing.decide(self._situation())
            if isinstance(decision, Stop):
                return decision.failure
            if isinstance(decision, Wait):
                await self._wait(decision)
                continue
            forbidden = self.calling.forbidden()
            admission: Admission = Refused(forbidden) if forbidden else self._reserve(decision)
            if isinstance(admission, Refused):
                return ModelFailure("budget", admission.because)
            if isinstance(admission, Held):
                await self.gateway.pause(HELD_SECONDS)
                continue
            reply = await self._attempt(decision, admission)
            if isinstance(reply, Reply):
                return self._marked(reply)
            self.tried.append(Tried(decision.deployment, reply))
            self.waited = False

    def _situation(self) -> Situation:
        gateway = self.gateway
        now, chance = gateway.clock.monotonic(), gateway.chance()
        chain = tuple(self.chain)
        return Situation(chain, gateway.standings, tuple(self.tried), self.waited, now, chance)

    async def _wait(self, wait: Wait) -> None:
        last = self.tried[-1]
        why = _in_words(last.failure)
        self.calling.tell(f"{last.deployment} {why}, again in {max(1.0, wait.seconds):.0f} s")
        await self.gateway.pause(wait.seconds)
        self.waited = True

    def _reserve(self, decision: Try) -> Admission:
        size = len(self.request.system) + sum(len(turn.text) for turn in self.request.turns)
        claim = Claim(
            run=self.request.run,
            workspace=self.calling.workspace,
            day=ledger.day_of(self.gateway.clock.now()),
            deployment=decision.deployment,
            number=len(self.tried) + 1,
            tokens=size // 3,
        )
        limits = ledger.limits_of(self.calling.settings.budget)
        return self.gateway.spending.reserve(claim, limits)

    async def _attempt(self, decision: Try, admitted: Admitted) -> Reply | ModelFailure:
        """One attempt: recorded before it leaves, and settled whatever becomes of it."""
        gateway, deployment = self.gateway, decision.deployment
        again = any(each.deployment == deployment for each in self.tried)
        standing = gateway.standings.get(deployment, Standing())
        gateway.standings[deployment] = routing.begun(standing, decision.why, again)
        if not again and deployment != next(iter(self.chain)):
            self.calling.tell(f"falls back to {deployment}: {self._why_not_before()}")
        began = gateway.clock.monotonic()
        reply: Reply | ModelFailure | None = None
        try:
            self._record(self._leaving(decision))
            reply = await self.chain[deployment].model.reply(self.request, self.on_text)
        finally:
            seconds = gateway.clock.monotonic() - began
            self._ended(decision, admitted, reply, seconds)
        return reply

    def _why_not_before(self) -> str:
        if self.tried:
            return f"{self.tried[-1].deployment} {_in_words(self.tried[-1].failure)}"
        return f"{next(iter(self.chain))} is not asked after several failures"

    def _leaving(self, decision: Try) -> Attempt:
        reached, run = self.chain[decision.deployment], self.request.run
        texts = records.messages(self.request)
        digests = tuple(map(records.digest, texts))
        known = self.gateway.sent.pop(run, set())
        new = {name: text for name, text in zip(digests, texts, strict=True) if name not in known}
        self.gateway.sent[run] = known | new.keys()
        while len(self.gateway.sent) > REMEMBERED_RUNS:
            del self.gateway.sent[next(iter(self.gateway.sent))]
        number = len(self.tried) + 1
        return Attempt(
            self.calling.effect.id,
            number,
            reached.model.name,
            reached.address,
            decision.why,
            digests,
            new,
        )

    def _ended(
        self,
        decision: Try,
        admitted: Admitted,
        reply: Reply | ModelFailure | None,
        seconds: float,
    ) -> None:
        gateway, failure = self.gateway, reply if isinstance(reply, ModelFailure) else None
        now = gateway.clock.monotonic()
        before = gateway.standings[decision.deployment]
        # What was known from before says nothing of the provider.
        answered = isinstance(reply, Reply) and not reply.cached
        after = routing.ended(before, decision.why, failure, answered, now)
        gateway.standings[decision.deployment] = after
        usage: Usage | None = reply.usage if reply is not None else None
        gateway.spending.settle(admitted.entry, usage)
        outcome: AttemptOutcome = "failed" if failure else "cancelled"
        if isinstance(reply, Reply):
            outcome = "cached" if reply.cached else "replied"
        kind = failure.kind if failure is not None else ""
        number = len(self.tried) + 1
        effect = self.calling.effect.id
        self._record(Attempted(effect, number, outcome, kind, seconds, usage))
        keep(gateway, decision.deployment)

    def _record(self, record: Attempt | Attempted) -> None:
        text = payloads.encode(record)
        self.calling.journal.append_all(self.request.run, [("attempt", text)])

    def _marked(self, reply: Reply) -> Reply:
        """The reply with what it took to get it."""
        first = next(iter(self.chain.values())).model.name
        return replace(
            reply,
            usage=deployments.used(reply.usage, self.tried),
            attempts=len(self.tried) + 1,
            instead_of=first if reply.model != first else "",
        )


def _in_words(failure: ModelFailure) -> str:
    if failure.kind == "timeout":
        return "did not answer in time"
    if failure.kind == "incomplete":
        return "did not answer whole"
    return "is asked too often" if failure.retry_after else "did not answer"
