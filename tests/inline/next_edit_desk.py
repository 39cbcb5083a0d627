"""A session in which a user types by hand, for tests of the next edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from casework import Inline
from redline import main
from redline.adapters.clock import SystemClock
from redline.app import documents, indexing
from redline.app.inline import next_edit
from redline.app.inline.next_edit import Due
from redline.app.session import Front, Session, Workspace, publish_index
from redline.core import uris
from redline.core.inline.model import InlineRequest, Suggestion, Trigger
from redline.core.settings import Settings
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.positions import range_at
from redline.core.text.sync import ContentChange
from redline.core.text.text import Span, Text
from redline.core.uris import Folder


class _Front:
    """A user who looks at nothing but the text."""

    def index_changed(self, done: int, total: int, complete: bool) -> None:
        """The index grew."""

    def trouble(self, message: str) -> None:
        """Something went wrong."""
        raise AssertionError(message)


class _Clock(SystemClock):
    """The real clock, set forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        """Seconds from some fixed point."""
        return super().monotonic() + self.ahead


class Desk:
    """Some files, all of them indexed, and the hands that change them."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        self.folder = uris.canonical(folder.as_uri())
        self.clock = _Clock()
        adapters = replace(main.adapters(Settings()), indexer=Inline(folder), clock=self.clock)
        self.session = Session(adapters, Workspace(), cast(Front, _Front()))
        self.session.workspace.folders = (Folder(self.folder, "project"),)
        self.version = 1
        self.edits = 0

    async def begin(self, *paths: str) -> None:
        """Opens files, once all are indexed."""
        self.session.workspace.sessions.append(self.session)
        publish_index(self.session)
        indexing.start(self.session)
        await indexing.complete(self.session)
        for path in paths:
            self.open(path)

    def open(self, path: str) -> None:
        """Opens one file."""
        text = self.text(path)
        language = self.session.adapters.languages.name_for_path(path) or ""
        entries = self.session.adapters.languages.entries
        ids = [each.language_ids for each in entries if each.name == language]
        id_ = ids[0][0] if ids and ids[0] else language
        documents.open_document(self.session, self.uri(path), id_, 1, text)
        documents.settle(self.session, self.uri(path))

    def uri(self, path: str) -> str:
        """The uri of a file."""
        return f"{self.folder}/{path}"

    def text(self, path: str) -> str:
        """What a file holds now, in the editor or on disk."""
        opened = self.session.documents.get(self.uri(path))
        if opened is not None:
            return opened.document.text.decode()
        found = self.session.adapters.disk.read(self.uri(path))
        assert isinstance(found, Text)
        return found.decode()

    def at(self, path: str, words: str, nth: int = 0) -> int:
        """The offset of the nth `words`."""
        data, at = self.text(path).encode(), -1
        for _ in range(nth + 1):
            at = data.index(words.encode(), at + 1)
        return at

    def change(self, path: str, edit: Edit) -> None:
        """One change as the editor sends it."""
        uri = self.uri(path)
        text = self.session.documents[uri].document.text
        where = range_at(text, edit.span, self.session.encoding)
        self.version += 1
        change = ContentChange(where, edit.new.decode())
        assert documents.change_document(self.session, uri, self.version, [change]) == ""

    def type(self, path: str, old: str, new: str, nth: int = 0) -> None:
        """The user puts `new` in place of the nth `old`, key by key: what both have at their
        ends stays."""
        data = self.text(path).encode()
        at = self.at(path, old, nth)
        edit = Edit(Span(at, at + len(old.encode())), new.encode())
        small = edits.shrink(data, edit)
        if len(small.span):
            self.change(path, Edit(small.span, b""))
        place = small.span.start
        for key in small.new.decode():
            self.change(path, Edit(Span(place, place), key.encode()))
            place += len(key.encode())
        documents.settle(self.session, self.uri(path))

    async def due(self, path: str, offset: int = 0) -> tuple[Due, ...]:
        """Where edits are due, once that is worked out."""
        await next_edit.settled(self.session)
        return await next_edit.places(self.session, self.uri(path), offset)

    async def shown(self, path: str, offset: int = 0) -> list[str]:
        """The places as `path:line: what is there -> what is to be`."""
        return [self.line(each) for each in await self.due(path, offset)]

    def line(self, due: Due) -> str:
        """One place for people."""
        path = due.place.uri.removeprefix(self.folder + "/")
        line = self.text(path).encode()[: due.place.span.start].count(b"\n") + 1
        return f"{path}:{line}: {due.place.old.decode()} -> {due.place.new.decode()}"

    def later(self, seconds: float) -> None:
        """Lets time go by."""
        self.clock.ahead += seconds

    async def accept(self, path: str) -> Due:
        """Opens the next place and makes its edit."""
        due = (await self.due(path))[0]
        self.apply(due)
        return due

    def apply(self, due: Due) -> None:
        """Makes one edit that is due."""
        path = due.place.uri.removeprefix(self.folder + "/")
        if due.place.uri not in self.session.documents:
            self.open(path)
        self.change(path, Edit(due.place.span, due.place.new))
        documents.settle(self.session, due.place.uri)

    async def accept_all(self, path: str, most: int = 200) -> int:
        """Makes every edit that is due, one after the other; how many there were."""
        for done in range(most):
            if not await self.due(path):
                return done
            await self.accept(path)
        raise AssertionError("there is always one more")

    def suggestion(
        self, path: str, offset: int, trigger: Trigger = "automatic"
    ) -> Suggestion | None:
        """What is suggested with the cursor at `offset`."""
        document = self.session.documents[self.uri(path)].document
        request = InlineRequest(
            "r1", document.uri, document.language, document.text, offset, trigger, 0.0
        )
        return next_edit.suggestion(self.session, request)

    async def close(self) -> None:
        """Ends what the session started."""
        for task in [*self.session.tasks]:
            task.cancel()
        await self.session.adapters.extractor.close()
