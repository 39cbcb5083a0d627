"""Refactorings that language servers do, with servers that are really there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from casework import Front, Inline
from installed_servers import installed
from redline import main
from redline.app import indexing, tools
from redline.app.files import Files
from redline.app.lookup import lookup_of
from redline.app.session import Session, Workspace, publish_index
from redline.core import uris
from redline.core.agent import drafts
from redline.core.agent.model import Argument, Draft, Goal, ToolCall
from redline.core.agent.state import RunState
from redline.core.settings import Settings
from redline.core.text.text import Text

WEB = {
    "tsconfig.json": '{"compilerOptions": {"strict": true, "module": "esnext"}}',
    "src/a.ts": """import { z } from "./b";
import { y } from "./b";

export function area(width: number, height: number): number {
  const size = width * height;
  return size + y;
}

export function other(n: number): number {
  console.log("a");
  console.log(n * 60);
  return n;
}
""",
    "src/b.ts": "export const y = 1;\nexport const z = 2;\n",
}
NATIVE = {
    "compile_commands.json": '[{"directory": ".", "file": "a.cpp", "command": "clang++ a.cpp"}]',
    "a.cpp": "int other(int n) {\n  n += 2;\n  n -= 1;\n  return other(n * 60);\n}\n",
}


@asynccontextmanager
async def asker(
    root: Path, files: Mapping[str, str], command: tuple[str, ...]
) -> AsyncIterator[tools.ToolContext]:
    """A session on the files, in a folder that is trusted."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    settings = Settings(servers=dict.fromkeys(("typescript", "cpp"), command))
    made = replace(main.adapters(settings), indexer=Inline(root))
    folder = uris.Folder(uris.from_path(root.as_posix()), "project")
    made.trust.grant(folder.uri)
    session = Session(made, Workspace((folder,)), Front([]), settings=settings)
    session.workspace.sessions.append(session)
    publish_index(session)
    await indexing.complete(session)
    files_now = Files(session.snapshot, made.disk, Draft(), {})
    state = RunState("r", goal=Goal("refactor", "x"))
    try:
        yield tools.ToolContext(state, files_now, made, lookup_of(session))
    finally:
        await made.servers.close()


async def done(context: tools.ToolContext, tool: str, given: dict[str, Argument]) -> dict[str, str]:
    """The texts that the tool changes, by path; a failure under ''."""
    result = await tools.call(context, ToolCall("1", 1, tool, given))
    if result.failure:
        return {"": result.failure}
    after = replace(context.files, draft=drafts.after(Draft(), result))
    texts = {after.path(uri): after.text(uri) for uri in drafts.uris_of(after.draft)}
    return {path: text.decode() for path, text in texts.items() if isinstance(text, Text)}


A = WEB["src/a.ts"]


@pytest.mark.parametrize(
    ("tool", "given", "old", "new"),
    [
        (
            "extract_function",
            {"path": "src/a.ts", "start": 10, "end": 11, "name": "report"},
            '  console.log("a");\n  console.log(n * 60);\n  return',
            "  report(n);\n  return",
        ),
        (
            "extract_variable",
            {"path": "src/a.ts", "line": 11, "expression": "n * 60", "name": "minutes"},
            "console.log(n * 60)",
            "console.log(minutes)",
        ),
        (
            "extract_constant",
            {"path": "src/a.ts", "line": 11, "expression": "60", "name": "SIXTY"},
            "n * 60",
            "n * SIXTY",
        ),
        (
            "inline",
            {"path": "src/a.ts", "line": 5, "name": "size"},
            "  const size = width * height;\n  return size + y;",
            "  return width * height + y;",
        ),
        (
            "organise_imports",
            {"path": "src/a.ts"},
            'import { z } from "./b";\nimport { y } from "./b";\n',
            'import { y, z } from "./b";\n',
        ),
    ],
)
async def test_typescript(
    tmp_path: Path, tool: str, given: dict[str, Argument], old: str, new: str
) -> None:
    command = (installed("typescript-language-server"), "--stdio")
    async with asker(tmp_path, WEB, command) as context:
        texts = await done(context, tool, given)
    assert old in A
    assert list(texts) == ["src/a.ts"]
    assert new in texts["src/a.ts"]
    assert old not in texts["src/a.ts"]


async def test_a_file_of_typescript_takes_its_imports_along(tmp_path: Path) -> None:
    command = (installed("typescript-language-server"), "--stdio")
    async with asker(tmp_path, WEB, command) as context:
        given: dict[str, Argument] = {"path": "src/b.ts", "new_path": "lib/numbers.ts"}
        texts = await done(context, "rename_file", given)
    assert texts == {
        "src/a.ts": A.replace('"./b"', '"../lib/numbers"'),
        "lib/numbers.ts": WEB["src/b.ts"],
    }


async def test_clangd(tmp_path: Path) -> None:
    async with asker(tmp_path, NATIVE, (installed("clangd"),)) as context:
        given: dict[str, Argument] = {"path": "a.cpp", "start": 2, "end": 3, "name": "grow"}
        texts = await done(context, "extract_function", given)
        assert texts["a.cpp"].startswith("void grow(int &n) {\n  n += 2;\n  n -= 1;\n}\n")
        given = {"path": "a.cpp", "line": 4, "expression": "n * 60", "name": "minutes"}
        texts = await done(context, "extract_variable", given)
        assert "auto minutes = n * 60;\n  return other(minutes);\n" in texts["a.cpp"]


async def test_what_no_server_does_is_refused_by_the_table(tmp_path: Path) -> None:
    async with asker(tmp_path, NATIVE, ("no-such-server",)) as context:
        refused = await done(context, "inline", {"name": "other"})
        assert refused == {"": "a.cpp: inline: this is not done in cpp"}
        refused = await done(context, "move_symbol", {"name": "other", "to": "b.cpp"})
        assert refused == {
            "": "a.cpp: move a symbol to another module: this is done in Python only"
        }
