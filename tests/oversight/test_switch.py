"""The switch stops every run of the user, wherever it is, until it is taken back."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from casework import Front, Inline
from redline import main
from redline.adapters.places import switch_file
from redline.adapters.switch import SwitchFile
from redline.app import gate, runs, switch
from redline.app.files import Files
from redline.app.runs import Asked, Refused
from redline.app.session import Session, Workspace, publish_index
from redline.core import uris
from redline.core.agent.events import ModelFailed
from redline.core.agent.model import CallModel, Draft, Finish
from redline.core.agent.state import RunState
from redline.core.oversight.redaction import Redaction
from redline.core.settings import Settings
from redline.core.snapshot import Snapshot
from redline.core.uris import Folder

STALL = 'call plan {"steps": ["scout: wait"]}\nfault: stall 500\n'


def session(root: Path, model: str) -> Session:
    settings = Settings(model=model)
    adapters = replace(main.adapters(settings), indexer=Inline(root))
    folder = Folder(uris.from_path(root.as_posix()), "project")
    front = Front([])
    made = Session(adapters, Workspace((folder,)), front, settings=settings)
    front.session = made
    publish_index(made)
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.py").write_text("x = 1\n")
    (tmp_path / "stall.txt").write_text(STALL)
    return folder


def test_the_file_is_the_switch(tmp_path: Path) -> None:
    one, other = SwitchFile(switch_file()), SwitchFile(switch_file())
    assert not one.stopped()
    one.stop()
    assert other.stopped()
    assert switch_file().stat().st_mode & 0o777 == 0o600
    assert other.resume()
    assert not one.stopped()
    assert not one.resume()


def test_where_it_cannot_be_looked_at_nothing_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert SwitchFile(tmp_path / "file" / "stopped").stopped()


def test_nothing_passes_the_gate_while_it_is_thrown(tmp_path: Path) -> None:
    files = Files(Snapshot(), main.adapters(Settings()).disk, Draft(), {})
    at = gate.Situation(Settings().policy, files, Redaction(), stopped=True)
    admission = gate.admit(at, RunState("r"), CallModel("r.1", "planner"))
    assert admission.refusal == ModelFailed(
        "r.1", "budget", f"refused by policy (stopped): {gate.STOPPED}"
    )
    assert gate.admit(at, RunState("r"), Finish("r.2", "cancelled")).refusal is None


async def test_it_ends_a_run_that_waits_for_its_model(root: Path, tmp_path: Path) -> None:
    """Thrown by another process, which this one is told nothing of."""
    made = session(root, f"scripted:{tmp_path / 'stall.txt'}")
    goal = runs.goal_of(made, Asked("ask", "wait"))
    assert not isinstance(goal, Refused)
    run = runs.begin(made, goal)
    assert not isinstance(run, Refused)
    async with asyncio.timeout(20):
        while not any(isinstance(each, CallModel) for each in run.state.pending.values()):
            await asyncio.sleep(0.01)
        began = time.monotonic()
        stop = [sys.executable, "-m", "redline.main", "stop", "--all", "--root", str(root)]
        done = await asyncio.to_thread(subprocess.run, stop, capture_output=True, text=True)
        assert done.stdout == "every run is stopped; `redline resume` lets runs begin again\n"
        said = time.monotonic()
        await run.finished.wait()
    assert time.monotonic() - said < 2 * switch.LOOK_SECONDS + 1, time.monotonic() - began
    assert run.state.outcome == "cancelled"
    assert runs.begin(made, goal) == Refused(gate.STOPPED)
    assert made.adapters.switch.resume()
    again = runs.begin(made, goal)
    assert not isinstance(again, Refused)
    assert switch.stop_all(made) == 1
    await again.finished.wait()
    assert again.state.outcome == "cancelled"
    await runs.close(made)


def test_the_command_line_says_how_things_stand(root: Path) -> None:
    def redline(*words: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "redline.main", *words, "--root", str(root)]
        return subprocess.run(argv, check=False, capture_output=True, text=True)

    assert redline("stop").returncode == 2, "it stops all or nothing"
    assert redline("stop", "--all").returncode == 0
    refused = redline("ask", "rename x to y", "a.py")
    assert refused.returncode == 3
    assert gate.STOPPED in refused.stderr
    findings = json.loads(redline("doctor", "--json").stdout)["findings"]
    assert {"name": "runs", "ok": False, "detail": "stopped", "mend": "redline resume"} in findings
    assert redline("resume").stdout == "runs may begin again\n"
    assert redline("resume").stdout == "runs were not stopped\n"
    assert redline("ask", "rename x to y", "a.py").returncode == 0
