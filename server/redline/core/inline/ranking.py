"""The best few of what is left of the drafts."""

from __future__ import annotations

from collections.abc import Iterable

from redline.core.inline.model import Draft

MOST = 3


def ranked(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """The drafts, the most confident first; those that say nothing of it keep their order,
    behind the others. Of two with one text the better is kept. One that goes on where another
    ends, with further lines, is not as sure: it stands before that all the same."""
    best: dict[str, Draft] = {}
    for each in sorted(drafts, key=_sure):
        best.setdefault(each.text, each)

    def place(draft: Draft) -> tuple[float, int]:
        first = best.get(draft.text.partition("\n")[0], draft)
        lines = draft.text.count("\n")
        return (_sure(first), -lines) if draft.confidence is not None else (_sure(draft), 0)

    return tuple(sorted(best.values(), key=place))


def _sure(draft: Draft) -> float:
    return 1.0 if draft.confidence is None else -draft.confidence
