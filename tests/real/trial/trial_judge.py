"""What a project's own tests say of the answers."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from trial_answers import Answer, Item
from trial_checkout import Broken, Checkout, Files, Outcomes, digest

ORDER = ("failed", "skipped", "passed")
SHOWN = 3
MOST = 300
_FOLDERS = re.compile(r"(?<![\w.])/(?:[^\s/]+/)+")
CHANCE = 10
"""Where so few tests say less than before, it may be by chance: the suite is run once more."""


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one request to one tool: `came` is kept, refused or failed."""

    project: str
    tool: str
    kind: str
    how: str
    words: str
    came: str
    why: str
    files: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the tests say of the sources as distributed, and which do not always say the same."""

    outcomes: Outcomes
    unsteady: frozenset[str]
    seconds: float

    @property
    def patience(self) -> float:
        """Seconds after which a run of the suite has hung."""
        return 60 + 6 * self.seconds


@dataclass(frozen=True, slots=True)
class Worse:
    """The tests that say less than before, and what became of those with another name."""

    tests: tuple[str, ...] = ()
    others: str = ""

    @property
    def said(self) -> str:
        """In words; '' where nothing is worse."""
        parts = [self.others] if self.others else []
        if self.tests:
            rest = len(self.tests) - SHOWN
            more = f" and {rest} more" if rest > 0 else ""
            count = f"{len(self.tests)} test" + "s" * (len(self.tests) > 1)
            parts.insert(0, f"{count} no longer pass: {', '.join(self.tests[:SHOWN])}{more}")
        return "; ".join(parts)


def baseline(checkout: Checkout) -> Baseline:
    """Two runs of the suite. Raises `Broken` where it does not run."""
    kept = checkout.home / "baseline.json"
    if not kept.exists():
        checkout.reset()
        began = monotonic()
        one = checkout.suite()
        seconds = monotonic() - began
        two = checkout.suite()
        if not {"passed"} & set(one.values()):
            raise Broken(f"{checkout.subject.name}: its tests do not run here: {dict(one)}"[:500])
        differ = [name for name in one.keys() | two.keys() if one.get(name) != two.get(name)]
        kept.write_text(json.dumps([dict(one), sorted(differ), round(seconds, 1)]), "utf-8")
    outcomes, unsteady, seconds = json.loads(kept.read_text("utf-8"))
    return Baseline(outcomes, frozenset(unsteady), seconds)


def judged(checkout: Checkout, before: Baseline, tool: str, item: Item, answer: Answer) -> Row:
    """The row of one answer; the suite is run where it must be."""
    about = (checkout.subject.name, tool, item.kind, item.how, item.words)
    if answer.refused:
        return Row(*about, "refused", _short(answer.refused), 0)
    wrong = worse(before, suite_with(checkout, answer.files, before, 1))
    if wrong.said and len(wrong.tests) <= CHANCE:
        wrong = worse(before, suite_with(checkout, answer.files, before, 2))
    came = "failed" if wrong.said else "kept"
    return Row(*about, came, _short(wrong.said), len(answer.files))


def _short(text: str) -> str:
    """The first line, without the folders that are of this machine."""
    lines = text.strip().splitlines() or [""]
    return _FOLDERS.sub("", lines[0])[:MOST]


def suite_with(checkout: Checkout, files: Files, before: Baseline, run: int) -> Outcomes:
    """What the tests say of other contents. Two tools that write the same are judged once."""
    kept = checkout.home / "results" / f"{digest(files)}-{run}.json"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        checkout.with_files(files)
        outcomes = dict(checkout.suite(before.patience))
        checkout.reset()
        kept.write_text(json.dumps(outcomes), "utf-8")
    found: Mapping[str, str] = json.loads(kept.read_text("utf-8"))
    return found


def worse(before: Baseline, now: Outcomes) -> Worse:
    """What the tests say less than before.

    A test may be called otherwise afterwards (a class in its name was renamed): those that
    are gone and those that are new are compared by their numbers.
    """
    if "" in now:
        return Worse(others=f"the suite does not run: {now['']}")
    was = {k: v for k, v in before.outcomes.items() if k not in before.unsteady}
    now = {k: v for k, v in now.items() if k not in before.unsteady}
    bad = sorted(k for k in was.keys() & now.keys() if _rank(now[k]) < _rank(was[k]))
    gone = Counter(was[name] for name in was.keys() - now.keys())
    new = Counter(now[name] for name in now.keys() - was.keys())
    less = new["failed"] > gone["failed"] or new["passed"] < gone["passed"]
    return Worse(tuple(bad), f"instead of {dict(gone)} there are {dict(new)}" if less else "")


def _rank(outcome: str) -> int:
    return ORDER.index(outcome)
