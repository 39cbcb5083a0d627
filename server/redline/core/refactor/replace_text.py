"""Replaces text that occurs exactly once, and says precisely what is wrong otherwise."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from difflib import get_close_matches

from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit, shrink
from redline.core.text.text import Span, Text

MAX_SHOWN = 10
MAX_LINES_COMPARED = 20_000

_LINE_END = re.compile(rb"\r\n?")
_ELISION = re.compile(
    r"""^\s*(?:\#|//|/\*|<!--|--|;|\{/\*|\.\.\.|…|<|\[)[\s*.…<\[(-]*
    (?:(?:the\s+)?rest\b(?:\s+of\s+(?:the\s+|this\s+|your\s+)?\w+)?
      |(?:keep\s+)?(?:the\s+)?(?:existing|remaining|unchanged|original|previous|other)\s+
       (?:code|lines?|implementations?|contents?|methods?|functions?|imports?|body|fields?|logic)\b
      |(?:code|lines|everything|file)\s+(?:above|below|else|before|after)?
      |unchanged\b|same\s+as\s+before\b|as\s+before\b|no\s+changes?\b
      |omitted\b|(?:code\s+)?snip(?:ped)?\b)
    [\s\w]*[\s.…*/>)\]}-]*$""",
    re.VERBOSE | re.IGNORECASE,
)
_DOTS = re.compile(r"^\s*(?:\#|//|/\*|<!--|--|;)\s*(?:\.{3,}|…)\s*(?:\*/|-->)?\s*$")


def replace_text(text: Text, search: str, replace: str) -> Refactored:
    """The edit that puts `replace` where `search` stands, which must be in one place only.

    Line ends do not matter to the search; the replacement takes those of the text.
    Nothing else is forgiven: the refusal says what stands there instead.
    """
    if not search:
        return refused("The search text is empty; copy the exact lines to be replaced.")
    wanted, new = _encoded(search), _encoded(replace)
    if wanted == new:
        return refused("The replacement is the same as the search text, so nothing would change.")
    marker = elision(replace, search)
    if marker:
        return refused(
            f"The replacement holds {marker!r}, which stands for code that is left out; "
            "write the whole text, or search for a smaller part."
        )
    plain, dropped = _plain(text.data)
    places = _occurrences(plain, wanted)
    if not places:
        return refused(_not_found(plain, wanted))
    if len(places) > 1:
        return refused(_ambiguous(plain, places))
    start, end = (_original(at, dropped) for at in (places[0], places[0] + len(wanted)))
    edit = Edit(Span(start, end), new.replace(b"\n", _newline(text, start, end)))
    return Refactored((shrink(text.data, edit),))


def elision(replace: str, search: str) -> str:
    """The line of `replace` that stands for left-out code, '' for none.

    A line that `search` has too was in the file before and is no elision.
    """
    known = {line.strip() for line in search.splitlines()}
    for line in replace.splitlines():
        marks = _ELISION.match(line) or _DOTS.match(line)
        if marks and line.strip() not in known:
            return line.strip()
    return ""


def _encoded(text: str) -> bytes:
    return _LINE_END.sub(b"\n", text.encode("utf-8", "surrogatepass"))


def _plain(data: bytes) -> tuple[bytes, list[int]]:
    """`data` with line feeds only, and where in the result each carriage return went missing."""
    if b"\r" not in data:
        return data, []
    dropped = [found.start() - at for at, found in enumerate(re.finditer(rb"\r\n", data))]
    return _LINE_END.sub(b"\n", data), dropped


def _original(at: int, dropped: Sequence[int]) -> int:
    """The offset in the text for one in its plain form: before the whole line end, not within."""
    return at + bisect_left(dropped, at)


def _newline(text: Text, start: int, end: int) -> bytes:
    """The line end of the replaced lines, else of the text."""
    found = re.search(rb"\r\n?|\n", text.data[start:end])
    return found.group() if found else text.newline


def _occurrences(data: bytes, wanted: bytes) -> list[int]:
    places: list[int] = []
    at = data.find(wanted)
    while at >= 0:
        places.append(at)
        at = data.find(wanted, at + 1)
    return places


def _ambiguous(plain: bytes, places: Sequence[int]) -> str:
    text = Text(plain)
    lines = [str(text.line_of(at) + 1) for at in places[:MAX_SHOWN]]
    more = ", ..." if len(places) > MAX_SHOWN else ""
    return (
        f"The search text occurs {len(places)} times, at lines {', '.join(lines)}{more}; "
        "add lines around it until it is in one place only."
    )


def _not_found(plain: bytes, wanted: bytes) -> str:
    if wanted.endswith(b"\n") and plain.endswith(wanted[:-1]) and not plain.endswith(b"\n"):
        return "The search text does not occur: it ends in a line end, and the file does not."
    lines = plain.decode("utf-8", "replace").split("\n")[:MAX_LINES_COMPARED]
    parts = wanted.decode("utf-8", "replace").strip("\n").split("\n")
    for folded, why in _FOLDS:
        at = _find_lines(lines, parts, folded)
        if at is not None:
            different = _first_difference(lines[at : at + len(parts)], parts)
            head = f"The search text does not occur. Line {at + 1} has it with"
            if different is None:
                return f"{head} other blank lines around."
            return f"{head} {why}: the file has {different[0]!r}, the search text {different[1]!r}."
    near = _nearest(lines, parts)
    if near:
        return f"The search text does not occur. The nearest lines are {near}."
    return "The search text does not occur, nor anything like it; read the file again."


def _find_lines(lines: Sequence[str], parts: Sequence[str], folded: _Fold) -> int | None:
    """The first of the lines that equal `parts` once both are folded."""
    want = [folded(part) for part in parts]
    have = [folded(line) for line in lines]
    if not any(want):
        return None
    for at in range(len(have) - len(want) + 1):
        if have[at] == want[0] and have[at : at + len(want)] == want:
            return at
    return None


class _Fold:
    """A way to see two lines as the same."""

    def __init__(self, pattern: str, by: str, ignore_case: bool = False) -> None:
        self._pattern = re.compile(pattern)
        self._by = by
        self._ignore_case = ignore_case

    def __call__(self, line: str) -> str:
        line = line.casefold() if self._ignore_case else line
        return self._pattern.sub(self._by, line)


_FOLDS: tuple[tuple[_Fold, str], ...] = (
    (_Fold(r"\s+$", ""), "other white space at the end of a line"),
    (_Fold(r"^\s+|\s+$", ""), "other indentation"),
    (_Fold(r"\s+", ""), "other white space"),
    (_Fold(r"\s+|[\"'`“”‘’]", ""), "other quotes"),
    (_Fold(r"\s+|[\"'`“”‘’]", "", ignore_case=True), "other capitals"),
)


def _first_difference(there: Sequence[str], here: Sequence[str]) -> tuple[str, str] | None:
    pairs = zip(there, here, strict=True)
    return next(((left, right) for left, right in pairs if left != right), None)


def _nearest(lines: Sequence[str], parts: Sequence[str]) -> str:
    """The lines most like the first telling line of the search text, numbered."""
    telling = max(parts, key=lambda part: len(part.strip()))
    distinct = dict.fromkeys(line for line in lines if line.strip())
    close = get_close_matches(telling, list(distinct), n=3, cutoff=0.6)
    return ", ".join(f"{lines.index(line) + 1}: {line.strip()!r}" for line in close)
