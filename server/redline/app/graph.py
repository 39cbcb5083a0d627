"""What hangs together in the workspace: its imports, kept in step with the index."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from redline.app import library
from redline.app.session import Session
from redline.core import uris
from redline.core.graph.calls import TextOf
from redline.core.graph.covering import Clues
from redline.core.graph.model import Imports, imports_of
from redline.core.index.imports import MANIFESTS, Modules, modules, resolved
from redline.core.index.model import Facts, Symbol
from redline.core.problems import Unreadable
from redline.core.retrieval.paths import is_test
from redline.core.text.text import Text
from redline.core.uris import Folder

SLICE = 50
"""How many files' imports are resolved before others get their turn: some 5 ms."""
IN_NO_LANGUAGE = frozenset({"go.mod"})
"""Manifests that the index has no facts of: they are looked for beside and above the sources."""


@dataclass(slots=True)
class Imported:
    """The imports of a workspace with what they were made of, by path."""

    known: dict[str, Facts] = field(default_factory=dict)
    modules: Modules | None = None
    targets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    imports: Imports = field(default_factory=Imports)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


async def imports(session: Session) -> Imports:
    """Which files import which, as the index says now."""
    kept = session.workspace.imported
    if kept is None:
        kept = session.workspace.imported = Imported()
    async with kept.turn:
        await _catch_up(session, kept)
        return kept.imports


@dataclass(frozen=True, slots=True)
class Drafted:
    """Files of a draft by path: their facts, and which are `gone`; `uri_of` knows all paths."""

    facts: Mapping[str, Facts]
    gone: frozenset[str]
    uri_of: Callable[[str], str | None]


async def drafted(session: Session, draft: Drafted) -> Imports:
    """Which files import which once a draft is carried out."""
    await imports(session)
    kept = session.workspace.imported
    assert kept is not None
    return await asyncio.to_thread(_drafted, session.snapshot.folders, texts(session), kept, draft)


def _drafted(folders: Sequence[Folder], text_of: TextOf, kept: Imported, draft: Drafted) -> Imports:
    now = {path: facts for path, facts in kept.known.items() if path not in draft.gone}
    now |= draft.facts
    targets, known, changed = dict(kept.targets), kept.modules, list(draft.facts)
    moved = now.keys() != kept.known.keys()
    if moved or known is None:
        languages = {path: facts.language for path, facts in now.items()}
        known = modules(languages, _manifests(folders, now, text_of))
        targets, changed = {}, list(now)
    for path in changed:
        targets[path] = _targets(known, path, now[path])
    named = {path: draft.uri_of(path) for path in {*targets, *chain(*targets.values())}}
    by_uri = {named[path] or "": files for path, files in targets.items() if files and named[path]}
    return imports_of(
        {uri: tuple(named[each] or "" for each in files) for uri, files in by_uri.items()}
    )


async def _catch_up(session: Session, kept: Imported) -> None:
    """Resolves anew what has changed; everything where files, or what they are called, have."""
    folders = session.snapshot.folders
    now = await library.facts_by_path(session)
    changed = [path for path, facts in now.items() if kept.known.get(path) is not facts]
    gone = kept.known.keys() - now.keys()
    if not (changed or gone):
        return
    moved = gone or any(path not in kept.known for path in changed)
    if moved or kept.modules is None or any(map(_is_manifest, changed)):
        manifests = await asyncio.to_thread(_manifests, folders, now, texts(session))
        languages = {path: facts.language for path, facts in now.items()}
        kept.modules = await asyncio.to_thread(modules, languages, manifests)
        kept.targets, changed = {}, list(now)
    await _resolve(kept, kept.modules, now, changed)
    kept.imports = await asyncio.to_thread(_by_uri, folders, dict(kept.targets))
    kept.known = now


def _by_uri(folders: Sequence[Folder], targets: Mapping[str, tuple[str, ...]]) -> Imports:
    by_uri = {uris.absolute(folders, path): files for path, files in targets.items()}
    return imports_of(
        {uri: _uris(folders, files) for uri, files in by_uri.items() if uri is not None and files}
    )


async def _resolve(
    kept: Imported, known: Modules, now: Mapping[str, Facts], paths: Iterable[str]
) -> None:
    for at, path in enumerate(paths):
        kept.targets[path] = _targets(known, path, now[path])
        if at % SLICE == SLICE - 1:
            await asyncio.sleep(0)


def _targets(known: Modules, path: str, facts: Facts) -> tuple[str, ...]:
    """The paths of the files that one file imports."""
    each = resolved(known, path, facts.language, facts.import_names)
    return tuple(sorted({file for found in each for file in found if file != path}))


def _uris(folders: Sequence[Folder], paths: Iterable[str]) -> tuple[str, ...]:
    found = (uris.absolute(folders, path) for path in paths)
    return tuple(uri for uri in found if uri is not None)


def _is_manifest(path: str) -> bool:
    return path.rpartition("/")[2] in MANIFESTS


def _manifests(
    folders: Sequence[Folder], now: Mapping[str, Facts], text_of: TextOf
) -> dict[str, str]:
    """The texts of the files that say what modules are called."""
    wanted = {path for path in now if _is_manifest(path)}
    above: set[str] = set()
    for path, facts in now.items():
        if facts.language == "go":
            folder = path.rpartition("/")[0]
            while folder and folder not in above:
                above.add(folder)
                folder = folder.rpartition("/")[0]
            above.add("")
    wanted |= {f"{each}/{name}".lstrip("/") for each in above for name in IN_NO_LANGUAGE}
    found: dict[str, str] = {}
    for path in sorted(wanted):
        uri = uris.absolute(folders, path)
        text = text_of(uri) if uri is not None else None
        if text is not None:
            found[path] = text.decode()
    return found


async def clues(session: Session, symbol: Symbol) -> Clues:
    """What speaks for tests of `symbol` besides calls: the paths, and the history."""
    folders = session.snapshot.folders
    path = uris.relative(folders, symbol.uri)
    found = await library.together(session, path) if path is not None else {}
    by_uri = {uris.absolute(folders, each): score for each, score in found.items()}

    def tests(uri: str) -> bool:
        return is_test(uris.relative(folders, uri) or "")

    return Clues(tests, {uri: score for uri, score in by_uri.items() if uri is not None})


def texts(session: Session) -> TextOf:
    """What files hold at this moment; safe to call in a thread."""
    documents, disk = session.snapshot.documents, session.adapters.disk

    def text_of(uri: str) -> Text | None:
        if uri in documents:
            return documents[uri].text
        found = disk.read(uri)
        return None if isinstance(found, Unreadable) else found

    return text_of
