"""Small trees of files as the refactorings over several files read them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import unified_diff

from projects import project_of

from redline.core.index.model import Symbol
from redline.core.index.query import symbols_named
from redline.core.refactor.project import Planned, Project
from redline.core.text.edits import apply

__all__ = ["after", "project_of", "symbol_of", "told"]


def symbol_of(project: Project, name: str) -> Symbol:
    """The one symbol called so; with a `path:` before the name, the one in that file."""
    path, _, rest = name.rpartition(":")
    found = [each for each in symbols_named(project.index, rest) if path in ("", each.uri)]
    assert found, name
    return found[0]


def after(files: Mapping[str, bytes], planned: Planned) -> dict[str, bytes]:
    """The files with the edits made; whole-file operations are not looked at."""
    return {path: apply(data, planned.edits.get(path, ())) for path, data in files.items()}


def told(files: Mapping[str, bytes], planned: Planned) -> dict[str, str]:
    """A plan as the sections of a case."""
    changed = after(files, planned)
    lines: list[str] = []
    for path, data in files.items():
        before, now = (each.decode().splitlines(keepends=True) for each in (data, changed[path]))
        lines += unified_diff(before, now, path, path, n=0)
    diff = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
    refusal = "\n".join((planned.refusal, *planned.options)).strip()
    said = {"diff": diff, "notes": "\n".join(planned.notes), "refusal": refusal}
    return {name: f"{text.rstrip()}\n" for name, text in said.items() if text}
