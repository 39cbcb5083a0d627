"""The ledger: no limit is passed by more than one call, also when several run at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redline.adapters.spending import SqliteSpending
from redline.core.agent.model import Usage
from redline.core.gateway.breaker import Breaker
from redline.core.gateway.ledger import (
    Account,
    Admitted,
    Claim,
    Held,
    Limit,
    Refused,
    Spent,
    day_of,
    judged,
    limits_of,
    settled,
)
from redline.core.gateway.routing import Standing
from redline.core.gateway.states import DeploymentState, as_of, newest, state_of
from redline.core.oversight.budget import Budget
from redline.core.problems import StoreError

CLAIM = Claim("run", "file:///w", "2026-01-31", "openai/x", 1, 100)
BUDGET = Budget(model_calls=40, tokens=1000, cost=1.0)
NO_LIMIT = limits_of(Budget(10**9, 10**9, 1e9, day_cost=1e9, day_tokens=10**12))


@given(
    most=st.integers(0, 2000),
    calls=st.lists(st.tuples(st.integers(1, 300), st.booleans()), max_size=40),
)
def test_a_limit_is_passed_by_one_call_at_most(most: int, calls: list[tuple[int, bool]]) -> None:
    """Calls of at most 300 tokens, each of which may end before the next one begins, or later."""
    limit = (Limit("budget.tokens", "run", "tokens", most),)
    claim = replace(CLAIM, tokens=300)
    spent, under_way = Spent(), list[int]()
    for tokens, over in calls:
        account = Account(spent, len(under_way), 300 * len(under_way))
        verdict = judged(limit, {"run": account}, claim)
        if verdict is None:
            under_way.append(tokens)
        elif isinstance(verdict, Held):
            assert under_way, "something is waited for"
        if over or isinstance(verdict, Held):
            while under_way:
                spent = settled(spent, under_way.pop(), 0.0)
    while under_way:
        spent = settled(spent, under_way.pop(), 0.0)
    assert spent.tokens < max(1, most) + 300


@pytest.mark.parametrize(
    ("spent", "key", "said"),
    [
        (Spent(calls=40), "budget.model_calls", "40 of 40 model calls"),
        (Spent(tokens=1000), "budget.tokens", "1000 of 1000 tokens"),
        (Spent(cost=1.25), "budget.cost", "$1.25 of $1.00"),
    ],
)
def test_a_limit_that_is_reached_is_a_hard_stop(spent: Spent, key: str, said: str) -> None:
    verdict = judged(limits_of(BUDGET), {"run": Account(spent)}, CLAIM)
    assert verdict == Refused(f"the budget of this run is used up: {said} ({key})")


def test_what_costs_nothing_may_go_on_under_a_limit_of_nothing() -> None:
    free = limits_of(Budget(cost=0.0))
    assert judged(free, {"run": Account(Spent(attempts=9, tokens=9))}, CLAIM) is None
    assert isinstance(judged(free, {"run": Account(Spent(cost=0.01))}, CLAIM), Refused)


def test_the_same_call_again_is_no_further_call() -> None:
    account = {"run": Account(Spent(calls=40))}
    assert judged(limits_of(BUDGET), account, replace(CLAIM, number=2)) is None


def test_a_day_begins_at_midnight_utc() -> None:
    assert (day_of(86_399.9), day_of(86_400.0)) == ("1970-01-01", "1970-01-02")


def test_failures_count_where_it_is_known_what_they_took(tmp_path: Path) -> None:
    store = SqliteSpending(lambda: tmp_path / "spending.sqlite")
    usages = [Usage(10, 5, 0.5), None, Usage(3, 0, None)]
    for number, usage in enumerate(usages, 1):
        admitted = store.reserve(replace(CLAIM, number=number), NO_LIMIT)
        assert isinstance(admitted, Admitted)
        store.settle(admitted.entry, usage)
    told = Spent(calls=1, attempts=3, tokens=18, cost=0.5, unpriced=2)
    for scope in ("run", "day", "workspace"):
        assert store.spent(scope, CLAIM.name(scope)) == told
    assert store.spent("run", "another") == Spent()
    assert (tmp_path / "spending.sqlite").stat().st_mode & 0o777 == 0o600


def test_limits_of_the_day_and_the_workspace_hold_across_runs(tmp_path: Path) -> None:
    store = SqliteSpending(lambda: tmp_path / "spending.sqlite")
    limits = limits_of(Budget(day_cost=1.0, workspace_cost=1.5))

    def spend(run: str, day: str) -> str:
        admitted = store.reserve(replace(CLAIM, run=run, day=day), limits)
        if isinstance(admitted, Admitted):
            store.settle(admitted.entry, Usage(1, 1, 0.6))
            return ""
        assert isinstance(admitted, Refused)
        return admitted.because

    assert [spend("1", "monday"), spend("2", "monday")] == ["", ""]
    assert spend("3", "monday").startswith("the budget of today is used up: $1.20 of $1.00")
    assert spend("4", "tuesday") == ""
    assert spend("5", "wednesday").endswith("$1.80 of $1.50 (budget.workspace_cost)")


def test_until_its_price_is_known_a_deployment_is_asked_one_call_at_a_time(tmp_path: Path) -> None:
    store = SqliteSpending(lambda: tmp_path / "spending.sqlite")
    limits = limits_of(Budget(cost=1.0))
    first = store.reserve(CLAIM, limits)
    assert isinstance(first, Admitted)
    assert store.reserve(CLAIM, limits) == Held()
    store.settle(first.entry, Usage(10, 10, 0.3))
    admitted = [store.reserve(CLAIM, limits) for _ in range(3)]
    assert [type(each) for each in admitted] == [Admitted, Admitted, Held]
    for each in admitted[:2]:
        assert isinstance(each, Admitted)
        store.settle(each.entry, Usage(10, 10, 0.3))
    last = store.reserve(CLAIM, limits)
    assert isinstance(last, Admitted), "the one call that may pass the limit"
    store.settle(last.entry, Usage(10, 10, 0.3))
    assert isinstance(store.reserve(CLAIM, limits), Refused)
    assert store.spent("run", "run").cost == pytest.approx(1.2)


_OTHER = """
import sys
from pathlib import Path
from redline.adapters.spending import SqliteSpending
from redline.core.agent.model import Usage
from redline.core.gateway.ledger import Admitted, Claim, Held, limits_of
from redline.core.oversight.budget import Budget
store = SqliteSpending(lambda: Path(sys.argv[1]))
while True:
    found = store.reserve(Claim("run", "w", "day", "d", 1, 0), limits_of(Budget(cost=1.0)))
    if isinstance(found, Admitted):
        store.settle(found.entry, Usage(1, 1, 0.1))
    elif not isinstance(found, Held):
        break
