"""The workspace as proofs of unknown names see it: what its modules are called, and its texts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from sys import stdlib_module_names

from redline.app import graph
from redline.app.inline.state import InlineState, state_of
from redline.app.session import Session, spawn
from redline.core import uris
from redline.core.graph.calls import TextOf
from redline.core.index.imports import MANIFESTS, Modules, modules, resolved
from redline.core.inline.proofs.known import Known
from redline.core.problems import Unreadable
from redline.core.snapshot import Snapshot
from redline.core.text.text import Text

TEXTS = 64
LARGEST = 200_000
"""Bytes of a file that is read for a proof at most."""
BRINGING = ("auto-import", "nuxt")
"""A package.json with these in it is of a build that imports names by itself."""
SECONDS = 60.0
"""What modules are called is found out anew after so long, where files have changed."""


def warm(session: Session) -> None:
    """Finds out what modules are called, beside everything else, once the index is there."""
    proofs, index = state_of(session).proofs, session.snapshot.index
    if not index.complete or proofs.base is index.base:
        return
    now = session.adapters.clock.monotonic()
    running = proofs.making is not None and not proofs.making.done()
    if running or (proofs.modules is not None and now - proofs.at < SECONDS):
        return
    proofs.at = now
    proofs.making = asyncio.get_running_loop().create_task(_make(session))
    spawn(session, proofs.making)


async def ready(session: Session) -> None:
    """Waits until what modules are called is known, where that has begun."""
    warm(session)
    making = state_of(session).proofs.making
    if making is not None:
        await making


async def _make(session: Session) -> None:
    snapshot = session.snapshot
    languages = session.adapters.languages
    made, brought = await asyncio.to_thread(
        _modules, snapshot, languages.name_for_path, graph.texts(session)
    )
    proofs = state_of(session).proofs
    proofs.modules, proofs.base, proofs.brought = made, snapshot.index.base, brought


def _modules(
    snapshot: Snapshot, language: Callable[[str], str | None], text_of: TextOf
) -> tuple[Modules, bool]:
    """What modules are called, and whether a build brings names that no file declares."""
    files: dict[str, str] = {}
    manifests: dict[str, str] = {}
    for uri in snapshot.index.base:
        path = uris.relative(snapshot.folders, uri)
        if path is None:
            continue
        files[path] = language(path) or ""
        if path.rpartition("/")[2] in MANIFESTS:
            text = text_of(uri)
            manifests[path] = "" if text is None else text.decode()
    packages = [text for path, text in manifests.items() if path.endswith("package.json")]
    brought = any(each in text for text in packages for each in BRINGING)
    return modules(files, manifests), brought


def known(session: Session, uri: str) -> Known | None:
    """The workspace around the file at `uri`; None while not all of it is known, and for a file
    that is not in it."""
    state, snapshot = state_of(session), session.snapshot
    found = state.proofs.modules
    inside = uris.relative(snapshot.folders, uri) is not None
    if found is None or not inside or not snapshot.index.complete:
        return None

    def meant(origin: str, name: str) -> tuple[str, ...]:
        return _meant(snapshot, found, origin, name)

    return Known(
        uri=uri,
        index=snapshot.index,
        text_of=lambda each: _text(session, state, each),
        meant=meant,
        beside=session.adapters.disk.beside,
        brought=state.proofs.brought,
    )


def _meant(snapshot: Snapshot, found: Modules, origin: str, name: str) -> tuple[str, ...]:
    folders, facts = snapshot.folders, snapshot.index.facts(origin)
    path = uris.relative(folders, origin)
    if facts is None or path is None:
        return ()
    if facts.language == "python" and name.partition(".")[0] in stdlib_module_names:
        return ()
    files = resolved(found, path, facts.language, (name,))[0]
    return tuple(each for file in files if (each := uris.absolute(folders, file)) is not None)


def _text(session: Session, state: InlineState, uri: str) -> Text | None:
    """The editor's text, or the disk's where it is the one that the index knows."""
    document = session.snapshot.documents.get(uri)
    if document is not None:
        return document.text
    facts, texts = session.snapshot.index.facts(uri), state.proofs.texts
    if facts is None or facts.size > LARGEST:
        return None
    if facts.digest in texts:
        return texts[facts.digest]
    found = session.adapters.disk.read(uri)
    if isinstance(found, Unreadable) or found.digest != facts.digest:
        return None
    texts[facts.digest] = found
    if len(texts) > TEXTS:
        del texts[next(iter(texts))]
    return found
