"""The places an answer speaks of: `path:line` in its words, where there is such a line."""

from __future__ import annotations

import re

from redline.app.files import Files
from redline.core.problems import Unreadable
from redline.core.proposal.model import Place

_MENTION = re.compile(r"(?<![\w/.:-])(?P<path>[\w.+-][\w./+-]*):(?P<line>[1-9]\d{0,6})(?!\d)")
MOST = 50
LABEL = 160


def mentioned(files: Files, markdown: str) -> tuple[Place, ...]:
    """Each line that `markdown` names, once, in order; what is no line of a file is left out."""
    found = ((each["path"], int(each["line"])) for each in _MENTION.finditer(markdown))
    places = (_place(files, path, line) for path, line in dict.fromkeys(found))
    return tuple(place for place in places if place is not None)[:MOST]


def _place(files: Files, path: str, line: int) -> Place | None:
    uri, problem = files.locate(path)
    text = files.text(uri) if not problem else None
    if text is None or isinstance(text, Unreadable) or line > text.line_count:
        return None
    words = text.line_bytes(line - 1).decode("utf-8", "replace").strip()
    return Place(uri, line, words[:LABEL])
