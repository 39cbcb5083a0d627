"""Ports of what knows the code of a language: servers, linters, fixers, patterns."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from redline.core.text.text import Span

if TYPE_CHECKING:  # these are many, and a server is to start at once
    from redline.core.checks.delta import Problem
    from redline.core.problems import ToolProblem
    from redline.core.refactor.convert.rules import Conversion
    from redline.core.refactor.result import Match, Renamed
    from redline.core.serving import Action, Diagnosed
    from redline.core.text.edits import Edit
    from redline.core.text.text import Document, Text
    from redline.core.uris import Folder

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
