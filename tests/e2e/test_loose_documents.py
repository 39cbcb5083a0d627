"""Open documents in no workspace folder: buffers without a file, and files from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_copy import copy_of_demo
from editor import Editor
from wire import Refused, Wire

BUFFER = "untitled:Untitled-1"
TEXT = "def size(box):\n    return len(box)\n\n\nprint(size([]))\n"
RENAME = "rename size to count"


@pytest.fixture(params=[True, False], ids=["folder", "no folder"])
def editor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Editor]:
    project = copy_of_demo(tmp_path / "project")
    with Wire(tmp_path / "home") as wire:
        yield Editor(wire, "vscode-1.139", project, own_review=True, folders=request.param)


def proposed(editor: Editor, uri: str, instruction: str = RENAME) -> dict[str, Any]:
    run = editor.agent("refactor", uri, instruction=instruction)
    found: dict[str, Any] = editor.wire.told("redline/proposal", run=run)
    return found


def decided(editor: Editor, command: str, **given: Any) -> dict[str, Any]:
    """The answer to a command that edits, in an editor that does it."""
    params = {"command": command, "arguments": [given]}
    id_ = editor.wire.request("workspace/executeCommand", params)
    assert editor.apply() == set(editor.buffers)
    answer: dict[str, Any] = editor.wire.reply(id_)["result"]
    return answer


def accepted(editor: Editor, proposal: dict[str, Any]) -> list[str]:
    found: list[str] = decided(editor, "redline.accept", proposal=proposal["id"])["accepted"]
    return found


def test_a_buffer_without_a_file_is_reviewed_like_a_file(editor: Editor) -> None:
    editor.new(BUFFER, TEXT)
    proposal = proposed(editor, BUFFER)
    assert [each["uri"] for each in proposal["hunks"]] == [BUFFER, BUFFER]
    assert proposal["files"][0]["path"] == BUFFER
    editor.type(BUFFER, "def size", "# of a box\n")
    after = TEXT.replace("size", "count")
    assert accepted(editor, proposal) == [each["id"] for each in proposal["hunks"]]
    assert editor.buffers[BUFFER].text == f"# of a box\n{after}"
    (run,) = editor.command("redline.runs")
    assert (run["run"], run["state"]) == (proposal["run"], "done")
    decided(editor, "redline.rollback", run=proposal["run"])
    assert editor.buffers[BUFFER].text == f"# of a box\n{TEXT}"


def test_a_file_from_elsewhere_is_worked_on_while_it_is_open(
    editor: Editor, tmp_path: Path
) -> None:
    path = tmp_path / "elsewhere.py"
    path.write_text(TEXT, "utf-8")
    with pytest.raises(Refused, match="in none of the workspace folders; open it"):
        editor.agent("refactor", path.as_uri(), instruction=RENAME)
    proposal = proposed(editor, editor.new(path.as_uri(), TEXT))
    assert accepted(editor, proposal)
    assert editor.buffers[path.as_uri()].text == TEXT.replace("size", "count")
    for wish in ("delete this file", "rename this file to other.py"):
        run = editor.agent("refactor", path.as_uri(), instruction=wish)
        words = "is in none of the workspace folders; only its text can be changed"
        editor.shown(run, words)


def test_its_proposal_goes_and_comes_with_the_buffer(editor: Editor) -> None:
    editor.new(BUFFER, TEXT)
    proposal = proposed(editor, BUFFER)
    editor.close_all()
    gone = editor.wire.told("redline/proposal", id=proposal["id"])
    assert {each["status"] for each in gone["hunks"]} == {"stale"}
    editor.new(BUFFER, TEXT)
    back = editor.wire.told("redline/proposal", id=proposal["id"])
    assert {each["status"] for each in back["hunks"]} == {"fresh"}


@pytest.mark.parametrize("folders", [True, False], ids=["folder", "no folder"])
def test_its_proposal_outlives_the_server(tmp_path: Path, folders: bool) -> None:
    project, homes = copy_of_demo(tmp_path / "project"), tmp_path / "home"
    with Wire(homes) as wire:
        editor = Editor(wire, "vscode-1.139", project, own_review=True, folders=folders)
        editor.new(BUFFER, TEXT)
        proposal = proposed(editor, BUFFER)
        wire.process.kill()
    with Wire(homes) as wire:
        editor = Editor(wire, "vscode-1.139", project, own_review=True, folders=folders)
        again = wire.told("redline/proposal", id=proposal["id"])
        assert {each["status"] for each in again["hunks"]} == {"stale"}, "its buffer is not open"
        editor.new(BUFFER, f"\n{TEXT}")  # restored by the editor, and typed in
        wire.told("redline/proposal", id=proposal["id"])
        assert accepted(editor, proposal)
        assert editor.buffers[BUFFER].text == "\n" + TEXT.replace("size", "count")


SCRIPT = """\
call plan {"steps": ["scout: look around"]}
call read_file {"path": "untitled:Secret"}
---
expect: untitled:Secret: no such file
call symbols {"name": "password"}
---
expect: nothing by that name is defined
call references {"name": "password"}
---
expect: no uses found
call search {"query": "password"}
---
expect: nothing found
call read_file {"path": "untitled:Untitled-1"}
---
expect: return len(box)
call answer {"markdown": "Nothing of it."}
"""


def test_no_other_open_document_is_shown_to_a_model(tmp_path: Path) -> None:
    script = tmp_path / "model.script"
    script.write_text(SCRIPT, "utf-8")
    with Wire(tmp_path / "home") as wire:
        options = {"model": f"scripted:{script}"}
        project = copy_of_demo(tmp_path / "project")
        editor = Editor(wire, "vscode-1.139", project, own_review=True, options=options)
        editor.new("untitled:Secret", "password = 'hunter2'\n")
        editor.new(BUFFER, TEXT)
        run = editor.agent("ask", BUFFER, instruction="what is open?")
        assert wire.told("redline/answer", run=run)["markdown"] == "Nothing of it."
