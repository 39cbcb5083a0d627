"""Renaming in Python by a language server, made safe where the server is not.

What the server answers is converted to bytes, compared with what is there, widened to all
definitions that belong together, and refused where applying it would change what the
program does.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence

from redline.adapters.language_servers.messages import (
    EDIT,
    FOUND,
    PREPARED,
    Location,
    WorkspaceEdit,
)
from redline.adapters.renaming.family import Asked, exposed, family, reexports
from redline.adapters.renaming.members import untyped_uses
from redline.adapters.renaming.parameters import parameters, passed_by_name, refuse_handed_on
from redline.adapters.renaming.strings import in_examples, refuse_by_name
from redline.adapters.renaming.texts import Place, Refused, word_at
from redline.core.proposal.render import counted
from redline.core.refactor.python.dunder_all import exported
from redline.core.refactor.python.scopes import (
    clash,
    parse,
    plain,
    renames_module,
    repeated_aliases,
)
from redline.core.refactor.result import Renamed
from redline.core.text.edits import Edit
from redline.core.text.text import Span


async def renamed_python(asked: Asked, key: str, offset: int, new: str) -> Renamed:
    """Edits that rename what stands at `offset`. Raises `Refused` where it cannot be whole."""
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
    if owners:
        await refuse_handed_on(asked, old, owners, spans)
    untyped = await _left_behind(asked, related, old, spans)
    edits = {uri: await _completed(asked, uri, spans[uri], old, new) for uri in sorted(spans)}
    named = {asked.texts.uri(uri): each for uri, each in edits.items()}
    return Renamed(named, _inferred(old, untyped, len(loose)))


async def _left_behind(
    asked: Asked, related: Sequence[Place], old: str, spans: dict[str, set[Span]]
) -> int:
    """Adds what the server does not rename and means `related`; how many of that no type tells.

    Raises `Refused` where something else may mean it.
    """
    untyped, forgotten = await untyped_uses(asked, related, old, spans)
    for each in (*untyped, *forgotten):
        spans.setdefault(each.uri, set()).add(each.span)
    for each in await in_examples(asked, old, spans):
        spans.setdefault(each.uri, set()).add(each.span)
    await refuse_by_name(asked, related, old, spans)
    return len(untyped)


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
    for location, text in flat(answer):
        found = asked.texts.place(location)
        if not asked.texts.editable(found.uri):
            where = asked.texts.shown(found.uri)
            raise Refused(f"the rename would reach {where}, outside the workspace folder")
        if asked.texts.slice(found) != old or text != new:
            where = f"{asked.texts.shown(found.uri)}:{_line(asked, found)}"
            raise Refused(f"{where} is not what the server saw; save or reload it and try again")
        spans.setdefault(found.uri, set()).add(found.span)


def flat(answer: WorkspaceEdit | None) -> list[tuple[Location, str]]:
    """The edits of an answer, each with its place. Raises `Refused` for more than edits."""
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
