"""Inline suggestions in Neovim on a screen, from the real server: its own, and ours on 0.11."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from installed import HERE, NEOVIMS, binary
from nvim.terminal import Terminal
from terminal.wire import messages, recording_server
from test_neovim import environment, prepare, server

pytestmark = pytest.mark.editor

METHOD = "textDocument/inlineCompletion"
LINE = "    total = sum(item.price for item in items)"
FILE = f'''\
"""Prices."""

RATE = 0.19


def net(items):
    first = items[0]
{LINE}
    return round(total * RATE, 2)


def gross(items):
    first = items[0]
{LINE}
    return round(total * RATE, 2)


def taxed(items):
    first = items[0]
'''
REST = "= sum(item.price for item in items)"
SWITCHES = {"off": "off", "snooze 5": "snoozed", "language": "off"}


class Typist:
    """One who types in Neovim and looks at the screen. `since` is how many messages the server
    had been sent before the file of this test was opened."""

    def __init__(self, name: str, folder: Path) -> None:
        self.native = name != "nvim-0.11"
        self.since = self.files = 0
        self.workspace = folder / "project"
        self.file = self.workspace / "shop" / "prices.py"
        self.file.parent.mkdir(parents=True)
        (self.workspace / ".git").mkdir()
        self.file.write_text(FILE, "utf-8")
        self.terminal = Terminal(folder)
        self.record = folder / "record"
        self.record.mkdir()
        program = folder / "redline-lsp"
        recording_server(program, shlex.join(server()), self.record)
        home = folder / "home"
        case = {**prepare("inline", self.workspace), "server": [str(program)]}
        (home / "case.json").write_text(json.dumps(case), "utf-8")
        settings = shlex.quote(str(HERE / "nvim" / "terminal.lua"))
        editor = f"{shlex.quote(binary(name))} --clean -u {settings} shop/prices.py"
        told = {**environment(home), "REDLINE_CASE": str(home / "case.json")}
        self.terminal.start(editor, self.workspace, told)
        try:
            self.status("inline")
        except AssertionError:
            self.terminal.close()
            raise

    def opens(self) -> None:
        """Goes to a new file, alike and with an undo history of its own, whatever was before."""
        self.files += 1
        self.since = len(messages(self.record / "to-server"))
        self.file = self.file.with_name(f"prices_{self.files}.py")
        self.file.write_text(FILE, "utf-8")
        self.keys("Escape", "Escape")
        self.terminal.line(f":edit! shop/{self.file.name}")
        self.terminal.wait(f"shop/{self.file.name} [1 ready]", "(inline)")

    def status(self, words: str) -> None:
        """Waits for the words in the status line."""
        self.terminal.wait("[1 ready]", f"({words})")

    def keys(self, *keys: str) -> None:
        """Types keys."""
        self.terminal.keys(*keys)

    def ghost(self, there: bool = True) -> None:
        """Waits until the line stands on the screen a third time, as ghost text, or no more."""
        times = 3 if there else 2
        what = f"{REST!r} {times} times"
        self.terminal.until(what, lambda: self.terminal.screen().count(REST) == times)

    def begins(self, text: str) -> None:
        """Types the first characters of the line below the last, and waits for the rest of it."""
        self.terminal.line("G")
        self.keys("o", text)
        self.at(f"    {text}")
        self.terminal.until("the rest", self._comes)

    def _comes(self) -> bool:
        """Types the last character once more while nothing is suggested: the model may not
        have been loaded."""
        end = time.monotonic() + 1
        while time.monotonic() < end:
            if self.terminal.screen().count(REST) == 3:
                return True
        self.keys("BSpace", "t")
        return False

    def at(self, text: str) -> None:
        """Waits until the cursor is behind `text`, which begins the line."""
        column = f"{len(text)},"
        what = f"the cursor behind {text!r}"
        self.terminal.until(what, lambda: self.terminal.cursor().startswith(column))

    def writes(self, *lines: str) -> None:
        """Leaves Insert mode and writes; the file has these lines more, byte for byte."""
        self.keys("Escape")
        self.terminal.line(":write")
        wanted = FILE + "".join(f"{line}\n" for line in lines)
        self.terminal.until("the file is written", lambda: self.file.read_text("utf-8") == wanted)

    def told(self, what: str) -> list[dict[str, object]]:
        """What the server was told of suggestions, without their ids."""
        method = f"redline/inline/{what}"
        sent = messages(self.record / "to-server")[self.since :]
        said = [dict(each["params"]) for each in sent if each.get("method") == method]
        assert all(each.pop("id") for each in said)
        return said

    def answers(self) -> list[list[dict[str, object]]]:
        """The suggestions of each request that was answered, in their order."""
        sent = messages(self.record / "to-server")[self.since :]
        asked = [each["id"] for each in sent if each.get("method") == METHOD]
        replies = {
            each["id"]: each.get("result") or []
            for each in messages(self.record / "to-editor")
            if "method" not in each
        }
        return [replies[each] for each in asked if each in replies]

    def answered(self, times: int) -> None:
        """Waits until the server has answered so many requests."""
        self.terminal.until(f"{times} answers", lambda: len(self.answers()) >= times)


@pytest.fixture(scope="module", params=NEOVIMS)
def editor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Typist]:
    """One of each Neovim for these tests: most of their time would be its start."""
    found = Typist(request.param, tmp_path_factory.mktemp("neovim"))
    yield found
    found.terminal.close()


@pytest.fixture
def typist(editor: Typist) -> Typist:
    """In a file that no test has had before."""
    editor.opens()
    return editor


def test_what_is_typed_fits_and_the_rest_is_accepted(typist: Typist) -> None:
    typist.begins("tot")
    typist.keys("al")
    typist.at("    total")
    typist.ghost()
    typist.keys("M-l")
    typist.at(LINE)
    typist.writes(LINE)
    assert typist.told("accepted") == [{"characters": len(LINE) - 9, "whole": True}]


def test_words_are_accepted_and_the_rest_of_the_line(typist: Typist) -> None:
    typist.begins("tot")
    typist.keys("M-w")
    typist.at("    total")
    typist.ghost()
    typist.keys("M-w", "M-w")
    typist.at("    total = sum")
    typist.ghost()
    typist.keys("M-j")
    typist.at(LINE)
    typist.writes(LINE)
    rest = len(LINE) - len("    total = sum")
    taken = [(2, False), (2, False), (4, False), (rest, True)]
    assert typist.told("accepted") == [{"characters": n, "whole": whole} for n, whole in taken]


def test_it_makes_way_for_the_menu_and_is_undone_in_one_step(typist: Typist) -> None:
    typist.begins("tot")
    typist.keys("C-n")
    typist.ghost(there=False)
    typist.keys("C-e")
    typist.ghost()
    typist.keys("M-l")
    typist.at(LINE)
    typist.keys("Escape")
    typist.keys("u")
    typist.writes("    tot")


def test_it_is_dismissed(typist: Typist) -> None:
    typist.begins("tot")
    typist.keys("C-]")
    typist.ghost(there=False)
    typist.writes("    tot")
    assert typist.told("dismissed") == [{}]
    assert typist.told("accepted") == []


@pytest.mark.parametrize("name", NEOVIMS)
def test_it_is_switched_off_and_on(name: str, tmp_path: Path) -> None:
    """In an editor of its own, since the switch is for the session."""
    typist = Typist(name, tmp_path)
    try:
        _switched(typist)
    finally:
        typist.terminal.close()


def _switched(typist: Typist) -> None:
    for switch, state in SWITCHES.items():
        typist.terminal.line(f":Agent inline {switch}")
        typist.status(f"inline {state}")
        before = len(typist.answers())
        typist.terminal.line("G")
        typist.keys("o", "tot")
        typist.at("    tot")
        if typist.native:
            # Neovim asks on its own; only the server knows that there is to be nothing.
            typist.answered(before + 1)
        assert [each for each in typist.answers() if each] == []
        typist.keys("Escape")
        typist.terminal.line(":undo")
        typist.terminal.line(f":Agent inline {'language' if switch == 'language' else 'on'}")
        typist.status("inline")
    typist.begins("tot")
    typist.keys("M-l")
    typist.writes(LINE)
