"""What test runners print of failures: pytest's long and short form and summary, Go's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redline.core.trouble.model import PATH, Found, Spot, Trouble

_TITLE = re.compile(r"^_{3,} (?P<name>.+?) _{3,}$")
_RULE = re.compile(r"^={3,}.*={3,}$|^-+ Captured .* -+$")
_SHORT = re.compile(rf"^(?P<path>{PATH}):(?P<line>\d+): in (?P<function>.+)$")
_LONG = re.compile(rf"^(?P<path>{PATH}):(?P<line>\d+): ?(?P<kind>[A-Za-z_][\w.]*)?$")
_DEFINED = re.compile(r"^[> ]\s*(?:async )?def (?P<name>\w+)")
_SAID = re.compile(r"^E(?: {2,}|\t)(?P<words>\S.*)$")
_RAISED = re.compile(r"^(?P<kind>[A-Za-z_][\w.]*(?:Error|Exception|Warning|Exit|Interrupt)): ?")
_SUMMARY = re.compile(
    r"^(?P<how>FAILED|ERROR) (?P<test>[^\s:]+(?:::\S+(?:\[.*?\])?)?)(?: - (?P<said>.*))?$"
)
_COLLECTING = re.compile(r"^ERROR (?:collecting|at \w+ of) (?P<path>\S+)$")

_GO_TEST = re.compile(r"^\s*--- FAIL: (?P<name>\S+)")
_GO_SAID = re.compile(r"^\s+(?P<path>[\w./-]+\.go):(?P<line>\d+): (?P<said>.*)$")


def pytest(lines: Sequence[str]) -> list[Found]:
    """The failures that pytest tells at length, then those of the summary alone."""
    if not any(_SAID.match(line) or _SUMMARY.match(line) for line in lines):
        return []
    found = [one for first, end in _sections(lines) if (one := _section(lines, first, end))]
    for at, line in enumerate(lines):
        summed = _SUMMARY.match(line)
        if summed is None:
            continue
        named = summed["test"].replace("\\", "/")
        known = next((each for each in found if _same(each.trouble, named)), None)
        if known is None:
            said = summed["said"] or ""
            kind, message = _parted(
                said, "AssertionError" if summed["how"] == "FAILED" else "error"
            )
            spot = (Spot(named.partition("::")[0], 0),)
            found.append(Found(Trouble(message, kind, spot, (named,)), at, at + 1))
    return found


def _same(trouble: Trouble, named: str) -> bool:
    return any(each == named or named.startswith(f"{each}[") for each in trouble.tests)


def _sections(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where each failure begins and ends; all of it where there is no title."""
    cuts = [at for at, line in enumerate(lines) if _TITLE.match(line)]
    if not cuts:
        yield 0, len(lines)
        return
    for first, after in zip(cuts, [*cuts[1:], len(lines)], strict=True):
        rules = (at for at in range(first + 1, after) if _RULE.match(lines[at]))
        yield first, next(rules, after)


def _section(lines: Sequence[str], first: int, end: int) -> Found | None:
    title = _TITLE.match(lines[first])
    name = title["name"] if title is not None else ""
    spots: list[Spot] = []
    said: list[str] = []
    kind = function = ""
    for line in lines[first:end]:
        short, long, words = _SHORT.match(line), _LONG.match(line), _SAID.match(line)
        defined = _DEFINED.match(line)
        if short is not None:
            spots.append(Spot(short["path"], int(short["line"]), 0, short["function"]))
        elif long is not None:
            spots.append(Spot(long["path"], int(long["line"]), 0, function))
            kind = long["kind"] or kind
        elif words is not None:
            said.append(words["words"].strip())
        elif defined is not None:
            function = defined["name"]
    if not said:
        return None
    kind, message = _raised(said, kind or "AssertionError")
    tests = _tests(name, spots)
    return Found(Trouble(message, kind, tuple(reversed(spots)), tests), first, end)


def _raised(said: Sequence[str], kind: str) -> tuple[str, str]:
    """The error, which is the last of what was said where an import failed."""
    for line in said if kind == "AssertionError" else (*reversed(said), said[0]):
        if _RAISED.match(line):
            return _parted(line, kind)
    return kind, said[0]


def _parted(said: str, kind: str) -> tuple[str, str]:
    raised = _RAISED.match(said)
    return (raised["kind"], said[raised.end() :].strip()) if raised else (kind, said.strip())


def _tests(name: str, spots: Sequence[Spot]) -> tuple[str, ...]:
    """The test of a title; a file that could not be loaded stands for all in it."""
    collecting = _COLLECTING.match(name)
    if collecting is not None and not spots:
        return (collecting["path"].replace("\\", "/"),)
    if collecting is not None and "collecting" in name:
        return (collecting["path"].replace("\\", "/"),)
    test = collecting["path"] if collecting is not None else name
    if not spots or not test:
        own = next((s for s in spots if s.function.startswith("test")), None)
        return (f"{own.path}::{own.function}",) if own is not None else ()
    base = test.partition("[")[0].replace(".", "::")
    return (spots[0].path.replace("\\", "/") + "::" + base + test[len(base.replace("::", ".")) :],)


def go(lines: Sequence[str]) -> list[Found]:
    """The tests that `go test` says failed, each with what it said first."""
    found: list[Found] = []
    for at, line in enumerate(lines):
        failed = _GO_TEST.match(line)
        if failed is None:
            continue
        after = at + 1
        rows = []
        while after < len(lines) and not _GO_TEST.match(lines[after]):
            said = _GO_SAID.match(lines[after])
            if said is None:
                break
            rows.append(said)
            after += 1
        if rows:
            spots = tuple(Spot(row["path"], int(row["line"])) for row in rows)
            trouble = Trouble(rows[0]["said"].strip(), "FAIL", spots, (failed["name"],))
            found.append(Found(trouble, at, after))
    return found
