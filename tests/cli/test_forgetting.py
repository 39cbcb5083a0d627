"""`redline runs --forget`: what was said is gone from the disk, and the chain stays whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli_support import aged
from redline.adapters.journal import SqliteJournal
from redline.adapters.places import journal_file

RENAME = "rename Basket to ShoppingCart"
OTHER = "rename Money to Coin"


def ids(redline) -> dict[str, str]:
    """The runs by what was asked."""
    found = json.loads(redline("runs", "--json").out)
    return {each["instruction"] or each["state"]: each["run"] for each in found}


def on_disk(project: Path, words: str) -> list[str]:
    """The files of the journal's folder that hold `words`."""
    folder = journal_file(project).parent
    files = [file for file in folder.rglob("*journal*") if file.is_file()]
    assert files
    return [file.name for file in files if words.encode() in file.read_bytes()]


def test_a_forgotten_run_is_gone_and_every_command_says_so(redline, project: Path) -> None:
    assert redline("ask", RENAME, "--apply").code == 0
    assert redline("ask", OTHER).code == 0
    run, other = ids(redline)[RENAME], ids(redline)[OTHER]
    assert on_disk(project, RENAME)
    done = redline("runs", "--forget", run)
    assert (done.code, done.out) == (0, "1 run forgotten\n")
    assert on_disk(project, RENAME) == []
    assert on_disk(project, OTHER)
    assert ids(redline) == {OTHER: other, "forgotten": run}
    for command in ("show", "replay", "rollback"):
        said = redline(command, run)
        assert said.code == (1 if command == "rollback" else 2)
        assert f"run {run} of 20" in said.err and "was forgotten" in said.err
    same = json.loads(redline("replay", other, "--json").out)
    assert (same["same"], same["problems"]) == (True, [])
    assert redline("runs", "--forget", "never").code == 2


def test_what_waits_is_forgotten_only_when_it_is_named_or_has_expired(
    redline, project: Path
) -> None:
    assert redline("ask", RENAME).code == 0
    assert redline("ask", OTHER, "--apply").code == 0
    open_ = ids(redline)[RENAME]
    done = redline("runs", "--forget", "--older-than", "0", "--json")
    value = json.loads(done.out)
    assert (done.code, [each["run"] for each in value["kept"]]) == (1, [open_])
    assert len(value["forgotten"]) == 1 and on_disk(project, RENAME)
    assert redline("runs", "--forget", "--older-than", "1").out == "0 runs forgotten\n"
    aged(journal_file(project), 20)
    assert redline("runs", "--forget", "--older-than", "19").out == "1 run forgotten\n"
    assert on_disk(project, RENAME) == []


def test_all_is_forgotten_also_what_waits(redline, project: Path) -> None:
    for words in (RENAME, OTHER):
        assert redline("ask", words).code == 0
    assert redline("runs", "--forget", "--all").out == "2 runs forgotten\n"
    assert on_disk(project, RENAME) == on_disk(project, OTHER) == []
    assert SqliteJournal(journal_file(project)).verify() == ""


@pytest.mark.parametrize(
    "arguments",
    [("--forget",), ("--all",), ("--older-than", "3"), ("--forget", "x", "--all")],
    ids=" ".join,
)
def test_what_is_to_be_forgotten_must_be_said(redline, arguments) -> None:
    assert redline("runs", *arguments).code == 2
