"""What the policy asks, an editor asks its user; and one command stops every server's runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from demo_copy import copy_of_demo
from editor import Editor
from wire import Wire

Start = Callable[[], Wire]
SETTINGS = """call plan {"steps": ["refactorer: set up"]}
call create_file {"path": ".vscode/settings.json", "content": "{}"}
call create_file {"path": "new.py", "content": "x = 1"}
---
call propose {"title": "Set up"}
"""
STALL = 'call plan {"steps": ["scout: wait"]}\nfault: stall 500\n'
QUESTION = (
    "May the run change .vscode/settings.json? (create_file: settings of tools can run programs)"
)
YES, RUN, NO = "Yes, once", "Yes, for this run", "No"


def opened(wire: Wire, project: Path, script: str, kind: str = "vscode-1.139") -> Editor:
    file = project.parent / f"{project.name}.txt"
    file.write_text(script)
    options = {"model": f"scripted:{file}"}
    return Editor(wire, kind, project, own_review=kind.startswith("vscode"), options=options)


def test_a_client_with_its_own_review_is_told_the_question(start: Start, project: Path) -> None:
    editor = opened(start(), project, SETTINGS)
    run = editor.agent("refactor", editor.open("shop/basket.py"), instruction="set up")
    asked = editor.wire.told("redline/question", run=run)
    assert (asked["text"], asked["options"]) == (QUESTION, [YES, RUN, NO])
    assert editor.wire.told("redline/run", run=run, state="waiting")
    editor.command("redline.answer", run=run, question=asked["question"], answer=YES)
    proposal = editor.wire.told("redline/proposal", run=run)
    assert [Path(each["uri"]).name for each in proposal["files"]] == ["settings.json", "new.py"]
    timeline = editor.command("redline.show", run=run)["timeline"]
    assert "ASK: .vscode/settings.json: settings of tools can run programs" in timeline


def test_a_plain_client_asks_by_a_message_and_no_is_no(start: Start, project: Path) -> None:
    editor = opened(start(), project, SETTINGS, "helix-25.07")
    editor.agent("refactor", editor.open("shop/basket.py"), instruction="set up")
    assert editor.choose(NO) == {"message": QUESTION, "titles": [YES, RUN, NO]}
    assert "1 file" in editor.choose("Discard")["message"]


def test_stopping_all_stops_the_runs_of_every_server(
    tmp_path: Path, start: Start, project: Path
) -> None:
    other_project = copy_of_demo(tmp_path / "other")
    one = opened(start(), project, STALL)
    # The same user: the state folder is the same.
    with Wire(one.wire.home) as wire:
        other = opened(wire, other_project, STALL)
        runs = [
            (each, each.agent("ask", each.open("shop/basket.py"), instruction="wait"))
            for each in (one, other)
        ]
        for each, run in runs:
            each.wire.told("redline/run", run=run, state="planning")
        one.command("redline.stopAll")
        for each, run in runs:
            assert each.wire.told("redline/run", run=run, state="cancelled", seconds=5)
        params = {"uri": other.open("shop/prices.py"), "instruction": "again"}
        request = {"command": "agent.ask", "arguments": [params]}
        refused = other.wire.reply(other.wire.request("workspace/executeCommand", request))
        assert "every run is stopped" in refused["error"]["message"]
        other.command("redline.resume")
        again = other.agent("ask", params["uri"], instruction="again")
        assert other.wire.told("redline/run", run=again)


def test_closing_the_question_about_changed_rules_leaves_them_out(
    start: Start, project: Path
) -> None:
    script = 'call plan {"steps": ["scout: look"]}\n---\n> It adds up.\n'
    editor = opened(start(), project, script, "helix-25.07")
    (project / "AGENTS.md").write_text("Be brief.\n")
    editor.command("redline.trust", folder=project.as_uri())
    (project / "AGENTS.md").write_text("Be long.\n")
    run = editor.agent("ask", editor.open("shop/basket.py"), instruction="what is this?")
    asked = editor.choose(None)
    assert asked["titles"] == ["Use it for this run", "Trust it from now on", "Leave it out"]
    assert asked["message"].startswith("AGENTS.md has changed since you trusted this folder")
    assert editor.wire.told("window/showMessage", type=3)["message"] == "It adds up."
    timeline = editor.command("redline.show", run=run)["timeline"]
    assert "ASK: AGENTS.md: its words would be given to the model as rules" in timeline
    assert "the user answers: Leave it out" in timeline
    assert "rule AGENTS.md" not in str(editor.command("redline.show", run=run))
