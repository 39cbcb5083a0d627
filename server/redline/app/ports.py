"""Ports: what the use cases need from outside, as Protocols. Adapters implement them.

There is no port that writes workspace files.
"""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:  # these are many, and a server is to start at once
    from redline.app.gateway import Gateway
    from redline.app.inline.ports import InlineAdapters
    from redline.app.ports_code import (
        EditorTools,
        Fixer,
        ImportOrganiser,
        LanguageServers,
        Linter,
        Patterns,
    )
    from redline.app.ports_notes import Notes
    from redline.core.agent.events import Event
    from redline.core.agent.exchange import ModelFailure, ModelRequest
    from redline.core.agent.model import Effect, Reply, Usage
    from redline.core.agent.plan import RoleName
    from redline.core.agent.state import RunState
    from redline.core.checks.runners import Kind, Runner
    from redline.core.gateway.ledger import Admission, Claim, Limit, Scope, Spent
    from redline.core.gateway.states import DeploymentState
    from redline.core.index.build import IndexBatch
    from redline.core.index.languages import Languages
    from redline.core.index.model import Facts
    from redline.core.journal import Entry, RecordKind, RunRecord
    from redline.core.oversight.sandbox import Limits, Ran, ScratchCopy
    from redline.core.problems import Finding, ToolProblem, Unreadable
    from redline.core.retrieval.history import History
    from redline.core.settings import Settings
    from redline.core.text.text import Text
    from redline.core.uris import Folder

T = TypeVar("T")


class Model(Protocol):
    """A model makes one attempt per call; cancelling the task closes its connection."""

    @property
    def name(self) -> str:
        """As configured: `builtin`, `scripted:FILE`, `provider/name`."""

    async def reply(
        self, request: ModelRequest, on_text: Callable[[str], None]
    ) -> Reply | ModelFailure:
        """One complete reply. `on_text` gets the text so far, for progress only."""


class Models(Protocol):
    """Finds a model by the name in the settings."""

    def named(self, name: str, settings: Settings) -> Model | ModelFailure:
        """The model, or why there is none by that name (kind 'policy')."""

    def forget(self, runs: Sequence[str]) -> None:
        """Erases the replies that were kept of what these runs asked."""


class Sandbox(Protocol):
    """Runs programs over copies of workspace folders, so that nothing reaches beyond them."""

    async def status(self, folder: Folder) -> Finding:
        """Whether programs can be run over copies of `folder`, and how; how to mend it."""

    def laid(
        self, folder: Folder, changed: Mapping[str, bytes | None]
    ) -> AbstractAsyncContextManager[ScratchCopy | ToolProblem]:
        """A copy of `folder` with the bytes of `changed` (relative paths; None: no such file)."""

    async def run(
        self,
        copy: ScratchCopy,
        argv: Sequence[str],
        limits: Limits,
        environment: Mapping[str, str],
        readable: Sequence[str] = (),
    ) -> Ran | ToolProblem:
        """Runs `argv` in a copy to its end, or to a limit; a problem means it was not run.

        `readable` are folders it needs beside the system's. Cancelled, it leaves no process.
        """


class Toolchains(Protocol):
    """Finds the programs of a project's checks. Runs nothing; both block: use a thread."""

    def runner(
        self,
        folder: Folder,
        kinds: Sequence[Kind],
        argv: Mapping[str, tuple[str, ...]],
        python: str,
    ) -> Runner | ToolProblem:
        """The first of `kinds` that is there. `argv` has what the project says, by tool;
        `python` the interpreter the user sets, '' for none.
        """

    def around(self, folder: Folder, argv: Sequence[str], python: str) -> Runner | ToolProblem:
        """A command, with its program found and what it needs around it."""


