"""The walk finds what git would not ignore, once, in order, and never leaves the root."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redline.adapters.ignore import parse_ignore
from redline.adapters.walk import walk


def tree(root: Path, files: str) -> Path:
    """Makes files; `name=text` has a text."""
    for file in files.split():
        name, _, text = file.partition("=")
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("\\n", "\n"))
    return root


def found(root: Path, *excludes: str) -> str:
    return " ".join(path for path, *_ in walk(root, excludes, lambda path: path.endswith(".py")))


def test_files_come_in_a_fixed_order_with_their_sizes(tmp_path: Path) -> None:
    tree(tmp_path, "b.py=12345 a/z.py a/b/c.py a/a.py c/d.py B.py x.txt")
    files = list(walk(tmp_path, (), lambda path: path.endswith(".py")))
    assert [path for path, *_ in files] == [
        "B.py",
        "b.py",
        "a/a.py",
        "a/z.py",
        "a/b/c.py",
        "c/d.py",
    ]
    assert files[1][:2] == ("b.py", 5)


def test_folders_that_never_hold_source_are_left_out(tmp_path: Path) -> None:
    tree(
        tmp_path,
        ".git/a.py .hg/a.py node_modules/a.py s/__pycache__/a.py env/pyvenv.cfg env/lib/a.py"
        " venv/a.py .hidden/a.py",
    )
    assert found(tmp_path) == ".hidden/a.py venv/a.py"


def test_nested_ignore_files_and_negations_count(tmp_path: Path) -> None:
    tree(
        tmp_path,
        ".gitignore=build/\\n/top.py\\n*.gen.py a.py a.gen.py top.py sub/top.py build/a.py"
        " sub/build/a.py sub/.gitignore=!keep.gen.py\\nlocal.py sub/keep.gen.py sub/x.gen.py"
        " sub/local.py local.py .git/info/exclude=private.py sub/private.py",
    )
    assert found(tmp_path) == "a.py local.py sub/keep.gen.py sub/top.py"


def test_excludes_leave_out_more_and_never_bring_back(tmp_path: Path) -> None:
    tree(tmp_path, ".gitignore=secret.py a.py secret.py gen/a.py")
    assert found(tmp_path, "gen/", "!secret.py") == "a.py"


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tree(tmp_path / "outside", "a.py")
    root = tree(tmp_path / "root", "a.py sub/b.py")
    (root / "out").symlink_to(outside)
    (root / "out.py").symlink_to(outside / "a.py")
    (root / "loop").symlink_to(root)
    (root / "sub" / "again.py").symlink_to(root / "a.py")
    (root / "self.py").symlink_to("self.py")
    assert found(root) == "a.py sub/b.py"
    (tmp_path / "way").symlink_to(root)
    assert found(tmp_path / "way") == "a.py sub/b.py"


def test_what_only_looks_like_a_source_file_is_left_out(tmp_path: Path) -> None:
    tree(tmp_path, "a.py")
    os.mkfifo(tmp_path / "fifo.py")
    os.mkfifo(tmp_path / ".gitignore")
    (tmp_path / "folder.py").mkdir()
    assert found(tmp_path) == "a.py"


def test_names_that_are_not_utf8_are_found(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.py")).touch()
    assert found(tmp_path) == "caf\udce9.py"


def test_a_folder_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    problems: list[tuple[str, str]] = []
    missing = tmp_path / "missing"
    assert list(walk(missing, (), lambda _: True, lambda *each: problems.append(each))) == []
    assert problems == [("", "No such file or directory")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_does_not_stop_the_walk(tmp_path: Path) -> None:
    tree(tmp_path, "a.py locked/b.py z/c.py")
    (tmp_path / "locked").chmod(0)
    problems: list[tuple[str, str]] = []
    files = list(walk(tmp_path, (), lambda _: True, lambda *each: problems.append(each)))
    (tmp_path / "locked").chmod(0o700)
    assert [path for path, *_ in files] == ["a.py", "z/c.py"]
    assert problems == [("locked/", "Permission denied")]


def test_the_idiom_of_allowing_only_some_files_works() -> None:
    ignore = parse_ignore(["*", "!*/", "!*.py"])
    assert [ignore.judge(path) for path in ("src/", "src/a.py", "src/a.txt")] == [
        False,
        False,
        True,
    ]


NAMES = ("a", "b", "ab", "a.py", "b.py", "!x", "#y", "[z]", "a b", "c\\d", "A")
PIECES = (
    *("a", "b", "A", "x", "y", "z", ".py", " ", "**", "*", "?", "/", "/**/", "**/", "/**"),
    *("!", "#", "\\", "\\!", "\\#", "\\ ", "c\\\\d"),
    *("[ab]", "[!a]", "[a-b]", "[^b]", "[z]", "[", "]", "[[:alpha:]]"),
)
# `**` beside anything but `/` means no more than `*`, says git, which then matches oddly.
ODD = re.compile(r"\*\*\*|[^!/]\*\*|/!\*\*|\*\*[^/]")
PATTERN = (
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=5)
    .map("".join)
    .filter(lambda pattern: not ODD.search(pattern))
)
PATH = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is the oracle")
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", root], check=True)
    return root


@settings(max_examples=150, deadline=None)
@given(
    patterns=st.lists(PATTERN, min_size=1, max_size=4),
    below=st.lists(PATTERN, max_size=2),
    paths=st.lists(PATH, min_size=1, max_size=8),
)
def test_the_walk_finds_what_git_would_add(
    repository: Path, patterns: list[str], below: list[str], paths: list[str]
) -> None:
    for entry in repository.iterdir():
        if entry.is_dir() and entry.name != ".git":
            shutil.rmtree(entry)
        elif entry.is_file():
            entry.unlink()
    (repository / "a").mkdir()
    (repository / "a" / ".gitignore").write_text("\n".join(below))
    (repository / ".gitignore").write_text("\n".join(patterns) + "\n")
    for path in paths:
        with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
            (repository / path).parent.mkdir(parents=True, exist_ok=True)
            (repository / path).touch()
    command = ["git", "-C", str(repository), "ls-files", "--others", "--exclude-standard", "-z"]
    added = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert sorted(path for path, *_ in walk(repository, (), lambda _: True)) == sorted(
        filter(None, added.split("\0"))
    )
