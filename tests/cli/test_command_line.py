"""The public contract of the command line: what is printed where, and with which exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli_support import tree

RENAME = "rename Basket to ShoppingCart"


def test_ask_prints_a_diff_that_git_applies(redline, project: Path) -> None:
    before = tree(project)
    done = redline("ask", RENAME)
    assert done.code == 0
    assert tree(project) == before
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    subprocess.run(["git", "apply"], cwd=project, input=done.out, text=True, check=True)
    assert "class ShoppingCart:" in (project / "shop" / "basket.py").read_text()
    subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=project, check=True)


def test_json_is_one_value_and_nothing_else(redline) -> None:
    done = redline("ask", RENAME, "--json")
    value = json.loads(done.out)
    assert (done.code, value["kind"], len(value["hunks"])) == (0, "proposal", 11)
    assert {hunk["origin"] for hunk in value["hunks"]} == {"computed"}
    checks = [(check["name"], check["outcome"]) for check in value["checks"]]
    passed = [("parse", "passed"), ("names", "passed"), ("types", "passed")]
    assert checks == [*passed, ("tests", "skipped")]
    assert value["diff"].startswith("diff --git a/shop/__init__.py b/shop/__init__.py\n")


def test_an_answer_is_markdown_on_stdout(redline) -> None:
    done = redline("ask", "explain PriceList")
    assert (done.code, done.out.splitlines()[0]) == (0, "### `PriceList`")
    value = json.loads(redline("ask", "explain PriceList", "--json").out)
    assert value["kind"] == "answer" and value["markdown"].startswith("### `PriceList`")


def test_apply_writes_and_rollback_takes_back(redline, project: Path) -> None:
    before = tree(project)
    assert redline("ask", RENAME, "--apply").code == 0
    assert tree(project) != before
    run = json.loads(redline("runs", "--json").out)[0]["run"]
    assert redline("rollback", run).code == 0
    assert tree(project) == before
    again = redline("rollback", run)
    assert (again.code, "nothing to roll back" in again.err) == (1, True)


def test_rollback_keeps_what_was_changed_since(redline, project: Path) -> None:
    redline("ask", RENAME, "--apply")
    basket = project / "shop" / "basket.py"
    basket.write_text("# mine\n" + basket.read_text())
    run = json.loads(redline("runs", "--json").out)[0]["run"]
    assert redline("rollback", run).code == 0
    text = basket.read_text()
    assert text.startswith("# mine\n") and "class Basket:" in text


def test_a_run_is_shown_and_replayed_the_same(redline) -> None:
    redline("ask", RENAME)
    run = json.loads(redline("runs", "--json").out)[0]
    assert (run["action"], run["instruction"], run["state"]) == ("refactor", RENAME, "proposed")
    shown = redline("show", run["run"])
    assert shown.code == 0 and "rename name=Basket, new_name=ShoppingCart" in shown.out
    replayed = json.loads(redline("replay", run["run"], "--json").out)
    same = {"run": run["run"], "same": True, "state": "proposed", "problems": [], "changed": []}
    assert replayed == same


def test_a_run_is_told_whole_and_with_what_it_rested_on(redline, home: Path) -> None:
    redline("ask", RENAME, "--apply")
    run = json.loads(redline("runs", "--json").out)[0]["run"]
    shown = json.loads(redline("show", run, "--json").out)
    assert [each["seq"] for each in shown["records"]] == list(range(1, len(shown["records"]) + 1))
    assert shown["records"][0]["payload"]["goal"]["instruction"] == RENAME
    kinds = {each["kind"] for each in shown["moments"]}
    assert kinds >= {"begun", "plan", "step", "model", "call", "result", "check", "hunk", "review"}
    assert set(shown["versions"]) == {"redline", "prompts", "model", "tools", "policy"}
    assert (shown["changed"], set(shown["decisions"].values())) == ([], {"accepted"})
    settings = home / "config" / "redline" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('api_base = "http://127.0.0.1:1/v1"\n')
    replayed = json.loads(redline("replay", run, "--json").out)
    assert replayed["same"] and [each.partition(":")[0] for each in replayed["changed"]] == [
        "model"
    ]
    assert "it ran with another version of model: was " in redline("replay", run).err


def test_symbols_and_references_are_one_based_places(redline) -> None:
    assert json.loads(redline("symbols", "Basket", "--json").out) == [
        {"path": "shop/basket.py", "line": 12, "column": 7, "kind": "class", "container": ""}
    ]
    found = json.loads(redline("references", "merged", "--json").out)
    assert [(row["path"], row["line"], row["column"], row["container"]) for row in found] == [
        ("tests/test_shop.py", 2, 25, ""),
        ("tests/test_shop.py", 14, 12, "test_merging_keeps_the_first_owner"),
    ]
    assert redline("symbols", "Nothing").code == 1


def test_index_and_search(redline) -> None:
    numbers = json.loads(redline("index", "--json").out)
    assert numbers.keys() == {
        "files",
        "symbols",
        "references",
        "bytes",
        "cache_hits",
        "seconds",
        "skipped",
        "edges",
        "imports",
        "calls",
        "phases",
    }
    assert (numbers["files"], numbers["skipped"]) == (7, 0)
    assert numbers["phases"].keys() == {"walk", "facts", "merge", "graph"}
    assert numbers["edges"] >= numbers["imports"] > 0
    found = json.loads(redline("search", "price list", "--json", "--limit", "2").out)
    assert len(found) == 2
    assert found[0]["path"] == "shop/prices.py" and "PriceList" in found[0]["symbols"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("ask", "flibber the gusset"), 1, "did not understand"),
        (("ask", "rename Nothing to Something"), 1, "nothing called Nothing"),
        (("ask", "x", "--model", "nope"), 2, "there is no model 'nope'"),
        (("ask", "x", "--root", "no/such/folder"), 2, "there is no such folder"),
        (("ask", "x", "shop/none.py"), 2, "shop/none.py"),
        (("ask", "x", "shop/basket.py:900"), 2, "no lines 900-900"),
        (("show", "no-such-run"), 2, "there is no run"),
        (("frobnicate",), 2, "invalid choice"),
        (("serve", "--tcp", "0.0.0.0:1"), 2, "only loopback"),
    ],
)
def test_what_goes_wrong_has_its_code_and_says_why(
    redline, project: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    before = tree(project)
    done = redline(*arguments)
    assert (done.code, done.out) == (code, "")
    assert says in done.err
    assert tree(project) == before


def test_a_question_waits_for_its_answer(redline, project: Path) -> None:
    (project / "a.py").write_text(
        "class A:\n    def f(self): ...\nclass B:\n    def f(self): ...\n"
    )
    done = redline("ask", "rename f to g")
    assert (done.code, done.out) == (1, "")
    assert "a.py:2 method A.f" in done.err
    waits = re.search(r"a question waits for your answer: redline answer (\w+) TEXT", done.err)
    assert waits
    options = ["a.py:2 method A.f", "a.py:4 method B.f"]
    (row,) = json.loads(redline("runs", "--json").out)
    assert (row["run"], row["state"], row["options"]) == (waits[1], "waiting", options)
    listed = redline("runs").out.splitlines()
    assert "waiting" in listed[0]
    assert listed[1] == f"  asks: {row['question']} (1. {options[0]}, 2. {options[1]})"
    unclear = redline("answer", waits[1], "the second")
    assert (unclear.code, unclear.out) == (2, "") and "1. a.py:2 method A.f" in unclear.err
    answered = redline("answer", waits[1], "2")
    assert answered.code == 0 and "+    def g(self): ..." in answered.out
    assert redline("replay", waits[1]).code == 0
    assert "waiting" not in redline("runs").out
    again = redline("answer", waits[1], "2")
    assert (again.code, again.out) == (2, "") and "has ended" in again.err


def test_a_question_that_waits_is_told_as_json(redline, project: Path) -> None:
    (project / "a.py").write_text(
        "class A:\n    def f(self): ...\nclass B:\n    def f(self): ...\n"
    )
    value = json.loads(redline("ask", "rename f to g", "--json").out)
    assert value == {
        "kind": "none",
        "run": value["run"],
        "reason": f"a question waits for your answer: redline answer {value['run']} TEXT",
        "question": "There are 2 symbols it could be. Which `f` is meant?",
        "options": ["a.py:2 method A.f", "a.py:4 method B.f"],
    }


def test_trust_is_granted_and_taken_back(redline, project: Path) -> None:
    assert redline("trust").out == f"{project}: trusted\n"
    assert redline("trust", "--revoke").out == f"{project}: not trusted\n"


def test_doctor_says_what_works_and_where_settings_come_from(redline) -> None:
    value = json.loads(redline("doctor", "--json").out)
    found = {finding["name"]: finding["ok"] for finding in value["findings"]}
    assert found["ty"] and found["ruff"] and found["grammar python"] and found["model"]
    assert value["settings"]["model"] == {"value": "builtin", "from": "built-in"}


def test_the_demo_runs_the_main_job(redline) -> None:
    done = redline("demo", "--yes")
    assert done.code == 0
    assert "11 hunks applied" in done.out and "+class ShoppingCart:" in done.out


def test_the_demo_runs_no_code_of_the_folder_it_is_started_in(redline, project: Path) -> None:
    for name in ("msgspec", "diskcache", "tree_sitter", "json"):
        (project / f"{name}.py").write_text("open('owned', 'w')\n1 / 0\n")
    done = redline("demo", "--yes")
    assert (done.code, (project / "owned").exists()) == (0, False)


def test_the_demo_touches_nothing_when_the_user_says_no(redline, project: Path) -> None:
    before = tree(project)
    done = redline("demo", "--root", str(project), stdin="n\n")
    assert (done.code, "no file was touched" in done.out) == (0, True)
    assert tree(project) == before


def test_the_demo_works_on_a_project_of_ones_own(redline, project: Path) -> None:
    done = redline("demo", "--root", str(project), "--yes")
    assert done.code == 0 and "applied" in done.out
    subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=project, check=True)


def test_a_team_file_that_cannot_be_used_is_said_before_anything_is_served(
    redline, project: Path
) -> None:
    done = redline("serve", "--config", "no/such/file.toml")
    assert (done.code, "no/such/file.toml" in done.err) == (2, True)
    (project / "team.toml").write_text("[budget]\ncost = 'much'\n")
    done = redline("serve", "--config", "team.toml")
    assert done.code == 2 and "team.toml:2" in done.err and "expected a number" in done.err


def test_a_colon_in_a_name_is_no_drive(redline, project: Path) -> None:
    (project / "a:1.py").write_text("def helper():\n    return 1\n\n\nprint(helper())\n")
    done = redline("ask", "rename helper to assist", "a:1.py")
    assert done.code == 0 and "+def assist():" in done.out
