"""Everyday phrases, each said to a real session; `docs/phrases.md` is made of what came."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from phrase_runs import Row, page, rows, said, written

FILE = Path(__file__).parent / "phrases.txt"
PAGE = Path(__file__).parents[2] / "docs" / "phrases.md"
ROWS = rows(FILE.read_text("utf-8"))
LEAST = 80

Came = dict[Row, tuple[str, str]]


@pytest.fixture(scope="module")
def came(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Came:
    """What comes of each phrase; `pytest --update` writes it into the file and the page."""
    found = dict(zip(ROWS, said(ROWS, tmp_path_factory.mktemp("project")), strict=True))
    if request.config.getoption("--update"):
        FILE.write_text(written(FILE.read_text("utf-8"), list(found.values())), "utf-8")
        PAGE.write_text(page(rows(FILE.read_text("utf-8"))), "utf-8")
    return found


def now(came: Came) -> list[Row]:
    """The rows as the file has them, `--update` or not."""
    return rows(FILE.read_text("utf-8"))


@pytest.mark.parametrize("at", range(len(ROWS)), ids=[row.request for row in ROWS])
def test_phrase(at: int, came: Came) -> None:
    row = now(came)[at]
    assert came[ROWS[at]] == (row.outcome, row.what)


def test_the_page_is_what_came_of_them(came: Came) -> None:
    assert PAGE.read_text("utf-8") == page(now(came))


def test_there_are_phrases_of_every_outcome(came: Came) -> None:
    outcomes = Counter(row.outcome for row in now(came))
    assert sum(outcomes.values()) >= LEAST
    assert set(outcomes) == {
        "done", "answered", "refused", "asked", "asked, then done", "asked, then refused"
    }  # fmt: skip
