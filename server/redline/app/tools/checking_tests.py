"""Runs the tests a proposal likely affects, with it and, where they fail, without it.

They run over a scratch copy in the sandbox, and only in folders the user trusts. What
failed before is old, and never held against a proposal; what fails once and passes when it
is run again is said to be flaky. Where tests could not be run it says why: that is no pass.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from redline.app.tools import affecting
from redline.app.tools.affecting import Suite
from redline.app.tools.checking import SHOWN, Changed, since
from redline.app.tools.context import ToolContext
from redline.app.tools.running import Bench, refusal, run
from redline.core import uris
from redline.core.agent import drafts
from redline.core.checks import tested
from redline.core.checks.affected import Selection
from redline.core.checks.reports import read
from redline.core.checks.runners import COUNTED, ON_OUTPUT, REPORT, WHOLE, command
from redline.core.checks.tested import Judged, OneTest, Report, failing
from redline.core.problems import ToolProblem
from redline.core.proposal.model import Check, Outcome
from redline.core.proposal.render import counted
from redline.core.uris import Folder

NAME = "tests"


@dataclass(frozen=True, slots=True)
class Checked:
    """The check, and whether all that fails are tests that the proposal itself brings."""

    check: Check
    brought: bool = False


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of one suite: the tests, or why there is nothing to go by."""

    scope: str
    judged: Judged
    why: str = ""
    brought: bool = False
    counted: bool = True


async def tests(context: ToolContext, files: Sequence[Changed]) -> Checked | None:
    """The check; None where no code with tests is changed, or the user wants none run."""
    if context.files.snapshot.settings.check_tests == "off":
        return None
    began = context.adapters.clock.monotonic()
    wanted = affecting.suites(context)
    if not wanted:
        return None
    came = [await _came(context, suite, files) for suite in wanted]
    check = _checked(came, since(context, began))
    folders = context.files.folders
    return check if len(folders) < 2 else _named_for(check, wanted, folders)


def _named_for(found: Checked, suites: Sequence[Suite], folders: Sequence[Folder]) -> Checked:
    """With several folders, a path begins with the name of its own."""
    own = {path: uri for suite in suites for uri, path in suite.named.items()}
    failures = tuple(
        replace(
            each, path=uris.for_model(folders, own[each.path]) if each.path in own else each.path
        )
        for each in found.check.failures
    )
    return replace(found, check=replace(found.check, failures=failures))


async def bench(context: ToolContext, suite: Suite) -> Bench | str:
    """What runs the tests of a suite, or why nothing may or can."""
    why = await refusal(context.adapters, suite.folder)
    if why:
        return why
    python = context.files.snapshot.settings.check_python
    toolchains = context.adapters.toolchains
    runner = await asyncio.to_thread(
        toolchains.runner, suite.folder, suite.kinds, suite.argv, python
    )
    if isinstance(runner, ToolProblem):
        return runner.message
    return Bench(context, suite.folder, runner)


async def _came(context: ToolContext, suite: Suite, files: Sequence[Changed]) -> _Came:
    at = await bench(context, suite)
    if isinstance(at, str):
        return _Came(counted(len(suite.every), "file"), Judged(0, 0), at)
    runner = at.runner
    chosen = await affecting.selection(context, suite, files)
    if runner.kind in WHOLE:
        chosen = Selection(suite.every, True)
    elif runner.kind == "unittest":  # it finds by itself only what lies in packages
        chosen = replace(chosen, whole=False)
    return await _proven(at, suite, chosen)


async def _proven(at: Bench, suite: Suite, chosen: Selection) -> _Came:
    """Runs the tests with the draft; where some fail, without it and once more."""
    scope = _scope(suite, chosen)
    context, name = at.context, at.runner.name
    paths = () if chosen.whole else tuple(suite.named[uri] for uri in chosen.files)
    context.report(f"tests: {scope} by {name}")
    after = await report(at, paths, with_draft=True)
    if isinstance(after, str):
        return await _broken(at, suite, paths, scope, after)
    wrong = failing(after)
    if not wrong:
        return _told(at, scope, tested.judged(after, (), None), after)
    where = () if at.runner.kind in WHOLE else _files(suite, wrong) or paths
    context.report("tests: the failing ones, without the change")
    before = await known(at, suite, where)
    again: Report | None = None
    if tested.judged(after, before, None).new:
        context.report("tests: the failing ones, once more")
        again = await report(at, where, with_draft=True)
    found = tested.judged(after, before, None if isinstance(again, str) else again)
    touched = drafts.uris_of(context.files.draft)
    changed = {suite.named[uri] for uri in touched if uri in suite.named}
    brought = bool(found.new) and tested.added(found.new, before, changed)
    return replace(_told(at, scope, found, after), brought=brought)


async def _broken(at: Bench, suite: Suite, paths: Sequence[str], scope: str, why: str) -> _Came:
    """Nothing came of the tests: it is the draft's fault where something does without it."""
    at.context.report("tests: the same, without the change")
    before = await known(at, suite, tuple(paths))
    if not any(each.outcome == "passed" for each in before):
        return _Came(scope, Judged(0, 0), why)
    all_ = OneTest(at.runner.name, "", 0, "failed", f"none can be run with the change: {why}")
    return _Came(scope, Judged(len(before), 0, (all_,)))


