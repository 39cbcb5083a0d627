"""Proposals: the diff is what git makes of it, hunks follow typing, and the way back leads back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from redline.core.proposal import follow
from redline.core.proposal.follow import LiveHunk
from redline.core.proposal.hunks import FileOperation, hunks, operation_of
from redline.core.proposal.model import Change, Proposal
from redline.core.proposal.render import file_diff, unified_diff
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


@st.composite
def typing(draw: st.DrawFn, text: bytes) -> list[Edit]:
    """Edits by hand, each counting in the text after those before it."""
    result = []
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 3)))
        result.append(Edit(Span(start, end), draw(st.sampled_from([b"", b"k", b"\n", b"kk"]))))
        text = edits.apply(text, [result[-1]])
    return result


def after_typing(text: bytes, typed: list[Edit]) -> bytes:
    for each in typed:
        text = edits.apply(text, [each])
    return text


def in_lines(text: bytes, each: LiveHunk) -> bytes:
    return text[each.region.start : each.region.end]


@settings(max_examples=300, deadline=None)
@given(changed(), st.data(), st.booleans())
def test_a_status_is_what_stands_in_the_lines(case, data_source, one_by_one: bool) -> None:
    data, made = case
    live = follow.opened(proposal_of(data, made))
    typed = data_source.draw(typing(data))
    text, earlier = data, set()
    for group in ([each] for each in typed) if one_by_one else [typed]:
        # What was accepted stays so, whatever is typed in its lines afterwards.
        earlier |= {each.hunk.id for each in live.hunks if each.status == "accepted"}
        text = after_typing(text, group)
        live = follow.moved(live, "u", group, Text(text))
    for each in live.hunks:
        lines = {"fresh": each.hunk.before, "accepted": each.hunk.after}
        if each.hunk.id not in earlier:
            assert in_lines(text, each) == lines.get(each.status, in_lines(text, each))
    fresh = [each for each in live.hunks if each.status == "fresh"]
    ids = [each.hunk.id for each in fresh]
    after = edits.apply(text, [edit for each in fresh for edit in follow.edits_of(each)])
    put_in = follow.switched(live, "u", ids, "accepted")
    assert all(in_lines(after, e) == e.hunk.after for e in put_in.hunks if e.hunk.id in ids)
    taken = [e for each in put_in.hunks if each.hunk.id in ids for e in _back(each)]
    assert edits.apply(after, taken) == text
    again = follow.switched(put_in, "u", ids, "fresh", back=True)
    assert [each.region for each in again.hunks] == [each.region for each in live.hunks]


def _back(each: LiveHunk) -> tuple[Edit, ...]:
    return follow.edits_of(each, back=True)


@settings(max_examples=200, deadline=None)
@given(changed(), st.data())
def test_taking_the_typing_back_makes_every_hunk_fresh_again(case, data_source) -> None:
    data, made = case
    live = follow.opened(proposal_of(data, made))
    text = data
    back: list[Edit] = []
    for each in data_source.draw(typing(data)):
        back = [*edits.invert(text, [each]), *back]
        text = edits.apply(text, [each])
        live = follow.moved(live, "u", [each], Text(text))
    assume(all(each.region.end <= len(text) for each in live.hunks))
    inside = {each.hunk.id for each in live.hunks if len(each.region) or not each.hunk.before}
    for each in back:
        text = edits.apply(text, [each])
        live = follow.moved(live, "u", [each], Text(text))
    assert text == data
    assert all(e.status in ("fresh", "stale", "accepted") for e in live.hunks)
    settled = [e for e in live.hunks if e.hunk.id in inside and e.status == "fresh"]
    assert all(in_lines(text, each) == each.hunk.before for each in settled)


@settings(max_examples=200, deadline=None)
@given(changed(), st.data())
def test_an_edit_the_editor_applies_by_itself_is_seen_as_accepted(case, data_source) -> None:
    data, made = case
    assume(made)
    live = follow.opened(proposal_of(data, made))
    steps = [edit for each in live.hunks for edit in follow.edits_of(each)]
    sequence = edits.in_sequence(steps)
    after = after_typing(data, list(sequence))
    assert after == edits.apply(data, made)
    done = follow.moved(live, "u", sequence, Text(after))
    assert all(in_lines(after, each) == each.hunk.after for each in done.hunks)
    assert {each.status for each in done.hunks} <= {"accepted"}
    undone = follow.moved(done, "u", edits.in_sequence(edits.invert(data, steps)), Text(data))
    assert {each.status for each in undone.hunks} <= {"fresh"}


def applied_by_git(root: Path, diff: bytes, *options: str) -> None:
    command = ["git", "apply", "--whitespace=nowarn", *options, "-"]
    subprocess.run(command, cwd=root, input=diff, check=True, capture_output=True)


NAMES = st.sampled_from(
    ["a.txt", "a b.txt", "lib/c d.txt", 'q"uote', "ta\tb", "ünï", "back\\slash"]
)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts(), NAMES)
def test_git_creates_and_deletes_files_and_takes_it_back(
    tmp_path: Path, data: bytes, name: str
) -> None:
    file = tmp_path / name
    made = file_diff(name, "create", "", b"", [Edit(Span(0, 0), data)])
    gone = file_diff(name, "delete", "", data, [])
    applied_by_git(tmp_path, made)
    assert file.read_bytes() == data
    applied_by_git(tmp_path, gone)
    assert not file.exists()
    applied_by_git(tmp_path, gone, "-R")
    assert file.read_bytes() == data
    applied_by_git(tmp_path, made, "-R")
    assert not file.exists()


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changed(), NAMES)
def test_git_renames_a_file_with_its_edits_and_takes_it_back(
    tmp_path: Path, case, name: str
) -> None:
    data, made = case
    old, new = tmp_path / name, tmp_path / "new" / name
    old.parent.mkdir(exist_ok=True)
    old.write_bytes(data)
    diff = file_diff(name, "rename", f"new/{name}", data, made)
    assert (b"100%" in diff) == (not made)
    applied_by_git(tmp_path, diff)
    assert not old.exists() and new.read_bytes() == edits.apply(data, made)
    applied_by_git(tmp_path, diff, "-R")
    assert not new.exists() and old.read_bytes() == data
    old.unlink()


def test_git_keeps_the_mode_of_a_renamed_file_and_stages_what_it_reads(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    script = tmp_path / "run.sh"
    script.write_bytes(b"echo one\n")
    script.chmod(0o755)
    (tmp_path / "old.py").write_bytes(b"x = 1\n")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    parts = [
        file_diff("run.sh", "rename", "bin/run.sh", b"echo one\n", [Edit(Span(5, 8), b"two")]),
        file_diff("old.py", "delete", "", b"x = 1\n", []),
        file_diff("empty.py", "create", "", b"", []),
    ]
    applied_by_git(tmp_path, b"".join(parts), "--index")
    command = ["git", "ls-files", "--stage"]
    staged = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert [line.split()[::3] for line in staged.stdout.splitlines()] == [
        ["100755", "bin/run.sh"],
        ["100644", "empty.py"],
    ]
    assert (tmp_path / "bin" / "run.sh").stat().st_mode & 0o777 == 0o755


@settings(max_examples=200, deadline=None)
@given(changed(), st.sampled_from(["create", "rename", "delete"]))
def test_a_whole_file_is_one_hunk_and_its_edits_are_its_own(case, kind) -> None:
    data, made = case
    base = b"" if kind == "create" else data
    content = edits.apply(data, made)
    steps = {"create": (Edit(Span(0, 0), content),), "rename": made, "delete": ()}[kind]
    target = "v" if kind == "rename" else ""
    changes = [Change("u", edit, "r", "computed") for edit in steps]
    operation = FileOperation(kind, "u", target, "why", "computed")
    found = hunks("p", {"u": Text(base)}, changes, [operation])
    whole = found[-1]
    assert [hunk.id for hunk in found] == [f"p.{n + 1}" for n in range(len(found))]
    assert (whole.operation, whole.target, operation_of(whole).kind) == (kind, target, kind)
    assert {hunk.operation for hunk in found[:-1]} <= ({"edit"} if kind == "rename" else set())
    assert whole.digest not in {hunk.digest for hunk in found[:-1]}
    if kind == "create":
        assert (whole.before, whole.after) == (b"", content)
    elif kind == "delete":
        assert (whole.before, whole.after, whole.edits) == (data, b"", ())
    else:
        lines = [edit for hunk in found[:-1] for edit in hunk.edits]
        assert (whole.before, whole.after, whole.edits) == (b"", b"", ())
        assert edits.apply(data, lines) == content


@pytest.mark.parametrize("name", ["a b", 'q"uote', "ta\tb", "ünï", "back\\slash"])
def test_git_takes_odd_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"one\n")
    diff = unified_diff(name, b"one\n", [Edit(Span(0, 3), b"two")])
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff, check=True)
    assert (tmp_path / name).read_bytes() == b"two\n"
