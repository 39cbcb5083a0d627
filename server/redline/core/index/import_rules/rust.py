"""Rust: `mod`, paths from `crate`, `self` and `super`, other crates of the workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from redline.core.index.import_rules.paths import (
    Found,
    above,
    by_nearness,
    folder_of,
    joined,
    last_of,
    under,
)
from redline.core.index.manifests import Crate

_ROOTS = ("lib.rs", "main.rs")
# Folders of which each file, and each folder with a main.rs, is a crate of its own.
_TARGETS = ("tests", "examples", "benches", "src/bin")


@dataclass(frozen=True, slots=True)
class Table:
    """What Rust files there are, crates by folder, by the name code has for them and by that of
    their package.

    `places` remembers where files stand.
    """

    paths: frozenset[str]
    crates: Mapping[str, Crate]
    named: Mapping[str, Mapping[str, Crate]]
    packages: Mapping[str, Mapping[str, Crate]]
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file stands: the folder its modules are in, its crate's manifest, and the
    folder and the file that `crate` means."""

    inner: str
    crate: Crate | None
    root: str
    main: str | None


def table(paths: Iterable[str], crates: Sequence[Crate]) -> Table:
    """What there is to use."""
    named: dict[str, dict[str, Crate]] = {}
    packages: dict[str, dict[str, Crate]] = {}
    for each in crates:
        named.setdefault(each.name, {})[each.folder] = each
        packages.setdefault(each.package, {})[each.folder] = each
    return Table(frozenset(paths), {each.folder: each for each in crates}, named, packages)


def resolved(table: Table, path: str, names: Sequence[str]) -> tuple[Found, ...]:
    """The files of the modules that `names`, used at `path`, are or are in."""
    place = table.places.get(path)
    if place is None:
        place = table.places[path] = _place(table, path)
    found = []
    for name in names:
        hit = _one(table, path, place, name)
        found.append((hit,) if hit else ())
    return tuple(found)


def _one(table: Table, path: str, place: Place, name: str) -> str | None:
    if name.endswith(".rs"):  # #[path = "..."]
        target = joined(folder_of(path), name)
        return target if target in table.paths else None
    parts = [part.removeprefix("r#") for part in name.replace(".", "::").split("::")]
    if parts[-1] == "self":
        parts.pop()
    head = parts[0] if parts else "self"
    if head in ("crate", "$crate"):
        return _down(table, place.root, place.main, parts[1:])
    if head == "self":
        return _down(table, place.inner, path, parts[1:])
    if head == "super":
        return _up(table, path, place, parts)
    if head and _child(table, place.inner, head):
        return _down(table, place.inner, path, parts)
    return _foreign(table, place, parts[1:] if not head else parts)


def _foreign(table: Table, place: Place, parts: Sequence[str]) -> str | None:
    """In another crate; what was written before 2018 begins in its own."""
    head = parts[0] if parts else ""
    crate = place.crate
    package = dict(crate.renamed).get(head) if crate else None
    folders = table.named.get(head) if package is None else table.packages.get(package)
    if folders:
        near = folders[by_nearness(crate.folder if crate else place.root, folders)[0]]
        library = under(near.folder, near.library)
        if library in table.paths:
            return _down(table, folder_of(library), library, parts[1:])
    if crate and crate.old and _child(table, place.root, head):
        return _down(table, place.root, place.main, parts)
    return None


def _up(table: Table, path: str, place: Place, parts: Sequence[str]) -> str | None:
    folder, module = place.inner, path
    for at, part in enumerate(parts):
        if part != "super":
            return _down(table, folder, module, parts[at:])
        if folder == place.root or not folder:
            return None
        folder = folder_of(folder)
        found = place.main if folder == place.root else _file(table, folder)
        if found is None:
            return None
        module = found
    return module


def _down(table: Table, folder: str, module: str | None, parts: Sequence[str]) -> str | None:
    """The module that `parts` lead to from `module`, whose modules are in `folder`; where they
    lead to something in a module, that module."""
    for part in parts:
        found = _child(table, folder, part)
        if found is None:
            break
        module, folder = found, under(folder, part)
    return module


def _child(table: Table, folder: str, name: str) -> str | None:
    return _file(table, under(folder, name))


def _file(table: Table, module: str) -> str | None:
    for each in (f"{module}.rs", f"{module}/mod.rs"):
        if each in table.paths:
            return each
    return None


def _place(table: Table, path: str) -> Place:
    folder = folder_of(path)
    crate = next((table.crates[e] for e in above(folder) if e in table.crates), None)
    root, main = _crate_root(table, path, crate)
    is_root = path == main or last_of(path) in ("mod.rs", *_ROOTS)
    return Place(folder if is_root else path.removesuffix(".rs"), crate, root, main)


def _crate_root(table: Table, path: str, crate: Crate | None) -> tuple[str, str | None]:
    """The folder and the file that `crate` means at `path`."""
    folder = folder_of(path)
    if crate is None:
        roots = (under(each, name) for each in above(folder) for name in _ROOTS)
        main = next((each for each in roots if each in table.paths), path)
        return folder_of(main), main
    source = folder_of(under(crate.folder, crate.library))
    written = [under(crate.folder, each) for each in (crate.library, *crate.binaries)]
    mains = [each for each in (*written, under(source, "main.rs")) if each in table.paths]
    if path in mains:
        return folder, path
    for target in _TARGETS:
        base = under(crate.folder, target)
        if folder == base:
            return folder, path
        if folder.startswith(f"{base}/"):
            return _target_root(table, folder, base)
    places = above(folder)
    around = [each for each in mains if folder_of(each) in places]
    if around:  # the nearest, and of a library and a program in one folder the library
        main = min(around, key=lambda each: places.index(folder_of(each)))
        return folder_of(main), main
    return (folder, path) if folder == crate.folder else (source, None)


def _target_root(table: Table, folder: str, base: str) -> tuple[str, str | None]:
    """Of a file in a folder of `base`: its nearest main.rs; without one it is a module of
    what stands in `base` itself."""
    for each in above(folder):
        if each == base:
            break
        main = under(each, "main.rs")
        if main in table.paths:
            return each, main
    return base, None
