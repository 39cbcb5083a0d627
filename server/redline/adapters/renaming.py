"""Renaming in Python by a language server, made safe where the server is not.

The server is kept in step with the open documents and the disk. What it answers is
converted to bytes, compared with what is there, widened to all definitions that belong
together, and refused where applying it would change what the program does.
"""

from __future__ import annotations

import asyncio
import keyword
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from redline.adapters.language_server import Connection, LanguageServer
from redline.adapters.language_server_messages import (
    EDIT,
    FOUND,
    LOCATIONS,
    PREPARED,
    Location,
    WorkspaceEdit,
)
from redline.adapters.renaming_family import Asked, exposed, family, reexports
from redline.adapters.renaming_members import untyped_uses
from redline.adapters.renaming_parameters import parameters, passed_by_name
from redline.adapters.renaming_texts import Place, Reader, Refused, Texts, word_at
from redline.adapters.uris import path_of
from redline.core.problems import ToolProblem
from redline.core.proposal.render import counted
from redline.core.refactor.dunder_all import exported
from redline.core.refactor.python_scopes import (
    clash,
    parse,
    plain,
    renames_module,
    repeated_aliases,
)
from redline.core.refactor.result import Renamed
from redline.core.text.edits import Edit
from redline.core.text.text import Document, Span
from redline.core.uris import Folder

LANGUAGE = "python"
TIMEOUT = 60.0
MAX_SERVERS = 8
INSTALL = "install it with `pip install ty`, or set `language_servers.python` in your user file"
_SURROGATE = re.compile("[\ud800-\udfff]")

T = TypeVar("T")


@dataclass(slots=True)
class _Slot:
    """One folder's server and what it was told is open: version and digest by uri."""

    server: LanguageServer
    connection: Connection | None = None
    opened: dict[str, tuple[int, str]] = field(default_factory=dict)


