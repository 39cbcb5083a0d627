"""Context as comments above the code, for models that only go on with a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from redline.core.inline.context.model import Piece, Surroundings
from redline.core.text.unseen import one_line

_WHY = {
    "signature": "Defined in",
    "similar": "Compare",
    "edited": "Changed just now in",
    "open": "Defined in",
}


def commented(given: Surroundings) -> str:
    """The pieces and the path of the file, each line a comment; '' where the language has none
    that ends with its line."""
    mark = given.comment
    if not mark:
        return ""
    lines = [*_lines(given.pieces), f"Path: {one_line(given.path)}"]
    return "".join(f"{mark} {line}".rstrip() + "\n" for line in lines)


def _lines(pieces: Iterable[Piece]) -> Iterator[str]:
    """Every piece below the file that it is from."""
    before = ""
    for each in pieces:
        head = f"{_WHY[each.kind]} {one_line(each.path)}:"
        if head != before:
            yield head
            before = head
        # A line may not end the comment that it becomes a part of.
        yield from (one_line(line.replace("\t", "    ")) for line in each.text.split("\n"))
