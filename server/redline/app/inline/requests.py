"""One request for inline suggestions, from the keystroke to what is shown, step by step.

A document has one request at a time: a newer one ends the one before, and the call of a
model that was made for it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from redline.app.inline import asking, builtin, checking, next_edit, proving, trees, value
from redline.app.inline.rounds import Drafted, Round
from redline.app.inline.state import InlineState, state_of
from redline.app.session import Session
from redline.core.inline import recycling, trigger
from redline.core.inline.filters import parses
from redline.core.inline.model import (
    Draft,
    InlineRequest,
    Noted,
    Selected,
    Suggested,
    Suggestion,
)
from redline.core.inline.place import Place, inside, line_at, place_at
from redline.core.text.edits import Edit

TURNS = 5
"""So many turns of the loop it takes from bytes that have come to the message they are."""


async def suggest(session: Session, request: InlineRequest) -> Suggested:
    """The suggestions for `request`, and how they came about; none when a newer one came."""
    state = state_of(session)
    before = state.running.get(request.uri)
    if before is not None:
        before.cancel()
    state.models.drop(request.uri, unless=request)
    task = asyncio.ensure_future(_suggested(session, state, request))
    state.running[request.uri] = task
    try:
        suggested = await task
    except asyncio.CancelledError:
        asked = asyncio.current_task()
        if asked is not None and asked.cancelling():  # by the editor
            state.models.drop(request.uri)
            raise
        suggested = Suggested(trace=(Noted("cancelled", "a newer request came"),))
    finally:
        if state.running.get(request.uri) is task:
            del state.running[request.uri]
    state.last = (request, suggested)
    if suggested.suggestions:
        value.offered(session, request, suggested)
    return suggested


async def _suggested(session: Session, state: InlineState, request: InlineRequest) -> Suggested:
    clock = session.adapters.clock
    made = Round(session, state, request, at=clock.monotonic())
    builtin.warm(session)
    proving.warm(session)
    why = _unwanted(made)
    if why:
        made.note("trigger", why)
        return made.done()
    place = _place(made)
    if isinstance(place, str):
        made.note("trigger", place)
        return made.done()
    made.note("trigger", f"{request.trigger}, in {_in(place)}")
    virtual = replace(request, text=place.text, offset=place.offset)
    found = await _found(made, place, virtual)
    if found and request.selected is None:
        kept = recycling.given(request, found, clean=made.clean)
        if kept is not None and not any(each.reused == "typed on" for each in found):
            state.given[request.uri] = kept
    if request.selected is not None:
        found = tuple(_with_selected(each, request.selected) for each in found)
    made.note("shown", f"{len(found)}")
    return made.done(found)


def _unwanted(made: Round) -> str:
    """Why nothing is suggested, without a look at the tree; '' where something may be."""
    state, request = made.state, made.request
    if state.off:
        return "off"
    if made.session.adapters.clock.monotonic() < state.snoozed_until:
        return "snoozed"
    why = trigger.unwanted(request, frozenset(state.languages_off))
    if why or request.selected is not None:
        return why
    before, after = line_at(request.text, request.offset)
    entries = made.session.adapters.languages.entries
    letters = next((each.letters for each in entries if each.name == request.language), "")
    made.refused = trigger.refused(before, after, request.trigger, letters)
    # An edit may be due where nothing would be drafted.
    due = made.refused and next_edit.suggestion(made.session, request) is not None
    return "" if due else made.refused


def _place(made: Round) -> Place | str:
    """The place of the request, with the entry of the editor's menu put in; or why there is
    none, or nothing is suggested there."""
    session, request = made.session, made.request
    opened = session.documents.get(request.uri)
    if opened is None or opened.problem or opened.document.text != request.text:
        return "outdated"
    language = session.adapters.languages.named(request.language)
    if language is None:
        return "not parsed"
    tree = trees.tree_of(session, opened, language)
    if isinstance(tree, str):
        return tree
    text, offset = request.text, request.offset
    if request.selected is not None:
        put_in = Edit(request.selected.span, request.selected.text.encode())
        made_up = parses.tried(language, text, tree, put_in)
        text, tree, offset = made_up.text, made_up.tree, made_up.span.end
    place = place_at(text, offset, language, tree)
    why = trigger.not_here(session.settings.inline, inside(tree, text, offset))
    return why or place


def _in(place: Place) -> str:
    return inside(place.tree, place.text, place.offset)


async def _found(made: Round, place: Place, request: InlineRequest) -> tuple[Suggestion, ...]:
    """What is suggested, by the first way there is: what is due next, what was suggested
    before, what a model says."""
    due = _due(made, place, request)
    if due:
        return due
    if made.refused:
        made.note("trigger", made.refused)
        return ()
    kept = await asking.kept(made, request)
    found = checking.shown(made, place, kept) if kept is not None else ()
    found = found or _recycled(made, place, request)
    if found:
        return found
    from_builtin = await asking.from_builtin(made, place, request)
    if from_builtin.drafts:
        await _give_way()
    standing = checking.shown(made, place, from_builtin)
    drafted = await asking.from_model(made, request, standing)
    found = checking.shown(made, place, drafted) if drafted is not None else ()
    return found or standing


async def _give_way() -> None:
    """Lets a message that has come be read: a newer request ends this one here."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


def _due(made: Round, place: Place, request: InlineRequest) -> tuple[Suggestion, ...]:
    """The next edit, where one is due at the line."""
    if not made.session.settings.inline.next_edit or request.selected is not None:
        return ()
    due = next_edit.suggestion(made.session, request)
    if due is None:
        return ()
    edit = Edit(due.span, due.text.encode())
    after = parses.tried(place.language, place.text, place.tree, edit)
    if parses.breaks(place.language, place.text, place.tree, edit, after):
        made.note("next edit", "would break the parse")
        return ()
    made.note("next edit", "due here")
    return (due,)


def _recycled(made: Round, place: Place, request: InlineRequest) -> tuple[Suggestion, ...]:
    """What was suggested before, where it goes on as was typed since."""
    before = made.state.given.get(request.uri)
    if before is None or request.selected is not None:
        return ()
    again = recycling.recycled(before, request)
    if again and (not before.clean or recycling.closed_since(before, request)):
        drafts = tuple(Draft(each.text, each.confidence) for each in again)
        first = again[0]
        again = checking.shown(
            made, place, Drafted(drafts, first.origin, first.model, reused="typed on")
        )
    made.note("recycled", f"{len(again)}")
    return again


def _with_selected(each: Suggestion, selected: Selected) -> Suggestion:
    """What replaces the entry of the menu: the entry, and what comes behind it."""
    return replace(each, text=selected.text + each.text, span=selected.span)
