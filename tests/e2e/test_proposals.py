"""A client that reviews in its own interface: our notifications, and acceptance hunk by hunk."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_copy import RENAME, TOUCHED
from editor import Editor
from lasting import lasting_editor

CANCELLED = -32800
Proposal = dict[str, Any]


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor with our plugin; nothing is ever saved."""
    folder = tmp_path_factory.mktemp("own")
    with lasting_editor(folder, "vscode-1.139", own_review=True) as editor:
        yield editor


def proposed(editor: Editor, uri: str, instruction: str = RENAME) -> Proposal:
    """The proposal of a new run."""
    run = editor.agent("refactor", uri, instruction=instruction)
    found: Proposal = editor.wire.told("redline/proposal", run=run)
    return found


def accept(editor: Editor, proposal: Proposal, hunks: list[str] | None = None) -> dict[str, Any]:
    """Accepts, with an editor that applies; the answer."""
    given = {"proposal": proposal["id"], **({"hunks": hunks} if hunks is not None else {})}
    params = {"command": "redline.accept", "arguments": [given]}
    id_ = editor.wire.request("workspace/executeCommand", params)
    editor.apply()
    answer: dict[str, Any] = editor.wire.reply(id_)["result"]
    return answer


def statuses(proposal: Proposal) -> dict[str, str]:
    return {each["id"]: each["status"] for each in proposal["hunks"]}


def in_file(proposal: Proposal, uri: str) -> list[str]:
    return [each["id"] for each in proposal["hunks"] if each["uri"] == uri]


