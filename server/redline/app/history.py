"""What the journal knows of past runs: the list, one as a timeline, a replay, the way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from redline.app.files import Files
from redline.app.review import Accepted, Editor, FileChange, file_change
from redline.app.session import Session, journal_of
from redline.core import payloads
from redline.core.agent.model import (
    Begun,
    Draft,
    Effect,
    Finish,
    ModelFailed,
    ModelReplied,
    Publish,
    RunState,
    RunTool,
    ToolReturned,
)
from redline.core.agent.reducer import step
from redline.core.journal import Entry, broken
from redline.core.oversight.policy import Verdict
from redline.core.problems import Unreadable
from redline.core.proposal import follow
from redline.core.proposal.model import Decision, Hunk, Proposal, Review
from redline.core.proposal.render import counted, summary
from redline.core.text import edits
from redline.core.text.text import Text


@dataclass(frozen=True, slots=True)
class Item:
    """One run in a list. `at` is seconds since the epoch."""

    id: str
    at: float
    action: str
    instruction: str
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """One record with its payload, decoded."""

    entry: Entry
    payload: payloads.Payload


@dataclass(frozen=True, slots=True)
class Told:
    """A run as its records tell it. `differences` are where a replay would not be the same."""

    id: str
    state: RunState
    lines: tuple[Line, ...]
    differences: tuple[str, ...]

    @property
    def proposal(self) -> Proposal | None:
        """What it proposed."""
        return self.state.proposal

    @property
    def decisions(self) -> dict[str, Decision]:
        """What stands decided, hunk by hunk; later reviews win."""
        result: dict[str, Decision] = {}
        for line in self.lines:
            if isinstance(line.payload, Review):
                result.update(line.payload.decisions)
        return result


def listed(session: Session) -> list[Item]:
    """Every run of this workspace, newest first."""
    journal = journal_of(session)
    result = []
    for id_ in reversed(journal.runs()):
        lines = _lines(journal.entries(id_))
        begun = next((line for line in lines if isinstance(line.payload, Begun)), None)
        if begun is None or not isinstance(begun.payload, Begun):
            continue
        finish = next((each.payload for each in lines if isinstance(each.payload, Finish)), None)
        goal = begun.payload.goal
        state: str = finish.outcome if finish else "open"
        if any(isinstance(line.payload, Review) for line in lines):
            state = "done"
        at = begun.entry.record.at
        result.append(Item(id_, at, goal.action, goal.instruction, state))
    return result


def told(session: Session, run: str) -> Told | str:
    """One run, folded from its events without any model call; or why it cannot be."""
    entries = journal_of(session).entries(run)
    if not entries:
        return f"there is no run {run} in this workspace"
    if any(entry.payload is None for entry in entries):
        return f"run {run} was partly forgotten; its payloads are gone"
    lines = _lines(entries)
    state, effects, differences = RunState(run), list[Effect](), list[str]()
    for line in lines:
        payload = line.payload
        if isinstance(payload, Verdict | Review):
            continue
        if line.entry.record.kind == "event":
            state, more = step(state, payload)  # type: ignore[arg-type]
            effects += more
        elif not effects or effects.pop(0) != payload:
            differences.append(f"record {line.entry.record.seq}: a replay asks for something else")
    return Told(run, state, lines, tuple(differences))


def _lines(entries: Sequence[Entry]) -> tuple[Line, ...]:
    return tuple(
        Line(entry, payloads.decode(entry.payload))
        for entry in entries
        if entry.payload is not None
    )


def verified(session: Session) -> str:
    """What is wrong with the whole journal's chain; '' when nothing is."""
    return broken(journal_of(session).entries())


def timeline(run: Told) -> str:
    """The run for people, a line an event, as Markdown."""
    return "\n".join(_timeline(run))


def _timeline(run: Told) -> Iterator[str]:
    goal = run.state.goal
    yield f"# {goal.action if goal else 'run'}: {goal.instruction if goal else run.id}"
    for line in run.lines:
        text = _told_line(line.payload)
        if text:
            at = datetime.fromtimestamp(line.entry.record.at, UTC)
            yield f"- {at:%H:%M:%S} {text}"
    for difference in run.differences:
        yield f"- ! {difference}"


