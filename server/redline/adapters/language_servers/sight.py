"""What one server is made to see: which documents are open, and when its answers are whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redline.adapters.language_servers.server import Connection
from redline.adapters.renaming.texts import Refused
from redline.adapters.uris import uri_of
from redline.adapters.walk import walk
from redline.core.index.languages import Languages
from redline.core.servers import ServerSpec
from redline.core.serving import Diagnosed
from redline.core.text.text import Document

MOST_REPORTS = 2000
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".c++", ".cu", ".m", ".mm")
_NONE = (0, "")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CREATED, _CHANGED, _DELETED = 1, 2, 3

Stamps = Mapping[str, tuple[int, int]]
"""Size and time of change of files, by path in their folder."""


@dataclass(slots=True)
class Opened:
    """What a connection was told is open: version and digest by uri. Versions only grow.

    `reports` are what it found wrong, by uri and digest, each with the server's id of it.
    """

    documents: dict[str, tuple[int, str]] = field(default_factory=dict)
    last: int = 0
    reports: dict[tuple[str, str], tuple[str, tuple[Diagnosed, ...]]] = field(default_factory=dict)

    def remember(self, seen: tuple[str, str], name: str, found: tuple[Diagnosed, ...]) -> None:
        """Keeps a report; the oldest go first."""
        self.reports[seen] = (name, found)
        while len(self.reports) > MOST_REPORTS:
            del self.reports[next(iter(self.reports))]


@dataclass(frozen=True, slots=True)
class Sight:
    """One server, and what it was told of so far."""

    connection: Connection
    spec: ServerSpec
    opened: Opened
    languages: Languages

    def show(self, documents: Iterable[Document]) -> None:
        """Makes the server see exactly those of `documents` that it serves as open.

        What it sees already is not sent again: going back to a text costs what the server
        makes of one change.
        """
        wanted = {
            each.uri: each
            for each in documents
            if self.language(each) in self.spec.languages and each.text.is_utf8
        }
        known = self.opened.documents
        changed = [each for uri, each in wanted.items() if known.get(uri, _NONE)[1] != each.digest]
        changed.sort(key=lambda each: _includes(each.uri))
        gone = known.keys() - wanted.keys()
        moved = [*gone, *(each.uri for each in changed)]
        if self.spec.ready == "diagnosed" and not all(map(_includes, moved)):
            # What includes a changed file would be looked at as it was built before, and
            # diagnosed at once: only what was just opened is built from what is there now.
            changed = sorted(wanted.values(), key=lambda each: _includes(each.uri))
            gone = set(known)
        self._close(gone)
        for document in changed:
            self._send(document)

    def _close(self, uris: Iterable[str]) -> None:
        for uri in tuple(uris):
            self.connection.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
            del self.opened.documents[uri]

    def language(self, document: Document) -> str:
        """The language of a document; by its name where the editor does not say."""
        return document.language or self.languages.name_for_path(document.uri) or ""

    async def whole(self, seconds: float) -> None:
        """Waits until the answers are whole. Raises `Refused` when they are not in time."""
        if not await self.connection.heard.until(self._whole, seconds):
            if self.connection.ended is not None:
                raise Refused(self.connection.ended.message, unavailable=True)
            raise Refused(
                f"{self.connection.name} is still reading the project after {seconds:g} s, "
                "and would answer with a part of it",
                unavailable=True,
            )

    def _whole(self) -> bool:
        heard = self.connection.heard
        match self.spec.ready:
            case "progress":
                return heard.worked > 0 and not heard.working
            case "status":
                return heard.quiescent
            case "service":
                return heard.serving
            case "diagnosed":
                return all(map(self.diagnosed, self.opened.documents))
        return True

    def diagnosed(self, uri: str) -> bool:
        """True when what was published about an open document is about its version."""
        published = self.connection.heard.published.get(uri)
        version, _ = self.opened.documents.get(uri, (0, ""))
        return published is not None and published.version == version

    def _send(self, document: Document) -> None:
        # A lone surrogate is legal in an editor and kills the server. Its substitute is as
        # long in every encoding, so positions stay.
        text = _SURROGATE.sub("\ufffd", document.text.data.decode("utf-8", "surrogatepass"))
        known = document.uri in self.opened.documents
        self.opened.last += 1
        self.opened.documents[document.uri] = (self.opened.last, document.digest)
        item: dict[str, object] = {"uri": document.uri, "version": self.opened.last}
        if known:
            params = {"textDocument": item, "contentChanges": [{"text": text}]}
            self.connection.notify("textDocument/didChange", params)
            return
        language = self.language(document)
        ids = next((e.language_ids for e in self.languages.entries if e.name == language), ())
        item |= {"languageId": ids[0] if ids else language, "text": text}
        self.connection.notify("textDocument/didOpen", {"textDocument": item})

    def tell_changed(self, root: Path, before: Stamps, after: Stamps) -> None:
        """Tells of every file that is not on disk as it was."""
        kinds = [
            (name, _CHANGED if name in before else _CREATED)
            for name, stamp in after.items()
            if before.get(name) != stamp
        ]
        kinds += [(name, _DELETED) for name in before.keys() - after.keys()]
        if kinds:
            changes = [{"uri": uri_of(root / name), "type": kind} for name, kind in kinds]
            self.connection.notify("workspace/didChangeWatchedFiles", {"changes": changes})
            if self.spec.ready == "diagnosed":
                self._close(self.opened.documents)

    def tell_folder(self, uri: str) -> None:
        """Tells that anything below a folder may have changed."""
        changes = [{"uri": uri, "type": _CREATED}]
        self.connection.notify("workspace/didChangeWatchedFiles", {"changes": changes})


def _includes(uri: str) -> bool:
    """True for a file that others do not include: it is sent after those it may include."""
    return uri.lower().endswith(_SOURCES)


_PROJECT = frozenset(
    {
        *("package.json", "tsconfig.json", "jsconfig.json", "go.mod", "go.sum", "go.work"),
        *("Cargo.toml", "Cargo.lock", "compile_commands.json", "compile_flags.txt", "pom.xml"),
    }
)


def serves(spec: ServerSpec, languages: Languages, path: str) -> bool:
    """Whether a path is that of a file in one of the server's languages."""
    return languages.name_for_path(path) in spec.languages


def stamps_of(root: Path, spec: ServerSpec, languages: Languages) -> Stamps:
    """The files of a folder that concern a server, also those that say what the project is.

    Reads every folder, so call it in a thread.
    """

    def wanted(path: str) -> bool:
        return path.rsplit("/", 1)[-1] in _PROJECT or serves(spec, languages, path)

    return {each.path: (each.size, each.modified) for each in walk(root, (), wanted)}
