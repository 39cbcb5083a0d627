"""kill -9 at any moment: nothing is lost, nothing half done, no process is left behind.

A user proposes, accepts and rolls back; the server dies at a random moment of it and is
started again on what is on the disk. Then all that the user was told is still so, and the
texts can be brought back to what they were, byte by byte.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
from living import children, gone
from safety_desk import ALL, SLOTS, TEXT_A, TEXT_B, A, B, Desk, Proposal, slot_of, start
from wire import Wire

from redline.adapters.journal import SqliteJournal
from redline.adapters.places import journal_file
from redline.core import payloads
from redline.core.proposal.model import Review

KILLS = 10
PHASES = ("asks", "accepts", "rolls back")
RECOVERY_SECONDS = 2.0
PATIENCE = 20.0
TEXTS = {A: TEXT_A, B: TEXT_B}


class Ended(Exception):
    """The server is dead, as was to be."""


class Hardy(Desk):
    """An editor that does the whole of what it was asked to, though nobody hears of it."""

    def _open(self, uri: str, text: str) -> None:
        with suppress(OSError):
            super()._open(uri, text)

    def change(self, uri: str, edits: Sequence[dict[str, Any]]) -> None:
        with suppress(OSError):
            super().change(uri, edits)


@dataclass
class Told:
    """What the user was told before the server died."""

    proposal: Proposal | None = None
    accepted: bool = False
    rolled_back: bool = False


@dataclass
class Life:
    """One user with one home, and the servers that die on them."""

    home: Path
    project: Path
    kind: str
    random: random.Random
    buffers: dict[str, str] = field(default_factory=lambda: dict(TEXTS))
    recoveries: list[float] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    told: Told = field(default_factory=Told)

    def desk(self) -> Desk:
        """The editor with the next server; what it shows is what it had, saved or not."""
        desk = Hardy(start(self.home), self.kind, self.project, own_review=True)
        for path, text in self.buffers.items():
            desk.new(desk.uri(path), text)
        return desk

    def left(self, desk: Desk) -> None:
        """The editor outlives its server."""
        self.buffers = {path: desk.text(path) for path in TEXTS}

    @property
    def done(self) -> set[str]:
        """The slots that are filled in what the editor shows."""
        return {
            s for path, slots in SLOTS.items() for s in slots if f"done_{s}" in self.buffers[path]
        }


def lived(seed: int, home: Path, project: Path, kind: str) -> Life:
    """One user's life with `KILLS` servers; fails with what happened in it."""
    life = Life(home, project, kind, random.Random(seed))
    life.project.mkdir()
    for path, text in TEXTS.items():
        (life.project / path).write_text(text)
    try:
        for _ in range(KILLS):
            killed(life)
        desk = life.desk()
        with desk.wire:
            judged(desk, life)
            assert desk.wire.ask("shutdown") is None
            desk.wire.notify("exit")
            assert desk.wire.ended() == 0
    except Exception as error:
        raise AssertionError(f"seed {seed}: {life.moments}: {error!r}") from error
    return life


class Plan:
    """When the server is to die: in which phase, and how far into it."""

    usual: ClassVar[dict[str, float]] = dict.fromkeys(PHASES, 0.3)

    def __init__(self, wire: Wire, chance: random.Random) -> None:
        self.wire, self.phase, self.part = wire, chance.choice(PHASES), chance.random()
        self.below: set[int] = set()
        self._thread: threading.Thread | None = None

    @contextmanager
    def at(self, phase: str, life: Life) -> Iterator[None]:
        """A phase of the story, in which it may be time to die."""
        life.moments.append(phase)
        if phase == self.phase and self._thread is None:
            self._thread = threading.Thread(target=self._kill)
            self._thread.start()
        begun = time.monotonic()
        yield
        self.usual[phase] = time.monotonic() - begun

    def _kill(self) -> None:
        threading.Event().wait(self.part * self.usual[self.phase])
        self.below.update(children(self.wire.process.pid))
        self.wire.process.kill()

    def joined(self) -> None:
        assert self._thread is not None
        self._thread.join()


def alive(desk: Desk, act: Callable[[], Any]) -> Any:
    """What `act` gives. Raises `Ended` where it failed because the server died."""
    try:
        return act()
    except (AssertionError, OSError) as error:
        desk.wire.process.wait(PATIENCE)
        if desk.wire.process.returncode != -9:
            raise
        raise Ended from error


