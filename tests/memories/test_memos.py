"""Memos as files: what is written is read again, and what is no memo is said to be none."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redline.adapters.memory import MAX_FILE, MemoryFolder
from redline.core.memory.format import read, written
from redline.core.memory.model import MOST, Memo, Remembered, Uses, outdated
from redline.core.memory.rules import rule_of

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=80)


@st.composite
def memos(draw: st.DrawFn) -> Memo:
    kind = draw(st.sampled_from(["rule", "lesson", "run"]))
    lines = st.lists(TEXT, min_size=1, max_size=5).map(lambda rows: "\n".join(["x", *rows, "y"]))
    return Memo(
        f"{kind}-1",
        kind,
        draw(TEXT),
        draw(lines),
        float(draw(st.integers(0, 4_000_000_000))),
        draw(TEXT),
        tuple(draw(st.lists(TEXT, max_size=3))),
        draw(TEXT),
    )


@given(memos())
def test_a_memo_is_read_as_it_was_written(memo: Memo) -> None:
    assert read(memo.id, written(memo)) == memo


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader_or_the_writer(text: str) -> None:
    for each in (text, f"+++\n{text}\n+++\n{text}"):
        found = read("any", each)
        assert isinstance(found, str | Memo)
    memo = Memo("any", "lesson", text, f"x{text}", 1.0, text, (text,), text)
    again = read("any", written(memo))
    assert isinstance(again, Memo), again


HEAD = '+++\nkind = "rule"\ncreated = 2026-01-31T12:00:00Z\n'


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a", "# Notes\n", "expected TOML between two lines +++ at the top"),
        ("a", "+++\nkind = \n+++\n\nx\n", "the part between the lines +++ is not TOML"),
        ("a", HEAD.replace("rule", "wish") + "+++\n\nx\n", "kind is one of rule, lesson, run"),
        ("a", HEAD + 'colour = "red"\n+++\n\nx\n', "there is no key 'colour'"),
        ("a", '+++\nkind = "rule"\ncreated = 1\n+++\n\nx\n', "created is a date and time"),
        ("a", HEAD + "title = 3\n+++\n\nx\n", "title is a string"),
        ("a", HEAD + "paths = [1]\n+++\n\nx\n", "paths is a list of strings"),
        ("a", HEAD + "+++\n\n\n", "there is nothing in it"),
        ("a b", HEAD + "+++\n\nx\n", "the name of a memo is made of"),
    ],
)
def test_what_is_no_memo_says_why(name: str, text: str, why: str) -> None:
    found = read(name, text)
    assert isinstance(found, str) and found.startswith(why), found


def memo(number: int, kind: str = "lesson", at: float = 0.0) -> Memo:
    return Memo(f"{kind}-{number}", kind, f"title {number}", "text", at or number)  # type: ignore[arg-type]


def store(folder: Path) -> MemoryFolder:
    return MemoryFolder(lambda: folder)


def test_foreign_and_broken_files_are_left_alone(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.keep(memo(1))
    strange = {
        "notes.md": b"my own notes",
        "binary.md": b"\xff\xfe\x00",
        "large.md": b"x" * (MAX_FILE + 1),
        "other.txt": b"not looked at",
        "uses.toml": b"[[[",
    }
    for name, data in strange.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "link.md").symlink_to(tmp_path / "lesson-1.md")
    (tmp_path / "folder.md").mkdir()
    found = kept.remembered()
    assert found.memos == (memo(1),)
    assert [each.partition(": ")[0].rpartition("/")[2] for each in found.problems] == [
        "binary.md", "folder.md", "large.md", "link.md", "notes.md"
    ]  # fmt: skip
    assert kept.forget(["notes", "large", "link", "lesson-1", "../lesson-1"]) == ("lesson-1",)
    assert (tmp_path / "notes.md").read_bytes() == b"my own notes"


def test_what_the_user_changes_is_seen_and_never_written_over(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.keep(memo(1))
    assert kept.remembered().memos == (memo(1),)
    path = Path(kept.place("lesson-1"))
    path.write_text(path.read_text().replace("text", "text of the user"))
    kept.keep(memo(1))
    assert [each.text for each in kept.remembered().memos] == ["text of the user"]
    kept.ended("lesson-1", "accepted")
    assert [(each.text, each.outcome) for each in kept.remembered().memos] == [
        ("text of the user", "accepted")
    ]


def test_uses_are_counted_beside_the_memos(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.keep(memo(1))
    kept.keep(memo(2))
    before = Path(kept.place("lesson-1")).read_bytes()
    kept.used(["lesson-1", "gone"], 10.0)
    kept.used(["lesson-1", "lesson-2"], 20.0)
    assert kept.remembered().uses == {"lesson-1": Uses(2, 20.0), "lesson-2": Uses(1, 20.0)}
    assert Path(kept.place("lesson-1")).read_bytes() == before


def test_several_servers_lose_nothing(tmp_path: Path) -> None:
    kept = [store(tmp_path) for _ in range(4)]

    def work(which: int) -> None:
        for number in range(10):
            kept[which].keep(memo(which * 10 + number + 1))
            kept[which].used(["lesson-1"], 5.0)

    kept[0].keep(memo(1))
    threads = [threading.Thread(target=work, args=(which,)) for which in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    found = store(tmp_path).remembered()
    assert len(found.memos) == 40 and found.problems == ()
    assert found.uses == {"lesson-1": Uses(40, 5.0)}


def test_the_oldest_lessons_and_runs_go_and_rules_stay() -> None:
    most = MOST["lesson"]
    many = [memo(number) for number in range(1, most + 6)]
    rules = [memo(number, "rule") for number in range(1, most + 6)]
    known = Remembered((*many, *rules), {"lesson-1": Uses(1, 1e9)})
    assert set(outdated(known)) == {f"lesson-{number}" for number in range(2, 7)}


def test_pruning_takes_the_files_away(tmp_path: Path) -> None:
    kept = store(tmp_path)
    for number in range(1, MOST["lesson"] + 4):
        (tmp_path / f"lesson-{number}.md").write_text(written(memo(number)))
    kept.keep(memo(9999))
    found = {each.id for each in kept.remembered().memos}
    assert len(found) == MOST["lesson"]
    assert not found & {"lesson-1", "lesson-2", "lesson-3", "lesson-4"} and "lesson-9999" in found


def test_rules_are_called_by_their_words_and_no_two_alike() -> None:
    first = rule_of("Use the Decimal type, always.", 1.0, [])
    assert first.id == "rule-decimal-type-always"
    assert rule_of("Use the Decimal type, always.", 1.0, [first.id]).id == f"{first.id}-2"
    assert rule_of("日本語", 1.0, []).id == "rule"
