"""Whether Python files would import each other when they are loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from redline.core.index.import_rules.paths import folder_of, under
from redline.core.refactor.python.modules import INIT, Modules, is_package, run_imports
from redline.core.refactor.python.scopes import Source


def new_cycle(
    before: Modules, after: Mapping[str, Source], parts: Mapping[str, str] | None = None
) -> tuple[str, str] | None:
    """Two files of which one newly imports the other, which then leads back to it.

    `after` are the changed files by path, as they will be. Imports in functions and those
    for a type checker alone do not count; the packages that a module is in do. `parts` are new
    files with those they were a part of: what leads to such a file, and from it, is nothing new
    in its part.
    """
    given = parts or {}
    later = replace(before, sources={**before.sources, **after}, tops={})
    sources: dict[str, set[str]] = {}
    for path in sorted(after):
        known = given.get(path, path)
        old = _edges(before, known) if known in before.paths else frozenset()
        old |= {part for part, of in given.items() if of == path or of in old}
        for target in _edges(later, path) - old:
            sources.setdefault(target, set()).add(path)
    near = _leading_to(later, frozenset().union(*sources.values()), frozenset(after))
    for target, paths in sorted(sources.items()):
        back = _reached(later, target, near) & paths
        if back:
            return min(back), target
    return None


def newly_loaded(before: Modules, after: Mapping[str, Source], target: str) -> str | None:
    """A file that would load `target` with itself, where so far only functions import it.

    Such a module is loaded late on purpose. None where no file would, or one does already.
    """
    project = before.project
    late = False
    for uri in project.imports.importers.get(project.uri_of(target) or "", ()):
        path = project.path_of(uri)
        # What nobody imports, as tests and scripts, says nothing of what is loaded when.
        if path in before.paths and project.imports.importers.get(uri):
            if target in _edges(before, path):
                return None
            late = True
    later = replace(before, sources={**before.sources, **after}, tops={})
    return next((p for p in sorted(after) if late and target in _edges(later, p)), None)


def _edges(modules: Modules, path: str) -> frozenset[str]:
    source = modules.source(path)
    if source is None:
        return frozenset()
    found: set[str] = set()
    for each in run_imports(source):
        home = modules.module(path, each.module)
        inner = None
        if each.name and each.name != "*":
            dot = "" if each.module.endswith(".") else "."
            inner = modules.module(path, f"{each.module}{dot}{each.name}")
        # `from . import sub` takes nothing of a package that is being loaded but the module.
        around = inner is not None and home is not None and _around(home, path)
        for target in (None if around else home, inner):
            if target is not None and target != path:
                found |= {target, *_packages(modules, target, path)}
    return frozenset(found - {path})


def _around(package: str, path: str) -> bool:
    folder = folder_of(package)
    return is_package(package) and path.startswith(f"{folder}/" if folder else "")


def _packages(modules: Modules, target: str, importer: str) -> set[str]:
    """The packages that are loaded for `target`, but for those the importer is in."""
    folder, found = folder_of(target), set[str]()
    while folder and folder in modules.table.packages:
        if not importer.startswith(f"{folder}/"):
            found.add(under(folder, INIT))
        folder = folder_of(folder)
    return found


def _leading_to(modules: Modules, goals: frozenset[str], changed: frozenset[str]) -> frozenset[str]:
    """The files that may lead to one of `goals`, by all imports wherever they stand."""
    project = modules.project
    found, waiting = set(goals | changed), [*goals, *changed]
    while waiting:
        each = waiting.pop()
        uris = [project.uri_of(each)]
        if is_package(each):
            inside = f"{folder_of(each)}/"
            uris += [project.uri_of(one) for one in modules.paths if one.startswith(inside)]
        for uri in uris:
            for importer in project.imports.importers.get(uri or "", ()):
                name = project.path_of(importer)
                if name not in found:
                    found.add(name)
                    waiting.append(name)
    return frozenset(found)


def _reached(modules: Modules, start: str, near: frozenset[str]) -> set[str]:
    """What is loaded with `start`, itself included, as far as it leads on by files of `near`."""
    seen, waiting = {start}, [start]
    while waiting:
        each = waiting.pop()
        if each in near:
            fresh = _edges(modules, each) - seen
            seen |= fresh
            waiting += fresh
    return seen
