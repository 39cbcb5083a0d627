"""What changes inside the definitions that are moved: names that are relative to their file."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from redline.core.index.import_rules.paths import folder_of
from redline.core.refactor.move_symbol.cut import Cut, Names
from redline.core.refactor.python.imports import module_span
from redline.core.refactor.python.modules import Means, Modules, name_of
from redline.core.refactor.python.view import View, chains, means
from redline.core.text.edits import Edit
from redline.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Inside:
    """Edits in the source's bytes, and the `names` that are not needed any more by them."""

    edits: tuple[Edit, ...] = ()
    names: Names = frozenset()


def inside(modules: Modules, of: View, cut: Cut, target: str) -> Inside | str:
    """What must change in the moved code itself; or why it cannot.

    Relative imports in functions follow, and what was reached through the target's module
    (`target.name`) is called by its own name there.
    """
    edits: list[Edit] = []
    for node in (each for one in cut.statements for each in ast.walk(one)):
        if isinstance(node, ast.ImportFrom):
            found = _relative(modules, of, node, target)
            if isinstance(found, str):
                return found
            edits += found
    reached = _reached(modules, of, cut, target)
    names: set[str] = set()
    for name in sorted({name for name, _ in reached}):
        group = [edit for each, edit in reached if each == name]
        uses = [at for at in of.uses(name) if any(s.start <= at < s.end for s in cut.spans)]
        if len(group) == len(uses):
            names.add(name)
            edits += group
    return Inside(tuple(sorted(edits, key=lambda edit: edit.span)), frozenset(names))


def _relative(modules: Modules, of: View, node: ast.ImportFrom, target: str) -> list[Edit] | str:
    if node.level == 0 or folder_of(of.path) == folder_of(target):
        return []
    written = "." * node.level + (node.module or "")
    home = modules.module(of.path, written)
    where = f"{of.path}:{node.lineno}"
    if home is None:
        return f"{where} imports from {written}, which is not there"
    name = name_of(modules, target, home, dots=True)
    span = module_span(of.source, node)
    if name is None or span is None:
        return f"{where} has no sure name in {target}"
    return [] if name == written else [Edit(span, name.encode())]


def _reached(modules: Modules, of: View, cut: Cut, target: str) -> list[tuple[str, Edit]]:
    """For each `….name` behind the target's module the name it begins with, and the edit."""
    found: list[tuple[str, Edit]] = []
    for chain in chains(of.source):
        start = of.source.start(chain.root)
        if chain.root.id not in cut.needs or not any(s.start <= start < s.end for s in cut.spans):
            continue
        given = means(modules, of, chain)
        at = next((i for i, each in enumerate(given) if each == Means(target)), None)
        if at is None or at >= len(chain.attributes) or at + 1 >= len(given):
            continue
        attribute = chain.attributes[at]
        if given[at + 1] != Means(target, attribute.attr):
            continue
        hidden = any(attribute.attr in scope.binds for scope in of.scopes)
        if not hidden and isinstance(attribute.ctx, ast.Load):
            end = of.source.end(attribute) - len(attribute.attr.encode())
            found.append((chain.root.id, Edit(Span(start, end), b"")))
    return found