"""


def test_several_processes_keep_to_one_limit(tmp_path: Path) -> None:
    path = tmp_path / "spending.sqlite"
    command = [sys.executable, "-c", _OTHER, str(path)]
    others = [subprocess.Popen(command) for _ in range(3)]
    assert [other.wait(60) for other in others] == [0, 0, 0]
    spent = SqliteSpending(lambda: path).spent("run", "run")
    assert 1.0 <= spent.cost <= 1.1 + 1e-9


def test_an_attempt_of_a_process_that_was_killed_is_settled_as_unknown(tmp_path: Path) -> None:
    path = tmp_path / "spending.sqlite"
    killed = _OTHER.replace(
        "store.settle(found.entry, Usage(1, 1, 0.1))", "__import__('os')._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", killed, str(path)], check=False).returncode == 9
    store = SqliteSpending(lambda: path)
    limits = limits_of(Budget(cost=1.0))
    assert isinstance(store.reserve(Claim("run", "w", "day", "d", 1, 0), limits), Admitted)
    assert store.spent("run", "run") == Spent(calls=2, attempts=1, unpriced=1)


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "spending.sqlite"
    other = sqlite3.connect(path)
    other.execute("PRAGMA application_id = 7")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="of another program"):
        SqliteSpending(lambda: path).spent("run", "x")
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="move the file elsewhere"):
        SqliteSpending(lambda: path).spent("run", "x")
    assert before != path.read_bytes()


def test_how_deployments_stand_is_kept_for_other_processes(tmp_path: Path) -> None:
    path = tmp_path / "spending.sqlite"
    opened = Standing(Breaker(5, (), 1, 30.0))
    kept = state_of("openai/x", opened, now=20.0, at=1000.0)
    assert kept == DeploymentState("openai/x", "open", 5, 3, 1010.0, 1000.0)
    SqliteSpending(lambda: path).keep(kept)
    other = SqliteSpending(lambda: path)
    assert other.kept() == (kept,)
    assert as_of(kept, 1009.0) == kept
    assert as_of(kept, 1010.0) == replace(kept, state="half-open")
    closed = replace(kept, state="closed", failures=0, until=0.0, at=1001.0)
    other.keep(closed)
    assert newest([closed, kept]) == SqliteSpending(lambda: path).kept() == (closed,)


def test_an_unknown_price_holds_everything() -> None:
    under_way = Account(Spent(), 1, 10, inf)
    assert judged(limits_of(BUDGET), {"run": under_way}, CLAIM) == Held()
