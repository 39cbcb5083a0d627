"""What inline suggestions are worth: learnt from what is typed after them, kept locally.

It works in every editor, since a suggestion that was put in is seen in the `didChange` that
follows. What a client tells by our command or notifications only makes it more exact.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from redline.app.inline.ports import InlineRecord
from redline.app.inline.state import state_of
from redline.app.inline.watching import MOST_FOLLOWED, Watching
from redline.app.session import Session, spawn
from redline.core.agent.model import Usage
from redline.core.index.languages import Language
from redline.core.inline.model import InlineRequest, Suggested
from redline.core.inline.value import figures as sums
from redline.core.inline.value import kept, showing
from redline.core.inline.value.figures import InlineFigures
from redline.core.inline.value.kept import Followed
from redline.core.inline.value.model import Entry, Fate, Source, day_of, timing_of
from redline.core.inline.value.showing import Said, Showing
from redline.core.problems import StoreError
from redline.core.text.edits import Edit, refined, shrink
from redline.core.text.text import Span, Text

SOON = 30.0
"""Seconds after which what was put in is looked at again."""
WRITING = 5.0
"""Seconds until what was found is written down."""
DAY = 86_400.0
When = Literal["soon", "saved"]


@dataclass(frozen=True, slots=True)
class Value:
    """The figures, and what became of the last suggestions, newest first."""

    figures: InlineFigures
    recent: tuple[Entry, ...]


def offered(session: Session, request: InlineRequest, suggested: Suggested) -> None:
    """Suggestions go out to the editor, as the answer to `request`."""
    opened = session.documents.get(request.uri)
    if opened is None or not suggested.suggestions:
        return
    watching, clock = state_of(session).watching, session.adapters.clock
    first, now = suggested.suggestions[0], clock.monotonic()
    source = Source(first.origin, first.model, request.language)
    timing = timing_of(suggested.trace, now - request.at)
    watching.grow(day_of(clock.now()), source, sums.answered(timing))
    _later(session, watching)
    new = showing.begun(request, suggested.suggestions, clock.now())
    text = opened.document.text
    if new is not None and text is not request.text and text != request.text:
        whole = Edit(Span(0, len(request.text)), text.data)
        new = showing.moved(new, [shrink(request.text.data, whole)], by_hand=True)
    if new is None or not new.fits:
        return  # it came too late to be seen
    _shows(session, watching, request.uri, new)


def _shows(session: Session, watching: Watching, uri: str, new: Showing) -> None:
    before = watching.showing.get(uri)
    same = showing.continued(before, new) if before is not None else None
    if before is not None and same is None:
        _end(session, watching, uri, replaced=True)
    watching.showing[uri] = same or new
    watching.seen[uri] = session.documents[uri].document.text


def typed(session: Session, uri: str, edits: Sequence[Edit]) -> None:
    """A document was changed; each edit counts in the text after those before it."""
    watching = session.inline.watching if session.inline is not None else None
    if watching is None or uri not in watching.seen:
        return
    text = session.documents[uri].document.text
    # Until this change the text was as it was when they were due.
    _look_again(session, watching, uri, watching.seen[uri])
    fine = refined(watching.seen[uri], edits)
    for edit in fine:
        _moved(session, watching, uri, edit)
    if uri in watching.seen:
        watching.seen[uri] = text
    _tidy(watching, uri)


def _moved(session: Session, watching: Watching, uri: str, edit: Edit) -> None:
    shown = watching.showing.get(uri)
    after = showing.moved(shown, (edit,)) if shown is not None else None
    if shown is not None and shown.marks and after is not None and not after.fits:
        # Something else is typed: what was put in of it stands as it did until now.
        _end(session, watching, uri)
        after = None
    if uri in watching.followed:
        followed = watching.followed[uri]
        watching.followed[uri] = tuple(kept.moved(each, (edit,)) for each in followed)
    watching.seen[uri] = watching.seen[uri].replaced(edit.span, edit.new)
    if after is not None:
        watching.showing[uri] = after
        if after.complete:
            _end(session, watching, uri)


def saved(session: Session, uri: str) -> None:
    """A document was saved: what was put in is looked at as it stands."""
    watching = session.inline.watching if session.inline is not None else None
    opened = session.documents.get(uri)
    if watching is None or opened is None or uri not in watching.seen:
        return
    text, shown = opened.document.text, watching.showing.get(uri)
    if shown is not None and shown.marks:
        _end(session, watching, uri)
    watching.followed[uri] = tuple(
        _judged(session, watching, uri, each, text, "saved") if each.entry.saved is None else each
        for each in watching.followed.get(uri, ())
    )
    _look_again(session, watching, uri, text)
    _tidy(watching, uri)


def closed(session: Session, uri: str) -> None:
    """A document was closed: nothing more is known of what is in it."""
    watching = session.inline.watching if session.inline is not None else None
    if watching is None or uri not in watching.seen:
        return
    _end(session, watching, uri)
    _look_again(session, watching, uri, watching.seen[uri])
    watching.followed.pop(uri, None)
    _tidy(watching, uri)


def shown(session: Session, id_: str) -> None:
    """The client says that a suggestion is on the screen; from then on it tells of each."""
    watching = state_of(session).watching
    watching.tells = True
    _noted(watching, id_, lambda each: replace(each, seen=True))


def accepted(session: Session, id_: str, *, whole: bool = True) -> None:
    """The client says that a suggestion was put in, `whole` or in part.

    The change may have been seen before or be yet to come.
    """
    watching = state_of(session).watching
    said: Said = "whole" if whole else "part"
    if not _noted(watching, id_, lambda each: replace(each, said=said, seen=True)):
        _corrected(session, watching, id_, "accepted" if whole else "partly")


def dismissed(session: Session, id_: str) -> None:
    """The client says that a suggestion was waved away."""
    watching = state_of(session).watching
    if not _noted(watching, id_, lambda each: replace(each, said="dismissed", seen=True)):
        return
    for uri in [uri for uri, each in watching.showing.items() if id_ in each.ids]:
        _end(session, watching, uri)
        _tidy(watching, uri)


def spent(session: Session, model: str, language: str, usage: Usage | None) -> None:
    """A model was asked; `usage` is None where it is not known what that took."""
    watching = state_of(session).watching
    growth = sums.called(usage.cost if usage is not None else None)
    day = day_of(session.adapters.clock.now())
    watching.grow(day, Source("model", model, language), growth)
    _later(session, watching)


async def close(session: Session) -> None:
    """Ends all that is watched, and writes down what was found."""
    watching = session.inline.watching if session.inline is not None else None
    if watching is None:
        return
    for uri in list(watching.seen):
        closed(session, uri)
    if watching.timer is not None:
        watching.timer.cancel()
        watching.timer = None
    await _write(session, watching)


def record_of(session: Session) -> InlineRecord:
    """The record of the workspace, which is known by its first folder, as its journal is."""
    folder = next((each.uri for each in session.snapshot.folders), "")
    return session.adapters.inline.record(folder)


def value(session: Session, records: Sequence[InlineRecord], days: float) -> Value:
    """The figures of the last `days` in all of `records`. Raises `StoreError`."""
    since = day_of(session.adapters.clock.now() - days * DAY)
    counts = [count for record in records for count in record.counts(since)]
    recent = [entry for record in records for entry in record.recent(20)]
    recent.sort(key=lambda entry: entry.at, reverse=True)
    return Value(sums.figures(counts), tuple(recent[:20]))


def forget_older(session: Session, days: float) -> None:
    """Forgets what is older. Raises `StoreError`."""
    record_of(session).forget(day_of(session.adapters.clock.now() - days * DAY))


def _noted(watching: Watching, id_: str, change: Callable[[Showing], Showing]) -> bool:
    """Changes the one that is shown under an id; False where there is none."""
    for uri, each in watching.showing.items():
        if id_ in each.ids:
            watching.showing[uri] = change(each)
            return True
    return False


def _corrected(session: Session, watching: Watching, id_: str, fate: Fate) -> None:
    """What is over was something else than it looked like: a single character, say."""
    entry = watching.ended.get(id_)
    if entry is None or entry.fate in ("accepted", fate):
        return
    watching.grow(day_of(entry.at), entry.source, sums.corrected(entry, fate))
    after = replace(entry, fate=fate)
    watching.keep(after)
    watching.ended = {k: after if e is entry else e for k, e in watching.ended.items()}
    _later(session, watching)


def _end(session: Session, watching: Watching, uri: str, *, replaced: bool = False) -> None:
    """What is shown in a document is over: it is entered, and followed if it was put in."""
    over = watching.showing.pop(uri, None)
    if over is None or (watching.tells and not over.seen and not over.marks):
        return  # it was never on the screen
    entry = showing.entry_of(over, over.at, replaced=replaced)
    watching.grow(day_of(entry.at), entry.source, sums.ended(entry))
    watching.keep(entry)
    watching.remember(entry, over.ids)
    region, text = showing.taken(over), watching.seen.get(uri)
    if region is not None and text is not None and region.end <= len(text):
        words = kept.tokens(_language(session, uri), text, region)
        due = session.adapters.clock.monotonic() + SOON
        followed = (*watching.followed.get(uri, ()), Followed(entry, region, words, due))
        watching.followed[uri] = followed[-MOST_FOLLOWED:]
    _later(session, watching)


def _look_again(session: Session, watching: Watching, uri: str, text: Text) -> None:
    """Looks at what was put in half a minute ago and more, in `text` as it stood until now."""
    now, left = session.adapters.clock.monotonic(), []
    for each in watching.followed.get(uri, ()):
        done = each
        if each.due <= now and each.entry.soon is None:
            done = _judged(session, watching, uri, each, text, "soon")
        if done.entry.soon is None or done.entry.saved is None:
            left.append(done)
    if uri in watching.followed:
        watching.followed[uri] = tuple(left)


def _judged(
    session: Session, watching: Watching, uri: str, each: Followed, text: Text, when: When
) -> Followed:
    part = kept.share(each, _language(session, uri), text)
    entry = each.entry
    entry = replace(entry, soon=part) if when == "soon" else replace(entry, saved=part)
    watching.grow(day_of(entry.at), entry.source, sums.lasted(entry, when, part))
    watching.keep(entry)
    _later(session, watching)
    return replace(each, entry=entry)


def _language(session: Session, uri: str) -> Language | None:
    opened = session.documents.get(uri)
    return session.adapters.languages.named(opened.document.language) if opened else None


def _tidy(watching: Watching, uri: str) -> None:
    """Lets go of a document in which there is nothing to see."""
    if not watching.followed.get(uri):
        watching.followed.pop(uri, None)
        if uri not in watching.showing:
            watching.seen.pop(uri, None)


def _later(session: Session, watching: Watching) -> None:
    """Looks again, and writes down what was found, in a few seconds."""
    if watching.timer is None:
        loop = asyncio.get_running_loop()
        watching.timer = loop.call_later(WRITING, _tick, session, watching)


def _tick(session: Session, watching: Watching) -> None:
    watching.timer = None
    for uri in list(watching.followed):
        _look_again(session, watching, uri, watching.seen[uri])
        _tidy(watching, uri)
    if any(each.entry.soon is None for _, each in watching.all_followed()):
        _later(session, watching)
    spawn(session, asyncio.get_running_loop().create_task(_write(session, watching)))


async def _write(session: Session, watching: Watching) -> None:
    entries, counts = watching.taken()
    if not (entries or counts):
        return
    try:
        await asyncio.to_thread(record_of(session).add, entries, counts)
    except StoreError as error:
        if not watching.complained:
            watching.complained = True
            session.front.trouble(f"what suggestions are worth is not written down: {error}")
