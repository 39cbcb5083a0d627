"""TypeScript and C++ through their real servers: whole renames or none, drafts, no orphans."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from scripted_servers import until

from installed_servers import installed
from redline.adapters import grammars
from redline.adapters.disk import LocalDisk
from redline.adapters.language_servers.servers import Choice, RunningServers
from redline.adapters.uris import path_of, uri_of
from redline.core.problems import ToolProblem
from redline.core.text.edits import apply
from redline.core.text.text import Document, Text
from redline.core.uris import Folder

WEB = ("typescript-language-server", "tsc")
TSCONFIG = '{"compilerOptions": {"strict": true, "module": "commonjs"}, "include": ["src"]}\n'
SHOP = {
    "tsconfig.json": TSCONFIG,
    "src/lib.ts": "export function total(items: number[]): number {\n  return items.length;\n}\n",
    "src/index.ts": 'export { total } from "./lib";\n',
    "src/use.ts": (
        'import { total } from "./index";\n'
        'import * as lib from "./lib";\n'
        "export const both = total([]) + lib.total([1]);\n"
        "export const record = { total };\n"
        "export const other = { total: 1 }; // total\n"
    ),
    "src/unrelated.ts": "export const total = 'mine';\n",
}
TOTAL = "int total() {"
BASKET = {
    "src/basket.h": (
        "#pragma once\n"
        "class Basket {\n"
        " public:\n"
        "  explicit Basket(int n);\n"
        "  virtual ~Basket();\n"
        "  virtual int total() const;\n"
        " protected:\n"
        "  int n_;\n"
        "};\n"
    ),
    "src/basket.cpp": (
        '#include "basket.h"\n'
        "Basket::Basket(int n) : n_(n) {}\n"
        "Basket::~Basket() {}\n"
        "int Basket::total() const { return n_; }\n"
    ),
    "src/main.cpp": (
        '#include "basket.h"\n'
        "struct Big : Basket { Big() : Basket(2) {} int total() const override { return 3; } };\n"
        "int total() { return Basket(1).total() + Big().total(); }\n"
    ),
}


@dataclass
class Project:
    """Files on disk, texts over them, and the servers."""

    root: Path
    servers: RunningServers
    unsaved: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Folder:
        return Folder(uri_of(self.root), "project")

    def uri(self, name: str) -> str:
        return uri_of(self.root / name)

    def text(self, name: str) -> str:
        return self.unsaved.get(name, (self.root / name).read_text())

    def documents(self) -> list[Document]:
        return [
            Document(self.uri(name), 1, Text.of(text), "") for name, text in self.unsaved.items()
        ]

    def offset(self, at: str) -> tuple[str, int]:
        name, _, needle = at.partition(":")
        before, _, after = needle.partition("|")
        return name, self.text(name).index(before + after) + len(before)

    async def renamed(self, at: str, new: str) -> dict[str, str] | ToolProblem:
        name, offset = self.offset(at)
        found = await self.servers.rename(
            self.folder, self.documents(), self.uri(name), offset, new
        )
        if isinstance(found, ToolProblem):
            return found
        result = {}
        for uri, edits in found.edits.items():
            path = path_of(uri)
            assert path is not None
            key = path.relative_to(self.root).as_posix()
            result[key] = apply(self.text(key).encode(), edits).decode()
        return result

    async def refused(self, at: str, new: str) -> str:
        found = await self.renamed(at, new)
        assert isinstance(found, ToolProblem), found
        return found.message

    async def wrong(self, *names: str) -> dict[str, list[str]]:
        found = await self.servers.diagnostics(
            self.folder, self.documents(), [self.uri(each) for each in names]
        )
        assert not isinstance(found, ToolProblem), found
        return {name: [each.message for each in found[self.uri(name)]] for name in names}


@asynccontextmanager
async def project(root: Path, server: str, files: Mapping[str, str]) -> AsyncIterator[Project]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    languages = ("cpp",) if server == "clangd" else ("typescript", "javascript")
    choice = Choice(dict.fromkeys(languages, (installed(server),)))
    made = Project(root, RunningServers(choice, LocalDisk(), grammars.load()))
    try:
        yield made
    finally:
        await made.servers.close()


def commands(root: Path) -> str:
    """A compilation database of the C++ files."""
    rows = [
        f'{{"directory": "{root}", "file": "src/{name}", "command": "c++ -c src/{name}"}}'
        for name in ("basket.cpp", "main.cpp")
    ]
    return f"[{', '.join(rows)}]"


@pytest.mark.parametrize("server", WEB)
async def test_an_export_is_renamed_through_re_exports(tmp_path: Path, server: str) -> None:
    async with project(tmp_path, server, SHOP) as work:
        assert await work.renamed("src/lib.ts:function |total", "sum") == {
            "src/index.ts": 'export { sum } from "./lib";\n',
            "src/lib.ts": SHOP["src/lib.ts"].replace("total", "sum"),
            "src/use.ts": (
                'import { sum } from "./index";\n'
                'import * as lib from "./lib";\n'
                "export const both = sum([]) + lib.sum([1]);\n"
                "export const record = { total: sum };\n"
                "export const other = { total: 1 }; // total\n"
            ),
        }
        from_use = await work.renamed("src/use.ts:both = |total", "sum")
        assert from_use == await work.renamed("src/lib.ts:function |total", "sum")


@pytest.mark.parametrize("server", WEB)
async def test_a_name_that_is_taken_or_captured_is_refused(tmp_path: Path, server: str) -> None:
    more = {
        "src/lib.ts": SHOP["src/lib.ts"] + "const sum = 1;\nexport default sum;\n",
        "src/inner.ts": (
            'import { total } from "./lib";\n'
            "export function f(count: number) {\n  return total([count]);\n}\n"
        ),
    }
    async with project(tmp_path, server, {**SHOP, **more}) as work:
        message = await work.refused("src/lib.ts:function |total", "sum")
        assert "with sum, src/lib.ts:1 would be wrong" in message
        assert "src/inner.ts:3" in await work.refused("src/lib.ts:function |total", "count")
        assert "not a name" in await work.refused("src/lib.ts:function |total", "a-b")
        assert "already called" in await work.refused("src/lib.ts:function |total", "total")
        assert "TypeScript library" in await work.refused("src/lib.ts:items.|length", "size")


@pytest.mark.parametrize("server", WEB)
async def test_a_member_is_renamed_with_what_implements_it(tmp_path: Path, server: str) -> None:
    files = {
        "tsconfig.json": TSCONFIG,
        "src/shape.ts": "export interface Shape {\n  area(): number;\n}\n",
        "src/square.ts": (
            'import { Shape } from "./shape";\n'
            "export class Square implements Shape {\n  area() {\n    return 1;\n  }\n}\n"
            "const area = 2;\nexport const bag = { area };\n"
        ),
    }
    async with project(tmp_path, server, files) as work:
        assert await work.renamed("src/square.ts:  |area()", "surface") == {
            "src/shape.ts": files["src/shape.ts"].replace("area", "surface"),
            "src/square.ts": files["src/square.ts"].replace("  area()", "  surface()"),
        }
        assert await work.renamed("src/square.ts:const |area", "width") == {
            "src/square.ts": (
                files["src/square.ts"]
                .replace("const area", "const width")
                .replace("{ area }", "{ area: width }")
            ),
        }


@pytest.mark.parametrize("server", WEB)
async def test_javascript_without_a_project_is_renamed_in_all_files(
    tmp_path: Path, server: str
) -> None:
    files = {
        "lib.js": "export default function total() {}\nexport function part() {}\n",
        "deep/use.js": 'import total, { part } from "../lib.js";\ntotal(part());\n',
    }
    async with project(tmp_path, server, files) as work:
        _, offset = work.offset("lib.js:function |part")
        uses = await work.servers.references(work.folder, [], work.uri("lib.js"), offset)
        assert not isinstance(uses, ToolProblem)
        assert [uri.rsplit("/", 1)[1] for uri, _ in uses] == ["use.js", "use.js", "lib.js"]
        assert await work.renamed("lib.js:function |part", "piece") == {
            "lib.js": files["lib.js"].replace("part", "piece"),
            "deep/use.js": files["deep/use.js"].replace("part", "piece"),
        }
        assert await work.renamed("lib.js:function |total", "sum") == {
            "lib.js": files["lib.js"].replace("total", "sum"),
            "deep/use.js": files["deep/use.js"].replace("total", "sum"),
        }


@pytest.mark.parametrize("server", WEB)
async def test_what_is_wrong_follows_the_texts_asked_about(tmp_path: Path, server: str) -> None:
    async with project(tmp_path, server, SHOP) as work:
        names = ("src/lib.ts", "src/use.ts", "src/index.ts")
        none: dict[str, list[str]] = {name: [] for name in names}
        assert await work.wrong(*names) == none
        work.unsaved = {"src/lib.ts": SHOP["src/lib.ts"].replace("total", "sum")}
        after = await work.wrong(*names)
        assert [len(after[name]) for name in names] == [0, 1, 1]
        assert "Property 'total' does not exist" in after["src/use.ts"][0]
        work.unsaved = {}
        assert await work.wrong(*names) == none
        (tmp_path / "src" / "lib.ts").write_text(SHOP["src/lib.ts"].replace("total", "sum"))
        assert await work.wrong(*names) == after


@pytest.mark.parametrize("server", WEB)
async def test_definitions_and_uses_are_told(tmp_path: Path, server: str) -> None:
    async with project(tmp_path, server, SHOP) as work:
        name, offset = work.offset("src/use.ts:both = |total")
        found = await work.servers.definition(work.folder, [], work.uri(name), offset)
        assert not isinstance(found, ToolProblem)
        assert [(uri, work.text("src/lib.ts")[s.start : s.end]) for uri, s in found] == [
            (work.uri("src/lib.ts"), "total")
        ]
        uses = await work.servers.references(work.folder, [], work.uri(name), offset)
        assert not isinstance(uses, ToolProblem)
        assert [uri.rsplit("/", 1)[1] for uri, _ in uses] == [
            "index.ts", "lib.ts", "use.ts", "use.ts", "use.ts", "use.ts",
        ]  # fmt: skip


async def test_cpp_is_renamed_with_overrides_and_leaves_no_index_behind(tmp_path: Path) -> None:
    files = {**BASKET, "compile_commands.json": commands(tmp_path)}
    async with project(tmp_path, "clangd", files) as work:
        assert await work.renamed("src/basket.h:int |total", "sum") == {
            "src/basket.h": BASKET["src/basket.h"].replace("total", "sum"),
            "src/basket.cpp": BASKET["src/basket.cpp"].replace("total", "sum"),
            "src/main.cpp": (
                BASKET["src/main.cpp"].replace("total()", "sum()").replace("int sum() {", TOTAL)
            ),
        }
        assert await work.renamed("src/main.cpp:: |Basket(2)", "Bag") == {
            name: text.replace("Basket", "Bag") for name, text in BASKET.items()
        }
        assert "would mean" in await work.refused("src/basket.h:int |n_", "total")
        assert await work.wrong("src/main.cpp") == {"src/main.cpp": []}
        work.unsaved = {"src/basket.h": BASKET["src/basket.h"].replace("total", "sum")}
        (problem, *_) = (await work.wrong("src/main.cpp"))["src/main.cpp"]
        assert "total" in problem or "override" in problem
        work.unsaved = {}
        assert await work.wrong("src/main.cpp") == {"src/main.cpp": []}
    assert sorted(each.name for each in tmp_path.iterdir()) == ["compile_commands.json", "src"]


async def test_cpp_that_cannot_be_read_whole_is_not_renamed(tmp_path: Path) -> None:
    files = {**BASKET, "src/far.cpp": '#include "missing.h"\nint f() { return total(); }\n'}
    async with project(tmp_path, "clangd", files) as work:
        message = await work.refused("src/basket.h:int |total", "sum")
        assert "src/far.cpp:1 includes a file that clangd does not find" in message


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel to do it")
async def test_no_process_of_a_server_outlives_us(tmp_path: Path) -> None:
    for name, text in SHOP.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    program = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from redline.adapters import grammars\n"
        "from redline.adapters.disk import LocalDisk\n"
        "from redline.adapters.language_servers.servers import Choice, RunningServers\n"
        "from redline.adapters.uris import uri_of\n"
        "from redline.core.uris import Folder\n"
        "root, command = Path(sys.argv[1]), sys.argv[2]\n"
        "async def main():\n"
        "    servers = RunningServers(\n"
        "        Choice({'typescript': (command,)}), LocalDisk(), grammars.load())\n"
        "    folder = Folder(uri_of(root), 'x')\n"
        "    await servers.definition(folder, [], uri_of(root / 'src/lib.ts'), 16)\n"
        "    print([s.connection.pid for s in servers.pool.slots.values()][0], flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    command = installed("typescript-language-server")
    ours = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tmp_path), command, stdout=asyncio.subprocess.PIPE
    )
    assert ours.stdout is not None
    group = int(await ours.stdout.readline())
    assert len(members(group)) > 1, "the server and the compiler it started"
    ours.kill()
    await ours.wait()
    await until(lambda: members(group) == [])


def members(group: int) -> list[int]:
    """The living processes of a process group."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                state, _, number = (each / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(number) == group and state != "Z":
                found.append(int(each.name))
    return found
