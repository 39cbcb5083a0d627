"""The project is built with a proposal in it where the user says how, and never otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from proving_support import PLAN, PROPOSE, PYTHON, Ended, edit, run, written

from redline.adapters import places
from redline.adapters.settings_files import load, workspace_digest
from redline.adapters.trust import TrustFile
from redline.core import uris
from redline.core.proposal.model import Check
from redline.core.settings import Settings

CART = "shop/cart.py"
SAME = PLAN + edit(CART, "sum(prices)", "sum(iter(prices))") + PROPOSE
BROKEN = PLAN + edit(CART, "sum(prices)", "sum(tuple(prices))") + PROPOSE
COMMAND = ("python", "build.py")
BUILD = (
    "import pathlib, sys\npathlib.Path('out').write_text('built')\n"
    "sys.exit('tuple' in pathlib.Path('shop/cart.py').read_text() and 'it is not pure')\n"
)
SETTINGS = Settings(check_python=PYTHON, check_tests="off", check_build=COMMAND)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return written(tmp_path / "project", **{"build.py": BUILD})


def build_of(ended: Ended) -> Check:
    proposal = ended.state.proposal
    failed = [turn.check for turn in ended.state.transcript if turn.check is not None]
    checks = [*(proposal.checks if proposal else ()), *failed]
    return replace(next(each for each in checks if each.name == "build"), seconds=0.0)


async def test_it_builds_with_the_change(project: Path) -> None:
    ended = await run(project, SAME, settings=SETTINGS)
    assert build_of(ended) == Check("build", "python build.py", "passed", "it builds", 0.0)
    assert not (project / "out").exists()


async def test_a_build_that_the_change_breaks_is_never_shown(project: Path) -> None:
    ended = await run(project, BROKEN, settings=SETTINGS)
    assert (ended.state.proposal, build_of(ended).outcome) == (None, "failed")
    assert build_of(ended).detail == "it builds without the change, and not with it: it is not pure"


async def test_a_build_that_was_broken_before_proves_nothing(project: Path) -> None:
    (project / CART).write_text((project / CART).read_text() + "# tuple\n")
    ended = await run(project, SAME, settings=SETTINGS)
    why = "it does not build without the change either: it is not pure"
    assert build_of(ended) == Check("build", "python build.py", "skipped", why, 0.0)


async def test_it_is_not_run_in_a_folder_that_is_not_trusted(project: Path) -> None:
    ended = await run(project, SAME, settings=SETTINGS, trusted=False)
    assert build_of(ended).outcome == "skipped"
    assert "is not trusted" in build_of(ended).detail


async def test_a_workspace_names_its_build_until_its_file_changes(project: Path) -> None:
    file = project / "redline.toml"
    file.write_text('[checks]\nbuild = ["python", "build.py"]\n')
    TrustFile(places.trust_file()).grant(uris.from_path(project.as_posix()))
    settings = replace(_loaded(project), check_python=PYTHON, check_tests="off")
    ended = await run(project, SAME, settings=settings, trusted=False)
    assert build_of(ended).outcome == "passed"
    file.write_text('[checks]\nbuild = ["python", "build.py", "--other"]\n')
    settings = replace(_loaded(project), check_python=PYTHON, check_tests="off")
    ended = await run(project, SAME, settings=settings, trusted=False)
    assert build_of(ended).outcome == "skipped"
    assert "redline.toml is not the one that was trusted" in build_of(ended).detail
    TrustFile(places.trust_file()).grant(uris.from_path(project.as_posix()))
    ended = await run(project, SAME, settings=settings, trusted=False)
    assert build_of(ended).outcome == "passed"


def _loaded(project: Path) -> Settings:
    settings, problems = load(project, None, {}, {})
    assert problems == ()
    assert settings.workspace_digest == workspace_digest(project)
    return settings


def test_a_workspace_cannot_do_without_the_sandbox_or_name_a_python(project: Path) -> None:
    (project / "redline.toml").write_text(
        f'unsandboxed = ["{project}"]\n[checks]\npython = "./python"\ntests = "off"\n'
    )
    settings, problems = load(project, None, {"unsandboxed": [str(project)]}, {})
    assert (settings.unsandboxed, settings.check_python, settings.check_tests) == (
        *((), "", "affected"),
    )
    assert [(each.key, each.fatal) for each in problems] == [
        ("unsandboxed", False),
        ("checks.python", False),
        ("checks.tests", False),
        ("unsandboxed", False),
    ]
