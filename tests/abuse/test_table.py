"""Every case has its tests, and the page about them says what they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from abuse.abuse_table import CASES, table

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "features" / "security.md"
BEGIN, END = "<!-- cases -->\n", "<!-- end of cases -->\n"


def test_there_is_a_test_for_each_of_the_45_cases() -> None:
    assert [case.number for case in CASES] == list(range(1, 46))
    for case in CASES:
        source = (HERE / f"test_{case.module}.py").read_text("utf-8")
        names = re.findall(r"^(?:async )?def test_((?:\d\d_(?:and_)?)+)", source, re.MULTILINE)
        numbers = {number for name in names for number in re.findall(r"\d\d", name)}
        assert f"{case.number:02}" in numbers, f"case {case.number} has no test"


def test_the_page_has_the_table(request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text("utf-8")
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    wanted = f"{head}{BEGIN}\n{table()}\n{END}{tail}"
    if request.config.getoption("--update"):
        PAGE.write_text(wanted, "utf-8")
    assert PAGE.read_text("utf-8") == wanted
