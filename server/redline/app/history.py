"""What the journal knows of past runs: the list, one as a timeline, a replay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from redline.app.session import Session, journal_of
from redline.core import payloads
from redline.core.agent.model import (
    BaseKept,
    Begun,
    Effect,
    Finish,
    ModelFailed,
    ModelReplied,
    Publish,
    RunState,
    RunTool,
    SentBack,
    ToolReturned,
)
from redline.core.agent.reducer import step
from redline.core.journal import Entry, broken
from redline.core.oversight.policy import Verdict
from redline.core.proposal.model import Decision, Proposal, Review
from redline.core.proposal.render import summary
from redline.core.text.text import Text


@dataclass(frozen=True, slots=True)
class Item:
    """One run in a list. `at` is seconds since the epoch."""

    id: str
    at: float
    action: str
    instruction: str
    state: str
    title: str = ""
    proposal: str = ""


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
    def proposals(self) -> tuple[Proposal, ...]:
        """What it proposed, round by round."""
        published = (line.payload for line in self.lines if isinstance(line.payload, Publish))
        return tuple(each.proposal for each in published if each.proposal is not None)

    @property
    def decisions(self) -> dict[str, Decision]:
        """What stands decided, hunk by hunk of every round; later reviews win."""
        return _decisions(self.lines)

    def expired(self, proposal: str) -> str:
        """Why a proposal was closed for good; '' when it was not."""
        reviews = (line.payload for line in self.lines if isinstance(line.payload, Review))
        return next(
            (each.expired for each in reviews if each.proposal == proposal and each.expired), ""
        )

    def bases(self, proposal: str) -> dict[str, Text]:
        """The texts a proposal rests on, as far as they were kept."""
        published = {
            line.payload.id: line.payload.proposal.id
            for line in self.lines
            if isinstance(line.payload, Publish) and line.payload.proposal is not None
        }
        kept = (line.payload for line in self.lines if isinstance(line.payload, BaseKept))
        return {
            each.uri: Text(each.data) for each in kept if published.get(each.effect) == proposal
        }


def _decisions(lines: Sequence[Line]) -> dict[str, Decision]:
    result: dict[str, Decision] = {}
    for line in lines:
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
        goal, at = begun.payload.goal, begun.entry.record.at
        item = Item(id_, at, goal.action, goal.instruction, _state(lines))
        published = [line.payload for line in lines if isinstance(line.payload, Publish)]
        proposal = published[-1].proposal if published else None
        if proposal is not None:
            item = replace(item, title=proposal.title, proposal=proposal.id)
        result.append(item)
    return result


def _state(lines: Sequence[Line]) -> str:
    """How a run ended, or what became of its proposal."""
    finished = [line.payload for line in lines if isinstance(line.payload, Finish)]
    if not finished:
        return "open"
    published = [line.payload.proposal for line in lines if isinstance(line.payload, Publish)]
    latest = published[-1].id if published and published[-1] else ""
    every = [line.payload for line in lines if isinstance(line.payload, Review)]
    reviews = [each for each in every if each.proposal == latest]
    if finished[-1].outcome != "proposed" or not reviews:
        return finished[-1].outcome
    if reviews[-1].expired:
        return "expired"
    undecided = {"fresh", "stale", "accepting"} & set(reviews[-1].decisions.values())
    return "proposed" if undecided else "done"


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
    """The run for people: a heading `# `, then an item `- ` of plain text for each event."""
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
        case SentBack(words=words):
            return f"sent back: {words}".partition("\n")[0][:200]
        case Finish(outcome=outcome, reason=reason):
            return f"{outcome} {' '.join(reason.split())}".strip()
        case Review(expired=expired) if expired:
            return f"expired: {expired}"
        case Review(decisions=decisions, by=by):
            counts = {d: list(decisions.values()).count(d) for d in decisions.values()}
            return f"review by {by}: " + ", ".join(f"{n} {d}" for d, n in counts.items())
        case Verdict(decision=decision) if decision.name != "ALLOW":
            return f"{decision.name}: {payload.because}"
        case _:
            return ""
