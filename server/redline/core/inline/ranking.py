"""The best few of what is left of the drafts."""

from __future__ import annotations

from collections.abc import Iterable

from redline.core.inline.model import Draft

MOST = 3


def ranked(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """The drafts, the most confident first; those that say nothing of it keep their order,
    behind the others. Of two with one text the better is kept."""
    ordered = sorted(drafts, key=lambda each: 1.0 if each.confidence is None else -each.confidence)
    best: dict[str, Draft] = {}
    for each in ordered:
        best.setdefault(each.text, each)
    return tuple(best.values())
