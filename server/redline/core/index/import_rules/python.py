"""Python: packages, the folders their names start from, relative imports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from redline.core.index.import_rules.paths import (
    Found,
    Groups,
    above,
    by_nearness,
    folder_of,
    grouped,
    joined,
    last_of,
    under,
)

# What stands where a distribution begins.
PROJECT = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
SOURCES = "src"
_INITS = ("__init__.py", "__init__.pyi")


@dataclass(frozen=True, slots=True)
class Table:
    """`files` of each module by its path without ending; a package's is its folder.

    `packages` are folders with an `__init__`; `roots` the folders in which a first part of
    an absolute name is found, those of other projects included. `known` remembers answers
    by the folder that names start from, and the name.
    """

    files: Groups
    packages: frozenset[str]
    roots: Groups
    starts: dict[str, str] = field(default_factory=dict)
    known: dict[str, dict[str, Found]] = field(default_factory=dict)


def table(paths: Iterable[str], others: Iterable[str]) -> Table:
    """What Python files there are; `others` may be any files, of which projects are known."""
    sources = sorted(paths)
    inits = [path for path in sources if last_of(path) in _INITS]
    packages = frozenset(map(folder_of, inits))
    modules = [(path.rpartition(".")[0], path) for path in sources if last_of(path) not in _INITS]
    plain = grouped(modules)
    # Of a package and a module of one name, the package is meant.
    files = plain | grouped((folder_of(path), path) for path in inits)
    projects = {folder_of(path) for path in (*sources, *others) if last_of(path) in PROJECT}
    return Table(files, packages, _roots(files, packages, projects))


def _roots(files: Groups, packages: frozenset[str], projects: set[str]) -> Groups:
    """Where each first part of a name is found: topmost packages, and what projects hold."""
    folders = {each for folder in set(map(folder_of, files)) for each in above(folder)} - {""}
    pairs = set()
    for each in folders | packages:
        parent = folder_of(each)
        if parent in packages:
            continue
        if each in packages or parent in projects or last_of(parent) == SOURCES:
            pairs.add((last_of(each), parent))
    for each in files:
        parent = folder_of(each)
        if last_of(parent) == SOURCES and parent not in packages:
            pairs.add((last_of(each), parent))
    return grouped(sorted(pairs))


def resolved(table: Table, path: str, names: Sequence[str]) -> tuple[Found, ...]:
    """The modules that `names`, imported at `path`, mean."""
    folder = folder_of(path)
    start = table.starts.get(folder)
    if start is None:
        start = table.starts[folder] = _start(table, folder)
    absolute = table.known.setdefault(start, {})
    found = []
    for name, following in zip_longest(names, names[1:], fillvalue=""):
        # `from a.b import c` reads `a.b`, `a.b.c`: the first is a module for certain.
        base = name if name.endswith(".") else f"{name}."
        key = base if following.startswith(base) else name
        if name.startswith("."):
            found.append(_relative(table, folder, key))
            continue
        hit = absolute.get(key)
        if hit is None:
            hit = absolute[key] = _absolute(table, start, key)
        found.append(hit)
    return tuple(found)


def _start(table: Table, folder: str) -> str:
    """The folder above the topmost package that `folder` is in; itself where it is in none."""
    while folder and folder in table.packages:
        folder = folder_of(folder)
    return folder


def _relative(table: Table, folder: str, name: str) -> Found:
    rest = name.lstrip(".")
    base = joined(folder, "../" * (len(name) - len(rest) - 1))
    if base is None:
        return ()
    return _in(table, base, rest.replace(".", "/")) if rest else table.files.get(base, ())


def _absolute(table: Table, start: str, name: str) -> Found:
    wanted = name.replace(".", "/")
    for near in above(start):
        if near in table.packages and near:
            continue
        found = _named(table, near, wanted) or _named(table, under(near, SOURCES), wanted)
        if found:
            return found
    elsewhere = by_nearness(start, table.roots.get(name.partition(".")[0], ()))
    return next(filter(None, (_named(table, root, wanted) for root in elsewhere)), ())


def _named(table: Table, root: str, wanted: str) -> Found:
    """`wanted` by an absolute name: what `root` itself is has none there."""
    return _in(table, root, wanted) if "/" in wanted else table.files.get(under(root, wanted), ())


def _in(table: Table, root: str, wanted: str) -> Found:
    """The module `wanted` of `root`, or the one it is a member of; with a slash at its end it is
    a member of none."""
    path = under(root, wanted)
    found = table.files.get(path.removesuffix("/"))
    if found is None and not path.endswith("/"):
        found = table.files.get(folder_of(path))
    return found or ()