class Disk(Protocol):
    """Reads the workspace. Never writes it."""

    def read(self, uri: str, within: Sequence[Folder] | None = None) -> Text | Unreadable:
        """The file's text: its bytes as they are, after a byte order mark.

        With `within`, what was opened must lie in one of those folders, links resolved: a
        link may have been put in the place of a folder since anyone looked.
        """

    def shared(self, uri: str) -> bool:
        """Whether the file has other names too (hard links), which may be anywhere."""

    def mark(self, uri: str) -> bytes:
        """The byte order mark that the file begins with; b'' for none, and for no file."""

    def inside(self, folders: Sequence[Folder], uri: str) -> bool:
        """True when the file, links resolved, lies inside one of `folders`."""

    def names(self, folders: Sequence[Folder], uri: str) -> tuple[str, ...]:
        """The paths of a file relative to its folder, with `/`: as it is named, links resolved."""

    def beside(self, uri: str) -> tuple[str, ...]:
        """The names of what lies in the folder of a file; () where that cannot be read."""


class Indexer(Protocol):
    """Knows the facts of a workspace's files: from before, or extracted in other processes."""

    def build(self, folders: Sequence[Folder], settings: Settings) -> AsyncIterator[IndexBatch]:
        """Every file of `folders` that has a language and is not ignored, in batches."""

    def update(
        self, folders: Sequence[Folder], settings: Settings, uris: Iterable[str]
    ) -> AsyncIterator[IndexBatch]:
        """What became of single files since, and of those below a folder that was named."""

    def rescan(self, folders: Sequence[Folder], settings: Settings) -> AsyncIterator[IndexBatch]:
        """What became of all files since; only what has changed is read."""


class Extractor(Protocol):
    """Extracts the facts of open documents elsewhere: large ones, and in languages whose
    grammar may hang.
    """

    async def extract(self, language: str, text: Text) -> Facts | ToolProblem:
        """The facts of `text`, or why there are none."""

    async def close(self) -> None:
        """Ends what it started."""


class HistoryReader(Protocol):
    """What a folder's version control remembers. Both block: use a thread."""

    def head(self, folder: Folder) -> str:
        """The commit the folder is at, '' for none."""

    def read(self, folder: Folder) -> History:
        """The last commits that lead there, within a budget of commits and seconds."""


class Spending(Protocol):
    """What attempts at models have used, by run, day and workspace, for all processes."""

    def reserve(self, claim: Claim, limits: Sequence[Limit]) -> Admission:
        """Enters an attempt before it leaves, if it may leave. Raises `StoreError`."""

    def settle(self, entry: int, usage: Usage | None) -> None:
        """An attempt is over; None where it is not known what it took. Raises `StoreError`."""

    def spent(self, scope: Scope, name: str) -> Spent:
        """What is settled in one account. Raises `StoreError`."""

    def keep(self, state: DeploymentState) -> None:
        """Keeps how a deployment stands, for others to show. Raises `StoreError`."""

    def kept(self) -> tuple[DeploymentState, ...]:
        """How each deployment stood when that was last kept. Raises `StoreError`."""


class Journal(Protocol):
    """The append-only record of every run of one workspace."""

    def append(self, run: str, kind: RecordKind, payload: str) -> RunRecord:
        """Adds one record, durable when it returns. Raises `StoreError`."""

    def append_all(
        self,
        run: str,
        records: Sequence[tuple[RecordKind, str]],
        secrets: Collection[str] = (),
    ) -> tuple[RunRecord, ...]:
        """Adds records in order, all or none, durable when it returns. Raises `StoreError`.
        `secrets`, and what looks like one, are kept apart."""

    def entries(self, run: str | None = None) -> Sequence[Entry]:
        """All entries in order, or those of one run."""

    def runs(self) -> Sequence[str]:
        """The ids of all runs, oldest first."""

    def last(self) -> Mapping[str, float]:
        """When the last record of each run was made, where something is left of what it says."""

    def forget(self, runs: Sequence[str]) -> int:
        """Erases what the records of `runs` say, not the records. Raises `StoreError`."""

    def lease(self, run: str) -> bool:
        """Takes the run for this process; False when another living process holds it."""

    def release(self, run: str) -> None:
        """Gives the lease back."""


