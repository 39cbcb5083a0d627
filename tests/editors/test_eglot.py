"""Emacs, its own client eglot and the real server, with the configuration its page tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from installed import binary
from terminal import project, scenarios, wire
from terminal.editor import Editor
from terminal.emacs import Emacs
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
def test_eglot_without_a_plugin_is_fully_usable(
    scenario: Callable[[Editor], None], tmp_path: Path
) -> None:
    here = project.create(tmp_path)
    editor = Emacs(binary("emacs"), here, (100, 60))
    with watched(editor):
        scenario(editor)
        # eglot has neither, so nothing may depend on them.
        assert not wire.named(here.to_server, "codeAction/resolve")
        assert not wire.named(here.to_editor, "window/workDoneProgress/create")


def test_a_run_is_stopped_from_eglot(tmp_path: Path) -> None:
    here = project.create(tmp_path)
    here.use_script(scenarios.STALLED)
    editor = Emacs(binary("emacs"), here, (100, 30))
    with watched(editor):
        scenarios.stops(editor)


def test_what_eglot_refuses_stays_a_proposal(tmp_path: Path) -> None:
    here = project.create(tmp_path)
    editor = Emacs(binary("emacs"), here, (100, 30))
    with watched(editor):
        scenarios.proposed(editor)
        editor.choose("Apply")
        editor.refuse()
        editor.terminal.wait("refused the edit")
        assert here.read() == project.FILES
        editor.action("agent: accept all")
        editor.agree()
        editor.terminal.wait("def amount")
        scenarios.saved(editor, scenarios.RENAMED)


def test_the_page_shows_what_eglot_shows(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    editor = Emacs(binary("emacs"), project.create(tmp_path), (80, 24))
    with watched(editor):
        scenarios.proposed(editor)
        screen = project.untimed(editor.terminal.screen())
        shown = project.picture("emacs.md", screen, request.config.getoption("--update"))
        assert _without_bars(screen) == _without_bars(shown)


def _without_bars(screen: str) -> list[str]:
    """The lines of a screen that are not the editor's own, which differ with its version."""
    return [line for line in screen.split("\n") if not re.match(r"-UU|File Edit ", line)]
