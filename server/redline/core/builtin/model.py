"""The builtin model: a stateless function from the transcript to the next reply.

It takes the same way as any other model: plan first, then tool calls, then `propose` or
`answer`. It writes no code of its own: every change comes from a deterministic tool.
When a part of its proposal is sent back, it looks at the turns from there on only.

A request of several parts is a plan with a step each, done in order, with one proposal at
the end. Where a step fails that others came before, the user decides whether those are shown.

Its question about an ambiguous name offers the tool's own options, which begin
`path:line`; the answer is an option, its number, or a part that only one option has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from redline.core.agent.model import (
    Argument,
    Goal,
    Reply,
    ToolRequest,
    Turn,
)
from redline.core.agent.plan import Plan, RoleName
from redline.core.agent.tools import ROLE_TOOLS
from redline.core.builtin import calls, dropping, intents, rounds
from redline.core.builtin import progress as progress_of
from redline.core.builtin.intent import HOW_TO_CONFIGURE, OTHERWISE, READS, Intent, shown
from redline.core.builtin.intents import Request
from redline.core.builtin.progress import RISK, RISK_IT, SHOW, STOP, Progress

NAME = "builtin"

_Call = tuple[str, Mapping[str, Argument]]
_Said = tuple[str, Sequence[_Call]]


def reply(goal: Goal, plan: Plan | None, turns: Sequence[Turn], role: RoleName) -> Reply:
    """The next reply. Depends on its arguments alone."""
    opened = max((at for at, turn in enumerate(turns) if turn.opens_round), default=0)
    text, called = _said(goal, plan, turns[opened:], rounds.Before(turns[:opened], role))
    made = sum(len(turn.calls) for turn in turns)
    requests = tuple(
        ToolRequest(f"b{made + at}", tool, json.dumps(arguments, ensure_ascii=False))
        for at, (tool, arguments) in enumerate(called, 1)
    )
    return Reply(text, requests, model=NAME)


def _said(goal: Goal, plan: Plan | None, turns: Sequence[Turn], before: rounds.Before) -> _Said:
    """The reply to the turns of this round."""
    rest = dropping.dropped(turns)
    if rest is not None:
        return "Without what did not pass its checks, then.", rest
    commented = bool(before.turns) and rounds.commented(goal, turns)
    if commented and intents.unwanted(goal.instruction):
        failed = next((turn for turn in turns if turn.failed), None)
        return _give_up(rounds.left(failed.text)) if failed else _propose_rest(goal, before)
    progress = progress_of.of(_request(goal, turns, before), turns)
    opening = _opening(progress, plan, turns, before)
    text, called = _next(progress, bool(before.turns))
    return text, [*opening, *called]


def _request(goal: Goal, turns: Sequence[Turn], before: rounds.Before) -> Request:
    """What the goal asks, in the light of what was proposed before."""
    if before.turns and not rounds.commented(goal, turns):
        return rounds.asked_again(goal, before)
    return rounds.meant(intents.read(goal), goal, before)


def _opening(
    progress: Progress, plan: Plan | None, turns: Sequence[Turn], before: rounds.Before
) -> list[_Call]:
    """The plan. In another round it stands, unless the comment asks for another role's work."""
    if plan is not None and any(turn.speaker == "model" for turn in turns):
        return []
    if not before.turns:
        return [("plan", {"steps": _steps(progress)})]
    reads = all(each.kind in READS for each in progress.intents)
    allowed = ROLE_TOOLS[before.role]
    one = len(progress.parts) < 2
    fits = reads or ("revert" in allowed and progress_of.fits(progress, allowed))
    return [] if progress.refusal or (fits and one) else [("plan", {"steps": _steps(progress)})]


def _steps(progress: Progress) -> list[str]:
    """A step for each part, and one for the proposal."""
    if not progress.parts:
        return ["scout: see whether the request can be done"]
    parts = progress.intents
    steps = [f"{calls.role(each)}: {calls.lowered(calls.sentence(each))}" for each in parts]
    if all(each.kind in READS for each in parts):
        return steps
    return [*steps, f"{calls.role(parts[-1])}: check the change and propose it"]


def _next(progress: Progress, again: bool) -> _Said:
    """What to do now; `again` in another round, which begins without what was proposed."""
    if progress.refusal:
        return _give_up(progress.refusal)
    question = progress.question
    if question is not None:
        return question.text, [_ask(question.text, question.options)]
    looking = None if progress.ending else _looking(progress)
    if looking is not None:
        return looking
    if progress.trouble is not None:
        return _after_failure(progress, progress.trouble)
    if progress.ending or progress.done == len(progress.parts):
        return _finished(progress)
    if progress.done > len(progress.parts):
        return _give_up("The run took a turn the builtin model does not know.")
    intent = progress.intents[progress.done]
    work: list[_Call] = [calls.call(intent)]
    if progress.done:
        work = [("done", {"evidence": _evidence(progress.results[-1])}), *work]
    elif again and not progress.started and intent.kind not in READS:
        work = [("revert", {}), *work]
    at = f" at {intent.path}:{intent.line}" if progress.asked else ""
    return f"{calls.sentence(intent)}{at}.", work


