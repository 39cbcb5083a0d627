"""A project as it was distributed, its virtual environment, and what its tests say."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from trial_subjects import Subject

PATIENCE = 900
Outcomes = Mapping[str, str]
"""What each test said: passed, skipped or failed; the key is its name."""
Files = Mapping[str, bytes | None]
"""New contents by path; None for a file that is gone."""


class Broken(Exception):
    """A project cannot be set up here. The message says why."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A project ready to work on. `home`: what belongs to it, its sources among that."""

    subject: Subject
    home: Path

    @property
    def root(self) -> Path:
        """Its sources, which the tests run in."""
        return self.home / "source"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.home / "venv" / "bin" / "python"

    def run(
        self, *command: str | Path, patience: float = PATIENCE
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs a command in its folder. Raises `subprocess.TimeoutExpired`."""
        given = [str(each) for each in command]
        with subprocess.Popen(
            given,
            cwd=self.root,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                out, err = process.communicate(timeout=patience)
            except BaseException:
                os.killpg(process.pid, 9)
                raise
        return subprocess.CompletedProcess(given, process.returncode, out, err)

    def environment(self) -> dict[str, str]:
        """Folders of the user of its own, and its virtual environment."""
        own = {f"XDG_{each}_HOME": str(self.home / each) for each in ("CONFIG", "STATE", "CACHE")}
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PYTHON"))}
        venv = {"HOME": str(self.home), "VIRTUAL_ENV": str(self.home / "venv")}
        return kept | own | venv | {"PYTHONHASHSEED": "0"}

    def reset(self) -> None:
        """Back to the sources as they were distributed."""
        _checked(self.run("git", "reset", "-q", "--hard"))
        _checked(self.run("git", "clean", "-qfd"))

    def sources(self) -> dict[str, bytes]:
        """The Python files, stubs too, as they were distributed."""
        listed = self.run("git", "ls-files").stdout.decode().splitlines()
        paths = [path for path in listed if path.endswith((".py", ".pyi"))]
        return {path: (self.root / path).read_bytes() for path in paths}

    def with_files(self, files: Files) -> None:
        """Lays other contents over the sources as they were distributed."""
        self.reset()
        for path, data in files.items():
            place = self.root / path
            if data is None:
                place.unlink()
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)

    def suite(self, patience: float = PATIENCE, *before: str) -> Outcomes:
        """Runs the whole suite; a key `` stands for what kept it from running."""
        report = self.home / "report.xml"
        report.unlink(missing_ok=True)
        options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", f"--junitxml={report}")
        run = (*(before or ("-B",)), "-m", "pytest", *options, *self.subject.tests)
        try:
            done = self.run(self.python, *run, patience=patience)
        except subprocess.TimeoutExpired:
            return {"": f"the suite did not end in {patience:.0f} s"}
        if not report.exists():
            said = (done.stdout + done.stderr).decode("utf-8", "replace").strip().splitlines()
            return {"": " ".join(said[-3:])[-300:]}
        return _read(report)

    def covered(self) -> dict[str, set[int]]:
        """The lines of each file of the product that the tests run, and not only import."""
        known = self.home / "covered.json"
        if not known.exists():
            self.reset()
            data = f"--data-file={self.home / 'covered.data'}"
            self.suite(PATIENCE, "-B", "-m", "coverage", "run", data, "--source=.")
            self.run(self.python, "-m", "coverage", "json", data, "-o", known, "-i", "-q")
            self.reset()
        files = json.loads(known.read_text("utf-8"))["files"]
        code = tuple(f"{each}/" for each in self.subject.code)
        return {
            path: set(each["executed_lines"])
            for path, each in files.items()
            if path.startswith(code) and each["executed_lines"] and not is_test(path)
        }


def is_test(path: str) -> bool:
    """Whether a file is part of the tests, by its path."""
    folders, _, name = path.rpartition("/")
    inside = {"test", "tests", "testing"} & set(folders.split("/"))
    return bool(inside) or name.startswith(("test_", "conftest")) or name.endswith("_test.py")


def _read(report: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        states = {child.tag for child in case}
        bad = states & {"failure", "error"}
        said = "failed" if bad else "skipped" if "skipped" in states else "passed"
        # Two tests may have one name: the worst of them counts.
        found[name] = min(found.get(name, said), said, key=("failed", "skipped", "passed").index)
    return found


def digest(files: Files) -> str:
    """What stands for some contents."""
    parts = hashlib.sha256()
    for path, data in sorted(files.items()):
        body = b"gone" if data is None else b"%d:" % len(data) + data
        parts.update(path.encode() + b"\0" + body + b"\0")
    return parts.hexdigest()[:24]


def set_up(subject: Subject, cache: Path) -> Checkout:
    """Downloads, unpacks and installs a project, once. Raises `Broken`."""
    checkout = Checkout(subject, cache / f"{subject.name}-{subject.version}")
    if (checkout.home / "ready").is_file():
        return checkout
    shutil.rmtree(checkout.home, ignore_errors=True)
    checkout.home.mkdir(parents=True)
    pip = ("-m", "pip", "-q", "--disable-pip-version-check")
    what = f"{subject.name}=={subject.version}"
    options = ("--no-binary", ":all:", "--no-deps", "-d", str(checkout.home))
    _checked(_plain(sys.executable, *pip, "download", *options, what))
    shutil.unpack_archive(
        next(checkout.home.glob("*.tar.gz")), checkout.home / "unpacked", filter="data"
    )
    next((checkout.home / "unpacked").iterdir()).rename(checkout.root)
    _checked(checkout.run("git", "init", "-q"))
    # What an installation writes beside the sources is no part of them, and stays.
    (checkout.root / ".git/info/exclude").write_text("*.egg-info\n*.so\nbuild\n")
    _checked(checkout.run("git", "add", "-Af", "."))
    author = ("-c", "user.name=trial", "-c", "user.email=trial@localhost")
    _checked(checkout.run("git", *author, "commit", "-qm", "as distributed"))
    _checked(_plain(sys.executable, "-m", "venv", str(checkout.home / "venv")))
    into = (str(checkout.python), *pip, "install", "pytest", "coverage", *subject.needs)
    _checked(_plain(*into, "-e", str(checkout.root)))
    (checkout.home / "ready").touch()
    return checkout


def _plain(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)


def _checked(done: subprocess.CompletedProcess[bytes]) -> None:
    if done.returncode:
        words = " ".join(map(str, done.args[:6]))
        raise Broken(f"{words}: {done.stderr.decode('utf-8', 'replace').strip()[-500:]}")
