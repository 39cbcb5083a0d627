"""Whole files in a draft: what the tools show, and what the proposal makes of the disk, agree."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redline import main
from redline.app import tools
from redline.app.files import Files
from redline.core import uris
from redline.core.agent import drafts
from redline.core.agent.model import Draft, ToolCall, ToolResult
from redline.core.agent.state import RunState
from redline.core.proposal.render import proposal_diff
from redline.core.settings import Settings
from redline.core.snapshot import Snapshot
from redline.core.text.text import Text
from redline.core.uris import Folder

BEFORE = {
    "a.txt": "one\ntwo\n",
    "b c.txt": "three",
    "lib/d.txt": "",
    "lib/e.txt": "four\r\nfive\r\n",
}
PATHS = st.sampled_from([*BEFORE, "new.txt", "lib/new.txt", "other/new.txt", "lib"])
TEXTS = st.sampled_from(["", "x\n", "y", "z\nzz\n", "é\n"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("create_file"), PATHS, TEXTS),
        st.tuples(st.just("edit"), PATHS, TEXTS),
        st.tuples(st.just("rename_file"), PATHS, PATHS),
        st.tuples(st.just("delete_file"), PATHS, st.just("")),
        st.tuples(st.just("revert"), PATHS | st.just(""), st.just("")),
    ),
    max_size=8,
)
ADAPTERS = main.adapters(Settings())


def in_lines(there: str, new: str) -> str:
    """`new` in place of all of `there`: whole lines for whole lines, their ends as they were."""
    if not there:
        return new
    end = newline(there)
    body = new.removesuffix("\n").replace("\n", end)
    return body + end if new and there.endswith(end) else body


@dataclass
class Desk:
    """A run's draft over a folder, and beside it what the folder should look like."""

    root: Path
    draft: Draft = Draft()
    cache: dict[str, Text] = field(default_factory=dict)
    view: dict[str, tuple[str, str]] = field(
        default_factory=lambda: {path: (path, text) for path, text in BEFORE.items()}
    )

    @property
    def files(self) -> Files:
        folder = Folder(uris.from_path(self.root.as_posix()), "project")
        return Files(Snapshot(folders=(folder,)), ADAPTERS.disk, self.draft, self.cache)

    def call(self, name: str, **arguments: str) -> ToolResult:
        context = tools.ToolContext(RunState("r"), self.files, ADAPTERS)
        result = asyncio.run(tools.call(context, ToolCall("c", 1, name, arguments)))
        assert not (result.failure and (result.changes or result.operations or result.dropped))
        self.draft = drafts.after(self.draft, result)
        return result

    def step(self, name: str, path: str, other: str) -> None:
        """One call, and what it should come to; that it works is asked only where it must."""
        here = self.view.get(path)
        match name:
            case "create_file":
                if not self.call(name, path=path, content=other).failure:
                    assert here is None
                    self.view[path] = (
                        "",
                        other if other.endswith("\n") or not other else f"{other}\n",
                    )
            case "edit":
                text = here[1] if here else "?"
                if not self.call(name, path=path, search=text, replace=other).failure:
                    assert here is not None
                    self.view[path] = (here[0], in_lines(here[1], other))
            case "rename_file":
                if not self.call(name, path=path, new_path=other).failure:
                    assert here is not None and other not in self.view
                    self.view[other] = self.view.pop(path)
            case "delete_file":
                assert bool(self.call(name, path=path).failure) == (here is None)
                self.view.pop(path, None)
            case _:
                self.revert(path)

    def revert(self, path: str) -> None:
        arguments = {"path": path} if path else {}
        if self.call("revert", **arguments).failure:
            return
        if not path:
            self.view = {each: (each, text) for each, text in BEFORE.items()}
            return
        origin = self.view[path][0] if path in self.view else path
        names = [now for now, (first, _) in self.view.items() if now == path or first == path]
        for name in names:
            del self.view[name]
        if origin:
            self.view[origin] = (origin, BEFORE[origin])

    def seen(self) -> dict[str, str]:
        """Every file as the tools see it."""
        found = {}
        for path in {*BEFORE, *self.view, "new.txt", "lib/new.txt", "other/new.txt"}:
            uri, problem = self.files.locate(path)
            text = None if problem else self.files.text(uri)
            if isinstance(text, Text):
                assert self.files.path(uri) == path
                found[path] = text.decode()
        return found


def newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def on_disk(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {p.relative_to(root).as_posix(): p.read_bytes().decode() for p in files}


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_what_is_shown_is_what_becomes_of_the_files(tmp_path: Path, steps: list) -> None:
    root = tmp_path / "w"
    shutil.rmtree(root, ignore_errors=True)
    for path, text in BEFORE.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    desk = Desk(root)
    for each in steps:
        desk.step(*each)
        assert desk.seen() == {path: text for path, (_, text) in desk.view.items()}
    assert on_disk(root) == BEFORE, "a tool wrote"
    done = desk.call("propose", title="t")
    if done.proposal is None:
        assert desk.seen() == BEFORE, done.failure
        return
    uris_ = [*done.proposal.uris, *(hunk.target for hunk in done.proposal.hunks if hunk.target)]
    names = {uri: uris.for_people(desk.files.folders, uri) for uri in uris_}
    diff = proposal_diff(done.proposal, dict(desk.files.bases(done.proposal.uris)), names, {})
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, cwd=root, input=diff, check=True, capture_output=True)
    assert on_disk(root) == desk.seen()


def test_a_name_nobody_used_is_free(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "a.txt").write_text("one\n")
    assert not desk.call("create_file", path="x/y/z.txt", content="a").failure
    assert not desk.call("rename_file", path="a.txt", new_path="x/y/b.txt").failure
