"""Renaming by a language server that is not trusted to be whole, in any language but Python.

A server renames in what it has loaded, and most do not ask whether the new name is taken.
So every file that says the old name is opened first; what the server renames is followed
through aliases and to places it forgot; and at the end it is shown the texts after the
rename, in which the same places must refer to the same thing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from redline.adapters.language_servers.asking import (
    errors,
    mentioning,
    opened,
    places,
    tells,
)
from redline.adapters.language_servers.messages import DIAGNOSTIC, EDIT, PREPARED
from redline.adapters.renaming.family import Asked
from redline.adapters.renaming.python import flat
from redline.adapters.renaming.texts import Place, Refused
from redline.core.refactor.result import Renamed
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Span, Text

MOST_PLACES = 1000
_NOT_FOUND = "pp_file_not_found"
_NAME = re.compile(r"[^\W\d]\w*")
_FREE = rb"(?<![\w$\x80-\xff])%b(?![\w$\x80-\xff])"

Changes = dict[str, dict[Span, bytes]]
"""New bytes by file and place."""


async def renamed_anywhere(asked: Asked, key: str, offset: int, new: str) -> Renamed:
    """Edits that rename what stands at byte `offset` of `key`. Raises `Refused`."""
    if not _NAME.fullmatch(new):
        raise Refused(f"{new!r} is not a name")
    old = asked.word(key, offset)
    if not old:
        raise Refused(f"there is nothing to rename at {_where(asked, key, offset)}")
    if old == new:
        raise Refused(f"it is already called {new}")
    files = await mentioning(asked, old)
    opened(asked, {key: None, **dict.fromkeys(files)})
    await asked.sight.whole(asked.seconds)
    _all_read(asked, files)
    start = await _start(asked, key, offset, old)
    changes = await _followed(asked, start, old, new, files)
    await _keeps_meaning(asked, start[0], changes, [key, *files], (old, new))
    edits = {
        asked.texts.uri(each): tuple(Edit(span, text) for span, text in sorted(group.items()))
        for each, group in sorted(changes.items())
    }
    return Renamed(edits)


def _all_read(asked: Asked, files: Sequence[str]) -> None:
    """Raises `Refused` where a file includes what the server does not find."""
    published = asked.sight.connection.heard.published
    for key in files:
        found = published.get(asked.texts.uri(key))
        for raw in found.diagnostics if found else ():
            each = DIAGNOSTIC.decode(raw)
            if each.code == _NOT_FOUND:
                where = f"{asked.texts.shown(key)}:{each.range.start.line + 1}"
                raise Refused(
                    f"{where} includes a file that {asked.sight.connection.name} does not find "
                    "(a compile_commands.json says where), so uses may be missed"
                )


async def _start(asked: Asked, key: str, offset: int, old: str) -> list[Place]:
    """The definitions of what stands there, or the place itself where none is known."""
    capabilities = asked.sight.connection.capabilities
    if not capabilities.offers(capabilities.rename_provider):
        raise Refused(f"{asked.sight.connection.name} does not rename", unavailable=True)
    if capabilities.prepares_rename:
        at = asked.texts.wire(key, offset)
        if await asked.ask("textDocument/prepareRename", at, PREPARED) is None:
            raise Refused(f"{old} at {_where(asked, key, offset)} cannot be renamed")
    found = await places(asked, "definition", key, offset)
    for each in found:
        if not asked.texts.editable(each.uri):
            where = f"{asked.texts.shown(each.uri)}, outside the workspace folder"
            raise Refused(f"{old} is defined in {where}")
    named = [each for each in found if asked.texts.slice(each) == old.encode()]
    return named or [Place(key, Span(offset, offset + len(old.encode())))]


async def _followed(
    asked: Asked, start: Sequence[Place], old: str, new: str, files: Sequence[str]
) -> Changes:
    """What is renamed at `start`, and wherever else the old name means the same."""
    changes: Changes = {}
    waiting = list(start)
    through: set[Place] = set()
    while waiting:
        at = waiting.pop()
        if at in through:
            continue
        through.add(at)
        waiting += await _renamed_at(asked, at, (old, new), changes, through)
        if not waiting:
            waiting = await _forgotten(asked, files, old, changes, set(start))
            for each in through.intersection(waiting):
                where = _where(asked, each.uri, each.span.start)
                raise Refused(f"the server leaves {old} at {where} as it is")
    return changes


async def _renamed_at(
    asked: Asked, at: Place, names: tuple[str, str], changes: Changes, through: set[Place]
) -> list[Place]:
    """Adds what the server renames at `at`; the aliases that it would make are renamed too,
    and given back to be asked about.
    """
    old, new = names
    params = {**asked.texts.wire(at.uri, at.span.start), "newName": new}
    aliases: list[Place] = []
    for location, text in flat(await asked.ask("textDocument/rename", params, EDIT)):
        found = asked.texts.place(location)
        where = _where(asked, found.uri, found.span.start)
        if not asked.texts.editable(found.uri):
            raise Refused(f"the rename would reach {where}, outside the workspace folder")
        if asked.texts.slice(found) != old.encode():
            raise Refused(f"{where} is not what the server saw; save or reload it and try again")
        known = changes.setdefault(found.uri, {})
        usual = text in (new, f"{new} as {old}", *_shorthands(old, new))
        if not usual and not (text == f"{old} as {new}" and found in through):
            raise Refused(f"the server would write {text!r} at {where}")
        if text == f"{new} as {old}":
            aliases.append(found)
        if text in _shorthands(old, new):
            # A key and a value in one word: where both change, one word says it again.
            other = known.get(found.span, text.encode())
            known[found.span] = other if other == text.encode() else new.encode()
        else:
            known[found.span] = new.encode()
    return aliases


def _shorthands(old: str, new: str) -> tuple[str, str]:
    return (f"{old}: {new}", f"{new}: {old}")


async def _forgotten(
    asked: Asked, files: Sequence[str], old: str, changes: Changes, definitions: set[Place]
) -> list[Place]:
    """Places that stay but mean what is renamed, by the server's own word."""
    found = []
    for count, place in enumerate(_standing(asked, files, old, changes)):
        if count >= MOST_PLACES:
            raise Refused(f"{old} stands in more than {MOST_PLACES} other places to look at")
        meant = await _meant(asked, place)
        if definitions.intersection(meant) and place not in definitions:
            found.append(place)
    return found


