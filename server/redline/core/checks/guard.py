"""Hunks that are never taken along with the others: each needs a yes of its own.

They could make a test pass without mending anything, run code that nobody looked at, or
write a secret down where it was not.

A hunk is guarded when it deletes or skips tests, removes or loosens what they assert,
changes values that are expected, touches snapshots, or what the project's checks run; and
when it adds what a reader of it would not see. It is judged by its lines alone; that a name
in an assertion is another one is no reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from redline.core.oversight.secrets import find
from redline.core.proposal.model import Hunk
from redline.core.retrieval.paths import is_test
from redline.core.text.unseen import hidden

RUNS_CODE = "runs code"
NEW_SECRET = "puts a secret into the file"  # noqa: S105 - says so, holds none
_CI = re.compile(
    r"(^|/)(\.github/(workflows|actions)/.*|\.gitlab-ci\.ya?ml|\.circleci/.*|\.travis\.ya?ml"
    r"|\.buildkite/.*|\.drone\.ya?ml|\.ci/.*|ci/.*\.(sh|ya?ml|py)|Jenkinsfile|azure-pipelines\.ya?ml"
    r"|bitbucket-pipelines\.ya?ml|\.pre-commit-config\.ya?ml|codecov\.ya?ml|\.codecov\.ya?ml"
    r"|appveyor\.ya?ml|\.appveyor\.ya?ml|cloudbuild\.ya?ml)$"
)
_SNAPSHOT = re.compile(
    r"(^|/)(__snapshots__|snapshots|golden|goldens|cassettes|approved|baselines)/"
    r"|\.(snap|ambr|golden|approved\.\w+|verified\.\w+)$"
)
_SETTINGS = re.compile(
    r"(^|/)(pyproject\.toml|setup\.cfg|pytest\.ini|tox\.ini|noxfile\.py|\.coveragerc|conftest\.py"
    r"|package\.json|(jest|vitest|karma|playwright|mocha)[\w.]*\.(js|cjs|mjs|ts|json)|\.mocharc\.\w+"
    r"|Makefile|Cargo\.toml|pom\.xml|build\.gradle(\.kts)?|phpunit\.xml(\.dist)?|\.rspec|Rakefile)$"
)
# What such a file says of which tests run, and what they must reach.
_SELECTION = re.compile(
    r"deselect|--ignore|collect_ignore|norecursedirs|testpaths|python_(files|classes|functions)"
    r"|addopts|fail_under|coverageThreshold|testPathIgnore|testMatch|testRegex|exclude.*test"
    r"|pytest_collection|\bmarkexpr\b|-k\s|-m\s+not|xfail_strict|filterwarnings|\btest\b.*[:=]",
    re.IGNORECASE,
)
# Files that something runs without being asked: tools on opening or installing, git, make.
_RUNS_CODE = re.compile(
    r"(^|/)(conftest\.py|setup\.py|noxfile\.py|fabfile\.py|tasks\.py|sitecustomize\.py"
    r"|usercustomize\.py|package\.json|(GNU)?[Mm]akefile|Rakefile|Gruntfile\.\w+|Gulpfile\.\w+"
    r"|Dockerfile|build\.rs|build\.gradle(\.kts)?|settings\.gradle(\.kts)?|(\.husky|\.githooks)/.*"
    r"|tox\.ini|[^/]*\.pth|\.gitattributes|\.gitmodules|\.pnpmfile\.c?js|\.yarnrc(\.yml)?|binding\.gyp"
    r"|[\w.-]*\.config\.(js|cjs|mjs|ts|mts))$",
    re.IGNORECASE,
)
_TEST = re.compile(
    r"\b(?:async\s+)?def\s+(test\w*)|\bclass\s+(Test\w*|\w+Tests?)\b|\bfunc\s+((?:Test|Benchmark|Fuzz)\w+)"
    r"|\b(?:it|test|describe|context|specify|scenario)(?:\.\w+(?:\([^)]*\))?)*\s*\(\s*([\"'`].*?[\"'`])"
    r"|\bvoid\s+(\w*[tT]est\w*)\s*\(|\bfn\s+(\w+)\s*\(\s*\)|\bTEST(?:_[FP])?\s*\(\s*(\w+\s*,\s*\w+)"
)
_SKIP = re.compile(
    r"mark\.(?:skip|skipif|xfail)|\bpytest\.(?:skip|xfail|importorskip)|unittest\.(?:skip|expectedFailure)"
    r"|@(?:skip|skipIf|skipUnless|expectedFailure|Disabled|Ignore)\b|\.skipTest\(|SkipTest"
    r"|\b(?:it|test|describe|context)\.(?:skip|only|todo|failing|fails)\b"
    r"|\b(?:xit|xtest|xdescribe|fit|fdescribe)\s*\("
    r"|\bt\.Skip|#\[ignore|\[Ignore|\[Fact\(Skip|\bGTEST_SKIP|\bDISABLED_|\bpending\b"
    r"|# *pragma: *no cover"
    r"|__test__\s*=\s*False|\breturn\s*#\s*skip"
)
ASSERTION = re.compile(
    r"\bassert\w*\b!?|\bexpect\w*\s*[.(]|\b(?:EXPECT|ASSERT|CHECK|REQUIRE)(?:_\w+)?\b|\brequire\.\w+"
    r"|\bt\.(?:Error|Fatal|Fail)\w*|\bshould\b|\bverify\s*\(|\b(?:pytest\.)?raises\b|\bpanics?\b|\bapprox\b"
    r"|\btoBe\w*|\btoEqual\w*|\btoThrow\w*|\btoMatch\w*|\bmust_\w+"
)
_LITERAL = re.compile(
    r"(?:[rbuf]{0,2})(\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`]*`)"
    r"|(?<![\w.])(-?\d[\w.]*)|\b(True|False|None|true|false|null|undefined|nil)\b",
    re.IGNORECASE | re.DOTALL,
)
_COMPARISON = re.compile(
    r"==|!=|<=|>=|<|>|\bis\s+not\b|\bnot\s+in\b|\bnot\b|\bis\b|\bin\b|\bor\b|\band\b"
)


def guard_of(path: str, hunk: Hunk) -> str:
    """Why the hunk in the file at `path` is left out when all are accepted, '' for no reason."""
    before = hunk.before.decode("utf-8", "replace")
    after = hunk.after.decode("utf-8", "replace")
    if hidden(after) - hidden(before) or hidden(_made(path, hunk)):
        return "adds characters that cannot be seen"
    if _CI.search(path) or _CI.search(hunk.target):
        return "touches what continuous integration runs"
    return _tests_guard(path, hunk, before, after) or _other_guard(path, hunk, before, after)


def runs_code(path: str) -> bool:
    """Whether something runs the file at `path` without being asked to."""
    return bool(_RUNS_CODE.search(path))


def _other_guard(path: str, hunk: Hunk, before: str, after: str) -> str:
    """Why the hunk wants a closer look whatever its project tests."""
    if hunk.operation == "rename" and _RUNS_CODE.search(hunk.target):
        return RUNS_CODE
    # What was computed from the code, such as a rename, runs nothing that did not run before.
    if hunk.origin == "generated" and _RUNS_CODE.search(path) and _code(before) != _code(after):
        return RUNS_CODE
    old = {before[each.start : each.end] for each in find(before)}
    new = {after[each.start : each.end] for each in find(after)}
    return NEW_SECRET if new - old else ""


def _code(text: str) -> list[str]:
    """The lines of a text with their indentation; a comment may say how the file is read."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _tests_guard(path: str, hunk: Hunk, before: str, after: str) -> str:
    """Why the hunk could make a test pass without mending anything."""
    if hunk.operation != "create" and _SNAPSHOT.search(path):
        return "changes a recorded expectation"
    if _SETTINGS.search(path) and not is_test(path):
        changed = _lines(before) ^ _lines(after)
        return "changes what tests run" if any(map(_SELECTION.search, changed)) else ""
    if not is_test(path) or hunk.operation == "create":
        return ""
    if hunk.operation == "delete":
        return "deletes a file of tests"
    if hunk.operation == "rename":
        return "" if is_test(hunk.target) else "moves tests to where they are not found"
    return next(_reasons(before, after), "")


