"""Which files of a workspace are indexed: those with a language that nothing leaves out."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from redline.adapters.index.wire import SourceFile
from redline.adapters.uris import path_of, uri_of
from redline.adapters.walk import changed_at, judge, walk
from redline.core.index.languages import Languages
from redline.core.settings import Settings
from redline.core.uris import Folder

_PLAIN = re.compile(r"[\w./-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """The files, each once, and (path, reason) of what was passed over."""

    files: dict[str, SourceFile]
    skipped: tuple[tuple[str, str], ...] = ()


def find(
    languages: Languages,
    folders: Sequence[Folder],
    settings: Settings,
    below: Iterable[Path] | None = None,
) -> Found:
    """Every file of `folders`, one in two of them once; or only those in folders `below`.

    Takes its time: use a thread.
    """
    places = None if below is None else tuple(below)
    files: dict[str, SourceFile] = {}
    skipped: list[tuple[str, str]] = []

    def pass_over(path: str, reason: str) -> None:
        skipped.append((readable(path) or ".", reason))

    def wanted(path: str) -> bool:
        return languages.name_for_path(path) is not None

    limit = settings.max_file_bytes
    for folder in folders:
        root = path_of(folder.uri)
        if root is None:
            skipped.append((folder.uri, "not a folder on this machine"))
            continue
        base = uri_of(root).rstrip("/")
        parts = [""] if places is None else _parts(root, places)
        seen = (walk(root, settings.exclude, wanted, pass_over, part) for part in parts)
        for path, size, modified in chain.from_iterable(seen):
            if size > limit:
                pass_over(path, f"larger than {limit / 1_000_000:g} MB")
                continue
            # Most paths are spelled in a uri as they are.
            plain = _PLAIN.fullmatch(path) is not None
            uri = f"{base}/{path}" if plain else base + uri_of("/" + path).removeprefix("file://")
            name = languages.name_for_path(path) or ""
            files[uri] = SourceFile(uri, readable(path), name, size, modified)
    return Found(files, tuple(skipped))


def _parts(root: Path, places: Iterable[Path]) -> list[str]:
    """Those of `places` that are in `root`, as the walk names folders."""
    inside = (place.relative_to(root) for place in places if place.is_relative_to(root))
    return [f"{each.as_posix()}/" if each.parts else "" for each in inside]


def look(
    languages: Languages, folders: Sequence[Folder], settings: Settings, uris: Iterable[str]
) -> dict[str, SourceFile]:
    """Those of `uris` that `find` would find now."""
    roots = filter(None, (path_of(each.uri) for each in folders))
    judges = {root: judge(root, settings.exclude) for root in roots}
    found: dict[str, SourceFile] = {}
    for uri in uris:
        name, path = languages.name_for_path(uri), path_of(uri)
        if name is None or path is None:
            continue
        for root, included in judges.items():
            if path.is_relative_to(root) and included(path.relative_to(root).as_posix()):
                file = _status(uri, path, root, name)
                if file is not None and file.size <= settings.max_file_bytes:
                    found[uri] = file
                break
    return found


def _status(uri: str, path: Path, root: Path, language: str) -> SourceFile | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    name = readable(path.relative_to(root).as_posix())
    return SourceFile(uri, name, language, status.st_size, changed_at(status))


def readable(path: str) -> str:
    """The path for people, and for frames: bytes that are not UTF-8 become U+FFFD."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "replace")
