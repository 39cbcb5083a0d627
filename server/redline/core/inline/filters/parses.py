"""Nothing is shown that would break the parse of the text it is put into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Language as Grammar
from tree_sitter import Parser, Tree

from redline.core.index import incremental
from redline.core.index.extract import count_errors, parse
from redline.core.index.languages import Language
from redline.core.inline.filters import brackets
from redline.core.inline.place import place_at
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

SMALL = 40_000
"""Of so many bytes a parse from nothing takes no longer than three milliseconds."""
LARGE = 150_000
"""Of more bytes a text is never parsed from nothing."""
_DELIMITERS = (b'"', b"'", b"`", b"\\")
MOST_FAULTS = 60
"""In a text with more errors than these nobody can tell a new one."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A text with a suggestion put in, and its tree; `span` is the suggestion in it. `anew`
    says that the tree was made from nothing."""

    text: Text
    tree: Tree
    span: Span
    anew: bool


def tried(language: Language, text: Text, tree: Tree, edit: Edit) -> Tried:
    """The text after `edit`, whose tree before is `tree`.

    What a tree that was made from an earlier one says of strings is not always what a parse
    from nothing does, which is made wherever it is quick, and wherever a string may begin.
    """
    after = text.replaced(edit.span, edit.new)
    quick = len(after) <= SMALL
    anew = quick or (len(after) <= LARGE and any(each in edit.new for each in _DELIMITERS))
    if anew:
        made = parse(language, after)
    else:
        made = incremental.reparse(language, incremental.edited(tree, text, (edit,)), after)
    return Tried(after, made, Span(edit.span.start, edit.span.start + len(edit.new)), anew)


def breaks(language: Language, text: Text, tree: Tree, edit: Edit, found: Tried) -> bool:
    """Whether the text after `edit` has an error that the one before has not.

    Where there are errors already, there must not be more of them, and either they are the
    same, or nothing is wrong but what is still open: with that closed behind the cursor, all
    of the text parses.
    """
    if not found.tree.root_node.has_error:
        return False
    if not tree.root_node.has_error:
        return True
    before = _wrongs(language, text, tree, anew=False)
    after = _wrongs(language, found.text, found.tree, anew=found.anew)
    if after.count > before.count:
        return True
    return not (_same(before, after, edit) or _whole_once_closed(language, found))


@dataclass(frozen=True, slots=True)
class _Wrongs:
    """What is wrong with a text: `faults` as of that function, `count` with all in them."""

    faults: tuple[Span, ...]
    count: int


def _wrongs(language: Language, text: Text, tree: Tree, *, anew: bool) -> _Wrongs:
    """Trees that were made from earlier ones may cut an error another way: the text is parsed
    `anew`, if it was not and is not too large for that."""
    if not anew and len(text) <= LARGE:
        return _wrongs_anew(language.grammar, text.data)
    return _wrongs_in(tree)


@lru_cache(maxsize=4)
def _wrongs_anew(grammar: Grammar, data: bytes) -> _Wrongs:
    # Kept for the other drafts at the place.
    return _wrongs_in(Parser(grammar).parse(data))


def _wrongs_in(tree: Tree) -> _Wrongs:
    return _Wrongs(tuple(faults(tree)), count_errors(tree))


def _same(before: _Wrongs, after: _Wrongs, edit: Edit) -> bool:
    """Whether each error was there before, in the same place."""
    if len(after.faults) > len(before.faults) or len(before.faults) > MOST_FAULTS:
        return False
    old = [_moved(each, edit) for each in before.faults]
    for fault in after.faults:
        same = next((each for each in old if each.touches(fault)), None)
        if same is None:
            return False
        old.remove(same)
    return True


def _whole_once_closed(language: Language, found: Tried) -> bool:
    """Whether the text parses once the brackets that are open at the suggestion's end are
    closed there, with a semicolon before them if need be."""
    closing = brackets.lacking(place_at(found.text, found.span.end, language, found.tree)).encode()
    here = Span(found.span.end, found.span.end)
    if not closing:
        return False
    for new in (closing, b";" + closing):
        if not tried(language, found.text, found.tree, Edit(here, new)).tree.root_node.has_error:
            return True
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
