"""Where the programs of a project's checks are looked for; nothing is run to find them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from redline.adapters.toolchains import LocalToolchains
from redline.adapters.uris import uri_of
from redline.core.checks.runners import Kind, Runner
from redline.core.problems import ToolProblem
from redline.core.uris import Folder

ARGV = {"make": ("make", "test"), "npm": ("npm", "run", "-s", "test")}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and a PATH with nothing on it."""
    (tmp_path / "project").mkdir()
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "project"


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/false\n")
    path.chmod(0o755)
    return path


def environment(prefix: Path, *packages: str) -> Path:
    """What looks like a virtual environment; its Python."""
    made = program(prefix / "bin" / "python")
    (prefix / "pyvenv.cfg").write_text("home = /usr/bin\n")
    for each in packages:
        (prefix / "lib" / "python3.12" / "site-packages" / each).mkdir(parents=True)
    return made


def found(root: Path, *kinds: Kind, python: str = "") -> Runner | ToolProblem:
    return LocalToolchains().runner(Folder(uri_of(root), "project"), kinds, ARGV, python)


def test_the_workspaces_own_environment_comes_first(root: Path, monkeypatch) -> None:
    active = environment(root.parent / "active", "pytest")
    monkeypatch.setenv("VIRTUAL_ENV", str(active.parent.parent))
    own = environment(root / ".venv", "pytest")
    runner = found(root, "pytest", "unittest")
    assert isinstance(runner, Runner)
    assert (runner.kind, runner.program) == ("pytest", (str(own),))
    assert runner.environment["VIRTUAL_ENV"] == str(root / ".venv")
    assert runner.environment["PATH"].split(os.pathsep)[0] == str(own.parent)
    assert runner.environment["PYTHONDONTWRITEBYTECODE"] == "1"
    assert str(root / ".venv") in runner.readable


def test_one_that_has_pytest_comes_before_one_that_has_not(root: Path, monkeypatch) -> None:
    environment(root / ".venv")
    active = environment(root.parent / "active", "pytest")
    monkeypatch.setenv("VIRTUAL_ENV", str(active.parent.parent))
    runner = found(root, "pytest", "unittest")
    assert isinstance(runner, Runner)
    assert runner.program == (str(active),)


def test_without_pytest_it_is_unittest_and_the_name_says_so(root: Path) -> None:
    own = environment(root / "venv")
    runner = found(root, "pytest", "unittest", "make")
    assert isinstance(runner, Runner)
    assert (runner.kind, runner.name) == ("unittest", f"unittest by {own} (it has no pytest)")


def test_the_python_that_the_user_sets_is_the_only_one(root: Path) -> None:
    environment(root / ".venv", "pytest")
    other = environment(root.parent / "other", "pytest")
    runner = found(root, "pytest", python=str(other))
    assert isinstance(runner, Runner)
    assert runner.program == (str(other),)
    for wrong in ("python", "/nowhere/python"):
        assert found(root, "pytest", "unittest", python=wrong) == ToolProblem(
            "not found: pytest, unittest", unavailable=True
        )


def test_behind_a_shim_of_pyenv_is_the_version_of_the_folder(root: Path, monkeypatch) -> None:
    home = root.parent / "pyenv"
    program(home / "shims" / "python3")
    (home / "version").write_text("3.12.1\n")
    for version in ("3.12.1", "3.13.0"):
        environment(home / "versions" / version, "pytest")
    monkeypatch.setenv("PATH", str(home / "shims"))
    (root / ".python-version").write_text("3.13.0\n")
    runner = found(root, "pytest")
    assert isinstance(runner, Runner)
    assert runner.program == (str(home / "versions" / "3.13.0" / "bin" / "python"),)
    (root / ".python-version").write_text("../../project/evil\n")
    runner = found(root, "pytest")
    assert isinstance(runner, Runner)
    assert runner.program == (str(home / "versions" / "3.12.1" / "bin" / "python"),)


def test_runners_of_node_are_those_of_the_project(root: Path) -> None:
    node = program(root.parent / "bin" / "node")
    assert isinstance(found(root, "jest"), ToolProblem)
    jest = program(root / "node_modules" / ".bin" / "jest")
    runner = found(root, "vitest", "jest", "npm")
    assert isinstance(runner, Runner)
    assert (runner.kind, runner.program) == ("jest", (str(node), str(jest)))


def test_a_command_has_the_projects_python_first_on_its_path(root: Path) -> None:
    own = environment(root / ".venv")
    make = program(root.parent / "bin" / "make")
    runner = found(root, "make")
    assert isinstance(runner, Runner)
    assert (runner.program, runner.name) == ((str(make), "test"), "make test")
    assert runner.environment["PATH"].startswith(f"{own.parent}{os.pathsep}{make.parent}")


def test_relative_places_of_path_are_not_looked_into(root: Path, monkeypatch) -> None:
    program(root / "make")
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", f".{os.pathsep}")
    assert isinstance(found(root, "make"), ToolProblem)


def test_a_registrys_token_is_not_among_what_may_be_read(root: Path, monkeypatch) -> None:
    home = root.parent / "home"
    monkeypatch.setenv("HOME", str(home))
    program(home / ".cargo" / "bin" / "cargo")
    (home / ".cargo" / "registry").mkdir()
    (home / ".cargo" / "credentials.toml").touch()
    monkeypatch.setenv("PATH", str(home / ".cargo" / "bin"))
    runner = found(root, "cargo")
    assert isinstance(runner, Runner)
    places = [Path(each) for each in runner.readable]
    assert home / ".cargo" / "registry" in places
    assert [each for each in places if (home / ".cargo").is_relative_to(each)] == []


def test_a_build_command_is_found_or_it_says_that_it_is_not(root: Path) -> None:
    folder = Folder(uri_of(root), "project")
    assert LocalToolchains().around(folder, ("make", "all"), "") == ToolProblem(
        "make was not found", unavailable=True
    )
    script = program(root / "tools" / "build.sh")
    runner = LocalToolchains().around(folder, ("tools/build.sh", "-x"), "")
    assert isinstance(runner, Runner)
    assert runner.program == (str(script), "-x")
