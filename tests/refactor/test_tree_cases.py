"""Refactorings over several files, as files: a small tree, what is asked, what comes of it.

A request is one call in Python: `change("f", RenameParameter("a", "b"))`,
`inline("f")`, `inline_at("f", "use.py", 3)`, `variable("a.py")` with `$0` in the file.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from refactor_trees import after, project_of, symbol_of, told

import casefile
from redline.core.refactor.change_signature import changing
from redline.core.refactor.inlining.constant import inline_constant
from redline.core.refactor.inlining.function import inline_function
from redline.core.refactor.inlining.variable import inline_variable
from redline.core.refactor.project import Planned, Use
from redline.core.text.edits import apply, invert
from redline.core.text.text import Span

KINDS = ("change_signature", "inline")
HERE = Path(__file__).parent / "cases"
CASES = sorted(path for kind in KINDS for path in (HERE / kind).glob("*.txt"))


@dataclass(frozen=True)
class Asker:
    """Carries out the requests of one case."""

    files: Mapping[str, bytes]
    cursor: Mapping[str, int] = field(default_factory=dict)

    def change(
        self,
        name: str,
        *changes: changing.ParameterChange,
        uses: Sequence[str] = (),
        others: Sequence[str] | None = None,
    ) -> Planned:
        """`uses` and `others` are `path:line name`: the first such name on the line."""
        project = project_of(self.files)
        told_others = None if others is None else [self.use(each) for each in others]
        symbol = symbol_of(project, name)
        told_uses = [self.use(each) for each in uses]
        return changing.change_signature(project, symbol, changes, told_uses, told_others)

    def inline(self, name: str, delete: bool = True, uses: Sequence[str] = ()) -> Planned:
        project = project_of(self.files)
        symbol = symbol_of(project, name)
        if symbol.kind in ("constant", "variable"):
            return inline_constant(project, symbol, delete)
        return inline_function(project, symbol, delete, uses=[self.use(each) for each in uses])

    def inline_at(self, name: str, place: str) -> Planned:
        project = project_of(self.files)
        return inline_function(project, symbol_of(project, name), at=self.use(place))

    def variable(self, path: str) -> Planned:
        return inline_variable(project_of(self.files), path, self.cursor[path])

    def use(self, place: str) -> Use:
        where, _, name = place.partition(" ")
        path, _, line = where.rpartition(":")
        rows = self.files[path].splitlines(keepends=True)
        start = sum(map(len, rows[: int(line) - 1]))
        at = rows[int(line) - 1].index(name.encode())
        return path, Span(start + at, start + at + len(name.encode()))

    def asked(self, request: str) -> Planned:
        words = {name: getattr(changing, name) for name in changing.__all__}
        project = project_of(self.files)
        words["symbol"] = lambda name: symbol_of(project, name)
        for name in ("change", "inline", "inline_at", "variable"):
            words[name] = getattr(self, name)
        planned = eval(request, words)
        assert isinstance(planned, Planned)
        return planned


def asker(files: Mapping[str, str]) -> Asker:
    cursor = {path: text.encode().index(b"$0") for path, text in files.items() if "$0" in text}
    plain = {path: text.replace("$0", "", 1) for path, text in files.items()}
    data = {path: text.replace("\\r\n", "\r\n").encode() for path, text in plain.items()}
    return Asker(data, cursor)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_planned(path: Path, request: pytest.FixtureRequest) -> None:
    case = casefile.read(path)
    asked = asker(case.files)
    planned = asked.asked((case.get("request") or "").strip())
    found = told(asked.files, planned)
    if request.config.getoption("--update"):
        path.write_bytes(casefile.updated(case, found).encode("utf-8"))
        case = casefile.read(path)
    assert case.expected, f"{path.name} expects nothing; run pytest --update and look"
    assert found == case.expected
    assert bool(planned.refusal) != bool(planned.edits)
    for name, data in after(asked.files, planned).items():
        ast.parse(data.decode())
        edits = planned.edits.get(name, ())
        assert apply(data, invert(asked.files[name], edits)) == asked.files[name]
