"""Lines that are not text but marks: of left-out code, of a conflict, of a fence, of a number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

LONGEST = 200
"""A longer line says more than that code is left out."""

_OPENS = r"(?:\#|//|/\*|<!--|--|;|\{/\*|\.\.\.|…|<|\[|\(|\*|%)"
_ELISION = re.compile(
    rf"""^\s*{_OPENS}[\s*.…<\[(\#/-]*
    (?:(?:the\s+)?rest\b(?:\s+of\s+(?:the\s+|this\s+|your\s+|its\s+)?\w+)?
      |(?:keep\s+)?(?:the\s+|all\s+|your\s+)*
       (?:existing|remaining|unchanged|original|previous|prior|other|more|same|similar)\s+
       (?:\w+\s+)?
       (?:code|lines?|implementations?|contents?|methods?|functions?|imports?|body|fields?|logic
         |class(?:es)?|tests?|cases?|attributes?|properties|definitions?|statements?|part)\b
      |(?:code|lines|everything|file|implementation|function|method|body|logic)\s+
       (?:above|below|else|before|after|here|goes|stays|remains|is|are|continues|unchanged|omitted)\b
      |unchanged\b|same\s+as\s+(?:before|above|original)\b|as\s+(?:before|above)\b|no\s+changes?\b
      |omitted\b|truncated\b|elided\b|(?:code\s+)?snip(?:ped)?\b|etc\b|continues?\b
      |(?:lines?\s+)?\d+\s*(?:-|to)\s*\d+\s+(?:unchanged|omitted))
    [\s\w'’-]*[\s.…*/>)\]}}\#-]*$""",
    re.VERBOSE | re.IGNORECASE,
)
_DOTS = re.compile(
    r"^\s*(?:\#|//|/\*|<!--|--|;|\{/\*|%|\*)\s*(?:\.{3,}|…)[^\w]*"
    r"(?:\w[\w ,'’-]*(?:\.{3,}|…)[^\w]*|(?:rest|remaining|existing|other|more)\b[\w ,'’.-]*)?$",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"\s*\b(?:async\s+def|def|class)\s")
_BARE = re.compile(r"^\s*(?:\.{3,}|…)\s*,?;?\s*$")
_AFTER_CODE = re.compile(
    r"(?:\#|//|/\*)\s*\(?(?:\.{3,}|…)\s*\w*\s*(?:rest|existing|remaining|unchanged|same)\b",
    re.IGNORECASE,
)
_CONFLICT = re.compile(r"^\s*(?:<{5,9}(?:\s.*)?|>{5,9}(?:\s.*)?|={7}|\|{7}(?:\s.*)?)\s*$")
_FENCE = re.compile(r"^(?P<mark>`{3,}|~{3,})(?P<info>[\w+.:/\-]*)[ \t]*$")
_NUMBERED = re.compile(rb"^(?P<pad>[ \t]*)(?P<number>\d{1,7})(?P<mark>\t|[ \t]?\|[ ]?|:[ ]?)")


def elision(replace: str, search: str, *, dots_are_code: bool = True) -> str:
    """The line of `replace` that stands for left-out code, '' for none.

    A line that the replaced text has too, as often, is no elision. A lone `...` is one but
    where `dots_are_code` and it is all that a new definition holds.
    """
    known = Counter(line.strip() for line in search.splitlines())
    lines = replace.splitlines()
    for at, line in enumerate(lines):
        key = line.strip()
        if len(key) > LONGEST:
            continue
        marks = _ELISION.match(line) or _DOTS.match(line) or _AFTER_CODE.search(line)
        bare = bool(_BARE.match(line)) and not (dots_are_code and _stub(lines, at, known))
        if not marks and not bare:
            continue
        if known[key] <= 0:
            return key
        known[key] -= 1
    return ""


def _stub(lines: Sequence[str], at: int, known: Counter[str]) -> bool:
    """Whether the `...` of a line is the whole body of a definition that is new here."""
    before = next((line for line in reversed(lines[:at]) if line.strip()), "")
    after = next((line for line in lines[at + 1 :] if line.strip()), "")
    if known[lines[at].strip()] > 0:
        return True
    if "…" in lines[at] or not _DEFINES.search(" ".join(lines[:at])):
        return False
    if any(_DEFINES.match(key) and not key.endswith("...") for key in known):
        return False  # it had a body
    ends = before.rstrip().endswith((":", '"""', "'''"))
    return ends and not known[before.strip()] and _depth(after) < _depth(lines[at])


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else -1


def conflict(new: Iterable[bytes], old: Iterable[bytes]) -> str:
    """The line of `new` that marks a conflict or a block, and stands not in `old`; '' for none."""
    known = Counter(line.strip() for line in old)
    for line in new:
        shown = line.decode("utf-8", "replace")
        if not _CONFLICT.match(shown):
            continue
        if known[line.strip()] <= 0:
            return shown.strip()
        known[line.strip()] -= 1
    return ""


def unfenced(text: str) -> str | None:
    """`text` without the Markdown fence that is around all of it, None where none is."""
    lines = text.strip("\n").split("\n")
    first = _FENCE.match(lines[0].rstrip("\r"))
    if first is None or len(lines) < 2:
        return None
    last = lines[-1].strip()
    if last != first["mark"] or any(fence(each) for each in lines[1:-1]):
        return None
    return "\n".join(lines[1:-1]) + ("\n" if len(lines) > 2 else "")


def fence(line: str) -> bool:
    """Whether a line opens or closes a Markdown fence at the margin."""
    return _FENCE.match(line.rstrip("\r")) is not None


def unnumbered(text: bytes) -> tuple[bytes, int] | None:
    """`text` without the line numbers before every line, and the first number.

    None where some line has none, or they do not count up one by one.
    """
    lines = text.split(b"\n")
    ended = len(lines) > 1 and not lines[-1]
    lines = lines[:-1] if ended else lines
    found = [_NUMBERED.match(line) for line in lines]
    numbers = [int(each["number"]) for each in found if each is not None]
    if len(numbers) != len(lines) or not numbers:
        return None
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return None
    marks = {each["mark"].strip(b" ") for each in found if each is not None}
    if len(marks) > 1:
        return None
    width = _mark_width(found)
    bare = [line[_cut(each, width) :] for line, each in zip(lines, found, strict=True) if each]
    return b"\n".join(bare) + (b"\n" if ended else b""), numbers[0]


def _mark_width(found: Sequence[re.Match[bytes] | None]) -> bool:
    """Whether a blank follows every mark: then it is part of it, and no indentation."""
    return all(
        each is None or each["mark"].endswith((b" ", b"\t")) or each.end() == len(each.string)
        for each in found
    )


def _cut(found: re.Match[bytes], blank: bool) -> int:
    drop = found.end()
    return drop if blank or not found["mark"].endswith(b" ") else drop - 1