async def known(at: Bench, suite: Suite, paths: tuple[str, ...]) -> tuple[OneTest, ...]:
    """The tests in `paths`, all where there are none, as they are without the draft."""
    there = _before(suite, paths, at.context)
    if paths and not there:
        return ()
    before = await report(at, there, with_draft=False)
    return () if isinstance(before, str) else _renamed(suite, before)


async def report(at: Bench, paths: Sequence[str], *, with_draft: bool) -> Report:
    """The tests in `paths`, all where there are none, and what came of each."""
    kind, name = at.runner.kind, at.runner.name
    ran = await run(at, command(at.runner, paths), with_draft)
    if isinstance(ran, str):
        return ran
    if kind not in COUNTED:
        said = tested.ending(ran.stderr, 2) or tested.ending(ran.stdout, 2)
        return (OneTest(name, "", 0, "failed" if ran.code else "passed", said if ran.code else ""),)
    data = ran.stdout if kind in ON_OUTPUT else ran.written.get(REPORT)
    report = read(kind, data, at.runner.folder) if data else "it wrote no report"
    if isinstance(report, str) or not report:
        said = tested.ending(ran.stderr) or tested.ending(ran.stdout)
        what = report if isinstance(report, str) and ran.code else "no tests were found"
        return f"{name}: {what}" + (f" ({said})" if said and ran.code else "")
    return report


def _told(at: Bench, scope: str, found: Judged, after: Sequence[OneTest]) -> _Came:
    if not found.ran:
        return _Came(scope, found, f"all {len(after)} tests are skipped")
    if not found.new and not found.passed and not found.flaky:
        first = next(iter(found.old)).message.partition("\n")[0]
        return _Came(scope, found, f"none passes without the change either: {first}")
    return _Came(scope, found, counted=at.runner.kind in COUNTED)


def _scope(suite: Suite, chosen: Selection) -> str:
    if chosen.whole:
        return f"all of {counted(len(suite.every), 'file')}" if suite.every else "all"
    more = f", {chosen.left_out} likely ones left out" if chosen.left_out else ""
    return f"{len(chosen.files)} of {counted(len(suite.every), 'file')}{more}"


def _files(suite: Suite, wrong: Sequence[OneTest]) -> tuple[str, ...]:
    """The files of failed tests; () for all where one is not known."""
    known = set(suite.named.values())
    paths = tuple(dict.fromkeys(each.path for each in wrong))
    return paths if all(path in known for path in paths) else ()


def _before(suite: Suite, paths: Sequence[str], context: ToolContext) -> tuple[str, ...]:
    """Where files of tests are without the draft; those it creates are not there."""
    uri_of = {path: uri for uri, path in suite.named.items()}
    found: list[str] = []
    for path in paths:
        uri = uri_of.get(path, "")
        operation = context.files.operation(uri)
        if operation is None or operation.kind != "create":
            found.append(uris.relative((suite.folder,), uri) or path)
    return tuple(found)


def path_in(folder: Folder, uri: str) -> str:
    """What runners call a file of the folder."""
    return uris.relative((folder,), uri) or ""


def _renamed(suite: Suite, before: Sequence[OneTest]) -> tuple[OneTest, ...]:
    """The tests under the names their files have with the draft."""
    moved = {uris.relative((suite.folder,), uri): path for uri, path in suite.named.items()}
    result = []
    for each in before:
        path = moved.get(each.path, each.path)
        id_ = path + each.id.removeprefix(each.path) if each.id.startswith(each.path) else each.id
        result.append(replace(each, id=id_ if each.path else each.id, path=path))
    return tuple(result)


def _checked(came: Sequence[_Came], seconds: float) -> Checked:
    """One check of all suites: failed where one is, skipped where nothing ran."""
    new = [test for each in came for test in each.judged.new]
    ran = [each for each in came if not each.why]
    outcome: Outcome = "failed" if new else "passed" if ran else "skipped"
    scope = "; ".join(each.scope for each in came)
    numbers = [each.judged for each in ran if each.counted]
    check = Check(
        NAME,
        scope,
        outcome,
        _detail(came),
        seconds,
        passed=sum(each.passed for each in numbers),
        ran=sum(each.ran for each in numbers),
        failures=tuple(map(tested.failure, new[:SHOWN])),
    )
    blamed = [each for each in came if each.judged.new]
    return Checked(check, bool(blamed) and all(each.brought for each in blamed))


def _detail(came: Sequence[_Came]) -> str:
    parts: list[str] = []
    for each in came:
        found = each.judged
        if each.why:
            parts.append(each.why)
            continue
        parts.append(f"{found.passed} of {found.ran} pass" if each.counted else "")
        parts.append(_names("fail with the change", [_short(test) for test in found.new]))
        parts.append(_names("failed before too", [test.id for test in found.old]))
        parts.append(_names("failed once and passed when run again", found.flaky))
    return "; ".join(filter(None, parts)) or "passed"


def _short(test: OneTest) -> str:
    first = test.message.partition("\n")[0]
    return f"{test.id} ({first})" if first else test.id


def _names(what: str, found: Sequence[str]) -> str:
    if not found:
        return ""
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"{what}: {', '.join(found[:SHOWN])}{more}"
