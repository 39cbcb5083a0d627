"""Java: classes and packages by their path, whatever the source roots are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from redline.core.index.import_rules.paths import (
    Found,
    Groups,
    ending,
    folder_of,
    grouped,
    last_of,
    nearest,
    shared,
)

_ENDING = ".java"


@dataclass(frozen=True, slots=True)
class Table:
    """Files by their last part and by folder, folders by their last part.

    `known` remembers classes by the folder of what imports them, and the name.
    """

    by_last: Groups
    by_folder: Groups
    folders: Groups
    known: dict[tuple[str, str], Found] = field(default_factory=dict)


def table(paths: Iterable[str]) -> Table:
    """What Java files there are."""
    sources = sorted(paths)
    by_folder = grouped((folder_of(path), path) for path in sources)
    return Table(
        grouped((last_of(path), path) for path in sources),
        by_folder,
        grouped((last_of(folder), folder) for folder in by_folder),
    )


def resolved(table: Table, path: str, names: Sequence[str]) -> tuple[Found, ...]:
    """The classes that `names`, imported at `path`, are or are members of; for a package of
    which all is imported, its files."""
    folder = folder_of(path)
    if last_of(path) == "module-info.java":
        return tuple(() for _ in names)
    found = []
    for name, following in zip_longest(names, names[1:], fillvalue=""):
        hit = _class(table, folder, name)
        if not hit and not _is_member(table, folder, name, following):
            hit = _package(table, folder, name)
        found.append(hit)
    return tuple(found)


def _is_member(table: Table, folder: str, name: str, following: str) -> bool:
    """Whether `following` says what of the package `name` is imported.

    `import a.*; import a.b.*;` reads alike, but then `a.b` is a package and no class.
    """
    if folder_of(following.replace(".", "/")) != name.replace(".", "/"):
        return False
    return bool(_class(table, folder, following)) or not _package(table, folder, following)


def _class(table: Table, folder: str, name: str) -> Found:
    found = table.known.get((folder, name))
    if found is None:
        found = table.known[folder, name] = _search(table, folder, name.split("."))
    return found


def _search(table: Table, folder: str, parts: list[str]) -> Found:
    """The file of the class or of the one around it; those of no package are not imported."""
    for count in range(len(parts), 1, -1):
        files = table.by_last.get(parts[count - 1] + _ENDING)
        if files:
            fitting = ending(files, "/".join(parts[:count]) + _ENDING)
            if fitting:
                return (nearest(folder, fitting),)
    return ()


def _package(table: Table, folder: str, name: str) -> Found:
    """The files of package `name` in the project nearest to `folder`, tests only for tests."""
    wanted = name.replace(".", "/")
    fitting = ending(table.folders.get(last_of(wanted), ()), wanted)
    if not fitting:
        return ()
    depth = max(shared(_project(folder), _project(each)) for each in fitting)
    near = [each for each in fitting if shared(_project(folder), _project(each)) == depth]
    if not _tests(folder):
        near = [each for each in near if not _tests(each)] or near
    projects = {_project(each) for each in near}
    first = _project(nearest(folder, [f"{each}/" for each in near])) if len(projects) > 1 else None
    kept = [each for each in near if first is None or _project(each) == first]
    return tuple(sorted(path for each in kept for path in table.by_folder[each]))


def _project(folder: str) -> str:
    """The folder that holds `src`, where there is one."""
    return f"/{folder}/".rpartition("/src/")[0].lstrip("/")


def _tests(folder: str) -> bool:
    return "/src/test/" in f"/{folder}/"
