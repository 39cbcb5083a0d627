"""Editors with nothing of ours: everything works by standard messages, as each of them takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from demo_copy import MERGED, RENAME, TOUCHED
from editor import KINDS, Editor
from lasting import lasting_editor

AGENT = {
    "agent: refactor": "refactor.rewrite.redline",
    "agent: document": "refactor.rewrite.redline",
    "agent: write tests": "refactor.rewrite.redline",
    "agent: explain": "refactor.rewrite.redline",
}
UNSORTED = "import sys\nimport os\n\n\ndef f():\n    return os.sep, sys.path\n"


@pytest.fixture(scope="module", params=KINDS)
def lasting(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Editor]:
    """One editor of each kind for the whole module; nothing is ever saved."""
    with lasting_editor(tmp_path_factory.mktemp("editor"), request.param) as editor:
        yield editor


def test_the_agent_is_offered_with_the_right_kinds(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    found = editor.actions(uri, "class Basket")
    assert {each["title"]: each["kind"] for each in found if "agent:" in each["title"]} == AGENT
    problem = {"range": editor.range(uri, "class Basket"), "message": "it is wrong"}
    found = editor.actions(uri, "class Basket", diagnostics=[problem])
    fix = next(each for each in found if each["title"] == "agent: fix")
    assert fix["kind"] == "quickfix.redline"
    assert fix["diagnostics"] == [problem]
    for wanted, kept in (("refactor", 4), ("refactor.rewrite.redline", 4), ("quickfix", 0)):
        only = editor.actions(uri, "class Basket", only=[wanted])
        assert len([each for each in only if "agent:" in each["title"]]) == kept
    assert {each["kind"] for each in found} <= set(
        editor.server["codeActionProvider"]["codeActionKinds"]
    )


def test_a_rename_is_offered_once_and_applied_to_open_and_closed_files(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    run = editor.agent("refactor", uri, instruction=RENAME)
    asked = editor.choose("Apply")
    assert asked["titles"] == ["Apply", "Preview", "Discard"]
    assert "`Basket` to `ShoppingCart`" in asked["message"]
    assert editor.apply_all(len(TOUCHED)) == {editor.uri(path) for path in TOUCHED}
    assert "class ShoppingCart:" in editor.buffers[uri].text
    assert 'f"Basket of' in editor.buffers[editor.uri("shop/receipt.py")].text
    assert "review by user: 11 accepted" in editor.shown(run, "accepted")
    assert not editor.wire.unread("window/showMessage")


def test_progress_begins_and_ends_where_the_editor_shows_it(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    run = editor.agent("refactor", uri, instruction=RENAME)
    editor.choose("Discard")
    if editor.can("window.workDoneProgress"):
        begin = editor.wire.told("$/progress", token=run)["value"]
        assert (begin["kind"], begin["cancellable"]) == ("begin", True)
        while (value := editor.wire.told("$/progress", token=run)["value"])["kind"] != "end":
            assert value["kind"] == "report"
    else:
        editor.shown(run, "review by user")
        assert not editor.wire.unread("$/progress")


def test_what_is_discarded_is_not_applied(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    run = editor.agent("refactor", uri, instruction=RENAME)
    editor.choose("Discard")
    assert "rejected" in editor.shown(run, "review by user")
    assert editor.buffers[uri].version == 1


def test_closing_the_message_decides_nothing_and_code_actions_do(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    run = editor.agent("refactor", uri, instruction=RENAME)
    editor.choose(None)
    offered = {each["title"]: each for each in editor.actions(uri, "class Basket")}
    command = _command(offered["agent: reject this change"])
    editor.command(command["command"], **command["arguments"][0])
    assert "1 rejected" in editor.shown(run, "review by user")
    assert "agent: reject this change" not in _titles(editor.actions(uri, "class Basket"))
    other = {each["title"]: each for each in editor.actions(uri, "def merged")}
    command = _command(other["agent: accept this change"])
    params = {"command": command["command"], "arguments": command["arguments"]}
    id_ = editor.wire.request("workspace/executeCommand", params)
    editor.apply()
    assert len(editor.wire.reply(id_)["result"]["accepted"]) == 1
    assert "def merged(one: ShoppingCart" in editor.buffers[uri].text
    assert "class Basket:" in editor.buffers[uri].text
    back = {each["title"]: each for each in editor.actions(uri, "def merged")}
    command = _command(back["agent: roll back “Rename `Basket` to `ShoppingCart`”"])
    params = {"command": command["command"], "arguments": command["arguments"]}
    id_ = editor.wire.request("workspace/executeCommand", params)
    editor.apply()
    assert "rolled back" in editor.wire.reply(id_)["result"]["message"]
    assert "ShoppingCart" not in editor.buffers[uri].text
    rest = editor.actions(uri, "class Basket") + editor.actions(uri, '"Basket"')
    for each in rest:
        if each["title"].startswith("agent: accept all"):
            argument = _command(each)["arguments"][0]
            editor.command("redline.reject", proposal=argument["proposal"])
            break


def _command(action: dict[str, Any]) -> dict[str, Any]:
    """The command of an action, or of what stands for one in clients without literals."""
    found = action["command"]
    return action if isinstance(found, str) else found


def _titles(actions: list[dict[str, Any]]) -> set[str]:
    return {each["title"] for each in actions}


def _asks_to_confirm(edit: dict[str, Any]) -> None:
    assert all(each["needsConfirmation"] for each in edit["changeAnnotations"].values())
    for document in edit["documentChanges"]:
        used = {each["annotationId"] for each in document["edits"]}
        assert used <= set(edit["changeAnnotations"])


def test_a_preview_is_the_editors_own_or_a_diff_to_decide_on(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    run = editor.agent("refactor", uri, instruction="rename merged to joined")
    editor.choose("Preview")
    if editor.can("workspace.workspaceEdit.changeAnnotationSupport"):
        done: set[str] = set()
        while len(done) < MERGED:
            request = editor.edit()
            _asks_to_confirm(request["params"]["edit"])
            done |= editor.apply(request)
    else:
        asked = editor.choose("Apply")
        assert asked["titles"] == ["Apply", "Discard"]
        shown = asked["message"]
        if editor.can("window.showDocument.support"):
            shown = Path(urlsplit(editor.shown_documents[-1]).path).read_text("utf-8")
        assert "-def merged(" in shown
        assert "+def joined(" in shown
        editor.apply_all(MERGED)
    assert "review by user" in editor.shown(run, "accepted")
    assert "def joined(" in editor.buffers[uri].text


def test_what_the_user_types_in_a_hunk_makes_it_stale_and_leaves_the_others(
    editor: Editor,
) -> None:
    uri = editor.open("shop/basket.py")
    editor.agent("refactor", uri, instruction=RENAME)
    request = editor.wire.asked("window/showMessageRequest")
    editor.type(uri, "Basket:\n", "My")
    editor.type(uri, "from __future__", "import this\n")
    editor.wire.answer(request, {"title": "Apply"})
    editor.apply_all(len(TOUCHED))
    text = editor.buffers[uri].text
    assert "class MyBasket:" in text
    assert "def merged(one: ShoppingCart, other: ShoppingCart)" in text
    assert text.count("import this\n") == 1


def test_an_edit_refused_because_the_user_typed_is_rebased_and_sent_again(editor: Editor) -> None:
    if editor.neovim:
        pytest.skip("Neovim never says that it refused")
    uri = editor.open("shop/basket.py")
    run = editor.agent("refactor", uri, instruction="rename merged to joined")
    editor.choose("Apply")
    request = editor.edit()
    editor.type(uri, "@dataclass", "# 🦀\n")
    assert editor.apply(request) == set()
    assert len(editor.apply()) == MERGED
    assert "review by user" in editor.shown(run, "accepted")
    text = editor.buffers[uri].text
    assert "# 🦀\n@dataclass" in text
    assert "def joined(" in text


def test_an_edit_the_editor_refuses_for_its_own_reasons_is_told_to_the_user(
    editor: Editor,
) -> None:
    uri = editor.open("shop/basket.py")
    editor.agent("refactor", uri, instruction="rename merged to joined")
    editor.choose("Apply")
    answer = {"applied": False, "failureReason": "the file is read-only"}
    editor.wire.answer(editor.edit(), answer)
    assert "read-only" in editor.wire.told("window/showMessage")["message"]


def test_a_comment_in_the_range_is_the_instruction_and_is_removed(editor: Editor) -> None:
    text = (editor.project / "shop/basket.py").read_text("utf-8")
    place = "    result = Basket(one.owner"
    note = "    # agent: rename merged to joined\n"
    uri = editor.open("shop/basket.py", text.replace(place, note + place))
    editor.agent("refactor", uri, range=editor.range(uri, note + place))
    editor.choose("Apply")
    editor.apply_all(MERGED)
    assert "agent:" not in editor.buffers[uri].text
    assert "def joined(" in editor.buffers[uri].text


def test_without_words_the_user_chooses_what_applies_here(editor: Editor) -> None:
    uri = editor.open("shop/unsorted.py", UNSORTED)
    editor.agent("refactor", uri, range=editor.range(uri, "def f():"))
    asked = editor.choose("Organise imports")
    assert "Explain this file" in asked["titles"]
    editor.choose("Apply")
    editor.apply()
    assert editor.buffers[uri].text.startswith("import os\nimport sys\n")


def test_an_ambiguous_name_is_asked_about(editor: Editor) -> None:
    uri = editor.open("shop/twins.py")
    editor.agent("refactor", uri, instruction="rename size to length")
    request = editor.wire.asked("window/showMessageRequest")
    titles = [each["title"] for each in request["params"]["actions"]]
    assert len(titles) == 2
    second = next(each for each in titles if "twins.py:6" in each)
    editor.wire.answer(request, {"title": second})
    editor.choose("Apply")
    editor.apply()
    assert "length(self): return 2" in editor.buffers[uri].text
    assert "size(self): return 1" in editor.buffers[uri].text


def test_an_explanation_comes_as_a_message(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    editor.agent("explain", uri, range=editor.range(uri, "class Basket"))
    assert "Basket" in editor.wire.told("window/showMessage", type=3)["message"]


def test_a_question_right_after_an_answer_is_nudged(editor: Editor) -> None:
    """Emacs before 30 reads nothing on after an answer it waited for until more arrives."""
    uri = editor.open("shop/twins.py")
    editor.agent("refactor", uri, instruction="rename size to length")
    request = editor.wire.asked("window/showMessageRequest")
    assert editor.wire.asked("$/redline/nudge") == {"jsonrpc": "2.0", "method": "$/redline/nudge"}
    editor.wire.answer(request, None)


def test_what_cannot_be_done_is_said_with_the_reason(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    editor.agent("refactor", uri, instruction="make it beautiful")
    assert editor.wire.told("window/showMessage", type=2)["message"]


def test_cancelling_the_progress_ends_a_run_that_waits(editor: Editor) -> None:
    uri = editor.open("shop/twins.py")
    run = editor.agent("refactor", uri, instruction="rename size to length")
    request = editor.wire.asked("window/showMessageRequest")
    editor.wire.notify("window/workDoneProgress/cancel", {"token": run})
    assert "cancelled" in editor.shown(run, "cancelled")
    editor.wire.answer(request, {"title": request["params"]["actions"][0]["title"]})
    listed = {each["run"]: each["state"] for each in editor.command("redline.runs")}
    assert listed[run] == "cancelled"


def test_organising_imports_costs_nothing_until_it_is_chosen(editor: Editor) -> None:
    uri = editor.open("shop/unsorted.py", UNSORTED)
    action = next(
        each for each in editor.actions(uri, "import sys") if each["title"] == "Organise imports"
    )
    if "edit" in (editor.can("textDocument.codeAction.resolveSupport.properties") or ()):
        assert "edit" not in action
        action = editor.wire.ask("codeAction/resolve", action)
    assert "command" not in action
    edits = action["edit"]["documentChanges"]
    assert edits[0]["textDocument"] == {"uri": uri, "version": 1}
    editor.change(uri, edits[0]["edits"])
    assert editor.buffers[uri].text.startswith("import os\nimport sys\n")


def test_an_action_of_a_text_that_has_changed_is_not_resolved(editor: Editor) -> None:
    if not editor.can("textDocument.codeAction.resolveSupport"):
        pytest.skip("this editor does not resolve")
    uri = editor.open("shop/unsorted.py", UNSORTED)
    action = next(
        each for each in editor.actions(uri, "import sys") if each["title"] == "Organise imports"
    )
    editor.type(uri, "import os", "import re\n")
    assert editor.wire.code("codeAction/resolve", action) == -32801


def test_an_action_with_a_command_is_resolved_to_itself(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    action = editor.actions(uri, "class Basket")[0]
    assert editor.wire.ask("codeAction/resolve", action) == action


def test_an_editor_that_says_it_applied_but_did_not_is_found_out(editor: Editor) -> None:
    if editor.kind != "helix-25.07":
        pytest.skip("it takes five seconds: once is enough")
    uri = editor.open("shop/basket.py")
    editor.agent("refactor", uri, instruction="rename merged to joined")
    editor.choose("Apply")
    editor.wire.answer(editor.edit(), {"applied": True})
    message = editor.wire.told("window/showMessage", seconds=8)["message"]
    assert "not seen in the file" in message
