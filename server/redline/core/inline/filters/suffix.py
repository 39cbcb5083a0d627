"""What a draft says that stands behind the cursor already."""

from __future__ import annotations

from redline.core.inline.filters.brackets import balance, balanced
from redline.core.inline.filters.verdict import Dropped, Verdict
from redline.core.inline.place import Place

_WORTH = 3
"""Letters and digits an overlap has that is one, and no chance."""


def repeats_suffix(draft: str, place: Place) -> Verdict:
    """The draft without what follows it on the line: whole, or where the two overlap."""
    after = place.after.rstrip()
    if not after.strip():
        return draft
    if draft.strip() == after.strip():
        return Dropped("stands behind the cursor")
    left = _without_closers(draft, after, place)
    if left == draft:
        left = _without_words(draft, after)
    return left if left.strip() else Dropped("stands behind the cursor")


def _without_closers(draft: str, after: str, place: Place) -> str:
    """Cuts brackets and quotes that the editor put behind the cursor, if the draft ends with
    the same: those that close what was opened before it."""
    spare, _ = balanced(draft, place)
    cut = len(draft)
    at = min(spare, default=cut)
    if spare and draft[at:].strip() and after.startswith(draft[at:].strip()):
        return draft[:at].rstrip()
    if after[0] in "\"'`" and draft.endswith(after[0]) and draft.count(after[0]) % 2:
        return draft[:-1]
    return draft


def _without_words(draft: str, after: str) -> str:
    for size in range(min(len(draft), len(after)), 0, -1):
        piece = after[:size]
        if draft.endswith(piece):
            worth = sum(map(str.isalnum, piece)) >= _WORTH
            closes = balance(piece, "")[0]
            return draft[:-size].rstrip() if worth and not closes else draft
    return draft


def repeats_below(draft: str, place: Place) -> Verdict:
    """The draft without its last lines, where they stand under the cursor already."""
    below = [each.rstrip() for each in place.below if each.strip()]
    lines = (place.before + draft).split("\n")
    if not below:
        return draft
    for size in range(min(len(lines), len(below)), 0, -1):
        tail = [each.rstrip() for each in lines[-size:]]
        if tail != below[:size] or not _tells(tail):
            continue
        left = "\n".join(draft.split("\n")[:-size]).rstrip()
        return left if left.strip() else Dropped("stands on the next line")
    return draft


def _tells(lines: list[str]) -> bool:
    """Whether that lines are alike is no chance: a lone bracket often ends several blocks."""
    return any(sum(map(str.isalnum, line)) >= _WORTH for line in lines) or len(lines) > 1
