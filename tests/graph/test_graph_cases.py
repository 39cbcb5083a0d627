"""What hangs together, as files: a small tree, and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

import casefile
from redline.adapters import grammars, tokens
from redline.core.graph.calls import callees, callers, shown
from redline.core.graph.central import links
from redline.core.graph.covering import Clues, covers
from redline.core.graph.model import Call, Imports, imports_of
from redline.core.graph.neighbours import neighbours
from redline.core.index.extract import extract, parse
from redline.core.index.imports import MANIFESTS, modules, resolved
from redline.core.index.merge import merged
from redline.core.index.model import Index, Symbol
from redline.core.index.query import qualified_name, symbols_named
from redline.core.map.gather import code_map, uses
from redline.core.map.outline import outline
from redline.core.retrieval.paths import is_test
from redline.core.text.text import Text

HERE = Path(__file__).parent / "cases"
CASES = sorted(HERE.glob("*.txt"))
LANGUAGES = grammars.load()


@dataclass(frozen=True)
class Tree:
    """The files of a case, indexed; their paths are their uris."""

    texts: Mapping[str, Text]
    index: Index
    imports: Imports

    def named(self, name: str) -> tuple[Symbol, ...]:
        found = symbols_named(self.index, name)
        assert found, name
        return found


def read_tree(files: Mapping[str, str]) -> Tree:
    texts = {path: Text(text.encode()) for path, text in files.items()}
    found = {path: LANGUAGES.for_path(path) for path in texts}
    facts = {
        path: extract(language, parse(language, texts[path]), texts[path])
        for path, language in found.items()
        if language is not None
    }
    names = {path: each.language for path, each in facts.items()}
    manifests = {p: t for p, t in files.items() if p.rpartition("/")[2] in MANIFESTS}
    known = modules(names, manifests)
    targets = {
        path: tuple(
            sorted(
                {t for ts in resolved(known, path, each.language, each.import_names) for t in ts}
                - {path}
            )
        )
        for path, each in facts.items()
    }
    index = replace(merged(Index(), facts, ()), complete=True)
    return Tree(texts, index, imports_of(targets))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_hangs_together(path: Path, request: pytest.FixtureRequest) -> None:
    case = casefile.read(path)
    tree = read_tree(case.files)
    found = {name: _answer(tree, name) for name in case.expected}
    if request.config.getoption("--update"):
        path.write_bytes(casefile.updated(case, found).encode("utf-8"))
        case = casefile.read(path)
    assert case.expected, f"{path.name} asks nothing"
    assert found == case.expected


def _answer(tree: Tree, question: str) -> str:
    what, _, about = question.partition(" ")
    rows = ANSWERS[what](tree, about)
    return "".join(f"{row}\n" for row in rows or ["(none)"])


def _callers(tree: Tree, name: str) -> list[str]:
    found = [
        c for s in tree.named(name) for c in callers(tree.index, tree.imports, s, tree.texts.get)
    ]
    return [f"{each.uri} {shown(each)}{_sure(tree, each)}" for each in found]


def _callees(tree: Tree, name: str) -> list[str]:
    found = [
        c for s in tree.named(name) for c in callees(tree.index, tree.imports, s, tree.texts.get)
    ]
    return [f"{c.callee.uri} {qualified_name(c.callee)}{_sure(tree, c)}" for c in found]


def _sure(tree: Tree, call: Call) -> str:
    text = tree.texts[call.uri]
    lines = ",".join(str(text.line_of(span.start) + 1) for span in call.spans)
    return f" line {lines}: {call.confidence} {call.because}"


def _importers(tree: Tree, path: str) -> list[str]:
    return list(tree.imports.importers.get(path, ()))


def _tests(tree: Tree, name: str) -> list[str]:
    (symbol,) = tree.named(name)
    clues = Clues(is_test, {})
    found = covers(tree.index, tree.imports, symbol, tree.texts.get, clues)
    return [
        f"{each.uri} [{', '.join(each.tests)}] {each.confidence} {', '.join(each.because)}"
        for each in found
    ]


def _neighbours(tree: Tree, place: str) -> list[str]:
    path, _, line = place.rpartition(":")
    start, words = tree.texts[path].row(int(line) - 1)
    offset = start + len(words) - len(words.lstrip())
    found = neighbours(tree.index, tree.imports, path, offset, tree.texts.get)
    return [f"{each.because}: {each.symbol.uri} {qualified_name(each.symbol)}" for each in found]


def _links(tree: Tree, _: str) -> list[str]:
    found = links(tree.index, tree.imports)
    return [
        f"{each.source} -> {each.target}: {'imports, ' * each.imports}{each.calls} uses"
        for each in found
    ]


def _map(tree: Tree, limit: str) -> list[str]:
    drawn = code_map(tree.index, tree.imports, "case", lambda uri: uri, tree.texts.get)
    text = outline(drawn, partial(uses, tree.index), int(limit), tokens.count)
    assert tokens.count(text) <= int(limit)
    return text.splitlines()


ANSWERS: Mapping[str, Callable[[Tree, str], list[str]]] = {
    "callers": _callers,
    "callees": _callees,
    "importers": _importers,
    "tests": _tests,
    "neighbours": _neighbours,
    "links": _links,
    "map": _map,
}
