"""The builtin model of inline suggestions: no key, no network, no waiting.

The memory of a workspace is made in another process and shared by its sessions; over it lie
the files that have changed since, and the open documents as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from redline.app.inline.state import state_of
from redline.app.session import Session, Workspace, spawn
from redline.core.index.layers import Files
from redline.core.inline.builtin.asked import asked_at
from redline.core.inline.builtin.complete import suggested
from redline.core.inline.builtin.continuing import continued
from redline.core.inline.builtin.live import Live, live_of
from redline.core.inline.builtin.memory import EMPTY, Memory
from redline.core.inline.builtin.mixing import FILE, Near, Source, weight_of
from redline.core.inline.builtin.tokens import Family, Lexer, family_of
from redline.core.inline.model import Draft, InlineRequest
from redline.core.problems import Unreadable
from redline.core.text.text import Document, Span, Text

ROWS_AFTER = 200
"""So many rows after the cursor are looked at."""
MANY = 100
"""When more files have changed, the memory is made anew."""
SECONDS = {"automatic": 0.010, "invoked": 0.040}
"""After so long no further line is begun: who asks by hand waits a little."""
MOST_OPEN = 20
"""So many documents are kept as tokens."""
MOST_LEXED = 20_000
"""So many rows of a family of languages are remembered as tokens: some 15 MB."""
SLICE_ROWS = 60
"""So many rows are read before others get their turn: some 2 ms."""


@dataclass(slots=True)
class Shared:
    """What the sessions of a workspace share: the memory, where each uri is in it, and the
    files that have changed since (None for one that is gone), by digest.

    `base` is the index it was compared with last, `task` what loads or follows.
    """

    memory: Memory | None = None
    places: dict[str, int] = field(default_factory=dict)
    changed: dict[str, tuple[str, Live | None]] = field(default_factory=dict)
    base: object = None
    task: asyncio.Task[None] | None = None


@dataclass(slots=True)
class Opened:
    """The tokens of a document around the cursor, and those of all of it at one digest."""

    above: Live
    below: Live
    digest: str = ""
    whole: Live | None = None


async def read(session: Session, request: InlineRequest) -> None:
    """Reads what `drafts` would have to read first, a few rows at a time; cancelled, what was
    read stays."""
    shared, family = _shared(session.workspace), family_of(request.language)
    if shared.memory is None or family is None:
        return
    opened = _opened(session, request.uri, family)
    above, _, below = _rows(request.text, request.offset)
    await _read_on(opened.above, above[:-1])
    await _read_on(opened.below, below)
    for document, other in _unlike(session, shared, request.uri):
        kept = _opened(session, document.uri, other)
        if kept.digest != document.text.digest:
            kept.whole, kept.digest = kept.whole or Live(other, kept.above.lexer), ""
            await _read_on(kept.whole, document.text.data.split(b"\n"))


def drafts(
    session: Session, request: InlineRequest, count: int, several: bool = False
) -> tuple[Draft, ...]:
    """At most so many continuations at the request's offset that are likely right, best first;
    before them the best with what follows it, where `several` lines may be suggested.

    () while nothing is loaded, and in languages that are not code.
    """
    shared, family = _shared(session.workspace), family_of(request.language)
    if shared.memory is None:
        warm(session)
        return ()
    if family is None:
        return ()
    _follow(session, shared)
    opened = _opened(session, request.uri, family)
    above, rest, below = _rows(request.text, request.offset)
    opened.above.read(above[:-1])
    opened.below.read(below)
    source = _source(session, shared, (request.uri, opened))
    after = next((line.tokens for line in opened.below.lines), ())
    asked = asked_at(source, opened.above, above[-1], rest, after)
    if asked is None:
        return ()
    likely = suggested(asked)[:count]
    if several and likely:
        likely = [*continued(asked, likely[0], _in_time(session, request)), *likely]
    return tuple(Draft(each.text.decode("utf-8", "replace"), each.chance) for each in likely)


async def _read_on(live: Live, rows: Sequence[bytes]) -> None:
    """Reads a few rows at a time; not for ever where another reads something else there."""
    for _ in range(len(rows) // SLICE_ROWS + 1):
        if live.read(rows, SLICE_ROWS):
            return
        await asyncio.sleep(0)


def _unlike(session: Session, shared: Shared, here: str) -> list[tuple[Document, Family]]:
    """The open documents that the memory knows otherwise than they are, but for that at `here`:
    the last of them, as many as are kept."""
    found: list[tuple[Document, Family]] = []
    for uri, opened in session.documents.items():
        document = opened.document
        family = family_of(document.language)
        if uri != here and family is not None and document.text.digest != _digest(shared, uri):
            found.append((document, family))
    return found[1 - MOST_OPEN :]


def _in_time(session: Session, request: InlineRequest) -> Callable[[], bool]:
    """Says whether there is time for one line more."""
    until = request.at + SECONDS[request.trigger]
    return lambda: session.adapters.clock.monotonic() <= until


def warm(session: Session) -> None:
    """Starts to load the memory beside everything else, once the index is complete."""
    shared = _shared(session.workspace)
    if shared.task is None and shared.memory is None and session.workspace.index.complete:
        _start(session, shared, _loaded(session, shared))


def _shared(workspace: Workspace) -> Shared:
    if workspace.remembered is None:
        workspace.remembered = Shared()
    return workspace.remembered


def _start(session: Session, shared: Shared, work: Coroutine[None, None, None]) -> None:
    task = asyncio.get_running_loop().create_task(work)

    def ended(task: asyncio.Task[None]) -> None:
        if shared.task is task:
            shared.task = None

    task.add_done_callback(ended)
    shared.task = task
    spawn(session, task)


async def _loaded(session: Session, shared: Shared) -> None:
    """Has the memory made of all files of code that are in the index now."""
    base, languages = session.workspace.index.base, session.adapters.languages
    named = ((uri, languages.name_for_path(uri) or "") for uri in base)
    files = [(uri, language) for uri, language in named if family_of(language) is not None]
    found = await session.adapters.inline.memories.remembered(
        session.workspace.folders, files, session.settings.max_file_bytes
    )
    shared.base = base
    if found is None:
        shared.memory = shared.memory or EMPTY
        return
    places = {uri: at for at, uri in enumerate(found.memory.uris)}
    changed = await session.adapters.aside.done(lambda: _read(session, found.changed))
    shared.memory, shared.places, shared.changed = found.memory, places, changed


def _follow(session: Session, shared: Shared) -> None:
    """Takes note of what the index has seen change since it was looked at last."""
    base, memory = session.workspace.index.base, shared.memory
    if base is shared.base or shared.task is not None or memory is None:
        return
    if not session.workspace.index.complete:
        return
    if not isinstance(base, Files):
        _start(session, shared, _loaded(session, shared))
        return
    shared.base = base
    now = {uri: facts.digest for uri, facts in base.over.items()}
    now |= {uri: "" for uri in base.masked if uri not in now}
    unlike = [uri for uri, digest in now.items() if digest != _digest(shared, uri)]
    if len(unlike) + len(shared.changed) > MANY:
        _start(session, shared, _loaded(session, shared))
    elif unlike:
        _start(session, shared, _changed(session, shared, unlike))


def _digest(shared: Shared, uri: str) -> str:
    """The digest a file is known by."""
    if uri in shared.changed:
        return shared.changed[uri][0]
    assert shared.memory is not None
    place = shared.places.get(uri)
    return "" if place is None else shared.memory.digests[place]


async def _changed(session: Session, shared: Shared, uris: Sequence[str]) -> None:
    found = await session.adapters.aside.done(lambda: _read(session, uris))
    shared.changed = {**shared.changed, **found}


def _read(session: Session, uris: Iterable[str]) -> dict[str, tuple[str, Live | None]]:
    """The files as they are on disk, as tokens."""
    found: dict[str, tuple[str, Live | None]] = {}
    for uri in uris:
        text = session.adapters.disk.read(uri)
        family = family_of(session.adapters.languages.name_for_path(uri) or "")
        if isinstance(text, Unreadable) or family is None:
            found[uri] = "", None
        else:
            found[uri] = text.digest, live_of(family, Lexer(family, 1), text.data)
    return found


def _opened(session: Session, uri: str, family: Family) -> Opened:
    """The tokens of a document, kept from one request to the next."""
    kept = state_of(session).tokens
    opened = kept.pop(uri, None)
    if opened is None or opened.above.family is not family:
        lexer = state_of(session).lexers.setdefault(family.name, Lexer(family, MOST_LEXED))
        opened = Opened(Live(family, lexer), Live(family, lexer))
    kept[uri] = opened
    while len(kept) > MOST_OPEN:
        del kept[next(iter(kept))]
    return opened


def _rows(text: Text, offset: int) -> tuple[list[bytes], bytes, list[bytes]]:
    """The rows up to the offset, the rest of the last one, and some rows after that."""
    line = text.line_of(offset)
    above = text.slice(Span(0, offset)).split(b"\n")
    last = min(line + ROWS_AFTER, text.line_count - 1)
    rest, *below = text.slice(Span(offset, text.line_span(last).end)).split(b"\n")
    return above, rest, below


def _source(session: Session, shared: Shared, typed: tuple[str, Opened]) -> Source:
    """All that is known when something is typed in one document."""
    assert shared.memory is not None
    uri, opened = typed
    near = [Near(opened.above, FILE), Near(opened.below, FILE)]
    hidden = {uri}
    for other, live in _others(session, shared, uri):
        hidden.add(other)
        if live is not None:
            near.append(Near(live, weight_of(other, uri)))
    numbers = frozenset(shared.places[each] for each in hidden if each in shared.places)
    return Source(shared.memory, uri, numbers, tuple(near))


def _others(session: Session, shared: Shared, here: str) -> Iterator[tuple[str, Live | None]]:
    """What the memory knows otherwise than it is, but for the document that is typed in: open
    documents, and changed files."""
    for document, family in _unlike(session, shared, here):
        kept = _opened(session, document.uri, family)
        if kept.whole is None or kept.digest != document.text.digest:
            kept.whole = kept.whole or Live(family, kept.above.lexer)
            kept.whole.read(document.text.data.split(b"\n"))
            kept.digest = document.text.digest
        yield document.uri, kept.whole
    for uri, (_, live) in shared.changed.items():
        if uri != here and uri not in session.documents:
            yield uri, live