def _looking(progress: Progress) -> _Said | None:
    """What must be known before the next part can be done; None when nothing must."""
    lookup, passing, moving = progress.lookup, progress.passing, progress.homeless
    if lookup is not None:
        where: dict[str, Argument] = {"path": lookup.path, "line": lookup.line}
        return f"Looking up {shown(lookup)}.", [(progress_of.LOOKUP, where)]
    if passing is not None:
        return "Looking who calls it.", [(progress_of.CALLERS, {"name": passing.name})]
    if moving is not None:
        first = moving.name.partition(",")[0]
        return f"Looking where `{first}` is.", [(progress_of.SYMBOLS, {"name": first})]
    return None


def _finished(progress: Progress) -> _Said:
    done = progress.intents[: progress.done]
    if all(each.kind in READS for each in done):
        pairs = zip(done, progress.results, strict=True)
        text = "\n\n".join(_markdown(intent, result) for intent, result in pairs)
        return "", [("answer", {"markdown": text})]
    if not progress.made:
        return _give_up(progress.results[-1].text)
    finished: _Call = ("done", {"evidence": _evidence(progress.results[-1])})
    title = calls.title(progress.made)
    show: _Call = ("propose", {"title": title})
    if not progress.ending:
        return "Ready to check and show.", [finished, show]
    kept = replace(progress, parts=progress.made)
    ended: list[_Call] = [
        ("done", {"evidence": _evidence(result)})
        for at, result in enumerate(progress.results)
        if at not in progress.idle
    ]
    return "Showing what was done.", [("plan", {"steps": _steps(kept)}), *ended, show]


def _after_failure(progress: Progress, failed: Turn) -> _Said:
    """A tool said no: ask where it offers choices, or where something was done before it."""
    if progress.done >= len(progress.parts) or progress.ending:
        return _give_up(failed.text)
    intent = progress.intents[progress.done]
    if progress.may_risk:
        question = f"{failed.text.replace(RISK, '').strip('; ')}. Do it all the same?"
        return question, [_ask(question, (RISK_IT, STOP))]
    if failed.options and not progress.asked:
        what = f"`{intent.name}`" if intent.name else "that"
        question = f"There are {len(failed.options)} symbols it could be. Which {what} is meant?"
        if intent.kind == "fix":
            question = f"{failed.text}. Which is right?"
        return question, [_ask(question, failed.options)]
    if intent.kind in READS or len(progress.parts) == 1:
        unsure = intent.kind in ("fix", "examples")  # a language model can do more of these
        return _give_up(f"{failed.text.rstrip('. ')}. {OTHERWISE}" if unsure else failed.text)
    what = calls.lowered(calls.sentence(intent))
    if not progress.made:
        return _give_up(f"Could not {what}, so nothing else was tried: {failed.text}")
    why = failed.text.rstrip(". ")
    question = f"Could not {what}: {why}. Show what was done before that?"
    return question, [_ask(question, (SHOW, STOP))]


def _propose_rest(goal: Goal, before: rounds.Before) -> _Said:
    """What was sent back is out of the draft already; the rest is shown as it is."""
    return "Without it, then.", [("propose", {"title": before.title or goal.instruction})]


def _give_up(reason: str) -> _Said:
    return "", [("give_up", {"reason": reason})]


def _ask(question: str, options: Sequence[str]) -> _Call:
    return "ask", {"question": question, **({"options": list(options)} if options else {})}


def _evidence(result: Turn) -> str:
    return result.text.strip().partition("\n")[0] or "the tool reported success"


def _markdown(intent: Intent, result: Turn) -> str:
    if intent.kind == "explain":
        return result.text
    if intent.kind != "search":
        return f"{calls.sentence(intent)}:\n\n```\n{result.text}\n```"
    note = (
        "The builtin model does not reason about code. These are the places whose names match "
        f"the question; for more, {HOW_TO_CONFIGURE}."
    )
    return f"{note}\n\n{result.text}"


def offers(language: str, has_selection: bool, at_symbol: bool) -> tuple[tuple[str, str], ...]:
    """The requests that need no words at a range, as (title, instruction), best first.

    `has_selection`: the range holds more than a cursor; `at_symbol`: a definition
    encloses its start.
    """
    result: list[tuple[str, str]] = []
    if language == "python":
        if has_selection:
            result.append(("Extract function", "extract the selection into a function"))
        result.append(("Organise imports", "organise the imports"))
        if at_symbol:
            result.append(("Add docstring", "document this"))
        result.append(("Add missing docstrings to the file", "add docstrings to this file"))
    if at_symbol:
        result.append(("Explain", "explain this"))
    result.append(("Explain this file", "explain this file"))
    return tuple(result)
