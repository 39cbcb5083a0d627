"""Accepting with editors that do not do what they are asked, or say what they did."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import casework
from casefile import Case, Section
from redline.app import documents, indexing, runs
from redline.app.review import acceptance, transaction
from redline.app.review.acceptance import Accepted, Choice
from redline.app.review.editor import FileChange
from redline.app.session import Session
from redline.core.proposal.model import Operation
from redline.core.text import edits
from redline.core.text.sync import ContentChange

CASE = Case(
    Path("none"),
    "two files",
    (
        Section("a.py", "def helper():\n    return 1$0\n", 1),
        Section("b.py", "from a import helper\n\nprint(helper())\n", 1),
        Section("request", "rename helper to assist\n", 1),
    ),
)


@dataclass
class Editor:
    """Applies the files named in `applies`, then says `says`; types `types` while it is asked."""

    session: Session
    applies: tuple[str, ...]
    says: bool
    types: list[tuple[str, str, str]] = field(default_factory=list)

    async def apply(
        self, label: str, changes: Sequence[FileChange], confirm: bool
    ) -> tuple[bool, str]:
        if self.types:
            self.type(*self.types.pop())
            return False, "the document has changed"
        for change in changes:
            if change.uri.rpartition("/")[2] in self.applies:
                after = edits.apply(change.text.data, [edit for edit, _ in change.edits])
                self.replace(change.uri, after.decode())
        return self.says, "" if self.says else "no"

    async def reveal(self, uri: str) -> None: ...

    def takes(self, operation: Operation) -> bool:
        return True

    def type(self, name: str, old: str, new: str) -> None:
        uri = next(uri for uri in self.session.documents if uri.endswith(name))
        text = self.session.documents[uri].document.text.decode()
        self.replace(uri, text.replace(old, new))

    def replace(self, uri: str, text: str) -> None:
        version = (self.session.documents[uri].document.version or 0) + 1
        change = ContentChange(None, text)
        assert not documents.change_document(self.session, uri, version, [change])


async def accepted(
    root: Path, takes: tuple[str, ...], says: bool, types: Sequence[tuple[str, str, str]] = ()
) -> tuple[Accepted, dict[str, str], list[str]]:
    """What came of accepting everything: the answer, the texts, and the hunks' statuses."""
    selected = casework._written(CASE, root)
    front = casework.Front([])
    session = casework._session(CASE, root, front)
    await indexing.complete(session)
    for name in ("a.py", "b.py"):
        uri = casework._uri(root, name)
        documents.open_document(session, uri, "python", 1, (root / name).read_text())
    documents.settle_all(session)
    try:
        goal = runs.goal_of(session, casework._asked(casework._request(CASE), root, selected))
        assert not isinstance(goal, runs.Refused)
        run = runs.begin(session, goal)
        assert not isinstance(run, runs.Refused)
        await run.finished.wait()
        editor = Editor(session, takes, says, list(types))
        done = await acceptance.accept(session, editor, Choice(f"{run.state.id}.p1"))
        texts = {
            uri.rpartition("/")[2]: opened.document.text.decode()
            for uri, opened in session.documents.items()
        }
        live = session.proposals[f"{run.state.id}.p1"]
        return done, texts, [each.status for each in live.hunks]
    finally:
        await runs.close(session)
        await session.adapters.servers.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "CONFIRM_SECONDS", 0.2)


def test_an_honest_editor_gets_everything_done(tmp_path: Path) -> None:
    done, texts, statuses = asyncio.run(accepted(tmp_path, ("a.py", "b.py"), says=True))
    assert (len(done.accepted), done.unconfirmed, set(statuses)) == (3, (), {"accepted"})
    assert texts == {
        "a.py": "def assist():\n    return 1\n",
        "b.py": "from a import assist\n\nprint(assist())\n",
    }


@pytest.mark.parametrize("says", [True, False])
def test_what_is_applied_by_halves_is_taken_back(tmp_path: Path, says: bool) -> None:
    done, texts, statuses = asyncio.run(accepted(tmp_path, ("a.py",), says))
    assert (done.accepted, len(done.undone), set(statuses)) == ((), 1, {"fresh"})
    assert "nothing was applied" in done.message and "undone" in done.message
    assert "assist" not in "".join(texts.values())


def test_what_is_not_seen_is_unconfirmed_whatever_the_editor_says(tmp_path: Path) -> None:
    done, texts, statuses = asyncio.run(accepted(tmp_path, (), says=True))
    assert (done.accepted, len(done.unconfirmed), set(statuses)) == ((), 3, {"fresh"})
    assert "not seen in the file" in done.message
    assert "assist" not in "".join(texts.values())


def test_a_refusal_changes_nothing_and_leaves_the_hunks_open(tmp_path: Path) -> None:
    done, texts, statuses = asyncio.run(accepted(tmp_path, (), says=False))
    assert (done.accepted, done.message, set(statuses)) == ((), "no", {"fresh"})
    assert "assist" not in "".join(texts.values())


def test_typing_while_the_editor_is_asked_is_kept(tmp_path: Path) -> None:
    types = [("b.py", "\n\nprint", "\n\n# mine\nprint")]
    done, texts, statuses = asyncio.run(accepted(tmp_path, ("a.py", "b.py"), True, types))
    assert (len(done.accepted), set(statuses)) == (3, {"accepted"})
    assert texts["b.py"] == "from a import assist\n\n# mine\nprint(assist())\n"
