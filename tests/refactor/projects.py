"""A tree of files as a `Project`, and the files after a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import unified_diff

from redline.adapters import grammars
from redline.core.graph.model import imports_of
from redline.core.index.extract import extract, parse
from redline.core.index.facts import symbols
from redline.core.index.imports import MANIFESTS, modules, resolved
from redline.core.index.merge import merged
from redline.core.index.model import Index, Symbol
from redline.core.index.query import documents
from redline.core.refactor.project import Planned, Project
from redline.core.text.edits import apply
from redline.core.text.text import Text

LANGUAGES = grammars.load()


def project_of(files: Mapping[str, bytes]) -> Project:
    """`files` by path, which are their uris as well, indexed."""
    texts = {path: Text(data) for path, data in files.items()}
    found = {path: LANGUAGES.for_path(path) for path in texts}
    facts = {
        path: extract(language, parse(language, texts[path]), texts[path])
        for path, language in found.items()
        if language is not None and not texts[path].is_binary
    }
    names = {path: each.language for path, each in facts.items()}
    manifests = {
        path: text.decode() for path, text in texts.items() if path.rpartition("/")[2] in MANIFESTS
    }
    known = modules(names, manifests)
    targets: dict[str, tuple[str, ...]] = {}
    for path, each in facts.items():
        hits = {t for ts in resolved(known, path, each.language, each.import_names) for t in ts}
        targets[path] = tuple(sorted(hits - {path}))
    index = replace(merged(Index(), facts, ()), complete=True)
    return Project(index, imports_of(targets), texts.get, lambda uri: uri, _inside)


def _inside(path: str) -> str | None:
    return None if path.startswith(("/", "..")) else path


def symbol_at(project: Project, path: str, name: str) -> Symbol:
    """The symbol of that qualified name in a file; the first where there are several."""
    facts = project.index.facts(path)
    assert facts is not None, path
    for each in symbols(path, facts):
        if (f"{each.container}.{each.name}" if each.container else each.name) == name:
            return each
    raise AssertionError(f"{path} has no {name}: {[e.name for e in symbols(path, facts)]}")


def after(project: Project, planned: Planned) -> dict[str, bytes]:
    """Every Python and other indexed file once the plan is carried out."""
    files: dict[str, bytes] = {}
    for uri, _ in documents(project.index):
        text = project.text_of(uri)
        assert text is not None
        files[uri] = text.data
    return changed(files, planned)


def changed(files: Mapping[str, bytes], planned: Planned) -> dict[str, bytes]:
    """`files` once the plan is carried out."""
    found = dict(files)
    for operation in planned.operations:
        if operation.kind == "create":
            assert operation.uri not in found
            found[operation.uri] = b""
    for uri, edits in planned.edits.items():
        found[uri] = apply(found[uri], edits)
    for operation in planned.operations:
        if operation.kind == "rename":
            found[operation.target] = found.pop(operation.uri)
        elif operation.kind == "delete":
            del found[operation.uri]
    return found


def shown(files: Mapping[str, bytes], planned: Planned) -> str:
    """The plan as people read it: a diff and the notes, or the refusal."""
    if planned.refusal:
        rows = [f"refused: {planned.refusal}", *(f"option: {each}" for each in planned.options)]
        return "".join(f"{row}\n" for row in rows)
    later = changed(files, planned)
    names = {op.target: op.uri for op in planned.operations if op.kind == "rename"}
    rows = [f"{op.kind}: {op.uri} {op.target}".rstrip() + "\n" for op in planned.operations]
    for path in sorted({*files, *later} - set(names.values())):
        old = files.get(names.get(path, path), b"").decode().splitlines(keepends=True)
        new = later.get(path, b"").decode().splitlines(keepends=True)
        for row in unified_diff(old, new, f"a/{names.get(path, path)}", f"b/{path}", n=1):
            rows.append(row if row.endswith("\n") else f"{row}\n\\ no newline at the end\n")
    rows += [f"note: {each}\n" for each in planned.notes]
    return "".join(rows)
