"""Helix and the real server, with the configuration its page tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from installed import binary
from terminal import project, scenarios
from terminal.editor import Editor
from terminal.helix import Helix
from terminal.scenarios import watched

pytestmark = pytest.mark.editor

SCENARIOS = [
    scenarios.applies,
    scenarios.previews,
    scenarios.previews_later,
    scenarios.discards,
    scenarios.hunk_by_hunk,
    scenarios.accepts_all_later,
    scenarios.typing,
    scenarios.follows,
    scenarios.restarts,
    scenarios.rolls_back,
    scenarios.closes_a_question,
    scenarios.computed,
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.__name__)
def test_helix_without_a_plugin_is_fully_usable(
    scenario: Callable[[Editor], None], tmp_path: Path
) -> None:
    editor = Helix(binary("hx"), project.create(tmp_path), (80, 60))
    with watched(editor):
        scenario(editor)


def test_a_run_is_stopped_from_helix(tmp_path: Path) -> None:
    here = project.create(tmp_path)
    here.use_script(scenarios.STALLED)
    editor = Helix(binary("hx"), here, (80, 24))
    with watched(editor):
        scenarios.stops(editor)


def test_a_preview_can_be_read_in_peace_in_helix(tmp_path: Path) -> None:
    here = project.create(tmp_path)
    editor = Helix(binary("hx"), here, (80, 60))
    with watched(editor):
        scenarios.proposed(editor)
        editor.choose("Preview")
        diff = editor.shown_diff()
        editor.dismiss()
        assert editor.lines() == [line.rstrip() for line in diff.split("\n")][:-1]
        editor.back()
        editor.action("agent: accept all")
        editor.terminal.wait("def amount")
        scenarios.saved(editor, here.patched(diff))


def test_the_page_shows_what_helix_shows(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    editor = Helix(binary("hx"), project.create(tmp_path), (80, 24))
    with watched(editor):
        scenarios.proposed(editor)
        screen = project.untimed(editor.terminal.screen())
        shown = project.picture("helix.md", screen, request.config.getoption("--update"))
        assert _without_bars(screen) == _without_bars(shown)


def _without_bars(screen: str) -> list[str]:
    """The lines of a screen that are not the editor's own, which differ with its version."""
    return [line for line in screen.split("\n") if not re.match(r" NOR ", line)]
