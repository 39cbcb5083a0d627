"""Which private names go along with symbols that are moved: those that only they use."""

from __future__ import annotations

from redline.core.index.query import uris_naming
from redline.core.refactor.move_symbol.cut import Cut, Names, cut, used
from redline.core.refactor.python.modules import Modules
from redline.core.refactor.python.view import View, doctest_names, quoted_names
from redline.core.text.text import Span

_ROUNDS = 8


def with_helpers(modules: Modules, of: View, names: Names) -> Cut | str:
    """What goes with `names`, private helpers of theirs included; or why that cannot be told."""
    taken = cut(of, names)
    for _ in range(_ROUNDS):
        if isinstance(taken, str):
            return taken
        more = frozenset(name for name in taken.needs if _theirs(modules, of, taken, name))
        wider = cut(of, taken.names | more) if more else taken
        if not more or isinstance(wider, str):
            return taken
        taken = wider
    return taken


def _theirs(modules: Modules, of: View, taken: Cut, name: str) -> bool:
    """Whether only what goes uses a name, which no other file has."""
    if not name.startswith("_") or name.startswith("__"):
        return False
    if any(at in of.imports for at in of.module.binds.get(name, ())):
        return False
    project = modules.project
    if set(uris_naming(project.index, name)) != {project.uri_of(of.path)}:
        return False
    own = cut(of, frozenset({name}))
    if isinstance(own, str):
        return False
    going = (*taken.statements, *own.statements)
    stays = [each for each in of.source.tree.body if each not in going]
    marks = [mark for each in stays for mark in getattr(each, "decorator_list", ())]
    spans = [Span(of.source.start(each), of.source.end(each)) for each in (*stays, *marks)]
    return name not in used(of, spans) | quoted_names(stays) | doctest_names(stays)
