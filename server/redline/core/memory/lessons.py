"""What a run leaves behind: its summary, and what can be learnt of it. No model is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from redline.core.agent import drafts
from redline.core.agent.model import Goal, ToolRequest, Turn
from redline.core.agent.state import RunState
from redline.core.memory.model import Memo
from redline.core.proposal.model import Check, Decision, Hunk, Proposal
from redline.core.proposal.render import counted

MOST_TEXT = 2_000
MOST_TITLE = 120
MOST_LINES = 10
MOST_HUNKS = 3
MOST_CALLS = 8
MOST_FAILURES = 5
SHOWN = ("path", "name", "new_name", "to", "what", "reason")
"""Arguments of a call that say what it did, in this order."""
PathOf = Callable[[str], str]


def of_run(state: RunState, at: float, path_of: PathOf) -> tuple[Memo, ...]:
    """The memos of a run that has ended at `at`: its summary, and a lesson for what it mended.

    Of a run in several rounds the last counts, since the others were told before. One that was
    stopped, or whose model could not be asked, leaves nothing.
    """
    goal = state.goal
    if goal is None or state.outcome not in ("proposed", "answered", "escalated"):
        return ()
    opened = [at for at, turn in enumerate(state.transcript) if turn.opens_round]
    turns = state.transcript[opened[-1] :] if opened else state.transcript
    lessons = [_mended(state.id, goal, each, at) for each in _mending(turns)]
    return (_summary(state, goal, at, path_of), *lessons)


def of_rejected(
    goal: Goal | None,
    proposal: Proposal,
    ids: Collection[str],
    comment: str,
    at: float,
    path_of: PathOf,
) -> Memo:
    """The lesson of hunks that the user rejected, or sent back with a comment."""
    hunks = [each for each in proposal.hunks if each.id in ids]
    rows = [f"Asked for: {goal.instruction}"] if goal and goal.instruction else []
    rows.append(f"The user said: {comment}" if comment else "The user gave no reason.")
    for each in hunks[:MOST_HUNKS]:
        rows += ["", f"In {path_of(each.uri)} ({each.reason}):", *_lines(each)]
    if len(hunks) > MOST_HUNKS:
        rows.append(f"... and {counted(len(hunks) - MOST_HUNKS, 'hunk')} more")
    title = f"{'Sent back' if comment else 'Rejected'}: {proposal.title}"
    paths = tuple(dict.fromkeys(path_of(each.uri) for each in hunks))
    return _lesson(title, "\n".join(rows), proposal.run, at, paths)


def id_of_run(run: str) -> str:
    """The id of the memo that sums up a run."""
    safe = (char if char.isalnum() and char.isascii() else "-" for char in run)
    return f"run-{''.join(safe)}"[:90]


def decided(decisions: Mapping[str, Decision]) -> str:
    """What became of a proposal, as the outcome of its run; '' while nothing is decided."""
    every = list(decisions.values())
    accepted, rejected = every.count("accepted"), every.count("rejected")
    if not accepted + rejected:
        return ""
    if accepted == len(every):
        return "accepted"
    if rejected == len(every):
        return "rejected"
    return f"{accepted} of {counted(len(every), 'hunk')} accepted, {rejected} rejected"


def _summary(state: RunState, goal: Goal, at: float, path_of: PathOf) -> Memo:
    uris = state.proposal.uris if state.proposal else drafts.uris_of(state.draft)
    paths = tuple(dict.fromkeys((*([goal.path] if goal.path else []), *map(path_of, uris))))
    rows = [f"Asked for: {goal.instruction or goal.action}"]
    if state.proposal is not None:
        hunks = counted(len(state.proposal.hunks), "hunk")
        rows.append(f"Proposed: {state.proposal.title} ({hunks} in {', '.join(paths[:8])})")
    elif state.reason:
        rows.append(f"It ended with: {state.reason}")
    title = f"{goal.action}: {_first_line(goal.instruction) or goal.path}"
    text = "\n".join(rows)[:MOST_TEXT]
    outcome = str(state.outcome)
    id_ = id_of_run(state.id)
    return Memo(id_, "run", title[:MOST_TITLE], text, at, state.id, paths, outcome)


@dataclass(frozen=True, slots=True)
class _Tried:
    """Checks that drafts did not pass, one after the other, and what was called until one did."""

    checks: tuple[Check, ...]
    calls: tuple[ToolRequest, ...]


def _mending(turns: Sequence[Turn]) -> Iterator[_Tried]:
    """Each way from a draft that failed to one that was proposed."""
    checks: list[Check] = []
    calls: list[ToolRequest] = []
    known: dict[str, ToolRequest] = {}
    for turn in turns:
        known.update({call.id: call for call in turn.calls})
        if turn.tool == "propose" and turn.check is not None:
            checks.append(turn.check)
        elif turn.tool == "propose" and not turn.failed and checks:
            yield _Tried(tuple(checks), tuple(calls))
            checks, calls = [], []
        elif turn.speaker == "tool" and checks and not turn.failed and turn.call in known:
            calls.append(known[turn.call])


def _mended(run: str, goal: Goal, tried: _Tried, at: float) -> Memo:
    names = ", ".join(dict.fromkeys(check.name for check in tried.checks))
    rows = [f"Asked for: {goal.instruction or goal.action}", "", "What failed:"]
    for check in tried.checks:
        rows.append(f"- {check.name}: {_first_line(check.detail)}")
        rows += [f"  - {_first_line(str(each))}" for each in check.failures[:MOST_FAILURES]]
    rows += ["", "What was done then, after which it passed:"]
    rows += [f"- {_called(call)}" for call in tried.calls[-MOST_CALLS:]]
    paths = dict.fromkeys(each.path for check in tried.checks for each in check.failures)
    title = f"Mended {names}: {_first_line(goal.instruction) or goal.action}"
    return _lesson(title, "\n".join(rows), run, at, tuple(filter(None, (*paths, goal.path))))


def _called(call: ToolRequest) -> str:
    try:
        given: object = json.loads(call.arguments)
    except ValueError:
        return call.tool
    told = given if isinstance(given, dict) else {}
    words = (f"{name} {told[name]}" for name in SHOWN if isinstance(told.get(name), str))
    return _first_line(f"{call.tool}: {', '.join(words)}".rstrip(": "))


def _lesson(title: str, text: str, run: str, at: float, paths: tuple[str, ...]) -> Memo:
    """A lesson whose id is that of its words and its run: told twice, it is one."""
    key = f"{run}\0{title}\0{text}".encode("utf-8", "replace")
    id_ = f"lesson-{blake2b(key, digest_size=5).hexdigest()}"
    unique = tuple(dict.fromkeys(paths))
    return Memo(id_, "lesson", _first_line(title)[:MOST_TITLE], text[:MOST_TEXT], at, run, unique)


def _lines(hunk: Hunk) -> list[str]:
    if hunk.operation not in ("edit", "create"):
        return [f"({hunk.operation})"]
    rows: list[str] = []
    for mark, data in (("-", hunk.before), ("+", hunk.after)):
        lines = data.decode("utf-8", "replace").splitlines()
        rows += [f"    {mark} {line}"[:160] for line in lines[:MOST_LINES]]
        rows += [f"    {mark} ..."] if len(lines) > MOST_LINES else []
    return rows


def _first_line(text: str) -> str:
    return " ".join(text.strip().partition("\n")[0].split())[:200]
