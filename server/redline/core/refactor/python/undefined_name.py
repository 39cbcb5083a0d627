"""A Python name that nothing defines: the one import that gives it, or the name that was meant."""

from __future__ import annotations

import ast
import builtins
import difflib
from collections.abc import Iterable

from redline.core.index import query
from redline.core.index.model import Symbol
from redline.core.refactor.move_symbol.needs import relative_style
from redline.core.refactor.project import Planned, Project, impossible
from redline.core.refactor.python.imports import Wanted, added
from redline.core.refactor.python.modules import modules_of, name_of
from redline.core.refactor.python.names import Nested, bound
from redline.core.refactor.python.scopes import Source
from redline.core.refactor.python.view import view
from redline.core.retrieval.paths import is_test
from redline.core.text.edits import Edit
from redline.core.text.text import Span

LIKE = 0.75
"""How alike two names are, from 0 to 1, where one may be a slip of the other."""
_DEFINES = frozenset({"function", "class", "variable", "constant", "type"})


def undefined_name(project: Project, uri: str, name: str, line: int, choice: str = "") -> Planned:
    """The import of `name`, which is used on the 1-based `line` of a file and defined nowhere
    in it; or the spelling of the one name it is a slip of.

    Where several could be meant, the refusal's `options` say which; `choice` is one of them.
    """
    path = project.path_of(uri)
    modules = modules_of(project)
    source = modules.source(path)
    if source is None:
        return impossible(f"{path} does not parse")
    wanted: dict[str, Wanted] = {}
    for symbol in _candidates(project, uri, name):
        dots = relative_style(modules, view(path, source))
        module = name_of(modules, path, project.path_of(symbol.uri), dots=dots)
        if module:
            wanted[f"from {module} import {name}"] = Wanted(module, name, name)
    spelled = {} if wanted else {f"{name} is {each}": each for each in _like(source, name, line)}
    options = (*wanted, *spelled)
    chosen = choice if choice in options else options[0] if len(options) == 1 else ""
    if chosen in wanted:
        return Planned({uri: added(source, [wanted[chosen]])})
    if chosen:
        return Planned({uri: respelled(source, name, spelled[chosen], line)})
    if options:
        return Planned(refusal=f"{name} could be any of {len(options)} things", options=options)
    return impossible(f"nothing in the workspace is called {name}, or nearly so")


def _candidates(project: Project, uri: str, name: str) -> list[Symbol]:
    """What a file of the workspace defines by that name for others to import."""
    found = {
        each.uri: each
        for each in query.symbols_named(project.index, name)
        if not each.container and each.kind in _DEFINES and each.uri != uri
    }
    python = [each for each in found.values() if each.uri.endswith(".py")]
    code = [each for each in python if not is_test(project.path_of(each.uri))]
    return code or (python if is_test(project.path_of(uri)) else [])


def _like(source: Source, name: str, line: int) -> list[str]:
    """The names that may be meant, where one is not far better than the others."""
    known = {*_visible(source, line), *dir(builtins)} - {name}
    near = difflib.get_close_matches(name, sorted(known), n=3, cutoff=LIKE)
    alike = [difflib.SequenceMatcher(None, name, each).ratio() for each in near]
    best = [each for each, ratio in zip(near, alike, strict=True) if ratio > alike[0] - 0.1]
    return best if len(name) > 2 else []


def _visible(source: Source, line: int) -> Iterable[str]:
    """The names that are bound at the top, and in the functions around a line."""
    yield from bound(source.tree.body)
    for node in ast.walk(source.tree):
        if isinstance(node, Nested) and node.lineno <= line <= (node.end_lineno or 0):
            spec = node.args
            every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
            yield from (each.arg for each in every if each is not None)
            yield from bound(node.body) if isinstance(node.body, list) else ()


def respelled(source: Source, name: str, meant: str, line: int) -> tuple[Edit, ...]:
    """Edits that write `meant` for `name` on a line, where it is a variable or an attribute."""
    edits: list[Edit] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and node.id == name and node.lineno == line:
            edits.append(_written(Span(source.start(node), source.end(node)), meant))
        elif isinstance(node, ast.Attribute) and node.attr == name and node.end_lineno == line:
            end = source.end(node)
            edits.append(_written(Span(end - len(name.encode()), end), meant))
    return tuple(sorted(edits, key=lambda each: each.span))


def _written(span: Span, name: str) -> Edit:
    return Edit(span, name.encode())
