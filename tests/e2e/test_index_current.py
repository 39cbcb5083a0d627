"""Whatever happens to the files, what the index answers becomes what a fresh index answers.

Each story runs for clients that tell of every file, of nothing below a folder that came or
went (as watchers do when a folder is moved), and of nothing at all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from index_tree import answers, fresh, source, tree, watching
from wire import PATIENCE, Wire, environment

Start = Callable[[], Wire]
Change = Callable[[Path], None]
TELLING = ("every file", "folders", "nothing")
PACKAGES = ("ant", "bee", "cow", "dog")
FILES = 15


class Desk:
    """A server over `root`, and a client that tells it of changes in its own way."""

    def __init__(self, wire: Wire, root: Path, telling: str) -> None:
        self.wire, self.root, self.telling = wire, root, telling
        wire.handlers["client/registerCapability"] = lambda _: None
        declared: dict[str, Any] = {"experimental": {"redline": {"proposals": True}}}
        if telling != "nothing":
            declared["workspace"] = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
        wire.initialize(declared, rootUri=root.as_uri())
        wire.notify("initialized", {})

    def ready(self) -> Desk:
        """The same, once its index is complete."""
        self.wire.told("redline/index", state="complete")
        return self

    def changes(self, change: Change) -> None:
        """Changes the tree, and tells of it."""
        told = self.telling != "nothing"
        watched = watching(self.root, self.telling == "folders") if told else nullcontext([])
        with watched as events:
            change(self.root)
        if told:
            self.wire.notify("workspace/didChangeWatchedFiles", {"changes": events})

    def comes_to_agree(self, packages: tuple[str, ...] = PACKAGES) -> None:
        """Fails unless the answers soon are those of a fresh index."""
        expected = fresh(self.root, packages)
        deadline = time.monotonic() + PATIENCE / 2
        while (found := answers(self.wire, self.root, packages)) != expected:
            lacks, more = sorted(expected - found), sorted(found - expected)
            said = f"lacks {len(lacks)}: {lacks[:2]}, has {len(more)} too many: {more[:2]}"
            assert time.monotonic() < deadline, said


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tree(tmp_path.resolve() / "work", PACKAGES, FILES)


def git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "core.hooksPath=/dev/null")
    subprocess.run(["git", "-C", root, *who, *words], check=True, capture_output=True)


def rewrite(root: Path) -> None:
    """Another branch: of `ant` half is changed, half gone; `bee` is elsewhere; `fox` is new."""
    for number in range(FILES):
        path = root / f"src/ant/m{number}.py"
        if number % 2:
            path.unlink()
        else:
            path.write_text(source("ant", number + 100))
    (root / "src/bee").rename(root / "src/hive")
    tree(root, ("fox",), FILES)


# What users do.


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
@pytest.mark.parametrize("telling", TELLING)
def test_a_checkout_of_hundreds_of_files(start: Start, tmp_path: Path, telling: str) -> None:
    root = tree(tmp_path.resolve() / "work", PACKAGES, 95)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    git(root, "checkout", "-q", "-b", "other")
    shutil.rmtree(root / "src/cow")
    for number in range(95):
        (root / f"src/dog/m{number}.py").write_text(source("dog", number + 500))
    rewrite(root)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "two")
    desk = Desk(start(), root, telling).ready()
    for branch in ("main", "other", "main"):
        desk.changes(lambda root, branch=branch: git(root, "checkout", "-q", branch))
        desk.comes_to_agree((*PACKAGES, "fox"))


def folder_renamed(root: Path) -> None:
    (root / "src/ant").rename(root / "src/formica")


def folder_moved_in(root: Path) -> None:
    outside = tree(root.parent / "elsewhere", ("fox",), FILES)
    (outside / "src/fox").rename(root / "src/fox")


def parent_renamed(root: Path) -> None:
    (root / "src").rename(root / "lib")


def folder_deleted(root: Path) -> None:
    shutil.rmtree(root / "src/bee")


def file_becomes_folder(root: Path) -> None:
    path = root / "src/cow/m1.py"
    path.unlink()
    path.mkdir()
    (path / "inner.py").write_text(source("fox", 1))


def folder_becomes_file(root: Path) -> None:
    shutil.rmtree(root / "src/dog")
    (root / "src/dog").write_text("now a file")
    shutil.rmtree(root / "src/cow")
    (root / "src/cow.py").write_text(source("cow", 900))


def ignored_and_not_any_more(root: Path) -> None:
    (root / ".gitignore").write_text("ant/\n")


def links_and_loops(root: Path) -> None:
    (root / "src/ant/loop").symlink_to(root / "src", target_is_directory=True)
    (root / "src/ant/itself.py").symlink_to("itself.py")
    (root / "src/bee/m1.py").unlink()
    (root / "src/bee/m1.py").symlink_to(root / "src/bee/m2.py")
    (root / "src/cow/m1.py").unlink()
    (root / "src/cow/m1.py").symlink_to("nowhere.py")
    shutil.rmtree(root / "src/dog")
    (root / "src/dog").symlink_to("ant", target_is_directory=True)


def no_text_any_more(root: Path) -> None:
    (root / "src/ant/m1.py").write_bytes(b"a\0b")
    (root / "src/ant/m2.py").write_text("# " + "x" * 2_100_000)
    (root / "src/ant/m3.py").unlink()
    os.mkfifo(root / "src/ant/m3.py")
    (root / "src/ant/m4.py").write_bytes(b"def f_ant_4(): return '\xff\xfe'\n")


def without_permission(root: Path) -> None:
    (root / "src/ant/m1.py").chmod(0)
    (root / "src/bee").chmod(0)


CHANGES: tuple[Change, ...] = (
    rewrite,
    folder_renamed,
    folder_moved_in,
    parent_renamed,
    folder_deleted,
    file_becomes_folder,
    folder_becomes_file,
    ignored_and_not_any_more,
    links_and_loops,
    no_text_any_more,
)


@pytest.mark.parametrize("telling", TELLING)
@pytest.mark.parametrize("change", CHANGES, ids=lambda each: each.__name__)
def test_the_answers_after(start: Start, root: Path, change: Change, telling: str) -> None:
    desk = Desk(start(), root, telling).ready()
    desk.changes(change)
    desk.comes_to_agree((*PACKAGES, "fox"))


@pytest.mark.parametrize("telling", TELLING)
def test_what_was_ignored_is_found_when_it_is_not(start: Start, root: Path, telling: str) -> None:
    (root / ".gitignore").write_text("src/ant/\n")
    desk = Desk(start(), root, telling).ready()
    desk.changes(lambda root: (root / ".gitignore").unlink())
    desk.comes_to_agree()


@pytest.mark.parametrize("telling", TELLING)
def test_files_that_may_not_be_read(start: Start, root: Path, telling: str) -> None:
    desk = Desk(start(), root, telling).ready()
    try:
        desk.changes(without_permission)
        if os.access(root / "src/ant/m1.py", os.R_OK):
            pytest.skip("this user may read everything")
        desk.comes_to_agree()
    finally:
        (root / "src/bee").chmod(0o700)


@pytest.mark.parametrize("telling", ["every file", "nothing"])
def test_a_file_written_over_with_the_same_size_and_time(
    start: Start, root: Path, telling: str
) -> None:
    desk = Desk(start(), root, telling).ready()

    path = root / "src/ant/m1.py"
    status = path.stat()
    path.write_text(path.read_text().replace("f_ant_1", "f_ant_9"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    if telling == "every file":
        event = {"uri": path.as_uri(), "type": 2}
        desk.wire.notify("workspace/didChangeWatchedFiles", {"changes": [event]})
    desk.comes_to_agree()


@pytest.mark.parametrize("telling", TELLING)
def test_files_that_change_while_they_are_indexed(start: Start, root: Path, telling: str) -> None:
    tree(root, ("elk", "fox", "gnu"), 90)
    stop = threading.Event()

    def write(root: Path) -> None:
        round_ = 0
        while not stop.is_set():
            round_ += 1
            for package in PACKAGES:
                path = root / f"src/{package}/m{round_ % FILES}.py"
                fresh_text = root / f"src/{package}/.m.part"
                fresh_text.write_text(source(package, 1000 + round_))
                fresh_text.replace(path)
            (root / f"src/elk/m{round_ % 90}.py").unlink(missing_ok=True)
            (root / f"src/fox/n{round_ % 30}.py").write_text(source("fox", 2000 + round_ % 30))

    desk = Desk(start(), root, telling)
    writer = threading.Thread(target=desk.changes, args=(write,))
    writer.start()
    try:
        desk.ready()
    finally:
        stop.set()
        writer.join()
    desk.comes_to_agree((*PACKAGES, "elk", "fox", "gnu"))


@pytest.mark.parametrize("telling", ["every file", "folders"])
def test_what_was_told_of_is_in_the_next_answer(start: Start, root: Path, telling: str) -> None:
    """Not soon after: a client that told of a change and then asks is not answered from before."""
    desk = Desk(start(), root, telling).ready()
    desk.changes(rewrite)
    assert answers(desk.wire, root, PACKAGES) == fresh(root, PACKAGES)


def test_more_news_than_is_followed_one_by_one_is_in_the_next_answer(
    start: Start, root: Path
) -> None:
    desk = Desk(start(), root, "every file").ready()
    with watching(root, folders=False) as events:
        rewrite(root)
    events += [{"uri": (root / f"src/none{at}.py").as_uri(), "type": 3} for at in range(3000)]
    for at in range(0, len(events), 100):
        params = {"changes": events[at : at + 100]}
        desk.wire.notify("workspace/didChangeWatchedFiles", params)
    assert answers(desk.wire, root, PACKAGES) == fresh(root, PACKAGES)


# What a new start remembers.


def references(root: Path, home: Path) -> Any:
    """Where `helper` is used, as the command line says with what is remembered in `home`."""
    command = (sys.executable, "-m", "redline.main", "references", "helper", "--json")
    done = subprocess.run(
        [*command, "--root", str(root)], env=environment(home), capture_output=True, check=True
    )
    return json.loads(done.stdout)


CHANGES_BETWEEN: tuple[Change, ...] = (rewrite, file_becomes_folder, links_and_loops)


@pytest.mark.parametrize("change", CHANGES_BETWEEN, ids=lambda each: each.__name__)
def test_a_new_start_after(root: Path, tmp_path: Path, change: Change) -> None:
    before = references(root, tmp_path / "used")
    change(root)
    after = references(root, tmp_path / "used")
    assert (len(before), after) == (len(PACKAGES) * FILES, references(root, tmp_path / "new"))
    assert after != before


# While it is built.


def test_an_answer_before_the_index_is_complete_is_whole_or_an_error(
    start: Start, root: Path
) -> None:
    more = ("elk", "fox", "gnu", "hen")
    tree(root, more, 99)
    desk = Desk(start(), root, "every file")
    early = desk.wire.reply(desk.wire.request("workspace/symbol", {"query": "C_hen_"}))
    desk.ready()
    late = desk.wire.ask("workspace/symbol", {"query": "C_hen_"})
    assert len(late) == 99
    assert "error" in early or early["result"] == late


def test_a_build_is_told_from_its_beginning_to_its_end(start: Start, root: Path) -> None:
    tree(root, ("elk", "fox"), 99)
    wire = start()
    begun: list[Any] = []
    wire.handlers["window/workDoneProgress/create"] = lambda params: begun.append(params["token"])
    capabilities = {
        "window": {"workDoneProgress": True},
        "experimental": {"redline": {"proposals": True}},
    }
    wire.initialize(capabilities, rootUri=root.as_uri())
    wire.notify("initialized", {})
    states = [wire.told("redline/index")]
    while states[-1]["state"] != "complete":
        states.append(wire.told("redline/index"))
    total = len(PACKAGES) * FILES + 2 * 99
    assert states[0] == {"state": "building", "done": 0, "total": total}
    assert states[-1] == {"state": "complete", "done": total, "total": total}
    assert [each["done"] for each in states] == sorted(each["done"] for each in states)
    assert {each["state"] for each in states[:-1]} == {"building"}
    shown = [wire.told("$/progress", token=begun[0])["value"]["kind"]]
    while shown[-1] != "end":
        shown.append(wire.told("$/progress", token=begun[0])["value"]["kind"])
    assert (shown[0], set(shown[1:-1]) <= {"report"}) == ("begin", True)


def test_many_changed_files_are_said_to_be_looked_at(start: Start, root: Path) -> None:
    desk = Desk(start(), root, "every file").ready()
    desk.changes(rewrite)
    first = desk.wire.told("redline/index")
    last = desk.wire.told("redline/index", state="complete")
    assert first["state"] == "building"
    files = sum(1 for path in (root / "src").rglob("*.py"))
    assert last == {"state": "complete", "done": files, "total": files}
