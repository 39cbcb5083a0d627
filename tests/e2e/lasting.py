"""An editor that a whole module of tests shares: it saves nothing, and leaves in good order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo_copy import copy_of_demo, digests
from editor import Editor
from wire import Wire


@contextmanager
def lasting_editor(folder: Path, kind: str, own_review: bool = False) -> Iterator[Editor]:
    """An editor of `kind` on a copy of the demo project; nothing is ever saved."""
    project = copy_of_demo(folder / "project")
    before = digests(project)
    with Wire(folder / "home") as wire:
        yield Editor(wire, kind, project, own_review)
        assert wire.ask("shutdown") is None
        wire.notify("exit")
        assert wire.ended() == 0
        assert wire.log() == ""
    assert digests(project) == before, "the server wrote to the workspace"
