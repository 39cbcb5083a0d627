"""What the sandbox does: it runs programs over a copy, catches what they write, and ends them."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_mutations import Mutation
from sandbox_support import LIMITS, places, require, sandboxed, shell, tree, with_marker

from redline.adapters.sandbox.bubblewrap import Sandbox
from redline.adapters.sandbox.needs import Programs, programs_here
from redline.adapters.scratch.copies import Scratch
from redline.adapters.scratch.places import ScratchPlaces
from redline.core.oversight.sandbox import Limits, Ran, ScratchCopy
from redline.core.problems import Finding, ToolProblem


@pytest.fixture(scope="module", autouse=True)
def _sandbox() -> Iterator[None]:
    require()
    yield


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_text("a\n")
    (root / "b.txt").write_text("b\n")
    (root / "sub" / "c.txt").write_text("c\n")
    (root / "run").write_text("#!/bin/sh\necho runs\n")
    (root / "run").chmod(0o755)
    return root


async def test_a_program_sees_the_copy_where_the_folder_is(project: Path) -> None:
    changed = {
        "a.txt": b"other\n",
        "b.txt": None,
        "new/d.txt": b"d\n",
        "run": b"#!/bin/sh\necho 2\n",
    }
    async with sandboxed(project, changed) as (sandbox, scratch):
        ran = await shell(sandbox, scratch, "pwd; cat a.txt new/d.txt; ls; ./run")
    expected = f"{project}\nother\nd\na.txt\nnew\nrun\nsub\n2\n"
    assert (ran.code, ran.stdout.decode(), ran.stderr) == (0, expected, b"")
    assert (ran.changed_files, ran.reason, ran.cut) == ((), "", False)


async def test_every_write_is_caught_and_the_tree_stays(project: Path) -> None:
    before = tree(project)
    script = """
    echo 1 >a.txt; rm b.txt; echo 2 >sub/new.txt; mkdir deep; echo 3 >deep/x
    ln -s a.txt link; touch sub/c.txt; rm -r sub; mkdir sub; echo 4 >sub/again.txt
    """
    async with sandboxed(project, {"a.txt": b"laid\n"}) as (sandbox, scratch):
        ran = await shell(sandbox, scratch, script)
        again = await shell(sandbox, scratch, "cat a.txt; ls")
    assert ran.code == 0
    assert ran.changed_files == (
        "a.txt", "b.txt", "deep/x", "link", "sub/again.txt", "sub/c.txt",
    )  # fmt: skip
    assert ran.written == {
        "a.txt": b"1\n", "b.txt": None, "deep/x": b"3\n", "sub/again.txt": b"4\n",
        "sub/c.txt": None,
    }  # fmt: skip
    assert again.stdout == b"laid\na.txt\nb.txt\nrun\nsub\n"
    assert tree(project) == before


async def test_a_file_that_is_only_touched_has_not_changed(project: Path) -> None:
    async with sandboxed(project) as (sandbox, scratch):
        ran = await shell(
            sandbox, scratch, "touch a.txt; chmod 600 b.txt; cp sub/c.txt t; mv t sub/c.txt"
        )
    assert (ran.code, ran.changed_files) == (0, ())


async def test_what_is_written_comes_back_within_bounds(project: Path) -> None:
    async with sandboxed(project) as (sandbox, scratch):
        limits = dataclasses.replace(LIMITS, returned_bytes=10)
        script = "printf 12345678 >a.txt; printf 123 >b.txt"
        ran = await sandbox.run(scratch, ("/bin/sh", "-c", script), limits, {})
    assert isinstance(ran, Ran)
    assert ran.changed_files == ("a.txt", "b.txt")
    assert len(ran.written) == 1


async def test_the_code_and_both_streams_come_back(project: Path) -> None:
    async with sandboxed(project) as (sandbox, scratch):
        ran = await shell(sandbox, scratch, "echo out; echo err >&2; exit 3")
    assert (ran.code, ran.stdout, ran.stderr) == (3, b"out\n", b"err\n")


async def test_long_output_keeps_its_ends(project: Path) -> None:
    async with sandboxed(project) as (sandbox, scratch):
        limits = Limits(output_bytes=1000)
        script = "echo first; head -c 5000 /dev/zero; echo; echo last"
        ran = await sandbox.run(scratch, ("/bin/sh", "-c", script), limits, {})
    assert isinstance(ran, Ran)
    assert (ran.cut, ran.reason, ran.code) == (True, "", 0)
    assert ran.stdout.startswith(b"first\n\0")
    assert ran.stdout.endswith(b"\0\nlast\n")
    assert b"\n[4012 bytes left out]\n" in ran.stdout


async def test_a_program_that_is_not_there_is_a_problem(project: Path) -> None:
    async with sandboxed(project) as (sandbox, scratch):
        ran = await sandbox.run(scratch, ("/usr/bin/no-such-program",), LIMITS, {})
    assert ran == ToolProblem(
        "not run: execvp /usr/bin/no-such-program: No such file or directory", True
    )


async def test_only_what_is_allowed_of_the_environment_comes_through(project: Path) -> None:
    given = {"PYTHONPATH": "/x", "OPENAI_API_KEY": "k", "LD_PRELOAD": "/evil.so", "LC_ALL": "C"}
    async with sandboxed(project) as (sandbox, scratch):
        ran = await sandbox.run(scratch, ("/usr/bin/env",), LIMITS, given)
    assert isinstance(ran, Ran)
    assert dict(line.split("=", 1) for line in ran.stdout.decode().splitlines()) == {
        "PYTHONPATH": "/x", "LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "dumb",
        "LANG": "C.UTF-8", "HOME": "/home/sandbox", "TMPDIR": "/tmp", "USER": "sandbox",
        "PWD": str(project),
    }  # fmt: skip


async def test_a_virtual_environment_runs_with_the_python_it_is_made_of(
    project: Path, tmp_path: Path
) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (project / "a.py").write_text("import sqlite3, ssl, sys; print(sys.prefix)\n")
    async with sandboxed(project) as (sandbox, scratch):
        argv = (str(venv / "bin" / "python"), "a.py")
        unseen = await sandbox.run(scratch, argv, LIMITS, {})
        ran = await sandbox.run(scratch, argv, LIMITS, {}, readable=(venv,))
    assert isinstance(unseen, ToolProblem)
    assert isinstance(ran, Ran)
    assert (ran.code, ran.stdout.decode(), ran.stderr) == (0, f"{venv}\n", b"")


@pytest.mark.parametrize("wide", ["/", "/etc", "/proc", "home", "above", "keys", "state"])
async def test_too_much_is_never_made_readable(
    project: Path, home: Path, tmp_path: Path, wide: str
) -> None:
    (home / ".ssh").mkdir()
    (home / "state" / "redline").mkdir(parents=True)
    paths = {
        "home": home, "above": home.parent, "keys": home / ".ssh", "state": home / "state",
    }  # fmt: skip
    link = tmp_path / "link"
    link.symlink_to(paths.get(wide, Path(wide)))
    async with sandboxed(project) as (sandbox, scratch):
        for path in (paths.get(wide, Path(wide)), link):
            ran = await sandbox.run(scratch, ("/bin/true",), LIMITS, {}, readable=(path,))
            assert isinstance(ran, ToolProblem), path


async def test_an_environment_cannot_name_a_folder_as_its_python(project: Path, home: Path) -> None:
    secret = home / "other" / "lib"
    secret.mkdir(parents=True)
    (home / "other" / "bin").mkdir()
    (home / "other" / "bin" / "python").write_text("")
    (home / "other" / "secret").write_text("CANARY")
    venv = project / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "pyvenv.cfg").write_text(f"home = {home / 'other' / 'bin'}\n")
    (venv / "bin" / "python").symlink_to(home / "other" / "bin" / "python")
    async with sandboxed(project) as (sandbox, scratch):
        argv = ("/bin/cat", str(home / "other" / "secret"))
        ran = await sandbox.run(scratch, argv, LIMITS, {}, readable=(venv,))
    assert isinstance(ran, Ran)
    assert (ran.code, ran.stdout) == (1, b"")


async def test_git_works_in_a_linked_worktree_and_only_in_a_real_one(tmp_path: Path) -> None:
    main, linked = tmp_path / "main", tmp_path / "linked"
    main.mkdir()
    git = ("git", "-C", str(main), "-c", "user.name=n", "-c", "user.email=e@x")
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    (main / "f").write_text("f\n")
    subprocess.run([*git, "add", "f"], check=True)
    subprocess.run([*git, "commit", "-qm", "first"], check=True)
    subprocess.run([*git, "remote", "add", "o", "https://u:CANARY@example.org/r"], check=True)
    subprocess.run([*git, "worktree", "add", "-q", str(linked)], check=True)
    false = tmp_path / "false"
    false.mkdir()
    (false / ".git").write_text((linked / ".git").read_text())
    script = "git log --format=%s; git config -l; ls $(sed 's/gitdir: //' .git)/../../config"
    async with sandboxed(linked) as (sandbox, scratch):
        ran = await shell(sandbox, scratch, script)
    assert ran.stdout.startswith(b"first\n"), ran.stderr
    assert b"CANARY" not in ran.stdout
    async with sandboxed(false) as (sandbox, scratch):
        ran = await shell(sandbox, scratch, script)
    assert ran.stdout == b""


async def test_a_folder_that_was_put_in_place_of_the_other_is_not_used(
    project: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    async with sandboxed(project) as (sandbox, scratch):
        project.rename(tmp_path / "moved")
        project.symlink_to(tmp_path / "other")
        linked = await sandbox.run(scratch, ("/bin/true",), LIMITS, {})
        project.unlink()
        project.mkdir()
        replaced = await sandbox.run(scratch, ("/bin/true",), LIMITS, {})
    problem = ToolProblem(f"not run: {project} is not the folder it was")
    assert (linked, replaced) == (problem, problem)


async def test_a_folder_that_is_replaced_while_a_run_starts_is_not_used(
    project: Path, tmp_path: Path
) -> None:
    """The shell compares what it opens with what was looked at; here the name leads elsewhere."""
    other = tmp_path / "other"
    other.mkdir()
    late = Mutation(
        sh=(("run=$1 ", f"mv '{project}' '{project}-was'; ln -s '{other}' '{project}'; run=$1 "),)
    )
    programs = late.programs(programs_here(), tmp_path)
    async with sandboxed(project, programs=programs) as (sandbox, scratch):
        ran = await sandbox.run(scratch, ("/bin/true",), LIMITS, {})
    assert ran == ToolProblem("not run: the folder is not the one it was")


async def test_a_cancelled_run_leaves_nothing(project: Path) -> None:
    marker = f"redline-cancelled-{os.urandom(6).hex()}"
    async with sandboxed(project) as (sandbox, scratch):
        await sandbox.status()
        script = f"(setsid sh -c 'trap \"\" TERM; sleep 600; : {marker}' &) ; sleep 600; : {marker}"
        run = asyncio.create_task(shell(sandbox, scratch, script))
        await _until(lambda: len(with_marker(marker)) >= 3)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert with_marker(marker) == []
        assert [each.name for each in Path(scratch.place).iterdir()] == ["laid"]


@pytest.mark.parametrize("turns", [*range(12), 20, 40])
async def test_a_run_that_is_cancelled_while_it_starts_leaves_nothing(
    project: Path, turns: int
) -> None:
    marker = f"redline-started-{os.urandom(6).hex()}"
    async with sandboxed(project) as (sandbox, scratch):
        await sandbox.status()
        run = asyncio.create_task(shell(sandbox, scratch, f"sleep 600; : {marker}"))
        for _ in range(turns):
            await asyncio.sleep(0)
        run.cancel()
        async with asyncio.timeout(20):
            with pytest.raises(asyncio.CancelledError):
                await run
        assert with_marker(marker) == []
        assert [each.name for each in Path(scratch.place).iterdir()] == ["laid"]


async def test_a_server_that_is_killed_leaves_nothing(project: Path, tmp_path: Path) -> None:
    marker = f"redline-killed-{os.urandom(6).hex()}"
    cache = tmp_path / "cache"
    code = f"""
