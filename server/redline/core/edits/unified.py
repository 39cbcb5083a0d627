"""Unified diffs as models write them: read into hunks, and hunks laid over a text.

A hunk is where its old lines are. Its line numbers only tell in which of several places it
was meant to be, for people; nothing is placed by them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from redline.core.edits.lines import encoded, rows_of
from redline.core.edits.locate import Ambiguous, NotFound, Place, locate_lines
from redline.core.edits.marks import unfenced
from redline.core.edits.replace import lines_replaced
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit
from redline.core.text.text import Text

_HUNK = re.compile(r"^@@(?: -(?P<line>\d+)(?:,\d+)? \+\d+(?:,\d+)? @@.*| .*|)$")
_HEAD = re.compile(r"^(?:--- |\+\+\+ )(?P<path>[^\t]*?)(?:\t.*)?$")
_NOISE = re.compile(r"^(?:diff |index |new file mode|old mode|new mode|similarity index)")
_WHOLE = re.compile(r"^(?:rename (?:from|to)|deleted file mode|copy (?:from|to)|Binary files)")
_NOTHING = "/dev/null"


@dataclass(slots=True)
class _Building:
    """A hunk while it is read."""

    line: int
    old: list[bytes] = field(default_factory=list)
    new: list[bytes] = field(default_factory=list)
    changed: bool = False


@dataclass(frozen=True, slots=True)
class DiffHunk:
    """The lines that are to be there, those that shall be, and the line number that was given."""

    line: int
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """The hunks of one file, and what both sides call it; '' where the diff names none."""

    old: str
    new: str
    hunks: tuple[DiffHunk, ...]


def is_unified(text: str) -> bool:
    """Whether some line begins a hunk or names a file as diffs do."""
    return any(line.startswith(("@@", "--- ", "+++ ")) for line in text.splitlines())


def read_diff(text: str) -> tuple[tuple[FileDiff, ...], str]:
    """The files of a diff, and what is wrong with it ('' when it can be read)."""
    bare = unfenced(text)
    lines = encoded(bare if bare is not None else text).split(b"\n")
    lines = lines[:-1] if lines and not lines[-1] else lines
    reader = _Reader()
    for number, line in enumerate(lines, 1):
        problem = reader.take(line, lines[number : number + 1])
        if problem:
            return (), f"line {number} of the diff: {problem}"
    files, problem = reader.files()
    return files, problem


class _Reader:
    """Takes the lines of a diff one by one."""

    def __init__(self) -> None:
        self._files: list[tuple[str, str, list[_Building]]] = []
        self._old = ""
        self._open = False

    def take(self, line: bytes, following: Sequence[bytes]) -> str:
        """What is wrong with `line`; '' for nothing."""
        shown = line.decode("utf-8", "replace").rstrip("\r")
        head = _HEAD.match(shown)
        if head and shown.startswith("--- ") and _names_next(following):
            self._old, self._open = head["path"].strip(), False
            return ""
        if head and shown.startswith("+++ ") and not self._open:
            self._files.append((self._old, head["path"].strip(), []))
            return ""
        if _WHOLE.match(shown) and not self._open:
            return "whole files are created, renamed and deleted by tools of their own"
        if _NOISE.match(shown):
            self._open = False
            return ""
        found = _HUNK.match(shown)
        if found:
            if not self._files:
                self._files.append(("", "", []))
            self._files[-1][2].append(_Building(int(found["line"] or 0)))
            self._open = True
            return ""
        return self._body(line, shown)

    def _body(self, line: bytes, shown: str) -> str:
        if not self._open:
            return f"{shown[:80]!r} is in no hunk; a hunk begins with @@" if shown.strip() else ""
        hunk = self._files[-1][2][-1]
        mark, rest = line[:1], line[1:]
        if mark in (b" ", b""):
            hunk.old.append(rest)
            hunk.new.append(rest)
        elif mark == b"-":
            hunk.old.append(rest)
            hunk.changed = True
        elif mark == b"+":
            hunk.new.append(rest)
            hunk.changed = True
        elif mark != b"\\":
            return f"{shown[:80]!r} begins with no blank, + or -"
        return ""

    def files(self) -> tuple[tuple[FileDiff, ...], str]:
        """All that was read."""
        result = []
        for old, new, hunks in self._files:
            if _NOTHING in (old, new):
                return (), "a diff changes files that are there: use create_file and delete_file"
            changed = [each for each in hunks if each.changed]
            if not changed:
                return (), f"there is no change in the diff of {new or 'the file'}"
            done = tuple(_hunk(each) for each in changed)
            result.append(FileDiff(old, new, done))
        return tuple(result), "" if result else "there is no hunk in it; a hunk begins with @@"


def _names_next(following: Sequence[bytes]) -> bool:
    return bool(following) and following[0].startswith(b"+++ ")


def _hunk(building: _Building) -> DiffHunk:
    """A hunk without blank lines at its end that are only the end of the message."""
    old, new = list(building.old), list(building.new)
    while old and new and not old[-1] and not new[-1]:
        old.pop()
        new.pop()
    return DiffHunk(building.line, tuple(old), tuple(new))


def laid(text: Text, hunks: Sequence[DiffHunk], language: str = "") -> Refactored:
    """The edits of all hunks of one file, or why not even one of them is made."""
    rows = rows_of(text.data)
    edits: list[Edit] = []
    notes: list[str] = []
    taken: list[tuple[int, int]] = []
    for number, hunk in enumerate(hunks, 1):
        name = f"Hunk {number}"
        if not any(line.strip() for line in hunk.old):
            return refused(f"{name} has no line that is in the file; take in the lines around it.")
        if hunk.old == hunk.new:
            return refused(f"{name} changes nothing.")
        place = locate_lines(rows, hunk.old, what="old text")
        if not isinstance(place, Place):
            return refused(f"{name}: {_unplaced(place, hunk, text)}")
        if any(place.rows[0] < end and first < place.rows[1] for first, end in taken):
            return refused(f"{name} changes lines that another hunk changes too; make them one.")
        taken.append(place.rows)
        done = lines_replaced(text, rows, place, _inner(place, hunk), language)
        if done.refusal:
            return refused(f"{name}: {done.refusal}")
        edits += done.edits
        notes += done.notes
    return Refactored(tuple(edits), tuple(dict.fromkeys(notes)))


def _inner(place: Place, hunk: DiffHunk) -> list[bytes]:
    """The new lines without the blank ones around that the file has not."""
    new = list(hunk.new)
    for _ in range(place.above):
        new = new[1:] if new and not new[0].strip() else new
    for _ in range(place.below):
        new = new[:-1] if new and not new[-1].strip() else new
    return new


def _unplaced(found: NotFound | Ambiguous, hunk: DiffHunk, text: Text) -> str:
    """Why a hunk has no place."""
    if isinstance(found, Ambiguous):
        hint = f" The hunk names line {hunk.line}, which decides nothing." if hunk.line else ""
        return found.reason + hint
    done = b"\n".join(hunk.new) in encoded(text.decode())
    return f"{found.reason} Its new lines stand there already." if done else found.reason


def changed_paths(diff: str) -> tuple[str, ...]:
    """Every path a diff names, on both sides, for rules about paths."""
    names = []
    for line in diff.splitlines():
        found = _HEAD.match(line)
        if found and found["path"].strip() != _NOTHING:
            names.append(found["path"].strip())
    return tuple(dict.fromkeys(name for name in names if name))
