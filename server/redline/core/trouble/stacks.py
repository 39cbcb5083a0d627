"""Stacks of the JavaScript engine V8, of Java, of Go's and Rust's panics."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from redline.core.trouble.model import Found, Spot, Trouble

_V8 = re.compile(
    r"^\s*(?:at|❯) (?:async )?(?:(?P<function>[^()]+?) \(?)?"
    r"(?P<path>(?:file://|[A-Za-z]:[\\/])?[^\s():]+):(?P<line>\d+):(?P<column>\d+)\)?$"
)
_V8_OTHER = re.compile(r"^\s+at .*(?:node:|<anonymous>|native|index \d)")
_V8_RAISED = re.compile(
    r"^(?:Uncaught )?(?P<kind>[A-Za-z_$][\w$.]*)(?: \[\w+\])?(?:: (?P<message>.*))?$"
)
_V8_HEAD = re.compile(
    r"^(?P<path>(?:file://)?(?:[A-Za-z]:)?[/\\]\S+|\S+\.[cm]?[jt]sx?):(?P<line>\d+)$"
)
_BACK = 12
"""So many lines above a stack its error may stand."""

_JAVA = re.compile(
    r"^\s*at (?:[\w.@-]+/)?(?P<owner>[\w.$]+)\.(?P<function>[\w$<>]+)"
    r"\((?P<file>[\w$]+\.(?:java|kt|scala|groovy)):(?P<line>\d+)\)"
)
_JAVA_ANY = re.compile(r"^\s*(?:at [\w.$/<>@-]+\(.*\)|\.\.\. \d+ (?:more|common).*)$")
_JAVA_RAISED = re.compile(
    r'^(?:Exception in thread "[^"]*" |Caused by: )?'
    r"(?P<kind>(?:[\w$]+\.)+[A-Z][\w$]*)(?:: (?P<message>.*))?$"
)

_GO_PANIC = re.compile(r"^(?:panic|fatal error): (?P<message>.*?)(?: \[recovered\])?$")
_GO_CALL = re.compile(r"^(?P<function>[\w./*()\[\]-]+)\(.*\)$|^created by (?P<creator>\S+).*$")
_GO_AT = re.compile(r"^\s+(?P<path>\S+\.(?:go|s)):(?P<line>\d+)(?: \+0x[0-9a-f]+)?$")

_PANICKED = re.compile(
    r"^thread '(?P<thread>[^']*)'(?: \(\d+\))? panicked at (?:'(?P<said>.*)', )?"
    r"(?P<path>[^\s:][^:]*\.rs):(?P<line>\d+):(?P<column>\d+):?$"
)
_BACKTRACE = re.compile(r"^\s*\d+: (?P<function>\S+)")
_BACKTRACE_AT = re.compile(r"^\s+at (?P<path>\S+?):(?P<line>\d+)(?::(?P<column>\d+))?$")


def v8(lines: Sequence[str]) -> list[Found]:
    """Errors with a stack, as Node and browsers print them."""
    found: list[Found] = []
    for first, end in _runs(lines, lambda line: bool(_V8.match(line) or _V8_OTHER.match(line))):
        frames = [frame for line in lines[first:end] if (frame := _V8.match(line))]
        spots = [_spot(frame) for frame in frames if not frame["path"].startswith("node")]
        above, raised = _above(lines, first, found[-1].end if found else 0, _V8_RAISED)
        if raised is None:
            continue
        head = next(
            (h for line in lines[max(0, above - 6) : above] if (h := _V8_HEAD.match(line))), None
        )
        if head is not None and (_clean(head["path"]), int(head["line"])) not in {
            (spot.path, spot.line) for spot in spots
        }:
            spots.insert(0, Spot(_clean(head["path"]), int(head["line"])))
        if spots:
            trouble = Trouble((raised["message"] or "").strip(), raised["kind"], tuple(spots))
            found.append(Found(trouble, above, end))
    return found


def _spot(frame: re.Match[str]) -> Spot:
    function = (frame["function"] or "").strip().removeprefix("new ").rpartition(".")[2]
    function = "" if function.startswith("<") else function
    return Spot(_clean(frame["path"]), int(frame["line"]), int(frame["column"]), function)


def _clean(path: str) -> str:
    return unquote(path.removeprefix("file://"))


def java(lines: Sequence[str]) -> list[Found]:
    """Exceptions with a stack; of a chain each cause is one."""
    found: list[Found] = []
    for first, end in _runs(lines, lambda line: _JAVA_ANY.match(line) is not None):
        frames = [frame for line in lines[first:end] if (frame := _JAVA.match(line))]
        above, raised = _above(lines, first, found[-1].end if found else 0, _JAVA_RAISED)
        if raised is None or not frames:
            continue
        spots = tuple(
            Spot(_source(frame), int(frame["line"]), 0, frame["function"]) for frame in frames
        )
        kind = raised["kind"].rpartition(".")[2]
        found.append(Found(Trouble((raised["message"] or "").strip(), kind, spots), above, end))
    return found


def _source(frame: re.Match[str]) -> str:
    """The path of a class's source below its root, by its package."""
    package = frame["owner"].rpartition(".")[0].replace(".", "/")
    return f"{package}/{frame['file']}" if package else frame["file"]


