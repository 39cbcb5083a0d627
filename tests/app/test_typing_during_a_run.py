"""The user goes on typing while a run works: nothing is overwritten, and it is on record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import casework
from casefile import Case, Section
from redline.app import documents, history, indexing, runs
from redline.core.agent.events import BaseMoved
from redline.core.agent.model import AskUser
from redline.core.agent.state import RunState
from redline.core.text.sync import ContentChange

CASE = Case(
    Path("none"),
    "typing while the model waits",
    (
        Section("a.py", "value = 1\n$0other = 2\nlast = 3\n", 1),
        Section("request", "change two values\n", 1),
        Section(
            "model",
            'call plan {"steps": ["refactorer: change"]}\n'
            'call edit {"path": "a.py", "search": "value = 1", "replace": "value = 10"}\n'
            'call edit {"path": "a.py", "search": "last = 3", "replace": "last = 30"}\n'
            'call ask {"question": "Go on?"}\n'
            "---\n"
            'call propose {"title": "Larger values"}\n',
            1,
        ),
    ),
)


@dataclass
class Typist(casework.Front):
    """Types before answering."""

    typed: str = ""

    def asked(self, state: RunState, question: AskUser) -> None:
        assert self.session is not None
        (uri,) = self.session.documents
        problem = documents.change_document(self.session, uri, 2, [ContentChange(None, self.typed)])
        assert problem == ""
        super().asked(state, question)


async def played(root: Path, typed: str) -> tuple[history.Told, list[str]]:
    selected = casework._written(CASE, root)
    front = Typist(["yes"], typed=typed)
    session = casework._session(CASE, root, front)
    await indexing.complete(session)
    documents.open_document(
        session, casework._uri(root, "a.py"), "python", 1, (root / "a.py").read_text()
    )
    try:
        goal = runs.goal_of(session, casework._asked(casework._request(CASE), root, selected))
        assert not isinstance(goal, runs.Refused)
        run = runs.begin(session, goal)
        assert not isinstance(run, runs.Refused)
        await run.finished.wait()
        told = history.told(session, run.state.id)
        assert not isinstance(told, str) and told.differences == ()
        assert run.state.outcome == "proposed", run.state
        live = session.proposals[f"{run.state.id}.p1"]
        return told, [each.status for each in live.hunks]
    finally:
        await runs.close(session)
        await session.adapters.servers.close()


def test_hunks_elsewhere_stay_fresh_and_the_move_is_recorded(tmp_path: Path) -> None:
    typed = "value = 1\nother = 2  # mine\nlast = 3\n"
    told, statuses = asyncio.run(played(tmp_path, typed))
    assert statuses == ["fresh", "fresh"]
    moved = [line.payload for line in told.lines if isinstance(line.payload, BaseMoved)]
    assert [each.uri.rpartition("/")[2] for each in moved] == ["a.py"]


def test_a_hunk_typed_into_is_stale_at_once(tmp_path: Path) -> None:
    _, statuses = asyncio.run(played(tmp_path, "value = 11\nother = 2\nlast = 3\n"))
    assert statuses == ["stale", "fresh"]


def test_nothing_is_recorded_when_nothing_moved(tmp_path: Path) -> None:
    told, statuses = asyncio.run(played(tmp_path, "value = 1\nother = 2\nlast = 3\n"))
    assert statuses == ["fresh", "fresh"]
    assert not any(isinstance(line.payload, BaseMoved) for line in told.lines)
