"""Rolling back in an editor, and rolling that back, with the user typing in between."""

from __future__ import annotations

import safety_fixtures as given
from safety_desk import ALL, TEXT_A, TEXT_B, A, B, Desk, done

desk, lasting = given.desk, given.lasting


def undo_of(desk: Desk) -> dict[str, str]:
    """The newest run, as what a rollback is addressed by."""
    newest = desk.command("redline.runs")[0]
    assert newest["instruction"].startswith("roll back ")
    return {"run": newest["run"], "id": newest["proposal"]}


def test_a_rollback_can_be_rolled_back_again_and_again(desk: Desk) -> None:
    proposal = desk.propose()
    assert desk.accept(proposal).has(accepted=3)
    for _ in range(2):
        assert desk.roll_back(proposal).has(accepted=3)
        assert (desk.text(A), desk.text(B)) == (TEXT_A, TEXT_B)
        desk.type(desk.uri(A), "middle", "typed\n")
        assert desk.roll_back(undo_of(desk)).has(accepted=3)
        typed = TEXT_A.replace("middle", "typed\nmiddle")
        assert (desk.text(A), desk.text(B)) == (done(typed, *ALL), done(TEXT_B, *ALL))
        desk.change(desk.uri(A), [{"range": desk.range(desk.uri(A), "typed\n"), "newText": ""}])
    assert "nothing to roll back" in desk.roll_back(undo_of(desk)).said
    assert desk.roll_back(proposal).has(accepted=3)


def test_only_what_was_accepted_is_taken_out_and_put_in_again(desk: Desk) -> None:
    proposal = desk.propose()
    assert desk.accept(proposal, ["two", "three"]).has(accepted=2)
    assert desk.roll_back(proposal).has(accepted=2)
    assert (desk.text(A), desk.text(B)) == (TEXT_A, TEXT_B)
    assert desk.roll_back(undo_of(desk)).has(accepted=2)
    assert (desk.text(A), desk.text(B)) == (done(TEXT_A, "two"), done(TEXT_B, "three"))
    assert desk.accept(proposal, ["one"]).has(accepted=1)
    assert desk.roll_back(proposal).has(accepted=3)
    assert (desk.text(A), desk.text(B)) == (TEXT_A, TEXT_B)
