"""Whether what was to be fixed is gone: what a server or a linter said of it, or the test
that failed of it.

Whatever cannot be seen before the change is no evidence after it: then the check is skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from redline.app import troubles
from redline.app.tools import affecting, checking_tests
from redline.app.tools.affecting import Suite
from redline.app.tools.checking import Changed, since
from redline.app.tools.context import ToolContext
from redline.app.tools.problems import problems_in
from redline.app.troubles import Told
from redline.core.agent.model import Draft, Goal
from redline.core.checks import tested
from redline.core.checks.delta import line_map
from redline.core.checks.runners import COUNTED, WHOLE
from redline.core.checks.tested import OneTest
from redline.core.proposal.model import Check, Failure, Outcome
from redline.core.trouble.same import spoken_of, still_there

NAME = "diagnostic"
MOST = 5
"""Of more errors at once, the first are looked for."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One thing that should be gone: what was said of which lines of a file."""

    uri: str
    message: str
    kind: str
    lines: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What came of one of them."""

    outcome: Outcome
    detail: str
    failures: tuple[Failure, ...] = ()


async def gone(context: ToolContext, files: Sequence[Changed]) -> Check | None:
    """The check; None where no fix was asked for, or of nothing that can be looked for."""
    goal = context.run.goal
    if goal is None or goal.action != "fix":
        return None
    began = context.adapters.clock.monotonic()
    before = replace(context.files, draft=Draft())
    told = troubles.told(before, context.index, goal.instruction)
    wanted = _wanted(goal, told)
    if not (wanted or any(each.trouble.tests for each in told)):
        return None
    context.report("diagnostic: whether it is gone")
    seen = [await _static(context, files, each) for each in wanted[:MOST]]
    if not any(each.outcome == "failed" for each in seen):
        seen += await _by_tests(context, told)
    return _check(seen, since(context, began))


def _check(seen: Sequence[_Seen], seconds: float) -> Check:
    outcome: Outcome = "skipped"
    for each in ("passed", "failed"):
        if any(one.outcome == each for one in seen):
            outcome = "failed" if each == "failed" else "passed"
    # Of what could not be seen nothing is said where something else was.
    shown = [each.detail for each in seen if each.outcome == outcome]
    failures = tuple(failure for each in seen for failure in each.failures)
    scope = f"{len(seen)} {'error' if len(seen) == 1 else 'errors'}"
    return Check(NAME, scope, outcome, "; ".join(dict.fromkeys(shown)), seconds, failures=failures)


def _wanted(goal: Goal, told: Sequence[Told]) -> list[_Wanted]:
    """What is said of places: by the diagnostics the goal came with, and by a pasted error."""
    first, last = goal.lines or (1, 0)
    rows = frozenset(range(first, last + 1))
    found = [_Wanted(goal.uri, each, "", rows) for each in goal.diagnostics if goal.uri]
    for each in told:
        at = each.places[0] if each.places and each.places[0].spot.line else None
        if at is not None:
            line = frozenset({at.spot.line})
            found.append(_Wanted(at.uri, each.trouble.message, each.trouble.kind, line))
    return found


async def _static(context: ToolContext, files: Sequence[Changed], wanted: _Wanted) -> _Seen:
    """Whether servers and linters said it of the file before, and do no longer."""
    what = wanted.message or wanted.kind
    old = replace(context.files, draft=Draft())
    before = await problems_in(context, old, wanted.uri)
    if isinstance(before, str):
        return _Seen("skipped", before)
    known = spoken_of(wanted.message, wanted.kind, wanted.lines, before)
    if not known:
        return _Seen("skipped", f"nothing here reports “{what}”, so nothing can say it is gone")
    after = await problems_in(context, context.files, wanted.uri)
    if isinstance(after, str):
        return _Seen("skipped", after)
    file = next((each for each in files if each.uri == wanted.uri), None)
    moved = line_map(file.before.line_starts, file.edits, file.after.line_starts) if file else {}
    left = still_there(known, after, moved)
    if left:
        failures = tuple(Failure(p.path, p.line, f"{p.code} {p.message}".strip()) for p in left)
        return _Seen("failed", f"still there: {'; '.join(map(str, failures))}", failures)
    return _Seen("passed", f"gone: {what}")


async def _by_tests(context: ToolContext, told: Sequence[Told]) -> list[_Seen]:
    """Whether the tests pass that failed of it."""
    names = [name for each in told for name in _tests(context, each)][:MOST]
    if not names:
        return []
    suites = affecting.suites(context)
    if context.files.snapshot.settings.check_tests == "off" or not suites:
        return [_Seen("skipped", "no tests are run")]
    return [await _ran(context, suites, name) for name in dict.fromkeys(names)]


def _tests(context: ToolContext, told: Told) -> list[str]:
    """The tests of an error by the names they have here."""
    found: list[str] = []
    for test in told.trouble.tests:
        printed, colons, name = test.partition("::")
        here = next((at.path for at in told.places if at.spot.path == printed), printed)
        found.append(f"{here}{colons}{name}" if "." in printed else test)
    if not found:  # a stack that goes through a test names it too
        for at in told.places:
            if at.spot.function.startswith("test"):
                found.append(f"{at.path}::{at.spot.function}")
    return found


async def _ran(context: ToolContext, suites: Sequence[Suite], name: str) -> _Seen:
    path = name.partition("::")[0]
    own = next((s for s in suites if path in s.named.values()), None)
    suite = own or suites[0]
    at = await checking_tests.bench(context, suite)
    if isinstance(at, str):
        return _Seen("skipped", f"{name}: {at}")
    if at.runner.kind not in COUNTED:
        return _Seen("skipped", f"{at.runner.name} does not tell what came of each test")
    paths = (path,) if own is not None and at.runner.kind not in WHOLE else ()
    after = await checking_tests.report(at, paths, with_draft=True)
    if isinstance(after, str):
        return _Seen("skipped", f"{name}: {after}")
    mine = _of(name, after)
    if not mine:
        return _Seen("skipped", f"there is no test {name}")
    # Of a file that could not be loaded it is enough that it can.
    wrong = [each for each in mine if each.outcome == "failed" and (each.loading or "::" in name)]
    if wrong:
        failures = tuple(map(tested.failure, wrong))
        return _Seen("failed", f"{name} still fails", failures)
    before = _of(name, await checking_tests.known(at, suite, paths))
    if before and all(each.outcome == "passed" for each in before):
        return _Seen("skipped", f"{name} passes, but did so before the change too")
    return _Seen("passed", f"{name} passes")


def _of(name: str, report: Sequence[OneTest]) -> list[OneTest]:
    """The tests of that name, or of that file; a name need not say in which class they are."""
    exact = [each for each in report if name in (each.id, each.path)]
    if exact:
        return exact
    path, _, last = name.rpartition("::")
    file = path.partition("::")[0]
    return [
        each
        for each in report
        if (each.id.endswith(f"::{last}") or each.id.rpartition(".")[2] == last or each.id == last)
        and (not file or each.path in ("", file) or "/" not in file)
    ]
