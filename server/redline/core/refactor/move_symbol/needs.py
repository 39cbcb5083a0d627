"""What a file must import for symbols that are moved into it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from redline.core.index.import_rules.paths import folder_of, under
from redline.core.refactor.move_symbol.cut import Cut
from redline.core.refactor.python.imports import Wanted
from redline.core.refactor.python.modules import (
    INIT,
    Imported,
    Means,
    Modules,
    dotted,
    for_types_only,
    imported,
    meaning,
    name_of,
)
from redline.core.refactor.python.scopes import Source
from redline.core.refactor.python.view import View, doctest_names, view


@dataclass(frozen=True, slots=True)
class Needs:
    """Imports to add, those for a type checker alone, and `own`: names the target has itself.

    `of_source` are those of `imports` that are taken from the file the symbols leave.
    """

    imports: frozenset[Wanted] = field(default_factory=frozenset)
    types: frozenset[Wanted] = field(default_factory=frozenset)
    own: frozenset[str] = field(default_factory=frozenset)
    of_source: frozenset[Wanted] = field(default_factory=frozenset)


def needs_of(modules: Modules, of: View, cut: Cut, target: View) -> Needs | str:
    """The imports that the target needs for what `cut` takes out of `of`; or why not."""
    imports: set[Wanted] = set()
    types: set[Wanted] = set()
    own: set[str] = set()
    back: set[Wanted] = set()
    later = _read_by_checkers(of, cut, target)
    dots = (
        relative_style(modules, target) if target.source.tree.body else relative_style(modules, of)
    )
    for name in sorted(cut.needs):
        plain, noted = _statements(of, name)
        given = plain or (noted if name in cut.needs_types else [])
        if not given:
            found = _from_source(modules, of, target, name)
            if isinstance(found, str):
                return found
            unreal = _for_types(of, name)
            if unreal and name not in cut.needs_types:
                return f"it uses {name}, which is there for a type checker alone"
            noted_only = unreal or (name in later)
            (types if noted_only else imports).add(found)
            back |= set() if noted_only else {found}
            continue
        for each in given:
            copied = _copied(modules, of.path, target.path, each, dots)
            if isinstance(copied, str):
                return copied
            if copied is None:
                own.add(name)
            elif not _there(modules, target, copied):
                (imports if plain else types).add(copied)
    trouble = _taken(modules, target, imports | types, cut.outside)
    return trouble or Needs(frozenset(imports), frozenset(types), frozenset(own), frozenset(back))


def _read_by_checkers(of: View, cut: Cut, target: View) -> frozenset[str]:
    """The names that nothing but a type checker reads in the definitions, once they are moved.

    Those in annotations of plain functions, where annotations are not evaluated.
    """
    if not postponed((target if target.source.tree.body else of).source):
        return frozenset()
    plain = all(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list
        for node in cut.statements
    )
    return cut.needs_types - doctest_names(cut.statements) if plain else frozenset()


def postponed(source: Source) -> bool:
    """True where annotations are not evaluated: `from __future__ import annotations`."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(each.name == "annotations" for each in node.names)
        for node in source.tree.body
    )


def relative_style(modules: Modules, of: View) -> bool:
    """True for a file that writes dots in front of what it imports of its own package.

    Where it imports nothing of that, its package says.
    """
    own = dotted(modules, of.path).partition(".")[0]
    written = [
        each.module
        for each in of.imports.values()
        if each.module.startswith(".") or each.module.partition(".")[0] == own
    ]
    if written:
        return any(each.startswith(".") for each in written)
    package = under(folder_of(of.path), INIT)
    source = modules.source(package) if package != of.path else None
    return source is not None and relative_style(modules, view(package, source))


def _statements(of: View, name: str) -> tuple[list[Imported], list[Imported]]:
    """The imports that bind `name`: the plain ones at the top, and those for types alone.

    Nothing where something else binds it as well.
    """
    plain: list[Imported] = []
    noted: list[Imported] = []
    for node in of.source.tree.body:
        plain += [each for each in imported(node) if each.bound == name]
        if isinstance(node, ast.If) and for_types_only(node.test):
            noted += [e for inner in node.body for e in imported(inner) if e.bound == name]
    count = len(of.module.binds.get(name, ())) - _deleted(of, name)
    if len(plain) == count and (count == 1 or all(not each.name for each in plain)):
        return plain, []
    return ([], noted) if len(noted) == count == 1 else ([], [])


