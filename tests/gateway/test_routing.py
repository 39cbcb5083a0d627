"""Where a call goes: whatever fails, it ends, and no deployment gets more than its share."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redline.core.agent.exchange import ModelFailure
from redline.core.gateway import routing
from redline.core.gateway.breaker import POLICY, Breaker, failed, probed
from redline.core.gateway.retries import Bucket
from redline.core.gateway.routing import (
    Decision,
    Situation,
    Standing,
    Stop,
    Tried,
    Try,
    Wait,
    decide,
)

FAULT = ModelFailure("provider", "it failed", 0.0)
REFUSED = ModelFailure("provider", "the key was refused")
FAILURES = (
    FAULT,
    REFUSED,
    ModelFailure("provider", "too often", 2.0),
    ModelFailure("provider", "much too often", 900.0),
    ModelFailure("incomplete", "cut", 0.0),
    ModelFailure("timeout", "late", 0.0),
    ModelFailure("policy", "no"),
    ModelFailure("internal", "broken"),
)
OPEN = Standing(Breaker(5, (), 1, 100.0))
HALF = Standing(Breaker(5, (), 1, 0.0))


def situation(*tried: Tried, chain: tuple[str, ...] = ("a", "b", "c")) -> Situation:
    return Situation(chain, {}, tried, False, 1.0, 0.5)


def test_the_first_of_the_chain_is_asked_first() -> None:
    assert decide(situation()) == Try("a", "first")


def test_it_is_tried_again_after_a_wait() -> None:
    after = situation(Tried("a", FAULT))
    assert decide(after) == Wait(0.375)
    assert decide(replace(after, waited=True)) == Try("a", "retry")


def test_it_is_tried_again_twice_and_then_the_next_is_asked() -> None:
    once, twice, thrice = ((Tried("a", FAULT),) * number for number in (1, 2, 3))
    assert isinstance(decide(situation(*once)), Wait)
    assert isinstance(decide(situation(*twice)), Wait)
    assert decide(situation(*thrice)) == Try("b", "fallback")


def test_a_fallback_is_tried_once() -> None:
    tried = (Tried("a", REFUSED), Tried("b", FAULT))
    assert decide(situation(*tried)) == Try("c", "fallback")
    ended = decide(situation(*tried, Tried("c", FAULT)))
    assert ended == Stop(replace(FAULT, message="the key was refused; it failed; it failed"))


@pytest.mark.parametrize("failure", [REFUSED, FAILURES[3]], ids=["refused", "long wait"])
def test_what_is_not_tried_again_falls_back_at_once(failure: ModelFailure) -> None:
    assert decide(situation(Tried("a", failure))) == Try("b", "fallback")


@pytest.mark.parametrize("kind", ["policy", "internal", "budget"])
def test_what_no_other_model_can_mend_ends_the_call(kind: str) -> None:
    failure = ModelFailure(kind, "no")  # type: ignore[arg-type]
    assert decide(situation(Tried("a", failure))) == Stop(failure)


def test_without_a_budget_of_retries_the_next_is_asked() -> None:
    empty = replace(situation(Tried("a", FAULT)), standings={"a": Standing(bucket=Bucket(9))})
    assert decide(empty) == Try("b", "fallback")


def test_an_open_breaker_is_left_out() -> None:
    assert decide(replace(situation(), standings={"a": OPEN})) == Try("b", "fallback")


def test_a_half_open_one_is_probed_by_one_call_alone() -> None:
    assert decide(replace(situation(), standings={"a": HALF})) == Try("a", "probe")
    probing = Standing(probed(HALF.breaker))
    assert decide(replace(situation(), standings={"a": probing})) == Try("b", "fallback")


def test_when_all_are_open_it_is_said_when_they_may_work() -> None:
    later = Standing(Breaker(5, (), 1, 31.0))
    known = replace(situation(chain=("a", "b")), standings={"a": OPEN, "b": later})
    text = "a is not asked after several failures; again in 99 s; "
    text += "b is not asked after several failures; again in 30 s"
    assert decide(known) == Stop(ModelFailure("provider", text, 30.0))


def test_a_breaker_that_opened_meanwhile_ends_the_retries() -> None:
    waited = replace(situation(Tried("a", FAULT)), waited=True, standings={"a": OPEN})
    assert decide(waited) == Try("b", "fallback")


@pytest.mark.parametrize("failure", FAILURES, ids=lambda each: each.message)
def test_only_faults_of_the_provider_count(failure: ModelFailure) -> None:
    counted = routing.ended(Standing(), "first", failure, False, 0.0).breaker.consecutive
    assert counted == int(failure.kind not in ("policy", "internal") and failure != REFUSED)


@given(
    outcomes=st.lists(st.sampled_from([None, *FAILURES]), min_size=12, max_size=12),
    chain=st.integers(1, 4),
    tenths=st.lists(st.integers(0, 30), min_size=4, max_size=4),
    trips=st.lists(st.sampled_from([0, 1, 2]), min_size=4, max_size=4),
)
def test_a_call_ends_and_keeps_to_its_bounds(
    outcomes: list[ModelFailure | None], chain: int, tenths: list[int], trips: list[int]
) -> None:
    """Plays one call with these outcomes of its attempts, None being a reply."""
    names = tuple("abcd"[:chain])
    breakers = (Breaker(), OPEN.breaker, HALF.breaker)
    standings = {
        name: Standing(breakers[trip], Bucket(tenth))
        for name, trip, tenth in zip(names, trips, tenths, strict=False)
    }
    before = dict(standings)
    decisions: list[Decision] = []
    tried: tuple[Tried, ...] = ()
    waited = False
    for outcome in outcomes:
        now = Situation(names, standings, tried, waited, 1.0, 0.5)
        decision = decide(now)
        if isinstance(decision, Wait):
            decisions.append(decision)
            decision = decide(replace(now, waited=True))
        decisions.append(decision)
        if not isinstance(decision, Try):
            break
        name, why = decision.deployment, decision.why
        again = any(each.deployment == name for each in tried)
        standings[name] = routing.begun(standings[name], why, again)
        standings[name] = routing.ended(standings[name], why, outcome, outcome is None, 1.0)
        if outcome is None:
            break
        tried, waited = (*tried, Tried(name, outcome)), False
    else:
        pytest.fail("the call never ended")
    made = [each for each in decisions if isinstance(each, Try)]
    asked = [each.deployment for each in made]
    assert len(made) <= chain + 2
    for name in names:
        assert asked.count(name) <= (3 if asked[:1] == [name] else 1)
        assert before[name] != OPEN or name not in asked
        assert not standings[name].breaker.probing
    retries = len(asked) - len(set(asked))
    assert sum(each.why == "retry" for each in made) <= retries
    if asked:
        assert 10 * retries <= before[asked[0]].bucket.tenths + 1
    if isinstance(decisions[-1], Stop):
        assert decisions[-1].failure.message


def test_an_outage_is_noticed_and_then_left_alone() -> None:
    """Calls every second for an hour at a deployment that is down, and one that works."""
    standings: dict[str, Standing] = {}
    asked = {"a": 0, "b": 0}
    for second in range(3600):
        tried: tuple[Tried, ...] = ()
        waited = False
        while True:
            now = Situation(("a", "b"), standings, tried, waited, float(second), 0.5)
            decision = decide(now)
            if isinstance(decision, Wait):
                waited = True
                continue
            assert isinstance(decision, Try)
            name, why = decision.deployment, decision.why
            again = any(each.deployment == name for each in tried)
            known = routing.begun(standings.get(name, Standing()), why, again)
            down = name == "a"
            outcome = FAULT if down else None
            standings[name] = routing.ended(known, why, outcome, not down, float(second))
            asked[name] += 1
            if not down:
                break
            tried, waited = (*tried, Tried(name, FAULT)), False
    assert asked["b"] == 3600
    assert asked["a"] <= POLICY.failures + 3600 / POLICY.longest + 6


def test_a_breaker_that_opens_within_a_call_is_noticed_by_the_next() -> None:
    breaker = Breaker()
    for _ in range(POLICY.failures):
        breaker = failed(breaker, 0.0, probe=False)
    assert decide(replace(situation(), standings={"a": Standing(breaker)})) == Try("b", "fallback")
