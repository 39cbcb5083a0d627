"""Edit safety over the real server: what the user typed stays, and nothing is done by halves.

Every case compares bytes. Two editors have nothing of ours; one has its own review.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import safety_fixtures as given
from safety_desk import ALL, FRESH, TEXT_A, TEXT_B, A, B, Desk, by_slot, done, hunk_of

from redline.core.text.text import BOM

desk, lasting = given.desk, given.lasting


# The user types.


def test_an_outdated_edit_is_refused_and_sent_again_over_the_typing(desk: Desk) -> None:
    if desk.neovim:
        pytest.skip("Neovim never says that it refused")
    proposal = desk.propose()
    id_ = desk.begin(proposal)
    request = desk.edit()
    desk.type(desk.uri(A), "middle", "héllo 👩‍💻\n")
    assert desk.apply(request) == set()
    assert desk.served(id_).has(accepted=3)
    assert desk.text(A) == done(TEXT_A, *ALL).replace("middle", "héllo 👩‍💻\nmiddle")
    assert desk.text(B) == done(TEXT_B, *ALL)


def test_typing_elsewhere_is_kept(desk: Desk) -> None:
    proposal = desk.propose()
    for at in ("first", "middle", "last"):
        desk.type(desk.uri(A), at, "値🦀")
    assert desk.statuses(proposal) == FRESH
    assert desk.accept(proposal).has(accepted=3)
    text = done(TEXT_A, *ALL)
    for at in ("first", "middle", "last"):
        text = text.replace(at, f"値🦀{at}")
    assert desk.text(A) == text


def test_typing_inside_makes_stale_and_taking_it_back_makes_fresh(desk: Desk) -> None:
    proposal = desk.propose()
    desk.type(desk.uri(A), "_one", "my ")
    assert desk.statuses(proposal) == {**FRESH, "one": "stale"}
    assert desk.ended(desk.begin(proposal, ["one"])).has(stale=1)
    assert desk.text(A) == TEXT_A.replace("slot_one", "slotmy _one")
    desk.undo()
    assert desk.statuses(proposal) == FRESH
    assert desk.accept(proposal).has(accepted=3)
    assert (desk.text(A), desk.text(B)) == (done(TEXT_A, *ALL), done(TEXT_B, *ALL))


def test_the_whole_hunk_deleted_and_brought_back_is_fresh(desk: Desk) -> None:
    proposal = desk.propose()
    range_ = desk.range(desk.uri(A), "first\nslot_one\nmiddle\n")
    desk.change(desk.uri(A), [{"range": range_, "newText": ""}])
    assert desk.statuses(proposal)["one"] == "stale"
    desk.undo()
    assert desk.statuses(proposal) == FRESH
    desk.accept(proposal)
    assert desk.text(A) == done(TEXT_A, *ALL)


def test_an_unsaved_buffer_is_the_truth(desk: Desk) -> None:
    desk.type(desk.uri(A), "first", "unsaved\n")
    proposal = desk.propose()
    assert desk.accept(proposal).has(accepted=3)
    assert desk.text(A) == "unsaved\n" + done(TEXT_A, *ALL)
    assert desk.disk(A) == TEXT_A.encode()


@pytest.mark.parametrize("whole", [False, True], ids=["each-place", "one-change"])
def test_undo_and_redo_are_seen(desk: Desk, whole: bool) -> None:
    proposal = desk.propose()
    desk.accept(proposal, ["one", "two"])
    accepted = {"one": "accepted", "two": "accepted", "three": "fresh"}
    assert desk.statuses(proposal) == accepted
    for _ in range(2):
        desk.undo(whole)
        assert desk.text(A) == TEXT_A
        assert desk.statuses(proposal) == FRESH
        desk.undo(whole)
        assert desk.text(A) == done(TEXT_A, *ALL)
        assert desk.statuses(proposal) == accepted


def test_closing_without_saving_takes_an_acceptance_back(desk: Desk) -> None:
    proposal = desk.propose()
    desk.accept(proposal, ["one"])
    desk.close(A)
    assert desk.statuses(proposal) == FRESH
    assert desk.accept(proposal).has(accepted=3)
    assert desk.text(A) == done(TEXT_A, *ALL)


# The disk.


def test_a_closed_file_changed_on_disk_meanwhile_keeps_the_change(desk: Desk) -> None:
    proposal = desk.propose()
    desk.write(B, "another program's\n" + TEXT_B)
    desk.watched(B)
    assert desk.statuses(proposal) == FRESH
    assert desk.accept(proposal).has(accepted=3)
    assert desk.text(B) == "another program's\n" + done(TEXT_B, *ALL)


def test_a_closed_file_changed_on_disk_is_seen_without_being_told(desk: Desk) -> None:
    proposal = desk.propose()
    desk.write(B, "silently\n" + TEXT_B.replace("slot_three", "slot_three of mine"))
    desk.accept(proposal)
    assert desk.statuses(proposal) == {"one": "accepted", "two": "accepted", "three": "stale"}
    assert desk.text(A) == done(TEXT_A, *ALL)
    assert B not in [uri.rpartition("/")[2] for uri in desk.buffers]


def test_a_deleted_file_makes_stale_and_one_that_comes_back_fresh(desk: Desk) -> None:
    proposal = desk.propose()
    (desk.project / B).unlink()
    desk.watched(B)
    assert desk.statuses(proposal) == {**FRESH, "three": "stale"}
    desk.write(B, "new\n" + TEXT_B)
    desk.watched(B)
    assert desk.statuses(proposal) == FRESH
    assert desk.accept(proposal).has(accepted=3)
    assert desk.text(B) == "new\n" + done(TEXT_B, *ALL)


# More than one proposal, or none.


def test_two_runs_on_one_file(desk: Desk) -> None:
    one, two = desk.propose(), desk.propose()
    desk.accept(one, ["one"])
    assert by_slot(desk.now(one) or {}) == {**FRESH, "one": "accepted"}
    assert by_slot(desk.now(two) or {}) == {**FRESH, "one": "accepted"}
    desk.type(desk.uri(A), "middle", "typed ")
    assert desk.accept(two).has(accepted=2)
    assert desk.text(A) == done(TEXT_A, *ALL).replace("middle", "typed middle")
    assert (desk.now(one), desk.now(two)) == (None, None)
    desk.roll_back(one)
    assert desk.text(A) == TEXT_A.replace("middle", "typed middle")


def test_a_proposal_of_a_closed_folder_expires_with_the_reason(desk: Desk) -> None:
    proposal = desk.propose()
    folder = {"uri": desk.project.as_uri(), "name": desk.project.name}
    event = {"added": [], "removed": [folder]}
    desk.wire.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    if desk.own_review:
        told = desk.wire.told("redline/proposal", id=proposal["id"], state="expired")
        assert "folder" in told["reason"]
    event = {"added": [folder], "removed": []}
    desk.wire.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    outcome = desk.ended(desk.begin(proposal))
    assert outcome.has()
    assert "folder" in outcome.said
    assert desk.text(A) == TEXT_A


def test_part_by_part(desk: Desk) -> None:
    proposal = desk.propose()
    assert desk.accept(proposal, ["two"]).has(accepted=1)
    assert desk.text(A) == done(TEXT_A, "two")
    assert desk.accept(proposal, ["three"]).has(accepted=1)
    assert desk.statuses(proposal) == {"one": "fresh", "two": "accepted", "three": "accepted"}
    assert desk.accept(proposal).has(accepted=1)
    assert (desk.text(A), desk.text(B)) == (done(TEXT_A, *ALL), done(TEXT_B, *ALL))
    desk.roll_back(proposal)
    assert (desk.text(A), desk.text(B)) == (TEXT_A, TEXT_B)


def test_bytes_that_were_not_shown_are_not_applied(desk: Desk) -> None:
    proposal = desk.propose()
    shown = {each["id"]: each["digest"] for each in proposal["hunks"]}
    wrong = {**shown, hunk_of(proposal, "one")["id"]: "0" * 32}
    assert desk.ended(desk.begin(proposal, ["one"], digests=wrong)).has()
    assert not desk.wire.unread("workspace/applyEdit")
    assert desk.text(A) == TEXT_A
    assert desk.served(desk.begin(proposal, digests=shown)).has(accepted=3)


# Bytes.


@pytest.mark.parametrize("name", given.STRANGE)
def test_strange_texts_come_out_byte_for_byte(desk: Desk, name: str) -> None:
    a = given.filled(given.STRANGE[name], "slot_one", "slot_two")
    b = given.filled(given.STRANGE[name], "slot_three", "as it is")
    desk.close(A)
    desk.write(A, a)
    desk.write(B, b)
    desk.load(desk.uri(A))
    proposal = desk.propose()
    for each in proposal["hunks"]:
        assert each["before"].replace("slot_", "done_") == each["after"]
    assert desk.accept(proposal).has(accepted=3)
    assert desk.text(A).encode() == done(a, *ALL).encode()
    assert desk.text(B).encode() == done(b, *ALL).encode()
    assert desk.roll_back(proposal).has(accepted=3)
    assert (desk.text(A).encode(), desk.text(B).encode()) == (a.encode(), b.encode())


@pytest.mark.parametrize("ahead", ["", "line\n", "🦀 "])
def test_a_mark_at_the_start_stays_and_moves_nothing(desk: Desk, ahead: str) -> None:
    desk.close(A)
    desk.write(A, BOM + (ahead + TEXT_A[6:]).encode())
    desk.write(B, BOM + (ahead + TEXT_B[6:]).encode())
    desk.load(desk.uri(A))
    proposal = desk.propose()
    assert desk.accept(proposal).has(accepted=3)
    for path, text in ((A, TEXT_A), (B, TEXT_B)):
        desk.save(path)
        assert desk.disk(path) == BOM + done(ahead + text[6:], *ALL).encode()


def test_invalid_bytes_elsewhere_in_a_closed_file_stay(desk: Desk) -> None:
    data = b"\xff\xfe\xc3\n" + TEXT_B.encode() + b"\x80caf\xe9\n"
    desk.write(B, data)
    proposal = desk.propose()
    id_ = desk.begin(proposal, ["three"])
    request = desk.edit()
    (change,) = request["params"]["edit"]["documentChanges"]
    (edit,) = change["edits"]
    start_, end = edit["range"]["start"], edit["range"]["end"]
    lines = desk.disk(B).split(b"\n")
    line = lines[start_["line"]]
    assert start_["line"] == end["line"]
    new = edit["newText"].encode()
    lines[start_["line"]] = line[: start_["character"]] + new + line[end["character"] :]
    desk.write(B, b"\n".join(lines))
    desk.wire.answer(request, {"applied": True})
    assert desk.ended(id_).has(accepted=1)
    assert desk.disk(B) == data.replace(b"slot_three", b"done_three")


# The editor does not do what it is asked.


def test_a_refusal_is_told_with_its_reason(desk: Desk) -> None:
    proposal = desk.propose()
    id_ = desk.begin(proposal)
    desk.refuses(desk.edit(), "a.txt is read-only")
    outcome = desk.ended(id_)
    assert outcome.has()
    assert "read-only" in outcome.said
    assert desk.statuses(proposal) == FRESH
    assert desk.text(A) == TEXT_A


def test_an_error_is_told_and_changes_nothing(desk: Desk) -> None:
    proposal = desk.propose()
    id_ = desk.begin(proposal)
    error = {"code": -32803, "message": "cannot apply"}
    desk.wire.send({"jsonrpc": "2.0", "id": desk.edit()["id"], "error": error})
    outcome = desk.ended(id_)
    assert outcome.has()
    assert "cannot apply" in outcome.said
    assert desk.statuses(proposal) == FRESH


def test_what_was_done_by_halves_is_completed(desk: Desk) -> None:
    proposal = desk.propose()
    assert desk.served(given.half(desk, proposal)).has(accepted=3)
    assert (desk.text(A), desk.text(B)) == (done(TEXT_A, *ALL), done(TEXT_B, *ALL))


def test_what_cannot_be_completed_is_undone_and_told(desk: Desk) -> None:
    proposal = desk.propose()
    id_ = given.half(desk, proposal)
    desk.apply(given.refuse_until_rollback(desk))
    outcome = desk.served(id_)
    assert outcome.has(undone=2)
    assert "undone" in outcome.said and "locked" in outcome.said
    assert desk.text(A) == TEXT_A
    assert desk.disk(B) == TEXT_B.encode()
    assert desk.statuses(proposal) == FRESH


def test_what_can_be_neither_completed_nor_undone_is_told(desk: Desk) -> None:
    proposal = desk.propose()
    id_ = given.half(desk, proposal)
    desk.refuses(given.refuse_until_rollback(desk), "a.txt is locked, too")
    outcome = desk.ended(id_)
    assert outcome.has(accepted=2)
    assert "2 hunks applied; 1 hunk not" in outcome.said
    assert desk.text(A) == done(TEXT_A, *ALL)
    assert desk.statuses(proposal) == {"one": "accepted", "two": "accepted", "three": "fresh"}


def test_without_an_answer_the_text_decides(desk: Desk) -> None:
    proposal = desk.propose()
    id_ = desk.begin(proposal, ["one", "two"])
    request = desk.edit()
    desk.put(request)
    assert desk.ended(id_, seconds=3).has(accepted=2)
    desk.wire.answer(request, {"applied": False, "failureReason": "far too late"})
    assert desk.statuses(proposal)["one"] == "accepted"
    assert desk.text(A) == done(TEXT_A, *ALL)


def test_a_second_answer_is_ignored(desk: Desk) -> None:
    proposal = desk.propose()
    id_ = desk.begin(proposal, ["one"])
    request = desk.edit()
    desk.put(request)
    desk.wire.answer(request, {"applied": True})
    desk.wire.answer(request, {"applied": False, "failureReason": "no"})
    assert desk.ended(id_).has(accepted=1)
    assert desk.statuses(proposal)["one"] == "accepted"
    assert desk.accept(proposal).has(accepted=2)
    assert desk.text(A) == done(TEXT_A, *ALL)


def test_a_yes_before_the_change_is_told_is_waited_for(desk: Desk) -> None:
    proposal = desk.propose()
    id_ = desk.begin(proposal, ["one", "two"])
    request = desk.edit()
    desk.wire.answer(request, {"applied": True})
    assert desk.statuses(proposal)["one"] == "fresh"  # the answer alone proves nothing
    desk.put(request)
    assert desk.ended(id_, seconds=3).has(accepted=2)


def test_a_refused_edit_that_is_applied_after_all_is_seen(desk: Desk) -> None:
    proposal = desk.propose()
    id_ = desk.begin(proposal, ["one", "two"])
    request = desk.edit()
    desk.refuses(request)
    assert desk.ended(id_).has()
    desk.put(request)
    assert desk.statuses(proposal) == {"one": "accepted", "two": "accepted", "three": "fresh"}
    assert desk.accept(proposal).has(accepted=1)
    desk.roll_back(proposal)
    assert (desk.text(A), desk.text(B)) == (TEXT_A, TEXT_B)


def test_a_yes_with_nothing_done_is_found_out_and_a_late_edit_is_seen(desk: Desk) -> None:
    if desk.kind != "helix-25.07":
        pytest.skip("it takes five seconds: once is enough")
    proposal = desk.propose()
    id_ = desk.begin(proposal, ["one", "two"])
    request = desk.edit()
    desk.wire.answer(request, {"applied": True})
    outcome = desk.ended(id_)
    assert outcome.has(unconfirmed=2)
    assert "not seen in the file" in outcome.said
    assert desk.statuses(proposal) == FRESH
    desk.put(request)
    assert desk.statuses(proposal) == {"one": "accepted", "two": "accepted", "three": "fresh"}
    assert desk.text(A) == done(TEXT_A, *ALL)


# The server ends.


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        (given.OWN, "exit"),
        (given.OWN, "kill -9"),
        ("neovim-0.12", "kill -9"),
        ("helix-25.07", "exit"),
    ],
)
def test_a_proposal_outlives_the_server(tmp_path: Path, kind: str, end: str) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / A).write_bytes(TEXT_A.encode())
    (tmp_path / "project" / B).write_bytes(TEXT_B.encode())
    desk = given.desk_at(tmp_path, kind)
    desk.load(desk.uri(A))
    proposal = desk.propose()
    assert desk.accept(proposal, ["one"]).has(accepted=1)
    desk.type(desk.uri(A), "middle", "typed\n")
    desk.save(A)
    if end == "exit":
        assert desk.wire.ask("shutdown") is None
        desk.wire.notify("exit")
        assert desk.wire.ended() == 0
    else:
        desk.begin(proposal)  # killed while the editor is asked
        desk.edit()
        desk.wire.process.kill()
    desk = given.again(desk, tmp_path, proposal)
    with desk.wire:
        assert desk.statuses(proposal) == {**FRESH, "one": "accepted"}
        assert desk.accept(proposal).has(accepted=2)
        typed = TEXT_A.replace("middle", "typed\nmiddle")
        assert (desk.text(A), desk.text(B)) == (done(typed, *ALL), done(TEXT_B, *ALL))
        assert desk.roll_back(proposal).has(accepted=3)
        assert (desk.text(A), desk.text(B)) == (typed, TEXT_B)
