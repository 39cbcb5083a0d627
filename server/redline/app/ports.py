"""Ports: what the use cases need from outside, as Protocols. Adapters implement them.

There is no port that writes workspace files.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from redline.core.text.text import Span

if TYPE_CHECKING:  # these are many, and a server is to start at once
    from redline.core.agent.exchange import ModelFailure, ModelRequest
    from redline.core.agent.model import Reply, RoleName
    from redline.core.checks.delta import Problem
    from redline.core.checks.runners import Kind, Runner
    from redline.core.index.build import IndexBatch
    from redline.core.index.languages import Languages
    from redline.core.index.model import Facts
    from redline.core.journal import Entry, RecordKind, RunRecord
    from redline.core.oversight.sandbox import Limits, Ran, ScratchCopy
    from redline.core.problems import Finding, ToolProblem, Unreadable
    from redline.core.refactor.conversions import Conversion
    from redline.core.refactor.result import Match, Renamed
    from redline.core.retrieval.history import History
    from redline.core.serving import Action, Diagnosed
    from redline.core.settings import Settings
    from redline.core.text.edits import Edit
    from redline.core.text.text import Document, Text
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


Use = tuple[str, Span]
"""A uri, and the bytes of its text at this moment."""


class LanguageServers(Protocol):
    """Language servers that we run. `documents` are all texts that differ from the disk.

    A server sees exactly them when it is asked, so that the same question can be put about
    the texts before a change and after it; offsets count in them. A `ToolProblem` that is
    `unavailable` says that there is no server, or none that has read the project.
    """

    async def rename(
        self, folder: Folder, documents: Sequence[Document], uri: str, offset: int, new_name: str
    ) -> Renamed | ToolProblem:
        """Every edit the rename takes, or why it cannot be done whole."""

    async def references(
        self, folder: Folder, documents: Sequence[Document], uri: str, offset: int
    ) -> tuple[Use, ...] | ToolProblem:
        """Every use of what stands at byte `offset`, its definition too."""

    async def definition(
        self, folder: Folder, documents: Sequence[Document], uri: str, offset: int
    ) -> tuple[Use, ...] | ToolProblem:
        """Where what stands at byte `offset` is defined, also outside the folder."""

    async def diagnostics(
        self, folder: Folder, documents: Sequence[Document], uris: Sequence[str]
    ) -> Mapping[str, tuple[Diagnosed, ...]] | ToolProblem:
        """What is wrong with each of `uris`, which are all in one language."""

    async def format(
        self, folder: Folder, documents: Sequence[Document], uri: str
    ) -> tuple[Edit, ...] | ToolProblem:
        """The edits that format a file."""

    async def actions(
        self,
        folder: Folder,
        documents: Sequence[Document],
        uri: str,
        span: Span,
        kinds: Sequence[str] = (),
    ) -> tuple[Action, ...] | ToolProblem:
        """What is offered to be changed at `span`; with `kinds`, of those alone."""

    async def file_renamed(
        self, folder: Folder, documents: Sequence[Document], uri: str, target: str
    ) -> Renamed | ToolProblem:
        """The edits it takes elsewhere that a file gets another uri."""

    def warm(
        self, folder: Folder, documents: Sequence[Document], uri: str
    ) -> Coroutine[None, None, None]:
        """Gets ready to be asked about `uri`; nothing is said of what goes wrong."""

    async def close(self) -> None:
        """Ends every process it started."""


class EditorTools(Protocol):
    """What the user's editor can do with the language servers it runs; None: it cannot."""

    async def rename(
        self, uri: str, text: Text, offset: int, new_name: str
    ) -> Mapping[str, tuple[Edit, ...]] | None:
        """Every edit of a rename, by uri, in the texts of this moment."""

    async def references(self, uri: str, text: Text, offset: int) -> tuple[Use, ...] | None:
        """Every use of what stands at byte `offset`, its definition too."""

    async def diagnostics(self, uri: str) -> tuple[tuple[Span, str], ...] | None:
        """What the editor knows to be wrong in an open document, and where."""


class ImportOrganiser(Protocol):
    """Sorts imports and removes unused ones."""

    async def organise(self, path: str, text: Text) -> Text | ToolProblem:
        """The whole text with its imports organised; `path` is for the tool's settings."""


class Fixer(Protocol):
    """Rewrites Python texts by rules that are known to keep what a program does."""

    async def converted(
        self, path: str, text: Text, what: Conversion, risky: bool = False
    ) -> Text | ToolProblem:
        """The whole text with the fixes; with `risky`, those too that may change what it does."""

    async def converted_rows(
        self, path: str, text: Text, what: Conversion, rows: tuple[int, int], risky: bool = False
    ) -> Text | ToolProblem:
        """The text with the fixes of what begins on `rows` (1-based, inclusive)."""


class Patterns(Protocol):
    """Finds code by its shape, in texts that are handed over."""

    async def matches(
        self, language: str, pattern: str, rewrite: str | None, texts: Mapping[str, Text]
    ) -> Mapping[str, tuple[Match, ...]] | ToolProblem:
        """The places in `texts` (by uri, all in `language`) that look like `pattern`."""


class Linter(Protocol):
    """Looks at Python texts without running them. `path` is where a text is, or will be."""

    async def undefined(self, path: str, text: Text) -> tuple[Problem, ...] | ToolProblem:
        """The names that nothing defines, whatever the project's own rules are."""

    async def problems(self, path: str, text: Text) -> tuple[Problem, ...] | ToolProblem:
        """What the rules of the project find."""

    async def unformatted(self, path: str, text: Text) -> tuple[Problem, ...] | ToolProblem:
        """The lines that the project's formatter would write otherwise."""


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

    def read(self, uri: str) -> Text | Unreadable:
        """The file's text: its bytes as they are, after a byte order mark."""

    def mark(self, uri: str) -> bytes:
        """The byte order mark that the file begins with; b'' for none, and for no file."""

    def inside(self, folders: Sequence[Folder], uri: str) -> bool:
        """True when the file, links resolved, lies inside one of `folders`."""


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


class Journal(Protocol):
    """The append-only record of every run of one workspace."""

    def append(self, run: str, kind: RecordKind, payload: str) -> RunRecord:
        """Adds one record, durable when it returns. Raises `StoreError`."""

    def append_all(
        self, run: str, records: Sequence[tuple[RecordKind, str]]
    ) -> tuple[RunRecord, ...]:
        """Adds records in order, all or none, durable when it returns. Raises `StoreError`."""

    def entries(self, run: str | None = None) -> Sequence[Entry]:
        """All entries in order, or those of one run."""

    def runs(self) -> Sequence[str]:
        """The ids of all runs, oldest first."""

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

    def system(self, role: RoleName) -> str:
        """The system prompt of a role, before `$goal` and `$plan` are filled in."""


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
    sandbox: Sandbox
    toolchains: Toolchains
    clock: Clock
    prompts: Prompts
    previews: Previews
    count_tokens: Callable[[str], int]
    editor: EditorTools | None = None
