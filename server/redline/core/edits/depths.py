"""New text whose lines have lost the depth they had, though it begins as the old text does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from redline.core.edits.lines import indent_of, said
from redline.core.text.matching import unequal

ALIKE = 0.6
LONGEST = 400
"""Longer lines are alike when they begin alike: comparing them takes too long."""
_OPENS = re.compile(rb"(?:[:{(\[]|\b(?:then|do|begin|else|try|loop)|=>)\s*$")
_BEGINS = re.compile(
    rb"(?:[:{(\[=]|\b(?:then|do|begin|else|try|loop)|=>)\s*$"
    rb"|^\s*<[A-Za-z][^<>]*(?<!/)>\s*$"
    rb"|^\s*(?:local\s+)?function\b.*\)\s*$|^\s*(?:def|class|module)\b[^:{;]*$"
)
"""What lines below belong to, also by a tag or by the words that begin a definition."""
_FREE = re.compile(rb"[)\]}]|end\b|</|#\s*(?:if|el|endif|define|undef|include|pragma|\w*region)")
_CLOSES = re.compile(rb"[)\]}]|</|;;|(?:end|fi|done|esac|else|elif|elsif|until)\b")
_ENDS = re.compile(rb"[)\]}]|end\b|</")
_CHAINED = re.compile(rb"\??[.:]")
_BLOCK = re.compile(
    rb":\s*(?:#.*)?$"
    rb"|^(?:async|class|def|elif|else|except|finally|for|if|match|try|while|with)\b"
)
"""The head of a block in Python, also where it goes on in the lines below."""
_LEAVES = re.compile(rb"[})]|(?:end|fi|done|esac)\b")
_COMMENT = re.compile(rb"//|#|--|/\*|\*")
_GOES_ON = re.compile(
    rb"(?:else|elif|elsif|except|finally|catch|case|default|rescue|ensure|when)\b"
)
_HEADS = re.compile(rb"(?:[:{]|\b(?:then|do|begin|else|try|loop)|=>)\s*$")
_HEAD = re.compile(
    rb"\s*(?:\}\s*)?(?:async\s+)?(?:catch|class|def|do|elif|else|elsif|except|finally|fn|for"
    rb"|foreach|func|function|if|try|unless|until|while|with)\b"
)
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
    problem = _one_slipped(old, new, pairs, file, below)
    if problem:
        return problem
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


def _one_slipped(
    old: Sequence[bytes],
    new: Sequence[bytes],
    pairs: Sequence[tuple[int, int]],
    file: Collection[bytes],
    below: Sequence[bytes],
) -> str:
    """Why the depth of a single line is not believed; '' when that of all is."""
    for i, j in pairs:
        before, after = indent_of(old[i]), indent_of(new[j])
        if i and len(after) < len(before) and after not in file:
            return SLIPPED
    if _flat(old, new, pairs):
        return SLIPPED
    odd = _adrift(new, pairs, file, below)
    if odd:
        shown = _shown(odd)
        return f"The line {shown} is one blank less deep than those around; indent as they are."
    for i, j in pairs if not _opens_anew(old, new, pairs) else ():
        deeper = len(indent_of(new[j])) - len(indent_of(old[i]))
        if deeper and old[i].strip() != new[j].strip():
            return f"The line {_shown(new[j])} changes its depth and its text; indent it as it was."
    return ""


def _flat(old: Sequence[bytes], new: Sequence[bytes], pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether a line that stood deeper, right below one that opens something, does no more."""
    before, after = _telling(old), _telling(new)
    for (i, j), (k, n) in pairwise((i, j) for i, j in pairs if i in before and j in after):
        beside = before[k] == before[i] + 1 and after[n] == after[j] + 1
        if beside and _OPENS.search(old[i]) and _OPENS.search(new[j]):
            deeper = len(indent_of(old[k])) > len(indent_of(old[i]))
            if deeper and len(indent_of(new[n])) <= len(indent_of(new[j])):
                return True
    return False


def _telling(lines: Sequence[bytes]) -> dict[int, int]:
    """The lines that are no comments, by their number, and the how manieth of these each is."""
    found = [at for at, line in enumerate(lines) if _tells(line.strip())]
    return {at: order for order, at in enumerate(found)}


def _adrift(
    new: Sequence[bytes],
    pairs: Sequence[tuple[int, int]],
    file: Collection[bytes],
    below: Sequence[bytes],
) -> bytes:
    """The new line that lost one blank, by the lines around it and the depths in `file`.

    b'' for none.
    """
    kept = {j for _, j in pairs}
    seen = set(file)
    before = b""
    for at, line in enumerate(new):
        depth = indent_of(line)
        if not _tells(line):
            continue
        deeper = depth + b" "
        if at not in kept and depth and deeper in seen and depth != before:
            after = indent_of(next((x for x in (*new[at + 1 :], *below) if _tells(x)), b""))
            lost = after == deeper or (depth not in seen and len(depth) < len(before))
            if lost and not _OPENS.search(line):
                return line
        seen.add(depth)
        before = depth
    return b""


