"""Several things asked for in one sentence: "rename a to b and move it to c.py, then ..."."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from redline.core.builtin import words
from redline.core.builtin.grammar import refusing
from redline.core.builtin.intent import READS, Intent, Kind, Missing, Question, Read, Refusal

MAX_PARTS = 8

_OPAQUE = re.compile(r"`[^`]*`|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)|\([^()]*\)|\[[^\]]*\]")
_BREAK = re.compile(
    r"\s*(?:;|[.!]\s)\s*(?:and\s+)?|\s*,\s*(?:and\s+|&\s*)?|\s+and\s+|\s+&\s+|\s+then\s+|\s+plus\s+"
    r"|\s+as\s+well\s+as\s+|\s+followed\s+by\s+",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"rename|move|inline|document|add|remove|delete|drop|extract|explain|convert|turn|make"
    r"|get rid of|create|use|replace|find|list|show",
    re.IGNORECASE,
)

# The lines a request names are those the user sees: what goes by them comes first.
_BY_LINES: frozenset[Kind] = frozenset(("extract", "variable", "constant", "inline", "rename"))
_KEEPS_LINES: frozenset[Kind] = frozenset(("rename",))

_OF_FILES: frozenset[Kind] = frozenset(("convert", "docstrings", "explain"))
_ASKED: frozenset[Missing] = frozenset(("changes", "language"))

Reader = Callable[[str], Read | None]
Whole = Callable[[Intent], Intent | Question]
Parts = tuple[Intent | Question, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """The words of a part, and what they say; `bare` when the verb stands in an earlier one."""

    text: str
    found: Read
    bare: bool = False


@dataclass(slots=True)
class _Reading:
    """The pieces of one request. `seen` remembers what was read of them."""

    text: str
    breaks: Sequence[tuple[int, int]]
    reader: Reader
    seen: dict[tuple[int, int, str], _Part | None] = field(default_factory=dict)
    dead: set[tuple[int, str]] = field(default_factory=set)

    @property
    def count(self) -> int:
        return len(self.breaks) + 1

    def piece(self, first: int, last: int) -> str:
        """The words from piece `first` up to `last`, that one left out."""
        start = self.breaks[first - 1][1] if first else 0
        end = self.breaks[last - 1][0] if last <= len(self.breaks) else len(self.text)
        return words.tidied(self.text[start:end])

    def read(self, first: int, last: int, verb: str) -> _Part | None:
        """What the pieces say; where that is nothing, with the verb of those before them."""
        key = (first, last, verb)
        if key not in self.seen:
            self.seen[key] = self._read(self.piece(first, last), verb)
        return self.seen[key]

    def _read(self, text: str, verb: str) -> _Part | None:
        found = self.reader(text) if text else None
        if found is None and verb and text:
            found = self.reader(f"{verb} {text}")
            return _Part(text, found, True) if isinstance(found, Intent) else None
        guessed = isinstance(found, Question) and found.about.kind == "rename"
        return None if guessed or found is None else _Part(text, found)

    def split(self, first: int, verb: str) -> list[_Part] | None:
        """The parts from piece `first` on, the fewest that are all understood."""
        if first == self.count:
            return []
        if (first, verb) in self.dead:
            return None
        for last in range(self.count, first, -1):
            found = self.read(first, last, verb)
            if found is None:
                continue
            own = _VERB.match(self.piece(first, last))
            rest = self.split(last, own[0] if own else verb)
            if rest is not None:
                return [found, *rest]
        self.dead.add((first, verb))
        return None


def parts(text: str, reader: Reader, whole: Whole) -> Parts | Refusal:
    """What the parts of `text` ask for, in the order in which it is done.

    `reader` reads one part; `whole` asks for what is missing of an intent. () when it has no
    parts of which any is understood; a refusal when some are not.
    """
    breaks = _breaks(text)
    if not breaks:
        return ()
    if len(breaks) >= MAX_PARTS:
        return Refusal(f"The builtin model reads at most {MAX_PARTS} requests at once.")
    reading = _Reading(text, breaks, reader)
    found = reading.split(0, "")
    if found is None:
        return _not_all(reading)
    understood: list[Intent | Question] = []
    for each in _placed(found):
        if isinstance(each, Refusal):
            return each
        understood.append(each)
    return _ordered(_resolved(understood, whole))


def _breaks(text: str) -> list[tuple[int, int]]:
    """Where one request may end and the next begin, outside of quotes and brackets."""
    hidden = [found.span() for found in _OPAQUE.finditer(text)]
    return [
        found.span()
        for found in _BREAK.finditer(text)
        if not any(start <= found.start() < end for start, end in hidden)
    ]


def _not_all(reading: _Reading) -> Parts | Refusal:
    """Says which part is not understood, where the ones before it are."""
    for last in range(reading.count - 1, 0, -1):
        found = reading.read(0, last, "")
        if found is not None and isinstance(found.found, Intent):
            rest = reading.piece(last, reading.count)
            why = refusing.not_understood(rest).reason
            return Refusal(f"“{rest}” is not understood, so nothing is done. {why}")
    return ()


def _placed(parts: Sequence[_Part]) -> list[Read]:
    """The parts, with the file that the last of "f-strings and pathlib in x.py" names."""
    done: list[Read] = []
    path = ""
    for part in reversed(parts):
        each = part.found
        if isinstance(each, Intent):
            own = bool(each.path) and each.path in part.text
            each = replace(each, path=path) if path and not own else each
            path = each.path if part.bare and (own or path) else ""
        done.append(each)
    return done[::-1]


def _resolved(found: Sequence[Intent | Question], whole: Whole) -> list[Intent | Question]:
    """The parts with what their pronouns stand for."""
    done: list[Intent | Question] = []
    for each in found:
        about = _meant(_about(each), [_about(before) for before in done])
        if isinstance(each, Question) and each.missing in _ASKED:
            done.append(replace(each, about=about))
        else:
            done.append(whole(about))
    return done


def _meant(about: Intent, before: Sequence[Intent]) -> Intent:
    """`about` with the name that its symbol has after the parts before it."""
    if about.again and not about.name and before:
        earlier = next((each for each in reversed(before) if _subject(each)), None)
        if earlier is not None:
            path = earlier.new_name if earlier.kind == "move" else earlier.path
            return replace(about, name=_subject(earlier), path=path, line=0)
        last = before[-1]
        if last.line or about.kind in _OF_FILES:
            return replace(about, path=last.path, line=last.line)
    for each in before:
        same_place = not about.name and not each.name and about.line and about.line == each.line
        same_name = about.name and about.name == each.name
        if each.kind == "rename" and (same_place or same_name):
            about = replace(about, name=_subject(each), line=0)
    return about


def _subject(intent: Intent) -> str:
    """The name of what an intent is about once it is done; '' where that is not known."""
    if intent.kind in ("extract", "variable", "constant"):
        return intent.new_name
    if intent.kind != "rename":
        return intent.name
    container = intent.name.rpartition(".")[0]
    return f"{container}.{intent.new_name}" if container else intent.new_name


def _ordered(found: Sequence[Intent | Question]) -> Parts | Refusal:
    """The parts as they are done: those that go by lines before the lines move."""
    kinds = {_about(each).kind for each in found}
    if kinds & READS and not kinds <= READS:
        return Refusal("A question ends in an answer and a change in a proposal: ask them apart.")
    first = [each for each in found if _by_lines(each)]
    moving = [each for each in first if _about(each).kind not in _KEEPS_LINES]
    if len(moving) > 1:
        return Refusal(
            "Each of these goes by line numbers, which the one before would move: ask for them "
            "one after the other."
        )
    keeping = [each for each in first if each not in moving]
    return (*keeping, *moving, *(each for each in found if each not in first))


def _about(each: Intent | Question) -> Intent:
    return each.about if isinstance(each, Question) else each


def _by_lines(each: Intent | Question) -> bool:
    """Whether it goes by what stands on a line, and not by the symbol around that."""
    about = _about(each)
    return about.kind in _BY_LINES and not about.name and bool(about.lines or about.line)
