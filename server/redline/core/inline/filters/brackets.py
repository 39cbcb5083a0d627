"""Brackets of a draft: what it closes must be open, what it opens must be closed."""

from __future__ import annotations

import re
from functools import lru_cache

from redline.core.inline.filters.verdict import Dropped, Verdict
from redline.core.inline.place import Place

_PAIRS = {")": "(", "]": "[", "}": "{"}
_OPENERS = frozenset(_PAIRS.values())
_TRIPLE = ('"""', "'''")


@lru_cache(maxsize=16)
def _marks(line_comment: str) -> re.Pattern[str]:
    comment = re.escape(line_comment) + "|" if line_comment else ""
    return re.compile(comment + r'"""|\'\'\'|["\'`()\[\]{}]')


@lru_cache(maxsize=32)
def balance(code: str, line_comment: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where closing brackets stand in `code` that close nothing in it, and opening ones that
    nothing in it closes. Strings and comments are passed over, as far as they can be told."""
    spare: list[int] = []
    open_: list[int] = []
    marks = _marks(line_comment)
    found = marks.search(code)
    while found is not None:
        mark, at = found[0], found.start()
        end = found.end()
        if mark in _OPENERS:
            open_.append(at)
        elif mark in _PAIRS:
            if open_ and code[open_[-1]] == _PAIRS[mark]:
                open_.pop()
            else:
                spare.append(at)
        else:
            end = _line_end(code, at) if mark == line_comment else _string_end(code, at, mark)
        found = marks.search(code, end)
    return tuple(spare), tuple(open_)


def opened(place: Place) -> str:
    """The brackets that are open at the cursor, the innermost last."""
    code = place.code_before
    return "".join(code[each] for each in balance(code, place.language.line_comment)[1])


def _line_end(code: str, at: int) -> int:
    end = code.find("\n", at)
    return len(code) if end < 0 else end


def _string_end(code: str, at: int, quote: str) -> int:
    """Behind the string that begins at `at`; behind its quote alone, where it has no end."""
    limit = len(code) if quote in _TRIPLE or quote == "`" else _line_end(code, at)
    end = at + len(quote)
    while True:
        end = code.find(quote, end, limit)
        if end < 0:
            return limit if quote in _TRIPLE else at + 1
        slashes = end - len(code[at:end].rstrip("\\")) - at
        if slashes % 2 == 0:
            return end + len(quote)
        end += 1


def unbalanced(draft: str, place: Place) -> Verdict:
    """The draft up to the first bracket that closes what is not open, or that nothing closes.

    What is open is read off the lines before the cursor, what is closed off the rest of its
    line: the draft may go on with a string that was begun before it.
    """
    comment, held = place.language.line_comment, place.code_before
    start, end = len(held), len(held) + len(draft)
    spare, open_ = balance(held + draft + place.after, comment)
    for at in spare:
        if start <= at < end:
            return _cut(draft, at - start, "closes what is not open")
    left_over = len(balance(held + place.after, comment)[0])
    taken = [at for at in balance(draft, comment)[0] if draft[at] in place.after]
    if len(spare) > left_over and taken:
        return _cut(draft, taken[-1], "closes what is closed behind it")
    for at in open_:
        if start <= at < end:
            return _cut(draft, at - start, "opens what nothing closes")
    return draft


def _cut(draft: str, at: int, why: str) -> Verdict:
    left = draft[:at].rstrip()
    return left if left.strip() else Dropped(why)
