"""Brackets of a draft: what it closes must be open, what it opens must be closed."""

from __future__ import annotations

import re
from functools import lru_cache

from redline.core.inline.filters.verdict import Dropped, Verdict
from redline.core.inline.place import Place, indentation

_PAIRS = {")": "(", "]": "[", "}": "{"}
_CLOSERS = {opener: closer for closer, opener in _PAIRS.items()}
_OPENERS = frozenset(_PAIRS.values())
_TAB = 4
_SIGNS = "()[]{};:,. \t"
_QUOTES = ('"', "'", "`", '"""', "'''")
_TRIPLE = ('"""', "'''")


_CHARACTER = r"'(?:\\(?:u\{\w+\}|\w+|[^\w\n])|[^'\\\n])'"
CHARACTERS = frozenset({"rust", "c", "cpp", "csharp", "java", "go", "kotlin", "scala"})
"""Languages with one character between single quotes, which stand for other things too."""


@lru_cache(maxsize=16)
def _marks(line_comment: str, characters: bool) -> re.Pattern[str]:
    comment = re.escape(line_comment) + "|" if line_comment else ""
    single = _CHARACTER + "|" if characters else r"\'\'\'|'|"
    return re.compile(comment + r'"""|' + single + r'["`()\[\]{}]')


@lru_cache(maxsize=32)
def balance(
    code: str, line_comment: str, *, characters: bool = False
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where closing brackets stand in `code` that close nothing in it, and opening ones that
    nothing in it closes. Strings and comments are passed over, as far as they can be told;
    `characters` says that single quotes hold one character, and are none elsewhere."""
    spare: list[int] = []
    open_: list[int] = []
    marks = _marks(line_comment, characters)
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
        elif mark == line_comment:
            end = _line_end(code, at)
        elif mark in _QUOTES:
            end = _string_end(code, at, mark)
        found = marks.search(code, end)
    return tuple(spare), tuple(open_)


def balanced(code: str, place: Place) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """As `balance` says of code in the language of the place."""
    language = place.language
    return balance(code, language.line_comment, characters=language.name in CHARACTERS)


def opened(place: Place) -> str:
    """The brackets that are open at the cursor, the innermost last."""
    code = place.code_before
    return "".join(code[each] for each in balanced(code, place)[1])


def lacking(place: Place) -> str:
    """What closes the brackets that are open at the cursor and that nothing below it closes,
    by how far in the next line begins."""
    code, below = place.code_before, place.line_below
    closes = below.lstrip()[:1] in _PAIRS
    floor = _columns(below) + closes if below else 0
    found = ""
    for at in reversed(balanced(code, place)[1]):
        if _columns(code[code.rfind("\n", 0, at) + 1 : at + 1]) < floor:
            break
        found += _CLOSERS[code[at]]
    return found


def _columns(line: str) -> int:
    return len(indentation(line).expandtabs(_TAB))


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
    held = place.code_before
    start, end = len(held), len(held) + len(draft)
    spare, open_ = balanced(held + draft + place.after, place)
    for at in spare:
        if start <= at < end:
            return _cut(draft, at - start, "closes what is not open")
    left_over = len(balanced(held + place.after, place)[0])
    taken = [at for at in balanced(draft, place)[0] if draft[at] in place.after]
    if len(spare) > left_over and taken:
        return _cut(draft, taken[-1], "closes what is closed behind it")
    for at in open_:
        if start <= at < end:
            return _cut(draft, at - start, "opens what nothing closes")
    return draft


def without_last_signs(draft: str, place: Place) -> tuple[str, ...]:
    """The draft without some of the signs it ends with, the longest first; none that opens a
    bracket and leaves it open."""
    words = len(draft.rstrip(_SIGNS))
    shorter = (draft[:end].rstrip() for end in range(len(draft) - 1, words - 1, -1))
    once = dict.fromkeys(each for each in shorter if each.strip(_SIGNS))
    return tuple(each for each in once if not balanced(each, place)[1])


def _cut(draft: str, at: int, why: str) -> Verdict:
    left = draft[:at].rstrip()
    return left if left.strip() else Dropped(why)
