"""Imports in functions, where moved symbols and the file they leave would import each other.

A function looks a name of its module up when it runs. An import in its body does the same at
the same time, so nothing is loaded earlier or in another order than before. Either what moves
imports what stays in this way, or what stays imports what has moved: then none of it may run
while its file is being loaded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from redline.core.refactor.move_symbol.cut import Cut, binds_of, evaluated, used
from redline.core.refactor.move_symbol.needs import Needs, postponed
from redline.core.refactor.python.imports import Wanted, alone, whole
from redline.core.refactor.python.scopes import Source
from redline.core.refactor.python.selection import rows
from redline.core.refactor.python.view import View, doctest_names, noted_types, quoted_names
from redline.core.text.edits import Edit
from redline.core.text.text import Span

Function = ast.FunctionDef | ast.AsyncFunctionDef
_HOOKS = ("__init_subclass__", "__set_name__", "__class_getitem__", "__prepare__")
_BODIES = (*(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda),)


def late(of: View, cut: Cut, needs: Needs, target: View) -> tuple[Needs, tuple[Edit, ...]] | None:
    """What the target needs at its top when what is of the source is imported in functions, and
    the edits for that, in the source's bytes. None where a name is needed before they run.
    """
    names = {each.bound: each for each in needs.of_source}
    spans = [span for each in cut.statements for span in evaluated(of.source, each)]
    noted = list(noted_types(cut.statements))
    quiet = [Span(of.source.start(each), of.source.end(each)) for each in noted]
    wait = postponed((target if target.source.tree.body else of).source)
    if names.keys() & used(of, spans, skip=quiet if wait else []):
        return None
    spoken = used(of, quiet) | quoted_names(cut.statements) | doctest_names(cut.statements)
    if names.keys() & spoken and not _unread(cut, wait):
        return None
    edits: list[Edit] = []
    for function, inside in _grouped(of, cut.statements, frozenset(names), quiet):
        if function is None:
            return None
        edit = _edit(of.source, function, [names[each] for each in sorted(inside)])
        if edit is None:
            return None
        edits.append(edit)
    types = needs.types | {names[each] for each in names.keys() & spoken}
    less = replace(
        needs, imports=needs.imports - needs.of_source, types=types, of_source=frozenset()
    )
    return less, tuple(edits)


def behind(of: View, cut: Cut, wanted: list[Wanted]) -> tuple[Edit, ...] | None:
    """The edits in the source that import `wanted`, which has moved, in functions. None where a
    name is needed, or one of these functions may be called, while the source is loaded.
    """
    stays = [each for each in of.source.tree.body if each not in cut.statements]
    names = {each.bound: each for each in wanted}
    now = [span for each in stays for span in evaluated(of.source, each)]
    if names.keys() & (used(of, now) | quoted_names(stays) | doctest_names(stays)):
        return None
    early = _called_early(of, stays)
    edits: list[Edit] = []
    for statement in stays:
        for function, inside in _grouped(of, [statement], frozenset(names), []):
            if function is None or function.name in _HOOKS or early & set(binds_of(statement)):
                return None
            edit = _edit(of.source, function, [names[each] for each in sorted(inside)])
            if edit is None:
                return None
            edits.append(edit)
    return tuple(edits)


def _called_early(of: View, statements: list[ast.stmt]) -> set[str]:
    """The names of definitions that may run while the file is loaded: all that statements at the
    top use, and what that uses. The base of a class does not run when the class is made.
    """
    homes = {name: each for each in statements for name in binds_of(each)}
    waiting = sorted(used(of, [span for each in statements for span in _running(of, each)]))
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += used(of, [whole(of.source, homes[name])]) if name in homes else ()
    return found


def _running(of: View, node: ast.stmt) -> list[Span]:
    """What runs when a definition does, but for the bases of a class."""
    if not isinstance(node, ast.ClassDef):
        return evaluated(of.source, node)
    heads: list[ast.expr] = [*node.decorator_list, *(each.value for each in node.keywords)]
    own = [Span(of.source.start(each), of.source.end(each)) for each in heads]
    return own + [span for each in node.body for span in _running(of, each)]


def _unread(cut: Cut, wait: bool) -> bool:
    """Whether nothing but a type checker reads the annotations."""
    if doctest_names(cut.statements):
        return False
    return wait and all(isinstance(e, Function) and not e.decorator_list for e in cut.statements)


def _grouped(
    of: View, statements: Sequence[ast.stmt], names: frozenset[str], quiet: list[Span]
) -> Iterator[tuple[Function | None, set[str]]]:
    """The functions in which `names` are used; None for a use that is in none, or in a lambda,
    which runs at another time.
    """
    places = {at: name for name in names for at in of.uses(name)}
    found: dict[int, tuple[Function | None, set[str]]] = {}
    for statement in statements:
        for node, function in _within(statement):
            at = of.source.start(node)
            if at in places and not any(span.start <= at < span.end for span in quiet):
                found.setdefault(id(function), (function, set()))[1].add(places[at])
    yield from found.values()


def _within(statement: ast.stmt) -> Iterator[tuple[ast.Name, Function | None]]:
    """Every name in a statement, with the function whose body it is in."""
    waiting: list[tuple[ast.AST, Function | None]] = [(statement, None)]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, ast.Name):
            yield node, function
        inner = (
            node if isinstance(node, Function) else None if isinstance(node, _BODIES) else function
        )
        body = set(map(id, node.body)) if isinstance(node, Function) else set()
        for child in ast.iter_child_nodes(node):
            own = id(child) in body or not isinstance(node, Function)
            waiting.append((child, inner if own else function))


def _edit(source: Source, function: Function, wanted: list[Wanted]) -> Edit | None:
    """The imports before the first statement of a function, behind its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body or (not alone(source, body[0]) and not getattr(body[0], "decorator_list", [])):
        return None
    at = source.text.line_span(rows(body[0])[0] - 1).start
    if at <= source.start(function):
        return None
    line = source.text.line_bytes(rows(body[0])[0] - 1)
    indent = line[: len(line) - len(line.lstrip())]
    text = b"".join(indent + each.line().encode() + b"\n" for each in _together(wanted))
    return Edit(Span(at, at), text)


def _together(wanted: list[Wanted]) -> Iterator[Wanted]:
    """One import of each module."""
    modules = dict.fromkeys(each.module for each in wanted)
    for module in modules:
        names = ", ".join(each.name for each in wanted if each.module == module)
        yield Wanted(module, names, names)
