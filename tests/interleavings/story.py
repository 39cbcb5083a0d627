"""One case: proposals over a few files, typing and accepting in any order, and a good end.

`python tests/interleavings/story.py honest 17` plays one again and tells all of it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import virtual_time
from cells import Cells, cells_of, data_of, text_of
from clients import Client
from user import User
from world import FOLDER, Fate, World

import checks
from redline.app import documents
from redline.app.review import acceptance, following, life, rollback
from redline.app.review.acceptance import Accepted, Choice
from redline.core import payloads
from redline.core.agent.events import BaseKept
from redline.core.agent.model import Publish
from redline.core.proposal.hunks import hunks
from redline.core.proposal.model import Change, Proposal
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

LINES = ["one", "two = 2", "", "same", "same", "同じ", "  é👩‍💻", "    pass", "\tend"]
PAUSES = [0.0, 0.001, 0.0025, 0.05, 0.31, 4.99, 5.01, 6.0, 61.0]
RESTING = 400.0


@dataclass
class Played:
    """What a case was made of."""

    accepts: int = 0
    accepted: int = 0
    undone: int = 0
    rolled_back: int = 0
    meddled: int = 0
    restarts: int = 0
    finally_accepted: int = 0
    judged: int = 0


class Story:
    """Plays one seed with one kind of editor."""

    def __init__(self, kind: str, seed: int) -> None:
        self.world = World(f"{kind}:{seed}")
        self.random = self.world.random
        self.user = User(self.world)
        self.played = Played()
        self.kind = kind
        self.client = Client(self.world, kind, self.user.press)
        self.proposed = 0

    async def play(self) -> Played:
        try:
            await self._play()
        except Exception as error:
            told = [*self.world.log, f"{type(error).__name__}: {error}"]
            raise AssertionError("\n".join(told)) from error
        self.played.meddled, self.played.judged = self.world.meddled, self.world.judged
        return self.played

    async def _play(self) -> None:
        for number in range(self.random.randint(1, 3)):
            self._file(f"{FOLDER.uri}/{number}.py")
        self._propose()
        steps: list[Callable[[], object]] = [self._accept] * 5 + [self.user.act] * 4
        steps += [self._propose, self._roll_back, self._restart]
        for _ in range(self.random.randint(2, 5)):
            done = self.random.choice(steps)()
            if asyncio.iscoroutine(done):
                await done
            if self.random.random() < 0.5:
                await self._rest()
                checks.at_rest(self.world)
        await self._end()

    def _file(self, uri: str) -> None:
        end = self.random.choice(["\n", "\n", "\r\n", "\r"])
        lines = [
            f"{number} {word}" if self.random.random() < 0.7 else word
            for number, word in enumerate(self.random.choices(LINES, k=self.random.randint(1, 9)))
        ]
        mixed = [line + (self.random.choice([end] * 9 + ["\n"])) for line in lines]
        text = "".join(mixed)
        text = text.rstrip("\r\n") if self.random.random() < 0.2 else text
        self.world.disk[uri] = cells_of(text, "")
        self.world.say(f"file {uri} {text!r}")
        if self.random.random() < 0.7:
            self.world.open(uri)

    # Proposals.

    def _propose(self) -> None:
        """Some edits over the files as they are; the user may type before they are shown."""
        self.world.tell_all()
        bases = {uri: self.world.view(uri) for uri in self.world.disk}
        texts = {uri: Text(data_of(cells)) for uri, cells in bases.items()}
        made = [each for uri, text in texts.items() for each in self._changes(uri, text)]
        self.proposed += 1
        run = f"run{self.proposed}"
        found = hunks(f"{run}.p1", texts, made)
        if not found:
            return
        named = [_named(each) for each in found]
        base = {uri: texts[uri].digest for uri in texts if any(h.uri == uri for h in named)}
        proposal = Proposal(f"{run}.p1", run, f"title {run}", base, tuple(named))
        for hunk in named:
            self.world.fates[hunk.id] = Fate(hunk, [_lines(bases[hunk.uri], hunk)])
            self.world.say(f"hunk {hunk.id} {hunk.uri} {hunk.start} {hunk.before!r} {hunk.after!r}")
        while self.random.random() < 0.2:
            self.user.press()
        self.world.tell_all()
        records = [("event", BaseKept("1", uri, texts[uri].data)) for uri in base]
        self.world.journal.append(run, "effect", payloads.encode(Publish("1", proposal)))
        for _, record in records:
            self.world.journal.append(run, "event", payloads.encode(record))
        live = life.publish(self.world.session, proposal, {uri: texts[uri] for uri in base})
        self.world.say(f"published {[(h.region, h.status) for h in live.hunks]}")

    def _changes(self, uri: str, text: Text) -> list[Change]:
        """Edits on lines of their own: replaced, put in, taken out, or in the middle."""
        found: list[Change] = []
        for line in range(text.line_count):
            span = text.line_span(line)
            word = self.random.choice(["new", "値é", "🦀", "same", "a\nb"])
            end = text.data[span.start : span.end][len(text.line_bytes(line)) :]
            body = span.end - len(end)
            roll = self.random.random()
            if roll < 0.12:
                edit = Edit(Span(span.start, body), f"{word}{line}".encode())
            elif roll < 0.2:
                edit = Edit(Span(span.end, span.end), word.encode() + text.newline)
            elif roll < 0.27:
                edit = Edit(span, b"")
            elif roll < 0.34:
                edit = Edit(Span(body, body), word.encode())
            else:
                continue
            found.append(Change(uri, edit, "why", "computed"))
        return [] if self.random.random() < 0.2 and found[1:] else _apart(found)

    # Deciding.

    async def _accept(self) -> None:
        open_ = [each for each in self.world.session.proposals.values() if each.state == "open"]
        if not open_:
            return
        live = self.random.choice(open_)
        confirm = self.kind in ("previewing", "fickle") and self.random.random() < 0.7
        ids = [each.hunk.id for each in live.hunks]
        chosen = None
        if self.random.random() < 0.5:
            one = self.random.choice(live.hunks)
            same = [each.hunk.id for each in live.hunks if each.uri == one.uri]
            chosen = self.random.choice([[one.hunk.id], same])
        digests = {each.hunk.id: each.hunk.digest for each in live.hunks}
        asked = set(ids if chosen is None else chosen)
        self.world.say(f"accept {sorted(asked)} confirm={confirm}")
        choice = Choice(live.proposal.id, chosen, confirm, digests)
        await self._decided(
            lambda client: acceptance.accept(self.world.session, client, choice), asked, confirm
        )

    async def _decided(self, act, asked: set[str], confirm: bool, back: bool = False) -> None:
        self.played.accepts += 1
        before = {id_: self.world.fates[id_].moves for id_ in asked}
        following.catch_up(self.world.session, sorted(self.world.disk))
        open_before = checks.possible(self.world, asked)
        meddled = self.world.meddled
        untold = any(each.version != each.told_version for each in self.world.buffers.values())
        typing = self._typing()
        done: Accepted = await act(self.client)
        self.world.say(f"answer {done}")
        self.played.accepted += len(done.accepted)
        self.played.undone += len(done.undone)
        typing.cancel()
        checks.answered(self.world, done, before, back=back)
        untouched = meddled == self.world.meddled and not untold
        if self.kind == "honest" and not confirm and not back:
            checks.all_or_none(done, open_before, untouched=untouched)

    def _typing(self) -> asyncio.Task[None]:
        """The user goes on while the editor is asked."""

        async def go_on() -> None:
            for _ in range(self.random.choice([0, 0, 0, 1, 1, 2])):
                await asyncio.sleep(self.random.choice(PAUSES))
                self.user.act()
                if self.random.random() < 0.1:
                    self._propose()
                await asyncio.sleep(self.random.choice(PAUSES))
                self.world.tell_all()

        return asyncio.get_running_loop().create_task(go_on())

    async def _roll_back(self) -> None:
        if self.proposed:
            run = f"run{self.random.randint(1, self.proposed)}"
            if not self.world.journal.entries(run):
                return
            await self._rest()
            self.world.say(f"roll back {run}")
            mine = {id_ for id_ in self.world.fates if id_.startswith(f"{run}.")}
            for id_ in mine:
                self.world.fates[id_].rejected = True
            self.played.rolled_back += 1
            await self._decided(
                lambda client: rollback.roll_back(self.world.session, client, run),
                mine,
                False,
                back=True,
            )

    async def _restart(self) -> None:
        """The server ends and starts again; the editor opens its buffers in the new one."""
        await self._rest()
        self.played.restarts += 1
        self.world.say("restart")
        self.world.blurred |= set(self.world.disk)

        self.world.session = self.world.new_session()
        for uri, buffer in self.world.buffers.items():
            buffer.version = buffer.told_version = 1
            buffer.told = buffer.cells
            documents.open_document(self.world.session, uri, "python", 1, text_of(buffer.cells))
        life.restore(self.world.session)

    async def _rest(self) -> None:
        """Nobody types, and the editor has done all that it will do."""
        await asyncio.sleep(RESTING)
        await self.client.quiet()
        await asyncio.sleep(1)
        self.world.tell_all()
        self.world.in_flight.clear()
        following.catch_up(self.world.session, sorted(self.world.disk))

    async def _end(self) -> None:
        """With an editor that behaves: all that is open goes in, and all of it out again."""
        await self._rest()
        checks.at_rest(self.world)
        good = Client(self.world, "honest", lambda: None)
        self.client = good
        for id_ in list(self.world.session.proposals):
            live = self.world.session.proposals[id_]
            fresh = {each.hunk.id for each in live.hunks if each.status == "fresh"}
            if not fresh or live.expired:
                continue
            expected = checks.predicted(self.world, fresh)
            done = await acceptance.accept(self.world.session, good, Choice(id_))
            if not done.accepted:  # an old edit of a closed file may still come: open it first
                for uri in sorted(set(self.world.disk) - set(self.world.buffers)):
                    self.world.open(uri)
                done = await acceptance.accept(self.world.session, good, Choice(id_))
            await self._rest()
            self.world.say(f"in the end {done}")
            checks.whole(self.world, done.accepted, fresh, expected)
            self.played.finally_accepted += len(done.accepted)
            checks.at_rest(self.world)


def _named(hunk):
    return replace(hunk, reason=hunk.id)


def _apart(found: list[Change]) -> list[Change]:
    """Without edits that touch the one before: they would be one."""
    kept: list[Change] = []
    for each in found:
        if not kept or each.edit.span.start > kept[-1].edit.span.end:
            kept.append(each)
    return kept


def _lines(cells: Cells, hunk) -> Cells:
    data = data_of(cells)
    left = len(data[: hunk.start].decode())
    return cells[left : left + len(hunk.before.decode())]


def play(kind: str, seed: int) -> Played:
    """One case; fails with all that happened in it."""
    return virtual_time.run(Story(kind, seed).play())


if __name__ == "__main__":
    print(play(sys.argv[1], int(sys.argv[2])))
