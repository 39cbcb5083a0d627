"""Where strings and comments say a name: what a rename leaves alone, and may change on request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from redline.core.index.model import Facts
from redline.core.index.query import documents
from redline.core.refactor.project import Project
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

PROSE = frozenset({"markdown"})
"""Languages that are text as a whole."""


def text_mentions(
    project: Project, name: str, new: str, made: Mapping[str, Sequence[Edit]]
) -> dict[str, tuple[Edit, ...]]:
    """The edits by uri that put `new` where a string or comment says `name` as a word.

    Lines that `made` changes are left alone: they could not be decided on by themselves.
    """
    word = re.compile(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])")
    found: dict[str, tuple[Edit, ...]] = {}
    for uri, facts in documents(project.index):
        prose = facts.language in PROSE
        text = project.text_of(uri) if prose or name in facts.words else None
        if text is None:
            continue
        taken = {line for each in made.get(uri, ()) for line in _lines(text, each.span)}
        edits = tuple(
            Edit(Span(*each.span()), new.encode())
            for start, end in ([(0, len(text))] if prose else _skipped(facts))
            for each in word.finditer(text.data, start, end)
            if text.line_of(each.start()) not in taken
        )
        if edits:
            found[uri] = edits
    return found


def _skipped(facts: Facts) -> list[tuple[int, int]]:
    return list(zip(facts.skip_starts, facts.skip_ends, strict=True))


def _lines(text: Text, span: Span) -> range:
    return range(text.line_of(span.start), text.line_of(span.end) + 1)
