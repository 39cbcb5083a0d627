"""What the journal knows of past runs: the list, one as a timeline, a replay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from redline.app.ports import Journal
from redline.app.session import Session, journal_of
from redline.app.versions import versions_now
from redline.core import payloads, uris
from redline.core.agent.events import BaseKept, Begun, Event, UserAnswered
from redline.core.agent.model import (
    AskUser,
    Effect,
    Finish,
    Goal,
    Publish,
)
from redline.core.agent.reducer import step
from redline.core.agent.state import RunState
from redline.core.agent.versions import Versions, changed
from redline.core.context.model import ContextGiven
from redline.core.journal import Entry, broken
from redline.core.past import Line, says
from redline.core.past import lines as lines_of
from redline.core.proposal.model import Decision, Proposal, Review, RolledBack
from redline.core.text.text import Text
from redline.core.timeline import Moment, moments

FORGOTTEN = "forgotten"
_LISTED = ("Begun", "RolledBack", "AskUser", "UserAnswered", "Finish", "Review")


@dataclass(frozen=True, slots=True)
class Item:
    """One run in a list. `at` is seconds since the epoch; `question` is what it waits for."""

    id: str
    at: float
    action: str
    instruction: str
    state: str
    title: str = ""
    proposal: str = ""
    question: AskUser | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A run as its records tell it. `differences` are where a replay would not be the same.

    `back` is the run that it took back, None for a run that was asked of a model.
    """

    id: str
    state: RunState
    lines: tuple[Line, ...]
    differences: tuple[str, ...]
    back: str | None = None

    @property
    def versions(self) -> Versions:
        """Digests of what it rested on besides its texts; nothing where they were not kept."""
        begun = (line.payload for line in self.lines if isinstance(line.payload, Begun))
        return next((each.versions for each in begun), {})

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """What it proposed, round by round."""
        published = (line.payload for line in self.lines if isinstance(line.payload, Publish))
        return tuple(each.proposal for each in published if each.proposal is not None)

    @property
    def decisions(self) -> dict[str, Decision]:
        """What stands decided, hunk by hunk of every round; later reviews win."""
        return _decisions(self.lines)

    @property
    def contexts(self) -> tuple[ContextGiven, ...]:
        """What the model was given to know, each from the call that got it first."""
        return tuple(e.payload for e in self.lines if isinstance(e.payload, ContextGiven))

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
        entries = journal.entries(id_)
        lines = lines_of(_telling(entries))
        begun = next((line for line in lines if isinstance(line.payload, Begun | RolledBack)), None)
        if begun is None:
            if not any(entry.payload for entry in entries):
                result.append(Item(id_, entries[0].record.at, "", "", FORGOTTEN))
            continue
        goal = _goal(begun.payload)
        waits = _waits(lines)
        state = "waiting" if waits else _state(lines)
        at = begun.entry.record.at
        item = Item(id_, at, goal.action, goal.instruction, state, question=waits)
        published = [line.payload for line in lines if isinstance(line.payload, Publish)]
        proposal = published[-1].proposal if published else None
        if proposal is not None:
            item = replace(item, title=proposal.title, proposal=proposal.id)
        result.append(item)
    return result


def _telling(entries: Sequence[Entry]) -> list[Entry]:
    """The records that a list needs: a proposal takes long to read, and the last one will do."""
    published = [entry for entry in entries if says(entry, "Publish")]
    few = [entry for entry in entries if says(entry, *_LISTED)]
    return [*few, *published[-1:]]


def _goal(begun: payloads.Payload) -> Goal:
    """What a run was begun for, by its first record."""
    match begun:
        case Begun(goal=goal):
            return goal
        case RolledBack(run=run, title=title):
            return Goal("refactor", f"roll back {title} (run {run})")
        case _:
            return Goal("ask", "")


def _waits(lines: Sequence[Line]) -> AskUser | None:
    """The question that a run waits with, None where it is over or at work."""
    if any(isinstance(line.payload, Finish) for line in lines):
        return None
    said = {line.payload.effect for line in lines if isinstance(line.payload, UserAnswered)}
    asked = [line.payload for line in lines if isinstance(line.payload, AskUser)]
    return next((each for each in asked if each.id not in said), None)


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
    return told_by(journal_of(session), run)


def told_by(journal: Journal, run: str) -> Told | str:
    """The same of any journal, of this workspace or another."""
    entries = journal.entries(run)
    if not entries:
        return f"there is no run {run} in this workspace"
    if any(entry.payload is None for entry in entries):
        at = datetime.fromtimestamp(entries[0].record.at, UTC)
        return f"run {run} of {at:%Y-%m-%d} was forgotten: its records are kept, not what they said"
    lines = lines_of(entries)
    if isinstance(lines[0].payload, RolledBack):
        return _taken_back(run, lines, lines[0].payload)
    state, effects, differences = RunState(run), list[Effect](), list[str]()
    for line in lines:
        payload = line.payload
        if not isinstance(payload, Event | Effect):
            continue
        if line.entry.record.kind == "event":
            state, more = step(state, payload)  # type: ignore[arg-type]
            effects += more
        elif not effects or effects.pop(0) != payload:
            differences.append(f"record {line.entry.record.seq}: a replay asks for something else")
    return Told(run, state, lines, tuple(differences))


def _taken_back(run: str, lines: tuple[Line, ...], begun: RolledBack) -> Told:
    """A run that took another one back: no model was asked, so there is nothing to fold."""
    state = RunState(run, _goal(begun), phase="proposed", outcome="proposed")
    past = Told(run, state, lines, (), begun.run)
    return replace(past, state=replace(state, proposal=past.proposals[-1]))


def changed_since(session: Session, run: Told) -> tuple[str, ...]:
    """Which of what a run rested on is another now, in words."""
    return changed(run.versions, versions_now(session, run.state.model))


def verified(session: Session) -> str:
    """What is wrong with the whole journal's chain; '' when nothing is."""
    return broken(journal_of(session).entries())


def moments_of(session: Session, run: Told) -> tuple[Moment, ...]:
    """The run as moments in time."""
    folders = session.snapshot.folders
    return tuple(moments(run.id, run.lines, lambda uri: uris.for_people(folders, uri)))


def timeline(session: Session, run: Told) -> str:
    """The run for people: a heading `# `, then an item `- ` of plain text for each moment."""
    return "\n".join(_timeline(session, run))


def _timeline(session: Session, run: Told) -> Iterator[str]:
    goal = run.state.goal
    yield f"# {goal.action if goal else 'run'}: {goal.instruction if goal else run.id}"
    for each in moments_of(session, run):
        yield f"- {datetime.fromtimestamp(each.at, UTC):%H:%M:%S} {each.text}"
    for difference in run.differences:
        yield f"- ! {difference}"
