"""Nothing is shown that would break the parse of the text it is put into."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Tree

from redline.core.index import incremental
from redline.core.index.extract import count_errors, parse
from redline.core.index.languages import Language
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

SMALL = 40_000
"""Of so many bytes a parse from nothing takes no longer than three milliseconds."""
_DELIMITERS = (b'"', b"'", b"`", b"\\")
MOST_FAULTS = 60
"""In a text with more errors than these nobody can tell a new one."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A text with a suggestion put in, and its tree; `span` is the suggestion in it."""

    text: Text
    tree: Tree
    span: Span


def tried(language: Language, text: Text, tree: Tree, edit: Edit) -> Tried:
    """The text after `edit`, whose tree before is `tree`.

    What a tree that was made from an earlier one says of strings is not always what a parse
    from nothing does, which is made wherever it is quick, and wherever a string may begin.
    """
    after = text.replaced(edit.span, edit.new)
    if len(after) <= SMALL or any(each in edit.new for each in _DELIMITERS):
        made = parse(language, after)
    else:
        made = incremental.reparse(language, incremental.edited(tree, text, (edit,)), after)
    return Tried(after, made, Span(edit.span.start, edit.span.start + len(edit.new)))


def breaks(language: Language, text: Text, tree: Tree, edit: Edit, found: Tried) -> bool:
    """Whether the text after `edit` has an error that the one before has not.

    Trees that were made from earlier ones may cut an error another way: where there are
    errors, both texts are parsed anew.
    """
    if not found.tree.root_node.has_error:
        return False
    if not tree.root_node.has_error:
        return True
    tree, tree_after = parse(language, text), parse(language, found.text)
    before, after = faults(tree), faults(tree_after)
    if len(after) > len(before) or len(before) > MOST_FAULTS:
        return True
    if count_errors(tree_after) > count_errors(tree):
        return True
    old = [_moved(each, edit) for each in before]
    for fault in after:
        same = next((each for each in old if each.touches(fault)), None)
        if same is None:
            return True
        old.remove(same)
    return False


def _moved(span: Span, edit: Edit) -> Span:
    """An error's place after `edit`; one around the edit grows with it."""
    start = span.start if span.start <= edit.span.start else span.start + edit.growth
    end = span.end if span.end < edit.span.start else span.end + edit.growth
    return Span(max(0, start), max(0, start, end))


def faults(tree: Tree) -> list[Span]:
    """The error and missing nodes, outer ones alone; looks only where there are some."""
    found: list[Span] = []
    stack = [tree.root_node]
    while stack and len(found) <= MOST_FAULTS:
        node = stack.pop()
        if node.is_error or node.is_missing:
            found.append(Span(node.start_byte, node.end_byte))
        elif node.has_error:
            stack += reversed(node.children)
    return found
