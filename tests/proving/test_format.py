"""A file that the project's formatter has been over is to stay so; others are left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from proving_support import PLAN, PROPOSE, PYTHON, edit, run, written

from redline.core.proposal.model import Check, Failure
from redline.core.settings import Settings

CART = "shop/cart.py"
RULES = {"ruff.toml": 'lint.select = ["F"]\n'}
UGLY = PLAN + edit(CART, "    return sum(prices)", "    return sum( prices )") + PROPOSE
NICE = PLAN + edit(CART, "    return sum(prices)", "    return sum(iter(prices))") + PROPOSE
OFF = Settings(check_python=PYTHON, check_tests="off")
AT_2 = Failure(CART, 2, "would be formatted otherwise")


@pytest.mark.parametrize(
    ("files", "script", "found"),
    [
        (RULES, NICE, Check("format", "1 file", "passed", "no new problems", 0.0)),
        (RULES, UGLY, Check("format", "1 file", "failed", str(AT_2), 0.0, failures=(AT_2,))),
        ({}, UGLY, None),
        ({**RULES, CART: "def total(prices):\n    return sum(prices)\n\nX  = 1\n"}, UGLY, None),
    ],
    ids=["kept", "lost", "no rules", "not formatted before"],
)
async def test_layout_is_kept_where_there_was_one(
    tmp_path: Path, files: dict[str, str], script: str, found: Check | None
) -> None:
    root = written(tmp_path / "project", **files)
    ended = await run(root, script, settings=OFF)
    assert ended.state.proposal is not None
    checks = {each.name: replace(each, seconds=0.0) for each in ended.state.proposal.checks}
    assert checks.get("format") == found
    assert ended.state.proposal.risk == "medium"  # as for any generated change
