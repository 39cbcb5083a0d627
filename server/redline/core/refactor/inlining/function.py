"""Puts the body of a Python function in place of its calls."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from redline.core.index.model import Symbol
from redline.core.index.query import qualified_name
from redline.core.refactor.call_sites.files import Files, View
from redline.core.refactor.call_sites.lists import Patch
from redline.core.refactor.call_sites.meaning import is_static, meanings
from redline.core.refactor.call_sites.model import Defined, Function, Outside
from redline.core.refactor.call_sites.uses import Site, Target, family, methods, sites
from redline.core.refactor.inlining.arguments import (
    Given,
    given,
    hidden_problem,
    is_constant,
    order_problem,
)
from redline.core.refactor.inlining.body import Body, body_of, placed
from redline.core.refactor.inlining.order import compared_by_identity, is_stable
from redline.core.refactor.inlining.result import Work
from redline.core.refactor.inlining.text import fitted, statement_of, text_of
from redline.core.refactor.project import Planned, Project, Use, impossible
from redline.core.refactor.python import names

MOST_SHOWN = 5


def inline_function(
    project: Project,
    symbol: Symbol,
    delete: bool = True,
    at: Use | None = None,
    uses: Sequence[Use] | None = None,
) -> Planned:
    """The edits that put what a function does in place of its calls, or of the one `at`.

    With `delete` the definition goes, and its imports, where nothing is left that needs them.
    A function that is one `return` is inlined wherever it is called; one of statements where
    the call is a statement, or all that one assigns or returns. Calls that cannot be inlined
    stay, with a note why, and so does the definition then; a refusal where none can be.
    """
    files = Files(project)
    found = _inlinable(files, symbol)
    if isinstance(found, str):
        return impossible(f"{qualified_name(symbol)}: {found}")
    view, body, target = found
    every = list(sites(files, target, uses))
    wanted = [each for each in every if at is None or _is_at(each, at)]
    work = Work(files)
    left = _left(wanted, delete, at)
    stay = _inlined_where_possible(files, work, body, wanted)
    calls = [each for each in wanted if each.call is not None]
    if left or len(stay) == len(calls):
        reason = left or next(iter(stay.values()), "it is called nowhere")
        return impossible(f"{qualified_name(symbol)}: {reason}")
    for reason in list(stay.values())[:MOST_SHOWN]:
        work.notes.append(f"Not inlined: {reason}.")
    named = next((each for each in wanted if each.call is None), None)
    if delete and at is None and (stay or named is not None):
        place = named.place if named is not None else next(iter(stay)).place
        work.notes.append(f"The definition of {symbol.name} stays: {place} needs it.")
    elif delete and at is None:
        work.take_away(symbol.name, Defined(view.uri, body.function), view, body.function, every)
    return work.planned()


def _inlined_where_possible(
    files: Files, work: Work, body: Body, wanted: Sequence[Site]
) -> dict[Site, str]:
    """Inlines the calls, the innermost first; those that cannot be, and why."""
    stay: dict[Site, str] = {}
    calls = [each for each in wanted if each.call is not None]
    for site in sorted(calls, key=lambda each: len(each.view.span(each.call or each.node))):
        needed = _Needed()
        problem = _inlined(files, work, body, site, needed)
        if problem:
            stay[site] = f"the call at {site.place} {problem}"
        elif needed.statement is not None:
            work.needed.setdefault(needed.statement, (site.view, []))[1].extend(needed.names)
    return stay


@dataclass(slots=True)
class _Needed:
    """Names that one call needs, and the import that they can be added to."""

    statement: ast.ImportFrom | None = None
    names: list[str] = field(default_factory=list)


def _is_at(site: Site, at: Use) -> bool:
    if isinstance(site.node, ast.Name | ast.Attribute):
        return (site.view.uri, site.view.name_span(site.node)) == at
    return False


def _left(wanted: Sequence[Site], delete: bool, at: Use | None) -> str:
    """Why what is no call stands in the way, '' where it does not."""
    for site in [each for each in wanted if each.call is None]:
        if site.how == "store":
            return f"{site.place} gives it another value"
        if not site.sure and delete and at is None:
            return f"{site.place} may mean it, which names alone do not tell"
    return ""


def _inlinable(files: Files, symbol: Symbol) -> tuple[View, Body, Target] | str:
    view = files.view(symbol.uri)
    if view is None:
        return f"{files.project.path_of(symbol.uri)} is no Python, or does not parse"
    node = next(
        (
            each
            for each in ast.walk(view.tree)
            if isinstance(each, Function)
            and view.defined_name(each).start == symbol.name_span.start
        ),
        None,
    )
    if node is None:
        return "it is no function"
    defined, owner = Defined(view.uri, node), view.parents.get(node)
    scope = view.scope(node)
    if len(view.bindings(scope).get(node.name, ())) > 1:
        return "it is defined more than once"
    body = body_of(view, node)
    if isinstance(body, str):
        return body
    if isinstance(owner, ast.ClassDef):
        return _method(files, view, body, Defined(view.uri, owner))
    return view, body, Target(node.name, (defined,))


def _method(
    files: Files, view: View, body: Body, owner: Defined
) -> tuple[View, Body, Target] | str:
    node = body.function
    if node.name.startswith("__") and node.name.endswith("__"):
        return f"Python itself calls {node.name}"
    if is_static(node) or node.decorator_list:
        return "it has a decorator"
    classes = family(files, owner, node.name)
    if len(classes) > 1:
        where = next(each for each in classes if each != owner)
        return f"{getattr(where.node, 'name', '')} overrides it, or is overridden by it"
    return view, body, Target(node.name, methods(owner, node.name), (owner,))


def _inlined(files: Files, work: Work, body: Body, site: Site, needed: _Needed) -> str:
    """Inlines one call; says why it cannot be, '' where it can."""
    assert site.call is not None
    if not site.sure:
        return "may mean it, which names alone do not tell"
    if any(isinstance(each, ast.JoinedStr) for each in site.view.above(site.node)):
        return "stands in a string"
    if body.function in site.view.above(site.node):
        return "is one of itself"
    receiver: ast.expr | None = None
    if site.bound:
        receiver = site.node.value if isinstance(site.node, ast.Attribute) else None
        if not isinstance(receiver, ast.Name):
            return "is on something that is not just a name"
    found = given(body.view, body.function, site.view, site.call, receiver)
    if isinstance(found, str):
        return found
    problem = _names_problem(files, body, site, needed)
    problem = problem or hidden_problem(body.view, body.function, body.parts, found)
    if problem:
        return problem
    if body.value is not None and not body.statements:
        return _expression(work, body, body.value, site, found)
    return _statements(work, body, site, found)


def _names_problem(files: Files, body: Body, site: Site, needed: _Needed) -> str:
    """Why a name of the body would mean something else at the call, '' where none would."""
    for node in body.free():
        here = body.view.binder(node, node.id)
        there = site.view.binder(site.node, node.id)
        if (site.view is body.view and here is there) or (here is None and there is None):
            continue
        if isinstance(here, ast.Module):
            if isinstance(there, ast.Module) and _is_same_there(files, body, node, site):
                continue
            if (
                there is None
                and is_stable(body.view, node)
                and _reach(files, body, site, node, needed)
            ):
                continue
        return f"stands where {node.id}, which it uses, is not there or is something else"
    return ""


def _is_same_there(files: Files, body: Body, node: ast.Name, site: Site) -> bool:
    """Whether a name of the module means one and the same thing in another."""
    meant = meanings(files, body.view, node)
    probe = ast.copy_location(ast.Name(node.id, ast.Load()), site.node)
    site.view.parents[probe] = site.view.parents[site.node]
    known = len(meant) == 1 and all(
        isinstance(each, Defined) or (isinstance(each, Outside) and each.name) for each in meant
    )
    return known and meanings(files, site.view, probe) == meant


def _reach(files: Files, body: Body, site: Site, node: ast.Name, needed: _Needed) -> bool:
    """Whether a name of the function's module can be imported as the function is."""
    if hasattr(builtins, node.id) or not isinstance(site.node, ast.Name):
        return False
    bound = site.view.bindings(site.view.tree).get(site.node.id, [])
    alias = bound[0] if len(bound) == 1 else None
    statement = site.view.parents.get(alias) if isinstance(alias, ast.alias) else None
    if not isinstance(statement, ast.ImportFrom) or not isinstance(alias, ast.alias):
        return False
    where = files.module(site.view, f"{'.' * statement.level}{statement.module or ''}")
    if where != body.view.uri or site.view.parents.get(statement) is not site.view.tree:
        return False
    needed.statement = statement
    needed.names.append(node.id)
    return True


