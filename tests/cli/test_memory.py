"""`redline memory`: what is remembered is the user's, to read, to edit, to take away."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest


def memos(redline) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(redline("memory", "list", "--json").out)
    return found


def test_a_rule_is_added_shown_edited_and_forgotten(
    redline, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert memos(redline) == []
    added = redline("memory", "add", "Prices are whole cents.")
    id_, file = added.out.split()
    assert (added.code, id_) == (0, "rule-prices-whole-cents")
    assert Path(file).stat().st_mode & 0o777 == 0o600
    assert str(project) not in file
    shown = json.loads(redline("memory", "show", id_, "--json").out)
    assert (shown["kind"], shown["text"], shown["used"]) == ("rule", "Prices are whole cents.", 0)
    editor = project.parent / "editor.py"
    editor.write_text(
        "import pathlib, sys\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "file.write_text(file.read_text().replace('whole', 'integer'))\n"
    )
    monkeypatch.setenv("EDITOR", f"python3 {editor}")
    assert redline("memory", "edit").code == 0
    assert [each["text"] for each in memos(redline)] == ["Prices are integer cents."]
    assert redline("memory", "forget", id_).out == "1 memo forgotten\n"
    assert memos(redline) == []


def test_a_run_is_remembered_with_its_files_and_what_became_of_it(redline, project: Path) -> None:
    done = redline("ask", "rename Basket to Cart", "--apply")
    assert done.code == 0, done.err
    [memo] = memos(redline)
    assert (memo["kind"], memo["outcome"]) == ("run", "accepted")
    assert memo["title"] == "refactor: rename Basket to Cart"
    assert "shop/basket.py" in memo["paths"]  # type: ignore[operator]
    runs = json.loads(redline("runs", "--json").out)
    assert memo["run"] == runs[0]["run"]


def test_nothing_is_remembered_where_the_user_says_so(redline, project: Path) -> None:
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "redline" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('memory = "off"\n')
    assert redline("ask", "rename Basket to Cart").code == 0
    assert memos(redline) == []


def test_a_file_that_is_no_memo_is_left_alone_and_said(redline, project: Path) -> None:
    file = Path(redline("memory", "add", "Prices are whole cents.").out.split()[1])
    foreign = file.with_name("notes.md")
    foreign.write_text("my own notes\n")
    listed = redline("memory", "list")
    assert listed.out.startswith("rule-prices-whole-cents  ")
    assert f"left alone: {foreign}: expected TOML between two lines +++" in listed.err
    assert redline("memory", "forget", "--all").out == "1 memo forgotten\n"
    assert foreign.read_text() == "my own notes\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("show", "rule-x"), "there is no memo rule-x"),
        (("forget", "../journal"), "there is no memo ../journal"),
        (("forget",), "give the ids of memos, or --all"),
        (("add", "  "), "a rule needs words"),
        (("edit",), "there is no rule to edit"),
    ],
)
def test_what_cannot_be_done_is_bad_usage(redline, arguments: tuple[str, ...], why: str) -> None:
    done = redline("memory", *arguments)
    assert (done.code, done.out) == (2, "")
    assert why in done.err
