"""`redline rollback`: any run, later, over other edits, and the rollback itself as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli_support import tree

SCRIPT = """\
call plan {"steps": ["refactorer: move the prices"]}
call rename_file {"path": "shop/rates.py", "new_path": "shop/money/rates.py"}
call edit {"path": "shop/money/rates.py", "search": "self.cents < 0", "replace": "0 > self.cents"}
call create_file {"path": "docs/prices.md", "content": "# Prices\\n"}
call delete_file {"path": "shop/receipt.py"}
call edit {"path": "README.md", "search": "# ", "replace": "# The "}
call propose {"title": "Move the prices"}
"""


@pytest.fixture
def model(project: Path) -> tuple[str, str]:
    script = project.parent / "script.txt"
    script.write_text(SCRIPT)
    (project / "README.md").write_text("# Shop\n")
    (project / "shop" / "rates.py").write_text((project / "shop" / "prices.py").read_text())
    return "--model", f"scripted:{script}"


def runs(redline) -> dict[str, str]:
    """The state of every run by its instruction, oldest first."""
    found = json.loads(redline("runs", "--json").out)
    return {each["instruction"]: each["state"] for each in reversed(found)}


def last_run(redline) -> str:
    return str(json.loads(redline("runs", "--json").out)[0]["run"])


def test_a_rollback_is_rolled_back_and_the_run_stands_as_before(
    redline, project: Path, model
) -> None:
    before = tree(project)
    assert redline("ask", "move the prices", *model, "--apply").code == 0
    after, run = tree(project), last_run(redline)
    for _ in range(2):  # each process knows only what the one before it wrote down
        done = redline("rollback", run)
        back = last_run(redline)
        assert (done.code, back in done.err, back != run) == (0, True, True)
        assert tree(project) == before
        assert (redline("rollback", back).code, redline("rollback", back).code) == (0, 1)
        assert tree(project) == after
    said = redline("replay", back, "--json")
    same = {"run": back, "same": True, "state": "proposed", "problems": [], "changed": []}
    assert json.loads(said.out) == same


def test_a_rollback_is_rolled_back_over_other_edits(redline, project: Path) -> None:
    assert redline("ask", "rename Basket to ShoppingCart", "--apply").code == 0
    run, basket = last_run(redline), project / "shop" / "basket.py"
    after = basket.read_text()
    assert redline("rollback", run).code == 0
    basket.write_text("# mine\n" + basket.read_text() + "\n# also mine\n")
    assert redline("rollback", last_run(redline)).code == 0
    assert basket.read_text() == "# mine\n" + after + "\n# also mine\n"


def test_a_hunk_whose_lines_were_edited_stays_out(redline, project: Path) -> None:
    assert redline("ask", "rename Basket to ShoppingCart", "--apply").code == 0
    after = tree(project)
    assert redline("rollback", last_run(redline)).code == 0
    basket = project / "shop" / "basket.py"
    basket.write_text(basket.read_text().replace("class Basket:", "class Basket:  # mine"))
    done = redline("rollback", last_run(redline))
    assert done.code == 1 and "1 not: their lines have changed" in done.err
    assert "class Basket:  # mine" in basket.read_text()
    now = {**tree(project), "shop/basket.py": b""}
    assert now == {**after, "shop/basket.py": b""}


def test_a_rollback_is_a_run_in_the_list(redline) -> None:
    assert redline("ask", "rename Basket to ShoppingCart", "--apply").code == 0
    run = last_run(redline)
    assert redline("rollback", run).code == 0
    assert list(runs(redline).values()) == ["done", "done"]
    assert list(runs(redline))[1].endswith(f"(run {run})")
    shown = redline("show", last_run(redline))
    assert shown.code == 0 and "Roll back: " in shown.out
