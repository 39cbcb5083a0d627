"""What was accepted, and how much of it still stands: its tokens, whatever the layout.

The tokens are the leaves of the parse tree of its lines, so that wrapping, indenting, other
quotes and a comma at the end take nothing away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from tree_sitter import Node

from redline.core.index.extract import parse
from redline.core.index.languages import Language
from redline.core.inline.value.model import Entry
from redline.core.text.edits import Edit, map_offset
from redline.core.text.text import Span, Text

LARGEST = 20_000
"""Bytes of lines that are compared at most; of more, the first."""
_QUOTES = frozenset("'\"`")


@dataclass(frozen=True, slots=True)
class Followed:
    """A suggestion that was put in: where it is now, and its tokens as they were.

    At `due` (monotonic seconds) it is looked at again.
    """

    entry: Entry
    region: Span
    tokens: tuple[str, ...]
    due: float


def moved(followed: Followed, typed: Iterable[Edit]) -> Followed:
    """Where it is after `typed`, each edit counting in the text after those before it.

    What is put in at its edges is not part of it; what replaces an edge is.
    """
    region = followed.region
    for edit in typed:
        if edit.span.start <= region.end:
            inserts = not len(edit.span)
            start = map_offset(region.start, (edit,), after=inserts)
            end = map_offset(region.end, (edit,), after=not inserts)
            region = Span(start, max(start, end))
    return followed if region is followed.region else replace(followed, region=region)


def share(followed: Followed, language: Language | None, text: Text) -> float:
    """The part of its tokens that stands in its place in `text`, in order."""
    now = tokens(language, text, followed.region)
    if now == followed.tokens:
        return 1.0
    matcher = SequenceMatcher(None, followed.tokens, now, autojunk=False)
    return sum(each.size for each in matcher.get_matching_blocks()) / max(1, len(followed.tokens))


def tokens(language: Language | None, text: Text, region: Span) -> tuple[str, ...]:
    """The tokens that have a byte in `region`, from the lines it is in; words without a
    grammar."""
    if not len(region):
        return ()
    lines = text.whole_lines(region)
    lines = Span(lines.start, min(lines.end, lines.start + LARGEST))
    inside = Span(region.start - lines.start, max(region.start, region.end) - lines.start)
    data = Text(text.slice(lines))
    if language is None:
        return _words(data.slice(inside))
    found = _leaves(parse(language, data).root_node, inside)
    return tuple(word for leaf in found for word in _token(leaf, data))


def _leaves(root: Node, inside: Span) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.end_byte <= inside.start or node.start_byte >= inside.end:
            continue
        if node.child_count:
            waiting += reversed(node.children)
        elif node.end_byte > node.start_byte:
            yield node


def _token(leaf: Node, data: Text) -> Sequence[str]:
    found = data.slice(Span(leaf.start_byte, leaf.end_byte)).decode("utf-8", "replace")
    return ('"',) if _QUOTES.issuperset(found) else found.split()


def _words(data: bytes) -> tuple[str, ...]:
    return tuple(data.decode("utf-8", "replace").split())