async def _meant(asked: Asked, place: Place) -> tuple[Place, ...]:
    """The definitions of a name; () in a comment or a string, which some servers call an error."""
    try:
        return await places(asked, "definition", place.uri, place.span.start)
    except Refused as refused:
        if refused.unavailable:
            raise
        return ()


def _standing(asked: Asked, files: Sequence[str], old: str, changes: Changes) -> Iterator[Place]:
    word = re.compile(_FREE % re.escape(old.encode()))
    for key in files:
        kept = changes.get(key, {})
        for match in word.finditer(asked.texts.get(key).data):
            span = Span(*match.span())
            if span not in kept:
                yield Place(key, span)


async def _keeps_meaning(
    asked: Asked, definition: Place, changes: Changes, files: Sequence[str], names: tuple[str, str]
) -> None:
    """Raises `Refused` when other places would refer to the definition than do now, or when
    something would be wrong that is not wrong now.
    """
    old, new = names
    touched = sorted(changes)
    before = await places(asked, "references", definition.uri, definition.span.start)
    wrong = await errors(asked, touched, files) if tells(asked) else None
    moved = {_moved(each, changes, new) for each in before}
    later = asked.over(
        {key: Text(_applied(asked.texts.get(key).data, each)) for key, each in changes.items()}
    )
    opened(later, files)
    await later.sight.whole(later.seconds)
    at = _moved(definition, changes, new)
    after = set(await places(later, "references", at.uri, at.span.start))
    for each in sorted(moved - after):
        where = _where(later, each.uri, each.span.start)
        raise Refused(f"{new} would mean something else at {where}")
    for each in sorted(after - moved):
        where = _where(later, each.uri, each.span.start)
        raise Refused(f"{new} at {where} would mean what is renamed")
    if wrong is None:
        return
    known = Counter((each.uri, said.replace(old, new)) for each, said in wrong)
    for each, said in await errors(later, touched, files):
        known[each.uri, said.replace(old, new)] -= 1
        if known[each.uri, said.replace(old, new)] < 0:
            where = _where(later, each.uri, each.span.start)
            raise Refused(f"with {new}, {where} would be wrong: {said}")


def _applied(data: bytes, group: Mapping[Span, bytes]) -> bytes:
    return apply(data, [Edit(span, text) for span, text in group.items()])


def _moved(place: Place, changes: Changes, new: str) -> Place:
    """Where a place is after the changes; one that was renamed is where its new name is."""
    start, size = place.span.start, len(place.span)
    shift = 0
    for span, text in changes.get(place.uri, {}).items():
        if span == place.span:
            size = len(new.encode())
            start += len(text) - size if text.endswith(b": " + new.encode()) else 0
        elif span.end <= place.span.start:
            shift += len(text) - len(span)
    return Place(place.uri, Span(start + shift, start + shift + size))


def _where(asked: Asked, key: str, offset: int) -> str:
    return f"{asked.texts.shown(key)}:{asked.texts.get(key).line_of(offset) + 1}"
