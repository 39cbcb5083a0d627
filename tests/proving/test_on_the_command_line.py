"""Checks as they are seen in a shell: before anything is asked, with a proposal, and later."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from proving_support import PLAN, PROPOSE, PYTHON, edit

CART = "shop/cart.py"
SAME = PLAN + edit(CART, "sum(prices)", "sum(iter(prices))") + PROPOSE
BREAKS = [
    (PLAN if not at else "") + edit(CART, f"{before}sum(prices)", f"1 + {before}sum(prices)")
    + PROPOSE
    for at, before in enumerate(("", "1 + ", "1 + 1 + "))
]  # fmt: skip


class Shell:
    """`redline` in the project."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def redline(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-P", "-m", "redline.main", *arguments)
        return subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, check=False, timeout=120
        )

    def ask(self, script: str, *more: str) -> subprocess.CompletedProcess[str]:
        file = self.root.parent / "script.txt"
        file.write_text(script)
        return self.redline("ask", "change it", "--model", f"scripted:{file}", *more)

    def findings(self) -> dict[str, tuple[bool, str]]:
        """What the doctor says of checks."""
        found = json.loads(self.redline("doctor", "--json").stdout)["findings"]
        checks = [each for each in found if each["name"].startswith(("check ", "sandbox"))]
        return {each["name"]: (each["ok"], each["detail"]) for each in checks}


@pytest.fixture
def shell(project: Path) -> Shell:
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "redline"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(f'[checks]\npython = "{PYTHON}"\n')
    return Shell(project)


def test_the_doctor_lists_each_check_and_what_keeps_it_from_running(shell: Shell) -> None:
    (shell.root / "redline.toml").write_text('checks.build = ["make"]\n')
    (shell.root / "Makefile").write_text("lint:\n\ttrue\n")
    runner = f"pytest by {PYTHON} ([tool.pytest] in pyproject.toml)"
    build = f"make (workspace ({shell.root}/redline.toml))"
    why = f"{shell.root} is not trusted; `redline trust {shell.root}` lets its checks run"
    sandbox = (True, "bubblewrap over an overlay of the workspace")
    rest = {
        "check lint": (*(False, "make (the target lint in Makefile): not one that Redline runs"),),
        "check types": (True, "ty (Python code), always"),
    }
    assert shell.findings() == {
        "sandbox": sandbox,
        **rest,
        "check tests, python": (False, f"{runner}: {why}"),
        "check build": (False, f"{build}: {why}"),
    }
    assert shell.redline("doctor").returncode == 0
    shell.redline("trust", ".")
    assert shell.findings() == {
        "sandbox": sandbox,
        **rest,
        "check tests, python": (True, f"{runner}, affected"),
        "check build": (True, build),
    }


def test_evidence_is_in_the_summary_the_json_and_the_history(shell: Shell) -> None:
    untrusted = shell.ask(SAME)
    assert ", types ok, tests skipped, " in untrusted.stderr
    assert f"tests skipped: {shell.root} is not trusted; " in untrusted.stderr
    shell.redline("trust", ".")
    assert ", types ok, 2/2 tests, " in shell.ask(SAME).stderr
    value = json.loads(shell.ask(SAME, "--json").stdout)
    assert ", 2/2 tests, " in value["summary"]
    (tests,) = [each for each in value["checks"] if each["name"] == "tests"]
    assert (tests["passed"], tests["ran"], tests["failures"]) == (2, 2, [])
    shown = json.loads(shell.redline("show", value["run"], "--json").stdout)
    assert shown["checks"] == value["checks"]
    assert ", 2/2 tests, " in shell.redline("show", value["run"]).stdout


def test_a_run_that_gives_up_says_what_was_tried_and_can_be_replayed(shell: Shell) -> None:
    shell.redline("trust", ".")
    done = shell.ask("---\n".join(BREAKS))
    assert (done.returncode, done.stdout) == (1, "")
    assert "the change did not pass its checks, however it was mended (3 tries): 1. tests: " in (
        done.stderr
    )
    assert done.stderr.count("tests/test_cart.py::test_total (assert ") == 3
    (run, *_) = json.loads(shell.redline("runs", "--json").stdout)
    assert run["state"] == "escalated"
    assert json.loads(shell.redline("replay", run["run"], "--json").stdout)["same"] is True
