"""The case format: one text file is one test.

The first lines say in a sentence what must hold. Sections follow, each headed by
`-- name --`: files (`$0` marks the cursor, `<<` and `>>` a selection), `request`, `model`
(scripted replies), `typed`, `revise`, `accept`; and those that begin with `@`, which are what must
come of it. `pytest --update` rewrites the `@` sections.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HEAD = re.compile(r"^-- (?P<name>[^\n]+?) --\n", re.MULTILINE)
INPUTS = ("request", "model", "typed", "revise", "accept", "drafts", "then")


@dataclass(frozen=True)
class Section:
    name: str
    text: str
    line: int


@dataclass(frozen=True)
class Case:
    path: Path
    sentence: str
    sections: tuple[Section, ...]

    def get(self, name: str) -> str | None:
        return next((each.text for each in self.sections if each.name == name), None)

    def line(self, name: str) -> int:
        return next((each.line for each in self.sections if each.name == name), 0)

    @property
    def files(self) -> dict[str, str]:
        return {
            each.name: each.text
            for each in self.sections
            if each.name not in INPUTS and not each.name.startswith("@")
        }

    @property
    def expected(self) -> dict[str, str]:
        return {each.name[1:]: each.text for each in self.sections if each.name.startswith("@")}


def read(path: Path) -> Case:
    """Raises `ValueError` for a file that begins with no sentence or has a section twice."""
    text = path.read_bytes().decode("utf-8")
    heads = list(_HEAD.finditer(text))
    sentence = text[: heads[0].start()] if heads else text
    if not sentence.strip() or not heads:
        raise ValueError(f"{path}: a case begins with a sentence, then sections")
    sections = []
    for at, head in enumerate(heads):
        end = heads[at + 1].start() if at + 1 < len(heads) else len(text)
        line = text.count("\n", 0, head.end()) + 1
        sections.append(Section(head["name"], text[head.end() : end], line))
    names = [each.name for each in sections]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ValueError(f"{path}: section {twice[0]} stands twice")
    return Case(path, sentence, tuple(sections))


def updated(case: Case, found: dict[str, str]) -> str:
    """The text of `case` with its `@` sections as `found`; empty ones are left out."""
    wanted = [name for name, text in found.items() if text]
    parts = [case.sentence]
    parts += [f"-- {s.name} --\n{s.text}" for s in case.sections if not s.name.startswith("@")]
    parts += [f"-- @{name} --\n{found.get(name, '')}" for name in wanted]
    return "".join(parts)
