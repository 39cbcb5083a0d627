"""What each action ends in on the command line: an answer with its places, or a proposal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli_support import tree

SCOUT = 'call plan {"steps": ["scout: find out"]}\n'
SAYS = SCOUT + 'call answer {"markdown": "It is in shop/basket.py:1, not in nowhere.py:3."}\n'
TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/srv/app/shop/basket.py", line {line}, in {name}\n'
    "    ...\n"
    "{error}\n"
)


def scripted(project: Path, text: str) -> str:
    file = project.parent / "script.txt"
    file.write_text(text)
    return f"scripted:{file}"


@pytest.mark.parametrize("action", ["explain", "ask"])
def test_an_answer_names_its_places(redline, project: Path, action: str) -> None:
    model = scripted(project, SAYS)
    done = redline("ask", "where is it?", "--action", action, "--model", model, "--json")
    value = json.loads(done.out)
    assert (done.code, value["kind"]) == (0, "answer")
    assert [(each["path"], each["line"]) for each in value["places"]] == [("shop/basket.py", 1)]


@pytest.mark.parametrize("action", ["explain", "ask"])
def test_the_builtin_model_answers_from_the_index(redline, action: str) -> None:
    done = redline("ask", "explain Basket", "--action", action, "--json")
    value = json.loads(done.out)
    assert (done.code, value["kind"]) == (0, "answer")
    assert value["places"] and value["markdown"].startswith("### `Basket`")


def test_a_question_may_end_in_a_proposal(redline, project: Path) -> None:
    before = tree(project)
    done = redline("ask", "rename Basket to Bag", "--action", "ask", "--json")
    assert (done.code, json.loads(done.out)["kind"]) == (0, "proposal")
    assert tree(project) == before


def place(project: Path, words: str) -> int:
    lines = (project / "shop" / "basket.py").read_text().splitlines()
    return next(at for at, line in enumerate(lines, 1) if words in line)


def test_a_pasted_error_is_explained_where_it_happened(redline, project: Path) -> None:
    line = place(project, "class Basket")
    text = TRACE.format(line=line, name="<module>", error="KeyError: 'x'")
    done = redline("ask", text, "--action", "explain")
    assert (done.code, done.out.splitlines()[0]) == (0, "### `Basket`")


def test_a_pasted_error_is_fixed_and_shown_to_be_gone(redline, project: Path) -> None:
    basket = project / "shop" / "basket.py"
    basket.write_text(f"{basket.read_text()}\n\ndef made() -> Basket:\n    return Baskett('ann')\n")
    line, error = place(project, "Baskett('ann')"), "NameError: name 'Baskett' is not defined"
    text = TRACE.format(line=line, name="made", error=error)
    done = redline("ask", text, "--action", "fix", "--json")
    value = json.loads(done.out)
    assert (done.code, value["kind"], "+    return Basket('ann')" in value["diff"]) == (
        *(0, "proposal", True),
    )
    (check,) = [each for each in value["checks"] if each["name"] == "diagnostic"]
    assert (check["outcome"], check["detail"]) == (
        "passed",
        "gone: name 'Baskett' is not defined",
    )


def test_an_error_of_other_files_is_not_guessed_at(redline) -> None:
    text = 'Traceback (most recent call last):\n  File "/x/y.py", line 1, in z\nKeyError: 1\n'
    done = redline("ask", text, "--action", "fix")
    assert (done.code, done.out) == (1, "")
    assert "No line that the error names is in the workspace: /x/y.py." in done.err
