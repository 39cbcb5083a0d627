"""The projects of the trial: source distributions with tests, pure Python, quick suites."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """One project: what its tests need, and which of them run. `code`: folders of the product."""

    name: str
    version: str
    code: tuple[str, ...]
    tests: tuple[str, ...]
    needs: tuple[str, ...] = ()


SUBJECTS = {
    each.name: each
    for each in (
        Subject("boltons", "26.2.0", ("boltons",), ("tests",)),
        Subject("cachetools", "8.0.1", ("src",), ("tests",)),
        Subject("click", "8.5.1", ("src",), ("tests",)),
        Subject("humanize", "4.17.0", ("src",), ("tests",), ("freezegun", "pytest-benchmark")),
        Subject("itsdangerous", "2.2.0", ("src",), ("tests",), ("freezegun",)),
        Subject("marshmallow", "4.4.0", ("src",), ("tests",), ("simplejson",)),
        Subject("mistune", "3.4.0", ("src",), ("tests", "-k", "not linear")),
        Subject("parso", "0.8.7", ("parso",), ("test",)),
        Subject("portion", "2.6.3", ("portion",), ("tests",), ("pytest-benchmark",)),
        Subject("tinydb", "4.9.0", ("tinydb",), ("tests",), ("pyyaml",)),
        Subject("tomlkit", "0.15.2", ("tomlkit",), ("tests",), ("pyyaml",)),
        Subject("toolz", "1.2.0", ("toolz",), ("toolz",)),
        Subject("voluptuous", "0.16.0", ("voluptuous",), ("voluptuous",)),
    )
}
QUICK = ("itsdangerous", "cachetools")