import asyncio
from pathlib import Path
from redline.adapters.sandbox.bubblewrap import Sandbox
from redline.adapters.scratch.copies import Scratch
from redline.adapters.scratch.places import ScratchPlaces
from redline.core.oversight.sandbox import Limits
async def main():
    places = ScratchPlaces(lambda: Path({str(cache)!r}))
    async with Scratch(places).laid(Path({str(project)!r}), {{"n": b"n"}}) as scratch:
        script = "(setsid sleep 600; : {marker}) & sleep 600; : {marker}"
        await Sandbox(places).run(scratch, ("/bin/sh", "-c", script), Limits(), {{}})
asyncio.run(main())
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    server = subprocess.Popen([sys.executable, "-c", code], env=environment)
    await _until(lambda: len(set(with_marker(marker)) - {server.pid}) >= 2)
    assert list(cache.glob("*/*/laid/n"))
    server.kill()
    server.wait()
    await _until(lambda: with_marker(marker) == [])
    # What it left on disk goes at the next start.
    made = ScratchPlaces(lambda: cache)
    made.new()
    assert not list(cache.glob("*/*/laid/n"))
    made.close()


async def test_a_hundred_runs_at_a_time_keep_apart(project: Path) -> None:
    async with sandboxed(project) as (sandbox, scratch):
        scripts = [f"echo {n} >a.txt; cat a.txt; ls" for n in range(100)]
        found = await asyncio.gather(*(shell(sandbox, scratch, each) for each in scripts))
    expected = [f"{n}\na.txt\nb.txt\nrun\nsub\n".encode() for n in range(100)]
    assert [each.stdout for each in found] == expected
    assert {each.changed_files for each in found} == {("a.txt",)}


