"""All checks of a draft, the cheapest first, up to the first that it must pass and does not."""

from __future__ import annotations

from collections.abc import Mapping

from redline.app.tools import (
    checking,
    checking_build,
    checking_mutation,
    checking_tests,
    checking_trouble,
    checking_types,
    checking_words,
)
from redline.app.tools.context import ToolContext
from redline.core.agent.repairs import REPAIRS
from redline.core.proposal.model import Change, Check
from redline.core.text.text import Text

_MAY_FAIL = frozenset({"test", "fix"})
"""What the user asked for where a new test that fails may be just what is wanted."""
Verified = tuple[tuple[Check, ...], str]
"""The checks, and what must be mended before anything is shown: the last one's words."""


async def verified(
    context: ToolContext, changes: tuple[Change, ...], texts: Mapping[str, Text]
) -> Verified:
    """The checks of a draft with `changes` to `texts`, by uri."""
    files = checking.changed_files(context, changes, texts)
    parsed = await checking.parsed(context, files)
    if parsed.outcome == "failed":
        return (parsed,), f"it would no longer parse: {parsed.detail}"
    names = await checking.names(context, files)
    # What the user sent back may be just what keeps a name defined: then they are told.
    if names is not None and names.outcome == "failed" and context.run.round == 1:
        return (parsed, names), f"it uses names that nothing defines: {names.detail}"
    same = checking_words.same_code(context, files)
    if same is not None and same.outcome == "failed":
        return (parsed, same), f"documentation changes no code: {same.detail}"
    idle = checking_mutation.asserting(context, files)
    if idle is not None:
        return (parsed, idle), f"tests that assert nothing prove nothing: {idle.detail}"
    lint = await checking.lint(context, files)
    layout = await checking.formatted(context, files)
    types = await checking_types.types(context, files)
    so_far = tuple(each for each in (parsed, names, same, lint, layout, types) if each is not None)
    mended = context.run.round > 1 or _repairs(context) >= REPAIRS
    if types is not None and types.outcome == "failed" and not mended:
        return so_far, f"a type checker finds new problems: {types.detail}"
    gone = await checking_trouble.gone(context, files)
    if gone is not None:
        so_far = (*so_far, gone)
        if gone.outcome == "failed":
            return so_far, f"what was to be fixed is not: {gone.detail}\n{_said_of(gone)}"
    return await _executed(context, files, so_far)


async def _executed(
    context: ToolContext, files: tuple[checking.Changed, ...], so_far: tuple[Check, ...]
) -> Verified:
    """The checks that run code of the project."""
    tests = await checking_tests.tests(context, files)
    if tests is not None:
        so_far = (*so_far, tests.check)
        goal = context.run.goal
        wanted = tests.brought and goal is not None and goal.action in _MAY_FAIL
        if tests.check.outcome == "failed" and not wanted:
            return so_far, _said(tests.check)
    proof = await checking_mutation.mutation(context, files)
    if proof is not None:
        so_far = (*so_far, proof)
        if proof.outcome == "failed":
            return so_far, f"the new tests prove too little: {proof.detail}\n{_said_of(proof)}"
    build = await checking_build.build(context, files)
    if build is not None:
        so_far = (*so_far, build)
        if build.outcome == "failed":
            return so_far, f"{build.detail}\n{_said_of(build)}"
    return so_far, ""


def _said(check: Check) -> str:
    """What a model needs to mend the tests: which, where, and what they said."""
    number = f"{check.ran - check.passed} of {check.ran} " if check.ran else ""
    head = f"{number}tests fail that did not fail before the change ({check.scope})"
    return f"{head}:\n{_said_of(check)}\n{check.detail}"


def _said_of(check: Check) -> str:
    rows: list[str] = []
    for each in check.failures:
        place = f"{each.path}:{each.line} " if each.line else f"{each.path} " if each.path else ""
        rows.append(f"- {place}{each.test}".rstrip())
        rows += [f"    {line}" for line in each.message.splitlines()]
    return "\n".join(rows)


def _repairs(context: ToolContext) -> int:
    """How often something was to be mended in this round already."""
    count = 0
    for turn in reversed(context.run.transcript):
        if turn.opens_round:
            break
        count += turn.tool == "propose" and turn.failed
    return count
