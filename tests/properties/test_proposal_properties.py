"""Proposals: the diff is what git makes of it, hunks follow typing, and the way back leads back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from redline.core.proposal import follow
from redline.core.proposal.hunks import hunks
from redline.core.proposal.model import Change, Proposal
from redline.core.proposal.render import unified_diff
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

LINES = st.lists(
    st.sampled_from(["a", "bb", "", "x = 1", "\tdef", "é😀", "a\rb", "  "]), max_size=30
)
NEW = st.sampled_from(["", "z", "new\n", "one\ntwo\n", "\n", "y\r\n", "q\nr"])


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    lines = draw(LINES)
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return (end.join(lines) + draw(st.sampled_from(["", end]))).encode()


@st.composite
def changed(draw: st.DrawFn) -> tuple[bytes, tuple[Edit, ...]]:
    """A text and edits that neither overlap nor touch."""
    data = draw(texts())
    cuts = sorted(draw(st.sets(st.integers(0, len(data)), max_size=8)))
    cuts = [at for at in cuts if at == len(data) or data[at] & 0xC0 != 0x80]
    spans = zip(cuts[::2], cuts[1::2], strict=False)
    made = [Edit(Span(start, end), draw(NEW).encode()) for start, end in spans]
    apart = [e for n, e in enumerate(made) if n == 0 or e.span.start > made[n - 1].span.end]
    return data, tuple(apart)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changed())
def test_git_applies_the_diff_to_the_same_bytes(tmp_path: Path, case) -> None:
    data, made = case
    after = edits.apply(data, made)
    file = tmp_path / "a b.txt"
    file.write_bytes(data)
    diff = unified_diff("a b.txt", data, made)
    if data == after:
        assert diff == b""
        return
    assume(data and after)  # git writes the making and ending of files in other words
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, cwd=tmp_path, input=diff, check=True, capture_output=True)
    assert file.read_bytes() == after


def proposal_of(data: bytes, made: tuple[Edit, ...]) -> Proposal:
    changes = [Change("u", edit, "r", "computed") for edit in made]
    return Proposal("p", "r", "t", {}, hunks("p", {"u": Text(data)}, changes))


@settings(max_examples=200, deadline=None)
@given(changed())
def test_hunks_hold_the_edits_and_show_what_they_do(case) -> None:
    data, made = case
    found = proposal_of(data, made).hunks
    real = [edit for edit in made if data[edit.span.start : edit.span.end] != edit.new]
    assert [edit for hunk in found for edit in hunk.edits] == real
    shown = [Edit(Span(h.start, h.start + len(h.before)), h.after) for h in found]
    assert all(
        data[e.span.start : e.span.end] == h.before for e, h in zip(shown, found, strict=True)
    )
    assert edits.apply(data, shown) == edits.apply(data, real)


@settings(max_examples=300, deadline=None)
@given(changed(), st.data())
def test_hunks_follow_typing_or_go_stale(case, data_source) -> None:
    data, made = case
    live = follow.opened(proposal_of(data, made))
    text = data
    for _ in range(data_source.draw(st.integers(1, 4))):
        start = data_source.draw(st.integers(0, len(text)))
        end = data_source.draw(st.integers(start, min(len(text), start + 3)))
        typed = Edit(Span(start, end), data_source.draw(st.sampled_from([b"", b"k", b"\n", b"kk"])))
        live = follow.moved(live, "u", [typed])
        text = edits.apply(text, [typed])
    for each in live.hunks:
        if each.status == "fresh":
            assert text[each.region.start : each.region.end] == each.hunk.before
    ids = follow.ids(live, lambda each: each.status == "fresh")
    after = edits.apply(text, follow.edits_of(live, "u", ids))
    landed = follow.landed(live, "u", ids)
    for each in landed.hunks:
        if each.status == "accepted":
            assert after[each.region.start : each.region.end] == each.hunk.after


@settings(max_examples=200, deadline=None)
@given(changed())
def test_the_way_back_leads_back(case) -> None:
    data, made = case
    proposal = proposal_of(data, made)
    after = edits.apply(data, made)
    back, lost = follow.inverse(proposal.hunks, Text(after))
    if not lost:
        assert edits.apply(after, back) == data


def test_what_cannot_be_told_apart_is_left_alone() -> None:
    proposal = proposal_of(b"one\nx\nx\n", (Edit(Span(0, 3), b"x"),))
    back, lost = follow.inverse(proposal.hunks, Text(b"more\nx\nx\nx\n"))
    assert (back, lost) == ((), ("p.1",))


@pytest.mark.parametrize("name", ["a b", 'q"uote', "ta\tb", "ünï", "back\\slash"])
def test_git_takes_odd_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"one\n")
    diff = unified_diff(name, b"one\n", [Edit(Span(0, 3), b"two")])
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff, check=True)
    assert (tmp_path / name).read_bytes() == b"two\n"
