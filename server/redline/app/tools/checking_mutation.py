"""Whether new tests would notice that the code they are for is broken.

Each of a few mutants is laid over the scratch copy, and the new tests alone are run. Of what
they were written for nothing may survive whole; of the rest most must be noticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from redline.app.tools import affecting, checking_tests
from redline.app.tools.affecting import Suite
from redline.app.tools.checking import Changed, since
from redline.app.tools.context import ToolContext
from redline.app.tools.proving import targets
from redline.app.tools.reading import facts_now
from redline.app.tools.running import Bench, endless
from redline.core.agent import drafts
from redline.core.checks.asserting import new_tests, without_assertion
from redline.core.checks.runners import COUNTED, ON_OUTPUT
from redline.core.checks.tested import Report
from redline.core.mutation import mutants
from redline.core.mutation.judging import Tried, proof, scope
from redline.core.mutation.mutants import Mutant
from redline.core.problems import Unreadable
from redline.core.proposal.model import Check, Failure
from redline.core.proposal.render import counted
from redline.core.text.text import Text

NAME = "mutation"
LEAST_SECONDS = 5.0
SLOWER = 4.0
"""A test that takes so many times as long as before does not end."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the mutants are tried on: the runner, the files of tests, and the tests that are
    new in them.
    """

    bench: Bench
    paths: tuple[str, ...]
    fresh: frozenset[str]


def asserting(context: ToolContext, files: Sequence[Changed]) -> Check | None:
    """The check of new tests that assert nothing, without running them; None where all do."""
    goal = context.run.goal
    if goal is None or goal.action != "test":
        return None
    began = context.adapters.clock.monotonic()
    tests = {uri for suite in affecting.suites(context) for uri in suite.named}
    found: list[Failure] = []
    for file in files:
        after = facts_now(context, file.uri)
        if file.uri not in tests or after is None:
            continue
        fresh = new_tests(file.uri, after, context.index.facts(file.uri))
        added = b"\n".join(edit.new for edit in file.edits)
        names = without_assertion(file.after, fresh, added)
        lines = {each.name: file.after.line_of(each.name_span.start) + 1 for each in fresh}
        found += [Failure(file.path, lines.get(n, 0), f"{n} asserts nothing", n) for n in names]
    if not found:
        return None
    detail = "; ".join(map(str, found))
    seconds = since(context, began)
    return Check(NAME, "new tests", "failed", detail, seconds, failures=tuple(found))


async def mutation(context: ToolContext, files: Sequence[Changed]) -> Check | None:
    """The check; None where no tests were asked for, or the draft has none."""
    goal, settings = context.run.goal, context.files.snapshot.settings
    if goal is None or goal.action != "test" or settings.check_tests == "off":
        return None
    began = context.adapters.clock.monotonic()
    tests = _tests(context)
    if tests is None:
        return None
    suite, touched = tests
    ground = await _ground(context, suite, touched)
    if isinstance(ground, str):
        scope_ = counted(len(touched), "file")
        return Check(NAME, scope_, "skipped", ground, since(context, began))
    tried = await _tried(context, suite, touched, ground, began)
    if isinstance(tried, str):
        return Check(NAME, "new tests", "skipped", tried, since(context, began))
    paths = {each.mutant.target.uri: "" for each in tried}
    found = proof(tried, {uri: context.files.path(uri) for uri in paths})
    return Check(
        NAME,
        scope(tried),
        "passed" if found.passed else "failed",
        found.detail,
        since(context, began),
        passed=found.noticed,
        ran=found.tried,
        failures=found.failures,
    )


def _tests(context: ToolContext) -> tuple[Suite, tuple[str, ...]] | None:
    """The first suite whose files of tests the draft touches, and which those are."""
    touched = drafts.uris_of(context.files.draft)
    for suite in affecting.suites(context):
        own = tuple(uri for uri in touched if suite.named.get(uri))
        if own:
            return suite, own
    return None


async def _ground(context: ToolContext, suite: Suite, touched: Sequence[str]) -> _Ground | str:
    """What the mutants can be tried on, or why they cannot."""
    at = await checking_tests.bench(context, suite)
    if isinstance(at, str):
        return at
    if at.runner.kind not in COUNTED:
        return f"{at.runner.name} does not tell what came of each test"
    paths = tuple(suite.named[uri] for uri in touched)
    context.report("mutation: the new tests")
    clock = context.adapters.clock
    began = clock.monotonic()
    after = await checking_tests.report(at, paths, with_draft=True)
    spent = clock.monotonic() - began
    if isinstance(after, str):
        return after
    known = {each.id for each in await checking_tests.known(at, suite, paths)}
    fresh = [each for each in after if each.id not in known and each.outcome != "skipped"]
    if not fresh:
        return "no test is new"
    if any(each.outcome == "failed" for each in fresh):
        return "not all of the new tests pass as the code is"
    most = max(LEAST_SECONDS, SLOWER * spent)
    return _Ground(replace(at, most=most), paths, frozenset(each.id for each in fresh))


async def _tried(
    context: ToolContext, suite: Suite, touched: Sequence[str], ground: _Ground, began: float
) -> list[Tried] | str:
    """What came of each mutant: first of whole functions, then of parts of those that the
    tests call.
    """
    wanted = await targets(context, suite, touched)
    if not wanted.functions:
        return "it is not known which code the new tests are for"
    tried: list[Tried] = []
    wholes = [next(_bodies(context, each), None) for each in wanted.functions]
    limit = context.files.snapshot.settings.check_seconds
    for each in filter(None, wholes):
        tried += await _one(ground, each, context)
    called = {each.mutant.target for each in tried if each.noticed}
    if not wanted.sure and called:  # a name alone does not say that it is the one that is called
        tried = [each for each in tried if each.noticed]
    if called and all(each.noticed for each in tried):
        groups = [_parts(context, each) for each in wanted.functions if each in called]
        for each in mutants.spread(groups, mutants.MOST - len(tried)):
            if since(context, began) > limit:
                break
            tried += await _one(ground, each, context)
    return tried or "nothing in the code under test could be broken"


def _bodies(context: ToolContext, target: mutants.Target) -> Iterator[Mutant]:
    language, text = context.language(target.uri), context.files.text(target.uri)
    if language is None or isinstance(text, Unreadable):
        return iter(())
    return mutants.bodies(language, text, target)


def _parts(context: ToolContext, target: mutants.Target) -> Iterator[Mutant]:
    """What breaks one thing, and after the first of them the empty body."""
    language, text = context.language(target.uri), context.files.text(target.uri)
    if language is None or isinstance(text, Unreadable):
        return iter(())
    inner = mutants.inner(language, text, target)
    empty = islice(mutants.bodies(language, text, target), 1, None)
    return chain(islice(inner, 1), empty, inner)


async def _one(ground: _Ground, mutant: Mutant, context: ToolContext) -> list[Tried]:
    """What the new tests say of one mutant; nothing where it could not be tried."""
    text = context.files.text(mutant.target.uri)
    path = context.files.path(mutant.target.uri)
    if not isinstance(text, Text):
        return []
    context.report(f"mutation: {path}:{mutant.line} {mutant.after}"[:120])
    data = context.adapters.disk.mark(mutant.target.uri) + mutants.applied(text, mutant).data
    inner = _inside(ground.bench, context, mutant.target.uri)
    at = replace(ground.bench, over={inner: data})
    report = await checking_tests.report(at, ground.paths, with_draft=True)
    noticed = _noticed(ground, report)
    return [] if noticed is None else [Tried(mutant, noticed)]


def _inside(bench: Bench, context: ToolContext, uri: str) -> str:
    """The path of a file in the folder of the runner, as the draft leaves it."""
    operation = context.files.operation(uri)
    target = operation.target if operation is not None else ""
    return checking_tests.path_in(bench.folder, target or uri)


def _noticed(ground: _Ground, report: Report) -> bool | None:
    """Whether a new test failed; None where the mutant was none, as it does not compile."""
    if isinstance(report, str):
        return True if endless(report) else None
    if ground.bench.runner.kind in ON_OUTPUT and not any(e.id in ground.fresh for e in report):
        return None
    passed = {each.id for each in report if each.outcome == "passed"}
    return not ground.fresh <= passed
