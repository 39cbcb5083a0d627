"""Renames in real projects, each judged by the project's own tests.

    python tests/real/rename_real_projects.py [--project NAME ...] [--limit N] [--json FILE]

For every project: its source distribution from the package index, a virtual environment
with what its tests need, a git repository of its own. For every request: `redline ask`,
`git apply` of what it printed, the tests, and back to the start. A request passes when
the patch applies and the tests give the same counts as before. Prints a Markdown table;
`--json` writes the rows. What is downloaded and installed stays in `--cache`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from real_projects import PROJECTS, Project, Step

CACHE = Path(tempfile.gettempdir()) / "redline-real-projects"
PATIENCE = 900
_COUNTS = re.compile(r"\d+ (?:passed|failed|skipped|xfailed|xpassed|errors?|deselected)")
_GIT = (
    "git",
    "-c",
    "user.name=test",
    "-c",
    "user.email=test@localhost",
    "-c",
    "core.autocrlf=false",
)


class Broken(Exception):
    """A project cannot be set up here. The message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one request."""

    project: str
    version: str
    layout: str
    kind: str
    words: str
    expected: str
    got: str
    files: int
    lines: int
    seconds: float
    before: str
    after: str
    note: str
    known: str

    @property
    def ok(self) -> bool:
        """True when what was expected came, and the tests say what they said before.

        Where it is known that they differ, they must: the note in the table is no excuse
        for what works.
        """
        same = self.before == self.after
        return self.got == self.expected and same != bool(self.known)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A project ready to work on: its folder, its interpreter, our own folders."""

    project: Project
    root: Path
    python: Path
    home: Path

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Runs a command in the project's folder, with folders of the user of its own."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PYTHONPATH"))}
        home = {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "VIRTUAL_ENV": str(self.python.parents[1]),
        }
        return subprocess.run(
            [str(each) for each in command],
            cwd=self.root,
            env=kept | home,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )

    def reset(self) -> None:
        """Back to the sources as they were distributed."""
        _checked(self.run(*_GIT, "reset", "-q", "--hard"))

    def tests(self) -> str:
        """The counts of the project's own tests, such as `12 passed, 1 skipped`."""
        options = ("-q", "-p", "no:cacheprovider", "--no-header")
        done = self.run(self.python, "-B", "-m", "pytest", *options, *self.project.tests)
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        counts = next((found for line in reversed(lines) if (found := _COUNTS.findall(line))), [])
        return ", ".join(counts) or f"no counts, exit code {done.returncode}"


def set_up(project: Project, cache: Path) -> Checkout:
    """Downloads, unpacks and installs a project. Raises `Broken`."""
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{project.name}-{project.version}"
    checkout = Checkout(project, folder / "source", folder / "venv" / "bin" / "python", folder)
    if (folder / "ready").is_file():
        checkout.reset()
        return checkout
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    what = f"{project.name}=={project.version}"
    pip = (sys.executable, "-m", "pip", "-q", "--disable-pip-version-check")
    options = ("--no-binary", ":all:", "--no-deps", "-d", str(folder))
    _checked(_plain(*pip, "download", *options, what))
    archive = next(folder.glob("*.tar.gz"))
    shutil.unpack_archive(archive, folder / "unpacked", filter="data")
    next((folder / "unpacked").iterdir()).rename(checkout.root)
    _checked(checkout.run("git", "init", "-q"))
    _checked(checkout.run(*_GIT, "add", "-Af", "."))
    _checked(checkout.run(*_GIT, "commit", "-qm", "as distributed"))
    _checked(_plain(sys.executable, "-m", "venv", str(folder / "venv")))
    into = (str(checkout.python), "-m", "pip", "-q", "--disable-pip-version-check", "install")
    _checked(_plain(*into, "-e", str(checkout.root), *project.needs))
    (folder / "ready").touch()
    return checkout


def _plain(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)


def _checked(done: subprocess.CompletedProcess[bytes]) -> None:
    if done.returncode:
        words = " ".join(map(str, done.args[:6]))
        raise Broken(f"{words}: {done.stderr.decode('utf-8', 'replace').strip()[-500:]}")


