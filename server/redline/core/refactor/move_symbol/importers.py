"""How files that import a moved symbol follow it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from redline.core.index.import_rules.paths import last_of
from redline.core.refactor.python.imports import (
    Wanted,
    alone,
    indent_of,
    module_span,
    whole,
    without,
)
from redline.core.refactor.python.modules import (
    Imported,
    Means,
    Modules,
    dotted,
    meaning,
    name_of,
)
from redline.core.refactor.python.scopes import Source, statements
from redline.core.refactor.python.view import (
    Chain,
    View,
    chains,
    import_of,
    means,
    noted_types,
)
from redline.core.text.edits import Edit
from redline.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Moving:
    """The `names` at the top of the file `source` that go to the file `target`.

    `needs` are names of `source` that they use.
    """

    modules: Modules
    source: str
    target: str
    names: frozenset[str]
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Place:
    """`….name`: what stands before the dot means the source."""

    chain: Chain
    depth: int
    name: str


def followed(moving: Moving, of: View) -> tuple[Edit, ...] | str:
    """The edits in a file, neither source nor target, that imports from the source; or why not."""
    edits: list[Edit] = []
    for node in statements(of.source):
        if isinstance(node, ast.ImportFrom):
            found = _from(moving, of, node)
            if isinstance(found, str):
                return found
            edits += found
    trouble = quoted(moving, of)
    places = places_in(moving, of)
    if trouble or isinstance(places, str):
        return trouble or str(places)
    by_import: dict[int, list[_Place]] = {}
    imports: dict[int, Imported] = {}
    for place in places:
        given = import_of(of, place.chain)
        if given is None:
            line = place.chain.root.lineno
            return f"{of.path}:{line}: what {place.chain.root.id} means depends on what is there"
        by_import.setdefault(id(given.node), []).append(place)
        imports[id(given.node)] = given
    for key, group in by_import.items():
        found = _through_module(moving, of, imports[key], group)
        if isinstance(found, str):
            return found
        edits += found
    return tuple(edits)


def gone_from(moving: Moving, of: View, node: ast.stmt) -> list[ast.alias]:
    """The moved names that a statement imports from the source."""
    if not isinstance(node, ast.ImportFrom):
        return []
    module = "." * node.level + (node.module or "")
    given = [alias for alias in node.names if alias.name in moving.names]
    return given if given and moving.modules.module(of.path, module) == moving.source else []


def _from(moving: Moving, of: View, node: ast.ImportFrom) -> list[Edit] | str:
    gone = gone_from(moving, of, node)
    if not gone:
        return []
    where = f"{of.path}:{node.lineno}"
    module = name_of(moving.modules, of.path, moving.target, dots=node.level > 0)
    if module is None:
        return f"{where} has no sure name for {moving.target}"
    if len(gone) == len(node.names):
        span = module_span(of.source, node)
        return [Edit(span, module.encode())] if span else f"{where} is written in an odd way"
    if not alone(of.source, node):
        return f"{where}: the import shares its line with something else"
    line = f"from {module} import {', '.join(ast.unparse(alias) for alias in gone)}"
    return [*without(of.source, node, gone), below(of.source, node, [line])]


def below(source: Source, node: ast.stmt, lines: list[str]) -> Edit:
    """Lines under a statement, as far to the right as it is."""
    end, newline, indent = whole(source, node).end, source.text.newline, indent_of(source, node)
    block = b"".join(indent + line.encode() + newline for line in lines)
    ended = source.text.data[:end].endswith((b"\n", b"\r"))
    return Edit(Span(end, end), block if ended else newline + block.rstrip(b"\r\n"))


def places_in(moving: Moving, of: View) -> list[_Place] | str:
    """Where a file says `source.name` of a moved name; or why that cannot stay right."""
    found: list[_Place] = []
    watched = moving.names | moving.needs
    home = Means(moving.source)
    for chain in chains(of.source):
        if watched.isdisjoint(each.attr for each in chain.attributes):
            continue
        given = means(moving.modules, of, chain)
        for at in range(1, len(given)):
            node = chain.attributes[at - 1]
            if given[at - 1] != home or node.attr not in watched:
                continue
            if not isinstance(node.ctx, ast.Load):
                return f"{of.path}:{node.lineno} gives {node.attr} of {moving.source} another value"
            if node.attr in moving.names:
                found.append(_Place(chain, at, node.attr))
    return found


def quoted(moving: Moving, of: View) -> str:
    """Why types in strings keep the symbols where they are; '' where they do not."""
    for note in noted_types([of.source.tree]):
        for each in ast.walk(note):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                for name in moving.names:
                    if f".{name}" in each.value:
                        return f"{of.path}:{each.lineno} names it in a string, {each.value!r}"
    return ""


def prefix_of(source: Source, place: _Place) -> Span:
    """What stands before the dot."""
    root = place.chain.root
    before = place.chain.attributes[place.depth - 2] if place.depth > 1 else root
    return Span(source.start(root), source.end(before))


def _through_module(
    moving: Moving, of: View, given: Imported, group: list[_Place]
) -> list[Edit] | str:
    """Edits for `module.name` behind one import."""
    where = f"{of.path}:{given.node.lineno}"
    known = _known(moving, of)
    wanted = None if known else _beside(moving, of, given, group)
    if wanted is None and known is None:
        return f"{where} has no sure name for {moving.target}"
    if wanted is not None:
        taken = any(wanted.bound in scope.binds for scope in of.scopes)
        package = not wanted.name and "." in wanted.module and wanted.bound == given.bound
        if (taken and not package) or (next(of.uses(wanted.bound), None) and not package):
            return f"{of.path} uses the name {wanted.bound} for something else"
    words = known or (
        wanted.bound if wanted and _short(wanted) else wanted.module if wanted else ""
    )
    edits = [Edit(prefix_of(of.source, place), words.encode()) for place in group]
    if wanted is None:
        return edits
    if not alone(of.source, given.node):
        return f"{where}: the import shares its line with something else"
    return [*edits, *_imported(moving, of, given, group, wanted)]


def _imported(
    moving: Moving, of: View, given: Imported, group: list[_Place], wanted: Wanted
) -> list[Edit]:
    uri = moving.modules.project.uri_of(of.path) or ""
    loads = sum(len(scope.uses.get(given.bound, ())) for scope in of.scopes)
    bound = sum(len(scope.binds.get(given.bound, ())) for scope in of.scopes)
    passed_on = moving.modules.project.imports.importers.get(uri, ())
    if loads == len(group) and bound == 1 and not passed_on:
        if len(given.node.names) == 1:
            node = given.node
            line = wanted.line().encode()
            return [Edit(Span(of.source.start(node), of.source.end(node)), line)]
        return [
            *without(of.source, given.node, [given.alias]),
            below(of.source, given.node, [wanted.line()]),
        ]
    return [below(of.source, given.node, [wanted.line()])]


def _short(wanted: Wanted) -> bool:
    return bool(wanted.name) or wanted.bound != wanted.module.partition(".")[0]


def _known(moving: Moving, of: View) -> str | None:
    """A name by which the file has the target already."""
    for offset, each in of.imports.items():
        once = of.module.binds.get(each.bound, ()) == [offset]
        if not once or not (each.name or each.alias.asname):
            continue
        if meaning(moving.modules, of.path, each) == Means(moving.target):
            hidden = any(each.bound in scope.binds for scope in of.scopes[1:])
            return None if hidden else each.bound
    return None


def _beside(moving: Moving, of: View, given: Imported, group: list[_Place]) -> Wanted | None:
    """An import of the target in the manner of `given`."""
    if given.name:
        name = name_of(moving.modules, of.path, moving.target, dots=given.module.startswith("."))
        if name is None or not name.strip("."):
            return None
        head, _, last = name.rpartition(".")
        if not head and not name.startswith("."):
            return Wanted(name, "", name)
        # `..x.t` is `t` of `..x`, and `.t` that of `.`.
        module = head if head.strip(".") else "." * (len(name) - len(name.lstrip(".")))
        return Wanted(module, last, last)
    name = dotted(moving.modules, moving.target)
    if not name or moving.modules.module(of.path, name) != moving.target:
        return None
    if given.alias.asname and all(place.depth == 1 for place in group):
        return Wanted(name, "", last_of(name.replace(".", "/")))
    return Wanted(name, "", name.partition(".")[0])