def _expression(
    work: Work, body: Body, value: ast.expr, site: Site, found: Mapping[str, Given]
) -> str:
    problem = order_problem(body.view, body.function, value, found)
    if problem:
        return f"cannot take its place: {problem}"
    assert site.call is not None
    text = _substituted(work, body, value, site, found)
    work.patch(site.view).replace(
        site.view.span(site.call), fitted(value, text, site.view, site.call)
    )
    return ""


def _substituted(
    work: Work, body: Body, value: ast.expr, site: Site, found: Mapping[str, Given]
) -> bytes:
    """The text of an expression of the body with arguments for parameters."""
    scratch = Patch(body.view.source.text.data)
    for node in body.uses(value):
        each = found[node.id]
        patch = work.patch(site.view) if each.view is site.view else None
        text = patch.text(site.view.span(each.value)) if patch else text_of(each.view, each.value)
        scratch.replace(body.view.span(node), fitted(each.value, text, body.view, node))
    return scratch.text(body.view.span(value))


def _statements(work: Work, body: Body, site: Site, found: Mapping[str, Given]) -> str:
    """Puts the statements of the body where the call is one."""
    assert site.call is not None
    statement = statement_of(site.view, site.call)
    above = site.view.parents[site.call]
    whole = above is statement and isinstance(statement, ast.Expr | ast.Assign | ast.Return)
    if not whole:
        return "is part of an expression, and it is more than one"
    if isinstance(statement, ast.Return | ast.Assign) and body.value is None:
        return "uses what it returns, which is nothing"
    first = {name: each for name, each in found.items() if not _is_same(body, site, name, each)}
    problem = _clash(body, site, first)
    if problem:
        return problem
    values = {
        name: each for name, each in first.items() if is_constant(each) and name not in body.rebound
    }
    lines = [
        name.encode() + b" = " + text_of(each.view, each.value)
        for name, each in first.items()
        if name not in values
    ]
    return placed(work, body, site, lines, values)


def _by_identity(body: Body, name: str, each: Given) -> bool:
    places = (node for node in body.uses() if node.id == name)
    return any(compared_by_identity(body.view, each.value, node) for node in places)


def _is_same(body: Body, site: Site, name: str, each: Given) -> bool:
    """Whether an argument is the variable that is called like the parameter."""
    return isinstance(each.value, ast.Name) and each.value.id == name and name not in body.rebound


def _clash(body: Body, site: Site, first: Mapping[str, Given]) -> str:
    """Why the names of the body would get in the way of those around the call."""
    scope = site.view.scope(site.node)
    made = {
        *body.rebound,
        *(n for n, each in first.items() if not is_constant(each) or _by_identity(body, n, each)),
    }
    if made and not isinstance(scope, names.Function):
        return f"stands outside of functions, where {min(made)} would stay"
    for node in ast.walk(scope):
        if made.intersection((*names.binds(node), *_read(node))):
            line = getattr(node, "lineno", "?")
            return f"stands in a function that has a name in common with it, at line {line}"
    return ""


def _read(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name):
            return (name,)
    return ()