def go(lines: Sequence[str]) -> list[Found]:
    """Panics, with the stack of the goroutine that had it."""
    found: list[Found] = []
    for at, line in enumerate(lines):
        panic = _GO_PANIC.match(line)
        if panic is None or (found and at < found[-1].end):
            continue
        spots: list[Spot] = []
        function, after, begun = "", at + 1, False
        while after < len(lines):
            here = lines[after]
            place, call = _GO_AT.match(here), _GO_CALL.match(here)
            if place is not None:
                spots.append(Spot(place["path"], int(place["line"]), 0, function))
            elif call is not None:
                named = call["function"] or call["creator"] or ""
                function = named.rpartition("/")[2].partition(".")[2] or named
            elif here.startswith("goroutine "):
                if begun:
                    break
                begun = True
            elif here.strip() and not here.startswith(("[signal", "\t", " ")):
                break
            after += 1
        # What panics are raised with stands above what raised them.
        own = [spot for spot in spots if "/src/runtime/" not in spot.path]
        found.append(Found(Trouble(panic["message"].strip(), "panic", tuple(own)), at, after))
    return found


def rust(lines: Sequence[str]) -> list[Found]:
    """Panics, with their backtrace where there is one."""
    found: list[Found] = []
    for at, line in enumerate(lines):
        panicked = _PANICKED.match(line)
        if panicked is None:
            continue
        after = at + 1
        message = panicked["said"] or ""
        if not message and after < len(lines) and not lines[after].startswith(("note:", "stack")):
            message, after = lines[after].strip(), after + 1
        spots = [Spot(panicked["path"], int(panicked["line"]), int(panicked["column"]))]
        more, after = _backtrace(lines, after)
        named = next(
            (s.function for s in more if (s.path, s.line) == (_bare(spots[0].path), spots[0].line)),
            "",
        )
        spots[0] = Spot(spots[0].path, spots[0].line, spots[0].column, named)
        spots += [
            each
            for each in more
            if each.line != spots[0].line or not each.path.endswith(_bare(spots[0].path))
        ]
        thread = panicked["thread"]
        tests = (thread,) if thread not in ("main", "<unnamed>", "") else ()
        found.append(Found(Trouble(message, "panic", tuple(spots), tests), at, after))
    return found


def _bare(path: str) -> str:
    return path.removeprefix("./")


def _backtrace(lines: Sequence[str], at: int) -> tuple[list[Spot], int]:
    spots: list[Spot] = []
    function = ""
    while at < len(lines):
        call, place = _BACKTRACE.match(lines[at]), _BACKTRACE_AT.match(lines[at])
        if place is not None:
            where = int(place["line"]), int(place["column"] or 0)
            if not place["path"].startswith("/rustc/"):
                spots.append(Spot(_bare(place["path"]), *where, function.rpartition("::")[2]))
        elif call is not None:
            function = call["function"]
        elif not lines[at].startswith(("stack backtrace", "note:")):
            break
        at += 1
    return spots, at


def _runs(lines: Sequence[str], of: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Where lines that are `of` a kind follow each other."""
    runs: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        if not of(line):
            continue
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs


def _above(
    lines: Sequence[str], first: int, least: int, raised: re.Pattern[str]
) -> tuple[int, re.Match[str] | None]:
    """The line above a stack that says what happened."""
    for at in range(first - 1, max(least, first - _BACK) - 1, -1):
        found = raised.match(lines[at].strip())
        if found is not None and (found["message"] is not None or found["kind"][:1].isupper()):
            return at, found
    return first, None
