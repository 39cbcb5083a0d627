"""Inlinings to try on a real project: small functions, constants, local variables."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from random import Random

from real_signatures import Checker, Function, Request, functions, run
from refactor_trees import symbol_of

from redline.core.refactor.inlining.constant import inline_constant
from redline.core.refactor.inlining.function import inline_function
from redline.core.refactor.inlining.variable import inline_variable
from redline.core.refactor.project import Planned, Project, impossible


def drawn(
    files: Mapping[str, bytes], covered: Mapping[str, Collection[int]], random: Random
) -> Iterator[Request]:
    """Requests of the three kinds in turn, as the seed has it."""
    calls, constants, variables = list[Request](), list[Request](), list[Request]()
    for path in sorted(covered):
        tree = ast.parse(files[path])
        constants += [_constant(path, name) for name in _constants(tree)]
        for name, node in functions(tree):
            if run(node, covered[path]):
                if _is_small(node):
                    calls.append(_function(path, name))
                every = _variables(path, files[path], node)
                variables += [each for line, each in every if line in covered[path]]
    for each in (calls, constants, variables):
        random.shuffle(each)
    while calls or constants or variables:
        for kind in (calls, variables, constants):
            if kind:
                yield kind.pop()


def _is_small(node: Function) -> bool:
    """A plain function of one `return`, or of some statements with none but a last one."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    returns = [each for each in ast.walk(node) if isinstance(each, ast.Return)]
    stars = node.args.vararg or node.args.kwarg
    simple = not node.decorator_list and not node.name.startswith(("__", "test")) and not stars
    return simple and bool(body) and len(body) <= 4 and all(each is body[-1] for each in returns)


def _constants(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()):
                if not name.startswith("__"):
                    yield name


def _variables(path: str, data: bytes, node: Function) -> Iterator[tuple[int, Request]]:
    every = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    stores = [each.id for each in every if isinstance(each.ctx, ast.Store)]
    stores += [each.arg for each in ast.walk(node) if isinstance(each, ast.arg)]
    loads = [each.id for each in every if isinstance(each.ctx, ast.Load)]
    for each in ast.walk(node):
        match each:
            case ast.Assign(targets=[ast.Name(id=name) as target]) if (
                stores.count(name) == loads.count(name) == 1
            ):
                line = data.splitlines(keepends=True)[target.lineno - 1]
                yield target.lineno, _variable(path, node.name, name, line)


def _function(path: str, name: str) -> Request:
    def plan(project: Project, checker: Checker) -> Planned:
        symbol = symbol_of(project, f"{path}:{name}")
        uses = checker.uses([(symbol.uri, symbol.name_span)]) or ()
        return inline_function(project, symbol, uses=uses)

    return Request(f"{path}:{name}", "function", plan)


def _constant(path: str, name: str) -> Request:
    def plan(project: Project, checker: Checker) -> Planned:
        return inline_constant(project, symbol_of(project, f"{path}:{name}"))

    return Request(f"{path}:{name}", "constant", plan)


def _variable(path: str, function: str, name: str, line: bytes) -> Request:
    def plan(project: Project, checker: Checker) -> Planned:
        text = project.text_of(path)
        at = text.data.find(line) if text is not None else -1
        if at < 0:
            return impossible("its line has gone in another request")
        return inline_variable(project, path, at + line.index(name.encode()))

    return Request(f"{path}:{function} {line.decode().strip()}", "variable", plan)
