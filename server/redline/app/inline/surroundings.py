"""What a model of a provider is given for a suggestion, without what must not leave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from redline.app import graph
from redline.app.inline.model_state import ModelState
from redline.app.inline.state import state_of
from redline.app.ports import Disk
from redline.app.session import Session, spawn
from redline.core import uris
from redline.core.agent.exchange import ModelFailure
from redline.core.graph.model import Imports
from redline.core.inline.context.build import surroundings
from redline.core.inline.context.model import Count, Known, Spot, Surroundings
from redline.core.inline.model import InlineRequest
from redline.core.inline.prompt.ask import asked
from redline.core.inline.prompt.model import FillRequest
from redline.core.oversight import secrets
from redline.core.oversight.policy import readable
from redline.core.oversight.redaction import Redaction, hidden, learnt
from redline.core.problems import Unreadable
from redline.core.settings import Deployment, Settings
from redline.core.snapshot import Snapshot
from redline.core.text.text import Span, Text
from redline.core.uris import Folder

AROUND = 16_000
"""Bytes before and after the cursor that are searched for secrets: more than a model sees, as
the part of a key that it would see may not look like one."""
TEXTS, NAMES, USED = 64, 256, 20
QUOTES = "\"'`"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that may leave. `own` knows the secrets of the file itself; `after` is the rest
    of the cursor's line."""

    path: str
    request: FillRequest
    own: Redaction
    after: str


@dataclass(frozen=True, slots=True)
class _Sight:
    """All that a request is prepared from, taken on the loop's thread and used on another."""

    snapshot: Snapshot
    settings: Settings
    disk: Disk
    count: Count
    known: ModelState
    imports: Imports
    comment: str
    system: str
    model: str


async def prepared(session: Session, request: InlineRequest, count: int) -> Prepared | ModelFailure:
    """The request to the model, or why nothing may leave from here."""
    sight = _sight(session, request)
    known = sight.known
    known.used.pop(request.uri, None)
    known.used[request.uri] = None
    while len(known.used) > USED:
        del known.used[next(iter(known.used))]
    return await asyncio.to_thread(_prepared, sight, request, count)


def begin_imports(session: Session) -> None:
    """Finds out which files import which, beside everything else, once the index is there."""
    known = state_of(session).models
    if known.importing is None and session.snapshot.index.complete:
        known.importing = asyncio.get_running_loop().create_task(_found(session))
        spawn(session, known.importing)


async def _found(session: Session) -> None:
    await graph.imports(session)


def _sight(session: Session, request: InlineRequest) -> _Sight:
    begin_imports(session)
    imported = session.workspace.imported
    language = session.adapters.languages.named(request.language)
    return _Sight(
        snapshot=session.snapshot,
        settings=session.settings,
        disk=session.adapters.disk,
        count=_counter(session.adapters.count_tokens),
        known=state_of(session).models,
        imports=imported.imports if imported is not None else Imports(),
        comment=language.line_comment if language is not None else "",
        system=session.adapters.prompts.inline(),
        model=session.settings.roles.get("inline", ""),
    )


def _prepared(sight: _Sight, request: InlineRequest, count: int) -> Prepared | ModelFailure:
    settings, folders = sight.settings, sight.snapshot.folders
    if not _may_leave(sight, request.uri):
        return ModelFailure("policy", "the policy keeps this file from being read by a model")
    text, offset = request.text, request.offset
    if text.is_binary:
        return ModelFailure("policy", "the file is no text")
    own = _own(text, offset)
    if own is None:
        return ModelFailure("policy", "the cursor is in what looks like a secret")
    shown: dict[str, Text] = {}
    known = _known(sight, shown)
    spot = Spot(request.uri, request.language, sight.comment, text, offset)
    tokens = settings.inline.tokens
    given = surroundings(known, spot, tokens, sight.count, sight.known.seen)
    how = settings.deployments.get(sight.model, Deployment()).fill
    safe = _safe(given, own, shown)
    made = asked(safe, sight.system, count, how, settings.model_timeout)
    after = given.suffix.split("\n", 1)[0]
    return Prepared(uris.for_people(folders, request.uri), made, own, after)