class Trust(Protocol):
    """Which folders the user trusts."""

    def trusted(self, folder: str) -> bool:
        """True when the user granted it (`folder` is a uri)."""

    def grant(self, folder: str) -> None:
        """Remembers the grant."""

    def revoke(self, folder: str) -> None:
        """Takes it back."""

    def configured(self, folder: str) -> str:
        """The digest of the folder's `redline.toml` as it was granted; '' for none."""

    def rules(self, folder: str) -> Mapping[str, str]:
        """The digests of the folder's `AGENTS.md` as they were granted, by path."""

    def accept(self, folder: str, path: str, digest: str) -> None:
        """Grants one of them as it is now, in a folder that is trusted. Raises `StoreError`."""


class Switch(Protocol):
    """What stops every run of the user at once, in every process, until it is taken back."""

    def stopped(self) -> bool:
        """True while nothing may run. Cheap: it is asked before every effect."""

    def stop(self) -> None:
        """Stops every run, also those to come. Raises `StoreError`."""

    def resume(self) -> bool:
        """Lets runs begin again; False when they were not stopped. Raises `StoreError`."""


class Clock(Protocol):
    """Time and ids: the two things core is never allowed to make up."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def monotonic(self) -> float:
        """Seconds from some fixed point, for measuring."""

    def new_id(self) -> str:
        """A short opaque id, unique across restarts."""


class Aside(Protocol):
    """Does long work beside everything else."""

    async def done(self, work: Callable[[], T]) -> T:
        """What `work` gives or raises. Where nobody waits any more it goes on by itself."""

    def uncollected(self, *, stays: bool = False) -> AbstractContextManager[None]:
        """No cycles are looked for meanwhile; nor later in what is made, where it `stays`."""


class Previews(Protocol):
    """Files of our own, outside every workspace, for editors to show."""

    def keep(self, name: str, data: bytes) -> str:
        """Writes a file that the user alone can read; its uri. Raises `StoreError`."""


class Prompts(Protocol):
    """The prompt files that ship with the product."""

    def system(self, role: RoleName, small: bool = False) -> str:
        """The system prompt of a role, before `$goal` and `$plan` are filled in.

        The `small` one is for models that can hold little.
        """

    def inline(self) -> str:
        """How a model is told to answer with what it would insert, complete."""


class Telemetry(Protocol):
    """Tells whoever observes the product what runs do; never what anyone wrote. None blocks."""

    def begun(self, run: str, action: str, model: str) -> None:
        """A run begins, or another round of it."""

    def performed(
        self, run: str, effect: Effect, event: Event, seconds: float, first: float | None
    ) -> None:
        """An effect was performed; `first` are the seconds to a model's first text, if any."""

    def ended(self, state: RunState) -> None:
        """A run is over."""

    def close(self) -> None:
        """Sends what was not sent yet; may take a few seconds: use a thread."""


@dataclass(frozen=True, slots=True)
class Adapters:
    """Everything `main` wires into the use cases."""

    languages: Languages
    models: Models
    servers: LanguageServers
    imports: ImportOrganiser
    fixes: Fixer
    patterns: Patterns
    aside: Aside
    linter: Linter
    disk: Disk
    indexer: Indexer
    extractor: Extractor
    history: HistoryReader
    journal: Callable[[str], Journal]
    trust: Trust
    switch: Switch
    sandbox: Sandbox
    toolchains: Toolchains
    clock: Clock
    prompts: Prompts
    previews: Previews
    notes: Notes
    count_tokens: Callable[[str], int]
    window: Callable[[str], int]
    gateway: Callable[[], Gateway]
    telemetry: Telemetry
    inline: InlineAdapters
    editor: EditorTools | None = None
