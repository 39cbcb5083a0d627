"""Python: members that modules and classes of the workspace are proved not to have."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from redline.core.inline.filters.parses import Tried
from redline.core.inline.proofs import python_calls, python_classes, python_modules
from redline.core.inline.proofs.known import Known, gives
from redline.core.inline.proofs.python_modules import text_of

_STORES = frozenset({"assignment", "augmented_assignment", "delete_statement", "for_statement",
                     "with_item", "as_pattern_target", "pattern_list", "tuple_pattern",
                     "list_pattern", "for_in_clause", "expression_list"})  # fmt: skip


def unknown(found: Tried, known: Known) -> str:
    """A name that the suggestion takes from a module or an object that has none such, as it is
    written; '' where there is none, or no proof."""
    for leaf in touched(found, "identifier"):
        named = found.text.data[leaf.start_byte : leaf.end_byte].decode("utf-8", "replace")
        if (
            named.isascii()
            and not named.startswith("__")
            and _is_unknown(found, known, leaf, named)
        ):
            return named
    return ""


def touched(found: Tried, *kinds: str) -> Iterator[Node]:
    """The nodes of `kinds` that the suggestion puts in, or completes; none in an error."""
    span = found.span
    stack = [found.tree.root_node.descendant_for_byte_range(span.start, span.end)]
    while stack:
        node = stack.pop()
        if node is None or node.is_error:
            continue
        if node.type in kinds and node.start_byte < span.end and span.start < node.end_byte:
            yield node
        stack += [
            each
            for each in reversed(node.children)
            if each.start_byte < span.end and span.start < each.end_byte
        ]


def _is_unknown(found: Tried, known: Known, leaf: Node, name: str) -> bool:
    parent = leaf.parent
    if parent is None or not _plain(leaf):
        return False
    if parent.type == "attribute" and parent.child_by_field_name("attribute") == leaf:
        return _of_object(found, known, parent, name)
    if parent.type == "dotted_name" and parent.parent is not None:
        module = _imported_from(found, parent, leaf)
        return module != "" and python_modules.lacks(known, known.uri, module, name)
    if parent.type == "keyword_argument" and parent.child_by_field_name("name") == leaf:
        return python_calls.refuses(found, known, parent, name)
    return False


def _plain(leaf: Node) -> bool:
    """Whether what fails at this place fails for good: not where the code is ready for that."""
    around = leaf.parent
    while around is not None:
        if around.is_error or around.type == "try_statement":
            return False
        around = around.parent
    return True


def _imported_from(found: Tried, dotted: Node, leaf: Node) -> str:
    """The module that an import takes the part `leaf` of a dotted name from, '' for none."""
    outer = dotted.parent
    statement = outer.parent if outer is not None and outer.type == "aliased_import" else outer
    if outer is None or statement is None:
        return ""
    written = found.text.data[dotted.start_byte : leaf.start_byte].decode("utf-8", "replace")
    before = "".join(written.split()).removesuffix(".")
    if outer.type == "relative_import":
        return text_of(found, outer.children[0]) + before
    module = statement.child_by_field_name("module_name")
    if statement.type == "import_from_statement" and module is not None and module != dotted:
        return text_of(found, module)
    return before if statement.type in ("import_statement", "import_from_statement") else ""


def _of_object(found: Tried, known: Known, attribute: Node, name: str) -> bool:
    owner, outer = attribute.child_by_field_name("object"), attribute.parent
    if owner is None or outer is None or _is_stored(attribute, outer):
        return False
    data, span = found.text.data, found.span
    if gives(data[: span.start], name) or gives(data[span.end :], name):
        return False
    if owner.type == "identifier":
        inside = python_classes.around(found, owner)
        if inside is not None:
            return python_classes.lacks(found, known, inside, name)
    module = python_modules.module_at(found, known, owner)
    return module != "" and python_modules.lacks(known, known.uri, module, name)


def _is_stored(attribute: Node, outer: Node) -> bool:
    """Whether the attribute is given a value; in doubt it is."""
    if outer.type not in _STORES:
        return False
    if outer.type in ("assignment", "augmented_assignment"):
        return outer.child_by_field_name("left") == attribute
    if outer.type in ("for_statement", "for_in_clause"):
        return outer.child_by_field_name("left") == attribute
    return True