def _told_line(payload: payloads.Payload) -> str:  # noqa: PLR0911  one return a kind
    match payload:
        case ModelReplied(reply=reply):
            calls = ", ".join(call.tool for call in reply.calls)
            return f"{reply.model} says: {calls or reply.text}"[:200]
        case ModelFailed(kind=kind, message=message):
            return f"model failed ({kind}): {message}"
        case ToolReturned(result=result):
            return "-> " + (result.failure or result.output).partition("\n")[0][:200]
        case RunTool(call=call):
            given = ", ".join(f"{name}={value}" for name, value in call.arguments.items())
            return f"{call.tool} {given}"[:200]
        case Publish(proposal=proposal) if proposal is not None:
            return f"proposed: {proposal.title} ({summary(proposal)})"
        case Publish():
            return "answered"
        case Finish(outcome=outcome, reason=reason):
            return f"{outcome} {reason}".strip()
        case Review(decisions=decisions, by=by):
            counts = {d: list(decisions.values()).count(d) for d in decisions.values()}
            return f"review by {by}: " + ", ".join(f"{n} {d}" for d, n in counts.items())
        case Verdict(decision=decision) if decision.name != "ALLOW":
            return f"{decision.name}: {payload.because}"
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class WayBack:
    """The inverse of a run's accepted hunks over the texts of now; `lost` cannot be undone."""

    proposal: Proposal
    changes: tuple[FileChange, ...]
    hunks: tuple[str, ...]
    lost: tuple[str, ...]


def way_back(session: Session, run: str) -> WayBack | str:
    """How to take `run` back, or why it cannot be."""
    found = told(session, run)
    if isinstance(found, str):
        return found
    accepted = [id_ for id_, decision in found.decisions.items() if decision == "accepted"]
    if found.proposal is None or not accepted:
        return f"nothing of run {run} was accepted, so there is nothing to roll back"
    files = Files(session.snapshot, session.adapters.disk, Draft(), {})
    changes: list[FileChange] = []
    lost: list[str] = []
    for uri in found.proposal.uris:
        hunks = [h for h in found.proposal.hunks if h.uri == uri and h.id in accepted]
        text = files.base(uri)
        if isinstance(text, Unreadable):
            lost += [hunk.id for hunk in hunks]
            continue
        more, missing = _undone(session, uri, text, hunks)
        lost += missing
        changes += more
    undone = tuple(id_ for id_ in accepted if id_ not in lost)
    return WayBack(found.proposal, tuple(changes), undone, tuple(lost))


def _undone(
    session: Session, uri: str, text: Text, hunks: Sequence[Hunk]
) -> tuple[list[FileChange], tuple[str, ...]]:
    inverse, lost = follow.inverse(hunks, text)
    small = [edits.shrink(text.data, edit) for edit in inverse]
    if not small:
        return [], lost
    changes = tuple((edit, "roll back") for edit in small)
    return [file_change(session, uri, text, changes)], lost


async def roll_back(session: Session, editor: Editor, run: str) -> Accepted:
    """Takes a run's accepted hunks back through the editor."""
    back = way_back(session, run)
    if isinstance(back, str):
        return Accepted((), (), (), back)
    if not back.changes:
        return Accepted((), back.lost, (), "the lines have changed since; nothing was rolled back")
    applied, reason = await editor.apply(f"roll back {back.proposal.title}", back.changes, False)
    if not applied:
        return Accepted((), back.lost, (), reason)
    record_rollback(session, run, back)
    return Accepted(back.hunks, back.lost, (), f"{counted(len(back.hunks), 'hunk')} rolled back")


def record_rollback(session: Session, run: str, back: WayBack) -> None:
    """Journals that the hunks are out again."""
    decisions: dict[str, Decision] = dict.fromkeys(back.hunks, "rejected")
    done = Review(back.proposal.id, decisions, "rollback", session.adapters.clock.now())
    journal_of(session).append(run, "review", payloads.encode(done))
