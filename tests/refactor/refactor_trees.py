"""Small trees of files as the refactorings over several files read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import unified_diff
from itertools import chain

from redline.adapters import grammars
from redline.core.graph.model import imports_of
from redline.core.index.extract import extract, parse
from redline.core.index.imports import MANIFESTS, modules, resolved
from redline.core.index.merge import merged
from redline.core.index.model import Index, Symbol
from redline.core.index.query import symbols_named
from redline.core.refactor.project import Planned, Project
from redline.core.text.edits import apply
from redline.core.text.text import Text

LANGUAGES = grammars.load()


def project_of(files: Mapping[str, bytes]) -> Project:
    """The files, indexed; their paths are their uris."""
    texts = {path: Text(data) for path, data in files.items()}
    found = {path: LANGUAGES.for_path(path) for path in texts}
    facts = {
        path: extract(language, parse(language, texts[path]), texts[path])
        for path, language in found.items()
        if language is not None
    }
    manifests = {
        path: data.decode() for path, data in files.items() if path.split("/")[-1] in MANIFESTS
    }
    known = modules({path: each.language for path, each in facts.items()}, manifests)
    targets = {
        path: set(chain(*resolved(known, path, each.language, each.import_names))) - {path}
        for path, each in facts.items()
    }
    imports = imports_of({path: tuple(sorted(each)) for path, each in targets.items()})
    index = replace(merged(Index(), facts, ()), complete=True)
    return Project(index, imports, texts.get, lambda uri: uri, lambda path: path)


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
