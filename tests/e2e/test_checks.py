"""Tests as checks, in an editor: what is shown while they run, what is proven, what is stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from editor import Editor
from wire import Wire

from proving.proving_support import PLAN, PROPOSE, PYTHON, edit, written
from sandbox.sandbox_support import require, with_marker

Start = Callable[[], Wire]
CART = "shop/cart.py"
SAME = PLAN + edit(CART, "sum(prices)", "sum(iter(prices))") + PROPOSE
DEADLINE = 30.0


@pytest.fixture(scope="module", autouse=True)
def sandbox() -> None:
    require()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return written(tmp_path / "project")


def opened(start: Start, project: Path, script: str, kind: str = "vscode-1.139") -> Editor:
    """An editor on the project, which it trusts, with a scripted model."""
    file = project.parent / "script.txt"
    file.write_text(script)
    options = {"model": f"scripted:{file}", "checks": {"python": PYTHON}}
    editor = Editor(start(), kind, project, own_review=kind.startswith("vscode"), options=options)
    editor.command("redline.trust", folder=project.as_uri())
    return editor


def until_ended(editor: Editor, run: str) -> list[dict[str, Any]]:
    """Everything that is told of a run."""
    told: list[dict[str, Any]] = []
    while not told or told[-1]["state"] not in ("proposed", "failed", "cancelled"):
        told.append(editor.wire.told("redline/run", run=run))
    return told


def test_what_is_checked_is_told_and_the_proposal_has_the_evidence(
    start: Start, project: Path
) -> None:
    editor = opened(start, project, SAME)
    run = editor.agent("refactor", editor.open(CART), instruction="change it")
    told = until_ended(editor, run)
    checking = [each["message"] for each in told if each["state"] == "checking"]
    assert [each.partition(":")[0] for each in checking] == ["parse", "names", "types", "tests"]
    assert checking[-1] == f"tests: all of 1 file by pytest by {PYTHON}"
    proposal = editor.wire.told("redline/proposal", run=run)
    assert ", types ok, 2/2 tests, " in proposal["summary"]
    (tests,) = [each for each in proposal["checks"] if each["name"] == "tests"]
    assert tests.pop("seconds") > 0
    assert tests == {
        "name": "tests",
        "scope": "all of 1 file",
        "outcome": "passed",
        "detail": "2 of 2 pass",
        "passed": 2,
        "ran": 2,
    }
    assert ", 2/2 tests, " in editor.command("redline.show", run=run)["timeline"]


def test_the_message_of_a_plain_editor_has_it_too(start: Start, project: Path) -> None:
    editor = opened(start, project, SAME, "helix-25.07")
    editor.agent("refactor", editor.open(CART), instruction="change it")
    assert ", 2/2 tests, " in editor.choose("Discard")["message"]


def test_unsaved_text_is_what_is_tested(start: Start, project: Path) -> None:
    """On disk the tests fail, in the editor they pass."""
    (project / CART).write_text((project / CART).read_text().replace("sum(prices)", "prices"))
    editor = opened(start, project, SAME)
    uri = editor.open(CART, (project / CART).read_text().replace("return prices", "return 0"))
    editor.type(uri, "0", "sum(prices) + ")
    run = editor.agent("refactor", uri, instruction="change it")
    until_ended(editor, run)
    proposal = editor.wire.told("redline/proposal", run=run)
    assert ", 2/2 tests, " in proposal["summary"]


def test_stopping_while_tests_run_leaves_no_process_and_no_copy(
    start: Start, project: Path
) -> None:
    marker = f"redline-test-{os.urandom(6).hex()}"
    waits = (
        "import subprocess, sys\n\n\ndef test_waits() -> None:\n"
        f"    subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)', '{marker}'])\n"
    )
    written(project, {"tests/test_waits.py": waits})
    editor = opened(start, project, SAME)
    run = editor.agent("refactor", editor.open(CART), instruction="change it")
    waited(lambda: bool(with_marker(marker)), "the test to run")
    editor.command("redline.cancel", run=run)
    assert until_ended(editor, run)[-1]["state"] == "cancelled"
    waited(lambda: not with_marker(marker), "the test to end")
    scratch = editor.wire.home / "cache" / "redline" / "scratch"
    assert list(scratch.iterdir())
    assert editor.wire.ask("shutdown") is None
    editor.wire.notify("exit")
    assert (editor.wire.ended(), list(scratch.iterdir())) == (0, [])


def test_a_server_that_is_killed_takes_its_tests_along(start: Start, project: Path) -> None:
    marker = f"redline-test-{os.urandom(6).hex()}"
    waits = (
        "import subprocess, sys\n\n\ndef test_waits() -> None:\n"
        f"    subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)', '{marker}'])\n"
    )
    written(project, {"tests/test_waits.py": waits})
    editor = opened(start, project, SAME)
    editor.agent("refactor", editor.open(CART), instruction="change it")
    waited(lambda: bool(with_marker(marker)), "the test to run")
    editor.wire.process.kill()
    waited(lambda: not with_marker(marker), "the test to end")


def waited(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)
