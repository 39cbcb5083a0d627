"""How test runners are called so that they report what came of each test."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "pytest", "unittest", "vitest", "jest", "mocha", "node", "npm", "go", "cargo", "make", "tox",
    "nox",
]  # fmt: skip

REPORT = ".redline-report"
"""Where a runner writes its report: in the top folder of the scratch copy, never of the tree."""

WHOLE: frozenset[Kind] = frozenset({"npm", "cargo", "make", "tox", "nox"})
"""Runners that are asked for all tests or none."""
COUNTED: frozenset[Kind] = frozenset(
    {"pytest", "unittest", "vitest", "jest", "mocha", "node", "go", "cargo"}
)
"""Runners that tell what came of each test; of the others there is an exit status alone."""
ON_OUTPUT: frozenset[Kind] = frozenset({"go", "cargo"})
"""Runners whose report is what they print."""

_NAMES: Mapping[str, re.Pattern[str]] = {
    "python": re.compile(r"(^|/)(test_[^/]*|[^/]*_test|tests?)\.py$"),
    "javascript": re.compile(
        r"(\.|/|^)(test|spec)s?\.[cm]?[jt]sx?$|(^|/)__tests__/.*\.[cm]?[jt]sx?$"
    ),
    "go": re.compile(r"_test\.go$"),
    "rust": re.compile(r"(^|/)tests/[^/]*\.rs$"),
}
_FAMILIES: Mapping[str, str] = {
    "python": "python",
    "javascript": "javascript",
    "typescript": "javascript",
    "tsx": "javascript",
    "go": "go",
    "rust": "rust",
}
_TEST_FOLDER = re.compile(r"(^|/)(test|tests|spec)/.*\.[cm]?[jt]sx?$")

# Runs what it is given with the standard library alone, and writes what came of each test.
_UNITTEST = """\
import json, os, sys, unittest
class Result(unittest.TestResult):
    def __init__(self, *a):
        super().__init__(*a); self.rows = []
    def row(self, test, outcome, error=None):
        module = sys.modules.get(type(test).__module__)
        path = getattr(module, "__file__", None) or ""
        path = os.path.relpath(path, top).replace(os.sep, "/") if path.startswith(top) else ""
        line, said = 0, ""
        if error:
            trace, said = error[2], "%s: %s" % (error[0].__name__, error[1])
            while trace:
                if trace.tb_frame.f_code.co_filename == getattr(module, "__file__", ""):
                    line = trace.tb_lineno
                trace = trace.tb_next
        file = unloaded.get(test.id())
        self.rows.append((file or test.id(), file or path, line, outcome, said))
    def addSuccess(self, test): self.row(test, "passed")
    def addFailure(self, test, error): self.row(test, "failed", error)
    addError = addFailure
    def addSkip(self, test, reason): self.row(test, "skipped")
    def addExpectedFailure(self, test, error): self.row(test, "passed")
    def addUnexpectedSuccess(self, test): self.row(test, "failed")
    def addSubTest(self, test, part, error):
        if error: self.row(part, "failed", error)
def flat(suite):
    for each in suite:
        yield from flat(each) if isinstance(each, unittest.TestSuite) else (each,)
top, report, files, unloaded = os.getcwd(), sys.argv[1], sys.argv[2:], {}
sys.argv[1:] = []
loader, suite = unittest.TestLoader(), unittest.TestSuite()
for file in files:
    folder, name = os.path.split(file)
    package = all(os.path.exists(os.path.join(*p, "__init__.py")) for p in (
        folder.split("/")[:n] for n in range(1, len(folder.split("/")) + 1))) if folder else True
    found = loader.discover(folder or ".", name, top if package else None)
    loader._top_level_dir = None
    suite.addTests(found)
    unloaded.update((t.id(), file) for t in flat(found) if type(t).__name__ == "_FailedTest")
if not files:
    suite.addTests(loader.discover("."))
result = Result()
suite.run(result)
with open(report, "w", encoding="utf-8") as file:
    json.dump(result.rows, file)
