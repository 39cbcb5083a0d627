"""A program in a terminal of its own: keys go in, the screen comes out."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PATIENCE = 20.0
SETTINGS = Path(__file__).with_name("tmux.conf")
_numbers = itertools.count(1)


class Terminal:
    """A tmux server with one session, which runs `command`."""

    def __init__(
        self, command: Sequence[str], cwd: Path, env: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        self._socket = f"redline-{os.getpid()}-{next(_numbers)}"
        # tmux would refuse to run inside another one.
        self._env = {key: value for key, value in env.items() if not key.startswith("TMUX")}
        columns, rows = map(str, size)
        where = ["-d", "-x", columns, "-y", rows, "-c", str(cwd)]
        self._tmux("new-session", *where, shlex.join(command))

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(
            ["tmux", "-L", self._socket, "-f", str(SETTINGS), *arguments],
            env=self._env,
            capture_output=True,
            encoding="utf-8",
            timeout=30,
            check=True,
        ).stdout

    def keys(self, *names: str) -> None:
        """Presses keys by tmux's names: `Enter`, `Escape`, `C-g`, or a letter."""
        self._tmux("send-keys", *names)

    def type(self, text: str) -> None:
        """Types `text` as it is."""
        self._tmux("send-keys", "-l", text)

    def screen(self, styled: bool = False) -> str:
        """What is on the screen; `styled` with the escape sequences of its colours."""
        text = self._tmux("capture-pane", "-p", *(["-e"] if styled else []))
        return "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n")

    def highlighted(self) -> list[str]:
        """The reversed part of every line that has one: the entry a list stands on."""
        lines = map(_reversed_part, self.screen(styled=True).split("\n"))
        return [line for line in lines if line]

    def wait(self, pattern: str, patience: float = PATIENCE) -> str:
        """The screen, once `pattern` is found on it."""
        what = f"{pattern!r} is on the screen"
        return self.until(what, lambda screen: re.search(pattern, screen), patience)

    def steady(self, pattern: str) -> str:
        """The screen, once `pattern` is found on it twice running: it was drawn to its end."""
        before = ""

        def same(screen: str) -> bool:
            nonlocal before
            before, last = screen, before
            return screen == last and re.search(pattern, screen) is not None

        return self.until(f"{pattern!r} stays on the screen", same)

    def gone(self, pattern: str) -> str:
        """The screen, once `pattern` is no longer on it."""
        what = f"{pattern!r} left the screen"
        return self.until(what, lambda screen: not re.search(pattern, screen))

    def until(self, what: str, holds: Callable[[str], object], patience: float = PATIENCE) -> str:
        """The screen, once `holds` is true of it. Fails with the last screen."""
        deadline = time.monotonic() + patience
        while True:
            screen = self.screen()
            if holds(screen):
                return screen
            if time.monotonic() > deadline:
                raise AssertionError(f"never seen: {what}; the screen was\n{framed(screen)}")
            time.sleep(0.04)

    def close(self) -> None:
        """Ends the program and the terminal."""
        end = ["tmux", "-L", self._socket, "kill-server"]
        subprocess.run(end, capture_output=True, timeout=30, check=False)


def _reversed_part(line: str) -> str:
    on, part = False, ""
    for style, text in re.findall(r"\x1b\[([0-9;]*)m|([^\x1b]+)", line):
        for code in style.split(";") if not text else ():
            on = code == "7" or (on and code not in ("", "0", "27"))
        part += text if on else ""
    return part


def framed(screen: str) -> str:
    """A screen between rulers, for a failure's text."""
    return f"{'-' * 80}\n{screen}\n{'-' * 80}"