async def test_with_the_network_the_machine_can_be_reached(project: Path) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
    async with sandboxed(project) as (sandbox, scratch):
        argv = ("/usr/bin/python3", "-IS", "-c", code)
        without = await sandbox.run(scratch, argv, LIMITS, {})
        with_it = await sandbox.run(scratch, argv, LIMITS, {}, network=True)
    server.close()
    assert isinstance(without, Ran) and isinstance(with_it, Ran)
    assert (without.code, with_it.code) == (1, 0), with_it.stderr


@pytest.mark.parametrize("missing", ["bwrap", "unshare", "sh", "mount"])
async def test_without_its_programs_nothing_is_run(project: Path, missing: str) -> None:
    programs = dataclasses.replace(programs_here(), **{missing: ""})
    async with sandboxed(project, programs=programs) as (sandbox, scratch):
        status = await sandbox.status()
        ran = await sandbox.run(scratch, ("/bin/sh", "-c", "echo ran"), LIMITS, {})
    assert not status.ok
    assert status.mend
    assert ran == ToolProblem(f"nothing is run without a sandbox: {status.detail}", True)


@pytest.mark.parametrize("broken", ["bwrap", "unshare", "sh"])
async def test_where_a_part_fails_nothing_is_run(
    project: Path, tmp_path: Path, broken: str
) -> None:
    program = tmp_path / "broken"
    program.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo bubblewrap 0.9.0 && exit 0\nexit 1\n'
    )
    program.chmod(0o755)
    programs = dataclasses.replace(programs_here(), **{broken: str(program)})
    async with sandboxed(project, programs=programs) as (sandbox, scratch):
        status = await sandbox.status()
        ran = await sandbox.run(scratch, ("/bin/sh", "-c", "echo ran"), LIMITS, {})
    assert (status.ok, bool(status.mend)) == (False, True)
    assert isinstance(ran, ToolProblem)


