"""Small questions to a Python tree that several refactorings ask."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

DEFINITIONS = ("function_definition", "class_definition")
SCOPES = ("function_definition", "class_definition", "lambda")


def words_of(node: Node | None) -> str:
    """The source of a node, '' for none; bytes that are not UTF-8 become U+FFFD."""
    if node is None or node.text is None:
        return ""
    return node.text.decode("utf-8", "replace")


def decorators(definition: Node) -> tuple[str, ...]:
    """The dotted names of a definition's decorators, arguments left out."""
    around = definition.parent
    if around is None or around.type != "decorated_definition":
        return ()
    return tuple(
        words_of(child).removeprefix("@").partition("(")[0].strip()
        for child in around.named_children
        if child.type == "decorator"
    )


def whole(definition: Node) -> Node:
    """The definition with its decorators."""
    around = definition.parent
    return around if around is not None and around.type == "decorated_definition" else definition


def enclosing(node: Node | None, *types: str) -> Node | None:
    """The innermost node above `node` (not itself) of one of `types`."""
    node = node.parent if node is not None else None
    while node is not None and node.type not in types:
        node = node.parent
    return node


def is_method(definition: Node) -> bool:
    """True for a function directly in a class body."""
    block = whole(definition).parent
    return (
        block is not None and block.parent is not None and block.parent.type == "class_definition"
    )


def within_scope(node: Node) -> Iterator[Node]:
    """The nodes under `node` that run in its own scope: not the insides of nested
    functions, lambdas and classes.
    """
    stack = list(reversed(node.children))
    while stack:
        each = stack.pop()
        yield each
        if each.type not in SCOPES:
            stack += reversed(each.children)


def qualified(definition: Node) -> str:
    """`Outer.method` of a definition node."""
    parts: list[str] = []
    node: Node | None = definition
    while node is not None:
        if node.type in DEFINITIONS:
            parts.append(words_of(node.child_by_field_name("name")))
        node = node.parent
    return ".".join(reversed(parts))
