"""Shared by the tests of the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from redline.adapters.journal import SqliteJournal

DAY = 86_400.0


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


def aged(path: Path, days: float, runs: Sequence[str] | None = None) -> None:
    """The journal at `path` as if it, or only `runs`, had been written so many days earlier."""
    entries = SqliteJournal(path).entries()
    old = {id_ for id_ in dict.fromkeys(e.record.run for e in entries) if not runs or id_ in runs}
    then = iter([e.record.at - (days * DAY if e.record.run in old else 0.0) for e in entries])
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    journal = SqliteJournal(path, now=lambda: next(then))
    for entry in entries:
        journal.append(entry.record.run, entry.record.kind, entry.payload or "null")
    journal.forget([entry.record.run for entry in entries if entry.payload is None])
    assert journal.verify() == ""
    journal.close()