def _own(text: Text, offset: int) -> Redaction | None:
    """What stands for the secrets around the cursor; None where it is in the middle of one."""
    start, end = max(0, offset - AROUND), min(len(text), offset + AROUND)
    before = text.slice(Span(start, offset)).decode("utf-8", "replace")
    around = before + text.slice(Span(offset, end)).decode("utf-8", "replace")
    at = len(before)
    if any(each.start < at < each.end for each in secrets.find(around)):
        return None
    line = before.rpartition("\n")[2]
    for quote in QUOTES:
        # A key that is being written ends where its quote will be.
        closed = secrets.find(line + quote) if line.rpartition(quote)[1] else ()
        if any(each.start < len(line) <= each.end for each in closed):
            return None
    return learnt(Redaction(), around, foreign=True)


def _safe(given: Surroundings, own: Redaction, shown: dict[str, Text]) -> Surroundings:
    """What is given, with placeholders in the place of secrets."""
    known = own
    for each in given.pieces:
        # The whole file: of a key that is cut, the rest may not look like one.
        text = shown.get(each.path)
        known = learnt(known, text.decode() if text is not None else each.text, foreign=True)
        known = learnt(known, each.text, foreign=True)
    pieces = tuple(replace(each, text=hidden(known, each.text)) for each in given.pieces)
    prefix, suffix = hidden(known, given.prefix), hidden(known, given.suffix)
    return replace(given, prefix=prefix, suffix=suffix, pieces=pieces)


def _known(sight: _Sight, shown: dict[str, Text]) -> Known:
    """What the context is made from; `shown` gets the texts that were looked at, by path."""
    snapshot, state = sight.snapshot, sight.known
    folders = snapshot.folders
    looked: dict[str, Text | None] = {}

    def text_of(uri: str) -> Text | None:
        if uri not in looked:
            looked[uri] = _text(sight, uri) if _may_be_shown(sight, uri) else None
            text = looked[uri]
            if text is not None:
                shown[_called(folders, uri)] = text
        return looked[uri]

    used = [uri for uri in reversed(list(state.used)) if uri in snapshot.documents]
    inside = (each for each in snapshot.documents if uris.folder_of(folders, each) is not None)
    return Known(
        index=snapshot.index,
        imports=sight.imports,
        text_of=text_of,
        path_of=lambda uri: _called(folders, uri),
        edited=state.edited,
        opened=tuple(dict.fromkeys((*used, *inside))),
    )


def _text(sight: _Sight, uri: str) -> Text | None:
    """The editor's text, or the disk's; that of a file the index knows is read once."""
    document = sight.snapshot.documents.get(uri)
    if document is not None:
        return document.text
    facts, texts = sight.snapshot.index.facts(uri), sight.known.texts
    if facts is not None and facts.digest in texts:
        return texts[facts.digest]
    found = sight.disk.read(uri, sight.snapshot.folders)
    if isinstance(found, Unreadable):
        return None
    if facts is not None and found.digest == facts.digest:
        texts[facts.digest] = found
        for each in list(texts)[: len(texts) - TEXTS]:
            texts.pop(each, None)
    return found


def _may_be_shown(sight: _Sight, uri: str) -> bool:
    """The same of a file beside the one that is typed in: where its links lead is looked at
    once, and the text of a closed one is what was read then."""
    names = sight.known.names.get(uri)
    if names is None:
        names = sight.known.names[uri] = sight.disk.names(sight.snapshot.folders, uri)
        for each in list(sight.known.names)[: len(sight.known.names) - NAMES]:
            sight.known.names.pop(each, None)
    return bool(names) and all(readable(sight.settings.policy, each) for each in names)


def _called(folders: Sequence[Folder], uri: str) -> str:
    """What a model calls a file: of one outside of all folders it learns the name alone."""
    return uris.for_model(folders, uri if uris.relative(folders, uri) else uri.rpartition("/")[2])


def _may_leave(sight: _Sight, uri: str) -> bool:
    """Whether a model may see the file, by any of its names."""
    folders = sight.snapshot.folders
    path = uris.relative(folders, uri) or uris.file_path(uri) or uri
    names = dict.fromkeys((path, *sight.disk.names(folders, uri)))
    return all(readable(sight.settings.policy, each) for each in names)


@lru_cache(maxsize=4)
def _counter(count: Callable[[str], int]) -> Count:
    """`count` that remembers: from key to key nearly all lines are the same."""
    return lru_cache(maxsize=20_000)(count)
