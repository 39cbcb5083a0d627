"""Whether one line is suggested or a block: by the parse tree, and the lines around."""

from __future__ import annotations

from typing import Literal

from redline.core.inline.filters.brackets import opened
from redline.core.inline.model import Trigger
from redline.core.inline.place import Place, indentation

Shape = Literal["line", "block"]

_BODIES = ("_definition", "_statement", "_clause", "_block", "_item", "_declaration", "ERROR")


def shape(place: Place, trigger: Trigger = "automatic") -> Shape:
    """`block` where a body begins that is still empty, and at the start of a line where the user
    asks; `line` anywhere else."""
    if place.after.strip():
        return "line"
    if trigger == "invoked" and not place.before.strip():
        return "block"
    header = place.before if place.before.strip() else place.line_above
    if not header or not _opens(place, header):
        return "line"
    below = place.line_below
    empty = not below.strip() or len(_columns(below)) <= len(_columns(header))
    return "block" if empty else "line"


def _columns(line: str) -> str:
    return indentation(line).expandtabs(4)


def _opens(place: Place, header: str) -> bool:
    """Whether the code up to the cursor ends with what opens a body."""
    last = header.rstrip()[-1]
    if last not in ":{":
        return False
    if last == ":" and opened(place):
        return False
    data = place.text.data
    end = place.offset
    while end and data[end - 1] in b" \t\r\n":
        end -= 1
    leaf = place.tree.root_node.descendant_for_byte_range(end - 1, end)
    if leaf is None or leaf.type not in (":", "{"):
        return leaf is not None and leaf.type == "ERROR"
    parent = leaf.parent
    return leaf.type == "{" or (parent is not None and parent.type.endswith(_BODIES))
