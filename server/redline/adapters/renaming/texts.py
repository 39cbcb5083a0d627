"""What a rename looks at: open documents before files, each file under one uri."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from redline.adapters.disk import MAX_READ, read_bytes, resolved
from redline.adapters.language_servers.messages import Location, WirePosition
from redline.adapters.uris import path_of, uri_of
from redline.adapters.walk import walk
from redline.core.problems import Unreadable
from redline.core.text.positions import (
    Encoding,
    Position,
    PositionError,
    Range,
    position_at,
    span_at,
    width,
)
from redline.core.text.text import Document, Span, Text
from redline.core.uris import Folder, canonical


class Reader(Protocol):
    """The part of the port `Disk` that is needed here."""

    def read(self, uri: str) -> Text | Unreadable:
        """The file's text."""

    def mark(self, uri: str) -> bytes:
        """The byte order mark that the file begins with."""

    def inside(self, folders: Sequence[Folder], uri: str) -> bool:
        """True when the file, links resolved, lies inside one of `folders`."""


class Refused(Exception):
    """Why a rename is not done; ends as a `ToolProblem` at the port."""

    def __init__(self, message: str, unavailable: bool = False) -> None:
        super().__init__(message)
        self.unavailable = unavailable


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span of bytes in the file `uri`, a key of `Texts`."""

    uri: str
    span: Span


class Texts:
    """Texts by key: a file's uri as its folder spells it, with links resolved.

    A server may name one file by two uris (a link and its target); both have one key.
    """

    def __init__(
        self,
        folder: Folder,
        documents: Iterable[Document],
        disk: Reader,
        encoding: Encoding,
        wanted: Callable[[str], bool],
    ) -> None:
        """`wanted` tells by its path whether a file is in one of the server's languages.

        `documents` are kept by key; who reads them leaves them as they are.
        """
        self._folder = folder
        self._root = path_of(folder.uri)
        self._real_root = resolved(folder.uri)
        self._disk = disk
        self._encoding = encoding
        self._wanted = wanted
        self._keys: dict[str, str] = {}
        self._read: dict[str, Text] = {}
        self._marked: dict[str, int] = {}
        self.documents: dict[str, Document] = {}
        for document in documents:
            self.documents.setdefault(self.key(document.uri), document)

    def over(self, later: Mapping[str, Text]) -> Texts:
        """These texts with those of `later`, by key, as documents over them."""
        documents = dict(self.documents)
        for key, text in later.items():
            known = documents.get(key) or Document(self.uri(key), None, text, "")
            documents[key] = replace(known, text=text)
        return Texts(self._folder, documents.values(), self._disk, self._encoding, self._wanted)

    def key(self, uri: str) -> str:
        """The one name of the file behind `uri`."""
        known = self._keys.get(uri)
        if known is None:
            known = self._keys[uri] = _key_of(uri, self._root, self._real_root)
        return known

    def uri(self, key: str) -> str:
        """The uri others know the file by: that of its open document, if there is one."""
        document = self.documents.get(key)
        return document.uri if document is not None else key

    def editable(self, key: str) -> bool:
        """True when the file lies in the folder, or is an open document without a path."""
        if path_of(key) is None:
            return key in self.documents
        return self._disk.inside((self._folder,), key)

    def shown(self, key: str) -> str:
        """The file for people: its path in the folder, or else in full."""
        path = path_of(key)
        if path is None:
            return key
        if self._root is not None and path.is_relative_to(self._root):
            return path.relative_to(self._root).as_posix()
        return str(path)

    def get(self, key: str) -> Text:
        """The open document's text, else the file's. Raises `Refused`."""
        document = self.documents.get(key)
        if document is not None:
            return document.text
        if key not in self._read:
            text = self._disk.read(key)
            if isinstance(text, Unreadable):
                raise Refused(f"{self.shown(key)} cannot be read: {text.reason}")
            self._read[key] = text
        return self._read[key]

    def mentioning(self, word: bytes) -> list[str]:
        """Keys of the open documents and wanted files in the folder that `word` is found in.

        Reads every file that is not ignored, so call it in a thread.
        """
        found = [key for key, each in self.documents.items() if word in each.text.data]
        if self._root is None:
            return found
        for name, size, _ in walk(self._root, (), self._wanted):
            path = self._root / name
            data = read_bytes(path, MAX_READ) if size <= MAX_READ else b""
            if isinstance(data, bytes) and word in data and b"\0" not in data:
                key = uri_of(path)
                found += [key] if key not in self.documents else []
        return found

    def place(self, location: Location) -> Place:
        """A location of the server in bytes. Raises `Refused` when it names no place."""
        key = self.key(location.uri)
        start, end = (
            Position(at.line, max(0, at.character - self._mark(key, at.line)))
            for at in (location.range.start, location.range.end)
        )
        wanted = Range(start, end)
        try:
            return Place(key, span_at(self.get(key), wanted, self._encoding))
        except PositionError as error:
            raise Refused(f"{self.shown(key)} is not what the server saw: {error}") from error

    def slice(self, place: Place) -> bytes:
        """The bytes at `place`. Raises `Refused`."""
        return self.get(place.uri).slice(place.span)

    def wire(self, key: str, offset: int) -> dict[str, object]:
        """A document and position as request parameters. Raises `Refused`."""
        try:
            at = position_at(self.get(key), offset, self._encoding)
        except PositionError as error:
            raise Refused(str(error)) from error
        return {
            "textDocument": {"uri": self.uri(key)},
            "position": WirePosition(at.line, at.column + self._mark(key, at.line)),
        }

    def _mark(self, key: str, line: int) -> int:
        """The width of the byte order mark that the server counts on a line of a file."""
        if line or key in self.documents:
            return 0
        if key not in self._marked:
            self._marked[key] = width(self._disk.mark(key), self._encoding)
        return self._marked[key]


def _key_of(uri: str, root: Path | None, real_root: Path | None) -> str:
    real = resolved(uri)
    if real is None or root is None or real_root is None:
        return canonical(uri)
    if real.is_relative_to(real_root):
        return uri_of(root / real.relative_to(real_root))
    return uri_of(real)


def twin(path: Path) -> Path | None:
    """The stub beside a Python module, or the module beside a stub; None for other files."""
    other = {".py": ".pyi", ".pyi": ".py"}.get(path.suffix)
    return path.with_suffix(other) if other else None


def word_at(text: Text, offset: int) -> Span | None:
    """The identifier that `offset` stands in or at the end of."""
    start = text.line_span(text.line_of(offset)).start
    row = text.line_bytes(text.line_of(offset)).decode("utf-8", "surrogateescape")
    for match in re.finditer(r"[^\W\d]\w*", row):
        head = len(row[: match.start()].encode("utf-8", "surrogateescape"))
        span = Span(start + head, start + head + len(match[0].encode("utf-8", "surrogateescape")))
        if span.start <= offset <= span.end:
            return span
    return None
