"""Problems that a change brings: those after it that were not there before.

A problem is known again by its file, its code and its words, and by the text of its line,
so that lines that have only moved are the same, to another file too. A name that was
renamed stands under its new one in the words, which makes an old problem look new: such pairs
are matched by line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from redline.core.text.edits import Edit


@dataclass(frozen=True, slots=True)
class Problem:
    """What a tool says is wrong: `line` is 1-based, `text` what stands there."""

    path: str
    line: int
    code: str
    message: str
    text: str = ""

    def __str__(self) -> str:
        code = f"{self.code} " if self.code else ""
        return f"{self.path}:{self.line} {code}{self.message}"


LineMap = Mapping[str, Mapping[int, int]]
"""By path, where lines of the text before are in the text after."""


def _not_elsewhere(
    left: Iterable[Problem], gone: Counter[tuple[str, str, str, str]]
) -> list[Problem]:
    """Those of `left` that did not come here, line and all, from where one is `gone`."""
    others: Counter[tuple[str, ...]] = Counter()
    for (_, *said), count in gone.items():
        others[tuple(said)] += count
    found: list[Problem] = []
    for problem in left:
        said = [problem.code, problem.message, problem.text.strip()]
        if others[tuple(said)] > 0:
            others[tuple(said)] -= 1
        else:
            found.append(problem)
    return found


def new_problems(
    before: Iterable[Problem], after: Iterable[Problem], moved: LineMap
) -> tuple[Problem, ...]:
    """The problems of `after` that `before` has nothing for, in order."""
    same = Counter((p.path, p.code, p.message, p.text.strip()) for p in before)
    left: list[Problem] = []
    for problem in after:
        key = (problem.path, problem.code, problem.message, problem.text.strip())
        if same[key] > 0:
            same[key] -= 1
        else:
            left.append(problem)
    left = _not_elsewhere(left, same)
    places = Counter((p.path, moved.get(p.path, {}).get(p.line, p.line), p.code) for p in before)
    for problem in after:
        if problem not in left:
            places[problem.path, problem.line, problem.code] -= 1
    found: list[Problem] = []
    for problem in left:
        place = (problem.path, problem.line, problem.code)
        if places[place] > 0:
            places[place] -= 1
        else:
            found.append(problem)
    return tuple(found)


def line_map(starts: list[int], edits: Iterable[Edit], starts_after: list[int]) -> dict[int, int]:
    """Where each line (1-based) of a text is after `edits`.

    `starts` are the line starts before, `starts_after` those after; bytes throughout.
    """
    made = sorted(edits)
    result: dict[int, int] = {}
    at = growth = 0
    for number, start in enumerate(starts, 1):
        while at < len(made) and made[at].span.end <= start:
            growth += made[at].growth
            at += 1
        result[number] = bisect_right(starts_after, max(0, start + growth))
    return result
