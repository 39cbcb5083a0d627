"""`redline ask` with a model over HTTP: a real OpenAI-compatible server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli_support import tree

SCRIPT = """\
> I will read the file first.
call plan {"steps": ["refactorer: make the sign shorter"]}
call read_file {"path": "shop/prices.py"}
---
expect: rest:02d
call edit {"path": "shop/prices.py", "search": "\\"-\\" if self.cents < 0 else \\"\\"",
  "replace": "\\"-\\" * (self.cents < 0)", "reason": "shorter"}
call propose {"title": "Shorter sign"}
"""


# The same from a model that cannot call tools, and gets it wrong at first.
AS_TEXT = """\
> I will read the file first.
>
> ```call
> {"tool": "plan", "arguments": {"steps": ["refactorer: make the sign shorter"]}}
> ```
> ```call
> {"tool": "read_file", "arguments": {"path": "shop/prices.py"}}
> ```
---
expect: Result of read_file:
> ```call
> {"tool": "edit", "arguments": {"path": "shop/prices.py",
---
expect: Result of call, which failed:
> ```call
> {"tool": "edit", "arguments": {"path": "shop/prices.py",
> "search": "\\"-\\" if self.cents < 0 else \\"\\"", "replace": "\\"-\\" * (self.cents < 0)"}}
> ```
> ```call
> {"tool": "propose", "arguments": {"title": "Shorter sign"}}
> ```
"""


@contextmanager
def model_server(script: Path) -> Iterator[str]:
    """`redline model-server` in a process of its own; its address."""
    command = [sys.executable, "-m", "redline.main", "model-server", str(script), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def configure(address: str) -> Path:
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "redline"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "config.toml"
    file.write_text(f'model = "openai/scripted"\napi_base = "{address}"\napi_key = "secret-key"\n')
    file.chmod(0o600)
    return file


def test_a_model_edits_and_the_proposal_says_it_was_generated(redline, project: Path) -> None:
    script = project.parent / "script.txt"
    script.write_text(SCRIPT)
    before = tree(project)
    with model_server(script) as address:
        configure(address)
        done = redline("ask", "make the sign shorter", "shop/prices.py", "--json")
    value = json.loads(done.out)
    assert (done.code, value["kind"], value["title"]) == (0, "proposal", "Shorter sign")
    assert [(h["path"], h["origin"], h["reason"]) for h in value["hunks"]] == [
        ("shop/prices.py", "generated", "shorter")
    ]
    assert value["hunks"][0]["after"] == '        sign = "-" * (self.cents < 0)\n'
    assert tree(project) == before
    replayed = redline("replay", value["run"], "--json")
    assert json.loads(replayed.out)["same"] is True


def test_a_model_that_cannot_call_tools_edits_too(redline, project: Path) -> None:
    script = project.parent / "script.txt"
    script.write_text(AS_TEXT)
    with model_server(script) as address:
        file = configure(address)
        file.write_text(file.read_text() + 'tool_calls = "text"\n')
        done = redline("ask", "make the sign shorter", "shop/prices.py", "--json")
    value = json.loads(done.out)
    assert (done.code, value["kind"], value["title"]) == (0, "proposal", "Shorter sign")
    assert value["hunks"][0]["after"] == '        sign = "-" * (self.cents < 0)\n'
    replayed = redline("replay", value["run"], "--json")
    assert json.loads(replayed.out)["same"] is True


def test_a_server_that_is_not_there_is_a_failure_that_says_where(redline, project: Path) -> None:
    configure("http://127.0.0.1:9/v1")
    done = redline("ask", "make the sign shorter", "shop/prices.py")
    assert (done.code, done.out) == (3, "")
    assert "http://127.0.0.1:9/v1" in done.err and "secret-key" not in done.err


def test_a_key_others_can_read_is_refused(redline, project: Path) -> None:
    configure("http://127.0.0.1:9/v1").chmod(0o644)
    done = redline("ask", "rename Basket to Cart")
    assert (done.code, "chmod 600" in done.err) == (2, True)


def test_what_a_model_says_cannot_drive_the_terminal(redline, project: Path) -> None:
    script = project.parent / "script.txt"
    reason = json.dumps({"reason": "no\x1b]0;owned\x07 way [bold]"})
    script.write_text('call plan {"steps": ["scout: look"]}\ncall give_up ' + reason + "\n")
    with model_server(script) as address:
        configure(address)
        done = redline("ask", "do it")
    assert (done.code, done.out) == (1, "")
    assert "no\\x1b]0;owned\\x07 way [bold]" in done.err and "\x1b" not in done.err
