"""What a user does at random: types, pastes, deletes, undoes, saves, opens, closes, rejects."""

from __future__ import annotations

from cells import Cells, cells_of, text_of
from world import World

from redline.app.review import acceptance, following
from redline.core.proposal.follow import LiveHunk

WORDS = ["x", "\n", "é", "👩‍💻", "値", "\r\n", "\r", "é", "\f", " ", "#", "\u2028"]


class User:
    """Acts on the world as it is at that moment."""

    def __init__(self, world: World) -> None:
        self.world, self.random = world, world.random

    def act(self) -> None:
        """One thing; most of all, typing."""
        self.world.meddled += 1
        acts = [self.type] * 6 + [self.delete] * 3 + [self.paste, self.undo, self.undo, self.redo]
        acts += [self.save, self.open, self.close, self.elsewhere, self.reject]
        self.random.choice(acts)()

    def press(self) -> None:
        """A key, and nothing else."""
        self.world.meddled += 1
        self.random.choice([self.type, self.type, self.delete, self.undo])()

    def _open(self) -> str | None:
        return self.random.choice(sorted(self.world.buffers)) if self.world.buffers else None

    def _at(self, uri: str) -> int:
        """Anywhere, but most of all in hunks and at their edges."""
        cells = self.world.view(uri)
        near = [each for each in self._hunks() if each.uri == uri]
        if near and self.random.random() < 0.6:
            region = self.random.choice(near).region
            inside = self.random.randint(region.start, region.end)
            at = self.random.choice([region.start, region.end, inside])
            head = text_of(cells).encode()[:at].decode("utf-8", "ignore")
            return self._between(cells, len(head))
        return self._between(cells, self.random.randint(0, len(cells)))

    def _between(self, cells: Cells, at: int) -> int:
        """No caret stands in the middle of a line end."""
        return at - 1 if text_of(cells[max(0, at - 1) : at + 1]) == "\r\n" else at

    def _hunks(self) -> list[LiveHunk]:
        return [each for live in self.world.session.proposals.values() for each in live.hunks]

    def _splice(self, uri: str, start: int, end: int, new: str, what: str) -> None:
        self.world.say(f"{what} {uri} {start}..{end} {new!r}")
        cells = self.world.view(uri)
        cells = (*cells[:start], *cells_of(new, "user"), *cells[end:])
        self.world.change(uri, cells)
        if self.random.random() < 0.8:
            self.world.tell(uri)

    def type(self) -> None:
        uri = self._open()
        if uri:
            self.world.keys += 1
            new = f"k{self.world.keys}" if self.random.random() < 0.6 else self._word()
            at = self._at(uri)
            self._splice(uri, at, at, new, "type")

    def _word(self) -> str:
        return "".join(self.random.choices(WORDS, k=self.random.randint(1, 2)))

    def delete(self) -> None:
        uri = self._open()
        if uri:
            cells, start = self.world.view(uri), self._at(uri)
            most = 40 if self.random.random() < 0.2 else 4
            end = self._between(cells, min(len(cells), start + self.random.randint(1, most)))
            new = f"k{self.world.keys}" if self.random.random() < 0.3 else ""
            self._splice(uri, start, max(start, end), new, "delete")

    def paste(self) -> None:
        """A line that is there already, or one that a hunk would put there."""
        uri = self._open()
        if uri:
            lines = text_of(self.world.view(uri)).splitlines(keepends=True)
            lines += [each.hunk.after.decode() for each in self._hunks()]
            at = self._at(uri)
            self._splice(uri, at, at, self.random.choice([*lines, "\n"]), "paste")

    def undo(self) -> None:
        self._step(self.world.undone, "undo")

    def redo(self) -> None:
        self._step(self.world.redone, "redo")

    def _step(self, step, what: str) -> None:
        uri = self._open()
        if uri and step(uri):
            self.world.say(f"{what} {uri}")
            if self.random.random() < 0.8:
                self.world.tell(uri)

    def save(self) -> None:
        uri = self._open()
        if uri:
            self.world.save(uri)

    def open(self) -> None:
        closed = sorted(set(self.world.disk) - set(self.world.buffers) - self.world.in_flight)
        if closed:
            self.world.open(self.random.choice(closed))

    def close(self) -> None:
        free = sorted(set(self.world.buffers) - self.world.in_flight)
        if free:
            uri = self.random.choice(free)
            if self.random.random() < 0.7:
                self.world.save(uri)
            self.world.close(uri)

    def elsewhere(self) -> None:
        """Another program changes a file that is not open; the editor may be told of it."""
        closed = sorted(set(self.world.disk) - set(self.world.buffers) - self.world.in_flight)
        if closed:
            uri = self.random.choice(closed)
            cells, at = self.world.disk[uri], self._at(uri)
            end = self._between(cells, min(len(cells), at + self.random.choice([0, 0, 3])))
            self.world.keys += 1
            new = cells_of(f"k{self.world.keys}" + self.random.choice(["\n", ""]), "user")
            self.world.blurred.add(uri)
            self.world.disk[uri] = (*cells[:at], *new, *cells[max(at, end) :])
            self.world.say(f"elsewhere {uri} {at} {text_of(self.world.disk[uri])!r}")
            if self.random.random() < 0.5:
                following.catch_up(self.world.session, [uri])

    def reject(self) -> None:
        fresh = [each for each in self._hunks() if each.status in ("fresh", "stale")]
        if fresh and self.random.random() < 0.5:
            hunk = self.random.choice(fresh).hunk
            self.world.say(f"reject {hunk.id}")
            self.world.fates[hunk.id].rejected = True
            acceptance.reject(self.world.session, hunk.id.rpartition(".")[0], [hunk.id])
