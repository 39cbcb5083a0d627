"""Refactorings of real projects, each judged by the project's own tests.

    python tests/refactor/real_trial.py [--project NAME ...] [--what signature|inline]
        [--draws N] [--seed N] [--json FILE]

Symbols are drawn by the seed among those that the project's tests run. Plans are made and
written some at a time; where the counts of the tests change, each is tried again alone.
Prints how many were proposed, refused and failed, with the reasons. What is downloaded and
installed stays in `--cache`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "real"))

import real_inlines
import real_signatures
from real_projects import PROJECTS
from refactor_trees import after, project_of
from rename_real_projects import CACHE, Broken, Checkout, set_up

from redline.adapters import grammars
from redline.adapters.disk import LocalDisk
from redline.adapters.language_servers.servers import Choice, RunningServers
from redline.core import uris
from redline.core.problems import ToolProblem
from redline.core.refactor.project import Planned, Use
from redline.core.retrieval.paths import is_test

DRAWERS: dict[str, real_signatures.Drawer] = {
    "signature": real_signatures.drawn,
    "inline": real_inlines.drawn,
}
TOGETHER = 6


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one request."""

    project: str
    request: str
    kind: str
    outcome: str
    reason: str


def covered(checkout: Checkout) -> dict[str, set[int]]:
    """The lines of each file that the project's tests run."""
    known = checkout.root.parent / "covered.json"
    if not known.exists():
        pip = (checkout.python, "-m", "pip", "-q", "--disable-pip-version-check", "install")
        checkout.run(*pip, "coverage")
        data = checkout.root.parent / "covered.data"
        options = ("-q", "-p", "no:cacheprovider", *checkout.project.tests)
        run = (checkout.python, "-m", "coverage", "run", f"--data-file={data}", "--source=.")
        checkout.run(*run, "-m", "pytest", *options)
        checkout.run(
            checkout.python, "-m", "coverage", "json", f"--data-file={data}", "-o", known, "-i"
        )
        checkout.run("git", "clean", "-qfd")
    files = json.loads(known.read_text())["files"]
    return {path: set(each["executed_lines"]) for path, each in files.items()}


def sources(root: Path) -> dict[str, bytes]:
    """The Python files of a project, and its manifests."""
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, check=True)
    paths = listed.stdout.decode().splitlines()
    kept = [path for path in paths if path.endswith((".py", ".pyi", ".toml", ".cfg"))]
    return {path: (root / path).read_bytes() for path in kept}


@dataclass(frozen=True, slots=True)
class Checker:
    """The type checker that Redline has, asked of the files as they are on disk."""

    root: Path

    def uses(self, places: Sequence[Use]) -> tuple[Use, ...] | None:
        """Every use of what stands at `places`; None where the checker cannot tell."""
        found: set[Use] = set()
        for told in asyncio.run(self._asked(places, references)):
            if isinstance(told, ToolProblem):
                return None
            found.update(told)
        return tuple(sorted(found))

    def others(self, places: Sequence[Use]) -> tuple[Use, ...]:
        """Those of `places` of which it knows what they mean."""
        told = asyncio.run(self._asked(places, definitions))
        known = (not isinstance(each, ToolProblem) and bool(each) for each in told)
        return tuple(place for place, yes in zip(places, known, strict=True) if yes)

    async def _asked(
        self, places: Sequence[Use], how: Question
    ) -> list[Sequence[Use] | ToolProblem]:
        folder = uris.Folder(uris.from_path(str(self.root)), self.root.name)
        running = RunningServers(
            Choice({"python": ("ty", "server")}, lambda _: True), LocalDisk(), grammars.load()
        )
        try:
            return [await how(running, folder, place) for place in places]
        finally:
            await running.close()


Question = Callable[[RunningServers, uris.Folder, Use], Awaitable["Sequence[Use] | ToolProblem"]]


