"""JavaScript and TypeScript: endings, folders, packages of the workspace, path mappings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from redline.core.index.manifests import Mappings, Package

_TYPED = (".ts", ".tsx", ".d.ts", ".mts", ".cts", ".d.mts", ".d.cts")
_PLAIN = (".js", ".jsx", ".mjs", ".cjs")
_ORDER = {True: (*_TYPED, *_PLAIN, ".json"), False: (*_PLAIN, *_TYPED, ".json")}
# What an ending that is written may stand for in sources.
_SOURCES = {
    ".js": (".ts", ".tsx", ".d.ts", ".jsx"),
    ".jsx": (".tsx", ".d.ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
# Folders of what is built, which mostly is not there, and where that is built from.
_BUILT = frozenset({
    "build", "cjs", "dist", "dist-cjs", "dist-es", "dist-types", "es", "esm", "lib", "out",
    "output", "types",
})  # fmt: skip
_FORMATS = frozenset({"cjs", "es", "esm", "types", "umd"})
_CONVENTIONAL = ("src/index", "src/main", "index", "lib/index")


@dataclass(frozen=True, slots=True)
class Table:
    """What files there are, packages by folder and by name, path mappings by folder.

    `known` remembers answers by the folder of what imports, whether that is TypeScript,
    and the name.
    """

    paths: frozenset[str]
    packages: Mapping[str, Package]
    named: Mapping[str, Mapping[str, Package]]
    mappings: Mapping[str, Mappings]
    known: dict[tuple[str, bool], dict[str, Found]] = field(default_factory=dict)


def table(
    paths: Iterable[str], packages: Sequence[Package], mappings: Mapping[str, Mappings]
) -> Table:
    """What there is to import; `paths` are of files in all languages."""
    named: dict[str, dict[str, Package]] = {}
    for each in packages:
        if each.name:
            named.setdefault(each.name, {})[each.folder] = each
    return Table(frozenset(paths), {each.folder: each for each in packages}, named, mappings)


def resolved(table: Table, path: str, names: Sequence[str]) -> tuple[Found, ...]:
    """The modules that `names`, imported at `path`, mean."""
    folder = folder_of(path)
    typed = path.endswith(_TYPED)
    known = table.known.setdefault((folder, typed), {})
    found = []
    for name in names:
        hit = known.get(name)
        if hit is None:
            one = _one(table, folder, name.partition("?")[0], typed)
            hit = known[name] = (one,) if one else ()
        found.append(hit)
    return tuple(found)


def _one(table: Table, folder: str, name: str, typed: bool) -> str | None:
    if name in (".", "..") or name.startswith(("./", "../")):
        return _at(table, joined(folder, name), typed)
    if not name or name[0] == "/" or ":" in name:
        return None
    places = above(folder)
    if name[0] == "#":
        package = next((table.packages[each] for each in places if each in table.packages), None)
        inner = matched(package.imports, name) if package else None
        if package and inner:
            return next(filter(None, (_built(table, package, t, typed) for t in inner)), None)
    mappings = next((table.mappings[each] for each in places if each in table.mappings), None)
    mapped = _mapped(table, mappings, name, typed) if mappings else None
    return mapped or _packaged(table, folder, name, typed)


def _mapped(table: Table, mappings: Mappings, name: str, typed: bool) -> str | None:
    """Where the `paths` and the `baseUrl` of a tsconfig.json lead."""
    targets = matched(mappings.paths, name) or ()
    found = next(filter(None, (_at(table, each, typed) for each in targets)), None)
    if found is None and mappings.base is not None:
        found = _at(table, joined(mappings.base, name), typed)
    return found


def matched(patterns: Sequence[tuple[str, tuple[str, ...]]], name: str) -> tuple[str, ...] | None:
    """The targets of the pattern that fits `name` best, with what its `*` stands for."""
    best, stands = None, ""
    for pattern, targets in patterns:
        head, star, tail = pattern.partition("*")
        if not star and pattern == name:
            return targets
        fits = star and len(name) >= len(head) + len(tail)
        better = fits and (best is None or len(head) > len(best[0]))
        if better and name.startswith(head) and name.endswith(tail):
            best, stands = (head, targets), name[len(head) : len(name) - len(tail)]
    return None if best is None else tuple(each.replace("*", stands) for each in best[1])


def _packaged(table: Table, folder: str, name: str, typed: bool) -> str | None:
    """What `name` is of the packages of the workspace."""
    parts = name.split("/", 2 if name.startswith("@") else 1)
    scope = 2 if name.startswith("@") else 1
    folders = table.named.get("/".join(parts[:scope]))
    if not folders:
        return None
    package = folders[by_nearness(folder, folders)[0]]
    inner = "/".join(parts[scope:])
    targets = matched(package.exports, f"./{inner}" if inner else ".") or ()
    if not inner:
        targets = (*targets, *package.mains)
    found = next(
        filter(None, (_at(table, joined(package.folder, t), typed) for t in targets)), None
    )
    found = found or next(filter(None, (_built(table, package, t, typed) for t in targets)), None)
    return found or next(filter(None, _plainly(table, package, inner, typed)), None)


def _plainly(table: Table, package: Package, inner: str, typed: bool) -> Iterator[str | None]:
    """Where a package has its files when its manifest leads nowhere."""
    for each in (inner, f"src/{inner}") if inner else _CONVENTIONAL:
        yield _built(table, package, each, typed)


def _built(table: Table, package: Package, target: str, typed: bool) -> str | None:
    """The file `target`, or the one in `src` that it will be built from."""
    found = _at(table, joined(package.folder, target), typed)
    parts = target.removeprefix("./").split("/")
    if found or parts[0] not in _BUILT or len(parts) < 2:
        return found
    rest = parts[2:] if parts[1] in _FORMATS and len(parts) > 2 else parts[1:]
    return _at(table, joined(package.folder, "/".join(("src", *rest))), typed)


def _at(table: Table, base: str | None, typed: bool) -> str | None:
    """The module at `base`: a file, one with an ending added, or a folder's."""
    if base is None:
        return None
    found = _file(table, base, typed)
    if found:
        return found
    package = table.packages.get(base)
    for main in package.mains if package else ():
        place = joined(base, main)
        found = place and (_file(table, place, typed) or _file(table, f"{place}/index", typed))
        if found:
            return found
    return _file(table, under(base, "index"), typed)


def _file(table: Table, base: str, typed: bool) -> str | None:
    dot = base.rfind(".")
    if dot > base.rfind("/"):
        sources = _sources(base, dot)
        exact = (*sources, base) if typed else (base, *sources)
        for each in exact:
            if each in table.paths:
                return each
    if not last_of(base):
        return None
    for ending in _ORDER[typed]:
        if base + ending in table.paths:
            return base + ending
    return None


def _sources(base: str, dot: int) -> list[str]:
    """What `base` may be made from: `x.ts` for `x.js` and for `x.d.ts`."""
    for ending in (".d.ts", ".d.mts", ".d.cts"):
        if base.endswith(ending):
            stem = base.removesuffix(ending)
            return [stem + ending.removeprefix(".d"), f"{stem}.tsx"]
    return [base[:dot] + each for each in _SOURCES.get(base[dot:], ())]
