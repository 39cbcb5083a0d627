"""What came of single tests, and which of their failures a change is to blame for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from redline.core.oversight.sandbox import plain
from redline.core.proposal.model import Failure

Outcome = Literal["passed", "failed", "skipped"]

LINES, WIDTH = 6, 160
"""So much is kept of what a failing test said."""


@dataclass(frozen=True, slots=True)
class OneTest:
    """One test that a runner reported. `id` is what the runner calls it.

    A file that could not be loaded is a failed test whose id is its path. `line` is 1-based,
    0 where unknown; `message` says why it failed.
    """

    id: str
    path: str
    line: int
    outcome: Outcome
    message: str = ""

    @property
    def loading(self) -> bool:
        """Whether a file as a whole failed, before any test in it ran."""
        return self.id == self.path


Report = tuple[OneTest, ...] | str
"""The tests that were reported, or why there is nothing to go by."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The tests with a proposal against those without it.

    `new` fail because of it as far as can be told, `old` failed before, `flaky` failed once
    and passed when they were run again.
    """

    ran: int
    passed: int
    new: tuple[OneTest, ...] = ()
    old: tuple[OneTest, ...] = ()
    flaky: tuple[str, ...] = ()


def failing(tests: Iterable[OneTest]) -> tuple[OneTest, ...]:
    """Those that failed."""
    return tuple(each for each in tests if each.outcome == "failed")


def judged(
    after: Sequence[OneTest], before: Sequence[OneTest], again: Sequence[OneTest] | None
) -> Judged:
    """Compares the tests with a proposal to the failing ones' files without it (`before`).

    `again` are the new failures' files run a second time, None where they were not.
    """
    # Names need not be unique: as many of one are old as failed before.
    known = Counter(each.id for each in failing(before))
    unloaded = {each.path for each in failing(before) if each.loading}
    old: list[OneTest] = []
    new: list[OneTest] = []
    for each in failing(after):
        (old if known[each.id] > 0 or each.path in unloaded else new).append(each)
        known[each.id] -= 1
    still = {each.id for each in failing(again or ())}
    repeated = {each.id for each in again or () if each.outcome == "passed"} - still
    flaky = [each for each in new if each.id in repeated]
    counted = [each for each in after if each.outcome != "skipped"]
    passed = sum(each.outcome == "passed" for each in counted) + len(flaky)
    left = tuple(each for each in new if each not in flaky)
    return Judged(len(counted), passed, left, tuple(old), tuple(each.id for each in flaky))


def added(
    found: Collection[OneTest], before: Collection[OneTest], changed: Collection[str]
) -> bool:
    """Whether all of `found` are tests that the change itself has brought: in files that it
    changes, and not known before.
    """
    known = {each.id for each in before}
    return all(each.path in changed and each.id not in known for each in found)


def failure(test: OneTest) -> Failure:
    """A failed test as a proposal's check names it."""
    return Failure(test.path, test.line, test.message, test.id)


def cut(text: str, most: int = LINES) -> str:
    """The first lines of what a program said, without what could trick a reader."""
    lines = [line.rstrip() for line in plain(text.encode()).splitlines() if line.strip()]
    shown = [line[:WIDTH] for line in lines[:most]]
    return "\n".join([*shown, *(["..."] if len(lines) > most else [])])


def ending(output: bytes, most: int = LINES) -> str:
    """The last lines of a program's output, on one line."""
    lines = [line.strip() for line in plain(output).splitlines() if line.strip()]
    return " | ".join(line[:WIDTH] for line in lines[-most:])
