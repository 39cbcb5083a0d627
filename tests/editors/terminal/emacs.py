"""Emacs at the keyboard: what a user presses, and what is on the screen then."""

from __future__ import annotations

import re
from pathlib import Path

from terminal import wire
from terminal.project import Project, documented
from terminal.tmux import Terminal

ACTION = "Pick an action"
QUESTION = "Choose an option:"
OWN_QUESTION = r"Proceed\? *\(y or n\)"
# Packages that Debian brings are compiled again for every new home, with warnings.
QUIET = "(setq native-comp-deferred-compilation nil)\n"


class Emacs:
    """Emacs with the configuration of its page in the documentation."""

    def __init__(self, binary: str, project: Project, size: tuple[int, int]) -> None:
        self.project = project
        settings = project.home / ".emacs.d"
        settings.mkdir()
        (settings / "early-init.el").write_text(QUIET, "utf-8")
        (settings / "init.el").write_text(documented("emacs.md", "elisp"), "utf-8")
        command = [binary, "-nw", "shop/prices.py"]
        self.terminal = Terminal(command, project.root, project.env, size)
        self.terminal.wait("Connected!")
        self._known("shop/prices.py")

    def open(self, path: str) -> None:
        self.terminal.keys("C-x", "C-f")
        self.terminal.wait("Find file:")
        self._clear()
        self._fill(str(self.project.root / path))
        self.terminal.keys("Enter")
        self.terminal.wait(rf"(?m)^-.*\b{re.escape(Path(path).name)} ")
        self._known(path)

    def to(self, text: str) -> None:
        self.terminal.keys("M-<", "C-s")
        self.terminal.wait("I-search:")
        self.terminal.type(text)
        self.terminal.wait(rf"I-search: {re.escape(text)}")
        self.terminal.keys("Enter")
        self.terminal.gone("I-search:")

    def insert(self, text: str) -> None:
        self.terminal.keys("M-m")
        self.terminal.type(text)
        self.terminal.wait(re.escape(text))

    def action(self, title: str) -> None:
        self.terminal.keys("C-c", "a")
        self.terminal.wait(ACTION)
        self._answer(ACTION, title)

    def offered(self) -> list[str]:
        self.terminal.keys("C-c", "a")
        self.terminal.wait(ACTION)
        self.terminal.keys("C-g")
        self.terminal.gone(ACTION)
        return self.project.offered() or []

    def asked(self, words: str) -> None:
        self.terminal.wait(rf"(?s){re.escape(words)}.*{QUESTION}")

    def choose(self, option: str) -> None:
        self._clear()
        self._answer(QUESTION, option)

    def dismiss(self) -> None:
        self.terminal.keys("C-g")
        self.terminal.gone(QUESTION)

    def agree(self) -> None:
        self.terminal.wait(OWN_QUESTION)
        self.terminal.keys("y")
        self.terminal.gone(OWN_QUESTION)
        # What is typed while Emacs still works on the edit is asked about out of sight.
        self.terminal.until("the edit is answered", lambda _: self.project.applied())

    def refuse(self) -> None:
        """Says no to what eglot asks before it applies an edit."""
        self.terminal.wait(OWN_QUESTION)
        self.terminal.keys("n")
        self.terminal.gone(OWN_QUESTION)

    def shown_diff(self) -> str:
        screen = self.terminal.steady(rf"(?s)\ndiff --git.*\n{QUESTION}")
        return screen[screen.index("\ndiff --git") + 1 : screen.index(f"\n{QUESTION}")] + "\n"

    def undo(self) -> None:
        self.terminal.keys("C-x", "u")
        self.terminal.wait("Undo")

    def save_all(self) -> None:
        self.terminal.keys("C-x", "s")
        self.terminal.wait("Save file")
        self.terminal.keys("!")
        self.terminal.gone("Save file")

    def restart_server(self) -> None:
        self.terminal.keys("M-x")
        self.terminal.wait("(?m)^M-x")
        self._answer("M-x", "eglot-reconnect")

    def close(self) -> None:
        self.terminal.close()

    def _answer(self, prompt: str, text: str) -> None:
        self._fill(text)
        self.terminal.keys("Enter")
        self.terminal.gone(rf"{prompt}.*{re.escape(text)}")

    def _clear(self) -> None:
        """Empties the minibuffer. One that is empty makes of this an error, and drops keys."""
        self.terminal.keys("C-a", "C-k")

    def _fill(self, text: str) -> None:
        """Types into the minibuffer; a bare space would complete a word of its own."""
        for number, word in enumerate(text.split(" ")):
            if number:
                self.terminal.keys("C-q", "Space")
            self.terminal.type(word)
        self.terminal.wait(re.escape(text))

    def _known(self, path: str) -> None:
        uri = (self.project.root / path).as_uri()
        self.terminal.until(
            f"the server knows {path}",
            lambda _: (
                uri
                in [
                    each["params"]["textDocument"]["uri"]
                    for each in wire.named(self.project.to_server, "textDocument/didOpen")
                ]
            ),
        )
