"""Where a suggestion is asked for: the line around the cursor, its neighbours, what it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tree_sitter import Node, Tree

from redline.core.index.languages import Language
from redline.core.text.text import Text

Inside = Literal["code", "comment", "string"]

ABOVE, BELOW = 40, 12
"""Lines around the cursor that are looked at."""
_STRINGS = ("string", "char_literal", "character_literal", "heredoc", "regex")
_CODE_AGAIN = ("interpolation", "substitution", "embedded")
_ENDED = ("*/", "-->", "]]", "=end")


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in a text, with the tree of that text.

    `before` and `after` are its line up to it and from it; `above` are the lines over it,
    the nearest last, and `below` those under it, all without line ends.
    """

    text: Text
    offset: int
    language: Language
    tree: Tree
    before: str
    after: str
    above: tuple[str, ...]
    below: tuple[str, ...]

    @property
    def word(self) -> str:
        """The part of a word that ends at the cursor, '' for none."""
        return word_before(self.before, self.language.letters)

    @property
    def code_before(self) -> str:
        """The lines over the cursor and its own up to it; not from amid a string or a comment."""
        line = self.text.line_of(self.offset)
        start = self.text.line_start(max(0, line - len(self.above)))
        start = min(self.offset, _behind_string(self.tree, start))
        return self.text.data[start : self.offset].decode("utf-8", "replace")

    @property
    def line_above(self) -> str:
        """The nearest line over the cursor that is not blank, '' for none."""
        return next((each for each in reversed(self.above) if each.strip()), "")

    @property
    def line_below(self) -> str:
        """The nearest line under the cursor that is not blank, '' for none."""
        return next((each for each in self.below if each.strip()), "")


def line_at(text: Text, offset: int) -> tuple[str, str]:
    """The line around `offset`: up to it, and from it."""
    start, row = text.row(text.line_of(offset))
    at = offset - start
    return row[:at].decode("utf-8", "replace"), row[at:].decode("utf-8", "replace")


def place_at(text: Text, offset: int, language: Language, tree: Tree) -> Place:
    """The place at `offset` of `text`, whose tree is `tree`."""
    before, after = line_at(text, offset)
    line = text.line_of(offset)
    above = tuple(_lines(text, max(0, line - ABOVE), line))
    below = tuple(_lines(text, line + 1, min(text.line_count, line + 1 + BELOW)))
    return Place(text, offset, language, tree, before, after, above, below)


def _lines(text: Text, first: int, end: int) -> Iterator[str]:
    for line in range(first, end):
        yield text.line_bytes(line).decode("utf-8", "replace")


@lru_cache(maxsize=64)
def _words(letters: str) -> re.Pattern[str]:
    return re.compile(rf"[\w{re.escape(letters)}]+\Z")


def word_before(before: str, letters: str) -> str:
    """The word characters at the end of `before`; `letters` are such in the language, too."""
    found = _words(letters).search(before)
    return found[0] if found else ""


def is_word(character: str, letters: str) -> bool:
    """Whether a character may be a part of a name."""
    return character.isalnum() or character == "_" or character in letters


def indentation(line: str) -> str:
    """The blanks a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def inside(tree: Tree, text: Text, offset: int) -> Inside:
    """What the byte before `offset` is in, where what is typed at `offset` is in it too."""
    if not offset:
        return "code"
    node = tree.root_node.descendant_for_byte_range(offset - 1, offset)
    while node is not None:
        kind = node.type
        if any(mark in kind for mark in _CODE_AGAIN):
            return "code"
        if "comment" in kind and node.is_named:
            return "comment" if _goes_on(node, text, offset) else "code"
        if node.is_named and node.start_byte < offset < node.end_byte and _is_string(kind):
            return "string"
        node = node.parent
    return "code"


def _behind_string(tree: Tree, offset: int) -> int:
    """The end of the string or comment that `offset` is amid of, `offset` itself for none."""
    node = tree.root_node.descendant_for_byte_range(offset, offset)
    end = offset
    while node is not None:
        amid = node.is_named and node.start_byte < offset < node.end_byte
        if amid and ("comment" in node.type or _is_string(node.type)):
            end = node.end_byte
        node = node.parent
    return end


def _is_string(kind: str) -> bool:
    return any(mark in kind for mark in _STRINGS) and not kind.endswith(("expression", "list"))


def _goes_on(node: Node, text: Text, offset: int) -> bool:
    """Whether what is typed at `offset` belongs to the comment `node`."""
    if offset < node.end_byte:
        return True
    written = text.data[node.start_byte : node.end_byte].decode("utf-8", "replace")
    return not written.endswith(("\n", *_ENDED))
