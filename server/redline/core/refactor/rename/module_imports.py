"""How one file follows a module that is renamed: its imports, and what they bind."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from redline.core.refactor.move_symbol.importers import below
from redline.core.refactor.python.dunder_lists import mentions_exports
from redline.core.refactor.python.imports import alone, module_span, without
from redline.core.refactor.python.modules import (
    Imported,
    Means,
    Modules,
    dotted,
    is_package,
    meaning,
    name_of,
)
from redline.core.refactor.python.scopes import statements
from redline.core.refactor.python.view import (
    Chain,
    View,
    chains,
    import_of,
    means,
    quoted_names,
)
from redline.core.text.edits import Edit
from redline.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Renaming:
    """Files that get new paths (`moved`), and what names mean before and after."""

    before: Modules
    later: Modules
    moved: Mapping[str, str]

    def new(self, path: str) -> str:
        """Where a file will be."""
        return self.moved.get(path, path)


@dataclass(frozen=True, slots=True)
class _Change:
    """An imported name as it is to be written; `bound` is what it binds from then on."""

    module: str
    name: str
    bound: str


def renamed_in(renaming: Renaming, of: View) -> tuple[Edit, ...] | str:
    """The edits in a file so that each name means what it did; or why there are none."""
    edits: list[Edit] = []
    for node in statements(of.source):
        found: list[Edit] | str = []
        if isinstance(node, ast.ImportFrom):
            found = _from(renaming, of, node)
        elif isinstance(node, ast.Import):
            found = _plain(renaming, of, node)
        if isinstance(found, str):
            return found
        edits += found
    for chain in chains(of.source):
        found = _chain(renaming, of, chain)
        if isinstance(found, str):
            return found
        edits += found
    return tuple(edits)


def _from(renaming: Renaming, of: View, node: ast.ImportFrom) -> list[Edit] | str:
    module = "." * node.level + (node.module or "")
    home = renaming.before.module(of.path, module)
    here = renaming.new(of.path)
    if home is None:
        same = here.rpartition("/")[0] == of.path.rpartition("/")[0]
        lost = module.startswith(".") and not same
        return f"{of.path}:{node.lineno} imports from {module}, which is not there" if lost else []
    changes = {id(a): _changed(renaming, of, node, a, home) for a in node.names}
    refused = next((each for each in changes.values() if isinstance(each, str)), None)
    if refused is not None:
        return refused
    made = [(a, c) for a in node.names if isinstance(c := changes[id(a)], _Change)]
    modules = {change.module for _, change in made}
    edits: list[Edit] = []
    if len(modules) == 1:
        (only,) = modules
        if only != module:
            span = module_span(of.source, node)
            if span is None:
                return f"{of.path}:{node.lineno} is written in an odd way"
            edits.append(Edit(span, only.encode()))
        for alias, change in made:
            edits += _renamed(of, alias, change)
        return edits
    return _split(of, node, module, made)


def _split(
    of: View, node: ast.ImportFrom, module: str, made: list[tuple[ast.alias, _Change]]
) -> list[Edit] | str:
    """Names that come from several modules from now on get a statement for each."""
    if not alone(of.source, node):
        return f"{of.path}:{node.lineno} shares its line with something else"
    gone = [(alias, change) for alias, change in made if change.module != module]
    lines = [
        f"from {change.module} import {change.name}"
        + (f" as {change.bound}" if change.bound != change.name else "")
        for _, change in gone
    ]
    edits = [
        edit
        for alias, change in made
        if change.module == module
        for edit in _renamed(of, alias, change)
    ]
    for alias, change in gone:
        edits += _uses(of, alias, change)
    if len(gone) == len(made):
        span = Span(of.source.start(node), of.source.end(node))
        return [*edits, Edit(span, lines[0].encode()), below(of.source, node, lines[1:])]
    kept = without(of.source, node, [alias for alias, _ in gone])
    return [*edits, *kept, below(of.source, node, lines)]


def _changed(
    renaming: Renaming, of: View, node: ast.ImportFrom, alias: ast.alias, home: str
) -> _Change | str:
    """One imported name as it is to be written."""
    module = "." * node.level + (node.module or "")
    bound = alias.asname or alias.name
    here = renaming.new(of.path)
    each = Imported(node, alias, module, alias.name, bound)
    inner = _submodule(renaming, of, each, home)
    target = renaming.new(inner or home)
    if inner is None or (target == inner and not _moves(renaming, of, home)):
        name = _written(renaming, here, module, renaming.new(home))
        if name is None:
            return f"{of.path}:{node.lineno} would have no sure name for {renaming.new(home)}"
        return _Change(name, alias.name, bound)
    name = name_of(renaming.later, here, target, dots=node.level > 0)
    if name is None:
        return f"{of.path}:{node.lineno} would have no sure name for {target}"
    if not name.strip(".") or "." not in name:
        return f"{of.path}:{node.lineno} imports a module from a place it will not be in"
    head, _, last = name.rpartition(".")
    parent = head if head.strip(".") else "." * (len(name) - len(name.lstrip(".")))
    free = alias.asname is None and _can_follow(renaming, of, alias, last)
    return _Change(parent, last, last if free else bound)


def _moves(renaming: Renaming, of: View, home: str) -> bool:
    return home in renaming.moved or of.path in renaming.moved


def _submodule(renaming: Renaming, of: View, each: Imported, home: str) -> str | None:
    """The file that the name means, where it is a module of the package it comes from."""
    if each.name == "*" or not is_package(home):
        return None
    found = meaning(renaming.before, of.path, each)
    dot = "" if each.module.endswith(".") else "."
    inner = renaming.before.module(of.path, f"{each.module}{dot}{each.name}")
    return inner if inner is not None and found == Means(inner) else None


def _written(renaming: Renaming, here: str, module: str, target: str) -> str | None:
    """`module` at `here` as it must be written to mean `target`."""
    if renaming.later.module(here, module) == target:
        return module
    return name_of(renaming.later, here, target, dots=module.startswith("."))


def _can_follow(renaming: Renaming, of: View, alias: ast.alias, name: str) -> bool:
    """Whether what the import binds may be called `name` from now on."""
    project = renaming.before.project
    if project.imports.importers.get(project.uri_of(of.path) or "") or is_package(of.path):
        return False
    if any(name in scope.binds or name in scope.uses for scope in of.scopes):
        return False
    bound = [scope for scope in of.scopes if alias.name in scope.binds]
    if len(bound) != 1 or len(bound[0].binds[alias.name]) != 1:
        return False
    if mentions_exports(of.source, 1 << 30) or alias.name in quoted_names([of.source.tree]):
        return False
    return not any(
        isinstance(node, ast.Global | ast.Nonlocal) and alias.name in node.names
        for node in ast.walk(of.source.tree)
    )


def _renamed(of: View, alias: ast.alias, change: _Change) -> list[Edit]:
    """The edit of one name in place."""
    if change.name == alias.name:
        return []
    start = of.source.start(alias)
    text = change.name
    if alias.asname is None and change.bound != change.name:
        text = f"{change.name} as {change.bound}"
    span = Span(start, start + len(alias.name.encode()))
    return [Edit(span, text.encode()), *_uses(of, alias, change)]


def _uses(of: View, alias: ast.alias, change: _Change) -> list[Edit]:
    """What an import binds under another name is called by that."""
    old = alias.asname or alias.name
    if change.bound == old:
        return []
    places = [at for scope in of.scopes for at in scope.uses.get(old, ())]
    size = len(old.encode())
    return [Edit(Span(at, at + size), change.bound.encode()) for at in places]


def _plain(renaming: Renaming, of: View, node: ast.Import) -> list[Edit] | str:
    """`import a.b`, with or without another name."""
    edits: list[Edit] = []
    for alias in node.names:
        home = renaming.before.module(of.path, alias.name)
        if home is None:
            continue
        target, here = renaming.new(home), renaming.new(of.path)
        if renaming.later.module(here, alias.name) == target:
            continue
        name = dotted(renaming.later, target)
        if not name or renaming.later.module(here, name) != target:
            return f"{of.path}:{node.lineno} would have no sure name for {target}"
        old, new = alias.name.partition(".")[0], name.partition(".")[0]
        if alias.asname is None and old != new and any(new in s.binds for s in of.scopes):
            return f"{of.path} uses the name {new} for something else"
        start = of.source.start(alias)
        edits.append(Edit(Span(start, start + len(alias.name.encode())), name.encode()))
    return edits


def _chain(renaming: Renaming, of: View, chain: Chain) -> list[Edit] | str:
    """`a.b.c.f`, where a part of it is a module that moves."""
    given = means(renaming.before, of, chain)
    modules = [at for at, each in enumerate(given) if not each.name]
    if not modules or all(given[at].path not in renaming.moved for at in modules):
        return []
    last = modules[-1]
    imported = import_of(of, chain)
    where = f"{of.path}:{chain.root.lineno}"
    if imported is None:
        return f"{where}: what {chain.root.id} means depends on what is there"
    new = dotted(renaming.later, renaming.new(given[last].path))
    old = dotted(renaming.before, given[last].path)
    end = of.source.end(chain.attributes[last - 1]) if last else of.source.end(chain.root)
    start = of.source.start(chain.root)
    words = of.source.text.data[start:end].decode("utf-8", "replace")
    if not imported.name and not imported.alias.asname:
        if words != old:
            return [] if last and _by_binding(chain, given, last) else f"{where} is written oddly"
        return _words(start, end, old, new)
    if last == 0:
        return []
    return _behind(renaming, of, chain, given, last)


def _by_binding(chain: Chain, given: tuple[Means, ...], last: int) -> bool:
    """Whether the module is reached by a name that its package gives it."""
    stem = given[last].path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
    return chain.attributes[last - 1].attr != stem


def _behind(
    renaming: Renaming, of: View, chain: Chain, given: tuple[Means, ...], last: int
) -> list[Edit] | str:
    """A module behind a package that an import binds by a name of its own."""
    if _by_binding(chain, given, last):
        return []
    root = dotted(renaming.later, renaming.new(given[0].path))
    whole = dotted(renaming.later, renaming.new(given[last].path))
    if not whole.startswith(f"{root}."):
        line = chain.root.lineno
        return f"{of.path}:{line} reaches the module through a package it will not be in"
    begin, end = of.source.end(chain.root), of.source.end(chain.attributes[last - 1])
    old = of.source.text.data[begin:end].decode("utf-8", "replace")
    return _words(begin, end, old, whole[len(root) :])


def _words(start: int, end: int, old: str, new: str) -> list[Edit]:
    return [] if old == new else [Edit(Span(start, end), new.encode())]
