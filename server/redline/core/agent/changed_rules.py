"""Rules of the project that are not what the user trusted: what is asked, and what a run may use.

A call of a model is held until the user has said what is to become of them. A yes is one to the
very bytes that were asked about, by their digest; a no holds for the file, whatever it becomes.
"""

from __future__ import annotations

from redline.core.agent.state import RunState
from redline.core.context.rules import ProjectRules
from redline.core.text.unseen import one_line

USE, TRUST, LEAVE = "Use it for this run", "Trust it from now on", "Leave it out"
OPTIONS = (USE, TRUST, LEAVE)
RULE = "changed-rules"
BECAUSE = "its words would be given to the model as rules"


def question(rules: ProjectRules) -> str:
    """What the user is asked."""
    what = "has changed" if rules.known else "is new"
    return (
        f"{one_line(rules.path)} {what} since you trusted this folder."
        " Read it first: is the run to follow it?"
    )


def open_in(state: RunState, rules: ProjectRules) -> bool:
    """Whether the user has to be asked about them: no answer holds, and none is waited for."""
    if rules.changed is None:
        return False
    digest = rules.changed.digest
    if any(needed.digest == digest for _, needed in state.held.values()):
        return False
    return state.rules.get(rules.path) not in ("", digest)


def usable(state: RunState, rules: ProjectRules) -> ProjectRules:
    """They as the run may use them: with their text where the user said yes to exactly that."""
    changed = rules.changed
    if changed is None or state.rules.get(rules.path) != changed.digest:
        return rules
    return ProjectRules(rules.path, changed)


def answered(state: RunState, path: str, digest: str, answer: str) -> dict[str, str]:
    """What is known of the user's will after an answer; words of their own are a no."""
    return {**state.rules, path: digest if answer in (USE, TRUST) else ""}