def _made(path: str, hunk: Hunk) -> str:
    """The name of a file that the hunk makes, '' where it makes none."""
    return path if hunk.operation == "create" else hunk.target


def _reasons(before: str, after: str) -> Iterator[str]:
    """What the change of a test's lines takes away, the worst first."""
    if len(_tests(before)) > len(_tests(after)):
        yield "deletes a test"
    if len(_SKIP.findall(after)) > len(_SKIP.findall(before)):
        yield "skips a test"
    gone, come = _parted(before, after)
    asserted, asserting = _assertions(gone), _assertions(come)
    if asserted.total() > asserting.total():
        yield "removes an assertion"
    if asserted - asserting:
        yield "changes what is asserted"
    if _matches(_LITERAL, gone) - _matches(_LITERAL, come):
        yield "changes an expected value"
    if asserted and _matches(_COMPARISON, gone) != _matches(_COMPARISON, come):
        yield "changes what is asserted"


def _parted(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that are gone and those that have come, white space aside."""
    old = [line.strip() for line in before.splitlines() if line.strip()]
    new = [line.strip() for line in after.splitlines() if line.strip()]
    kept = Counter(old) & Counter(new)
    return _without(old, kept), _without(new, kept)


def _without(lines: list[str], kept: Counter[str]) -> list[str]:
    left, found = kept.copy(), list[str]()
    for line in lines:
        if left[line] > 0:
            left[line] -= 1
        else:
            found.append(line)
    return found


def _tests(text: str) -> list[str]:
    return [name for groups in _TEST.findall(text) for name in groups if name]


def _assertions(lines: list[str]) -> Counter[str]:
    return Counter(found.group() for line in lines for found in ASSERTION.finditer(line))


def _matches(pattern: re.Pattern[str], lines: list[str]) -> Counter[str]:
    """How often each thing the pattern means stands in `lines`, comments left out."""
    found: Counter[str] = Counter()
    for line in lines:
        code = line if not line.startswith(("#", "//", "*", "/*")) else ""
        found.update(match.group() for match in pattern.finditer(code))
    return found


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines()}
