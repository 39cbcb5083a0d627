"""Where a name stands in a text as a whole word, comments and strings included."""

from __future__ import annotations

from collections.abc import Iterator

_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | {
    *range(128, 256)
}
_DOLLAR = _LETTERS | {ord("$")}


def places(data: bytes, name: bytes, at: int, *, dollar: bool = False) -> Iterator[int]:
    """Where else `name` stands as a word than at `at`: the nearest above first, then below.

    `dollar`: that sign is a letter, too.
    """
    letters = _DOLLAR if dollar else _LETTERS
    last = data.rfind(name, 0, at)
    while last >= 0:
        if _whole(data, last, name, letters):
            yield last
        last = data.rfind(name, 0, last + len(name) - 1)
    following = data.find(name, at + len(name))
    while following >= 0:
        if _whole(data, following, name, letters):
            yield following
        following = data.find(name, following + len(name))


def stands(data: bytes, name: bytes, *, dollar: bool = False) -> bool:
    """Whether `name` is a word of `data`."""
    return next(places(data, name, len(data), dollar=dollar), None) is not None


def lines_with(data: bytes, name: bytes) -> Iterator[bytes]:
    """The lines that `name` is a word of, once for each place."""
    for at in places(data, name, len(data)):
        end = data.find(b"\n", at)
        yield data[data.rfind(b"\n", 0, at) + 1 : len(data) if end < 0 else end]


def _whole(data: bytes, at: int, name: bytes, letters: frozenset[int]) -> bool:
    end = at + len(name)
    return not (at and data[at - 1] in letters) and not (end < len(data) and data[end] in letters)
