"""What compilers and linters print: one message a line, or with an arrow to its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from redline.core.trouble.model import PATH, Found, Spot, Trouble

_ARROW = re.compile(rf"^\s*--> (?P<path>{PATH}):(?P<line>\d+):(?P<column>\d+)\s*$")
_HEADED = re.compile(
    r"^(?:(?P<level>error|warning)(?:\[(?P<code>[\w:-]+)\])?: |(?P<rule>[A-Z]+\d+)(?: \[\*\])? )"
    r"(?P<message>.+)$"
)
_TSC = re.compile(
    r"^(?P<path>[^\s(][^(]*\.[cm]?[jt]sx?)"
    r"(?:\((?P<line>\d+),(?P<column>\d+)\):|:(?P<l>\d+):(?P<c>\d+) -)"
    r" (?P<level>error|warning) (?P<code>TS\d+): (?P<message>.+)$"
)
_LINE = re.compile(
    rf"^(?P<path>{PATH}):(?P<line>\d+)(?::(?P<column>\d+))?:? "
    r"(?:(?P<level>(?:fatal )?error|warning|note|info|hint)(?:\[(?P<code>[\w-]+)\])?:? )?"
    r"(?P<message>\S.*)$"
)
_RULED = re.compile(r"^(?P<code>[A-Z]{1,4}\d{1,5})(?: \[\*\])? (?P<message>.+)$")
_TAIL = re.compile(r"\s+\[(?P<code>[\w/@-]+)\]$")
_IN_FUNCTION = re.compile(
    rf"^{PATH}: In (?:member )?(?:function|constructor) ['‘`](?P<name>[^'’`]+)"
)
_ESLINT_FILE = re.compile(rf"^(?P<path>{PATH})$")
_ESLINT = re.compile(
    r"^\s+(?P<line>\d+):(?P<column>\d+)\s+(?P<level>error|warning)\s+(?P<message>.+?)(?:\s{2,}(?P<code>\S+))?$"
)


def arrows(lines: Sequence[str]) -> list[Found]:
    """Messages with `--> path:line:column` below them, as rustc, ruff and ty write."""
    found: list[Found] = []
    for at, line in enumerate(lines):
        arrow = _ARROW.match(line)
        if arrow is None or at == 0:
            continue
        head = _HEADED.match(lines[at - 1])
        if head is None:
            continue
        spot = Spot(arrow["path"], int(arrow["line"]), int(arrow["column"]))
        kind = head["code"] or head["rule"] or head["level"]
        end = at + 1
        while end < len(lines) and re.match(r"^\s*(?:\d+\s*)?[|=]|^\s*\.\.\.", lines[end]):
            end += 1
        found.append(Found(Trouble(head["message"].strip(), kind, (spot,)), at - 1, end))
    return found


def typescript(lines: Sequence[str]) -> list[Found]:
    """Messages of the TypeScript compiler, plain or pretty."""
    found: list[Found] = []
    for at, line in enumerate(lines):
        one = _TSC.match(line)
        if one is not None:
            where = int(one["line"] or one["l"]), int(one["column"] or one["c"])
            trouble = Trouble(one["message"].strip(), one["code"], (Spot(one["path"], *where),))
            found.append(Found(trouble, at, at + 1))
    return found


def eslint(lines: Sequence[str]) -> list[Found]:
    """Messages below the name of their file."""
    found: list[Found] = []
    path = ""
    for at, line in enumerate(lines):
        named, one = _ESLINT_FILE.match(line), _ESLINT.match(line)
        path = named["path"] if named else path if line.strip() else ""
        if one is not None and path:
            spot = Spot(path, int(one["line"]), int(one["column"]))
            kind = one["code"] or one["level"]
            found.append(Found(Trouble(one["message"].strip(), kind, (spot,)), at, at + 1))
    return found


def plain(lines: Sequence[str]) -> list[Found]:
    """`path:line:column: message`, with a level and a code or without: gcc, clang, go, javac,
    mypy, ruff and many more. What is a note on the line before is none of its own.
    """
    found: list[Found] = []
    function = ""
    for at, line in enumerate(lines):
        inside = _IN_FUNCTION.match(line)
        function = inside["name"] if inside is not None else function
        one = _LINE.match(line)
        if one is None or one["level"] in ("note", "info", "hint"):
            continue
        message, code = one["message"].strip(), one["code"] or ""
        ruled, tail = _RULED.match(message), _TAIL.search(message)
        if ruled is not None:
            code, message = ruled["code"], ruled["message"]
        elif tail is not None and not code:
            code, message = tail["code"], message[: tail.start()]
        spot = Spot(one["path"], int(one["line"]), int(one["column"] or 0), _bare(function))
        kind = code or one["level"] or "error"
        found.append(Found(Trouble(message, kind, (spot,)), at, at + 1))
    return found


def _bare(function: str) -> str:
    """The name in a C declaration such as `int total(int *)`."""
    return function.partition("(")[0].rpartition(" ")[2].lstrip("*")
