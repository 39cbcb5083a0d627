"""Retries: how long to wait, and a budget that no outage can exceed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redline.core.agent.exchange import ModelFailure
from redline.core.gateway.retries import (
    BURST,
    LONGEST_DELAY,
    LONGEST_RETRY_AFTER,
    Bucket,
    again,
    delay,
    earned,
    spent,
)

CHANCE = st.floats(0.0, 1.0, exclude_max=True)
FAILURE = ModelFailure("provider", "x", 0.0)


@given(calls=st.lists(st.integers(0, 5), max_size=400))
def test_retries_stay_below_a_tenth_of_the_calls_and_a_burst(calls: list[int]) -> None:
    bucket, retries = Bucket(), 0
    for wanted in calls:
        bucket = earned(bucket)
        for _ in range(wanted):
            if bucket.retries:
                bucket, retries = spent(bucket), retries + 1
    assert 10 * retries <= len(calls) + 10 * BURST
    assert 0 <= bucket.tenths <= 10 * BURST


def test_an_outage_costs_a_burst_and_a_tenth() -> None:
    bucket, retries = Bucket(), 0
    for _ in range(1000):
        bucket = earned(bucket)
        while bucket.retries:
            bucket, retries = spent(bucket), retries + 1
    assert 1000 + retries <= 1.1 * 1000 + BURST
    assert retries >= 100


def test_an_empty_budget_gives_nothing() -> None:
    with pytest.raises(ValueError, match="no retry is left"):
        spent(Bucket(9))


@given(number=st.integers(1, 50), chance=CHANCE)
def test_the_wait_doubles_is_spread_and_bounded(number: int, chance: float) -> None:
    waited = delay(number, chance, FAILURE)
    assert 0.25 <= waited <= LONGEST_DELAY
    assert delay(number, 0.0, FAILURE) <= waited <= 2 * delay(number, 0.0, FAILURE)
    assert delay(number + 1, chance, FAILURE) >= waited


@given(number=st.integers(1, 3), chance=CHANCE, after=st.floats(0.0, LONGEST_RETRY_AFTER))
def test_no_retry_comes_before_the_provider_wants_it(
    number: int, chance: float, after: float
) -> None:
    failure = ModelFailure("provider", "x", after)
    assert again(failure)
    assert delay(number, chance, failure) >= after


def test_what_cannot_work_or_would_take_too_long_is_not_tried_again() -> None:
    assert not again(ModelFailure("provider", "refused the key"))
    assert not again(ModelFailure("provider", "x", LONGEST_RETRY_AFTER + 1))
