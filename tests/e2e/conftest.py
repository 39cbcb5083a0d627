"""What the end-to-end tests share: a server, a project, and a home of its own for both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_copy import copy_of_demo
from editor import Editor
from wire import Wire


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Wire]]:
    """Starts servers that end with the test."""
    started: list[Wire] = []

    def begin() -> Wire:
        started.append(Wire(tmp_path / f"home{len(started)}"))
        return started[-1]

    yield begin
    for each in started:
        each.__exit__()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the demo project."""
    return copy_of_demo(tmp_path / "project")


@pytest.fixture
def editor(lasting: Editor) -> Iterator[Editor]:
    """The module's `lasting` editor, left with nothing open and nothing unanswered."""
    yield lasting
    lasting.close_all()
    # What was accepted and never saved is open again now: it is not for the next test.
    for proposal in lasting.command("redline.proposals"):
        lasting.command("redline.reject", proposal=proposal["id"])
    # A refresh may be on its way: the client asks again when it likes.
    left = [each for each in lasting.wire.drained() if "id" in each]
    for each in [each for each in left if each["method"] in lasting.wire.handlers]:
        lasting.wire.answer(each, lasting.wire.handlers[each["method"]](each.get("params")))
        left.remove(each)
    for each in left:
        lasting.wire.answer(each, None)
    assert left == []
