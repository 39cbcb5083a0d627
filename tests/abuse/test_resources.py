"""Cases 34 and 35: files that are no files, files without end, and texts that take for ever."""

from __future__ import annotations

import json
import os
import time

import pytest

from abuse.abuse_client import Client
from abuse.abuse_models import PLAN, PROPOSE, Call, reply
from abuse.abuse_world import BEFORE, HONEST, HONEST_EDIT, World

MANY = 20_000
DEEP = 60


@pytest.mark.skipif(os.name != "posix", reason="needs FIFOs and devices")
def test_34_what_is_no_file_holds_nobody_up(world: World) -> None:
    """1 GB without content, a FIFO nobody writes to, endless devices, loops of links, and many."""
    project = world.project
    with (project / "huge.py").open("wb") as file:
        file.truncate(1 << 30)
    with (project / "huge.txt").open("wb") as file:
        file.truncate(1 << 40)
    os.mkfifo(project / "fifo.py")
    os.mkfifo(project / ".gitignore")
    (project / "zero.py").symlink_to("/dev/zero")
    (project / "tty.py").symlink_to("/dev/tty")
    (project / "self").symlink_to(".")
    (project / "a.py").symlink_to("b.py")
    (project / "b.py").symlink_to("a.py")
    (project / "/".join(["deep"] * DEEP)).mkdir(parents=True)
    many = project / "many"
    many.mkdir()
    for at in range(MANY):
        (many / f"{at}.dat").touch()
    began = time.monotonic()
    done = world.redline("index", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"] == 1
    (project / ".gitignore").unlink()  # ty waits for it; a check of types ends after a minute
    (project / "huge.py").unlink()  # ty reads all of it, 1 GB of nothing
    paths = ("huge.txt", "fifo.py", "zero.py", "tty.py", "a.py", "self/self/fifo.py")
    calls: list[Call] = [("read_file", {"path": each}) for each in paths]
    calls += [("outline", {"path": each}) for each in paths]
    calls += [("create_file", {"path": "fifo.py", "content": "x"}), ("search", {"query": "honest"})]
    ended = world.obey(*calls)
    world.refused("read_file", "outline", "create_file")
    assert world.results["search"][0].startswith(HONEST)
    assert time.monotonic() - began < 30
    world.honest(ended)


NESTED = {
    "parens.py": "x = " + "(" * 30_000 + "1" + ")" * 30_000 + "\n",
    "brackets.json": "[" * 50_000 + "]" * 50_000,
    "braces.js": "{" * 16_000,
    "quotes.py": "'''" * 40_001,
    "long.py": "x = " + " + ".join(["1"] * 60_000) + "\n",
    "list.md": "".join(f"{' ' * (at % 200)}- [[[a](b\n" for at in range(4_000)),
    "angle.cpp": "template<" * 4_000 + "\n",
    "pipe.sh": "a |" * 3_000 + "\n",
    "attr.html": "<a " + "b=" * 20_000 + ">\n",
    "strings.rb": '"#{' * 2_000 + "\n",
}
SLOW = ("(a+)+$", "(" * 500, "a" * 2_000 + "!", "(.*)*\\1", "\\x00" * 100, "%" * 1_000)


def test_35_texts_made_to_be_slow_are_read_in_time(world: World) -> None:
    """Deep nesting and long lines for the grammars; patterns for everything that searches."""
    world.write(NESTED)
    world.write({"aaa.txt": "a" * 500_000 + "\n"})
    began = time.monotonic()
    client = world.open(world.models.play([]))
    for path in (*NESTED, HONEST):
        uri = (world.project / path).as_uri()
        item = {"uri": uri, "languageId": "", "version": 1, "text": NESTED.get(path, BEFORE)}
        client.notify("textDocument/didOpen", {"textDocument": item})
        client.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    client.close()
    calls: list[Call] = [("search", {"query": each}) for each in SLOW]
    calls += [("symbols", {"name": each}) for each in SLOW]
    calls += [("references", {"name": each}) for each in SLOW]
    calls += [("edit", {"path": "aaa.txt", "search": each, "replace": "b"}) for each in SLOW]
    calls += [("edit", {"path": "aaa.txt", "search": "a" * 9_000 + "b", "replace": "b"})]
    calls += [("outline", {"path": each}) for each in NESTED]
    calls += [("explain", {"path": each, "line": 1}) for each in NESTED]
    ended = world.obey(*calls)
    assert time.monotonic() - began < 40
    world.honest(ended)


def test_35_one_slow_text_holds_up_nobody_else(world: World) -> None:
    """Some texts take their grammar seconds: not those of the loop that answers all editors."""
    client = world.open("")
    uri = (world.project / "slow.sh").as_uri()
    item = {"uri": uri, "languageId": "shellscript", "version": 1, "text": "a |" * 12_000 + "\n"}
    client.notify("textDocument/didOpen", {"textDocument": item})
    asked = {"id": 999, "method": "textDocument/documentSymbol"}
    client.send({**asked, "params": {"textDocument": {"uri": uri}}})
    other = Client(world.running.port)
    other.initialize(world.project, {})
    for _ in range(20):
        other.command("redline.proposals")
    assert not [each for each in client.inbox if each.get("id") == 999], "the slow one came first"
    other.close()


def test_35_a_pattern_for_code_ends_in_time(world: World) -> None:
    world.write({"deep.py": NESTED["parens.py"], "long.py": NESTED["long.py"]})
    calls: list[Call] = [
        ("replace_pattern", {"path": path, "pattern": pattern, "rewrite": "x"})
        for path in ("deep.py", "long.py")
        for pattern in ("$$$A + $$$B + $$$C", "(" * 200 + "$A" + ")" * 200)
    ]
    ended = world.play([reply(PLAN, *calls), reply(("revert", {}), HONEST_EDIT, PROPOSE)])
    world.honest(ended)