def _deleted(of: View, name: str) -> int:
    """How many times a module takes its own name away again."""
    gone = (t for node in of.source.tree.body if isinstance(node, ast.Delete) for t in node.targets)
    return sum(isinstance(each, ast.Name) and each.id == name for each in gone)


def _for_types(of: View, name: str) -> bool:
    """True where a name is bound for a type checker alone."""
    spans = [
        range(of.source.start(inner), of.source.end(inner))
        for node in of.source.tree.body
        if isinstance(node, ast.If) and for_types_only(node.test)
        for inner in node.body
    ]
    places = of.module.binds.get(name, ())
    return bool(places) and all(any(at in span for span in spans) for at in places)


def _from_source(modules: Modules, of: View, target: View, name: str) -> Wanted | str:
    for node in ast.walk(of.source.tree):
        if isinstance(node, ast.Global) and name in node.names:
            return f"it uses {name}, which line {node.lineno} of {of.path} gives new values"
    if _deleted(of, name):
        return f"it uses {name}, which {of.path} takes away again"
    module = name_of(modules, target.path, of.path, dots=relative_style(modules, of))
    if module is None:
        return f"it needs {name} of {of.path}, which {target.path} has no sure name for"
    return Wanted(module, name, name)


def _copied(
    modules: Modules, source: str, target: str, each: Imported, dots: bool
) -> Wanted | str | None:
    """The import as the target writes it; None for what the target defines itself."""
    meant = meaning(modules, source, each)
    if meant is not None and meant.path == target:
        if meant.name and meant.name == each.bound:
            return None
        return f"it uses {each.bound}, which is {target} itself or a part of it by another name"
    home = modules.module(source, each.module)
    if home is None:
        if each.module.startswith("."):
            return f"{source}:{each.node.lineno} imports from {each.module}, which is not there"
        return Wanted(each.module, each.name, each.bound)
    if home in (source, target):
        return f"it uses {each.bound}, which {home} takes from itself or passes on"
    if not each.name:
        same = modules.module(target, each.module) == home
        return Wanted(each.module, "", each.bound) if same else _lost(each, target)
    if not each.module.startswith(".") and modules.module(target, each.module) == home:
        return Wanted(each.module, each.name, each.bound)
    name = name_of(modules, target, home, dots=dots or each.module.startswith("."))
    return _lost(each, target) if name is None else Wanted(name, each.name, each.bound)


def _lost(each: Imported, target: str) -> str:
    return f"{each.module} has no sure name in {target}"


def _there(modules: Modules, target: View, wanted: Wanted) -> bool:
    """Whether the target has this import at its top already."""
    for each in (e for node in target.source.tree.body for e in imported(node)):
        if (each.name, each.bound) != (wanted.name, wanted.bound):
            continue
        if each.module == wanted.module:
            return True
        home = modules.module(target.path, each.module)
        if each.name and home and home == modules.module(target.path, wanted.module):
            return True
    return False


def _taken(modules: Modules, target: View, wanted: set[Wanted], outside: frozenset[str]) -> str:
    """Why the target cannot take these imports: a name means something else there."""
    for name in sorted(outside & target.module.binds.keys()):
        return f"{name} is a builtin here and something else in {target.path}"
    for each in sorted(wanted):
        bound = [target.imports.get(at) for at in target.module.binds.get(each.bound, ())]
        package = not each.name and "." in each.module
        if bound and not (package and all(one and not one.name for one in bound)):
            meant = meaning(modules, target.path, bound[0]) if bound[0] else None
            home = modules.module(target.path, each.module)
            if meant is None or home is None or meant != Means(home, each.name):
                return f"{target.path} uses the name {each.bound} for something else"
        if not bound and next(target.uses(each.bound), None) is not None:
            return f"{target.path} uses {each.bound}, and would mean another by it"
    return ""