def rows(project: Project, cache: Path, limit: int) -> Iterator[Row]:
    """One row a request. Raises `Broken`."""
    checkout = set_up(project, cache)
    before = checkout.tests()
    if "passed" not in before:
        raise Broken(f"{project.name}: its tests do not run here: {before}")
    for step in project.steps[:limit]:
        yield _row(checkout, step, before)
        checkout.reset()


def _row(checkout: Checkout, step: Step, before: str) -> Row:
    began = time.monotonic()
    place = (_place(checkout.root, step),) if step.file else ()
    done = checkout.run(sys.executable, "-m", "redline.main", "ask", step.words, *place)
    seconds = round(time.monotonic() - began, 2)
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    got, after = _outcome(done), before
    files = lines = 0
    note = said[-1].removeprefix("redline: ") if got == "refusal" and said else ""
    if got == "proposal":
        note = next((each for each in said if "left alone" in each), "")
        patch = checkout.root.parent / "proposal.diff"
        patch.write_bytes(done.stdout)
        applied = checkout.run("git", "apply", patch)
        files, lines = _size(done.stdout)
        if applied.returncode:
            got, note = "a patch that does not apply", applied.stderr.decode("utf-8", "replace")
        after = checkout.tests()
    elif _dirty(checkout):
        got, note = "a changed tree", "without a proposal"
    project = checkout.project
    about = (project.name, project.version, project.layout, step.kind, step.words, step.expect)
    return Row(*about, got, files, lines, seconds, before, after, note, step.known)


def _outcome(done: subprocess.CompletedProcess[bytes]) -> str:
    if done.returncode == 0:
        return "proposal" if done.stdout.startswith((b"--- ", b"diff ")) else "answer"
    return "refusal" if done.returncode == 1 else f"exit code {done.returncode}"


def _size(patch: bytes) -> tuple[int, int]:
    """Files and changed lines."""
    lines = patch.split(b"\n")
    files = sum(line.startswith(b"+++ ") for line in lines)
    return files, sum(line.startswith(b"+") for line in lines) - files


def _dirty(checkout: Checkout) -> bool:
    return bool(checkout.run("git", "status", "--porcelain", "-uno").stdout)


def _place(root: Path, step: Step) -> str:
    if not step.at:
        return step.file
    lines = (root / step.file).read_text(encoding="utf-8").splitlines()
    for number, text in enumerate(lines, 1):
        if re.search(step.at, text):
            return f"{step.file}:{number}"
    raise Broken(f"{step.file} has no line with {step.at}")


def table(found: Sequence[Row]) -> str:
    """The rows as Markdown."""
    heads = ("project", "request", "kind", "came", "files", "lines", "tests after", "s", "")
    text = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for row in found:
        same = "same" if row.after == row.before else f"**{row.after}**"
        cells = (
            f"{row.project} {row.version}",
            row.words,
            row.kind,
            row.got if row.got == row.expected else f"**{row.got}**",
            str(row.files),
            str(row.lines),
            same if row.got == "proposal" else "",
            f"{row.seconds:.1f}",
            (row.known or row.note).replace("|", "\\|").replace("\n", " ")[:160],
        )
        text.append(f"| {' | '.join(cells)} |")
    return "\n".join(text)


def main() -> int:
    """Exit code 1 when a request did not do what was expected of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", action="append", choices=sorted(PROJECTS))
    parser.add_argument("--limit", type=int, default=100, help="requests a project")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    found: list[Row] = []
    trouble = False
    for name in options.project or PROJECTS:
        try:
            for row in rows(PROJECTS[name], options.cache.resolve(), options.limit):
                sys.stderr.write(f"{name}: {row.words}: {row.got}, {row.after}\n")
                found.append(row)
        except Broken as broken:
            trouble = True
            sys.stderr.write(f"{name}: {broken}\n")
        if options.json:
            values = [asdict(row) | {"ok": row.ok} for row in found]
            options.json.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    print(table(found))
    for name, before in dict.fromkeys((row.project, row.before) for row in found):
        print(f"\n{name}: {before} before")
    return int(trouble or not all(row.ok for row in found))


if __name__ == "__main__":
    sys.exit(main())
