"""Python's tracebacks: chained ones, groups, and syntax errors without a stack."""

from __future__ import annotations

import re
from collections.abc import Sequence

from redline.core.trouble.model import Found, Spot, Trouble

_HEAD = re.compile(r"^\s*(?:Exception Group )?Traceback \(most recent call last\):$")
_FRAME = re.compile(r'^\s*File "(?P<path>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.+))?$')
_RAISED = re.compile(r"^(?P<kind>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?$")
_GROUP = re.compile(r"^ +[|+][-+]*(?: \d+ -+)? ?")


def read(lines: Sequence[str]) -> list[Found]:
    """Each traceback, in the order of the text: of a chain the cause comes first."""
    plain = [_GROUP.sub("", line) if _GROUP.match(line) else line for line in lines]
    found: list[Found] = []
    at = 0
    while at < len(plain):
        headed = _HEAD.match(plain[at]) is not None
        if headed or _FRAME.match(plain[at]):  # syntax errors are told without a stack
            one = _one(plain, at, headed)
            if one is not None:
                found.append(one)
                at = one.end
                continue
        at += 1
    return found


def _one(lines: Sequence[str], first: int, headed: bool) -> Found | None:
    margin = len(lines[first]) - len(lines[first].lstrip())
    spots: list[Spot] = []
    at = first
    while at < len(lines):
        frame, line = _FRAME.match(lines[at]), lines[at]
        if frame is not None:
            spots.append(Spot(frame["path"], int(frame["line"]), 0, frame["function"] or ""))
        elif at > first and _over(line, margin, spots):
            break
        at += 1
    raised = _RAISED.match(lines[at].strip()) if at < len(lines) else None
    if not spots or not (raised or headed or spots[-1].function):
        return None
    if raised is None:  # the last line was not pasted
        return Found(Trouble("", "error", tuple(reversed(spots))), first, at)
    message = (raised["message"] or "").strip()
    trouble = Trouble(message, raised["kind"], tuple(reversed(spots)))
    return Found(trouble, first, at + 1)


def _over(line: str, margin: int, spots: Sequence[Spot]) -> bool:
    """Whether the frames end with this line: with the error, or with nothing."""
    indent = len(line) - len(line.lstrip())
    if not line.strip():
        return bool(spots)
    return bool(spots) and indent <= margin and not line.lstrip().startswith("File ")
