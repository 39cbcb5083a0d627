"""The port `LanguageServers`: which server is asked, and what it is asked."""

from __future__ import annotations

import keyword
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from redline.adapters.language_servers.asking import diagnosed, formatted, opened, uses
from redline.adapters.language_servers.files import file_renamed
from redline.adapters.language_servers.messages import PREPARED
from redline.adapters.language_servers.offers import offered
from redline.adapters.language_servers.options import options_of
from redline.adapters.language_servers.pool import Limits, Pool, Request
from redline.adapters.processes import find
from redline.adapters.renaming.anywhere import renamed_anywhere
from redline.adapters.renaming.family import Asked
from redline.adapters.renaming.python import renamed_python
from redline.adapters.renaming.texts import Reader
from redline.adapters.uris import path_of
from redline.core.index.languages import Languages
from redline.core.problems import ToolProblem
from redline.core.refactor.result import Renamed
from redline.core.servers import ServerSpec, Work, candidates
from redline.core.serving import Action, Diagnosed
from redline.core.text.edits import Edit
from redline.core.text.text import Document, Span
from redline.core.uris import Folder

T = TypeVar("T")
Use = tuple[str, Span]


@dataclass(frozen=True, slots=True)
class Choice:
    """What decides which servers may run: the user's commands by language, and trust."""

    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trusted: Callable[[str], bool] = lambda _folder: False


class RunningServers:
    """Starts a server when it is first asked; all of them end with `close`.

    `documents` of every method are the texts that differ from the disk; the server is
    shown them before it is asked, and offsets count in them.
    """

    def __init__(
        self,
        choice: Choice,
        disk: Reader,
        languages: Languages,
        limits: Limits | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pool = Pool(disk, languages, limits or Limits(), now)
        self._choice = choice
        self._languages = languages

    async def rename(
        self, folder: Folder, documents: Sequence[Document], uri: str, offset: int, new_name: str
    ) -> Renamed | ToolProblem:
        """Edits by uri that rename what stands at byte `offset` of `uri` to `new_name`."""
        language = self._language(documents, uri)
        if language == "python" and (not new_name.isidentifier() or keyword.iskeyword(new_name)):
            return ToolProblem(f"{new_name!r} is not a name in Python")
        rename = renamed_python if language == "python" else renamed_anywhere

        async def work(asked: Asked) -> Renamed:
            opened(asked, ())
            return await rename(asked, asked.texts.key(uri), offset, new_name)

        return await self._served(folder, documents, language, work)

    async def references(
        self, folder: Folder, documents: Sequence[Document], uri: str, offset: int
    ) -> tuple[Use, ...] | ToolProblem:
        """Uses, with the definition, of what stands at byte `offset` of `uri`, in order."""

        async def work(asked: Asked) -> tuple[Use, ...]:
            return await uses(asked, "references", asked.texts.key(uri), offset)

        return await self._served(folder, documents, self._language(documents, uri), work)

    async def definition(
        self, folder: Folder, documents: Sequence[Document], uri: str, offset: int
    ) -> tuple[Use, ...] | ToolProblem:
        """Where what stands at byte `offset` of `uri` is defined, in order."""

        async def work(asked: Asked) -> tuple[Use, ...]:
            return await uses(asked, "definition", asked.texts.key(uri), offset)

        return await self._served(folder, documents, self._language(documents, uri), work)

    async def diagnostics(
        self, folder: Folder, documents: Sequence[Document], uris: Sequence[str]
    ) -> Mapping[str, tuple[Diagnosed, ...]] | ToolProblem:
        """What is wrong with each of `uris`, all in one language, in `documents`."""
        if not uris:
            return {}

        async def work(asked: Asked) -> Mapping[str, tuple[Diagnosed, ...]]:
            found = await diagnosed(asked, [asked.texts.key(uri) for uri in uris])
            return {uri: found[asked.texts.uri(asked.texts.key(uri))] for uri in uris}

        return await self._served(folder, documents, self._language(documents, uris[0]), work)

    async def format(
        self, folder: Folder, documents: Sequence[Document], uri: str
    ) -> tuple[Edit, ...] | ToolProblem:
        """The edits that format `uri`, none when it is formatted."""

        async def work(asked: Asked) -> tuple[Edit, ...]:
            return await formatted(asked, asked.texts.key(uri))

        return await self._served(folder, documents, self._language(documents, uri), work, "format")

    async def actions(
        self,
        folder: Folder,
        documents: Sequence[Document],
        uri: str,
        span: Span,
        kinds: Sequence[str] = (),
    ) -> tuple[Action, ...] | ToolProblem:
        """What the server offers to change at `span` of `uri`; with `kinds`, those alone."""

        async def work(asked: Asked) -> tuple[Action, ...]:
            return await offered(asked, asked.texts.key(uri), span, kinds)

        return await self._served(folder, documents, self._language(documents, uri), work)

    async def file_renamed(
        self, folder: Folder, documents: Sequence[Document], uri: str, target: str
    ) -> Renamed | ToolProblem:
        """The edits elsewhere that it takes to give the file `uri` the uri `target`."""

        async def work(asked: Asked) -> Renamed:
            return await file_renamed(asked, asked.texts.key(uri), target)

        return await self._served(folder, documents, self._language(documents, uri), work)

    async def warm(self, folder: Folder, documents: Sequence[Document], uri: str) -> None:
        """Starts the server and has it look at `uri`: its first answer takes by far the longest."""

        async def work(asked: Asked) -> None:
            opened(asked, ())
            at = asked.texts.wire(asked.texts.key(uri), 0)
            await asked.ask("textDocument/prepareRename", at, PREPARED)

        await self._served(folder, documents, self._language(documents, uri), work)

    async def close(self) -> None:
        """Ends every server; what waits for one gets a problem."""
        await self.pool.close()

    def _language(self, documents: Sequence[Document], uri: str) -> str:
        said = next((each.language for each in documents if each.uri == uri), "")
        return said or self._languages.name_for_path(uri) or ""

    async def _served(
        self,
        folder: Folder,
        documents: Sequence[Document],
        language: str,
        work: Callable[[Asked], Awaitable[T]],
        what: Work = "understand",
    ) -> T | ToolProblem:
        spec = _spec(self._choice, folder, language, what)
        if isinstance(spec, ToolProblem):
            return spec
        return await self.pool.served(Request(spec, folder, documents), work)


def _spec(choice: Choice, folder: Folder, language: str, what: Work) -> ServerSpec | ToolProblem:
    """The first server that is there; of none that is, the first, which says so itself."""
    if not language:
        return ToolProblem("no language server is known for this kind of file", True)
    found = candidates(language, what, choice.commands)
    if not found:
        set_it = f"set `language_servers.{language}` in your user file"
        return ToolProblem(f"no language server is configured for {language}; {set_it}", True)
    usable = [each for each in found if _usable(each)]
    spec = usable[0] if usable else found[0]
    if usable and spec.starts and not choice.trusted(folder.uri):
        path = path_of(folder.uri) or folder.uri
        return ToolProblem(
            f"{spec.name} may start programs of the workspace; it is used once the folder "
            f"is trusted: `redline trust {path}`",
            unavailable=True,
        )
    return spec


def _usable(spec: ServerSpec) -> bool:
    program = find(spec.argv[0])
    return program is not None and not isinstance(options_of(spec, program), ToolProblem)
