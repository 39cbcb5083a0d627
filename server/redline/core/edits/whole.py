"""A whole new text for a file that is there, as the few edits that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape

from redline.core.edits import guards
from redline.core.edits.letters import plain
from redline.core.edits.lines import (
    encoded,
    kept,
    lines_of,
    newline_of,
    rows_of,
    said,
    written,
)
from redline.core.edits.marks import unfenced, unnumbered
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit, diff, shrink
from redline.core.text.matching import unequal
from redline.core.text.text import Span, Text

SMALL = 10
"""Files of fewer lines may lose them all without a word."""
CUT = 5
"""So many lines less at the end of the file, and nothing instead, look like a text cut off."""


def rewritten(text: Text, content: str, language: str = "", *, shorter: bool = False) -> Refactored:
    """The edits that make `content` of `text`; lines that stay keep their bytes.

    With `shorter` most of the lines may go.
    """
    rows = rows_of(text.data)
    bare = unfenced(content)
    if bare is not None and language not in guards.PROSE:
        content = bare
    new = lines_of(encoded(content))
    old = [row.body for row in rows]
    problem = _spoilt(encoded(content), old, new) or guards.unfit(new, old, text.data, language)
    if not problem and not shorter:
        problem = _lost(old, new)
    if problem:
        return refused(problem)
    lines = kept(rows, new)
    ended = Text(written(lines, rows, newline_of(rows, text.newline)))
    edits = tuple(shrink(text.data, edit) for edit in diff(text, ended))
    if not edits:
        return refused("The content is what the file holds already, so nothing would change.")
    return Refactored(edits) if rows else Refactored((Edit(Span(0, 0), ended.data),))


def _spoilt(content: bytes, old: Sequence[bytes], new: Sequence[bytes]) -> str:
    """What is wrong with all of the content."""
    if unnumbered(content) is not None and len(new) > 1:
        return "The content has a line number before every line; give the text without them."
    for (top, bottom), (left, right) in unequal(list(old), list(new)):
        there = {line.strip() for line in old[top:bottom]}
        for line in new[left:right]:
            bare = line.strip()
            if bare in there:
                continue
            if plain(bare) in there:
                return f"The line {_shown(line)} has typographic letters, the file has none there."
            if unescape(bare.decode("utf-8", "replace")).encode() in there:
                return f"The line {_shown(line)} is written in HTML entities, the file is not."
    return ""


def _shown(line: bytes) -> str:
    return repr(line.decode("utf-8", "replace").strip()[:120])


def _lost(old: Sequence[bytes], new: Sequence[bytes]) -> str:
    """Why content that leaves so much out is taken for a mistake; '' when it is not."""
    before = [line.rstrip() for line in old]
    after = [line.rstrip() for line in new]
    gaps = list(unequal(before, after))
    gone = [said(before[top:bottom]) for (top, bottom), _ in gaps]
    lost = sum(map(len, gone))
    if len(said(before)) >= SMALL and 2 * lost > len(said(before)):
        return (
            f"The content leaves out {lost} of {len(said(before))} lines of the file. If that is "
            "meant, say so with `shorter`; else write all of it, or use edit."
        )
    ends = bool(gaps) and gaps[-1][0][1] == len(before) and not said(after[gaps[-1][1][0] :])
    if ends and (len(gone[-1]) >= CUT or not said(after)):
        return (
            f"The content ends {len(gone[-1])} lines before the file does, as if it were cut "
            "off. If that is meant, say so with `shorter`; else write all of it."
        )
    return ""
