"""A question outlives the server that asked it; a run that was at work when it died says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from safety_desk import ALL, TEXT_A, TEXT_B, A, B, Desk, by_slot, done
from wire import Wire

PLAN = 'call plan {"steps": ["refactorer: fill the slots"]}'
ASK = 'call ask {"question": "Fill them all?", "options": ["yes", "no"]}'
EDITS = [
    f"call edit {json.dumps({'path': path, 'search': f'slot_{slot}', 'replace': f'done_{slot}'})}"
    for path, slot in ((A, "one"), (A, "two"), (B, "three"))
]
FILL = "\n".join([*EDITS, 'call propose {"title": "Fill the slots"}'])
STALL = "fault: stall 600"


def desk_with(home: Path, project: Path, script: str) -> Desk:
    """The next server of `home`, whose model says `script`, with both files open."""
    config = home / "config" / "redline"
    config.mkdir(parents=True, exist_ok=True)
    (config / "script.txt").write_text(script)
    model = json.dumps(f"scripted:{config / 'script.txt'}")
    (config / "config.toml").write_text(f"model = {model}\n")
    desk = Desk(Wire(home), "vscode-1.139", project, own_review=True)
    for path in (A, B):
        desk.load(desk.uri(path))
    return desk


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for path, text in ((A, TEXT_A), (B, TEXT_B)):
        (folder / path).write_text(text)
    return folder


def killed(desk: Desk) -> None:
    desk.wire.process.kill()
    desk.wire.ended()
    desk.wire.__exit__()


def state(desk: Desk, run: str) -> str:
    return str(next(each["state"] for each in desk.command("redline.runs") if each["run"] == run))


@pytest.mark.parametrize("kills", [1, 3])
def test_a_waiting_question_is_asked_again(home: Path, files: Path, kills: int) -> None:
    desk = desk_with(home, files, f"{PLAN}\n{ASK}")
    run = desk.agent("refactor", desk.uri(A), instruction="fill the slots")
    asked = desk.wire.told("redline/question", run=run)
    for _ in range(kills):
        killed(desk)
        desk = desk_with(home, files, FILL)
        assert desk.wire.told("redline/question", run=run) == asked
    with desk.wire:
        desk.command("redline.answer", run=run, question=asked["question"], answer="yes")
        proposal = desk.wire.told("redline/proposal", run=run)
        assert by_slot(proposal) == dict.fromkeys(sorted(ALL), "fresh")
        assert desk.accept(proposal).has(accepted=3)
        assert (desk.text(A), desk.text(B)) == (done(TEXT_A, *ALL), done(TEXT_B, *ALL))
        assert "the user answers: yes" in desk.command("redline.show", run=run)["timeline"]


def test_an_answer_that_was_recorded_is_not_asked_for_again(home: Path, files: Path) -> None:
    desk = desk_with(home, files, f"{PLAN}\n{ASK}\n---\n{STALL}\n{FILL}")
    run = desk.agent("refactor", desk.uri(A), instruction="fill the slots")
    asked = desk.wire.told("redline/question", run=run)
    desk.command("redline.answer", run=run, question=asked["question"], answer="yes")
    desk.shown(run, "the user answers: yes")
    killed(desk)
    desk = desk_with(home, files, FILL)
    with desk.wire:
        assert "the server ended while" in desk.shown(run, "failed")
        assert state(desk, run) == "failed"
        assert desk.wire.unread("redline/question") == []


def test_a_run_that_was_at_work_is_over_and_says_why(home: Path, files: Path) -> None:
    desk = desk_with(home, files, f"{STALL}\n{PLAN}\n{FILL}")
    run = desk.agent("refactor", desk.uri(A), instruction="fill the slots")
    desk.wire.told("redline/run", run=run)
    killed(desk)
    desk = desk_with(home, files, f"{PLAN}\n{FILL}")
    with desk.wire:
        assert "the server ended while" in desk.shown(run, "failed")
        assert state(desk, run) == "failed"
        assert (desk.text(A), desk.text(B)) == (TEXT_A, TEXT_B)
        assert desk.accept(desk.propose()).has(accepted=3)
