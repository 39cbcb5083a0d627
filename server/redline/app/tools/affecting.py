"""Which tests a draft likely affects, from what the index and the imports say."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from redline.app.tools.checking import Changed, found_in
from redline.app.tools.context import ToolContext
from redline.core import uris
from redline.core.agent import drafts
from redline.core.checks.affected import Selection, selected
from redline.core.checks.runners import WHOLE, Kind, family, holds_tests, kinds
from redline.core.graph.covering import IMPORTED, covers
from redline.core.graph.model import Imports
from redline.core.index import query
from redline.core.index.model import Symbol
from redline.core.text.text import Text
from redline.core.uris import Folder

MOST_SYMBOLS = 20
"""Of more symbols that are changed, the tests of the first are looked for."""
DEEPEST = 4
FADING = 0.5
"""What is left of an import's weight with each file between."""


@dataclass(frozen=True, slots=True)
class Suite:
    """The tests of one folder in one family of languages.

    `every` are its known files of tests by uri, `named` where each is once the draft is
    applied, `kinds` the runners it may have and `argv` what the project says of them.
    """

    folder: Folder
    family: str
    kinds: tuple[Kind, ...]
    argv: Mapping[str, tuple[str, ...]]
    every: tuple[str, ...]
    named: Mapping[str, str]


def suites(context: ToolContext) -> tuple[Suite, ...]:
    """The suites that a draft may affect: where it changes code, and there are tests."""
    changed: dict[tuple[str, str], Folder] = {}
    for uri in drafts.uris_of(context.files.draft):
        folder, language = uris.folder_of(context.files.folders, uri), context.language(uri)
        of = family(language.name) if language is not None else ""
        if folder is not None and of:
            changed.setdefault((folder.uri, of), folder)
    made = (_suite(context, folder, of) for (_, of), folder in changed.items())
    return tuple(each for each in made if each is not None)


def _suite(context: ToolContext, folder: Folder, of: str) -> Suite | None:
    found = {each.tool: each for each in found_in(context, folder, {of}) if each.name == "tests"}
    package = context.files.base(f"{folder.uri}/package.json")
    text = package.decode() if isinstance(package, Text) else ""
    able = kinds(of, found.keys(), text)
    index = context.index
    known = {*index.base.keys(), *index.overlay.keys(), *drafts.uris_of(context.files.draft)}
    named = {uri: _path(context, folder, uri) for uri in known if uri.startswith(folder.uri)}
    named = {uri: path for uri, path in named.items() if holds_tests(path, of)}
    # Some tests stand in the sources, or where only the project's own command finds them.
    able = able if named else tuple(each for each in able if each in WHOLE)
    if not able:
        return None
    argv = {tool: each.argv for tool, each in found.items()}
    return Suite(folder, of, able, argv, tuple(sorted(named)), named)


def _path(context: ToolContext, folder: Folder, uri: str) -> str:
    """Where a file is in its folder once the draft is applied; '' for one that is gone."""
    operation = context.files.operation(uri)
    if operation is not None and operation.kind == "delete":
        return ""
    target = operation.target if operation is not None and operation.kind == "rename" else ""
    return uris.relative((folder,), target or uri) or ""


async def selection(context: ToolContext, suite: Suite, files: Sequence[Changed]) -> Selection:
    """The files of tests to run, by uri."""
    everything = context.files.snapshot.settings.check_tests == "all"
    changed = drafts.uris_of(context.files.draft)
    sure: dict[str, float] = {}
    if not everything and context.lookup is not None:
        imports = await context.lookup.imports()
        sure = _importing(imports, changed, suite.every)
        for symbol in _symbols(context, files)[:MOST_SYMBOLS]:
            clues = await context.lookup.clues(symbol)
            for cover in await asyncio.to_thread(
                covers, context.index, imports, symbol, context.base, clues
            ):
                sure[cover.uri] = max(cover.confidence, sure.get(cover.uri, 0.0))
    sure |= {uri: 1.0 for each in changed for uri in _below_conftest(each, suite.every)}
    return selected(suite.every, sure, changed, everything)


def _importing(
    imports: Imports, changed: Iterable[str], tests: Collection[str]
) -> dict[str, float]:
    """How much speaks for each test by what it imports, straight or through other files."""
    found: dict[str, float] = {}
    seen, edge, weight = set(changed), set(changed), IMPORTED
    for _ in range(DEEPEST):
        edge = {user for uri in edge for user in imports.importers.get(uri, ())} - seen
        seen |= edge
        for uri in edge:
            for test in (uri, *_below_conftest(uri, tests)):
                found[test] = max(weight, found.get(test, 0.0))
        weight *= FADING
    return found


def _below_conftest(uri: str, tests: Iterable[str]) -> list[str]:
    """The tests that a `conftest.py` is for."""
    folder, _, name = uri.rpartition("/")
    return (
        [each for each in tests if each.startswith(f"{folder}/")] if name == "conftest.py" else []
    )


def _symbols(context: ToolContext, files: Sequence[Changed]) -> list[Symbol]:
    """The innermost symbols that are changed, each once."""
    found: dict[str, Symbol] = {}
    for file in files:
        facts = context.index.facts(file.uri)
        trees = query.document_symbols(file.uri, facts) if facts is not None else ()
        for edit in file.edits:
            inner, level = None, trees
            while level:
                at = next((t for t in level if t.symbol.span.contains(edit.span)), None)
                inner, level = (at.symbol, at.children) if at is not None else (inner, ())
            if inner is not None:
                found.setdefault(inner.id, inner)
    return list(found.values())
