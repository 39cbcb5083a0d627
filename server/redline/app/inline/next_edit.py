"""The next edit: where what was just done by hand is due again, told without a model.

A keystroke is only noted here. What follows from it is worked out in a thread once somebody
asks, and once typing has paused.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from redline.app.inline.state import state_of
from redline.app.session import Session, spawn
from redline.core.inline.model import InlineRequest, Suggestion
from redline.core.inline.next_edit import places as due
from redline.core.inline.next_edit import trail as trails
from redline.core.inline.next_edit.model import KEPT_SECONDS, Pattern, Place, stands
from redline.core.inline.next_edit.trail import Trail
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

QUIET_SECONDS = 0.15
"""How long nothing is typed before it is worked out what follows."""
WAIT_SECONDS = 0.3
"""How long a code action waits for that."""
MOST_NOTED = 64
MOST_FILES = 24
MOST_AT_ONCE = 16
"""A change of more edits than these was made by a tool."""
MOST_SHOWN = 64
REJECTIONS = 2
"""How often a pattern is turned down before it is not offered any more."""


@dataclass(frozen=True, slots=True)
class Noted:
    """One change of a document. `ours`: an edit of ours is under way in it."""

    uri: str
    language: str
    before: Text
    edits: tuple[Edit, ...]
    after: Text
    at: float
    ours: bool


@dataclass(slots=True)
class NextEdits:
    """What was typed, and what follows from it.

    `noted` waits to be put into `trails`; `count` counts its edits. `patterns` are what followed
    when `looked` of them were made, moved along since; `since` are those edits, while a look is
    under way. `stale`: something else may follow now. `signature` is when parameters were last
    added. `shown` are the patterns of the suggestions given, by id; `far` as in `Around`.
    """

    noted: list[Noted] = field(default_factory=list)
    trails: dict[str, Trail] = field(default_factory=dict)
    count: int = 0
    looked: int = 0
    stale: bool = False
    signature: float = -math.inf
    patterns: tuple[Pattern, ...] = ()
    since: list[tuple[str, Edit]] = field(default_factory=list)
    look: asyncio.Task[None] | None = None
    shown: dict[str, str] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    far: set[tuple[str, str]] = field(default_factory=set)
    latest: tuple[str, float] = ("", 0.0)


@dataclass(frozen=True, slots=True)
class Due:
    """A place where an edit is due, and the edit in a few words."""

    what: str
    place: Place


def typed(session: Session, uri: str, before: Text, edits: Sequence[Edit]) -> None:
    """The editor changed an open document, which held `before`; each edit counts in the text
    after those before it. To be told before proposals are, who know which edits are ours.
    """
    if not session.settings.inline.next_edit:
        return
    state = _state(session)
    document = session.documents[uri].document
    expected = session.expected.get(uri)
    ours = expected is not None and not expected.arrived.done()
    at = session.adapters.clock.monotonic()
    state.noted.append(Noted(uri, document.language, before, tuple(edits), document.text, at, ours))
    if len(state.noted) >= MOST_NOTED:
        _caught_up(session, state)


def suggestion(session: Session, request: InlineRequest) -> Suggestion | None:
    """The edit due on the cursor's line, None for none that is known yet."""
    state = _state(session)
    _caught_up(session, state)
    _begin(session, state)
    if request.selected is not None:
        return None
    line = request.text.line_span(request.text.line_of(request.offset))
    for pattern in _alive(session, state):
        here = [
            place
            for place in pattern.places
            if place.uri == request.uri
            and line.contains(place.span)
            and b"\n" not in place.new
            and stands(place, request.text)
        ]
        if here and not _busy(session, state, request, line, pattern):
            place = min(here, key=lambda each: _distance(each.span, request.offset))
            id_ = f"{request.id}.next"
            _remember(state, id_, pattern.key)
            text = place.new.decode("utf-8", "replace")
            return Suggestion(id_, text, place.span, "next edit", "builtin")
    return None


def dismissed(session: Session, id_: str) -> None:
    """The user turned a suggestion down; twice, and the same edit is not offered any more."""
    state = _state(session)
    key = state.shown.pop(id_, None)
    if key is not None:
        state.rejected[key] = state.rejected.get(key, 0) + 1


async def places(session: Session, uri: str, offset: int) -> tuple[Due, ...]:
    """Where edits are due, as someone at `offset` of `uri` comes to them.

    Waits a moment for what follows from the last keystrokes.
    """
    state = _state(session)
    _caught_up(session, state)
    look = _begin(session, state)
    if look is not None:
        await asyncio.wait({look}, timeout=WAIT_SECONDS)
        _caught_up(session, state)
    found: list[Due] = []
    for pattern in _alive(session, state):
        every = due.ordered(pattern.places, uri, offset)
        found += [Due(pattern.what, each) for each in every]
    return tuple(found)


async def settled(session: Session) -> None:
    """Waits until what was typed so far is worked out."""
    state = _state(session)
    _caught_up(session, state)
    look = _begin(session, state)
    while look is not None:
        await asyncio.wait({look})
        _caught_up(session, state)
        look = _begin(session, state)


