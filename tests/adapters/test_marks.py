"""A byte order mark belongs to the file: the text begins after it, as in every editor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from redline.adapters.disk import LocalDisk
from redline.core import uris
from redline.core.text.text import BOM, Text


def test_a_text_begins_after_the_mark(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(BOM + b"x = 1\n")
    assert LocalDisk().read(uris.from_path(str(tmp_path / "a.py"))) == Text(b"x = 1\n")


def test_the_command_line_writes_the_mark_back(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_bytes(BOM + b"import os\n\n\ndef helper():\n    return os\n")
    command = [sys.executable, "-m", "redline.main", "ask", "rename helper to assist"]
    home = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "PATH": "/usr/bin"}
    done = subprocess.run(
        [*command, "a.py:4", "--apply", "--root", str(project)],
        env=home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (project / "a.py").read_bytes() == BOM + b"import os\n\n\ndef assist():\n    return os\n"
