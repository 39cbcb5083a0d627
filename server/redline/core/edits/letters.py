"""Letters that a text gets on its way through a chat: typographic quotes and dashes, no-break
spaces, letters that nobody sees, HTML entities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher, get_close_matches
from html import escape, unescape

_PLAIN = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201a": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u00a0": " ",
    "\u202f": " ",
    "\u2007": " ",
    "\u2010": "-",
    "\u2011": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
}
ALIKE = 0.6
LONGEST = 400
_ODD = {each.encode(): plain.encode() for each, plain in _PLAIN.items()}
_ANY_ODD = re.compile(b"|".join(_ODD))
_SPACES = ("\u00a0", "\u202f", "\u2007")
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""No width, or another direction. What joins letters and emoji is not among them."""
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#39|#x27|#34|#x22);", re.IGNORECASE)
_ALONE = re.compile(r"""(["'`])&[#\w]+;\1""")
_INSIDE = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|(?:\#|//|--|^\s*/?\*).*$""")
_APOSTROPHE = re.compile(r"(?<=\w)\u2019(?=\w)")


def plain(line: bytes) -> bytes:
    """`line` with the quotes and spaces of a keyboard."""
    return _ANY_ODD.sub(lambda found: _ODD[found[0]], line)


def odd_in(data: bytes) -> frozenset[bytes]:
    """The typographic letters that stand in `data`."""
    return frozenset(_ANY_ODD.findall(data))


def decoded(text: str) -> str | None:
    """`text` without HTML entities, where all of it was written with them; else None."""
    if not _ENTITY.search(text):
        return None
    bare = unescape(text)
    return bare if text in (escape(bare, quote=False), escape(bare), _quoted(bare)) else None


def _quoted(bare: str) -> str:
    return escape(bare, quote=False).replace('"', "&quot;")


def unseen(new: Sequence[bytes], known: bytes) -> str:
    """The line of `new`, escaped, with a letter nobody sees that `known` text has not; or ''."""
    there = set(_UNSEEN.findall(known.decode("utf-8", "replace")))
    for line in new:
        shown = line.decode("utf-8", "replace")
        if not there.issuperset(_UNSEEN.findall(shown)):
            return ascii(shown.strip())
    return ""


def has_entity(text: str) -> bool:
    """Whether an HTML entity stands in `text`."""
    return _ENTITY.search(text) is not None


def smuggled(
    new: Sequence[bytes], old: Sequence[bytes], known: bytes, *, prose: bool = False
) -> str:
    """The line of `new` with typographic letters in code, where `old` has none; '' for none.

    In strings, comments and prose they are text, but for a no-break space, which nobody sees
    and a text has that is `known` to have it.
    """
    before, anywhere = odd_in(b"\n".join(old)), odd_in(known)
    for line in new:
        odd = odd_in(line)
        shown = line.decode("utf-8", "replace")
        code = _APOSTROPHE.sub("", _INSIDE.sub("", shown)).encode()
        unseen = any(each in shown for each in _SPACES) and not odd <= anywhere
        lost = bool(odd) and _lost(shown, plain(line).decode("utf-8", "replace"), old)
        if unseen or lost or (not prose and not odd <= before and odd_in(code)):
            return shown.strip()
    return ""


def _lost(line: str, meant: str, old: Sequence[bytes]) -> bool:
    """Whether letters of `meant` that `line` has not stand in a line of `old` much like it."""
    letters = {each for each in "\"'<>-" if meant.count(each) > line.count(each)}
    if not letters:
        return False
    for each in old:
        there = each.decode("utf-8", "replace")[:LONGEST]
        meant = meant[:LONGEST]
        gone = letters & set(there)
        if gone == {"-"} and there.count("-") <= line.count("-"):
            continue  # a dash between words is text
        if gone and SequenceMatcher(None, there, meant, False).ratio() >= ALIKE:
            return True
    return False


def escaped(
    new: Sequence[bytes], old: Sequence[bytes], known: bytes, *, markup: bool = False
) -> str:
    """The line of `new` that is written in HTML entities, where that is not text; '' for none.

    In a text that has none they are not, but in `markup`, unless it loses all its brackets.
    """
    if not markup and has_entity(known.decode("utf-8", "replace")):
        return ""
    gone = any(b"<" in line for line in old) and not any(b"<" in line for line in new)
    for line in new:
        shown = line.decode("utf-8", "replace")
        whole = (gone or not markup) and decoded(_ALONE.sub("", shown)) is not None
        lost = has_entity(shown) and _lost(shown, unescape(shown), old)
        if whole or lost or _quoted_anew(shown, old):
            return shown.strip()
    return ""


def _quoted_anew(line: str, old: Sequence[bytes]) -> bool:
    """Whether a string of an entity alone is the character in the line of `old` most like it."""
    there = [each.decode("utf-8", "replace") for each in old] if _ALONE.search(line) else []
    near = get_close_matches(unescape(line)[:LONGEST], there, 1, ALIKE)
    bare = [unescape(found[0]) for found in _ALONE.finditer(line)]
    return any(each in near[0] and each not in line for each in bare) if near else False
