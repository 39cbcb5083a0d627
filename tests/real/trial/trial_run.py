"""Refactorings drawn at random in real projects, by Redline, rope and jedi, judged by the
projects' own tests.

    python tests/real/trial [--project NAME ...] [--tool NAME ...] [--seed N] [--cache FOLDER]
        [--write]

For each project: its source distribution, a virtual environment, its suite as it is (twice)
and with coverage; then 10 renames, 5 extractions, 5 changes of signature and 5 moves of what
the tests run, drawn by the seed. Each tool is asked for each; what it proposes is laid over
the sources as distributed, and the whole suite is run. What was done is kept in the cache, so
that a trial that was stopped goes on where it was; what Redline answers is asked anew.

Prints a summary; `--write` writes docs/refactoring-trial.json and the page made of it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from trial_answers import COUNTS
from trial_checkout import Broken, set_up
from trial_draws import drawn
from trial_judge import Row, baseline, judged
from trial_page import Trial, page, summary
from trial_subjects import QUICK, SUBJECTS, Subject
from trial_tools import OFFERS, PEERS, Tool, answers, tools

__all__ = ["CACHE", "COUNTS", "DOCS", "QUICK", "SEED", "main", "rows", "tools", "trial"]

SEED = 20_261
AT_ONCE = 2
CACHE = Path(tempfile.gettempdir()).resolve() / "redline-trial"
DOCS = Path(__file__).parents[3] / "docs"


def trial(subject: Subject, asked: Sequence[Tool], seed: int, cache: Path) -> Iterator[Row]:
    """The rows of one project. Raises `Broken`."""
    checkout = set_up(subject, cache)
    before = baseline(checkout)
    covered = checkout.covered()
    checkout.reset()
    items = drawn(checkout.sources(), covered, seed, subject.name)
    for tool in asked:
        for item, answer in answers(tool, checkout, items):
            yield judged(checkout, before, tool.name, item, answer)
    checkout.reset()


def rows(names: Sequence[str], asked: Sequence[Tool], seed: int, cache: Path) -> list[Row]:
    """The rows of several projects, two of them at once; says on stderr how it goes."""

    def one(name: str) -> list[Row]:
        found: list[Row] = []
        try:
            for row in trial(SUBJECTS[name], asked, seed, cache):
                found.append(row)
                sys.stderr.write(f"{row.project}: {row.tool}: {row.words}: {row.came} {row.why}\n")
        except Broken as broken:
            sys.stderr.write(f"{name}: {broken}\n")
            return []
        return found

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [row for found in pool.map(one, names) for row in found]


def main() -> int:
    """Exit code 1 when something that Redline proposed breaks a project's tests."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", action="append", choices=sorted(SUBJECTS))
    parser.add_argument("--tool", action="append", choices=sorted(OFFERS))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--write", action="store_true", help="write the page of the docs")
    options = parser.parse_args()
    cache = options.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    every = [each for each in tools(cache) if each.name in (options.tool or OFFERS)]
    names = options.project or sorted(SUBJECTS)
    found = rows(names, every, options.seed, cache)
    subjects = {row.project: SUBJECTS[row.project].version for row in found}
    made = Trial(options.seed, subjects, PEERS, tuple(found))
    if options.write:
        (DOCS / "refactoring-trial.json").write_text(made.as_json(), "utf-8")
        (DOCS / "refactoring-trial.md").write_text(page(made), "utf-8")
    print(summary(made))
    return int(any(row.came == "failed" and row.tool == "redline" for row in found))
