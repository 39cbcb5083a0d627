"""Scratch copies: what they hold, what they hide, what they never touch, and that they go."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sandbox_support import LIMITS, places, tree, with_marker

from redline.adapters.sandbox.without import Unsandboxed
from redline.adapters.scratch.copies import Scratch
from redline.adapters.scratch.copying import Bounds
from redline.adapters.scratch.places import ScratchPlaces
from redline.adapters.scratch.secrets import Secret, Secrets
from redline.core.oversight.sandbox import Limits, Ran, ScratchCopy
from redline.core.problems import ToolProblem

_KEY = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_text("a\n")
    (root / "run").write_text("#!/bin/sh\n")
    (root / "run").chmod(0o755)
    (root / "sub" / "c.txt").write_text("c\n")
    (root / "inside").symlink_to("sub")
    (root / "outside").symlink_to(tmp_path)
    return root


def layer(scratch: object, name: str = "laid") -> dict[str, tuple[int, bytes]]:
    assert isinstance(scratch, ScratchCopy), scratch
    return {
        path: (mode, data)
        for path, (mode, data) in tree(Path(scratch.place) / name).items()
        if not stat.S_ISDIR(mode)
    }


async def test_only_what_differs_is_written(project: Path) -> None:
    before = tree(project)
    changed = {"a.txt": b"other\n", "run": b"#!/bin/sh\nexit 1\n", "sub/c.txt": None, "n/x": b"x"}
    with places() as made:
        async with Scratch(made).laid(project, changed) as scratch:
            found = layer(scratch)
    regular, gone = stat.S_IFREG | 0o644, stat.S_IFCHR | 0o600
    assert found == {
        "a.txt": (regular, b"other\n"),
        "run": (stat.S_IFREG | 0o755, b"#!/bin/sh\nexit 1\n"),
        "sub/c.txt": (gone, b""),
        "n/x": (regular, b"x"),
    }
    assert tree(project) == before


async def test_a_path_through_a_link_is_the_file_it_leads_to(project: Path) -> None:
    with places() as made:
        async with Scratch(made).laid(project, {"inside/c.txt": b"C"}) as scratch:
            assert list(layer(scratch)) == ["sub/c.txt"]


@pytest.mark.parametrize("path", ["../x", "/etc/x", "outside/x", "", "a/../../x", "x\0y"])
async def test_a_path_that_leads_out_is_refused(project: Path, path: str) -> None:
    with places() as made:
        async with Scratch(made).laid(project, {path: b"x"}) as scratch:
            assert isinstance(scratch, ToolProblem)


async def test_more_than_a_project_is_refused(home: Path, tmp_path: Path) -> None:
    (home / "state" / "redline").mkdir(parents=True)
    with places() as made:
        for folder in (Path("/"), home, home.parent, home / "state", tmp_path / "none"):
            async with Scratch(made).laid(folder, {}) as scratch:
                assert isinstance(scratch, ToolProblem), folder


async def test_secrets_are_empty_whatever_is_laid_over_them(project: Path) -> None:
    (project / ".env").write_text("TOKEN=1")
    (project / "sub" / "server.key").write_text(_KEY)
    (project / ".aws").mkdir()
    (project / ".aws" / "credentials").write_text("x")
    with places() as made:
        changed = {".env": b"TOKEN=2", "sub/.env.test": b"TOKEN=3"}
        async with Scratch(made).laid(project, changed) as scratch:
            found = layer(scratch)
    assert {path: data for path, (_, data) in found.items()} == {
        ".env": b"", "sub/.env.test": b"", "sub/server.key": b"", ".aws": b"",
    }  # fmt: skip


def test_secrets_are_known_by_name_and_examples_are_none(tmp_path: Path) -> None:
    for name in (".env.example", "a.pem", "notes.txt", "sub/tls/x.pem", "node_modules/k/x.key"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("-----BEGIN CERTIFICATE-----\n")
    assert Secrets().below(tmp_path) == ()
    (tmp_path / "sub" / "tls" / "x.pem").write_text(_KEY)
    assert Secrets().below(tmp_path) == (Secret("sub/tls/x.pem"),)


def test_what_a_secret_link_leads_to_is_secret_too(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("TOKEN=1")
    (tmp_path / ".env").symlink_to("real")
    assert set(Secrets().below(tmp_path)) == {Secret(".env"), Secret("real")}


def test_a_password_in_an_address_hides_the_configuration_of_git(tmp_path: Path) -> None:
    for name, url in (("a", "https://u:p@x.org/r"), ("b", "git@x.org:r"), ("c", "ssh://git@x/r")):
        (tmp_path / name / ".git").mkdir(parents=True)
        (tmp_path / name / ".git" / "config").write_text(f'[remote "o"]\n\turl = {url}\n')
    assert Secrets().below(tmp_path) == (Secret("a/.git/config"),)


def test_a_secret_that_comes_later_is_seen(tmp_path: Path) -> None:
    long_ago = 1_600_000_000
    (tmp_path / "sub").mkdir()
    for folder in (tmp_path / "sub", tmp_path):
        os.utime(folder, (long_ago, long_ago))
    known = Secrets()
    assert known.below(tmp_path) == ()
    (tmp_path / "sub" / ".env").write_text("x")
    assert known.below(tmp_path) == (Secret("sub/.env"),)
    (tmp_path / "sub" / ".env").unlink()
    assert known.below(tmp_path) == ()


async def test_a_copy_goes_when_it_is_left(project: Path) -> None:
    with places() as made:
        async with Scratch(made).laid(project, {"a.txt": b"x"}) as scratch:
            assert isinstance(scratch, ScratchCopy)
            place = Path(scratch.place)
            assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert not place.exists()


def test_places_of_the_living_stay_and_those_of_the_dead_go(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from redline.adapters.scratch.places import ScratchPlaces\n"
        f"places = ScratchPlaces(lambda: Path({str(tmp_path)!r}))\n"
        "print(places.new(), flush=True)\nsys.stdin.read()\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    other = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert other.stdin is not None and other.stdout is not None
    theirs = Path(other.stdout.readline().strip())
    first = ScratchPlaces(lambda: tmp_path)
    first.new()
    assert theirs.is_dir()
    other.kill()
    other.communicate()
    second = ScratchPlaces(lambda: tmp_path)
    own = second.new()
    assert (theirs.exists(), own.is_dir()) == (False, True)
    first.close()
    second.close()
    assert list(tmp_path.iterdir()) == []


async def test_a_whole_copy_shares_nothing_with_the_tree(project: Path) -> None:
    (project / ".env").write_text("TOKEN=1")
    (project / ".git").mkdir()
    (project / "hard").hardlink_to(project / "a.txt")
    before = tree(project)
    with places() as made:
        changed = {"a.txt": b"other\n", "sub/c.txt": None, "n/x": b"x"}
        async with Scratch(made, whole=True).laid(project, changed) as scratch:
            assert isinstance(scratch, ScratchCopy) and scratch.copied
            found = {path: data for path, (_, data) in layer(scratch, "tree").items()}
            for each in (Path(scratch.place) / "tree").rglob("*"):
                if each.is_file() and not each.is_symlink():
                    assert each.stat().st_nlink == 1
                    each.write_text("written")
    assert found == {
        "a.txt": b"other\n", "hard": b"a\n", "run": b"#!/bin/sh\n", "n/x": b"x", ".env": b"",
        "inside": b"sub",
    }  # fmt: skip
    assert tree(project) == before


@pytest.mark.parametrize("bounds", [Bounds(files=2), Bounds(total_bytes=5), Bounds(seconds=-1)])
async def test_a_tree_that_is_too_large_is_not_copied(project: Path, bounds: Bounds) -> None:
    with places() as made:
        async with Scratch(made, whole=True, bounds=bounds).laid(project, {}) as scratch:
            assert isinstance(scratch, ToolProblem)
            assert "is not copied: " in scratch.message


async def test_unsandboxed_programs_run_in_a_whole_copy_only(project: Path) -> None:
    before = tree(project)
    script = "cat a.txt; echo 1 >new; rm sub/c.txt; echo $KEY; exit 4"
    with places() as made:
        async with Scratch(made).laid(project, {}) as scratch:
            assert isinstance(scratch, ScratchCopy)
            refused = await Unsandboxed().run(scratch, ("/bin/true",), LIMITS, {})
        async with Scratch(made, whole=True).laid(project, {"a.txt": b"laid\n"}) as scratch:
            assert isinstance(scratch, ScratchCopy)
            argv = ("/bin/sh", "-c", script)
            ran = await Unsandboxed().run(scratch, argv, LIMITS, {"KEY": "secret"})
    assert isinstance(refused, ToolProblem)
    assert isinstance(ran, Ran)
    assert (ran.code, ran.stdout, ran.reason) == (4, b"laid\n\n", "")
    assert ran.changed_files == ("new", "sub/c.txt")
    assert tree(project) == before


@pytest.mark.parametrize(
    ("script", "limits", "reason"),
    [
        ("sleep 600", Limits(seconds=1), "time"),
        ("while :; do echo flood; done", Limits(output_bytes=1000), "output"),
    ],
)
async def test_unsandboxed_programs_are_ended_with_what_they_started(
    project: Path, script: str, limits: Limits, reason: str
) -> None:
    marker = f"redline-unsandboxed-{os.urandom(6).hex()}"
    with places() as made:
        async with Scratch(made, whole=True).laid(project, {}) as scratch:
            assert isinstance(scratch, ScratchCopy)
            argv = ("/bin/sh", "-c", f"(sleep 600; : {marker}) & {script}")
            ran = await Unsandboxed().run(scratch, argv, limits, {})
    assert isinstance(ran, Ran)
    assert (ran.reason, ran.code) == (reason, 137)
    until = time.monotonic() + 10
    while with_marker(marker):
        assert time.monotonic() < until
        await asyncio.sleep(0.01)
