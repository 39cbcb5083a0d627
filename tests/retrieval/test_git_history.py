"""The history comes as git has it, within its budget, and reading it runs nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from redline.adapters.history.git import head_commit, read_history
from redline.core.retrieval.history import History

ODD = ["a b.py", "-dash.py", "ümlaut.py", "new\nline.py", '"quoted".py', "\nfirst.py"]


def git(folder: Path, *arguments: str) -> str:
    who = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", "A"), ("EMAIL", "a@example.org"))
    }
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **who}
    argv = ["git", "-c", "init.defaultBranch=main", "-C", str(folder), *arguments]
    return subprocess.run(
        argv, env=os.environ | own, capture_output=True, check=True, text=True
    ).stdout


def commit(folder: Path, message: str, *names: str) -> str:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.read_text() + "x\n" if path.exists() else "x\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


def test_commits_come_newest_first_with_words_and_paths(repository: Path) -> None:
    commit(repository, "Added the parser", "a.py", "sub/b.py")
    head = commit(repository, "Fixed timezones\n\nReviewed-by: Somebody", "a.py")
    history = read_history(repository)
    assert history.head == head == head_commit(repository)
    assert [(each.words, each.paths) for each in history.commits] == [
        (("timezon",), ("a.py",)),
        (("pars",), ("a.py", "sub/b.py")),
    ]
    assert history.commits[0].time >= history.commits[1].time > 1_000_000_000


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_odd_paths_come_whole(repository: Path) -> None:
    commit(repository, "Odd", *ODD)
    assert set(read_history(repository).commits[0].paths) == set(ODD)


def test_a_message_cannot_pass_for_a_commit(repository: Path) -> None:
    commit(repository, f"One\n\n\x01{'0' * 40} 1\n", "a.py")
    commit(repository, "Empty")
    commit(repository, "Two", "b.py")
    assert [each.paths for each in read_history(repository).commits] == [("b.py",), ("a.py",)]


def test_a_move_is_two_paths(repository: Path) -> None:
    commit(repository, "One", "a.py")
    git(repository, "mv", "a.py", "c.py")
    commit(repository, "Two")
    assert read_history(repository).commits[0].paths == ("a.py", "c.py")


def test_merges_are_left_out(repository: Path) -> None:
    commit(repository, "One", "a.py")
    git(repository, "checkout", "-q", "-b", "side")
    commit(repository, "Side", "b.py")
    git(repository, "checkout", "-q", "main")
    commit(repository, "Main", "c.py")
    git(repository, "merge", "-q", "--no-ff", "-m", "Merged", "side")
    found = {each.paths for each in read_history(repository).commits}
    assert found == {("a.py",), ("b.py",), ("c.py",)}


def test_the_budget_of_commits_holds(repository: Path) -> None:
    for at in range(5):
        commit(repository, f"Step {at}", "a.py")
    assert len(read_history(repository, commits=2).commits) == 2
    assert read_history(repository, commits=0) == History()


def test_a_revision_leaves_out_what_came_after(repository: Path) -> None:
    first = commit(repository, "One", "a.py")
    commit(repository, "Two", "b.py")
    history = read_history(repository, first)
    assert (history.head, len(history.commits)) == (first, 1)


def test_paths_are_relative_to_the_folder(repository: Path) -> None:
    commit(repository, "One", "top.py", "sub/b.py")
    assert [each.paths for each in read_history(repository / "sub").commits] == [("b.py",)]


def test_without_repository_commit_or_folder_the_history_is_empty(
    tmp_path: Path, repository: Path
) -> None:
    bare = tmp_path / "plain"
    bare.mkdir()
    for folder in (bare, repository, tmp_path / "absent"):
        assert read_history(folder) == History()
        assert head_commit(folder) == ""


def test_without_git_the_history_is_empty(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repository, "One", "a.py")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_history(repository) == History()
    assert head_commit(repository) == ""


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_nothing_the_repository_names_is_run(repository: Path, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\necho ran >> '{proof}'\n")
    trap.chmod(0o755)
    commit(repository, "One", "a.py")
    (repository / ".gitattributes").write_text("*.py diff=trap\n")
    commit(repository, "Two", "a.py")
    settings = (
        "core.fsmonitor",
        "diff.external",
        "diff.trap.textconv",
        "core.pager",
        "gpg.program",
    )
    for name in (*settings, "pager.log", "core.sshCommand", "diff.trap.command"):
        git(repository, "config", name, str(trap))
    git(repository, "config", "log.showSignature", "true")
    git(repository, "config", "core.hooksPath", str(tmp_path))
    assert len(read_history(repository).commits) == 2
    assert head_commit(repository)
    assert not proof.exists()


def test_the_environment_cannot_point_elsewhere(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repository, "One", "a.py")
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    assert len(read_history(repository).commits) == 1
    assert not (tmp_path / "trace").exists()


def test_an_option_is_not_a_revision(repository: Path, tmp_path: Path) -> None:
    commit(repository, "One", "a.py")
    target = tmp_path / "written"
    assert read_history(repository, f"--output={target}") == History()
    assert not target.exists()
