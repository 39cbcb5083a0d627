"""A history is kept by the commit it leads to, and believed only when it is sound."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_git_history import commit, git

from redline.adapters.history import file as history_file
from redline.adapters.history.git import GitHistory, read_history
from redline.adapters.summed_file import sum_of
from redline.core.retrieval.history import Commit, History, message_words
from redline.core.retrieval.terms import WORDS
from redline.core.uris import Folder

NAMES = st.lists(st.sampled_from(["a", "größe", "b/c.py", "x y", "\n"]), max_size=4).map(tuple)
ODD = ["a.py", "\n.py", "größe.py", *map(os.fsdecode, (b"\xff", b"\xc3(", b"\xed\xa0\x80"))]
PATHS = st.lists(st.sampled_from(ODD), max_size=3).map(tuple)
COMMITS = st.lists(st.builds(Commit, st.integers(-(2**40), 2**40), NAMES, PATHS), max_size=6)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "-q")
    commit(folder, "Added the parser", "a.py", "sub/b.py")
    commit(folder, "Fixed timezones", "a.py")
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "history.kept"


def reader(kept: Path) -> GitHistory:
    return GitHistory(lambda _: kept)


def folder(path: Path) -> Folder:
    return Folder(path.as_uri(), path.name)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such paths")
@settings(max_examples=30)
@given(COMMITS)
def test_what_is_kept_comes_back(tmp_path_factory: pytest.TempPathFactory, commits: list) -> None:
    path = tmp_path_factory.getbasetemp() / "some.kept"
    history = History("f00", tuple(commits))
    history_file.write(path, history)
    assert history_file.read(path, "f00") == history
    assert history_file.read(path, "f01") is None


def test_a_history_is_read_from_git_once(repository: Path, kept: Path) -> None:
    first = reader(kept).read(folder(repository))
    assert first == read_history(repository)
    objects = repository / ".git" / "objects"
    for path in objects.rglob("*"):
        if path.is_file() and first.head != path.parent.name + path.name:
            path.unlink()  # git itself can tell no more than where it is
    assert read_history(repository) != first
    assert reader(kept).read(folder(repository)) == first


def test_another_commit_is_another_history(repository: Path, kept: Path) -> None:
    reader(kept).read(folder(repository))
    commit(repository, "Third", "c.py")
    assert reader(kept).read(folder(repository)) == read_history(repository)
    assert len(read_history(repository).commits) == 3


@pytest.mark.parametrize("at", [0, 20, -1])
def test_what_is_damaged_is_read_anew(repository: Path, kept: Path, at: int) -> None:
    reader(kept).read(folder(repository))
    sound = kept.read_bytes()
    damaged = bytearray(sound)
    damaged[at] ^= 1
    kept.write_bytes(damaged)
    assert history_file.read(kept, read_history(repository).head) is None
    assert reader(kept).read(folder(repository)) == read_history(repository)
    assert kept.read_bytes() == sound


@pytest.mark.parametrize("length", [0, 5, 40, 200])
def test_what_is_cut_off_is_read_anew(repository: Path, kept: Path, length: int) -> None:
    reader(kept).read(folder(repository))
    kept.write_bytes(kept.read_bytes()[:length])
    assert reader(kept).read(folder(repository)) == read_history(repository)


def test_what_does_not_fit_together_is_not_believed(kept: Path) -> None:
    rows = history_file._Rows(b"\x07\0\0\0", b"\x01\0\0\0")
    outside = history_file._Kept("f00", WORDS, bytes(8), (), (), rows, rows)
    short = history_file._Kept("f00", WORDS, bytes(8), ("a",), (b"a",), rows, _rows(0))
    for each in (outside, short):
        body = history_file.MAGIC + history_file._encode(each)
        kept.write_bytes(body + sum_of(body))
        assert history_file.read(kept, "f00") is None


def _rows(*ends: int) -> history_file._Rows:
    return history_file._Rows(b"", b"".join(end.to_bytes(4, "little") for end in ends))


def test_other_words_are_another_history(
    repository: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = reader(kept).read(folder(repository))
    monkeypatch.setattr(history_file, "WORDS", "other")
    assert history_file.read(kept, history.head) is None


def test_words_that_change_need_another_version() -> None:
    """Kept histories hold words: whoever changes how they are told raises `WORDS`."""
    told = message_words("Fixed #12 -- maxHTTP_size2 of parsed queries stopped größe, ly.\n\nCc: x")
    expected = (
        *("max", "http", "size", "maxhttp_size2"),
        *("pars", "query", "stop", "gr", "öß", "größe", "ly"),
    )
    assert (WORDS, told) == ("1", expected)


def test_where_nothing_can_be_kept_it_is_read_each_time(repository: Path, tmp_path: Path) -> None:
    def nowhere(root: Path) -> Path:
        raise PermissionError(root)

    expected = read_history(repository)
    assert GitHistory(nowhere).read(folder(repository)) == expected
    assert reader(tmp_path / "absent" / "kept").read(folder(repository)) == expected


def test_without_a_commit_nothing_is_kept(tmp_path: Path, kept: Path) -> None:
    assert reader(kept).read(folder(tmp_path)) == History()
    assert not kept.exists()
