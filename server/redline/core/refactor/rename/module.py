"""Renames or moves a Python module or package, with its imports everywhere.

What finds a module by its name without importing it (settings, entry points, text) is
offered apart: `module_mentions`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace

from redline.core.index.import_rules import python as rules
from redline.core.index.import_rules.paths import folder_of, last_of, under
from redline.core.index.query import documents, uris_naming
from redline.core.proposal.hunks import FileOperation
from redline.core.refactor.project import Planned, Project, impossible
from redline.core.refactor.python.modules import (
    INIT,
    Modules,
    by_folder,
    dotted,
    imports_in,
    is_package,
    modules_of,
    top,
)
from redline.core.refactor.python.names import binds
from redline.core.refactor.python.scopes import Source, parse
from redline.core.refactor.python.view import view
from redline.core.refactor.rename.module_imports import Renaming, renamed_in
from redline.core.refactor.rename.module_strings import strings_in, text_places
from redline.core.text.edits import Edit, EditError, apply, ordered

_ENDINGS = (".py", ".pyi")
_FIXED = frozenset({"conftest.py", "setup.py", "__init__.py", "__main__.py", "manage.py"})
_IMPORTERS = ("import_module", "__import__", "import_string")
_BY_NAME = frozenset({"models", "admin", "apps", "settings", "urls", "tasks", "signals", "wsgi"})


def rename_module(project: Project, path: str, new_path: str) -> Planned:
    """The plan that gives the module or package at `path` the path `new_path`.

    Both are files that end in `.py`, or both folders. Imports inside and outside follow;
    strings that tests and `import_module` import by do too, others are noted.
    """
    path, new_path = path.rstrip("/"), new_path.rstrip("/")
    moved = _moved(project, path, new_path)
    if isinstance(moved, str):
        return impossible(moved)
    renaming = _renaming(project, moved)
    trouble = _placed(renaming, path, new_path)
    if trouble:
        return impossible(trouble)
    edits = _edits(renaming, path)
    if isinstance(edits, str):
        return impossible(edits)
    trouble = _sound(renaming, edits)
    if trouble:
        return impossible(trouble)
    reason = f"rename {path} to {new_path}"
    operations = [
        FileOperation("rename", uri, project.uri_of(new) or "", reason, "computed")
        for old, new in sorted(moved.items())
        if (uri := project.uri_of(old)) is not None
    ]
    return Planned(edits, tuple(operations), _notes(renaming, path))


def module_mentions(project: Project, path: str, new_path: str) -> Planned:
    """Edits for the strings and settings that spell the old dotted name out; they are a guess,
    so `rename_module` leaves them alone."""
    moved = _moved(project, path.rstrip("/"), new_path.rstrip("/"))
    if isinstance(moved, str):
        return impossible(moved)
    renaming = _renaming(project, moved)
    found: dict[str, tuple[Edit, ...]] = {}
    for uri, facts in documents(project.index):
        edits = text_places(renaming, project.path_of(uri), facts.language)
        if edits:
            found[uri] = edits
    return Planned(found)


def _moved(project: Project, path: str, new_path: str) -> dict[str, str] | str:
    """The files that move, old path to new; or why they cannot."""
    there = {project.path_of(uri) for uri, _ in documents(project.index)}
    if path == new_path:
        return f"{path} has that name already"
    if path.endswith(".py") != new_path.endswith(".py"):
        return "a module stays a file, and a package a folder"
    if path.endswith(".py"):
        if path not in there:
            return f"there is no module {path}"
        if last_of(path) in _FIXED or last_of(new_path) in _FIXED:
            fixed = last_of(path) if last_of(path) in _FIXED else last_of(new_path)
            return f"{fixed} has a name that means something by itself"
        stubs = {f"{path}i": f"{new_path}i"} if f"{path}i" in there else {}
        moved = {path: new_path, **stubs}
    else:
        if new_path.startswith(f"{path}/"):
            return "a package cannot be moved into itself"
        moved = {p: new_path + p[len(path) :] for p in there if p.startswith(f"{path}/")}
        if f"{path}/{INIT}" not in moved:
            return f"there is no package {path}"
    taken = sorted(set(moved.values()) & there)
    if taken or any(project.text_of(project.uri_of(p) or "") for p in moved.values()):
        return f"{taken[0] if taken else new_path} is there already"
    return moved


def _renaming(project: Project, moved: Mapping[str, str]) -> Renaming:
    before = modules_of(project)
    paths = {moved.get(path, path) for path in before.paths}
    others = {project.path_of(uri) for uri, _ in documents(project.index)} - before.paths
    for old in moved:
        dotted(before, old)
    # What imports say of folders they say of the files as they are now.
    later = Modules(project, rules.table(paths, others), frozenset(paths), starts=before.starts)
    for old, new in moved.items():
        if old in before.paths:
            later.sources[new] = before.source(old)
    return Renaming(before, later, moved)


def _placed(renaming: Renaming, path: str, new_path: str) -> str:
    """Why a module cannot be where it shall go; '' where it can."""
    for old in renaming.moved:
        where = by_folder(renaming.before, old)
        if where:
            return f"{where} imports {old} by its folder, which has no {INIT}"
    stem = last_of(new_path).removesuffix(".py")
    if not stem.isidentifier():
        return f"{stem} cannot be imported by that name"
    before, later = renaming.before, renaming.later
    inside = folder_of(path) in before.table.packages
    if inside != (folder_of(new_path) in later.table.packages):
        return f"{folder_of(new_path) or 'the workspace'} is {'no' if inside else 'a'} package"
    if not inside and folder_of(path) != folder_of(new_path):
        return "a module that is in no package is found by its folder, so it has to stay there"
    home = before.source(under(folder_of(path), INIT)) if inside else None
    name = last_of(path).removesuffix(".py")
    if home is not None and _by_gift(home, name):
        return f"{folder_of(path)}/{INIT} uses {name} by the name that its import leaves behind"
    if folder_of(path) != folder_of(new_path):
        placed = next((p for p in sorted(renaming.moved) if _knows_its_place(before, p)), None)
        if placed:
            return f"{placed} looks for files beside itself (__file__), which would not be there"
    package = later.source(under(folder_of(new_path), INIT)) if inside else None
    if package is not None:
        names = view(INIT, package).module.binds
        if stem in names:
            return f"{folder_of(new_path)} has something called {stem} already"
    unread = next((p for p in sorted(renaming.moved) if _broken(before, p)), None)
    return f"{unread} does not parse" if unread else ""


def _by_gift(package: Source, name: str) -> bool:
    """Whether a package uses a module of its own that no statement of it binds."""
    given = any(
        name in binds(node) and not isinstance(node, ast.Name) for node in top(package.tree.body)
    )
    of = view(INIT, package)
    deleted = any(
        isinstance(target, ast.Name) and target.id == name
        for node in package.tree.body
        if isinstance(node, ast.Delete)
        for target in node.targets
    )
    return not given and (deleted or next(of.uses(name), None) is not None)


def _knows_its_place(modules: Modules, path: str) -> bool:
    source = modules.source(path) if path in modules.paths else None
    return source is not None and any(
        isinstance(node, ast.Name) and node.id in ("__file__", "__path__", "__package__")
        for node in ast.walk(source.tree)
    )


def _broken(modules: Modules, path: str) -> bool:
    return path in modules.paths and modules.source(path) is None


def _edits(renaming: Renaming, path: str) -> dict[str, tuple[Edit, ...]] | str:
    project, found = renaming.before.project, dict[str, tuple[Edit, ...]]()
    for each in _candidates(renaming, path):
        source = renaming.before.source(each)
        if source is None:
            return f"{each} names the module and does not parse"
        edits = renamed_in(renaming, view(each, source))
        if isinstance(edits, str):
            return edits
        edits = (*edits, *strings_in(renaming, source))
        if edits:
            found[project.uri_of(each) or ""] = tuple(sorted(set(edits), key=lambda e: e.span))
    return found


def _candidates(renaming: Renaming, path: str) -> list[str]:
    """The Python files that may import what moves, and those that move."""
    project = renaming.before.project
    name = last_of(path).removesuffix(".py")
    old = dotted(renaming.before, path if path.endswith(".py") else under(path, INIT))
    uris = set[str]()
    for old_path in renaming.moved:
        uris |= set(project.imports.importers.get(project.uri_of(old_path) or "", ()))
    # Those that reach it through a package say `.name`; strings say all of it.
    behind, spelt = f".{name}".encode(), old.encode()
    for uri in {*uris_naming(project.index, name)} - uris:
        text = project.text_of(uri)
        if text is not None and behind in text.data:
            uris.add(uri)
    for uri, facts in documents(project.index):
        text = project.text_of(uri) if name in facts.words and uri not in uris else None
        if text is not None and spelt in text.data:
            uris.add(uri)
    paths = {project.path_of(uri) for uri in uris} | set(renaming.moved)
    return sorted(paths & renaming.before.paths)


def _sound(renaming: Renaming, edits: Mapping[str, tuple[Edit, ...]]) -> str:
    """Why the result is not right: every import must mean the same file as before."""
    project, before = renaming.before.project, renaming.before
    after: dict[str, Source | None] = dict(renaming.later.sources)
    for uri, group in edits.items():
        path = project.path_of(uri)
        source = before.source(path)
        if source is None:
            continue
        try:
            ordered(group, len(source.text))
        except EditError:
            return f"the changes in {path} would overlap"
        after[renaming.new(path)] = parse(apply(source.text.data, group))
        if after[renaming.new(path)] is None:
            return f"{path} would not parse; this is a fault of the renaming"
    later = replace(renaming.later, sources=after, tops={})
    for path in sorted({*renaming.moved, *(project.path_of(uri) for uri in edits)}):
        if path in before.paths and _targets(later, renaming.new(path)) != {
            renaming.new(each) for each in _targets(before, path)
        }:
            return f"an import in {path} would mean another file"
    return ""


def _targets(modules: Modules, path: str) -> set[str]:
    source = modules.source(path)
    found: set[str] = set()
    for each in imports_in(source) if source is not None else ():
        home = modules.module(path, each.module)
        dot = "" if each.module.endswith(".") else "."
        inner = modules.module(path, f"{each.module}{dot}{each.name}") if each.name else None
        if inner is not None and home is not None and is_package(home):
            found.add(inner)
        elif home is not None:
            found.add(home)
    return found


@dataclass(frozen=True, slots=True)
class _Left:
    """Where the old name still stands."""

    path: str
    count: int


def _notes(renaming: Renaming, path: str) -> tuple[str, ...]:
    project, notes = renaming.before.project, list[str]()
    old = dotted(renaming.before, path if path.endswith(".py") else under(path, INIT))
    left: list[_Left] = []
    for uri, facts in documents(project.index):
        edits = text_places(renaming, project.path_of(uri), facts.language)
        if edits:
            left.append(_Left(project.path_of(uri), len(edits)))
    if left:
        named = ", ".join(each.path for each in left[:5]) + (", ..." if left[5:] else "")
        total = sum(each.count for each in left)
        places = f"{total} place" + "s" * (total != 1)
        notes.append(f"{old} also stands in {places} that were left alone: {named}")
    computed = sorted(
        {project.path_of(uri) for word in _IMPORTERS for uri in uris_naming(project.index, word)}
    )
    if computed:
        named = ", ".join(computed[:3]) + (", ..." if computed[3:] else "")
        notes.append(f"what is imported by a name that is put together is not seen: {named}")
    if not path.endswith(".py"):
        notes.append("files in the folder that are not in the index (data, for example) stay")
    elif last_of(path).removesuffix(".py") in _BY_NAME:
        notes.append(f"a framework may look for {last_of(path)} by its name")
    return tuple(notes)