def _unwrapped(
    old: Sequence[bytes], pairs: Sequence[tuple[int, int]], below: Sequence[bytes]
) -> set[int]:
    """The depths of blocks whose head or end is taken away, and that do not go on `below`.

    A bracket that closes the block goes with its head.
    """
    kept = {i for i, _ in pairs}
    follows = _depths(below)[:1]
    result = set()
    for i, line in enumerate(old):
        depth = len(indent_of(line))
        marks = _HEADS.search(line) or _LEAVES.match(line.strip())
        taken = i not in kept and marks is not None
        if taken and line.rstrip().endswith(b"{"):
            later = (k for k in range(i + 1, len(old)) if len(indent_of(old[k])) <= depth)
            closer = next((k for k in later if _tells(old[k])), i)
            taken = not (closer in kept and old[closer].strip().startswith(b"}"))
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
    known = [b"" if at not in same and _bare(line) else line for at, line in enumerate(new)]
    for at, line in enumerate(new):
        others = [*known[:at], line, *known[at + 1 :]]
        if at not in same and _loose(at, others, before, after):
            return f"The line {_shown(line)} stands at the margin, between lines that are indented."
    return ""


def _bare(line: bytes) -> bool:
    """Whether a line at the margin neither opens nor closes anything: it vouches for no other."""
    return not indent_of(line) and not _OPENS.search(line) and not _FREE.match(line)


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
    if not closes and _tells(line) and _BEGINS.search(above) and indent_of(below):
        return True
    return bool(indent_of(above) and (indent_of(below) or (not closes and _CLOSES.match(below))))


def unfilled(old: Sequence[bytes], new: Sequence[bytes]) -> str:
    """Why a new line is refused that opens a block right above one that stays and is no deeper."""
    known = {j for _, j in _pairs(old, new)}
    for at, line in enumerate(new):
        if at in known or not (_HEAD.match(line) and _HEADS.search(line)):
            continue
        inner = next((k for k in range(at + 1, len(new)) if _tells(new[k])), at)
        blank = any(not each.strip() for each in new[at + 1 : inner])
        if inner in known and not blank and len(indent_of(new[inner])) <= len(indent_of(line)):
            return (
                f"The line {_shown(line)} opens a block, and the line below it is no deeper; "
                "indent what is in the block, or put a blank line between if there is none."
            )
    return ""


def emptied(old: Sequence[bytes], new: Sequence[bytes], above: Sequence[bytes]) -> str:
    """Why `new` is refused that begins no deeper than the line above, which opens a block."""
    head = next((line for line in reversed(above) if _tells(line)), b"")
    was, now = (next((x for x in lines if _tells(x)), b"") for lines in (old, new))
    depth = len(indent_of(head))
    stays = len(indent_of(was)) <= depth or len(indent_of(now)) > depth
    text = now.strip()
    if stays or not text or not _BEGINS.search(head) or _FREE.match(text) or _GOES_ON.match(text):
        return ""
    return (
        f"The line {_shown(now)} is no deeper than the one above, {_shown(head)}, whose block it "
        "begins. Indent it as the file does, or take in the line above if that is meant."
    )


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


def astray(quoted: Sequence[bytes], there: Sequence[bytes], new: Sequence[bytes]) -> bool:
    """Whether a line that stays has in `new` the depth it has `there`, and not that quoted.

    Then it is not plain by which of both the new lines go, unless one opens a block above.
    """
    known = list(_pairs(quoted, new))
    kept = {j for _, j in known}
    for i, j in known:
        depth = indent_of(new[j])
        if depth == indent_of(there[i]) != indent_of(quoted[i]):
            above = [line for k, line in enumerate(new[:j]) if k not in kept]
            if not any(_OPENS.search(line) for line in above):
                return True
    return False


def unled(quoted: Sequence[bytes], new: Sequence[bytes], lead: bytes) -> bool:
    """Whether the depth of `new` lines is not plain, where the first came without its own.

    `quoted` are the lines replaced but for the `lead` of their first. Where no other of them
    is indented, all may have lost what they had: then new lines say nothing of their depth.
    A first line that stood further below at another depth does not get that of the `lead`.
    """
    bare = not any(indent_of(line) for line in said(quoted[1:]))
    beside = {j: i for i, j in _pairs(quoted, new)}
    if bare and any(line.strip() and not beside.get(j) for j, line in enumerate(new) if j):
        return True
    head = new[0].strip()
    alike = [line for line in quoted[1:] if line.strip() == head and indent_of(line) != lead]
    if alike and sum(x.strip() == head for x in quoted) != sum(x.strip() == head for x in new):
        return True
    was = beside.get(0, 0)
    return was > 0 and indent_of(quoted[was]) != lead


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
