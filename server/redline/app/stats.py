"""How the runs of a workspace, or of all of a user's, went: the journal in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from redline.app import history
from redline.app.history import Told
from redline.app.ports import Journal
from redline.app.review.life import restored
from redline.app.session import Session, current_text
from redline.core.past import lines, says
from redline.core.proposal import follow
from redline.core.proposal.follow import LiveHunk
from redline.core.stats.facts import Acceptance, RunFacts, facts_of
from redline.core.stats.figures import DAY, Breaker, Figures, Kept, figures
from redline.core.stats.objectives import OBJECTIVES, Standing, standings


@dataclass(frozen=True, slots=True)
class Stats:
    """The figures of the last `days`, and the objectives, each over its own window."""

    days: float
    workspaces: int
    figures: Figures
    objectives: tuple[Standing, ...]


def stats(
    session: Session, journals: Sequence[Journal], days: float, breakers: Sequence[Breaker] = ()
) -> Stats:
    """How the runs in `journals` went. `breakers` are the states of the models' deployments.

    Raises `StoreError`.
    """
    now = session.adapters.clock.now()
    window = max(days, *(each.days for each in OBJECTIVES))
    runs: list[RunFacts] = []
    fates: Counter[str] = Counter()
    forgotten = 0
    for journal in journals:
        left = journal.last()
        forgotten += len(journal.runs()) - len(left)
        for run in [id_ for id_, at in left.items() if at >= now - window * DAY]:
            # The texts that proposals rest on tell nothing here, and are most of a journal.
            told = lines(e for e in journal.entries(run) if not says(e, "BaseKept"))
            facts = facts_of(run, told)
            runs.append(facts)
            if facts.last >= now - days * DAY and facts.ending != "rollback":
                fates.update(_fates(session, journal, facts, now))
    shown = [each for each in runs if each.last >= now - days * DAY]
    kept = Kept(fates["kept"], fates["gone"], fates["unknown"], fates["young"])
    counted = figures(shown, kept, forgotten, breakers)
    return Stats(days, len(journals), counted, standings(runs, now))


def _fates(session: Session, journal: Journal, facts: RunFacts, now: float) -> list[str]:
    """What became of each accepted hunk after a day."""
    found, asked = list[str](), list[Acceptance]()
    for each in facts.accepted.values():
        end = each.until if each.until is not None else now
        if end - each.at < DAY:
            found.append("young" if each.until is None else "gone")
        elif each.until is not None:
            found.append("kept")
        else:
            asked.append(each)
    if not asked:
        return found
    told = history.told_by(journal, facts.id)
    if isinstance(told, str):
        return found + ["unknown"] * len(asked)
    standing = _standing(session, told)
    return found + [standing.get(each.hunk, "unknown") for each in asked]


def _standing(session: Session, told: Told) -> dict[str, str]:
    """By hunk, whether what was accepted of a run stands in the texts of this moment."""
    result = {}
    for proposal in told.proposals:
        live, known = restored(session, told, proposal), told.bases(proposal.id)
        for each in live.hunks:
            if told.decisions.get(each.hunk.id) == "accepted":
                result[each.hunk.id] = _fate(session, each, known=each.hunk.uri in known)
    return result


def _fate(session: Session, each: LiveHunk, *, known: bool) -> str:
    if each.hunk.operation != "edit":
        return "kept" if each.status == "accepted" else "gone"
    text = current_text(session, each.uri)
    if text is None:
        return "unknown"  # the file has gone somewhere, perhaps with the lines
    if follow.stands(each, text, put=True):
        return "kept"
    return "gone" if known else "unknown"
