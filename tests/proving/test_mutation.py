"""New tests are shown only when they notice that the code they are for is broken."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from proving_support import PLAN, PROPOSE, PYTHON, Ended, edit, run, written

from redline.app.driver import Run
from redline.core.proposal.model import Check, Failure
from redline.core.settings import Settings
from sandbox.sandbox_support import with_marker

DEADLINE = 30.0
RATES = (
    "def rate(count: int) -> float:\n"
    '    """The discount for so many."""\n'
    "    if count < 0:\n"
    '        raise ValueError("no")\n'
    "    if count >= 10:\n"
    "        return 0.5\n"
    "    return 1.0\n\n\n"
    "def other() -> int:\n"
    "    return 1 + 1\n"
)
GOOD = (
    "import pytest\n\nfrom shop.rates import rate\n\n\n"
    "def test_few() -> None:\n    assert rate(9) == 1.0\n    assert rate(0) == 1.0\n\n\n"
    "def test_many() -> None:\n    assert rate(10) == 0.5\n\n\n"
    "def test_less_than_none() -> None:\n"
    "    with pytest.raises(ValueError):\n        rate(-1)\n"
)
WEAK = (
    "from shop.rates import rate\n\n\n"
    "def test_rate() -> None:\n    assert isinstance(rate(3), float)\n"
)
IDLE = "from shop.rates import rate\n\n\ndef test_rate() -> None:\n    rate(3)\n"
ELSEWHERE = "from shop.rates import rate\n\n\ndef test_rate() -> None:\n    assert callable(rate)\n"


def create(text: str, path: str = "tests/test_rates.py") -> str:
    """A scripted file of tests."""
    rows = [f'call create_file {{"path": "{path}"}}', "  content:"]
    rows += [f"  | {line}".rstrip() for line in text.splitlines()]
    return "\n".join(rows) + "\n"


def rewritten(before: str, after: str, path: str = "tests/test_rates.py") -> str:
    """The same file with another text."""
    return f'call revert {{"path": "{path}"}}\n' + create(after, path) if before else ""


@pytest.fixture
def shop(project: Path) -> Path:
    return written(project, {"shop/rates.py": RATES})


def mutation(ended: Ended) -> list[Check]:
    """The check, of each draft that failed and of the proposal."""
    failed = [t.check for t in ended.state.transcript if t.check is not None]
    shown = ended.state.proposal.checks if ended.state.proposal is not None else ()
    return [replace(e, seconds=0.0) for e in (*failed, *shown) if e.name == "mutation"]


async def test_tests_that_notice_what_is_broken_are_shown(shop: Path) -> None:
    ended = await run(shop, PLAN + create(GOOD) + PROPOSE, action="test")
    assert (ended.state.outcome, mutation(ended)) == (
        "proposed",
        [
            Check(
                *("mutation", "8 broken versions of rate", "passed"),
                *("8/8 broken versions were noticed", 0.0, 8, 8),
            )
        ],
    )


async def test_tests_that_notice_too_little_go_back_with_what_they_missed(shop: Path) -> None:
    script = (
        PLAN + create(WEAK) + PROPOSE
        + "---\nexpect: the new tests prove too little: 3/8 broken versions were noticed\n"
        + rewritten(WEAK, GOOD) + PROPOSE
    )  # fmt: skip
    ended = await run(shop, script, action="test")
    weak, good = mutation(ended)
    assert (weak.outcome, weak.passed, weak.ran, good.outcome) == ("failed", 3, 8, "passed")
    missed = 'no test notices this in rate:\n- raise ValueError("no")\n+ pass'
    assert Failure("shop/rates.py", 4, missed) in weak.failures


async def test_tests_that_assert_nothing_are_not_even_run(shop: Path) -> None:
    script = (
        PLAN + create(IDLE) + PROPOSE
        + "---\nexpect: tests/test_rates.py:4 test_rate asserts nothing\n"
        + rewritten(IDLE, GOOD) + PROPOSE
    )  # fmt: skip
    ended = await run(shop, script, action="test", trusted=False)
    idle, good = mutation(ended)
    assert idle.failures == (
        Failure("tests/test_rates.py", 4, "test_rate asserts nothing", "test_rate"),
    )
    why = f"{shop} is not trusted; `redline trust {shop}` lets its checks run"
    assert good == Check("mutation", "1 file", "skipped", why, 0.0)


async def test_tests_that_never_call_the_code_are_refused(shop: Path) -> None:
    drafts = [create(ELSEWHERE)] + [rewritten(ELSEWHERE, ELSEWHERE)] * 2
    script = "---\n".join([PLAN + drafts[0] + PROPOSE, *(each + PROPOSE for each in drafts[1:])])
    ended = await run(shop, script, action="test")
    assert (ended.state.outcome, ended.state.proposal) == ("escalated", None)
    assert "nothing that breaks rate was" in ended.state.reason


async def test_only_what_is_new_is_put_to_the_proof(project: Path) -> None:
    old = "def test_count() -> None:\n    assert count([1]) == 1\n"
    new = old + "\n\ndef test_none() -> None:\n    assert callable(count)\n"
    script = (
        PLAN + edit("tests/test_cart.py", old, new) + PROPOSE + "---\n"
        + edit("tests/test_cart.py", "    assert callable(count)", "    assert count([]) == 0")
        + PROPOSE
    )  # fmt: skip
    ended = await run(project, script, action="test")
    scopes = [(each.scope, each.outcome) for each in mutation(ended)]
    assert scopes == [
        ("1 broken version of count", "failed"),
        ("3 broken versions of count", "passed"),
    ]


async def test_a_refactoring_needs_no_such_proof(shop: Path) -> None:
    ended = await run(shop, PLAN + create(WEAK) + PROPOSE)
    assert (ended.state.outcome, mutation(ended)) == ("proposed", [])


async def test_a_broken_version_that_never_ends_is_noticed(project: Path) -> None:
    loops = (
        "def halved(value: int) -> int:\n    steps = 0\n    while value > 1:\n"
        "        value = value // 2\n        steps += 1\n    return steps\n"
    )
    tests = (
        "from shop.loops import halved\n\n\n"
        "def test_halved() -> None:\n    assert halved(8) == 3\n    assert halved(1) == 0\n"
    )
    written(project, {"shop/loops.py": loops})
    settings = Settings(check_python=PYTHON, check_seconds=20)
    script = PLAN + create(tests, "tests/test_loops.py") + PROPOSE
    ended = await run(project, script, action="test", settings=settings)
    (check,) = mutation(ended)
    assert (ended.state.outcome, check.outcome) == ("proposed", "passed")


async def test_a_run_that_is_stopped_stops_its_proof(shop: Path) -> None:
    marker = f"redline-test-{os.urandom(6).hex()}"
    slow = (
        "import subprocess, sys\n\nfrom shop.rates import rate\n\n\ndef test_slow() -> None:\n"
        "    if rate(3) != 1.0:\n"
        "        subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)', "
        f"'{marker}'])\n"
        "    assert rate(3) == 1.0\n"
    )
    watched: list[Run] = []

    def seen(running: Run | None, said: str) -> None:
        if said.startswith("checking: mutation") and running is not None:
            watched.append(running)

    async def stop() -> None:
        deadline = time.monotonic() + DEADLINE
        while not (watched and with_marker(marker)) and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        watched[0].cancel()

    stopper = asyncio.ensure_future(stop())
    ended = await run(shop, PLAN + create(slow) + PROPOSE, action="test", hears=seen)
    await stopper
    assert (ended.state.outcome, with_marker(marker)) == ("cancelled", [])