def test_a_run_is_told_from_planning_to_proposed(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    run = editor.agent("refactor", uri, instruction=RENAME)
    states = []
    while not states or states[-1] not in ("proposed", "failed", "cancelled", "answered"):
        states.append(editor.wire.told("redline/run", run=run)["state"])
    assert list(dict.fromkeys(states)) == ["planning", "working", "checking", "proposed"]


def test_the_diff_of_a_proposal_applies_to_the_project(editor: Editor, tmp_path: Path) -> None:
    proposal = proposed(editor, editor.open("shop/basket.py"))
    assert {each["uri"] for each in proposal["hunks"]} == {editor.uri(path) for path in TOUCHED}
    assert {each["origin"] for each in proposal["hunks"]} == {"computed"}
    assert any(each["outcome"] == "passed" for each in proposal["checks"])
    copy = shutil.copytree(editor.project, tmp_path / "copy")
    diff = proposal["diff"].encode()
    subprocess.run(["git", "apply"], cwd=copy, input=diff, check=True)
    assert "class ShoppingCart:" in (copy / "shop/basket.py").read_text("utf-8")
    assert "import ShoppingCart" in (copy / "shop/__init__.py").read_text("utf-8")


def test_a_hunk_says_where_it_stands_and_what_it_replaces(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    proposal = proposed(editor, uri)
    text = editor.buffers[uri].text
    for each in (each for each in proposal["hunks"] if each["uri"] == uri):
        start, end = (editor.index(text, each["range"][at]) for at in ("start", "end"))
        assert text[start:end] == each["before"]
        assert each["before"].replace("Basket", "ShoppingCart") == each["after"]


def test_accepting_all_changes_every_file_and_confirms_it(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    proposal = proposed(editor, uri)
    answer = accept(editor, proposal)
    assert sorted(answer["accepted"]) == sorted(statuses(proposal))
    assert answer["stale"] == answer["unconfirmed"] == []
    after = editor.wire.told("redline/proposal", id=proposal["id"])
    assert set(statuses(after).values()) == {"accepted"}
    assert set(editor.buffers) == {editor.uri(path) for path in TOUCHED}
    again = editor.command("redline.accept", proposal=proposal["id"])
    assert again["accepted"] == []
    assert again["message"]


def test_accepting_by_file_and_then_hunk_by_hunk_leaves_the_rest_open(editor: Editor) -> None:
    uri, other = editor.open("shop/basket.py"), editor.uri("shop/__init__.py")
    proposal = proposed(editor, uri)
    assert accept(editor, proposal, in_file(proposal, other))["accepted"]
    assert editor.buffers[uri].version == 1
    mine = in_file(proposal, uri)
    assert len(mine) > 2
    for hunk in (mine[-1], mine[0]):
        assert accept(editor, proposal, [hunk])["accepted"] == [hunk]
    text = editor.buffers[uri].text
    assert "class ShoppingCart:" in text
    assert '"Basket"' in text
    editor.command("redline.reject", proposal=proposal["id"])
    after = statuses(editor.wire.wait(_decided(proposal["id"]), "a decided proposal")["params"])
    taken = {*in_file(proposal, other), mine[0], mine[-1]}
    assert {id_ for id_, status in after.items() if status == "accepted"} == taken
    assert {id_ for id_, status in after.items() if status == "rejected"} == set(after) - taken


def _decided(proposal: str) -> Any:
    def wanted(each: dict[str, Any]) -> bool:
        if each.get("method") != "redline/proposal" or each["params"]["id"] != proposal:
            return False
        return not {"fresh"} & set(statuses(each["params"]).values())

    return wanted


def test_two_hunks_of_a_file_accepted_at_once_both_arrive(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    proposal = proposed(editor, uri)
    one, *_, other = in_file(proposal, uri)
    ids = []
    for hunk in (one, other):
        given = {"proposal": proposal["id"], "hunks": [hunk]}
        params = {"command": "redline.accept", "arguments": [given]}
        ids.append(editor.wire.request("workspace/executeCommand", params))
    editor.apply()
    editor.apply()
    answers = [editor.wire.reply(id_, 4)["result"]["accepted"] for id_ in ids]
    assert answers == [[one], [other]]
    assert "class ShoppingCart:" in editor.buffers[uri].text
    assert "ShoppingCart(one.owner" in editor.buffers[uri].text


def test_what_is_rejected_stays_out(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    proposal = proposed(editor, uri)
    mine = in_file(proposal, uri)
    editor.command("redline.reject", proposal=proposal["id"], hunks=[mine[0]])
    after = editor.wire.told("redline/proposal", id=proposal["id"])
    assert [id_ for id_, status in statuses(after).items() if status == "rejected"] == [mine[0]]
    answer = accept(editor, proposal)
    assert mine[0] not in answer["accepted"]
    assert "class Basket:" in editor.buffers[uri].text


def test_a_hunk_goes_stale_when_the_user_types_in_it_and_is_told_so(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    proposal = proposed(editor, uri)
    editor.type(uri, "Basket:\n", "My")
    after = editor.wire.told("redline/proposal", id=proposal["id"])
    stale = [id_ for id_, status in statuses(after).items() if status == "stale"]
    assert stale == in_file(proposal, uri)[:1]
    answer = editor.command("redline.accept", proposal=proposal["id"], hunks=stale)
    assert answer["stale"] == stale
    assert answer["accepted"] == []


def test_an_acceptance_the_client_cancels_leaves_the_proposal_usable(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    proposal = proposed(editor, uri)
    mine = in_file(proposal, uri)
    given = {"proposal": proposal["id"], "hunks": mine[:1]}
    params = {"command": "redline.accept", "arguments": [given]}
    id_ = editor.wire.request("workspace/executeCommand", params)
    late = editor.edit()
    editor.wire.notify("$/cancelRequest", {"id": id_})
    assert editor.wire.error(id_) == CANCELLED
    editor.wire.answer(late, {"applied": False})
    editor.type(uri, "@dataclass", "# typed\n")
    assert accept(editor, proposal, mine)["accepted"] == mine
    assert "# typed\n@dataclass\nclass ShoppingCart:" in editor.buffers[uri].text


def test_a_proposal_nobody_knows_is_refused(editor: Editor) -> None:
    assert editor.command("redline.accept", proposal="never")["accepted"] == []
    params = {"command": "redline.reject", "arguments": [{"proposal": "never"}]}
    assert editor.wire.code("workspace/executeCommand", params) == -32602


def test_an_explanation_is_an_answer(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    run = editor.agent("explain", uri, range=editor.range(uri, "class Basket"))
    answer = editor.wire.told("redline/answer", run=run)
    assert "Basket" in answer["markdown"]
    assert editor.wire.told("redline/run", run=run, state="answered")


def test_an_ambiguous_name_is_a_question_that_can_be_answered(editor: Editor) -> None:
    uri = editor.open("shop/twins.py")
    run = editor.agent("refactor", uri, instruction="rename size to length")
    asked = editor.wire.told("redline/question", run=run)
    assert len(asked["options"]) == 2
    wrong = {"run": run, "question": "never", "answer": "x"}
    params = {"command": "redline.answer", "arguments": [wrong]}
    assert editor.wire.code("workspace/executeCommand", params) == -32602
    answer = {"question": asked["question"], "answer": asked["options"][1]}
    editor.command("redline.answer", run=run, **answer)
    proposal = editor.wire.told("redline/proposal", run=run)
    assert [each["after"] for each in proposal["hunks"]] == ["    def length(self): return 2\n"]


def test_a_run_that_waits_is_cancelled_by_command_and_only_once(editor: Editor) -> None:
    uri = editor.open("shop/twins.py")
    run = editor.agent("refactor", uri, instruction="rename size to length")
    editor.wire.told("redline/question", run=run)
    editor.command("redline.cancel", run=run)
    editor.wire.told("redline/run", run=run, state="cancelled")
    params = {"command": "redline.cancel", "arguments": [{"run": run}]}
    assert editor.wire.code("workspace/executeCommand", params) == -32602


def test_runs_are_listed_and_shown_as_a_timeline(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    run = proposed(editor, uri)["run"]
    newest = editor.command("redline.runs")[0]
    assert (newest["run"], newest["instruction"], newest["state"]) == (run, RENAME, "proposed")
    shown = editor.command("redline.show", run=run)
    assert shown["state"] == "proposed"
    assert [each["status"] for each in shown["plan"]] == ["done", "done"]
    assert "rename name=Basket" in shown["timeline"]
    params = {"command": "redline.show", "arguments": [{"run": "never"}]}
    assert editor.wire.code("workspace/executeCommand", params) == -32602


def test_what_was_accepted_can_be_rolled_back(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    before = editor.buffers[uri].text
    proposal = proposed(editor, uri)
    accept(editor, proposal)
    params = {"command": "redline.rollback", "arguments": [{"run": proposal["run"]}]}
    id_ = editor.wire.request("workspace/executeCommand", params)
    editor.apply()
    assert sorted(editor.wire.reply(id_)["result"]["accepted"]) == sorted(statuses(proposal))
    assert editor.buffers[uri].text == before


def test_a_request_for_another_version_of_the_text_is_refused(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    given = {"uri": uri, "version": 7, "instruction": RENAME}
    params = {"command": "agent.refactor", "arguments": [given]}
    assert editor.wire.code("workspace/executeCommand", params) == -32801