async def test_an_old_bubblewrap_is_said_to_be_too_old(tmp_path: Path) -> None:
    program = tmp_path / "old"
    program.write_text("#!/bin/sh\necho bubblewrap 0.4.1\n")
    program.chmod(0o755)
    programs = dataclasses.replace(programs_here(), bwrap=str(program))
    with places() as made:
        status = await Sandbox(made, programs).status()
    assert status == Finding("sandbox", False, "bubblewrap 0.4 is too old", "install 0.8 or newer")


async def test_where_there_are_no_overlays_mounts_do(project: Path, tmp_path: Path) -> None:
    """A kernel that refuses: the tree is then read-only, and the copy is still seen."""
    (project / "sub" / "deep").mkdir()
    (project / "sub" / "deep" / "e.txt").write_text("e\n")
    (project / "sub" / "link").symlink_to("c.txt")
    before = tree(project)
    without = _without_overlay(tmp_path)
    changed = {
        "a.txt": b"other\n", "b.txt": None, "new/d.txt": b"d\n", "sub/deep/f.txt": b"f\n",
        "sub/c.txt": b"C\n",
    }  # fmt: skip
    async with sandboxed(project, changed, without) as (sandbox, scratch):
        status = await sandbox.status()
        ran = await shell(
            sandbox, scratch, "cat a.txt new/d.txt sub/c.txt sub/link sub/deep/*; ls; echo x >a.txt"
        )
        tries = (
            "echo x >new.txt; echo x >sub/deep/e.txt; rm sub/c.txt; echo x >new/d.txt;"
            " echo ok >/tmp/t; cat /tmp/t"
        )
        refused = await shell(sandbox, scratch, tries)
    assert status == Finding("sandbox", True, "bubblewrap; the tree is read-only: no overlay here")
    assert ran.stdout.decode() == "other\nd\nC\nC\ne\nf\na.txt\nnew\nrun\nsub\n"
    assert (ran.code, ran.changed_files) == (2, ())
    assert refused.stdout == b"ok\n"
    assert tree(project) == before


def _without_overlay(folder: Path) -> Programs:
    """The chain with a kernel that has no overlays."""
    path = folder / "sh"
    path.write_text(
        "#!/usr/bin/python3 -IS\nimport os, sys\n"
        "old = 'mount -int overlay'\nassert old in sys.argv[2]\n"
        "sys.argv[2] = sys.argv[2].replace(old, 'mount -int no-such-file-system')\n"
        "os.execv('/bin/sh', ['/bin/sh', *sys.argv[1:]])\n"
    )
    path.chmod(0o755)
    return dataclasses.replace(programs_here(), sh=str(path))


async def test_a_copy_that_is_gone_is_a_problem(project: Path) -> None:
    with places() as made:
        async with Scratch(made).laid(project, {}) as scratch:
            assert isinstance(scratch, ScratchCopy)
        ran = await Sandbox(made).run(scratch, ("/bin/true",), LIMITS, {})
    assert isinstance(ran, ToolProblem)


async def _until(wanted) -> None:
    until = time.monotonic() + 30
    while not wanted():
        assert time.monotonic() < until
        await asyncio.sleep(0.01)
