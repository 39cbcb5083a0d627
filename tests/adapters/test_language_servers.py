"""Servers are asked when their answers are whole, about the very texts, few at a time."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from scripted_servers import Folders, folders, gone, until

from redline.adapters import grammars
from redline.adapters.disk import LocalDisk
from redline.adapters.language_servers.asking import diagnosed, formatted, uses
from redline.adapters.language_servers.offers import offered
from redline.adapters.language_servers.options import options_of
from redline.adapters.language_servers.pool import Limits
from redline.adapters.language_servers.servers import Choice, RunningServers
from redline.adapters.renaming.family import Asked
from redline.adapters.uris import uri_of
from redline.core.problems import ToolProblem
from redline.core.servers import KNOWN, Ready, ServerSpec, candidates
from redline.core.serving import Action, Diagnosed
from redline.core.text.edits import Edit
from redline.core.text.text import Span
from redline.core.uris import Folder

REFERENCES = "textDocument/references"
PULL = {"diagnosticProvider": {"interFileDependencies": True}}


def span(start: int, end: int, line: int = 0) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": end},
    }


def progress(kind: str) -> dict[str, Any]:
    value = {"kind": kind, "title": "loading"}
    return {"method": "$/progress", "params": {"token": 7, "value": value}}


def published(version: object, message: str = "bad") -> dict[str, Any]:
    wrong = [{"range": span(0, 3), "message": message, "severity": 2, "code": 5, "source": "s"}]
    params = {"uri": "URI", "version": version, "diagnostics": wrong}
    return {"method": "textDocument/publishDiagnostics", "params": params}


WRONG = Diagnosed(Span(0, 3), "warning", "bad", "5", "s")
SIGNS: dict[Ready, tuple[list[Any], list[Any]]] = {
    "progress": ([progress("begin")], [progress("end")]),
    "status": (
        [{"method": "experimental/serverStatus", "params": {"quiescent": False}}],
        [{"method": "experimental/serverStatus", "params": {"quiescent": True}}],
    ),
    "service": (
        [{"method": "language/status", "params": {"type": "Starting", "message": ""}}],
        [{"method": "language/status", "params": {"type": "ServiceReady", "message": ""}}],
    ),
}


async def asked_uses(asked: Asked, key: str) -> object:
    return await uses(asked, "references", key, 0)


async def asked_wrong(asked: Asked, key: str) -> object:
    (found,) = (await diagnosed(asked, [key])).values()
    return found


@pytest.mark.parametrize("ready", SIGNS)
async def test_a_server_that_signals_is_asked_after_its_signal(
    tmp_path: Path, ready: Ready
) -> None:
    first, then = SIGNS[ready]
    async with folders(tmp_path, ready) as work:
        found = [{"uri": work.uri("one"), "range": span(0, 3)}]
        work.add("one", {"say": {"initialized": first}, "signal": then, REFERENCES: found})
        call = asyncio.create_task(work.served("one", (), asked_uses))
        await until(lambda: "textDocument/didOpen" in work.methods("one"))
        assert REFERENCES not in work.methods("one")
        work.signal("one")
        assert await call == ((work.uri("one"), Span(0, 3)),)


@pytest.mark.parametrize("ready", [*SIGNS, "diagnosed"])
async def test_without_its_signal_there_is_no_partial_answer(tmp_path: Path, ready: Ready) -> None:
    say = {"initialized": SIGNS[ready][0]} if ready in SIGNS else {}
    async with folders(tmp_path, ready, Limits(request=0.1)) as work:
        work.add("one", {"say": say, REFERENCES: []})
        problem = await work.served("one", (), asked_uses)
        assert isinstance(problem, ToolProblem) and problem.unavailable
        assert "still reading the project after 0.1 s" in problem.message
        assert REFERENCES not in work.methods("one")


async def test_what_is_published_counts_for_its_own_version_alone(tmp_path: Path) -> None:
    async with folders(tmp_path, "diagnosed") as work:
        now = published(1, "now")
        now["params"]["uri"] = work.uri("one")
        say = {"textDocument/didOpen": [published(0, "of something older")]}
        work.add("one", {"say": say, "signal": [now]})
        call = asyncio.create_task(work.served("one", (), asked_wrong))
        await until(lambda: "textDocument/didOpen" in work.methods("one"))
        work.signal("one")
        assert await call == (Diagnosed(Span(0, 3), "warning", "now", "5", "s"),)
        work.add("two", {"say": {"textDocument/didOpen": [published("VERSION")]}})
        for text in ("foo = 2\n", "foo = 3\n"):
            assert await work.served("two", [work.document("two", text)], asked_wrong) == (WRONG,)


async def test_a_text_and_another_and_the_first_again(tmp_path: Path) -> None:
    async with folders(tmp_path) as work:
        report = {"kind": "full", "items": [], "resultId": "r"}
        work.add("one", {"capabilities": PULL, "textDocument/diagnostic": report})
        texts = ("a\n", "b\n", "b\n", "a\n")
        for text in texts:
            assert await work.served("one", [work.document("one", text)], asked_wrong) == ()
        assert await work.served("one", (), asked_wrong) == ()
        shown = [
            (each["method"].split("/")[1], params["textDocument"].get("version"))
            for each in work.log("one")
            if each.get("method", "").startswith("textDocument/did")
            for params in [each["params"]]
        ]
        # The last is the file as it is on disk, shown to be asked about.
        assert shown == [("didOpen", 1), ("didChange", 2), ("didChange", 3), ("didChange", 4)]
        asked = [
            each["params"].get("previousResultId")
            for each in work.log("one")
            if each.get("method") == "textDocument/diagnostic"
        ]
        assert asked == [None, None, "r", "r", None]


async def test_an_unchanged_report_is_the_one_from_before(tmp_path: Path) -> None:
    async with folders(tmp_path) as work:
        wrong = published(0)["params"]["diagnostics"]
        report = {"kind": "full", "items": wrong, "resultId": "r"}
        work.add("one", {"capabilities": PULL, "textDocument/diagnostic": report})
        assert await work.served("one", (), asked_wrong) == (WRONG,)
        (slot,) = work.pool.slots.values()
        reports = slot.opened.reports
        assert list(reports.values()) == [("r", (WRONG,))]
        await slot.server.close()
        work.specs.clear()


async def test_the_server_hears_of_files_that_changed_on_disk(tmp_path: Path) -> None:
    async with folders(tmp_path) as work:
        work.add("one", {REFERENCES: []})
        (tmp_path / "one" / "b.py").write_text("")
        await work.served("one", (), asked_uses)
        (tmp_path / "one" / "a.py").write_text("foo = 12\n")
        (tmp_path / "one" / "b.py").unlink()
        (tmp_path / "one" / "c.py").write_text("")
        (tmp_path / "one" / "notes.txt").write_text("")
        await work.served("one", (), asked_uses)
        await work.served("one", (), asked_uses)
        told = [
            {each["uri"][-4:]: each["type"] for each in message["params"]["changes"]}
            for message in work.log("one")
            if message.get("method") == "workspace/didChangeWatchedFiles"
        ]
        assert told == [{"a.py": 2, "b.py": 3, "c.py": 1}]


async def test_no_more_servers_run_at_once_than_allowed(tmp_path: Path) -> None:
    async with folders(tmp_path, limits=Limits(number=1)) as work:
        work.add("one", {"signal": [{"id": 2, "result": []}], "hang": [REFERENCES]})
        work.add("two", {REFERENCES: []})
        first = asyncio.create_task(work.served("one", (), asked_uses))
        await until(lambda: REFERENCES in work.methods("one"))
        second = asyncio.create_task(work.served("two", (), asked_uses))
        for _ in range(20):
            await asyncio.sleep(0)
        assert work.pids("two") == []
        work.signal("one")
        assert (await first, await second) == ((), ())
        assert [gone(pid) for name in ("one", "two") for pid in work.pids(name)] == [True, False]


async def test_a_server_that_is_not_used_ends_and_comes_back(tmp_path: Path) -> None:
    async with folders(tmp_path, limits=Limits(idle=0.05)) as work:
        work.add("one", {REFERENCES: []})
        for starts in (1, 2):
            assert await work.served("one", (), asked_uses) == ()
            assert len(work.pids("one")) == starts
            await until(lambda: gone(work.pids("one")[-1]))


@pytest.mark.skipif(sys.platform != "linux", reason="no other system bounds it")
@pytest.mark.parametrize(("memory", "fine"), [(60, False), (2000, True)])
async def test_memory_is_bounded(tmp_path: Path, memory: int, fine: bool) -> None:
    async with folders(tmp_path, limits=Limits(memory=memory)) as work:
        work.add("one", {REFERENCES: [], "eat": {REFERENCES: 100}})
        answer = await work.served("one", (), asked_uses)
        assert answer == () if fine else "ended unexpectedly" in answer.message


async def test_a_server_learns_nothing_of_our_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("NODE_OPTIONS", "--require ./evil.js")
    monkeypatch.setenv("PATH", os.pathsep.join(("node_modules/.bin", os.environ["PATH"], ".")))
    async with folders(tmp_path) as work:
        work.add("one", {REFERENCES: []})
        await work.served("one", (), asked_uses)
        found = work.environment("one")
        assert "OPENAI_API_KEY" not in found and "NODE_OPTIONS" not in found
        assert all(Path(each).is_absolute() for each in found["PATH"].split(os.pathsep))


async def test_actions_are_those_that_only_edit_the_folder(tmp_path: Path) -> None:
    def edit(uri: str) -> dict[str, Any]:
        return {"changes": {uri: [{"range": span(0, 3), "newText": "bar"}]}}

    async with folders(tmp_path) as work:
        outside = tmp_path / "other.py"
        outside.write_text("foo\n")
        offers = [
            {"title": "rename it", "kind": "quickfix", "edit": edit(work.uri("one"))},
            {"title": "elsewhere", "edit": edit(uri_of(outside))},
            {"title": "run something", "command": "evil", "arguments": []},
            {"title": "not now", "disabled": {"reason": "no"}, "edit": edit(work.uri("one"))},
            {"title": "later", "data": 7},
        ]
        resolved = {"title": "later", "kind": "refactor", "edit": edit(work.uri("one"))}
        capabilities = {**PULL, "codeActionProvider": {"resolveProvider": True}}
        answers = {"textDocument/codeAction": offers, "codeAction/resolve": resolved}
        wrong = published(0)["params"]["diagnostics"]
        work.add(
            "one",
            {
                "capabilities": capabilities,
                "textDocument/diagnostic": {"kind": "full", "items": wrong},
                **answers,
            },
        )

        async def asked(asked: Asked, key: str) -> object:
            return await offered(asked, key, Span(0, 1))

        edits = {work.uri("one"): (Edit(Span(0, 3), b"bar"),)}
        assert await work.served("one", (), asked) == (
            Action("rename it", "quickfix", edits),
            Action("later", "", edits),
        )
        (request,) = [
            each for each in work.log("one") if each.get("method") == "textDocument/codeAction"
        ]
        assert request["params"]["context"]["diagnostics"] == wrong
        (sent,) = [each for each in work.log("one") if each.get("method") == "codeAction/resolve"]
        assert sent["params"] == offers[-1]


async def test_formatting_is_edits_or_a_reason(tmp_path: Path) -> None:
    async def asked(asked: Asked, key: str) -> object:
        return await formatted(asked, key)

    edits = [{"range": span(3, 4), "newText": ""}, {"range": span(0, 3), "newText": "foo"}]
    async with folders(tmp_path) as work:
        can = {"documentFormattingProvider": True}
        work.add("one", {"capabilities": can, "textDocument/formatting": edits})
        assert await work.served("one", (), asked) == (Edit(Span(3, 4), b""),)
        work.add("two", {"capabilities": can, "textDocument/formatting": [edits[0], edits[0]]})
        problem = await work.served("two", (), asked)
        assert isinstance(problem, ToolProblem) and "overlap" in problem.message
        work.add("three", {})
        problem = await work.served("three", (), asked)
        assert isinstance(problem, ToolProblem) and "does not format" in problem.message


async def test_a_server_that_may_start_programs_needs_a_trusted_folder(tmp_path: Path) -> None:
    work = Folders(tmp_path, pool=None)  # type: ignore[arg-type]
    work.add("one", {REFERENCES: []})
    folder = Folder(uri_of(tmp_path / "one"), "one")
    for trusted in (False, True):
        choice = Choice({"python": work.specs["one"].argv}, lambda _, t=trusted: t)
        servers = RunningServers(choice, LocalDisk(), grammars.load())
        answer = await servers.references(folder, (), work.uri("one"), 0)
        await servers.close()
        assert answer == () if trusted else "is trusted: `redline trust" in answer.message
        assert len(work.pids("one")) == trusted


async def test_a_language_without_a_server_is_said(tmp_path: Path) -> None:
    servers = RunningServers(Choice(), LocalDisk(), grammars.load())
    folder = Folder(uri_of(tmp_path), "one")
    for name, said in (("a.rb", "no language server is configured for ruby"), ("a", "this kind")):
        problem = await servers.definition(folder, (), uri_of(tmp_path / name), 0)
        assert isinstance(problem, ToolProblem) and problem.unavailable and said in problem.message


def test_what_the_user_sets_comes_before_what_is_known() -> None:
    names = [each.name for each in candidates("typescript", "understand", {})]
    assert names == ["typescript-language-server", "tsc"]
    assert candidates("typescript", "understand", {"typescript": ()}) == ()
    assert [each.name for each in candidates("python", "format", {"python": ("ty",)})] == ["ruff"]
    assert candidates("tsx", "understand", {"typescript": ("/x/tsc.exe",)}) == (
        ServerSpec(
            "tsc",
            ("/x/tsc.exe", "--lsp", "--stdio"),
            ("typescript", "tsx", "javascript"),
            next(each.install for each in KNOWN if each.name == "tsc"),
        ),
    )
    (clangd,) = candidates("c", "understand", {"cpp": ("/x/clangd", "--background-index=1")})
    assert clangd.argv[:3] == ("/x/clangd", "--background-index=1", "--enable-config=0")
    (own,) = candidates("ruby", "understand", {"ruby": ("solargraph", "stdio")})
    assert own.starts and own.argv == ("solargraph", "stdio")


def test_typescript_is_the_one_beside_the_server_never_that_of_a_workspace(tmp_path: Path) -> None:
    spec = next(each for each in KNOWN if each.name == "typescript-language-server")
    modules = tmp_path / "node_modules"
    program = modules / "typescript-language-server" / "lib" / "cli.mjs"
    program.parent.mkdir(parents=True)
    program.write_text("")
    problem = options_of(spec, str(program))
    assert isinstance(problem, ToolProblem) and "no TypeScript 5 or 6 beside" in problem.message
    (modules / "typescript" / "lib").mkdir(parents=True)
    (modules / "typescript" / "lib" / "tsserver.js").write_text("")
    found = options_of(spec, str(program))
    assert not isinstance(found, ToolProblem)
    assert found.values["tsserver"] == {
        "path": str(modules / "typescript" / "lib"),
        "useSyntaxServer": "never",
    }


@pytest.mark.parametrize(("version", "fine"), [("7.0.2", True), ("5.9.3", False), ("", False)])
def test_the_compiler_serves_from_version_seven_on(
    tmp_path: Path, version: str, fine: bool
) -> None:
    spec = next(each for each in KNOWN if each.name == "tsc")
    program = tmp_path / "typescript" / "bin" / "tsc"
    program.parent.mkdir(parents=True)
    program.write_text("")
    (tmp_path / "typescript" / "package.json").write_text(f'{{"version": "{version}"}}')
    found = options_of(spec, str(program))
    assert isinstance(found, ToolProblem) != fine
    if not isinstance(found, ToolProblem):  # it would fetch types from the network
        off = {"tsserver": {"automaticTypeAcquisition": {"enabled": False}}}
        assert found.sections == {"js/ts": off, "typescript": off, "javascript": off}
