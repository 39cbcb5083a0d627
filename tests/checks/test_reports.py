"""What runners report is read as data; `reports/` holds what each of them wrote.

Those of pytest, vitest, jest, mocha, node and cargo were recorded, go's is after its manual.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from redline.core.checks.reports import UNREADABLE, read
from redline.core.checks.runners import COUNTED
from redline.core.checks.tested import Judged, OneTest, added, cut, judged

REPORTS = sorted((Path(__file__).parent / "reports").iterdir())


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.stem)
def test_a_report_gives_each_test_its_outcome(report: Path, request: pytest.FixtureRequest) -> None:
    found = read(report.stem, report.read_bytes(), "/home/me/project")
    assert not isinstance(found, str)
    rows = [[t.id, t.path, t.line, t.outcome, t.message] for t in found]
    shown = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    golden = Path(__file__).parent / "reported" / f"{report.stem}.jsonl"
    if request.config.getoption("--update"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(shown, "utf-8")
    assert shown == golden.read_text("utf-8")


@pytest.mark.parametrize("kind", sorted(COUNTED - {"go", "cargo"}))
@pytest.mark.parametrize(
    "report",
    [
        *(b"", b"no report", b"[1]", b"{", b"null", b'{"tests": 1}', b"[" * 100_000),
        b'<!DOCTYPE x [<!ENTITY a "b">]><testsuites/>',
        b"<testsuite>" * 100_000 + b"</testsuite>" * 100_000,
    ],
    ids=range(9),
)
def test_what_is_no_report_is_no_pass(kind: str, report: bytes) -> None:
    assert read(kind, report, "/home/me/project") in (UNREADABLE, ())


@pytest.mark.parametrize("kind", ["go", "cargo"])
def test_output_without_tests_has_none(kind: str) -> None:
    assert read(kind, b"no report\n{}\n[]\n", "/home/me/project") == ()


def test_titles_that_are_not_unique_are_told_apart_by_file() -> None:
    def test(file: str) -> dict[str, object]:
        return {"fullTitle": "same", "file": f"/p/{file}", "err": {}}

    value = {"tests": [test("a.js"), test("b.js")], "passes": [test("a.js")], "pending": []}
    found = read("mocha", json.dumps(value).encode(), "/p")
    assert [(each.path, each.outcome) for each in found if isinstance(each, OneTest)] == [
        ("a.js", "passed"),
        ("b.js", "failed"),
    ]


GOOD = OneTest("t::good", "t.py", 1, "passed")
BAD = OneTest("t::bad", "t.py", 2, "failed", "no")
SKIPPED = OneTest("t::later", "t.py", 3, "skipped")
UNLOADED = OneTest("t.py", "t.py", 1, "failed", "no")
MENDED = OneTest("t::bad", "t.py", 2, "passed")


@pytest.mark.parametrize(
    ("after", "before", "again", "found"),
    [
        ((GOOD, SKIPPED), (), None, Judged(1, 1)),
        ((GOOD, BAD), (), None, Judged(2, 1, new=(BAD,))),
        ((GOOD, BAD), (BAD,), None, Judged(2, 1, old=(BAD,))),
        ((BAD, BAD), (BAD,), None, Judged(2, 0, new=(BAD,), old=(BAD,))),
        ((GOOD, BAD), (MENDED,), (BAD,), Judged(2, 1, new=(BAD,))),
        ((GOOD, BAD), (MENDED,), (MENDED,), Judged(2, 2, flaky=("t::bad",))),
        ((GOOD, BAD), (MENDED,), (MENDED, BAD), Judged(2, 1, new=(BAD,))),
        ((GOOD, BAD), (MENDED,), (), Judged(2, 1, new=(BAD,))),
        ((GOOD, BAD), (UNLOADED,), None, Judged(2, 1, old=(BAD,))),
        ((UNLOADED,), (GOOD,), None, Judged(1, 0, new=(UNLOADED,))),
    ],
)
def test_what_failed_before_is_old(
    after: tuple[OneTest, ...],
    before: tuple[OneTest, ...],
    again: tuple[OneTest, ...] | None,
    found: Judged,
) -> None:
    assert judged(after, before, again) == found


def test_a_test_is_brought_by_a_change_only_if_it_is_new_in_a_file_it_changes() -> None:
    assert added([BAD], [], {"t.py"})
    assert not added([BAD], [MENDED], {"t.py"})
    assert not added([BAD], [], {"other.py"})


def test_messages_are_cut_and_cannot_trick_a_reader() -> None:
    text = "\x1b[31mred\u202e\n\n" + "x" * 500 + "\n" + "y\n" * 20
    assert cut(text, 3) == "red\n" + "x" * 160 + "\ny\n..."
