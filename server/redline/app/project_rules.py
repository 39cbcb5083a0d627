"""The rules of a project, `AGENTS.md`: which of them a run is given, and what is asked before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redline.app import gateway
from redline.app.session import Session
from redline.core import uris
from redline.core.agent import changed_rules
from redline.core.agent.events import Event, UserAnswered
from redline.core.agent.model import CallModel, Effect, Goal
from redline.core.agent.state import RunState
from redline.core.context.rules import ProjectRules
from redline.core.problems import StoreError
from redline.core.uris import Folder

if TYPE_CHECKING:  # the driver imports this module
    from redline.app.driver import Run

LEAST = 400
"""With fewer tokens than this there is no room for anything telling."""


def found(session: Session, goal: Goal | None) -> ProjectRules | None:
    """The rules for the goal's file as they are now; None where there are none."""
    folder = _folder(session, goal)
    if folder is None or goal is None:
        return None
    return session.adapters.notes.rules.nearest(folder, goal.uri)


def in_question(run: Run, state: RunState, effects: Sequence[Effect]) -> ProjectRules | None:
    """Rules that the user has to be asked about before `effects` are done in `state`.

    The builtin model is given none.
    """
    calls = [each for each in effects if isinstance(each, CallModel)]
    told = run.session.settings.context_tokens >= LEAST
    if not told or not any(gateway.leaves(run, each) for each in calls):
        return None
    rules = found(run.session, state.goal)
    return rules if rules is not None and changed_rules.open_in(state, rules) else None


def trusted_anew(session: Session, before: RunState, event: Event) -> None:
    """Keeps the user's trust in a text, where `event` is the answer that gives it.

    `before` is the run before it. Where it cannot be kept, the yes holds for the run alone.
    """
    held = before.held.get(event.effect)
    if held is None or not isinstance(event, UserAnswered) or event.answer != changed_rules.TRUST:
        return
    origin, needed = held
    folder = _folder(session, before.goal)
    if not isinstance(origin, CallModel) or folder is None:
        return
    try:
        session.adapters.trust.accept(folder.uri, needed.doubts[0].what, needed.digest)
    except StoreError as error:
        session.front.trouble(f"{needed.doubts[0].what} is followed in this run alone: {error}")


def _folder(session: Session, goal: Goal | None) -> Folder | None:
    folders = session.snapshot.folders
    if goal is not None and goal.uri:
        return uris.folder_of(folders, goal.uri)
    return next(iter(folders), None)
