"""Go: the packages of the workspace's modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from redline.core.index.import_rules.paths import (
    Found,
    Groups,
    above,
    by_nearness,
    folder_of,
    grouped,
    joined,
    under,
)
from redline.core.index.manifests import GoModule


@dataclass(frozen=True, slots=True)
class Table:
    """The files of each folder's package; modules by name and by folder, and what each replaces.

    `known` remembers answers by the folder of the importing module, and the name.
    """

    packages: Groups
    named: Groups
    own: Mapping[str, str]
    replaced: Mapping[str, Mapping[str, str]]
    known: dict[str, dict[str, Found]] = field(default_factory=dict)


def table(paths: Iterable[str], modules: Sequence[GoModule]) -> Table:
    """What Go files and modules there are."""
    sources = sorted(path for path in paths if not path.endswith("_test.go"))
    return Table(
        grouped((folder_of(path), path) for path in sources),
        grouped((each.name, each.folder) for each in modules),
        {each.folder: each.name for each in modules},
        {each.folder: dict(each.replaced) for each in modules},
    )


def resolved(table: Table, path: str, names: Sequence[str]) -> tuple[Found, ...]:
    """The packages that `names`, imported at `path`, mean."""
    places = above(folder_of(path))
    home = next((each for each in places if each in table.own), "")
    known = table.known.setdefault(home, {})
    found = []
    for name in names:
        hit = known.get(name)
        if hit is None:
            hit = known[name] = _one(table, home, name)
        found.append(hit)
    return tuple(found)


def _one(table: Table, home: str, name: str) -> Found:
    for prefix, rest in _splits(name):
        folder = _module(table, home, prefix)
        if folder is not None:
            return table.packages.get(under(folder, rest), ())
    return table.packages.get(under(under(home, "vendor"), name), ())


def _module(table: Table, home: str, name: str) -> str | None:
    """The folder of the module `name` as the one in `home` sees it."""
    replaced = table.replaced.get(home, {}).get(name)
    if replaced is not None:
        return joined(home, replaced)
    if table.own.get(home) == name:
        return home
    folders = table.named.get(name)
    return by_nearness(home, folders)[0] if folders else None


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """`name` as a module and a folder of it, the longest module first."""
    end = len(name)
    while end > 0:
        yield name[:end], name[end + 1 :]
        end = name.rfind("/", 0, end)
