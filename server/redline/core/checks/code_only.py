"""Whether two texts are the same code: comments and docstrings aside, one tree."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from tree_sitter import Node

from redline.core.index.extract import parse
from redline.core.index.languages import Language
from redline.core.text.text import Text

_Token = tuple[int, str, bytes]
"""How deep in the tree it stands, what it is, and its bytes where it has no parts."""


def first_difference(language: Language, before: Text, after: Text) -> int:
    """The line (1-based) of `after` where the code becomes another, 0 where it is the same."""
    line = 1
    for old, new in zip_longest(_tokens(language, before), _tokens(language, after)):
        line = new[1] if new is not None else line
        if old is None or new is None or old[0] != new[0]:
            return line
    return 0


def _tokens(language: Language, text: Text) -> Iterator[tuple[_Token, int]]:
    """The nodes of the tree in order, each with its line."""
    stack: list[tuple[int, Node]] = [(0, parse(language, text).root_node)]
    while stack:
        depth, node = stack.pop()
        if _is_words(node):
            continue
        data = b"" if node.child_count else text.data[node.start_byte : node.end_byte]
        # A body that was nothing but its docstring, or `pass`, is an empty one.
        if node.type != "block" or any(not _is_words(each) for each in node.named_children):
            yield (depth, node.type, data.strip()), node.start_point[0] + 1
        stack += [(depth + 1, each) for each in reversed(node.children)]


def _is_words(node: Node) -> bool:
    """Whether a node does nothing: a comment, a string that stands for itself, or `pass`."""
    if node.is_extra or "comment" in node.type or node.type == "pass_statement":
        return True
    if node.type != "expression_statement" or node.named_child_count != 1:
        return False
    inner = node.named_children[0]
    plain = inner.type in ("string", "concatenated_string")
    return plain and not any(each.type == "interpolation" for each in _below(inner))


def _below(node: Node) -> Iterator[Node]:
    for each in node.children:
        yield each
        yield from _below(each)
