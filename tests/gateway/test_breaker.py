"""The breaker: opens after failures, lets one probe through, and grows more careful."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redline.core.gateway.breaker import (
    POLICY,
    Breaker,
    admits,
    cooldown,
    failed,
    probed,
    released,
    state,
    succeeded,
)

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["call", "late reply", "late failure"]),
        st.sampled_from(["reply", "failure", "given up"]),
        st.floats(0.0, 40.0),
    ),
    max_size=60,
)


def opened(at: float = 0.0) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker()
    for _ in range(POLICY.failures):
        breaker = failed(breaker, at, probe=False)
    return breaker


def test_it_opens_after_failures_in_a_row_and_not_before() -> None:
    breaker = Breaker()
    for number in range(1, POLICY.failures + 1):
        assert (state(breaker, 0.0), admits(breaker, 0.0)) == ("closed", True)
        breaker = failed(breaker, 0.0, probe=False)
        assert breaker.consecutive == number
    assert (state(breaker, 0.0), admits(breaker, 0.0)) == ("open", False)


def test_a_reply_in_between_begins_the_row_anew() -> None:
    breaker = Breaker()
    for _ in range(3):
        for _ in range(POLICY.failures - 1):
            breaker = failed(breaker, 1000.0 * breaker.consecutive, probe=False)
        breaker = succeeded(breaker, 0.0, probe=False)
    assert breaker.consecutive == 0


def test_it_opens_when_half_of_many_calls_in_the_window_fail() -> None:
    breaker = Breaker()
    for number in range(POLICY.least - 1):
        step = failed if number % 2 else succeeded
        breaker = step(breaker, float(number), probe=False)
    assert state(breaker, 9.0) == "closed"
    assert state(failed(breaker, 9.0, probe=False), 9.0) == "open"
    late = POLICY.window + 9.0
    assert state(failed(breaker, late, probe=False), late) == "closed"


def test_after_the_cool_down_one_probe_goes_through() -> None:
    breaker = opened()
    before, after = POLICY.cooldown - 0.1, POLICY.cooldown
    assert not admits(breaker, before)
    assert (state(breaker, after), admits(breaker, after)) == ("half-open", True)
    assert not admits(probed(breaker), after)
    assert admits(released(probed(breaker)), after)


def test_a_probe_that_is_answered_closes_it_and_one_that_fails_opens_it_for_longer() -> None:
    probing = probed(opened())
    assert state(succeeded(probing, 10.0, probe=True), 10.0) == "closed"
    again = failed(probing, 10.0, probe=True)
    assert again.until == 10.0 + 2 * POLICY.cooldown
    assert admits(again, again.until)


def test_an_older_call_says_nothing_of_an_open_breaker() -> None:
    breaker = opened()
    assert succeeded(breaker, 1.0, probe=False) == breaker
    assert failed(breaker, 1.0, probe=False) == breaker


def test_a_provider_that_fails_again_soon_is_left_alone_for_longer() -> None:
    closed = succeeded(probed(opened()), 10.0, probe=True)
    for _ in range(POLICY.failures):
        closed = failed(closed, 10.0, probe=False)
    assert closed.until == 10.0 + 2 * POLICY.cooldown


@given(trips=st.integers(1, 2000))
def test_the_cool_down_grows_up_to_its_bound(trips: int) -> None:
    assert POLICY.cooldown <= cooldown(trips) <= cooldown(trips + 1) <= POLICY.longest


@given(events=EVENTS)
def test_whatever_happens_no_two_probes_are_under_way_and_none_leaves_while_open(
    events: list[tuple[str, str, float]],
) -> None:
    breaker, now, failures = Breaker(), 0.0, 0
    for kind, outcome, passed in events:
        now += passed
        if kind != "call":
            step = succeeded if kind == "late reply" else failed
            breaker = step(breaker, now, probe=False)
            continue
        probe = state(breaker, now) == "half-open"
        if not admits(breaker, now):
            assert state(breaker, now) == "open"
            continue
        breaker = probed(breaker) if probe else breaker
        assert admits(breaker, now) is not probe
        if outcome == "reply":
            breaker, failures = succeeded(breaker, now, probe), 0
            assert state(breaker, now) == "closed"
        elif outcome == "failure":
            breaker, failures = failed(breaker, now, probe), failures + 1
            assert state(breaker, now) == "open" or not probe
        elif probe:
            breaker = released(breaker)
        assert not breaker.probing
        assert len(breaker.outcomes) <= 200
