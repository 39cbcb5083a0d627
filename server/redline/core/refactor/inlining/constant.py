"""Puts the value of a Python module's constant in place of its name, in every file."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from redline.core.index.model import Symbol
from redline.core.refactor.call_sites.files import Files, View
from redline.core.refactor.call_sites.model import Variable
from redline.core.refactor.call_sites.uses import Site, Target, sites
from redline.core.refactor.inlining import uses as inline_uses
from redline.core.refactor.inlining.order import compared_by_identity, is_immutable
from redline.core.refactor.inlining.result import Work
from redline.core.refactor.inlining.text import fitted, text_of
from redline.core.refactor.project import Planned, Project, Use, impossible


def inline_constant(
    project: Project, symbol: Symbol, delete: bool = True, uses: Sequence[Use] | None = None
) -> Planned:
    """The edits that put the value of a module's constant in place of its name.

    With `delete` its assignment goes, and the imports of it, where nothing is left that needs
    them. The value must be a literal that cannot change, given once.
    """
    files = Files(project)
    view = files.view(symbol.uri)
    found = _assigned(view, symbol) if view is not None else "it is in no Python that parses"
    if isinstance(found, str) or view is None:
        return impossible(f"{symbol.name}: {found}")
    target, statement, value = found
    files.sought = target
    meant = Variable(view.uri, target)
    every = list(sites(files, Target(symbol.name, (meant,)), uses))
    inlined = [each for each in every if each.node is not target]
    problem = _problem(files, symbol.name, value, inlined)
    if problem:
        return impossible(f"{symbol.name}: {problem}")
    work = Work(files)
    text = text_of(view, value)
    for site in inlined:
        work.patch(site.view).replace(
            site.view.span(site.node), fitted(value, text, site.view, site.node)
        )
    if delete:
        work.take_away(symbol.name, meant, view, statement, inlined)
    return work.planned()


def _assigned(
    view: View, symbol: Symbol
) -> tuple[ast.Name, ast.Assign | ast.AnnAssign, ast.expr] | str:
    bound = view.bindings(view.tree).get(symbol.name, [])
    here = [each for each in bound if isinstance(each, ast.Name)]
    if not here or view.span(here[0]).start != symbol.name_span.start:
        return "it is no constant of a module"
    if len(bound) > 1:
        return f"it is given a value more than once, at {view.place(bound[1])} too"
    statement = view.parents.get(here[0])
    match statement:
        case ast.Assign(targets=[ast.Name()], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
            pass
        case _:
            return "it is given its value by something other than a plain assignment"
    if view.parents.get(statement) is not view.tree:
        return "it is given its value only under some condition"
    if not is_immutable(value):
        return "its value is no literal that never changes"
    return here[0], statement, value


def _problem(files: Files, name: str, value: ast.expr, inlined: Sequence[Site]) -> str:
    if not inlined:
        return "it is never used"
    place = inline_uses.mentioned(files, name, offered=False)
    if place:
        return f"{place} has its name in a string, by which it may be given another value"
    for site in inlined:
        if not site.sure:
            return f"{site.place} may mean it, which names alone do not tell"
        if site.how == "store":
            return f"{site.place} gives it another value"
        if compared_by_identity(site.view, value, site.node):
            return f"{site.place} compares it by identity"
        above = list(site.view.above(site.node))
        if any(isinstance(each, ast.JoinedStr) for each in above):
            return f"{site.place} has it in a string"
        if isinstance(above[0], ast.MatchValue | ast.MatchClass | ast.MatchMapping):
            return f"{site.place} has it in a pattern"
    return ""
