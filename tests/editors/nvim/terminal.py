"""A Neovim on a screen: started in tmux, driven by keys, looked at as a person would."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

PATIENCE = 30.0
SIZE = ("-x", "150", "-y", "45")


class Terminal:
    """One tmux server of its own with one window; `close` ends it and what runs in it."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "tmux"

    def start(self, command: str, cwd: Path, environment: Mapping[str, str]) -> None:
        """Runs `command` in a new window."""
        shell = ["tmux", "-S", str(self.socket), "-f", os.devnull, "new-session", "-d", *SIZE]
        subprocess.run([*shell, command], check=True, cwd=cwd, env=environment)

    def keys(self, *keys: str) -> None:
        """Types keys, by tmux's names for them."""
        self._tmux("send-keys", *keys)

    def line(self, text: str) -> None:
        """Types `text` as it is, and Enter."""
        self._tmux("send-keys", "-l", text)
        self._tmux("send-keys", "Enter")

    def screen(self) -> str:
        """What is on the screen now."""
        return self._tmux("capture-pane", "-p")

    def cursor(self) -> str:
        """Where the cursor is."""
        return self._tmux("display-message", "-p", "#{cursor_x},#{cursor_y}")

    def wait(self, *texts: str) -> str:
        """The screen once all `texts` are on it."""
        return self.until(f"{texts} on the screen", lambda: all(t in self.screen() for t in texts))

    def until(self, what: str, done: Callable[[], bool]) -> str:
        """The screen once `done()` holds. Raises AssertionError when it never does."""
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                raise AssertionError(f"never: {what}\n{self.screen()}")
            time.sleep(0.02)
        return self.screen()

    def close(self) -> None:
        """Ends everything in it."""
        subprocess.run(["tmux", "-S", str(self.socket), "kill-server"], check=False)

    def _tmux(self, *words: str) -> str:
        run = subprocess.run(
            ["tmux", "-S", str(self.socket), *words], check=True, capture_output=True, text=True
        )
        return run.stdout