sys.exit(any(row[3] == "failed" for row in result.rows))
"""


@dataclass(frozen=True, slots=True)
class Runner:
    """A runner as it was found: its program with what always comes first, absolute.

    `readable` are the folders it needs beside the system's and the workspace; `environment`
    the variables it needs; `name` is what people call it; `folder` is where the workspace is,
    links resolved, as it will be told of.
    """

    kind: Kind
    program: tuple[str, ...]
    name: str
    readable: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""


def command(runner: Runner, files: Sequence[str]) -> tuple[str, ...]:
    """The whole command line for the tests in `files` (relative, with `/`; () for all)."""
    if runner.kind == "go":
        folders = sorted({f"./{each.rpartition('/')[0]}" for each in files}) or ["./..."]
        return (*runner.program, "test", "-json", *folders)
    # A name that begins like an option is none.
    given = tuple(f"./{each}" if each.startswith("-") else each for each in files)
    if runner.kind in WHOLE:
        given = ()
    elif runner.kind == "jest" and files:
        given = ("--runTestsByPath", *given)
    return (*runner.program, *_FIXED.get(runner.kind, ()), *given)


_FIXED: Mapping[Kind, tuple[str, ...]] = {
    "pytest": (
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no", "--tb=short"),
        *("--maxfail=0", "--continue-on-collection-errors"),
        *("-o", "junit_family=xunit1", f"--junitxml={REPORT}"),
    ),
    "unittest": ("-c", _UNITTEST, REPORT),
    "vitest": ("run", "--reporter=junit", f"--outputFile={REPORT}"),
    "jest": ("--ci", "--watchman=false", "--cache=false", "--json", f"--outputFile={REPORT}"),
    "mocha": ("--reporter", "json", "--reporter-option", f"output={REPORT}"),
    "node": ("--test-reporter=junit", f"--test-reporter-destination={REPORT}", "--test"),
    "cargo": ("test", "--offline", "--no-fail-fast"),
}


def family(language: str) -> str:
    """The languages that share runners: `javascript` for TypeScript, `other` for those that
    have none of their own; '' for what is no code.
    """
    return "" if language in _NO_CODE else _FAMILIES.get(language, "other")


_NO_CODE = frozenset({"markdown", "json", "yaml", "toml", "html", "css"})


def holds_tests(path: str, of: str) -> bool:
    """Whether a runner of the family `of` looks for tests in a file of this name."""
    found = of in _NAMES and _NAMES[of].search(path) is not None
    return found or (of == "javascript" and _TEST_FOLDER.search(path) is not None)


def kinds(of: str, tools: Collection[str], package: str) -> tuple[Kind, ...]:
    """The runners to look for, the best first, for tests in the languages of the family `of`.

    `tools` are those the project's own files name for tests, `package` its `package.json`.
    """
    whole = tuple(each for each in _LAST if each in tools)
    if of == "python":
        return ("pytest", "unittest", *whole)
    if of == "javascript":
        return (*_of_package(package), *(("npm",) if "npm" in tools else ()), *whole)
    own: tuple[Kind, ...] = ("go",) if of == "go" else ("cargo",) if of == "rust" else ()
    return (*(each for each in own if each in tools), *whole)


_LAST: tuple[Kind, ...] = ("make", "tox", "nox")
_JAVASCRIPT: tuple[Kind, ...] = ("vitest", "jest", "mocha")


NO_TEST = "no test specified"
"""What `npm init` writes where there are no tests."""


def _of_package(package: str) -> tuple[Kind, ...]:
    """What the script `test` runs, or what is among the packages where no script says."""
    try:
        value = json.loads(package or "{}")
    except ValueError:
        return ()
    scripts = value.get("scripts") if isinstance(value, dict) else None
    script = scripts.get("test") if isinstance(scripts, dict) else None
    script = script if isinstance(script, str) and NO_TEST not in script else ""
    if re.search(r"\bnode\b.*--test\b", script):
        return ("node",)
    named = tuple(each for each in _JAVASCRIPT if re.search(rf"\b{each}\b", script))
    needed = {*_keys(value, "devDependencies"), *_keys(value, "dependencies")}
    # A script of another kind (`npm run lint && ...`) is run as it is.
    return named or (() if script else tuple(each for each in _JAVASCRIPT if each in needed))


def _keys(value: object, name: str) -> Collection[str]:
    found = value.get(name) if isinstance(value, dict) else None
    return found.keys() if isinstance(found, dict) else ()
