"""Keyword arguments by which callers in the same Python file name a parameter."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from redline.core.index.bindings import Binding, Scopes
from redline.core.refactor.python.tree import decorators, enclosing, is_method, words_of
from redline.core.text.text import Span


def of_parameter(root: Node, parameter: Binding, scopes: Scopes) -> tuple[list[Span], str] | str:
    """The names of keyword arguments that mean `parameter`, and a note about other callers.

    A sentence instead when a call in this file may mean it, which names alone cannot tell.
    """
    first = parameter.occurrences[0].span
    node = root.descendant_for_byte_range(first.start, first.start)
    function = enclosing(node, "function_definition", "lambda")
    if function is None or _only_by_position(node, function):
        return [], ""
    named = function.child_by_field_name("name")
    if named is None:
        return _of_lambda(root, parameter)
    name = words_of(named)
    own = scopes.binding_at(named.start_byte)
    spans: list[Span] = []
    for argument, call in _arguments(root, parameter.name):
        callee = call.child_by_field_name("function")
        if callee is None:
            continue
        if callee.type == "identifier" and not is_method(function):
            meant = scopes.binding_at(callee.start_byte)
            if own is not None and meant is own:
                spans.append(Span(argument.start_byte, argument.end_byte))
                continue
        if _may_mean(callee, call, function, name):
            line = argument.start_point.row + 1
            return f"{parameter.name} is passed by name at line {line}, perhaps to another {name}"
    local = enclosing(function, "function_definition") is not None and not is_method(function)
    if local or (name.startswith("__") and not name.endswith("__")):
        return spans, ""
    return spans, (
        f"Callers in other files that pass {parameter.name} by name to {name} are not changed."
    )


def _of_lambda(root: Node, parameter: Binding) -> tuple[list[Span], str] | str:
    for argument, _ in _arguments(root, parameter.name):
        line = argument.start_point.row + 1
        return f"{parameter.name} is passed by name at line {line}, perhaps to this lambda"
    return [], ""


def _arguments(root: Node, name: str) -> Iterator[tuple[Node, Node]]:
    """The name nodes of keyword arguments called `name`, each with its call."""
    stack = [root]
    while stack:
        node = stack.pop()
        stack += reversed(node.named_children)
        if node.type != "keyword_argument":
            continue
        given = node.child_by_field_name("name")
        call = enclosing(node, "call")
        if given is not None and call is not None and words_of(given) == name:
            yield given, call


def _may_mean(callee: Node, call: Node, function: Node, name: str) -> bool:
    """True when the call may reach `function` by a way that scopes do not show."""
    last = words_of(callee).rpartition(".")[2]
    names = {name}
    owner = enclosing(function, "class_definition")
    if owner is not None and is_method(function):
        if name in ("__init__", "__new__", "__call__"):
            names |= {words_of(owner.child_by_field_name("name")), "cls", "__init__"}
        if name == "__call__":
            return True
    if last in names:
        return True
    # partial(name, argument=...) and the like; a decorator may wrap it under any name.
    given = call.child_by_field_name("arguments")
    passed = (
        {words_of(each).rpartition(".")[2] for each in given.named_children} if given else set()
    )
    return bool(passed & names) or (last in _factories(function))


def _factories(function: Node) -> tuple[str, ...]:
    return tuple(each.rpartition(".")[2] for each in decorators(function))


def _only_by_position(node: Node | None, function: Node) -> bool:
    """True for a parameter before `/`, for `*args` and for `**kwargs`."""
    parameters = function.child_by_field_name("parameters")
    if node is None or parameters is None:
        return True
    if node.parent is not None and node.parent.type in (
        "list_splat_pattern",
        "dictionary_splat_pattern",
    ):
        return True
    return any(
        each.type == "positional_separator" and each.start_byte > node.start_byte
        for each in parameters.named_children
    )
