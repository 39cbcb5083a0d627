"""What a gateway shares among calls: breakers, budgets of retries, limits on spending."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from gateway_support import MAIN, OTHER, Waits, gateway, ran, request, serving, settings

from redline.adapters.models.registry import ModelRegistry
from redline.adapters.spending import SqliteSpending
from redline.app.gateway import Calling, Gateway, called, states
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import CallModel, Reply, Usage
from redline.core.gateway.breaker import POLICY, Breaker
from redline.core.gateway.ledger import Spent
from redline.core.gateway.routing import Standing
from redline.core.journal import Entry, RecordKind, RunRecord, chained
from redline.core.settings import Deployment, Settings

TALK = "> The same words in several pieces, one after the other.\nusage: 100 50"


_NOWHERE = Settings(model=MAIN, deployments={MAIN: Deployment("http://127.0.0.1:9/v1")})


@dataclass
class Kept:
    """A journal that is read again by the test."""

    entries_: list[Entry] = field(default_factory=list)

    def append(self, run: str, kind: RecordKind, payload: str) -> RunRecord:
        last = self.entries_[-1].record if self.entries_ else None
        record = chained(last, 0.0, run, kind, payload)
        self.entries_.append(Entry(record, payload))
        return record

    def append_all(self, run: str, records: list[tuple[RecordKind, str]]) -> tuple[RunRecord, ...]:
        return tuple(self.append(run, kind, payload) for kind, payload in records)


@dataclass
class Stepped:
    """A clock that stands still until it is moved."""

    at: float = 1000.0

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    def new_id(self) -> str:
        return "unused"


def asking(made: Gateway, settings: Settings, run: str = "run1") -> Calling:
    models = ModelRegistry()
    model = models.named(settings.model, settings_of(settings))
    assert not isinstance(model, ModelFailure)
    return Calling(
        lambda: made,
        CallModel(f"{run}.1", "planner"),
        "file:///w",
        settings,
        models,
        model,
        Kept(),  # type: ignore[arg-type]
        lambda: "",
        lambda message: None,
    )


def settings_of(settings: Settings) -> Settings:
    own = settings.deployments[settings.model]
    return replace(settings, api_base=own.api_base, api_key=own.api_key)


async def one(
    made: Gateway,
    settings: Settings,
    run: str = "run1",
    on_text: Callable[[str], None] = lambda text: None,
) -> Reply | ModelFailure:
    return await called(asking(made, settings, run), request(run), on_text)


async def test_the_text_that_is_shown_while_it_comes_is_never_doubled(tmp_path: Path) -> None:
    heard: list[str] = []
    trouble = {1: "fault: cut-connection", 2: "fault: garbage-line"}
    async with serving(lambda number: trouble.get(number, ""), TALK) as server:
        reply = await one(gateway(tmp_path), settings(server), on_text=heard.append)
    assert isinstance(reply, Reply)
    assert reply.attempts == 3
    whole = TALK.splitlines()[0][2:]
    assert heard[-1] == reply.text == whole
    assert all(whole.startswith(text) for text in heard)


async def test_a_breaker_opens_is_shown_elsewhere_and_closes_with_a_probe(tmp_path: Path) -> None:
    down = [True]
    clock = Stepped()
    made = replace(gateway(tmp_path), clock=clock)
    async with serving(lambda number: "fault: status 500" if down[0] else "", TALK) as server:
        place = f"{MAIN} at {server.address}"
        while not made.standings or made.standings[place].breaker.until is None:
            assert isinstance(await one(made, settings(server)), ModelFailure)
        asked = len(server.requests)
        assert asked <= POLICY.failures + 2
        refused = await one(made, settings(server))
        assert isinstance(refused, ModelFailure)
        assert refused.message == f"{place} is not asked after several failures; again in 10 s"
        assert refused.retry_after == pytest.approx(10.0)
        assert len(server.requests) == asked
        other = Gateway(clock, SqliteSpending(lambda: tmp_path / "spending.sqlite"), lambda: 0.0)
        (told,) = states(other)
        assert (told.deployment, told.state, told.until) == (place, "open", 1010.0)
        clock.at += POLICY.cooldown
        assert [each.state for each in states(other)] == ["half-open"]
        down[0] = False
        assert isinstance(await one(made, settings(server)), Reply)
        assert [each.state for each in states(made)] == ["closed"]
        assert [each.state for each in states(other)] == ["closed"]


async def test_half_open_only_one_of_many_calls_is_the_probe(tmp_path: Path) -> None:
    trouble = [""]
    clock = Stepped()
    made = replace(gateway(tmp_path), clock=clock)
    async with (
        serving(lambda number: trouble[0], TALK) as server,
        serving(conversation=TALK) as other,
    ):
        both = settings(server, other)
        assert isinstance(await one(made, both), Reply)
        trouble[0] = "fault: status 500"
        for _ in range(3):
            assert isinstance(await one(made, both), Reply)
        asked = len(server.requests)
        clock.at += POLICY.cooldown
        trouble[0] = "fault: stall 0.1"
        found = await asyncio.gather(*(one(made, both, f"run{n}") for n in range(5)))
        assert len(server.requests) == asked + 1
    models = sorted(reply.model for reply in found if isinstance(reply, Reply))
    assert models == [MAIN, OTHER, OTHER, OTHER, OTHER]


@pytest.mark.parametrize("at_once", [1, 8])
@pytest.mark.parametrize("unit", ["tokens", "cost", "workspace"])
async def test_spending_passes_its_limit_by_one_call_at_most(
    tmp_path: Path, unit: str, at_once: int
) -> None:
    """Forty calls of as many runs; some fail on their way and are made again."""
    name = "openai/gpt-4o-mini"
    trouble = "fault: status 500"
    talk = "> ok\nusage: 20000 4000"
    async with serving(lambda number: trouble if number % 9 == 5 else "", talk) as server:
        limited = replace(settings(server), model=name)
        limited = replace(limited, deployments={name: limited.deployments[MAIN]})
        limits = {"tokens": {"day_tokens": 200_000}, "cost": {"day_cost": 0.05}}
        given = limits.get(unit, {"workspace_cost": 0.05})
        budget = replace(limited.budget, **given)  # type: ignore[arg-type]
        limited = replace(limited, budget=budget)
        made = gateway(tmp_path, waits=Waits())
        replies: list[Reply | ModelFailure] = []
        for group in range(40 // at_once):
            calls = (one(made, limited, f"run{group}.{n}") for n in range(at_once))
            replies += await asyncio.gather(*calls)
        spent = made.spending.spent("workspace", "file:///w")
    usages = [reply.usage for reply in replies if isinstance(reply, Reply)]
    refused = [reply for reply in replies if isinstance(reply, ModelFailure)]
    assert {reply.kind for reply in refused} == {"budget"}
    each = Usage(20000, 4000, usages[0].cost)
    assert each.cost and set(usages) == {each}
    assert spent.tokens == 24_000 * len(usages)
    assert spent.cost == pytest.approx(each.cost * len(usages))
    if unit == "tokens":
        assert 200_000 <= spent.tokens < 200_000 + 24_000
    else:
        assert 0.05 <= spent.cost < 0.05 + each.cost


@dataclass
class Cut:
    """A model whose every reply is cut, and says what it took."""

    name: str = MAIN
    asked: int = 0

    async def reply(self, request: object, on_text: object) -> ModelFailure:
        self.asked += 1
        return ModelFailure("incomplete", "cut", 0.0, Usage(500, 100, None))

    def named(self, name: str, settings: Settings) -> Cut:
        return self


async def test_a_limit_that_failed_attempts_reached_stops_the_next(tmp_path: Path) -> None:
    made, cut = gateway(tmp_path), Cut()
    given = replace(_NOWHERE, budget=replace(_NOWHERE.budget, tokens=1000), fallbacks=(OTHER,))
    call = replace(asking(made, given), models=cut, model=cut)
    told = await called(call, request(), lambda text: None)
    assert isinstance(told, ModelFailure)
    said = "the budget of this run is used up: 1200 of 1000 tokens (budget.tokens)"
    assert (told.kind, told.message, cut.asked) == ("budget", said, 2)
    spent = made.spending.spent("run", "run1")
    assert spent == Spent(calls=1, attempts=2, tokens=1200, unpriced=2)


async def test_what_was_known_from_before_is_no_word_of_the_provider(tmp_path: Path) -> None:
    class Remembering(Cut):
        async def reply(self, request: object, on_text: object) -> Reply:  # type: ignore[override]
            return Reply("known", (), Usage(), MAIN, cached=True)

    made, known = gateway(tmp_path), Remembering()
    place = f"{MAIN} at http://127.0.0.1:9/v1"
    half_open = Standing(Breaker(5, (), 1, 0.0))
    made.standings[place] = half_open
    call = replace(asking(made, _NOWHERE), models=known, model=known)
    reply = await called(call, request(), lambda text: None)
    assert isinstance(reply, Reply)
    assert made.standings[place].breaker == half_open.breaker


async def test_a_role_may_have_a_model_of_its_own(tmp_path: Path) -> None:
    async with serving() as server, serving() as other:
        both = settings(server, other)
        own = replace(both, fallbacks=(), roles={"refactorer": OTHER})
        ended = await ran(tmp_path / "w", own, gateway(tmp_path / "g"))
        assert (len(server.requests), len(other.requests)) == (1, 2)
    assert ended.proposed is not None
    assert ended.state.proposal is not None
    assert ended.state.proposal.notes == (), "it is no fallback"


async def test_a_scripted_model_stays_in_the_process_and_is_tried_once(tmp_path: Path) -> None:
    script = tmp_path / "a.script"
    script.write_text("> x\nfault: status 500\n---\n> never asked for\n")
    made = gateway(tmp_path / "g")
    given = Settings(model=f"scripted:{script}", fallbacks=(OTHER,))
    models = ModelRegistry()
    model = models.named(given.model, given)
    assert not isinstance(model, ModelFailure)
    journal = Kept()
    call = replace(asking(made, _NOWHERE), settings=given, models=models, model=model)
    told = await called(replace(call, journal=journal), request(), lambda text: None)  # type: ignore[arg-type]
    assert isinstance(told, ModelFailure)
    assert (journal.entries_, made.standings) == ([], {})
