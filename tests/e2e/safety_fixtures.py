"""The editors of the safety tests, the texts, and the ways in which an editor does half."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from safety_desk import TEXT_A, TEXT_B, A, B, Desk, Proposal, start
from wire import Message

KINDS = ("vscode-1.139", "neovim-0.12", "helix-25.07")
OWN = "vscode-1.139"

LINE = "before {slot} after"
STRANGE = {
    "crlf": "x\r\n{one}\r\ny\r\n\r\n{two}\r\nz\r\n",
    "mixed": "x\n{one}\r\ny\r\r\n{two}\nz\r\n",
    "lone-cr": "x\r{one}\ry\r\r{two}\rz\r",
    "not-line-ends": "x\f{one}\v\u2028y\x85\n\n\f\n{two}\u2029\fz\n",
    "no-final-newline": "x\n{one}\n\n\n{two}",
    "emoji": "👩‍👩‍👧‍👦\n🦀👩‍💻 {one} 🏴‍☠️\n\n𝔘\n🦀{two}𝔘\n",
    "cjk-and-combining": "漢字\n値é{one}한글ก้\n\nא\u0301\n\u0301{two}\u200f\n",
    "tabs-and-spaces": "\t\n \t{one}  \n\n   \n{two}\t \n",
}


def filled(text: str, one: str, two: str) -> str:
    return text.format(one=LINE.format(slot=one), two=LINE.format(slot=two))


def desk_at(folder: Path, kind: str) -> Desk:
    """An editor of `kind` with a server of its own, or the next server of the same home."""
    project = folder / "project"
    project.mkdir(parents=True, exist_ok=True)
    return Desk(start(folder / "home"), kind, project, kind == OWN)


@pytest.fixture(scope="module", params=KINDS)
def lasting(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """One editor of each kind for the whole module."""
    desk = desk_at(tmp_path_factory.mktemp("safety"), request.param)
    with desk.wire:
        yield desk
        assert desk.wire.ask("shutdown") is None
        desk.wire.notify("exit")
        assert desk.wire.ended() == 0
        assert desk.wire.log() == ""


@pytest.fixture
def desk(lasting: Desk) -> Iterator[Desk]:
    """The module's editor with both files as the tests know them, `a.txt` open."""
    lasting.write(A, TEXT_A)
    lasting.write(B, TEXT_B)
    lasting.load(lasting.uri(A))
    yield lasting
    lasting.close_all()
    lasting.steps.clear()
    for proposal in lasting.command("redline.proposals"):
        lasting.command("redline.reject", proposal=proposal["id"])
    left = [each for each in lasting.wire.drained() if "id" in each]
    for each in [each for each in left if each["method"] in lasting.wire.handlers]:
        lasting.wire.answer(each, lasting.wire.handlers[each["method"]](each.get("params")))
        left.remove(each)
    assert left == [], "something is left unanswered"


def half(desk: Desk, proposal: Proposal) -> int:
    """Accepts all with an editor that does `a.txt` and then says no; the id of the request."""
    id_ = desk.begin(proposal)
    request = desk.edit()
    desk.put(request, lambda path: path == A)
    if desk.neovim:
        desk.wire.answer(request, {"applied": True})
        desk.refuses(desk.edit(), "b.txt is locked")
    else:
        desk.refuses(request, "b.txt is locked")
    return id_


def refuse_until_rollback(desk: Desk) -> Message:
    """Refuses what is left; the first edit that takes something back."""
    while True:
        request = desk.edit()
        if "roll back" in request["params"]["label"]:
            return request
        desk.refuses(request, "b.txt is locked")


def again(desk: Desk, folder: Path, proposal: Proposal) -> Desk:
    """The next server of the same home, with the proposal open in it and `a.txt` as saved."""
    desk.wire.__exit__()
    after = desk_at(folder, desk.kind)
    after.load(after.uri(A))
    if after.own_review:
        assert after.wire.told("redline/proposal", id=proposal["id"])["state"] == "open"
    for _ in range(500):
        if after.now(proposal) is not None:
            return after
    raise AssertionError("the proposal did not come back")
