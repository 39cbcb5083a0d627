"""The two mutable owners of state: `Workspace` (folders and index) and `Session` (a connection).

Both are written only by plain functions of this layer, on the loop thread. Everything
else takes `session.snapshot` and never looks again after an `await`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from tree_sitter import Tree

from redline.core.index.model import Facts, Index
from redline.core.problems import Unreadable
from redline.core.settings import Settings
from redline.core.snapshot import Snapshot
from redline.core.text.edits import Edit
from redline.core.text.positions import Encoding
from redline.core.text.text import Document, Text
from redline.core.uris import Folder

if TYPE_CHECKING:  # made with the first question, as what it takes is loaded
    from redline.app.contexts import Kept
    from redline.app.graph import Imported
    from redline.app.inline.builtin import Shared
    from redline.app.inline.state import InlineState
    from redline.app.library import Library
    from redline.app.memories import Memory
    from redline.app.ports import Adapters, Journal
    from redline.core.agent.model import AskUser, Goal
    from redline.core.agent.state import RunState
    from redline.core.oversight.redaction import Redaction
    from redline.core.proposal.follow import LiveProposal
    from redline.core.proposal.model import Answer


class Front(Protocol):
    """What a connection shows its user. The edge implements it; nothing here may block."""

    def run_changed(self, state: RunState, message: str) -> None:
        """A run moved on; `message` says in a few words to what."""

    def proposal_changed(self, live: LiveProposal) -> None:
        """A proposal was published, or a hunk's status changed."""

    def answered(self, answer: Answer) -> None:
        """A run ended in an answer."""

    def asked(self, state: RunState, question: AskUser) -> None:
        """A run waits for the user."""

    def index_changed(self, done: int, total: int, complete: bool) -> None:
        """The index grew."""

    def trouble(self, message: str) -> None:
        """Something the user should know that belongs to no request."""


@dataclass(slots=True)
class Workspace:
    """The folders and what is on disk in them; shared by every session of the process.

    `changed` are files there is news of that were not looked at yet; `keeper` does that.
    `seconds` is what the phases of the last build took. `told`: the client tells of files
    that change; `scanned` is when all were looked at last. `remembered` is what the builtin
    model of inline suggestions knows of them.
    """

    folders: tuple[Folder, ...] = ()
    index: Index = field(default_factory=Index)
    skipped: dict[str, str] = field(default_factory=dict)
    bytes_read: int = 0
    hits: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    build: asyncio.Task[None] | None = None
    changed: set[str] = field(default_factory=set)
    keeper: asyncio.Task[None] | None = None
    library: Library | None = None
    imported: Imported | None = None
    remembered: Shared | None = None
    told: bool = False
    scanned: float = 0.0
    sessions: list[Session] = field(default_factory=list)


@dataclass(slots=True)
class OpenDocument:
    """An open document with its parse tree. `unsettled` are the edits the tree lacks.

    `facts_current` is False while the facts describe an older text than the tree does.
    `apart` is the extraction in another process, where one is under way.
    """

    document: Document
    tree: Tree | None = None
    facts: Facts | None = None
    facts_current: bool = False
    unsettled: list[Edit] = field(default_factory=list)
    problem: str = ""
    apart: asyncio.Task[None] | None = None
    complained: bool = False


@dataclass(slots=True)
class Expectation:
    """An edit of ours that is under way in one file.

    `steps` lead from `before` to `edited`; `after` is what the file holds then, None for
    no such file. They put the hunks `ids` of `proposal` in, or take them out (`back`). `arrived` is
    done when that was seen, with the hunks that were moved: the user may close the file
    without saving it right after.
    """

    proposal: str
    ids: frozenset[str]
    back: bool
    before: Text
    steps: tuple[Edit, ...]
    edited: Text
    after: Text | None
    arrived: asyncio.Future[frozenset[str]]


@dataclass(slots=True)
class Session:
    """One connection: its open documents, runs and proposals, and its snapshot.

    The snapshot of the documents is made when someone looks: between two looks there may
    be a thousand keystrokes (`outdated`: there was one).

    `review_texts` is what the files under review held when last seen (None: no such
    file); `goals` are those of the runs whose proposals are known; `unsettled` are closed
    files that an edit was sent for and never seen in. `memories` are those of the workspace,
    by its first folder; `contexts` is what its runs were given to know. `inline` is made with
    the first request for an inline suggestion.
    """

    adapters: Adapters
    workspace: Workspace
    front: Front
    settings: Settings = field(default_factory=Settings)
    encoding: Encoding = Encoding.UTF16
    published: Snapshot = field(default_factory=Snapshot)
    outdated: bool = False
    documents: dict[str, OpenDocument] = field(default_factory=dict)
    proposals: dict[str, LiveProposal] = field(default_factory=dict)
    review_texts: dict[str, Text | None] = field(default_factory=dict)
    expected: dict[str, Expectation] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)
    warmed: set[str] = field(default_factory=set)
    runs: dict[str, RunHandle] = field(default_factory=dict)
    goals: dict[str, Goal] = field(default_factory=dict)
    journals: dict[str, Journal] = field(default_factory=dict)
    tasks: set[asyncio.Task[object]] = field(default_factory=set)
    memories: dict[str, Memory] = field(default_factory=dict)
    contexts: Kept | None = None
    inline: InlineState | None = None

    @property
    def snapshot(self) -> Snapshot:
        """What every reader works from, as it is at this moment; it never changes."""
        if self.outdated:
            documents = {uri: opened.document for uri, opened in self.documents.items()}
            seq = self.published.seq + 1
            self.published = replace(self.published, seq=seq, documents=documents)
            self.outdated = False
        return self.published


class RunHandle(Protocol):
    """A run as the session keeps it; `app/driver.py` has the real one."""

    state: RunState
    texts: dict[str, Text]
    redaction: Redaction

    def deliver_answer(self, question: str, answer: str) -> bool:
        """Hands the user's answer to the run; False when it waits for no such question."""

    def cancel(self) -> None:
        """Stops the run."""


def publish_documents(session: Session) -> None:
    """The snapshot's documents are from now on what the session holds now."""
    session.outdated = True


def publish_index(session: Session) -> None:
    """Replaces the snapshot's index: the workspace's base under the session's open documents."""
    overlay = {
        uri: opened.facts for uri, opened in session.documents.items() if opened.facts is not None
    }
    base, before = session.workspace.index, session.snapshot
    session.published = replace(
        before,
        seq=before.seq + 1,
        folders=session.workspace.folders,
        settings=session.settings,
        index=replace(base, overlay=overlay),
    )


def current_text(session: Session, uri: str) -> Text | None:
    """The text of `uri` now: the editor's, or the disk's; None when there is none."""
    opened = session.documents.get(uri)
    if opened is not None:
        return opened.document.text
    found = session.adapters.disk.read(uri)
    return None if isinstance(found, Unreadable) else found


def journal_of(session: Session) -> Journal:
    """The journal of the workspace, which is known by its first folder.

    Windows without one share a journal.
    """
    folder = next((each.uri for each in session.snapshot.folders), "")
    if folder not in session.journals:
        session.journals[folder] = session.adapters.journal(folder)
    return session.journals[folder]


def spawn(session: Session, task: asyncio.Task[object]) -> None:
    """Keeps `task` alive until it ends, or the session does."""
    session.tasks.add(task)
    task.add_done_callback(session.tasks.discard)
