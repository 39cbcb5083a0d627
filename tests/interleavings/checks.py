"""What must hold, judged by the characters themselves and not by what the server thinks."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from cells import data_of
from world import World

from redline.app.review.acceptance import Accepted
from redline.app.session import current_text
from redline.core.proposal.follow import LiveHunk
from redline.core.text.text import Span

HALF = re.compile(r"\d+ hunks? (applied|rolled back); \d+ hunks? not: .+", re.DOTALL)


def at_rest(world: World) -> None:
    """Once nothing is under way."""
    session = world.session
    world.check(not session.expected, f"still waits for {list(session.expected)}")
    for uri in world.disk:
        known = current_text(session, uri)
        mine = data_of(world.view(uri))
        world.check(known is not None and known.data == mine, f"another text of {uri}: {known}")
    for live in session.proposals.values():
        if live.expired:
            continue
        for each in live.hunks:
            _hunk(world, each)


def _hunk(world: World, each: LiveHunk) -> None:
    fate, hunk, status = world.fates[each.hunk.id], each.hunk, each.status
    lines = data_of(world.view(each.uri))[each.region.start : each.region.end]
    stands = world.stand(hunk.id)
    what = f"{hunk.id} is {status} at {each.region} with {lines!r}; in truth {stands}"
    world.check(status != "accepting", f"left at accepting: {what}")
    if status == "fresh":
        world.check(lines == hunk.before, f"fresh, and its lines are others: {what}")
    if stands is None or each.uri in world.blurred:
        return
    world.judged += 1
    word, shape, at = stands
    # A hunk that was rejected while its edit was under way stays so, even where it came late.
    right = {"before": ("fresh", "rejected"), "after": ("accepted", "rejected")}[word]
    other = hunk.after if word == "before" else hunk.before
    if lines == other != data_of(shape):
        return  # the same lines, whoever wrote them
    # After a change over several lines, two that are equal cannot be told apart.
    twice = status == "stale" and data_of(world.view(each.uri)).count(data_of(shape)) > 1
    world.check(status in right or twice, f"another status than its lines have: {what}")
    if status == "rejected":
        world.check(fate.rejected, f"nobody rejected it: {what}")
    if status in right:
        place = Span(at, at + len(data_of(shape)))
        world.check(each.region == place, f"another place than {place}: {what}")


def possible(world: World, ids: Collection[str]) -> set[str]:
    """Those of `ids` that are fresh."""
    live = (each for one in world.session.proposals.values() for each in one.hunks)
    return {each.hunk.id for each in live if each.hunk.id in ids and each.status == "fresh"}


def answered(world: World, done: Accepted, moves: Mapping[str, int], *, back: bool) -> None:
    """An answer is about what happened: nothing is called done that was not."""
    world.check(bool(done.message), "no word to the user")
    world.check(not set(done.accepted) & set(done.undone), f"both: {done}")
    for id_ in (*done.accepted, *done.undone):
        fate = world.fates[id_]
        wanted = fate.hunk.before if back == (id_ in done.accepted) else fate.hunk.after
        moved = fate.moves > moves.get(id_, 0)
        # The user may have typed, or undone, to the very same lines.
        world.check(moved or lines_of(world, id_) == wanted, f"{id_} never moved: {done}")


def lines_of(world: World, id_: str) -> bytes:
    """What stands where the server says that a hunk is."""
    region = _region(world, id_)
    return data_of(world.view(world.fates[id_].hunk.uri))[region.start : region.end]


def all_or_none(done: Accepted, asked: Collection[str], *, untouched: bool) -> None:
    """What an honest editor makes of it; with the user typing, what is left is told."""
    moved = set(done.accepted)
    if untouched:
        assert moved == set(asked), f"not all of {sorted(asked)}: {done}"
    if moved and moved < set(asked):
        assert HALF.search(done.message), f"a part stands, untold: {done}"


def predicted(world: World, ids: Collection[str]) -> dict[str, bytes]:
    """The files with just these hunks: each in the place where its own lines stand."""
    result = {}
    for uri in world.disk:
        data = data_of(world.view(uri))
        places = []
        for id_ in ids:
            fate, stands = world.fates[id_], world.stand(id_)
            if fate.hunk.uri != uri:
                continue
            if stands is not None and stands[0] == "before" and uri not in world.blurred:
                places.append((stands[2], fate.hunk))
            else:  # the user typed the very lines again: they are where the server says
                places.append((_region(world, id_).start, fate.hunk))
        for at, hunk in sorted(places, key=lambda each: each[0], reverse=True):
            data = data[:at] + hunk.after + data[at + len(hunk.before) :]
        result[uri] = data
    return result


def _region(world: World, id_: str) -> Span:
    live = (each for one in world.session.proposals.values() for each in one.hunks)
    return next(each.region for each in live if each.hunk.id == id_)


def whole(
    world: World, accepted: Collection[str], ids: Collection[str], expected: Mapping[str, bytes]
) -> None:
    """With an editor that behaves, all of it is in, and the bytes are those foretold."""
    world.check(set(accepted) == set(ids), f"{sorted(accepted)} of {sorted(ids)}")
    for uri, data in expected.items():
        now = data_of(world.view(uri))
        world.check(now == data, f"{uri} should be {data!r}, and is {now!r}")
