"""Editors, from honest to hostile: each answers `workspace/applyEdit` in its own way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from cells import data_of
from world import World

from redline.app.review.editor import FileChange
from redline.core.proposal.model import Operation

Changes = Sequence[FileChange]
Said = tuple[bool, str]
STALE = (False, "the document has changed")
INSTANT, DEBOUNCE = 0.002, 0.15


class Client:
    """The port `Editor`. `meddle` is what the user does while the editor is at work."""

    def __init__(self, world: World, kind: str, meddle: Callable[[], None]) -> None:
        self.world, self.kind, self.meddle = world, kind, meddle
        self.tasks: set[asyncio.Task[None]] = set()
        self.order = asyncio.Lock()
        self.blind: set[str] = set()  # files of edits without a version that may still come
        self.opens_closed_files = world.random.random() < 0.6
        self.reveals = world.random.random() < 0.7

    async def apply(self, label: str, changes: Changes, confirm: bool) -> Said:
        kind = self.kind if self.kind != "fickle" else self.world.random.choice(list(KINDS))
        back = label.startswith("roll back")
        self.world.say(f"asked ({kind}) back={back} {[(c.uri, c.version) for c in changes]}")
        self.world.in_flight |= {each.uri for each in changes}
        blind = [each.uri for each in changes if each.version is None]
        again = self.blind.intersection(blind)
        self.world.check(not again, f"sent again without a version, the last is not done: {again}")
        self.maybe_meddle(0.3)
        await asyncio.sleep(INSTANT)
        if kind == "late":
            self.blind.update(blind)
        said = await KINDS[kind](self, changes, back, confirm)
        self.world.say(f"says {said}")
        self.blind.difference_update(blind if kind != "late" else ())
        return said

    async def reveal(self, uri: str) -> None:
        if self.reveals and uri not in self.world.buffers:
            self.world.open(uri)

    def takes(self, operation: Operation) -> bool:
        return True

    # What the kinds are made of.

    def maybe_meddle(self, chance: float) -> None:
        if self.world.random.random() < chance:
            self.meddle()

    def stale(self, change: FileChange) -> bool:
        """Whether the user has typed since.

        Editors do not look where there is no version; this one does, since no server can
        help what becomes of an edit of a closed file that the user opens and types in.
        """
        buffer = self.world.buffers.get(change.uri)
        if change.version is None:
            return data_of(self.world.view(change.uri)) != change.text.data
        return buffer is None or change.version != buffer.version

    def put(self, change: FileChange, back: bool, only: set[str] | None = None) -> None:
        uri = change.uri
        if uri not in self.world.buffers and self.opens_closed_files:
            self.world.open(uri)
        self.world.put(change, back, only)

    def put_all(self, changes: Changes, back: bool) -> Said:
        if any(map(self.stale, changes)):
            return STALE
        for change in changes:
            self.put(change, back)
        return True, ""

    def later(self, seconds: float, act: Callable[[], object]) -> None:
        """Does something when the answer has long been given."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            act()

        task = asyncio.get_running_loop().create_task(wait())
        self.tasks.add(task)

    async def quiet(self) -> None:
        """Until nothing of this client's is under way."""
        while self.tasks:
            await self.tasks.pop()
        self.world.tell_all()


async def honest(client: Client, changes: Changes, back: bool, confirm: bool) -> Said:
    """Refuses outdated edits; some answer before they tell of the change."""
    said = client.put_all(changes, back)
    if client.world.random.random() < 0.5:
        client.later(0.01, client.world.tell_all)
    else:
        client.world.tell_all()
    return said


async def neovim(client: Client, changes: Changes, back: bool, confirm: bool) -> Said:
    """One document at a time, always with a yes, and told of when the keys are quiet."""
    for change in changes:
        if not client.stale(change):
            client.put(change, back)
        client.later(DEBOUNCE, client.world.tell_all)
        client.maybe_meddle(0.2)
        await asyncio.sleep(INSTANT)
    return True, ""


