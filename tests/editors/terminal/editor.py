"""What the scenarios need of an editor, whichever it is."""

from __future__ import annotations

from typing import Protocol

from terminal.project import Project
from terminal.tmux import Terminal


class Editor(Protocol):
    """One editor in a terminal, with `shop/prices.py` of its project open."""

    project: Project
    terminal: Terminal

    def open(self, path: str) -> None:
        """Shows a file of the project."""

    def to(self, text: str) -> None:
        """Puts the cursor on the first `text` of the file."""

    def insert(self, text: str) -> None:
        """Types `text` at the start of the cursor's line."""

    def action(self, title: str) -> None:
        """Takes the code action whose title begins with `title`."""

    def offered(self) -> list[str]:
        """The titles of the code actions at the cursor; none is taken."""

    def asked(self, words: str) -> None:
        """Waits for a question of the server that has these words in it."""

    def choose(self, option: str) -> None:
        """Answers the question on the screen."""

    def dismiss(self) -> None:
        """Closes the question on the screen without an answer."""

    def agree(self) -> None:
        """Says yes to what the editor itself asks before it applies an edit, if it asks."""

    def shown_diff(self) -> str:
        """The diff a preview shows."""

    def undo(self) -> None:
        """One step back in the file that is shown."""

    def save_all(self) -> None:
        """Writes every changed buffer, by the editor's own means."""

    def restart_server(self) -> None:
        """Ends the server and starts another, by the editor's own means."""

    def close(self) -> None:
        """Ends the editor, whatever it still asks."""
