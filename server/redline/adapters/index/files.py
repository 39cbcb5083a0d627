"""The facts of files on disk: from the cache where their content is known, else extracted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from redline.adapters.disk import read_text, resolved
from redline.adapters.index.cache import FactsCache
from redline.adapters.index.extraction import packed_facts
from redline.adapters.index.wire import Extract, Extracted, SourceFile
from redline.adapters.uris import path_of
from redline.core.index.languages import Languages
from redline.core.problems import Unreadable
from redline.core.text.text import Text

SAMPLE = 50


def extracted(languages: Languages, request: Extract, cache: FactsCache) -> Extracted:
    """The facts of the files that are asked for, from the cache or else from their texts."""
    facts: dict[str, bytes] = {}
    fresh: dict[str, bytes] = {}
    skipped: list[tuple[str, str]] = []
    bytes_read = hits = 0
    roots = _roots(request.folders)
    for file in request.files:
        text = _text(file, request.max_bytes, roots)
        if isinstance(text, Unreadable):
            skipped.append((file.path, text.reason))
            continue
        bytes_read += len(text)
        key = key_of(text, file.language, request.versions)
        known = cache.get(key)
        if known is not None:
            facts[file.uri], hits = known, hits + 1
            continue
        found = packed_facts(languages, file.language, text)
        if isinstance(found, Unreadable):
            skipped.append((file.path, found.reason))
        else:
            facts[file.uri] = fresh[key] = found
    cache.put(fresh)
    return Extracted(facts, tuple(skipped), bytes_read, hits)


def key_of(text: Text, language: str, versions: Mapping[str, str]) -> str:
    """What the facts of `text` are kept by."""
    return f"{text.digest}:{language}:{versions.get(language, '')}"


def _text(file: SourceFile, limit: int, roots: Sequence[Path]) -> Text | Unreadable:
    path = path_of(file.uri)
    return Unreadable("no such file") if path is None else read_text(path, limit, roots)


def _roots(folders: Iterable[str]) -> tuple[Path, ...]:
    return tuple(root for root in map(resolved, folders) if root is not None)


def recalled(
    request: Extract, cache: FactsCache, least: float, files: Iterable[SourceFile]
) -> Extracted:
    """Those of `files` whose content is known; of the others nothing is said. Of `request`
    all else counts.

    Ends where no share of `least` was known of the last `SAMPLE` files.
    """
    found: dict[str, bytes] = {}
    bytes_read = hits = 0
    roots = _roots(request.folders)
    for at, file in enumerate(files, 1):
        text = _text(file, request.max_bytes, roots)
        if not isinstance(text, Unreadable):
            known = cache.get(key_of(text, file.language, request.versions))
            if known is not None:
                found[file.uri] = known
                bytes_read += len(text)
        if at % SAMPLE == 0:
            if len(found) - hits < least * SAMPLE:
                break
            hits = len(found)
    return Extracted(found, (), bytes_read, len(found))
