"""A run waits for its user as long as it takes, whatever becomes of the server meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from demo_copy import copy_of_demo
from editor import Editor
from wire import Wire, environment

KIND = "vscode-1.139"
TWINS = "rename size to length"

WORKING = """\
call plan {"steps": ["scout: look around"]}
call outline {"path": "shop/twins.py"}
---
fault: stall 60
call answer {"markdown": "never"}
"""


def waiting(editor: Editor) -> tuple[str, dict[str, object]]:
    """A run that has asked which of two symbols is meant."""
    run = editor.agent("refactor", editor.open("shop/twins.py"), instruction=TWINS)
    return run, editor.wire.told("redline/question", run=run)


@pytest.mark.parametrize("end", ["kill -9", "shutdown"])
@pytest.mark.parametrize("own_review", [True, False], ids=["own review", "any client"])
def test_a_question_outlives_the_server(tmp_path: Path, end: str, own_review: bool) -> None:
    project, home = copy_of_demo(tmp_path / "project"), tmp_path / "home"
    with Wire(home) as wire:
        run, asked = waiting(Editor(wire, KIND, project, own_review=True))
        if end == "shutdown":
            wire.ask("shutdown")
            wire.notify("exit")
            assert wire.ended() == 0
        wire.process.kill()
    with Wire(home) as wire:
        editor = Editor(wire, KIND, project, own_review)
        if own_review:
            again = wire.told("redline/question", run=run)
            assert again == asked
            answer = {"question": again["question"], "answer": again["options"][1]}
            editor.command("redline.answer", run=run, **answer)
            proposal = wire.told("redline/proposal", run=run)
            assert [each["after"] for each in proposal["hunks"]] == [
                "    def length(self): return 2\n"
            ]
        else:
            assert editor.choose(str(asked["options"][1]))["message"] == asked["text"]
            assert "length" in editor.choose(None)["message"]


def test_a_question_is_answered_at_the_terminal(tmp_path: Path) -> None:
    project, home = copy_of_demo(tmp_path / "project"), tmp_path / "home"
    with Wire(home) as wire:
        run, _ = waiting(Editor(wire, KIND, project, own_review=True))
        taken = answered(project, home, run)
        assert taken.returncode == 2 and "belongs to another window" in taken.stderr
        wire.process.kill()
        wire.process.wait()
        done = answered(project, home, run)
        assert done.returncode == 0 and "+    def length(self): return 2" in done.stdout


def test_what_was_under_way_is_over_and_says_why(tmp_path: Path) -> None:
    project, home = copy_of_demo(tmp_path / "project"), tmp_path / "home"
    script = tmp_path / "model.script"
    script.write_text(WORKING, "utf-8")
    options = {"model": f"scripted:{script}"}
    with Wire(home) as wire:
        editor = Editor(wire, KIND, project, own_review=True, options=options)
        run = editor.agent("ask", editor.open("shop/twins.py"), instruction="what is this?")
        wire.told("redline/run", run=run, state="working")
        wire.process.kill()
    with Wire(home) as wire:
        editor = Editor(wire, KIND, project, own_review=True, options=options)
        wire.told("redline/index", state="complete")
        listed = editor.command("redline.runs")
        assert [(each["run"], each["state"]) for each in listed] == [(run, "failed")]
        shown = str(editor.command("redline.show", run=run))
        assert "the server ended while the run was under way; ask again" in shown


def answered(project: Path, home: Path, run: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "redline.main", "answer", run, "2", "--root", str(project)]
    return subprocess.run(
        command,
        check=False,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        cwd=os.sep,
    )
