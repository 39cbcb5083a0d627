"""What localise.py knows of files: the facts the grammars find, and the imports of a tree.

Most contents recur from tree to tree: they are extracted once, in two processes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache

from redline.adapters import grammars
from redline.core.index.extract import extract, parse
from redline.core.index.imports import MANIFESTS, modules, resolved
from redline.core.index.languages import Languages
from redline.core.retrieval.terms import Terms, terms_of
from redline.core.text.text import Text

PROCESSES = 2
MANIFEST_NAMES = tuple(sorted(MANIFESTS))


@dataclass(frozen=True, slots=True)
class Source:
    """What retrieval needs of one content."""

    language: str
    terms: Terms
    imports: tuple[str, ...]


class Extraction:
    """Makes sources of contents, in processes of its own."""

    def __init__(self) -> None:
        self._languages = grammars.load(worker=True)
        self._pool = ProcessPoolExecutor(PROCESSES)

    def language(self, path: str) -> str:
        """The name of the language of a path, '' for one we do not know."""
        return self._languages.name_for_path(path) or ""

    def sources(self, texts: Iterable[tuple[str, bytes]]) -> Iterator[Source]:
        """The source of each (language, content), in order."""
        return self._pool.map(_source, texts, chunksize=16)

    def close(self) -> None:
        """Ends the processes."""
        self._pool.shutdown()


@cache
def _languages() -> Languages:
    os.nice(5)
    return grammars.load(worker=True)


def _source(job: tuple[str, bytes]) -> Source:
    name, data = job
    language = _languages().named(name)
    assert language is not None, f"no language {name}"
    text = Text(data)
    facts = extract(language, parse(language, text), text)
    return Source(name, terms_of(facts), facts.import_names)


def imports_in(
    sources: Mapping[str, Source], manifests: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """By path the files that each file of a tree imports."""
    known = modules({path: source.language for path, source in sources.items()}, manifests)
    found = {}
    for path, source in sources.items():
        each = resolved(known, path, source.language, source.imports)
        found[path] = tuple(sorted({file for files in each for file in files} - {path}))
    return found