def _state(session: Session) -> NextEdits:
    inline = state_of(session)
    if inline.next_edit is None:
        inline.next_edit = NextEdits()
    return inline.next_edit


def _caught_up(session: Session, state: NextEdits) -> None:
    """Puts what was noted into the trails, and moves the places along."""
    for each in state.noted:
        trail = state.trails.pop(each.uri, None)
        if trail is None or (trail.now is not each.before and trail.now != each.before):
            trail = trails.begun(each.uri, each.before)
        if each.ours or len(each.edits) > MOST_AT_ONCE:
            trail, state.stale = trails.begun(each.uri, each.after), True
        else:
            trail = _gone_on(session, state, trail, each)
            state.latest = (each.uri, each.at)
        # The document's own text, so that the next change is known to go on from it.
        state.trails[each.uri] = replace(trail, now=each.after)
        state.count += len(each.edits)
        for edit in each.edits:
            state.patterns = due.moved(state.patterns, each.uri, edit)
            if state.look is not None:
                state.since.append((each.uri, edit))
    state.noted.clear()
    while len(state.trails) > MOST_FILES:
        del state.trails[next(iter(state.trails))]


def _gone_on(session: Session, state: NextEdits, trail: Trail, noted: Noted) -> Trail:
    """The trail with one change more; notes whether something else may follow from it."""
    letters = _letters(session, noted.language)
    for at, edit in enumerate(noted.edits):
        serial, known = state.count + at + 1, len(trail.regions)
        trail = trails.typed(trail, edit, noted.at, serial, letters)
        mine = [each for each in trail.regions if each.serial == serial]
        gone = not mine or len(trail.regions) < known
        if gone or trails.matters(trail, mine[0], (trail, *state.trails.values())):
            state.stale = True
        elif bracket := trails.bracket_of(trail, mine[0]):
            # What a call is given tells something once a signature has changed.
            if bracket == "signature":
                state.signature = noted.at
            state.stale |= noted.at - state.signature <= KEPT_SECONDS
    return trail


def _letters(session: Session, language: str) -> str:
    entries = session.adapters.languages.entries
    return next((each.letters for each in entries if each.name == language), "")


def _begin(session: Session, state: NextEdits) -> asyncio.Task[None] | None:
    """The look under way, begun where there is something new; None where all is known."""
    if not state.stale:
        state.looked = state.count
    if state.look is None and state.looked != state.count:
        state.look = asyncio.get_running_loop().create_task(_look(session, state))
        spawn(session, state.look)
    return state.look


async def _look(session: Session, state: NextEdits) -> None:
    """Works out what follows from the edits so far."""
    from redline.app.inline import next_edit_look  # not loaded for typing alone

    try:
        await _quiet(session, state)
        look = await next_edit_look.prepared(session, state.far)
        state.since.clear()
        state.stale = False
        count, now = state.count, session.adapters.clock.monotonic()
        work = partial(look, dict(state.trails), now)
        found = await session.adapters.aside.done(work)
        _caught_up(session, state)
        for uri, edit in state.since:
            found = due.moved(found, uri, edit)
        state.patterns, state.looked = found, count
    finally:
        state.look = None
        state.since.clear()


async def _quiet(session: Session, state: NextEdits) -> None:
    """Returns once nothing was typed for a moment."""
    clock = session.adapters.clock
    while True:
        left = state.latest[1] + QUIET_SECONDS - clock.monotonic()
        if left <= 0:
            return
        await asyncio.sleep(left)
        _caught_up(session, state)


def _alive(session: Session, state: NextEdits) -> list[Pattern]:
    """The patterns that are neither too old nor turned down."""
    now = session.adapters.clock.monotonic()
    return [
        each
        for each in state.patterns
        if now - each.at <= KEPT_SECONDS and state.rejected.get(each.key, 0) < REJECTIONS
    ]


def _busy(
    session: Session, state: NextEdits, request: InlineRequest, line: Span, pattern: Pattern
) -> bool:
    """Whether the user is about something else on the line: typing there what is no step of
    the pattern, or still at the word that is."""
    uri = state.latest[0]
    trail = state.trails.get(request.uri)
    if uri != request.uri or trail is None or not trail.regions:
        return False
    latest = max(trail.regions, key=lambda each: each.serial)
    if not line.contains(Span(latest.start, latest.end)):
        return False
    letters = _letters(session, request.language)
    word = trails.word_of(trail, latest, letters)
    span = word.span if word is not None else Span(latest.start, latest.end)
    return latest.at != pattern.at or span.start <= request.offset <= span.end


def _distance(span: Span, offset: int) -> int:
    return max(span.start - offset, offset - span.end, 0)


def _remember(state: NextEdits, id_: str, key: str) -> None:
    state.shown[id_] = key
    while len(state.shown) > MOST_SHOWN:
        del state.shown[next(iter(state.shown))]
