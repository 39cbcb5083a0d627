"""Which lines two texts share: patience first, then difflib in what is left between."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Pair = tuple[int, int]

# Pairs of lines difflib may compare in one gap; its time grows with them (0.3 s at most
# here), and a gap of so many without one unique line in common is shown as replaced whole.
_LIMIT = 4_000_000


def unequal(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[tuple[Pair, Pair]]:
    """The stretches that differ, in order: (first, end) in `old`, (first, end) in `new`."""
    left = right = 0
    for i, j in (*_pairs(old, new), (len(old), len(new))):
        if i > left or j > right:
            yield (left, i), (right, j)
        left, right = i + 1, j + 1


def _pairs(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[Pair]:
    """Places of equal lines, growing in both texts."""
    left = right = 0
    for i, j in (*_anchors(old, new), (len(old), len(new))):
        yield from _between(old, new, (left, i), (right, j))
        if i < len(old):
            yield i, j
        left, right = i + 1, j + 1


def _between(
    old: Sequence[bytes], new: Sequence[bytes], rows: Pair, columns: Pair
) -> Iterator[Pair]:
    """Equal lines of a gap between anchors: common head, difflib's choice, common tail."""
    (top, bottom), (left, right) = rows, columns
    while top < bottom and left < right and old[top] == new[left]:
        yield top, left
        top, left = top + 1, left + 1
    tail = 0
    while top < bottom - tail and left < right - tail:
        if old[bottom - tail - 1] != new[right - tail - 1]:
            break
        tail += 1
    bottom, right = bottom - tail, right - tail
    if 0 < (bottom - top) * (right - left) <= _LIMIT:
        matcher = SequenceMatcher(None, old[top:bottom], new[left:right], autojunk=False)
        for i, j, size in matcher.get_matching_blocks():
            yield from ((top + i + step, left + j + step) for step in range(size))
    yield from ((bottom + step, right + step) for step in range(tail))


def _anchors(old: Sequence[bytes], new: Sequence[bytes]) -> list[Pair]:
    """Lines found once in each text, as many as keep their order in both."""
    once_old = {line: at for at, line in enumerate(old)}
    counts_old, counts_new = Counter(old), Counter(new)
    ends: list[int] = []  # ends[n]: the least place in `new` where a chain of n + 1 ends
    links: list[tuple[Pair, int | None]] = []  # each pair with the link before it
    tips: list[int] = []  # tips[n]: the link that chain ends with
    pairs = (
        (once_old[line], at)
        for at, line in enumerate(new)
        if counts_new[line] == 1 and counts_old[line] == 1
    )
    for i, j in sorted(pairs):
        length = bisect_left(ends, j)
        links.append(((i, j), tips[length - 1] if length else None))
        ends[length : length + 1] = [j]
        tips[length : length + 1] = [len(links) - 1]
    chain: list[Pair] = []
    link = tips[-1] if tips else None
    while link is not None:
        pair, link = links[link]
        chain.append(pair)
    return chain[::-1]