async def lying(client: Client, changes: Changes, back: bool, confirm: bool) -> Said:
    """Says yes, and does some of it or nothing."""
    for change in changes:
        if client.world.random.random() < 0.4 and not client.stale(change):
            client.put(change, back)
    client.world.tell_all()
    return True, ""


async def halving(client: Client, changes: Changes, back: bool, confirm: bool) -> Said:
    """Stops in the middle, and says so or not."""
    if any(map(client.stale, changes)):
        return STALE
    for change in changes[: client.world.random.randint(0, len(changes))]:
        client.put(change, back)
    client.world.tell_all()
    return client.world.random.random() < 0.5, "stopped in the middle"


async def late(client: Client, changes: Changes, back: bool, confirm: bool) -> Said:
    """Applies in the order it was asked, perhaps long after; answers late, early or never."""
    delay = client.world.random.choice([0.1, 0.25, 0.4, 2, 4.9, 5.05, 7, 59, 61, 90])
    answer = client.world.random.choice(["early", "late", "never"])

    async def work() -> Said:
        async with client.order:
            await asyncio.sleep(delay)
            said = client.put_all(changes, back)
            client.blind.difference_update(each.uri for each in changes)
            client.world.tell_all()
            client.maybe_meddle(0.2)
            return said

    task = asyncio.get_running_loop().create_task(work())
    client.tasks.add(task)  # type: ignore[arg-type]
    if answer == "early":
        return True, ""
    said = await task
    if answer == "never" and not confirm:  # a preview is waited for as long as it is open
        await asyncio.get_running_loop().create_future()
    return said


async def previewing(client: Client, changes: Changes, back: bool, confirm: bool) -> Said:
    """Shows it first; the user may take an hour, type, and leave files or hunks out."""
    if not confirm:
        return await honest(client, changes, back, confirm)
    chance = client.world.random.random
    for _ in range(client.world.random.randint(0, 3)):
        await asyncio.sleep(client.world.random.choice([1, 20, 2000]))
        client.maybe_meddle(0.2)
    if chance() < 0.1:
        return False, "discarded"
    if any(map(client.stale, changes)):
        return STALE
    for change in changes:
        only = {reason for _, reason in change.edits if chance() < 0.7}
        if only:
            client.put(change, back, only)
    client.world.tell_all()
    return True, ""


async def eager(client: Client, changes: Changes, back: bool, confirm: bool) -> Said:
    """The user types on before the editor has told of the edit."""
    said = client.put_all(changes, back)
    for _ in range(client.world.random.randint(1, 2)):
        client.meddle()
    client.world.tell_all()
    return said


async def undoing(client: Client, changes: Changes, back: bool, confirm: bool) -> Said:
    """The user takes it back at once, and perhaps wants it after all."""
    said = client.put_all(changes, back)
    chance = client.world.random.random
    for told in (chance() < 0.5, True):
        if told:
            client.world.tell_all()
        for change in changes if said[0] else ():
            if change.uri in client.world.buffers and chance() < 0.6:
                step = client.world.undone if not told or chance() < 0.6 else client.world.redone
                step(change.uri)
                client.world.meddled += 1
                client.world.say(f"{step.__name__} {change.uri}")
    client.world.tell_all()
    return said


async def closing(client: Client, changes: Changes, back: bool, confirm: bool) -> Said:
    """The user closes a file, saved or not, as soon as it has changed."""
    said = client.put_all(changes, back)
    for change in changes:
        if change.uri in client.world.buffers and client.world.random.random() < 0.4:
            client.world.meddled += 1
            if client.world.random.random() < 0.5:
                client.world.save(change.uri)
            client.world.close(change.uri)
    client.world.tell_all()
    return said


Answering = Callable[[Client, Changes, bool, bool], Awaitable[Said]]
KINDS: dict[str, Answering] = {
    each.__name__: each
    for each in (
        honest, neovim, lying, halving, late, previewing, eager, undoing, closing,
    )
}  # fmt: skip
