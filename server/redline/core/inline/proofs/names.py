"""Names in a draft that nothing binds: shown where it can be proved, and only there.

In Python alone every name is bound in its file, built in, or brought by a star import. An
attribute of an object is never proof.
"""

from __future__ import annotations

import builtins

from tree_sitter import Node, QueryCursor

from redline.core.index.languages import Language
from redline.core.inline.filters.parses import Tried
from redline.core.inline.proofs.words import places

_KNOWN = frozenset(dir(builtins)) | {
    "__file__", "__builtins__", "__path__", "__class__", "reveal_type", "unicode", "basestring",
    "long", "xrange", "raw_input", "_",
}  # fmt: skip
_SCOPES = frozenset({
    "function_definition", "class_definition", "lambda", "list_comprehension",
    "set_comprehension", "dictionary_comprehension", "generator_expression",
})  # fmt: skip
_ANYWHERE = (b"import *", b"exec(", b"globals(")
"""With these in a text, names may come from anywhere."""
_MOST = 200


def unknown(language: Language, found: Tried) -> str:
    """A name that the suggestion uses and nothing binds, '' where there is none or no proof."""
    if language.name != "python" or language.scopes is None:
        return ""
    if any(each in found.text.data for each in _ANYWHERE):
        return ""
    cursor = QueryCursor(language.scopes)
    cursor.set_byte_range(found.span.start, found.span.end)
    captures = cursor.captures(found.tree.root_node)
    ignored = {node.byte_range for node in captures.get("local.ignore", ())}
    bound = {
        node.byte_range
        for name, nodes in captures.items()
        if name.startswith("local.definition.")
        for node in nodes
    }
    for node in captures.get("local.reference", ()):
        # A word that the suggestion completes is one of its names.
        touched = node.start_byte < found.span.end and found.span.start < node.end_byte
        if not touched or node.byte_range in ignored or node.byte_range in bound:
            continue
        name = found.text.data[node.start_byte : node.end_byte]
        if name.decode("utf-8", "replace") in _KNOWN or _exempt(node):
            continue
        if not _visible(found, node, name):
            return name.decode("utf-8", "replace")
    return ""


def _exempt(node: Node) -> bool:
    """Names that are no variables, or where nothing is proved: inside an error, declarations."""
    parent = node.parent
    while parent is not None:
        if parent.is_error or parent.type in ("global_statement", "nonlocal_statement", "import_"):
            return True
        if parent.type.startswith(("import_", "future_import", "case_")):
            return True
        parent = parent.parent
    return False


def _visible(found: Tried, use: Node, name: bytes) -> bool:
    """Whether some other place of the name may bind it for `use`; True where there are many."""
    around = _around(use)
    for count, at in enumerate(places(found.text.data, name, use.start_byte)):
        if count > _MOST:
            return True
        leaf = found.tree.root_node.descendant_for_byte_range(at, at + len(name))
        if leaf is not None and leaf.is_error:
            return True
        if leaf is not None and leaf.type == "identifier" and _may_bind(leaf, around):
            return True
    return False


def _around(node: Node) -> set[int]:
    """The scopes around a node, by id; its own class is seen from no function in it."""
    found: set[int] = set()
    at: Node | None = node
    through_function = False
    while at is not None:
        if at.type in _SCOPES and not (at.type == "class_definition" and through_function):
            found.add(at.id)
        through_function = through_function or at.type in ("function_definition", "lambda")
        at = at.parent
    return found


def _may_bind(leaf: Node, around: set[int]) -> bool:
    """Whether an identifier elsewhere may give the name a value where it is used.

    A read never does, but which of the others are reads is left open, for speed: what
    counts is the scope alone.
    """
    parent = leaf.parent
    if parent is not None and parent.type == "attribute" and parent.children[-1] == leaf:
        return False
    if parent is not None and parent.type == "keyword_argument" and parent.children[0] == leaf:
        return False
    scope: Node | None = leaf.parent
    below = leaf
    while scope is not None:
        if scope.type == "global_statement" or scope.is_error:
            return True
        if scope.type in _SCOPES:
            is_name = scope.child_by_field_name("name") == below
            if not is_name:
                return scope.id in around
        below, scope = scope, scope.parent
    # At the file's level: a read there proves nothing, but it works today.
    return True
