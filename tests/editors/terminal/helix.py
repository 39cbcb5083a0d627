"""Helix at the keyboard: what a user presses, and what is on the screen then."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from terminal import wire
from terminal.project import Project, documented
from terminal.tmux import Terminal, framed

NORMAL = r"(?m)^ NOR "
BOX = "┌"


class Helix:
    """Helix with the configuration of its page in the documentation."""

    def __init__(self, binary: str, project: Project, size: tuple[int, int]) -> None:
        self.project = project
        settings = project.home / "config" / "helix"
        settings.mkdir(parents=True)
        (settings / "languages.toml").write_text(documented("helix.md", "toml"), "utf-8")
        self.terminal = Terminal([binary, "shop/prices.py"], project.root, project.env, size)
        self.terminal.wait(NORMAL)
        self.terminal.until(
            "the server knows the document",
            lambda _: wire.named(project.to_server, "textDocument/didOpen"),
        )

    def open(self, path: str) -> None:
        self._command(f"open {path}")
        self.terminal.wait(rf"{NORMAL}.*{re.escape(Path(path).name)}")

    def to(self, text: str) -> None:
        # The start of the file first: a search begins where the cursor is.
        self.terminal.keys("g", "g")
        self.terminal.type(f"/{text}")
        self.terminal.wait(rf"(?m)^search:{re.escape(text)}")
        self.terminal.keys("Enter")
        self.terminal.gone(r"(?m)^search:")

    def insert(self, text: str) -> None:
        self.terminal.keys("I")
        self.terminal.wait(r"(?m)^ INS ")
        self.terminal.type(text)
        self.terminal.keys("Escape")
        self.terminal.wait(NORMAL)

    def action(self, title: str) -> None:
        self.terminal.keys("Space", "a")
        self.terminal.wait(rf"(?m) {re.escape(title)}")
        self.choose(title)

    def offered(self) -> list[str]:
        self.terminal.keys("Space", "a")
        self.terminal.wait("agent: refactor")
        self.terminal.keys("Escape")
        self.terminal.gone("agent: refactor")
        return self.project.offered() or []

    def asked(self, words: str) -> None:
        self.terminal.wait(rf"(?s){BOX}.*{re.escape(words)}")

    def choose(self, option: str) -> None:
        at = self._marked()
        seen = set()
        while not any(row.strip().startswith(option) for row in at):
            assert at not in seen, f"no {option} in the list:\n{framed(self.terminal.screen())}"
            seen.add(at)
            self._press("Down", at)
            at = self._marked()
        self._press("Enter", at)

    def dismiss(self) -> None:
        self.terminal.keys("Escape")
        self.terminal.gone(BOX)

    def agree(self) -> None:
        """Helix asks nothing."""

    def shown_diff(self) -> str:
        screen = self.terminal.wait(rf"(?s){BOX}.*Discard.*\.diff ")
        path = wire.named(self.project.to_editor, "window/showDocument")[-1]["params"]["uri"]
        diff = Path(unquote(urlsplit(path).path)).read_bytes().decode("utf-8")
        visible = _lines(screen.partition(BOX)[0].rpartition("\n")[0])
        assert visible == [line.rstrip() for line in diff.split("\n")][: len(visible)]
        assert len(visible) > 10, "the question hides the diff"
        return diff

    def lines(self) -> list[str]:
        """The lines of the file that is shown, as far as the screen goes."""
        return _lines(self.terminal.screen())

    def back(self) -> None:
        """Shows the file that was open before this one."""
        self.terminal.keys("g", "a")
        self.terminal.gone(r"\.diff ")

    def undo(self) -> None:
        self.terminal.keys("u")

    def save_all(self) -> None:
        self._command("write-all")

    def restart_server(self) -> None:
        self._command("lsp-restart")

    def close(self) -> None:
        self.terminal.close()

    def _command(self, line: str) -> None:
        self.terminal.type(f":{line}")
        self.terminal.wait(rf"(?m)^:{re.escape(line)}$")
        self.terminal.keys("Enter")
        self.terminal.gone(rf"(?m)^:{re.escape(line)}$")

    def _marked(self) -> tuple[str, ...]:
        return tuple(self.terminal.highlighted())

    def _press(self, key: str, marked: tuple[str, ...]) -> None:
        self.terminal.keys(key)
        self.terminal.until("the mark moved", lambda _: self._marked() != marked)


def _lines(screen: str) -> list[str]:
    """The lines of a file on the screen, without their numbers and marks of a change."""
    numbered = (re.match(r" +\d+(?: .)?(.*)", row) for row in screen.split("\n"))
    return [found[1] for found in numbered if found]