def story(desk: Desk, life: Life, plan: Plan) -> None:
    """Proposes, accepts, rolls back, until the server dies. Raises `Ended`."""
    while True:
        told = life.told = Told()
        with plan.at("asks", life):
            proposal = told.proposal = alive(desk, desk.propose)
        with plan.at("accepts", life):
            assert alive(desk, partial(desk.accept, proposal)).has(accepted=3)
        told.accepted = True
        if life.random.random() < 0.5:
            for path in TEXTS:
                alive(desk, partial(desk.save, path))
        with plan.at("rolls back", life):
            told.accepted = False
            assert alive(desk, partial(desk.roll_back, proposal)).has(accepted=3)
        told.rolled_back = True


def killed(life: Life) -> None:
    """One server: what the one before it left is judged and put right; then this one dies."""
    desk = life.desk()
    with desk.wire:
        judged(desk, life)
        plan = Plan(desk.wire, life.random)
        with pytest.raises(Ended):
            story(desk, life, plan)
        plan.joined()
    life.left(desk)
    assert gone(plan.below), f"processes are left: {plan.below}"
    life.moments.append(f"killed, {sorted(life.done)} done")
    if life.kind != "neovim-0.12":  # it takes each file by itself
        assert life.done in (set(), ALL), "half done"


def judged(desk: Desk, life: Life) -> None:
    """What a server knows of what the one before it left, and what can be done with it."""
    desk.command("redline.proposals")
    life.recoveries.append(used(desk.wire.process.pid))
    life.moments.append(f"recovered in {life.recoveries[-1]:.2f} s")
    assert life.recoveries[-1] < RECOVERY_SECONDS
    journal = SqliteJournal(journal_file(life.project))
    assert journal.verify() == ""
    assert bool(journal.runs()) or not life.told.proposal
    journal.close()
    if life.told.proposal is not None:
        known(desk, life, life.told, life.told.proposal)
    restored(desk, life)
    assert life.buffers == TEXTS


def used(pid: int) -> float:
    """The processor's seconds of a process: others may be at work on the same machine."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def known(desk: Desk, life: Life, told: Told, proposal: Proposal) -> None:
    """What the user was told of a proposal still holds, and the journal knows what is in."""
    run = proposal["run"]
    assert run in {each["run"] for each in desk.command("redline.runs")}, "the run is lost"
    if told.accepted:
        assert life.done == ALL, "an accepted edit is lost"
    if told.rolled_back:
        assert life.done == set(), "a rollback is lost"
    slots = {each["id"]: slot_of(each) for each in proposal["hunks"]}
    deadline = time.monotonic() + PATIENCE
    while (recorded := {slots[id_] for id_ in accepted(life, run)}) != life.done:
        assert time.monotonic() < deadline, f"the journal has {recorded} as accepted"
        desk.command("redline.proposals")


def accepted(life: Life, run: str) -> set[str]:
    """The hunks of a run that stand accepted, as the journal tells it."""
    decisions: dict[str, str] = {}
    journal = SqliteJournal(journal_file(life.project))
    for entry in journal.entries(run):
        payload = payloads.decode(entry.payload or "")
        decisions.update(payload.decisions if isinstance(payload, Review) else {})
    journal.close()
    return {hunk for hunk, decision in decisions.items() if decision == "accepted"}


def restored(desk: Desk, life: Life) -> None:
    """Accepts or rejects what is open, and rolls back what is in: all is as it was."""
    for proposal in desk.command("redline.proposals"):
        now = desk.now(proposal)
        if now is None:
            continue
        life.moments.append(f"open: {proposal['title']} {[h['status'] for h in now['hunks']]}")
        if life.random.random() < 0.5:
            left = sum(each["status"] == "fresh" for each in now["hunks"])
            assert desk.served(desk.begin(proposal)).has(accepted=left)
        else:
            desk.command("redline.reject", proposal=proposal["id"])
    life.left(desk)
    for each in desk.command("redline.runs"):
        if not life.done:
            break
        if each["title"] == "Fill the slots":
            desk.served(desk._begin("redline.rollback", {"run": each["run"]}))
            life.left(desk)
    assert life.done == set(), f"cannot be taken back: {life.done}"
    for path in TEXTS:
        desk.save(path)


QUICK = [(seed, "vscode-1.139" if seed % 2 else "neovim-0.12") for seed in range(5)]
LONG = [(seed, "vscode-1.139" if seed % 2 else "neovim-0.12") for seed in range(5, 100)]


@pytest.mark.parametrize(
    ("seed", "kind"), QUICK + [pytest.param(*each, marks=pytest.mark.slow) for each in LONG]
)
def test_a_server_that_is_killed_loses_nothing(
    home: Path, tmp_path: Path, seed: int, kind: str
) -> None:
    life = lived(seed, home, tmp_path / "project", kind)
    assert len(life.recoveries) == KILLS + 1
