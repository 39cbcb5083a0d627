"""What is asked of any language server: uses, definitions, what is wrong, what it would change."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from redline.adapters.language_servers import typescript
from redline.adapters.language_servers.messages import (
    DIAGNOSTIC,
    EDITS,
    LOCATIONS,
    REPORT,
    Location,
    Report,
    WireEdit,
    WorkspaceEdit,
)
from redline.adapters.renaming.family import Asked
from redline.adapters.renaming.python import flat
from redline.adapters.renaming.texts import Place, Refused
from redline.core.serving import Diagnosed, Severity
from redline.core.text.edits import Edit, EditError, ordered
from redline.core.text.text import Document, Span

MOST_FILES = 500
MOST_RESOLVED = 40
_AT_ONCE = 16
PUBLISHED = 10.0
_SEVERITIES: Mapping[int, Severity] = {1: "error", 2: "warning", 3: "information", 4: "hint"}


def opened(asked: Asked, keys: Iterable[str]) -> None:
    """Has the server see `keys` as open too, beside the documents.

    Many servers answer about open documents only, or take an open one into account where
    they would leave out a file. Raises `Refused`.
    """
    known = asked.texts.documents
    more = [
        Document(asked.texts.uri(key), None, asked.texts.get(key), "")
        for key in keys
        if key not in known
    ]
    asked.sight.show([*known.values(), *more])


async def places(
    asked: Asked, method: Literal["references", "definition"], key: str, offset: int
) -> tuple[Place, ...]:
    """What the server answers of the place, in order, without what it says twice."""
    at = asked.texts.wire(key, offset)
    params = {**at, "context": {"includeDeclaration": True}} if method == "references" else at
    found = await asked.ask(f"textDocument/{method}", params, LOCATIONS)
    several = found if isinstance(found, list) else [found] if found else []
    result = {asked.texts.place(each) for each in several}
    return tuple(sorted(result, key=lambda each: (each.uri, each.span)))


async def uses(
    asked: Asked, method: Literal["references", "definition"], key: str, offset: int
) -> tuple[tuple[str, Span], ...]:
    """`places` by uri, of a project the server has read. Raises `Refused`."""
    keys = [key]
    word = asked.word(key, offset) if method == "references" else ""
    if word and not asked.sight.spec.looks:  # closed files may be in no project it knows
        keys += await mentioning(asked, word)
    opened(asked, keys)
    await asked.sight.whole(asked.seconds)
    found = await places(asked, method, key, offset)
    return tuple((asked.texts.uri(each.uri), each.span) for each in found)


async def mentioning(asked: Asked, word: str) -> list[str]:
    """Keys of the files that say `word`. Raises `Refused` where they are too many to open."""
    keys = await asked.look_for(word)
    if len(keys) > MOST_FILES:
        raise Refused(f"{len(keys)} files say {word}, more than are looked through")
    return keys


async def diagnosed(
    asked: Asked, keys: Sequence[str], shown: Iterable[str] = ()
) -> dict[str, tuple[Diagnosed, ...]]:
    """What is wrong with each of `keys`, by uri, `shown` being open too. Raises `Refused`."""
    opened(asked, dict.fromkeys((*shown, *keys)))
    await asked.sight.whole(asked.seconds)
    result: dict[str, tuple[Diagnosed, ...]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        found = await asyncio.gather(*(_of_one(asked, key) for key in some))
        result |= {asked.texts.uri(key): each for key, each in zip(some, found, strict=True)}
    return result


async def _of_one(asked: Asked, key: str) -> tuple[Diagnosed, ...]:
    """What is wrong with an open file, as before where the server says it has not changed."""
    seen = (asked.texts.uri(key), asked.texts.get(key).digest)
    known = asked.sight.opened.reports.pop(seen, None)
    report = await wrong_in(asked, key, known[0] if known else "")
    if report.kind == "unchanged" and known is not None:
        found = known[1]
    else:
        found = tuple(sorted({told(asked, key, raw) for raw in report.items}))
    if report.result_id:
        asked.sight.opened.remember(seen, report.result_id, found)
    return found


async def errors(
    asked: Asked, keys: Sequence[str], shown: Iterable[str]
) -> list[tuple[Place, str]]:
    """The errors in `keys`, in order, while the server is shown `shown` as well."""
    found = await diagnosed(asked, keys, shown)
    return [
        (Place(key, each.span), each.message)
        for key in keys
        for each in found[asked.texts.uri(key)]
        if each.severity == "error"
    ]


def told(asked: Asked, key: str, raw: msgspec.Raw) -> Diagnosed:
    """A diagnostic of one file."""
    each = DIAGNOSTIC.decode(raw)
    return Diagnosed(
        asked.texts.place(Location(key, each.range)).span,
        _SEVERITIES.get(each.severity, "error"),
        each.message if isinstance(each.message, str) else each.message.value,
        "" if each.code is None else str(each.code),
        each.source or "",
    )


async def wrong_in(asked: Asked, key: str, since: str = "") -> Report:
    """What is wrong with an open file; `since` is the id of an answer that is still known."""
    sight, uri = asked.sight, asked.texts.uri(key)
    capabilities = sight.connection.capabilities
    if capabilities.offers(capabilities.diagnostic_provider):
        params: dict[str, object] = {"textDocument": {"uri": uri}}
        params |= {"previousResultId": since} if since else {}
        return await asked.ask("textDocument/diagnostic", params, REPORT)
    if sight.spec.name == typescript.NAME:
        return Report(items=await typescript.wrong_in(asked, uri))
    return Report(items=await _published(asked, uri))


def tells(asked: Asked) -> bool:
    """True for a server that surely says what is wrong with a text: it is asked, or always says.

    Others say it only when it is not what they said last.
    """
    sight, capabilities = asked.sight, asked.sight.connection.capabilities
    pulled = capabilities.offers(capabilities.diagnostic_provider)
    return pulled or sight.spec.name == typescript.NAME or sight.spec.ready == "diagnosed"


async def _published(asked: Asked, uri: str) -> list[msgspec.Raw]:
    sight = asked.sight
    heard = sight.connection.heard
    if not await heard.until(lambda: sight.diagnosed(uri), min(asked.seconds, PUBLISHED)):
        name = sight.connection.name
        raise Refused(f"{name} did not say in time what is wrong with {uri}", unavailable=True)
    return heard.published[uri].diagnostics


async def formatted(asked: Asked, key: str) -> tuple[Edit, ...]:
    """The edits that format a file, none when it is formatted. Raises `Refused`."""
    capabilities = asked.sight.connection.capabilities
    if not capabilities.offers(capabilities.document_formatting_provider):
        raise Refused(f"{asked.sight.connection.name} does not format", unavailable=True)
    opened(asked, [key])
    tabs = re.search(rb"^\t", asked.texts.get(key).data, re.MULTILINE) is not None
    params = {
        "textDocument": {"uri": asked.texts.uri(key)},
        "options": {"tabSize": 4, "insertSpaces": not tabs},
    }
    found = await asked.ask("textDocument/formatting", params, EDITS)
    return _edits(asked, key, found or [])


def _edits(asked: Asked, key: str, found: Sequence[WireEdit]) -> tuple[Edit, ...]:
    text = asked.texts.get(key)
    edits = [
        Edit(asked.texts.place(Location(key, each.range)).span, each.new_text.encode())
        for each in found
    ]
    try:
        kept = [each for each in edits if text.slice(each.span) != each.new]
        return ordered(kept, len(text))
    except EditError as error:
        raise Refused(f"{asked.sight.connection.name} gave edits that overlap") from error


def edits_by_uri(asked: Asked, edit: WorkspaceEdit) -> dict[str, tuple[Edit, ...]]:
    """The edits of the folder's files, by uri. Raises `Refused` for anything more."""
    found: dict[str, list[WireEdit]] = {}
    for location, text in flat(edit):
        key = asked.texts.key(location.uri)
        if not asked.texts.editable(key):
            raise Refused(f"{asked.texts.shown(key)} is outside the workspace folder")
        found.setdefault(key, []).append(WireEdit(location.range, text))
    return {asked.texts.uri(key): _edits(asked, key, each) for key, each in found.items()}
