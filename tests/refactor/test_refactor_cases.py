"""Refactorings over several files, as files: a small tree, a request, and what is planned.

A `request` line is `move PATH NAME[,NAME...] to PATH`, and so on: see `REQUESTS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from projects import project_of, shown, symbol_at

import casefile
from redline.core.index.query import qualified_name
from redline.core.refactor.dead_code.finding import dead_symbols
from redline.core.refactor.dead_code.removal import remove_dead
from redline.core.refactor.move_symbol.moving import move_symbol
from redline.core.refactor.project import Planned, Project
from redline.core.refactor.rename.module import module_mentions, rename_module

HERE = Path(__file__).parent / "cases"
KINDS = ("dead_code", "move_symbol", "rename_module")
CASES = sorted(path for kind in KINDS for path in (HERE / kind).glob("*.txt"))


def _move(project: Project, words: str) -> Planned:
    found = re.fullmatch(r"(\S+) (\S+) to (\S+)", words)
    assert found, words
    symbols = [symbol_at(project, found[1], name) for name in found[2].split(",")]
    return move_symbol(project, symbols, found[3], None)


def _rename_module(project: Project, words: str) -> Planned:
    old, _, new = words.partition(" to ")
    return rename_module(project, old, new)


def _mentions(project: Project, words: str) -> Planned:
    old, _, new = words.partition(" to ")
    return module_mentions(project, old, new)


def _dead(project: Project, words: str) -> Planned:
    """The list of what is dead, as notes."""
    found = dead_symbols(project, words or None)
    rows = (
        f"{each.symbol.uri} {qualified_name(each.symbol)} ({each.symbol.kind}) "
        f"{each.confidence}: {'; '.join(each.reasons)}"
        for each in found
    )
    return Planned(notes=tuple(rows))


def _remove(project: Project, words: str) -> Planned:
    path, name = words.split()
    for each in dead_symbols(project, path):
        if qualified_name(each.symbol) == name:
            return remove_dead(project, each.symbol)
    return remove_dead(project, symbol_at(project, path, name))


REQUESTS: Mapping[str, Callable[[Project, str], Planned]] = {
    "move": _move,
    "rename_module": _rename_module,
    "mentions": _mentions,
    "dead": _dead,
    "remove": _remove,
}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_plan_is_what_the_case_says(path: Path, request: pytest.FixtureRequest) -> None:
    case = casefile.read(path)
    files = {name: text.encode() for name, text in case.files.items()}
    words = (case.get("request") or "").strip()
    verb, _, rest = words.partition(" ")
    planned = REQUESTS[verb](project_of(files), rest)
    found = {"plan": shown(files, planned)}
    if request.config.getoption("--update"):
        path.write_bytes(casefile.updated(case, found).encode("utf-8"))
        case = casefile.read(path)
    assert case.expected, f"{path.name} expects nothing"
    assert found == case.expected
