"""A server's process is started late, kept, replaced when it ends, and leaves nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from renaming_support import Project, project, servers

from redline.adapters.language_servers.pool import Limits
from redline.adapters.language_servers.server import LanguageServer, Launch
from redline.adapters.language_servers.servers import RunningServers
from redline.adapters.processes import find
from redline.adapters.uris import uri_of
from redline.core.problems import ToolProblem
from redline.core.servers import ServerSpec

SCRIPTED = Path(__file__).parent / "scripted_language_server.py"
FILES = {"a.py": "class Foo: ...\n", "b.py": "from a import Foo\n"}
RENAMED = {"a.py": "class Bar: ...\n", "b.py": "from a import Bar\n"}


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def scripted(tmp_path: Path, script: dict[str, Any], **more: Any) -> RunningServers:
    (tmp_path / "script.json").write_text(json.dumps(script))
    command = (sys.executable, str(SCRIPTED), str(tmp_path / "script.json"))
    return servers(command, **more)


def log(tmp_path: Path) -> list[dict[str, Any]]:
    lines = (tmp_path / "script.json.log").read_text().splitlines()
    return [json.loads(line) for line in lines if not line.startswith(("pid", '{"environment'))]


def pids(tmp_path: Path) -> list[int]:
    lines = (tmp_path / "script.json.log").read_text().splitlines()
    return [int(line[4:]) for line in lines if line.startswith("pid")]


def place(line: int, start: int, end: int) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": end},
    }


async def asked(tmp_path: Path, renamer: RunningServers, text: str, at: str) -> object:
    root = tmp_path / "root"
    work = Project(root, renamer)
    work.write({"a.py": text})
    return await work.ask(at, "bar")


async def test_the_server_starts_late_and_stays(tmp_path: Path) -> None:
    async with project(tmp_path, FILES) as work:
        assert "not a name" in await work.refused("a.py:|Foo", "1")
        assert not work.renamer.pool.slots
        assert await work.renamed("a.py:|Foo", "Bar") == RENAMED
        first = work.pid
        assert await work.renamed("a.py:|Foo", "Bar") == RENAMED
        assert work.pid == first
    assert gone(first)
    assert "closing" in await work.refused("a.py:|Foo", "Bar")


async def test_a_killed_server_is_replaced_on_the_next_call(tmp_path: Path) -> None:
    async with project(tmp_path, FILES) as work:
        work.unsaved = {"b.py": b"# open\nfrom a import Foo\n"}
        renamed = {**RENAMED, "b.py": "# open\nfrom a import Bar\n"}
        assert await work.renamed("a.py:|Foo", "Bar") == renamed
        first = work.pid
        os.kill(first, signal.SIGKILL)
        assert await work.renamed("a.py:|Foo", "Bar") == renamed
        assert work.pid != first and gone(first)


async def test_calls_at_once_are_answered_one_after_the_other(tmp_path: Path) -> None:
    async with project(tmp_path, FILES) as work:
        names = [f"Bar{number}" for number in range(5)]
        answers = await asyncio.gather(*(work.renamed("a.py:|Foo", name) for name in names))
        assert [each["b.py"] for each in answers] == [f"from a import {name}\n" for name in names]
        assert len(work.renamer.pool.slots) == 1


async def test_a_cancelled_rename_leaves_the_server_usable(tmp_path: Path) -> None:
    async with project(tmp_path, FILES) as work:
        await work.renamed("a.py:|Foo", "Bar")
        first = work.pid
        for turns in range(6):
            call = asyncio.create_task(work.renamed("a.py:|Foo", "Bar"))
            for _ in range(turns):
                await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        assert await work.renamed("a.py:|Foo", "Bar") == RENAMED
        assert work.pid == first


async def test_closing_ends_what_is_waiting(tmp_path: Path) -> None:
    renamer = scripted(tmp_path, {"hang": ["textDocument/prepareRename"], "stubborn": True})
    call = asyncio.create_task(asked(tmp_path, renamer, "foo = 1\n", "a.py:|foo"))
    while not any(renamer.pool.slots) or not _waits(renamer):
        await asyncio.sleep(0)
    await renamer.close()
    assert isinstance(await call, ToolProblem)
    assert [gone(pid) for pid in pids(tmp_path)] == [True]


def _waits(renamer: RunningServers) -> bool:
    (slot,) = renamer.pool.slots.values()
    return slot.connection is not None and bool(slot.connection._pending)


async def test_closing_while_a_server_starts_leaves_none(tmp_path: Path) -> None:
    for turns in (1, 3, 10):
        work = Project(tmp_path, servers())
        work.write(FILES)
        call = asyncio.create_task(work.ask("a.py:|Foo", "Bar"))
        for _ in range(turns):
            await asyncio.sleep(0)
        await work.renamer.close()
        await call
        assert not work.renamer.pool.slots


async def test_a_late_answer_is_a_problem_and_is_cancelled(tmp_path: Path) -> None:
    script = {"hang": ["textDocument/prepareRename"], "ask": ["initialize"]}
    renamer = scripted(tmp_path, script, limits=Limits(request=0.05))
    result = await asked(tmp_path, renamer, "foo = 1\n", "a.py:|foo")
    await renamer.close()
    assert isinstance(result, ToolProblem) and "did not answer" in result.message
    messages = log(tmp_path)
    (late,) = [each for each in messages if each.get("method") == "textDocument/prepareRename"]
    assert {"id": late["id"]} in [
        each["params"] for each in messages if each.get("method") == "$/cancelRequest"
    ]
    answers = {each["id"]: each for each in messages if "method" not in each}
    assert answers["q1"]["result"] == [None, None]
    assert answers["q2"]["result"] is None
    assert answers["q3"]["error"]["code"] == -32601
    assert [each.get("method") for each in messages][-2:] == ["shutdown", "exit"]


async def test_a_server_that_keeps_ending_is_tried_less_and_less(tmp_path: Path) -> None:
    time = 0.0
    renamer = scripted(tmp_path, {"die": ["textDocument/prepareRename"]}, now=lambda: time)
    for expected, starts in ((0, 1), (0, 2), (2, 2), (2, 2)):
        result = await asked(tmp_path, renamer, "foo = 1\n", "a.py:|foo")
        assert isinstance(result, ToolProblem) and "ended unexpectedly" in result.message
        assert ("tried again in" in result.message) == (expected > 0)
        assert len(pids(tmp_path)) == starts
    time = 1.5
    await asked(tmp_path, renamer, "foo = 1\n", "a.py:|foo")
    assert len(pids(tmp_path)) == 3
    await renamer.close()
    assert all(map(gone, pids(tmp_path)))


async def test_utf16_positions_and_document_changes_are_understood(tmp_path: Path) -> None:
    uri = uri_of(tmp_path / "root" / "a.py")
    edits = [{"range": place(0, 8, 11), "newText": "bar"}]
    script = {
        "textDocument/prepareRename": {"range": place(0, 8, 11), "placeholder": "foo"},
        "textDocument/definition": {"uri": uri, "range": place(0, 8, 11)},
        "textDocument/rename": {
            "documentChanges": [{"textDocument": {"uri": uri, "version": None}, "edits": edits}]
        },
    }
    renamer = scripted(tmp_path, script)
    result = await asked(tmp_path, renamer, 'x="😀"; foo=1\n', "a.py:|foo")
    await renamer.close()
    assert result == {"a.py": 'x="😀"; bar=1\n'.encode()}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"changes": {"A": [{"range": place(0, 1, 4), "newText": "bar"}]}}, "not what the server"),
        ({"changes": {"A": [{"range": place(9, 1, 4), "newText": "bar"}]}}, "not what the server"),
        ({"changes": {"A": [{"range": place(0, 0, 3), "newText": "b"}]}}, "not what the server"),
        ({"changes": {"OUT": [{"range": place(0, 0, 3), "newText": "bar"}]}}, "outside"),
        ({"changes": {"NONE": [{"range": place(0, 0, 3), "newText": "bar"}]}}, "no such file"),
        ({"documentChanges": [{"kind": "rename", "oldUri": "A", "newUri": "B"}]}, "move a file"),
        ({"changes": 7}, "in an unknown form"),
        ({"error": {"code": -32602, "message": "because"}}, "because"),
        (None, "would keep its name"),
    ],
)
async def test_an_answer_that_does_not_fit_is_refused(
    tmp_path: Path, answer: object, reason: str
) -> None:
    uri = uri_of(tmp_path / "root" / "a.py")
    outside = tmp_path / "out.py"
    outside.write_text("foo\n")
    names = {'"A"': uri, '"OUT"': uri_of(outside), '"NONE"': uri_of(tmp_path / "root" / "none.py")}
    text = json.dumps(answer)
    for name, value in names.items():
        text = text.replace(name, json.dumps(value))
    script = {
        "encoding": "utf-8",
        "textDocument/prepareRename": place(0, 0, 3),
        "textDocument/definition": [{"uri": uri, "range": place(0, 0, 3)}],
        "textDocument/rename": json.loads(text),
    }
    renamer = scripted(tmp_path, script)
    result = await asked(tmp_path, renamer, "foo = 1\n", "a.py:|foo")
    await renamer.close()
    assert isinstance(result, ToolProblem) and reason in result.message, result


async def test_what_is_missing_is_named_with_how_to_get_it(tmp_path: Path) -> None:
    work = Project(tmp_path, servers(("no-such-server",)))
    work.write(FILES)
    message = await work.refused("a.py:|Foo", "Bar")
    assert "no-such-server was not found" in message and "pip install ty" in message
    work.renamer = servers((str(tmp_path / "a.py"),))
    assert "was not found" in await work.refused("a.py:|Foo", "Bar")
    work.renamer = servers(())
    assert "no language server" in await work.refused("a.py:|Foo", "Bar")


async def test_a_program_that_is_no_server_is_a_problem(tmp_path: Path) -> None:
    spec = ServerSpec("git", ("git", "--version"), ("python",), "install git")
    server = LanguageServer(spec, Launch(tmp_path, uri_of(tmp_path)), now=lambda: 0.0)
    result = await server.connection()
    assert isinstance(result, ToolProblem) and "cannot be read" in result.message


async def test_servers_of_folders_long_unused_are_ended(tmp_path: Path) -> None:
    renamer = servers()
    seen = []
    for number in range(5):
        work = Project(tmp_path / str(number), renamer)
        work.write(FILES)
        assert await work.renamed("a.py:|Foo", "Bar") == RENAMED
        (slot,) = [each for each in renamer.pool.slots.values() if each.root == work.root]
        assert slot.connection is not None
        seen.append(slot.connection.pid)
    assert [gone(pid) for pid in seen] == [True] * 2 + [False] * 3
    await renamer.close()
    assert all(map(gone, seen))


def test_a_program_in_the_workspace_is_never_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "evil-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", f".{os.pathsep}bin"):
        monkeypatch.setenv("PATH", path)
        assert find("evil-server") is None
        assert find("./evil-server") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find("evil-server") == str(program)


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel to do it")
def test_a_server_ends_when_we_are_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from redline.adapters.processes import spawn\n"
        "async def main():\n"
        "    talks = ['/bin/sh', '-c', 'echo ready; exec sleep 600']\n"
        "    child = await spawn(talks, Path('/'))\n"
        "    await child.stdout.readline()\n"
        "    print(child.pid, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )

    async def main() -> None:
        ours = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
        )
        assert ours.stdout is not None
        pid = int(await ours.stdout.readline())
        watched = os.pidfd_open(pid)
        ours.kill()
        await ours.wait()
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(watched, ended.set)
        async with asyncio.timeout(5):
            await ended.wait()
        asyncio.get_running_loop().remove_reader(watched)
        os.close(watched)

    asyncio.run(main())
