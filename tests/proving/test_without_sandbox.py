"""Where there is no sandbox nothing is run, unless the user allows it for a folder they trust.

The sandbox is missing for real: bubblewrap is taken away in a mount namespace of the test.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from proving_support import PLAN, PROPOSE, PYTHON, edit, written

WITHOUT = 'mount --bind /dev/null "$(readlink -f /usr/bin/bwrap)" && exec "$@"'
UNSHARE = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", WITHOUT, "sh")
SCRIPT = PLAN + edit("shop/cart.py", "sum(prices)", "sum(iter(prices))") + PROPOSE
BREAKS = PLAN + edit("shop/cart.py", "sum(prices)", "1 + sum(prices)") + PROPOSE


@dataclass(frozen=True)
class Place:
    """A project, and the user's configuration."""

    root: Path
    config: Path

    def redline(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = (*UNSHARE, sys.executable, "-P", "-m", "redline.main", *arguments)
        return subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, check=False, timeout=120
        )

    def ask(self, script: str) -> subprocess.CompletedProcess[str]:
        file = self.root.parent / "script.txt"
        file.write_text(script)
        return self.redline("ask", "change it", "--model", f"scripted:{file}", "--json")

    def check(self, script: str = SCRIPT) -> dict[str, object]:
        """The check that runs tests."""
        checks = json.loads(self.ask(script).stdout)["checks"]
        return next(each for each in checks if each["name"] == "tests")

    def configure(self, more: str = "") -> None:
        self.config.write_text(f'{more}\n[checks]\npython = "{PYTHON}"\n')


@pytest.fixture
def place(tmp_path: Path) -> Place:
    root = written(tmp_path / "project")
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "redline"
    folder.mkdir(parents=True)
    made = Place(root, folder / "config.toml")
    made.configure()
    return made


def test_nothing_is_run_and_it_says_why(place: Place) -> None:
    place.redline("trust", ".")
    check = place.check(BREAKS)
    assert (check["outcome"], check["ran"]) == ("skipped", 0)
    assert str(check["detail"]).startswith("there is no sandbox: bubblewrap is not installed; ")


def test_the_doctor_says_how_to_mend_it_and_nothing_is_broken(place: Place) -> None:
    place.redline("trust", ".")
    done = place.redline("doctor", "--json")
    found = {each["name"]: each for each in json.loads(done.stdout)["findings"]}
    sandbox, tests = found["sandbox"], found["check tests, python"]
    assert (sandbox["ok"], sandbox["detail"]) == (False, "bubblewrap is not installed")
    assert "apt install bubblewrap" in sandbox["mend"]
    assert (tests["ok"], "there is no sandbox" in tests["detail"]) == (False, True)
    assert done.returncode == 0, done.stdout


def test_the_user_may_do_without_it_in_a_folder_they_trust(place: Place) -> None:
    place.configure(f'unsandboxed = ["{place.root}"]')
    assert "is not trusted" in str(place.check()["detail"])
    place.redline("trust", ".")
    check = place.check()
    assert (check["outcome"], check["passed"], check["ran"]) == ("passed", 2, 2)
    done = place.ask(BREAKS)
    assert (done.returncode, json.loads(done.stdout)["kind"]) == (3, "none")


def test_what_is_installed_to_be_edited_is_taken_from_the_copy(place: Place) -> None:
    """A path file that names the workspace must not hide the proposal from its tests."""
    (place.root / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    environment = place.root / ".venv"
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", str(environment)), check=True)
    (library,) = environment.glob("lib/python3*/site-packages")
    packages = next(each for each in map(Path, sys.path) if (each / "pytest").is_dir())
    (library / "more.pth").write_text(f"{place.root}\n{packages}\n")
    (library / "pytest").symlink_to(packages / "pytest")
    place.config.write_text(f'unsandboxed = ["{place.root}"]\n')
    place.redline("trust", ".")
    assert (place.check()["outcome"], place.ask(BREAKS).returncode) == ("passed", 3)


def test_another_folder_is_not_allowed_with_it(place: Place) -> None:
    place.configure(f'unsandboxed = ["{place.root.parent}"]')
    place.redline("trust", ".")
    assert place.check()["outcome"] == "skipped"
