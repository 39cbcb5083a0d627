"""Shared by the tests of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def tree(root: Path) -> dict[str, bytes]:
    """Every file with its bytes."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.parts and "__pycache__" not in path.parts
    }


def written(root: Path, files: Mapping[str, str]) -> Path:
    """`root` with `files` in it."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return root