async def references(
    running: RunningServers, folder: uris.Folder, place: Use
) -> Sequence[Use] | ToolProblem:
    """Every use of what stands at a place."""
    whole = uris.absolute([folder], place[0])
    assert whole is not None
    told = await running.references(folder, (), whole, place[1].start)
    if isinstance(told, ToolProblem):
        return told
    paths = ((uris.relative([folder], uri), span) for uri, span in told)
    return [(path, span) for path, span in paths if path is not None]


async def definitions(
    running: RunningServers, folder: uris.Folder, place: Use
) -> Sequence[Use] | ToolProblem:
    """Where what stands at a place is defined."""
    whole = uris.absolute([folder], place[0])
    assert whole is not None
    return await running.definition(folder, (), whole, place[1].start)


def trial(name: str, what: str, draws: int, seed: int, cache: Path) -> Iterator[Result]:
    """One result a request."""
    checkout = set_up(PROJECTS[name], cache)
    before = checkout.tests()
    if "passed" not in before:
        raise Broken(f"{name}: its tests do not run here: {before}")
    files = sources(checkout.root)
    library = {
        path: lines
        for path, lines in covered(checkout).items()
        if path in files and not is_test(path) and lines
    }
    requests = list(DRAWERS[what](files, library, random.Random(seed)))[:draws]
    checker = Checker(checkout.root)
    for at in range(0, len(requests), TOGETHER):
        yield from _batch(checkout, checker, requests[at : at + TOGETHER], before)


def worse(before: str, now: str) -> bool:
    """Whether counts of tests say less than those before: a test that fails by chance at first
    and passes afterwards is no harm done."""
    good, bad = (_counted(each, "passed", "skipped") for each in (before, now))
    wrong = _counted(now, "failed", "error", "no counts") > _counted(before, "failed", "error")
    return bad < good or wrong


def _counted(counts: str, *words: str) -> int:
    parts = (each.split(" ", 1) for each in counts.split(", "))
    return sum(int(n) if n.isdigit() else 1 for n, what in parts if what.startswith(words))


def _batch(
    checkout: Checkout,
    checker: Checker,
    requests: Sequence[real_signatures.Request],
    before: str,
) -> Iterator[Result]:
    checkout.reset()
    done: list[real_signatures.Request] = []
    for each in requests:
        planned = _made(checkout, checker, each)
        if planned.refusal:
            yield Result(checkout.project.name, each.words, each.kind, "refused", planned.refusal)
        else:
            done.append(each)
    if not done:
        return
    together = checkout.tests()
    checkout.reset()
    for each in done:
        outcome, reason = "proposed", ""
        if worse(before, together):
            _made(checkout, checker, each)
            alone = checkout.tests()
            if worse(before, alone):
                outcome, reason = "failed", alone
            checkout.reset()
        yield Result(checkout.project.name, each.words, each.kind, outcome, reason)


def _made(checkout: Checkout, checker: Checker, request: real_signatures.Request) -> Planned:
    files = sources(checkout.root)
    project = project_of(files)
    planned = request.plan(project, checker)
    for path, data in after(files, planned).items():
        if data != files[path]:
            (checkout.root / path).write_bytes(data)
    return planned


def main() -> int:
    """Exit code 1 when a proposal changed what the tests say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", action="append", choices=sorted(PROJECTS))
    parser.add_argument("--what", choices=sorted(DRAWERS), default="signature")
    parser.add_argument("--draws", type=int, default=30, help="requests a project")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    found: list[Result] = []
    for name in options.project or ("toolz", "humanize", "itsdangerous", "boltons"):
        cache = options.cache.resolve()
        for result in trial(name, options.what, options.draws, options.seed, cache):
            found.append(result)
            shown = f"{result.project}: {result.request}: {result.outcome} {result.reason}\n"
            sys.stderr.write(shown)
            if options.json:
                options.json.write_text(json.dumps([asdict(each) for each in found], indent=1))
    for key, count in sorted(Counter((each.kind, each.outcome) for each in found).items()):
        print(*key, count)
    for (name, outcome), count in sorted(Counter((r.project, r.outcome) for r in found).items()):
        print(name, outcome, count)
    return int(any(each.outcome == "failed" for each in found))


if __name__ == "__main__":
    sys.exit(main())
