"""Tests are run before a proposal is shown, and what they say decides what becomes of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from proving_support import PLAN, PROPOSE, PYTHON, Ended, edit, run, written

from cli_support import tree
from redline.app.driver import Run
from redline.core.proposal.model import Check, Failure
from redline.core.proposal.render import summary
from redline.core.settings import Settings
from sandbox.sandbox_support import with_marker

CART, TESTS = "shop/cart.py", "tests/test_cart.py"
SAME = edit(CART, "    return sum(prices)", "    return sum(iter(prices))")
BROKEN = edit(CART, "    return sum(prices)", "    return sum(prices) + 1")
NEVER_ENDS = edit(CART, "    return sum(prices)", "    while True:\n        prices = []")
DEADLINE = 30.0
# What no type checker sees: a name that is looked up when the file is loaded.
LATE = 'import importlib\n\nCOUNT = getattr(importlib.import_module("shop.cart"), "count")\n\n\n'
LATE_PLACE = ("tests/test_late.py", 3)
GONE = edit(CART, "def count(", "def number(") + edit(
    TESTS,
    "from shop.cart import count, total",
    "from shop.cart import number as count, total",
)


def timeless(check: Check) -> Check:
    assert check.seconds > 0
    return replace(check, seconds=0.0)


async def test_the_proposal_says_that_its_tests_pass(project: Path) -> None:
    before = tree(project)
    ended = await run(project, PLAN + SAME + PROPOSE)
    assert ended.state.proposal is not None
    assert timeless(ended.check) == Check(
        "tests", "all of 1 file", "passed", "2 of 2 pass", 0.0, passed=2, ran=2
    )
    head, _, seconds = summary(ended.state.proposal).rpartition(", ")
    assert head == "1 file, 1 line, parse ok, names ok, types ok, 2/2 tests"
    assert float(seconds.removesuffix(" s")) > 0
    assert ended.reports == [f"tests: all of 1 file by pytest by {PYTHON}"]
    assert tree(project) == before


async def test_nothing_runs_in_a_folder_that_is_not_trusted(project: Path) -> None:
    ended = await run(project, PLAN + BROKEN + PROPOSE, trusted=False)
    why = f"{project} is not trusted; `redline trust {project}` lets its checks run"
    assert timeless(ended.check) == Check("tests", "1 file", "skipped", why, 0.0)
    assert ended.state.outcome == "proposed"


async def test_tests_can_be_turned_off(project: Path) -> None:
    off = Settings(check_python=PYTHON, check_tests="off")
    ended = await run(project, PLAN + BROKEN + PROPOSE, settings=off)
    assert ended.state.proposal is not None
    assert [each.name for each in ended.state.proposal.checks] == ["parse", "names", "types"]


async def test_what_failed_before_is_old_and_named(project: Path) -> None:
    old = "\n\ndef test_old() -> None:\n    assert count([]) == 1\n"
    (project / TESTS).write_text((project / TESTS).read_text() + old)
    ended = await run(project, PLAN + SAME + PROPOSE)
    assert timeless(ended.check) == Check(
        *("tests", "all of 1 file", "passed"),
        "2 of 3 pass; failed before too: tests/test_cart.py::test_old",
        *(0.0, 2, 3),
    )


async def test_a_model_that_mends_what_it_broke_is_told_what_failed(project: Path) -> None:
    script = (
        PLAN + BROKEN + PROPOSE
        + "---\nexpect: tests/test_cart.py:5 tests/test_cart.py::test_total\n"
        + edit(CART, "    return sum(prices) + 1", "    return sum(prices) + 2") + PROPOSE
        + "---\nexpect: assert 5 == 3\n"
        + edit(CART, "    return sum(prices) + 2", "    return sum(prices) + 0") + PROPOSE
    )  # fmt: skip
    ended = await run(project, script)
    assert (ended.state.outcome, ended.check.outcome) == ("proposed", "passed")
    failed = [turn.check for turn in ended.state.transcript if turn.check is not None]
    message = "assert 4 == 3\n +  where 4 = total([1, 2])"
    assert failed[0].failures == (Failure(TESTS, 5, message, f"{TESTS}::test_total"),)
    assert [(each.passed, each.ran) for each in failed] == [(1, 2), (1, 2)]


async def test_a_model_that_never_mends_it_is_stopped(project: Path) -> None:
    worse = [
        edit(CART, f"sum(prices) + {at}", f"sum(prices) + {at + 1}") + PROPOSE for at in (1, 2)
    ]
    ended = await run(project, "---\n".join([PLAN + BROKEN + PROPOSE, *worse]))
    assert (ended.state.outcome, ended.state.proposal) == ("escalated", None)
    tried = [
        f"{at}. tests: 1 of 2 pass; fail with the change: tests/test_cart.py::test_total "
        f"(assert {3 + at} == 3)"
        for at in (1, 2, 3)
    ]
    head = "the change did not pass its checks, however it was mended (3 tries): "
    assert ended.state.reason == head + "; ".join(tried)


async def test_a_file_that_no_longer_loads_is_a_failure_of_the_change(project: Path) -> None:
    written(project, {"tests/test_late.py": LATE + "def test_late() -> None: ...\n"})
    ended = await run(project, PLAN + GONE + PROPOSE)
    (failure,) = ended.check.failures
    assert ended.check.outcome == "failed"
    assert (failure.path, failure.line, failure.test) == (*LATE_PLACE, LATE_PLACE[0])
    assert failure.message == "AttributeError: module 'shop.cart' has no attribute 'count'"


async def test_a_run_that_breaks_as_a_whole_is_a_failure_of_the_change(project: Path) -> None:
    written(project, {"conftest.py": LATE})
    ended = await run(project, PLAN + GONE + PROPOSE)
    assert ended.check.outcome == "failed"
    assert "none can be run with the change" in ended.check.failures[0].message
    assert "module 'shop.cart' has no attribute 'count'" in ended.check.failures[0].message


async def test_tests_that_cannot_be_run_anyway_are_skipped_and_never_passed(project: Path) -> None:
    written(project, {"conftest.py": "import nothing_of_that_name\n"})
    ended = await run(project, PLAN + SAME + PROPOSE)
    assert (ended.state.outcome, ended.check.outcome, ended.check.ran) == ("proposed", "skipped", 0)
    assert "nothing_of_that_name" in ended.check.detail


async def test_a_folder_of_tests_without_any_is_no_pass(tmp_path: Path) -> None:
    root = written(tmp_path / "project", **{TESTS: "VALUE = 1\n"})
    ended = await run(root, PLAN + SAME + PROPOSE)
    assert ended.check.outcome == "skipped"
    assert ended.check.detail.startswith(f"pytest by {PYTHON}: no tests were found")


async def test_a_python_without_pytest_runs_unittest_and_says_so(tmp_path: Path) -> None:
    root = written(tmp_path / "project")
    bare = tmp_path / "bare" / "bin" / "python"
    bare.parent.mkdir(parents=True)
    os.link(Path(PYTHON).resolve(), bare)
    settings = Settings(check_python=str(bare))
    ended = await run(root, PLAN + SAME + PROPOSE, settings=settings)
    assert ended.reports[0].endswith("(it has no pytest)")
    assert ended.check.outcome == "skipped"


async def test_a_test_that_passes_when_run_again_is_flaky(project: Path) -> None:
    flaky = (
        "from pathlib import Path\n\nfrom shop.cart import total\n\n\ndef test_flaky() -> None:\n"
        "    assert total([1]) == 1 or Path('flag').exists()\n"
    )
    written(project, {"tests/test_flaky.py": flaky, TESTS: ""})

    def second(_: Run | None, said: str) -> None:
        if "once more" in said:
            (project / "flag").touch()

    ended = await run(project, PLAN + BROKEN + PROPOSE, hears=second)
    name = "tests/test_flaky.py::test_flaky"
    assert timeless(ended.check) == Check(
        *("tests", "all of 2 files", "passed"),
        f"1 of 1 pass; failed once and passed when run again: {name}",
        *(0.0, 1, 1),
    )


async def test_a_change_that_never_ends_is_ended_and_blamed(project: Path) -> None:
    settings = Settings(check_python=PYTHON, check_seconds=5)
    ended = await run(project, PLAN + NEVER_ENDS + PROPOSE, settings=settings)
    assert ended.check.outcome == "failed"
    why = "it did not end within 5 s (setting `checks.seconds`)"
    assert ended.check.failures[0].message == f"none can be run with the change: {why}"


async def test_slow_tests_are_skipped_and_say_which_setting_helps(project: Path) -> None:
    slow = "import time\n\n\ndef test_slow() -> None:\n    time.sleep(60)\n"
    written(project, {"tests/test_slow.py": slow})
    settings = Settings(check_python=PYTHON, check_seconds=2)
    ended = await run(project, PLAN + SAME + PROPOSE, settings=settings)
    why = "it did not end within 2 s (setting `checks.seconds`)"
    assert (ended.check.outcome, ended.check.detail) == ("skipped", why)


async def test_a_run_that_is_stopped_leaves_no_process(project: Path) -> None:
    marker = f"redline-test-{os.urandom(6).hex()}"
    waits = (
        "import subprocess, sys\n\n\ndef test_waits() -> None:\n"
        f"    subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)', '{marker}'])\n"
    )
    written(project, {"tests/test_waits.py": waits})
    seen: list[list[int]] = []

    def stop(running: Run | None, said: str) -> None:
        if said.startswith("checking: tests") and running is not None:
            watched.append(running)

    watched: list[Run] = []

    async def watching() -> None:
        import asyncio

        deadline = time.monotonic() + DEADLINE
        while not (watched and with_marker(marker)) and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        seen.append(with_marker(marker))
        watched[0].cancel()

    import asyncio

    watcher = asyncio.ensure_future(watching())
    ended = await run(project, PLAN + SAME + PROPOSE, hears=stop)
    await watcher
    assert (bool(seen[0]), ended.state.outcome, with_marker(marker)) == (True, "cancelled", [])


NEW_TEST = (
    'call create_file {"path": "tests/test_new.py"}\n  content:\n'
    "  | from shop.cart import count\n  |\n  |\n"
    "  | def test_new() -> None:\n  |     assert count([]) == 7\n"
)


@pytest.mark.parametrize(("action", "outcome"), [("test", "proposed"), ("refactor", "failed")])
async def test_a_new_test_may_fail_where_a_test_was_asked_for(
    project: Path, action: str, outcome: str
) -> None:
    ended = await run(project, PLAN + NEW_TEST + PROPOSE, action=action)  # type: ignore[arg-type]
    assert (ended.state.outcome, ended.check.outcome) == (outcome, "failed")
    if ended.state.proposal is not None:
        assert ended.state.proposal.risk == "high"


async def test_a_test_that_was_there_may_not_fail_whatever_was_asked_for(project: Path) -> None:
    ended = await run(project, PLAN + BROKEN + PROPOSE, action="fix")
    assert (ended.state.proposal, ended.check.outcome) == (None, "failed")


async def test_a_rename_by_the_builtin_model_is_proven(project: Path) -> None:
    ended = await run(project, None, instruction="rename total to sum_of")
    assert (ended.state.outcome, ended.check.passed, ended.check.ran) == ("proposed", 2, 2)


async def test_unsaved_buffers_and_byte_order_marks_are_in_the_copy(project: Path) -> None:
    (project / TESTS).write_bytes(b"\xef\xbb\xbf" + (project / TESTS).read_bytes())
    both = SAME + edit(TESTS, "    assert count([1]) == 1", "    assert count([1, 2]) == 2")
    ended: Ended = await run(project, PLAN + both + PROPOSE)
    assert (ended.check.outcome, ended.check.passed) == ("passed", 2)


async def test_a_folder_that_is_reached_by_a_link_is_tested_all_the_same(tmp_path: Path) -> None:
    real = written(tmp_path / "real")
    subprocess.run((PYTHON, "-m", "venv", "--without-pip", str(real / ".venv")), check=True)
    packages = next(each for each in map(Path, sys.path) if (each / "pytest").is_dir())
    (library,) = (real / ".venv").glob("lib/python3*/site-packages")
    shutil.copy(packages / "py.py", library)
    for name in ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments"):
        shutil.copytree(packages / name, library / name)
    (tmp_path / "link").symlink_to(real)
    ended = await run(tmp_path / "link", PLAN + BROKEN + PROPOSE, settings=Settings())
    assert ended.reports[0] == f"tests: all of 1 file by pytest by {real}/.venv/bin/python"
    assert [each.test for each in ended.check.failures] == [f"{TESTS}::test_total"]


async def test_with_several_folders_a_place_begins_with_the_name_of_its_own(project: Path) -> None:
    other = written(project.parent / "other", {"a.py": "X = 1\n"})
    script = (PLAN + BROKEN + PROPOSE).replace('"shop/', '"project/shop/')
    ended = await run(project, script, more=(other,))
    assert [str(each) for each in ended.check.failures] == [
        "project/tests/test_cart.py:5 assert 4 == 3\n +  where 4 = total([1, 2])"
    ]
