"""A rename in TypeScript from the shell, by the server the user's file names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli_support import tree
from installed_servers import installed
from redline.adapters.places import config_file

FILES = {
    "tsconfig.json": '{"compilerOptions": {"strict": true}, "include": ["src"]}\n',
    "src/lib.ts": "export function total(items: number[]): number {\n  return items.length;\n}\n",
    "src/use.ts": 'import { total } from "./lib";\nexport const one = total([1]);\n',
}


@pytest.fixture
def web(project: Path) -> Path:
    """A TypeScript project beside the other one."""
    root = project.parent / "web"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def configure(text: str) -> None:
    path = config_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("server", ["typescript-language-server", "tsc"])
def test_a_rename_in_typescript_reaches_every_file(redline, web: Path, server: str) -> None:
    configure(f'language_servers.typescript = ["{installed(server)}"]\n')
    done = redline("ask", "rename total to sum", "--root", str(web), "--apply")
    assert done.code == 0, done.err
    assert tree(web) == {
        name: (text.replace("total", "sum")).encode() for name, text in FILES.items()
    }


def test_a_workspace_cannot_name_a_server(redline, web: Path) -> None:
    program = web / "node_modules" / ".bin" / "evil"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\ntouch {web}/ran\n")
    program.chmod(0o755)
    (web / "redline.toml").write_text(f'language_servers.typescript = ["{program}"]\n')
    configure("language_servers.typescript = []\n")
    done = redline("ask", "rename total to sum", "--root", str(web))
    assert done.code == 1
    assert "a workspace may not set this" in done.err
    assert "no language server is configured for typescript" in done.err
    assert not (web / "ran").exists()


def test_doctor_knows_the_servers_that_were_set(redline) -> None:
    configure('language_servers.ruby = ["no-such-server"]\nserver_limits.number = 2\n')
    done = redline("doctor", "--json")
    told = json.loads(done.out)
    assert done.code == 1
    assert [each for each in told["findings"] if each["name"] == "language server for ruby"] == [
        {
            "name": "language server for ruby",
            "ok": False,
            "detail": "no-such-server was not found",
            "mend": "correct `language_servers.ruby` in your user file",
        }
    ]
    path = config_file()
    assert told["settings"]["server_limits.number"] == {"value": "2", "from": f"user ({path})"}
    assert told["settings"]["language_servers.ruby"]["value"] == "('no-such-server',)"
