"""How often a run may try to mend what its checks find, and what is said when that is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redline.core.agent.model import Turn
from redline.core.proposal.model import Check

REPAIRS = 2
"""So often a draft that did not pass is to be mended in one round."""
ENDING = frozenset({"parse", "names", "tests", "build", "code", "mutation", "diagnostic"})
"""Checks that a draft must pass. What types or lint find is shown to the user instead."""


def escalation(turns: Sequence[Turn]) -> str:
    """Why the run ends, with what was tried, one line for each; '' while it may go on."""
    tried = [check for check in failed_checks(turns) if check.name in ENDING]
    if len(tried) <= REPAIRS:
        return ""
    told = "; ".join(f"{at}. {_line(check)}" for at, check in enumerate(tried, 1))
    return f"the change did not pass its checks, however it was mended ({len(tried)} tries): {told}"


def failed_checks(turns: Sequence[Turn]) -> list[Check]:
    """What the drafts of this round did not pass, in order."""
    return list(reversed(list(_latest(turns))))


def _latest(turns: Sequence[Turn]) -> Iterator[Check]:
    for turn in reversed(turns):
        if turn.opens_round:
            return
        if turn.tool == "propose" and turn.check is not None:
            yield turn.check


def _line(check: Check) -> str:
    return f"{check.name}: {check.detail}".partition("\n")[0][:300]
