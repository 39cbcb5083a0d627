"""The extension in real VS Code: asked, reviewed, typed into, undone, restarted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from vscode.projects import alike, released, shop
from vscode.studio import Studio, editors

pytestmark = pytest.mark.editor


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One code-server for all of these tests."""
    started = Studio(tmp_path_factory.mktemp("vscode"))
    yield started
    started.close()


SCENARIOS = [
    "accepts_all_undoes_and_redoes",
    "takes_one_hunk_leaves_another_and_asks_again_for_the_stale_one",
    "typing_elsewhere_moves_the_hunks",
    "sends_a_hunk_back_with_a_comment",
    "creates_renames_and_deletes_files",
    "rolls_back_from_the_runs_view",
    "asks_from_the_lightbulb",
    "answers_a_question_and_types_meanwhile",
    "is_stopped_while_it_works",
    "explains",
    "reviews_a_buffer_without_a_file",
    "says_how_to_install_a_missing_server",
    "brings_the_proposal_back_after_the_server_died",
    "works_in_restricted_mode",
    "goes_on_with_an_edit_made_by_hand",
]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_user_of_the_extension(scenario: str, studio: Studio, tmp_path: Path) -> None:
    studio.play(scenario, shop(tmp_path / "project"))


TYPING = ["suggests_while_typing", "suggests_beside_the_menu", "turns_suggestions_off_and_on"]


@pytest.mark.parametrize("scenario", TYPING)
def test_a_user_who_types(scenario: str, studio: Studio, tmp_path: Path) -> None:
    studio.play(scenario, alike(tmp_path / "project"))


def test_a_rename_in_a_project_as_it_was_released(studio: Studio, tmp_path: Path) -> None:
    project = released("itsdangerous", "2.2.0", editors() / "projects", tmp_path / "project")
    where = {"file": "itsdangerous/encoding.py", "line": 49, "column": 5}
    asked = {**where, "instruction": "rename int_to_bytes to number_to_bytes"}
    told = studio.play("renames_in_a_released_project", project, data=asked)
    files, hunks = told["events"][0][1], told["events"][0][3]
    assert sorted(files) == ["itsdangerous/encoding.py", "itsdangerous/timed.py"]
    assert hunks > len(files)
    check = (
        "import itsdangerous as i; s = i.URLSafeTimedSerializer('k'); "
        "assert s.loads(s.dumps([1])) == [1] and i.encoding.number_to_bytes(65) == b'A'"
    )
    subprocess.run([sys.executable, "-c", check], cwd=project, check=True, timeout=60)


def test_nothing_is_asked_of_any_other_machine(studio: Studio, tmp_path: Path) -> None:
    told = studio.play("turns_to_no_other_machine", shop(tmp_path / "project"))
    seen = dict(told["events"])
    assert "--type=extensionHost" in seen["processes"]
    assert "127.0.0.1" in seen["hosts"]
    assert set(seen["hosts"]) <= {"127.0.0.1", "localhost"}
