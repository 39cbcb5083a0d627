"""New text whose lines have lost the depth they had, though it begins as the old text does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher

from redline.core.edits.lines import indent_of
from redline.core.text.matching import unequal

ALIKE = 0.6
LONGEST = 400
"""Longer lines are alike when they begin alike: comparing them takes too long."""
_OPENS = re.compile(rb"(?:[:{(\[]|\b(?:then|do|begin|else|try|loop)|=>)\s*$")
_FREE = re.compile(rb"[)\]}]|end\b|</|#\s*(?:if|el|endif|define|undef|include|pragma|\w*region)")
_CLOSES = re.compile(rb"[)\]}]|end\b")
_ENDS = re.compile(rb"[)\]}]|end\b|</")
_CHAINED = re.compile(rb"\??[.:]")
_BLOCK = re.compile(rb":\s*(?:#.*)?$")
_LEAVES = re.compile(rb"[})]|(?:end|fi|done|esac)\b")
_COMMENT = re.compile(rb"//|#|--|/\*|\*")
_GOES_ON = re.compile(
    rb"(?:else|elif|elsif|except|finally|catch|case|default|rescue|ensure|when)\b"
)
_HEADS = re.compile(rb"(?:[:{]|\b(?:then|do|begin|else|try|loop)|=>)\s*$")
INDENTED = frozenset({"python", "yaml"})
"""The languages whose blocks are told by their depth alone."""
SLIPPED = (
    "All lines of the replacement after the first stand at another depth than before, and "
    "nothing in it says why. If that is meant, take in a line that stays; else indent them "
    "as the file does."
)


def slipped(
    old: Sequence[bytes], new: Sequence[bytes], file: Collection[bytes], below: Sequence[bytes]
) -> str:
    """Why the depth of `new` is not believed; '' when it is.

    Lines may all go deeper below a line that is put in and opens a block, or less deep
    where such a line is taken away with all of its block. `file` are the depths that lines
    of the file have, `below` the lines that follow.
    """
    pairs = list(_pairs(old, new))
    if any(_other_kind(indent_of(old[i]), indent_of(new[j])) for i, j in pairs):
        return "The replacement has tabs for blanks, or blanks for tabs; indent as the file does."
    moved = [
        (len(indent_of(old[i])), len(indent_of(new[j])))
        for i, j in pairs
        if i and indent_of(old[i]) != indent_of(new[j])
    ]
    for i, j in pairs:
        before, after = indent_of(old[i]), indent_of(new[j])
        if i and len(after) < len(before) and after not in file:
            return SLIPPED
    opens = _opens_anew(old, new, pairs)
    for i, j in pairs if not opens else ():
        deeper = len(indent_of(new[j])) - len(indent_of(old[i]))
        if deeper and old[i].strip() != new[j].strip():
            return f"The line {_shown(new[j])} changes its depth and its text; indent it as it was."
    least = min((before for before, _ in moved), default=0)
    stay = any(
        i and least <= len(indent_of(old[i])) and indent_of(old[i]) == indent_of(new[j])
        for i, j in pairs
    )
    if not moved or stay:
        return ""
    if all(after > before for before, after in moved):
        known = {j for _, j in pairs}
        explained = any(_OPENS.search(line) for j, line in enumerate(new) if j not in known)
        return (
            "" if explained and len({after - before for before, after in moved}) == 1 else SLIPPED
        )
    return "" if min(after for _, after in moved) in _unwrapped(old, pairs, below) else SLIPPED


def _unwrapped(
    old: Sequence[bytes], pairs: Sequence[tuple[int, int]], below: Sequence[bytes]
) -> set[int]:
    """The depths of blocks whose head or end is taken away, and that do not go on `below`."""
    kept = {i for i, _ in pairs}
    follows = _depths(below)[:1]
    result = set()
    for i, line in enumerate(old):
        depth = len(indent_of(line))
        taken = i not in kept and (_HEADS.search(line) or _LEAVES.match(line.strip()))
        if taken and min((*_depths(old[i + 1 :]), *follows), default=0) <= depth:
            result.add(depth)
    return result


def _depths(lines: Sequence[bytes]) -> list[int]:
    return [len(indent_of(line)) for line in lines if _tells(line)]


def _opens_anew(
    old: Sequence[bytes], new: Sequence[bytes], pairs: Sequence[tuple[int, int]]
) -> bool:
    """Whether a line that opens a block is put in or taken away."""
    kept, known = {i for i, _ in pairs}, {j for _, j in pairs}
    return any(_OPENS.search(line) for i, line in enumerate(old) if i not in kept) or any(
        _OPENS.search(line) for j, line in enumerate(new) if j not in known
    )


def at_margin(
    old: Sequence[bytes], new: Sequence[bytes], before: Sequence[bytes], after: Sequence[bytes]
) -> str:
    """Why a new line at the margin is refused that stands between indented ones; '' for none.

    `before` and `after` are lines that stay around. Lines that open something, or close what
    nothing indented follows, marks of a preprocessor and lines that stood at the margin before
    are fine.
    """
    same = {j for i, j in _pairs(old, new) if not indent_of(old[i])}
    for at, line in enumerate(new):
        if at not in same and _loose(at, new, before, after):
            return f"The line {_shown(line)} stands at the margin, between lines that are indented."
    return ""


def _loose(
    at: int, lines: Sequence[bytes], before: Sequence[bytes], after: Sequence[bytes]
) -> bool:
    line = lines[at]
    if not line.strip() or indent_of(line):
        return False
    closes = _ENDS.match(line) and not _OPENS.search(line)
    if _FREE.match(line) and not closes:
        return False
    head = [*before, *lines[:at]]
    if _OPENS.search(line):
        # It begins something below a blank line, or goes on with what was opened at the margin.
        begun = _GOES_ON.match(line) and any(x.strip() and not indent_of(x) for x in head)
        if begun or not head or not head[-1].strip():
            return False
    above = next((x for x in reversed(head) if _tells(x)), b"")
    below = next((x for x in (*lines[at + 1 :], *after) if _tells(x)), b"")
    if closes and _CHAINED.match(below.strip()):
        return False
    return bool(indent_of(above) and (indent_of(below) or (not closes and _CLOSES.match(below))))


def left_block(
    old: Sequence[bytes], new: Sequence[bytes], before: Sequence[bytes], language: str
) -> str:
    """Why a new line is refused that ends a block without a blank line; '' for none.

    It stands at the margin, and may have lost its indentation. Where a line at the margin
    was there instead, it is believed. `before` are the lines above; `language` is one of
    `INDENTED`.
    """
    pairs = list(_pairs(old, new))
    kept, known = {i for i, _ in pairs}, {j for _, j in pairs}
    if any(line.strip() and not indent_of(line) for i, line in enumerate(old) if i not in kept):
        return ""
    for at, line in enumerate(new):
        if at in known or not _tells(line) or indent_of(line):
            continue
        head = [*before, *new[:at]]
        last = head[-1] if head else b""
        if not (last.strip() and indent_of(last)) or _FREE.match(line) or _GOES_ON.match(line):
            continue
        margin = next((x for x in reversed(head) if _tells(x) and not indent_of(x)), b"")
        if language != "python" or _BLOCK.search(margin):
            return (
                f"The line {_shown(line)} stands at the margin, right below an indented block; "
                "indent it as the file does, or put a blank line before it if that is meant."
            )
    return ""


def _shown(line: bytes) -> str:
    return repr(line.strip().decode("utf-8", "replace")[:120])


def _tells(line: bytes) -> bool:
    """Whether a line says how deep the code around it is: a comment at the margin does not."""
    return bool(line.strip()) and not _COMMENT.match(line)


def _other_kind(one: bytes, other: bytes) -> bool:
    return bool(one and other) and (b"\t" in one) != (b"\t" in other)


def _pairs(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """The lines that are the same but for their depth, and those that are much alike."""
    before, after = [line.strip() for line in old], [line.strip() for line in new]
    left = right = 0
    gaps = (*unequal(before, after), ((len(old), len(old)), (len(new), len(new))))
    for (top, bottom), (start, end) in gaps:
        for i, j in zip(range(left, top), range(right, start), strict=True):
            if before[i]:
                yield i, j
        if bottom - top == end - start:
            for i, j in zip(range(top, bottom), range(start, end), strict=True):
                if _alike(before[i], after[j]):
                    yield i, j
        left, right = bottom, end


def _alike(one: bytes, other: bytes) -> bool:
    if max(len(one), len(other)) > LONGEST:
        return one[:LONGEST] == other[:LONGEST]
    return SequenceMatcher(None, one, other, False).ratio() >= ALIKE
