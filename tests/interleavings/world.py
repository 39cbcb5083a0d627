"""What the user has: files, buffers with their undo, and what has become of every hunk."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from cells import Cell, Cells, cells_of, changes, data_of, found, text_of
from memory import Front, LoopClock, MemoryDisk, MemoryJournal

from redline import main
from redline.app import documents
from redline.app.ports import Adapters
from redline.app.review import following
from redline.app.review.editor import FileChange
from redline.app.session import Session, Workspace, publish_index
from redline.core.proposal.model import Hunk
from redline.core.settings import Settings
from redline.core.text.edits import Edit, apply
from redline.core.text.positions import Encoding, Position, Range
from redline.core.text.sync import ContentChange
from redline.core.uris import Folder

FOLDER = Folder("file:///project", "project")
ADAPTERS: list[Adapters] = []
Stand = tuple[str, Cells, int]


class Violation(AssertionError):
    """An invariant of edit safety does not hold."""


@dataclass
class Buffer:
    """An open document. `told` is what the server has been told of it, `untold` who changed it."""

    cells: Cells
    version: int = 1
    told: Cells = ()
    told_version: int = 1
    untold: set[str] = field(default_factory=set)
    undo: list[Cells] = field(default_factory=list)
    redo: list[Cells] = field(default_factory=list)


@dataclass
class Fate:
    """One hunk: the characters of its lines whenever they were put or taken out."""

    hunk: Hunk
    before: list[Cells]
    after: list[Cells] = field(default_factory=list)
    rejected: bool = False
    moves: int = 0


class World:
    """One user with one editor, and the session that serves them."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.disk: dict[str, Cells] = {}
        self.buffers: dict[str, Buffer] = {}
        self.fates: dict[str, Fate] = {}
        self.in_flight: set[str] = set()
        # Files of which the server was told by their text alone, not place by place: which of
        # two equal lines is which, nobody can know.
        self.blurred: set[str] = set()
        self.broken: list[str] = []
        self.log: list[str] = []
        self.meddled = self.keys = self.judged = 0
        self.encoding = self.random.choice(list(Encoding))
        self.habit = self.random.choice(["parts", "parts", "parts", "covering", "whole"])
        self.journal = MemoryJournal()
        self.session = self.new_session()

    def new_session(self) -> Session:
        """A server that has just been started."""
        if not ADAPTERS:
            ADAPTERS.append(main.adapters(Settings()))
        adapters = replace(
            ADAPTERS[0],
            disk=MemoryDisk(self.saved),
            journal=lambda folder: self.journal,
            clock=LoopClock(),
        )
        session = Session(adapters, Workspace((FOLDER,)), Front())  # type: ignore[arg-type]
        session.encoding = self.encoding
        publish_index(session)
        return session

    def say(self, what: str) -> None:
        self.log.append(what)

    def check(self, holds: bool, what: str) -> None:
        if not holds:
            self.broken.append(what)
            raise Violation(what)

    def saved(self, uri: str) -> bytes | None:
        return data_of(self.disk[uri]) if uri in self.disk else None

    def view(self, uri: str) -> Cells:
        """What the user sees of a file."""
        return self.buffers[uri].cells if uri in self.buffers else self.disk.get(uri, ())

    # What the editor tells the server.

    def open(self, uri: str) -> None:
        cells = self.disk.get(uri, ())
        self.buffers[uri] = Buffer(cells, told=cells)
        self.say(f"open {uri}")
        documents.open_document(self.session, uri, "python", 1, text_of(cells))

    def close(self, uri: str) -> None:
        self.tell(uri)
        if self.buffers.pop(uri).cells != self.disk.get(uri, ()):
            self.blurred.add(uri)
        self.say(f"close {uri}")
        documents.close_document(self.session, uri)
        following.catch_up(self.session, [uri])

    def save(self, uri: str) -> None:
        self.tell(uri)
        self.say(f"save {uri}")
        self.disk[uri] = self.buffers[uri].cells

    def tell(self, uri: str) -> None:
        """Sends what has not been sent yet."""
        buffer = self.buffers.get(uri)
        if buffer is None or buffer.version == buffer.told_version:
            return
        made = changes(buffer.told, buffer.cells, self.encoding, self.habit)
        if self.habit != "parts" or len(buffer.untold) > 1:
            self.blurred.add(uri)
        buffer.untold.clear()
        if not made:  # typed and taken back between two messages
            start = Position(0, 0)
            made = [ContentChange(Range(start, start), "")]
        self.say(f"tell {uri} v{buffer.version} {text_of(buffer.cells)!r}")
        problem = documents.change_document(self.session, uri, buffer.version, made)
        assert not problem, problem
        buffer.told, buffer.told_version = buffer.cells, buffer.version

    def tell_all(self) -> None:
        for uri in list(self.buffers):
            self.tell(uri)

    # What is done to a text.

    def change(self, uri: str, cells: Cells, by: str = "user") -> None:
        """One undo step."""
        buffer = self.buffers[uri]
        buffer.untold.add(by)
        buffer.undo.append(buffer.cells)
        buffer.redo.clear()
        buffer.cells, buffer.version = cells, buffer.version + 1

    def undone(self, uri: str) -> bool:
        return self._step(uri, "undo", "redo")

    def redone(self, uri: str) -> bool:
        return self._step(uri, "redo", "undo")

    def _step(self, uri: str, source: str, target: str) -> bool:
        if not getattr(self.buffers[uri], source):
            return False
        before = {id_: self.stand(id_) for id_, each in self.fates.items() if each.hunk.uri == uri}
        buffer = self.buffers[uri]
        getattr(buffer, target).append(buffer.cells)
        buffer.cells = getattr(buffer, source).pop()
        buffer.version += 1
        buffer.untold.add("user")
        for id_, stood in before.items():
            now = self.stand(id_)
            if now is not None and (stood is None or stood[0] != now[0]):
                self.fates[id_].moves += 1
        return True

    def stand(self, id_: str) -> Stand | None:
        """Whether a hunk's lines stand whole: as they were, or as it makes them; None: touched."""
        fate = self.fates[id_]
        view = self.view(fate.hunk.uri)
        shapes = [("before", shape) for shape in fate.before] + [("after", s) for s in fate.after]
        living = {id(cell) for cell in view}
        lived = {id(cell) for _, shape in shapes for cell in shape} & living
        for word, shape in shapes:
            at = found(shape, view)
            # Within the new lines of a hunk there may be all the old ones, or the other way round.
            if at is not None and lived <= {id(cell) for cell in shape}:
                whole = _whole(data_of(view), at, len(data_of(shape)))
                return (word, shape, at) if whole else None
        return None

    def put(self, change: FileChange, back: bool, only: Collection[str] | None = None) -> None:
        """Applies the edits of one file as an editor does, and checks each against its hunk.

        `only` names the hunks the user left ticked in a preview.
        """
        cells = self.view(change.uri)
        by_hunk: dict[str, list[Edit]] = {}
        for edit, reason in change.edits:
            by_hunk.setdefault(reason, []).append(edit)
        bounds = _bounds(cells)
        for id_ in reversed(list(by_hunk)):
            if only is None or id_ in only:
                cells = self._put(cells, bounds, self.fates[id_], by_hunk[id_], back)
        self.say(f"put {list(by_hunk)} back={back} only={only} -> {text_of(cells)!r}")
        if change.uri in self.buffers:
            self.change(change.uri, cells, by="edit")
        else:
            self.disk[change.uri] = cells
            self.blurred.add(change.uri)

    def _put(
        self, cells: Cells, bounds: dict[int, int], fate: Fate, edits: Sequence[Edit], back: bool
    ) -> Cells:
        """The bytes that are replaced are those that were shown, and become those shown."""
        hunk = fate.hunk
        old, new = (hunk.after, hunk.before) if back else (hunk.before, hunk.after)
        start = edits[0].span.start - (hunk.edits[0].span.start - hunk.start)
        whole = data_of(cells)
        region = whole[start : start + len(old)]
        what = f"{hunk.id} back={back} at {start}: {region!r} should be {old!r}; in {whole!r}"
        self.check(region == old, f"other bytes than those shown: {what}")
        inside = [Edit(_shifted(edit, -start), edit.new) for edit in edits]
        self.check(apply(region, inside) == new, f"another result than the one shown: {what}")
        top, bottom = bounds[start], bounds[start + len(old)]
        lines = cells[top:bottom]
        known = fate.after if back else fate.before
        living = {id(each) for each in cells}
        for shape in known[-1:]:
            there = [each for each in shape if id(each) in living]
            here = {id(each) for each in lines}
            missed = [each for each in there if id(each) not in here]
            # The very same lines may have been typed, or put, beside what is left of them.
            put = hunk.uri in self.blurred or any(each.by for each in lines)
            elsewhere = len(missed) >= max(1, len(there)) and not put
            self.check(not elsewhere, f"another place with the same words: {what}")
        for edit in reversed(inside):
            left = len(region[: edit.span.start].decode())
            right = len(region[: edit.span.end].decode())
            lines = (*lines[:left], *cells_of(edit.new.decode(), hunk.id), *lines[right:])
        (fate.before if back else fate.after).append(lines)
        fate.moves += 1
        return (*cells[:top], *lines, *cells[bottom:])


def _whole(data: bytes, start: int, size: int) -> bool:
    """Whether nothing was typed in front of the first line, or behind the last."""
    end = start + size
    begins = start == 0 or data[start - 1 : start] in (b"\n", b"\r")
    return begins and (end == len(data) or data[end - 1 : end] in (b"\n", b"\r"))


def _shifted(edit: Edit, by: int):
    return type(edit.span)(edit.span.start + by, edit.span.end + by)


def _bounds(cells: Sequence[Cell]) -> dict[int, int]:
    """Byte offsets to indices, at every character's edge."""
    result, at = {0: 0}, 0
    for number, each in enumerate(cells, 1):
        at += len(each.char.encode())
        result[at] = number
    return result