class LanguageServerRenamer:
    """The port `Renamer`: one warm server per folder, started by the first rename."""

    def __init__(
        self,
        command: Sequence[str],
        disk: Reader,
        seconds: float = TIMEOUT,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command = tuple(command)
        self._disk = disk
        self._seconds = seconds
        self._now = now
        self._slots: dict[str, _Slot] = {}
        self._closed = False

    async def rename(
        self, folder: Folder, documents: Sequence[Document], uri: str, offset: int, new_name: str
    ) -> Renamed | ToolProblem:
        """Edits by uri that rename what stands at byte `offset` of `uri` to `new_name`.

        `documents` are all open ones. Every edit replaces the old name by the new one, in
        the open document or the file on disk as it is now, inside `folder`. A rename that
        would be incomplete or change meaning is a problem that says where.
        """
        if not new_name.isidentifier() or keyword.iskeyword(new_name):
            return ToolProblem(f"{new_name!r} is not a name in Python")

        async def work(asked: Asked) -> Renamed:
            return await _renamed(asked, asked.texts.key(uri), offset, new_name)

        return await self._served(folder, documents, work)

    async def warm(self, folder: Folder, documents: Sequence[Document], uri: str) -> None:
        """Starts the server and has it look at `uri`: its first answer takes by far the longest."""

        async def work(asked: Asked) -> None:
            at = asked.texts.wire(asked.texts.key(uri), 0)
            await asked.ask("textDocument/prepareRename", at, PREPARED)

        await self._served(folder, documents, work)

    async def references(
        self, folder: Folder, documents: Sequence[Document], uri: str, offset: int
    ) -> Mapping[str, tuple[Span, ...]] | ToolProblem:
        """Uses, with the definition, of what stands at byte `offset` of `uri`, by uri."""

        async def work(asked: Asked) -> Mapping[str, tuple[Span, ...]]:
            at = asked.texts.wire(asked.texts.key(uri), offset)
            params = {**at, "context": {"includeDeclaration": True}}
            found = await asked.ask("textDocument/references", params, LOCATIONS)
            result: dict[str, set[Span]] = {}
            for each in [found] if isinstance(found, Location) else found or []:
                place = asked.texts.place(each)
                result.setdefault(asked.texts.uri(place.uri), set()).add(place.span)
            return {key: tuple(sorted(spans)) for key, spans in sorted(result.items())}

        return await self._served(folder, documents, work)

    async def close(self) -> None:
        """Ends every server; what waits for one gets a problem."""
        self._closed = True
        slots = list(self._slots.values())
        self._slots.clear()
        await asyncio.gather(*(slot.server.close() for slot in slots))
        for slot in slots:  # one may have been starting just now
            async with slot.server.lock:
                await slot.server.close()

    async def _served(
        self,
        folder: Folder,
        documents: Sequence[Document],
        work: Callable[[Asked], Awaitable[T]],
    ) -> T | ToolProblem:
        slot = self._slot(folder)
        if isinstance(slot, ToolProblem):
            return slot
        await self._evict(slot)
        async with slot.server.lock:
            warm = slot.connection
            result = await self._attempt(slot, folder, documents, work)
            # A server that ended since it was last used is seen only now; asking a fresh
            # one is safe because requests change nothing.
            died = slot.connection is not None and slot.connection.ended is not None
            if isinstance(result, ToolProblem) and died and slot.connection is warm:
                result = await self._attempt(slot, folder, documents, work)
            return result

    async def _attempt(
        self,
        slot: _Slot,
        folder: Folder,
        documents: Sequence[Document],
        work: Callable[[Asked], Awaitable[T]],
    ) -> T | ToolProblem:
        if self._closed:
            return ToolProblem("the rename was given up: Redline is closing")
        connection = await slot.server.connection()
        if isinstance(connection, ToolProblem):
            return connection
        fresh = connection is not slot.connection
        if fresh:
            slot.connection, slot.opened = connection, {}
        texts = Texts(folder, documents, self._disk, connection.encoding)
        _synchronise(slot, connection, texts, documents)
        # Watching the disk costs more than telling the server, which compares times of
        # change, to look again at every file it knows.
        if not fresh:
            connection.files_changed([slot.server.uri])
        try:
            return await work(Asked(connection, texts, self._seconds))
        except Refused as refused:
            return ToolProblem(str(refused), refused.unavailable)

    def _slot(self, folder: Folder) -> _Slot | ToolProblem:
        path = path_of(folder.uri)
        if path is None or not path.is_dir():
            return ToolProblem(f"{folder.uri} is not a folder on this machine")
        if not self._command:
            return ToolProblem(f"no Python language server is configured: {INSTALL}", True)
        slot = self._slots.pop(folder.uri, None)
        if slot is None:
            slot = _Slot(LanguageServer(self._command, path, folder.uri, INSTALL, self._now))
        self._slots[folder.uri] = slot  # the last one is the most recently used
        return slot

    async def _evict(self, keep: _Slot) -> None:
        idle = [key for key, slot in self._slots.items() if not slot.server.lock.locked()]
        for key in idle[: max(0, len(self._slots) - MAX_SERVERS)]:
            if self._slots.get(key) not in (keep, None):
                await self._slots.pop(key).server.close()


def _synchronise(
    slot: _Slot, connection: Connection, texts: Texts, documents: Sequence[Document]
) -> None:
    """Makes the server see exactly the Python documents in `documents` as open."""
    wanted: dict[str, Document] = {}
    for document in documents:
        first = texts.uri(texts.key(document.uri)) == document.uri
        if document.language == LANGUAGE and document.text.is_utf8 and first:
            wanted[document.uri] = document
    for uri in slot.opened.keys() - wanted.keys():
        connection.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        del slot.opened[uri]
    for uri, document in wanted.items():
        version, digest = slot.opened.get(uri, (0, ""))
        if digest == document.digest:
            continue
        slot.opened[uri] = (version + 1, document.digest)
        # A lone surrogate is legal in an editor and kills the server. Its substitute is as
        # long in every encoding, so positions stay.
        text = _SURROGATE.sub("\ufffd", document.text.data.decode("utf-8", "surrogatepass"))
        item: dict[str, object] = {"uri": uri, "version": version + 1}
        if version:
            params = {"textDocument": item, "contentChanges": [{"text": text}]}
            connection.notify("textDocument/didChange", params)
        else:
            item |= {"languageId": LANGUAGE, "text": text}
            connection.notify("textDocument/didOpen", {"textDocument": item})


async def _renamed(asked: Asked, key: str, offset: int, new: str) -> Renamed:
    word = word_at(asked.texts.get(key), offset)
    if word is not None:
        asked.look_for(asked.texts.slice(Place(key, word)).decode("utf-8", "replace"))
    place = await _named_at(asked, key, offset)
    old = asked.texts.slice(place).decode("utf-8", "replace")
    if old == new:
        raise Refused(f"it is already called {new}")
    if old.startswith("__") and old.endswith("__"):
        raise Refused(f"{old} has a meaning to Python; it cannot be renamed")
    if not asked.texts.editable(key):
        raise Refused(f"{asked.texts.shown(key)} is outside the workspace folder")
    definitions = await asked.places("definition", place)
    if not definitions:
        raise Refused(f"it is not known what {old} refers to here")
    related = await family(asked, definitions, old)
    related += await reexports(asked, related, old)
    more, owners = await parameters(asked, related, old)
    related += more
    loose = await passed_by_name(asked, related, old, owners) if owners else []
    spans: dict[str, set[Span]] = {}
    for each in loose:
        spans.setdefault(each.uri, set()).add(each.span)
    for each in [place, *related]:
        if each.span not in spans.get(each.uri, ()):
            await _collect(asked, each, new, spans)
    for each in related:
        if each.span not in spans.get(each.uri, ()):
            where = f"{asked.texts.shown(each.uri)}:{_line(asked, each)}"
            raise Refused(f"the definition of {old} at {where} would keep its name")
    await _refuse_unindexed(asked, related, old, spans)
    untyped = await untyped_uses(asked, related, old, spans)
    for each in untyped:
        spans.setdefault(each.uri, set()).add(each.span)
    edits = {uri: await _completed(asked, uri, spans[uri], old, new) for uri in sorted(spans)}
    named = {asked.texts.uri(uri): each for uri, each in edits.items()}
    return Renamed(named, _inferred(old, len(untyped), len(loose)))


def _inferred(old: str, members: int, arguments: int) -> tuple[str, ...]:
    """What the user should know of places that no type explains."""
    notes = []
    if members:
        notes.append(f"{old} is renamed in {counted(members, 'place')} where no type is known")
    if arguments:
        shown = counted(arguments, "argument")
        notes.append(f"{shown} called {old} renamed in calls where no type is known")
    return tuple(notes)


async def _named_at(asked: Asked, key: str, offset: int) -> Place:
    """The name at `offset`. A definition must be known for it, or the server allow it."""
    if not asked.texts.get(key).is_utf8:
        raise Refused(f"{asked.texts.shown(key)} is not UTF-8, which no language server reads")
    at = asked.texts.wire(key, offset)
    prepared = await asked.ask("textDocument/prepareRename", at, PREPARED)
    range_ = prepared.place() if prepared is not None else None
    if range_ is not None:
        return asked.texts.place(Location(key, range_))
    # The server says no without a reason; when it knows a definition, the reason is
    # where that lies, and is found from there.
    word = word_at(asked.texts.get(key), offset)
    place = Place(key, word) if word is not None else None
    if place is None or not await asked.places("definition", place):
        line = asked.texts.get(key).line_of(offset) + 1
        raise Refused(f"there is nothing to rename at {asked.texts.shown(key)}:{line}")
    return place


async def _collect(asked: Asked, place: Place, new: str, spans: dict[str, set[Span]]) -> None:
    """Adds the spans the server would rename at `place`, each compared with the text."""
    old = asked.texts.slice(place)
    params = {**asked.texts.wire(place.uri, place.span.start), "newName": new}
    answer = await asked.ask("textDocument/rename", params, EDIT)
    for location, text in _flat(answer):
        found = asked.texts.place(location)
        if not asked.texts.editable(found.uri):
            where = asked.texts.shown(found.uri)
            raise Refused(f"the rename would reach {where}, outside the workspace folder")
        if asked.texts.slice(found) != old or text != new:
            where = f"{asked.texts.shown(found.uri)}:{_line(asked, found)}"
            raise Refused(f"{where} is not what the server saw; save or reload it and try again")
        spans.setdefault(found.uri, set()).add(found.span)


def _flat(answer: WorkspaceEdit | None) -> list[tuple[Location, str]]:
    if answer is None:
        return []
    result = [
        (Location(uri, edit.range), edit.new_text)
        for uri, edits in answer.changes.items()
        for edit in edits
    ]
    for change in answer.document_changes:
        if change.kind or change.text_document is None:
            raise Refused("the rename would move a file, which is not a rename of a name")
        uri = change.text_document.uri
        result += [(Location(uri, edit.range), edit.new_text) for edit in change.edits]
    return result


async def _refuse_unindexed(
    asked: Asked, related: Sequence[Place], old: str, spans: Mapping[str, set[Span]]
) -> None:
    """Refuses when the defining file is not part of the server's project.

    The server then looks for uses in that file only, as if there were no others.
    """
    if len(spans) != 1 or not related or not await exposed(asked, related[0]):
        return
    (key,) = spans
    word = re.compile(rb"\b%b\b" % re.escape(old.encode()))
    if set(await asked.matching(old, word)) <= {key}:
        return  # there are no others to look in
    found = await asked.ask("workspace/symbol", {"query": old}, FOUND) or []
    if all(asked.texts.key(each.location.uri) != key for each in found):
        raise Refused(
            f"{asked.texts.shown(key)} is left out of the project (by an ignore file or the "
            "server's settings), so uses in other files are not known"
        )


async def _completed(
    asked: Asked, key: str, spans: set[Span], old: str, new: str
) -> tuple[Edit, ...]:
    """The edits of one file with what the server leaves behind. Raises `Refused`."""
    await asyncio.sleep(0)  # parsing a hundred files must not block the loop in one piece
    edits = {Edit(span, new.encode()) for span in spans}
    starts = {span.start for span in spans}
    data = asked.texts.get(key).data
    source = None if plain(data, starts, old, new) else parse(data)
    if source is None:
        return tuple(sorted(edits))
    if renames_module(source, starts):
        raise Refused(f"{old} is a module; renaming it means moving its file")
    line = clash(source, starts, old, new)
    if line is not None:
        raise Refused(f"{new} already means something else at {asked.texts.shown(key)}:{line}")
    for at in repeated_aliases(source, starts, old):
        edits.add(Edit(Span(at, at + len(old.encode())), new.encode()))
    edits.update(exported(source, starts, old, new))
    return tuple(sorted(edits))


def _line(asked: Asked, place: Place) -> int:
    return asked.texts.get(place.uri).line_of(place.span.start) + 1
