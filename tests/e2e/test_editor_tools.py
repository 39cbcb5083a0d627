"""The language servers the user's editor runs are tools: `redline/editor/*`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from editor import Editor
from wire import ABSENT, Wire

LIB = "export function total(items) {\n  return items.length;\n}\n"
USE = 'import { total } from "./lib.js";\n\nconsole.log(total([]));\n'
NAME = {"start": {"line": 0, "character": 16}, "end": {"line": 0, "character": 21}}
PLACES = {
    "lib.js": [NAME],
    "use.js": [
        {"start": {"line": 0, "character": 9}, "end": {"line": 0, "character": 14}},
        {"start": {"line": 2, "character": 12}, "end": {"line": 2, "character": 17}},
    ],
}
SCRIPT = """\
call plan {"steps": ["scout: see who uses it"]}
call references {"name": "total"}
---
expect: as the language server of the editor says:
call answer {"markdown": "It is used in use.js:3, use.js:3 and nowhere.js:9, use.js:99."}
"""
Answer = Callable[[dict[str, Any]], Any]


def opened(tmp_path: Path, wire: Wire, answers: dict[str, Answer], **options: Any) -> Editor:
    """An editor on two files, whose other language servers answer `answers`."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "lib.js").write_text(LIB, "utf-8")
    (project / "use.js").write_text(USE, "utf-8")
    wire.handlers.update({f"redline/editor/{name}": each for name, each in answers.items()})
    declared = {"proposals": True, "editor": list(answers)}
    found = Editor(
        wire, "vscode-1.139", project, declared=declared, options=options, language="javascript"
    )
    found.open("lib.js")
    return found


def renamed(editor: Editor, params: dict[str, Any]) -> dict[str, Any]:
    """What a language server answers: the edits of every place."""
    assert params["uri"] == editor.uri("lib.js")
    assert params["position"] == NAME["start"]
    edits = {
        editor.uri(path): [{"range": each, "newText": params["newName"]} for each in ranges]
        for path, ranges in PLACES.items()
    }
    return {"changes": edits}


def test_a_rename_is_that_of_the_editor_where_there_is_no_other(tmp_path: Path) -> None:
    with Wire(tmp_path / "home") as wire:
        editor = opened(tmp_path, wire, {"rename": lambda params: renamed(editor, params)})
        run = editor.agent("refactor", editor.uri("lib.js"), instruction="rename total to sum")
        proposal = wire.told("redline/proposal", run=run)
        assert [(each["uri"], each["after"]) for each in proposal["hunks"]] == [
            (editor.uri("lib.js"), "export function sum(items) {\n"),
            (editor.uri("use.js"), 'import { sum } from "./lib.js";\n'),
            (editor.uri("use.js"), "console.log(sum([]));\n"),
        ]
        assert proposal["notes"] == ["renamed by the language server of the editor"]


BAD_ANSWERS: dict[str, Answer] = {
    "nothing": lambda _: None,
    "of an older text": lambda params: {
        "documentChanges": [
            {
                "textDocument": {"uri": params["uri"], "version": 0},
                "edits": [{"range": NAME, "newText": "sum"}],
            }
        ]
    },
    "past the end": lambda params: {
        "changes": {
            params["uri"]: [
                {
                    "range": {"start": {"line": 90, "character": 0}, "end": NAME["end"]},
                    "newText": "sum",
                }
            ]
        }
    },
    "whole files": lambda params: {
        "documentChanges": [{"kind": "delete", "uri": params["uri"]}],
    },
    "outside": lambda _: {
        "changes": {"file:///etc/hostname": [{"range": NAME, "newText": "sum"}]},
    },
    "no edit": lambda _: {"changes": 7},
}


@pytest.mark.parametrize("kind", BAD_ANSWERS)
def test_an_answer_that_does_not_fit_is_no_answer(tmp_path: Path, kind: str) -> None:
    with Wire(tmp_path / "home") as wire:
        editor = opened(tmp_path, wire, {"rename": BAD_ANSWERS[kind]})
        run = editor.agent("refactor", editor.uri("lib.js"), instruction="rename total to sum")
        failed = wire.told("redline/run", run=run, state="failed")
        assert "lib.js" in failed["message"]


def test_uses_are_those_the_editor_knows_and_an_answer_has_its_places(tmp_path: Path) -> None:
    script = tmp_path / "model.script"
    script.write_text(SCRIPT, "utf-8")

    def uses(params: dict[str, Any]) -> list[dict[str, Any]]:
        assert params["position"] == NAME["start"]
        return [
            {"uri": editor.uri(path), "range": each}
            for path, ranges in PLACES.items()
            for each in ranges
        ]

    with Wire(tmp_path / "home") as wire:
        editor = opened(tmp_path, wire, {"references": uses}, model=f"scripted:{script}")
        run = editor.agent("ask", editor.uri("lib.js"), instruction="who uses total?")
        answer = wire.told("redline/answer", run=run)
        assert answer["places"] == [
            {"uri": editor.uri("use.js"), "line": 3, "label": "console.log(total([]));"}
        ]


def test_a_fix_is_told_what_the_editor_knows_to_be_wrong(tmp_path: Path) -> None:
    known = [{"range": NAME, "message": "total is too short a name"}]
    with Wire(tmp_path / "home") as wire:
        editor = opened(tmp_path, wire, {"diagnostics": lambda _: known})
        run = editor.agent("fix", editor.uri("lib.js"), range=NAME)
        wire.told("redline/run", run=run, state="failed")
    recorded = [each.read_bytes() for each in (tmp_path / "home").rglob("journal.sqlite*")]
    assert b"total is too short a name" in b"".join(recorded), "it is part of the goal"


def test_an_editor_that_never_answers_holds_nothing_up(tmp_path: Path) -> None:
    with Wire(tmp_path / "home") as wire:
        editor = opened(tmp_path, wire, {"diagnostics": lambda _: ABSENT})
        run = editor.agent("fix", editor.uri("lib.js"), range=NAME)
        wire.told("redline/run", run=run, state="failed")
