"""Whether a run goes in circles: the same calls, in the same order, with the same results."""

from __future__ import annotations

from collections.abc import Sequence

from redline.core.agent.model import ToolRequest, Turn

MAX_SAME_CALL = 3
"""So often one call may be made in a round, whatever comes of it."""
LONGEST = 4
"""Circles of up to so many calls are seen."""
TURNS = 3
"""So often a circle is gone round before the run ends."""


def same_calls(turns: Sequence[Turn], request: ToolRequest) -> int:
    """How often the very same call was made in this round, `request` among them."""
    made = (call for turn in this_round(turns) for call in turn.calls)
    return sum((each.tool, each.arguments) == (request.tool, request.arguments) for each in made)


def circling(turns: Sequence[Turn]) -> str:
    """The circle that the newest calls of one step have gone `TURNS` times; '' for none.

    A call counts with its result: reading a file again after it was changed is no circle.
    """
    results = {turn.call: turn.text for turn in turns if turn.speaker == "tool"}
    made = [
        (call.tool, call.arguments, results[call.id])
        for turn in this_round(turns)
        for call in turn.calls
        if call.id in results
    ]
    for length in range(2, LONGEST + 1):
        newest = made[-length * TURNS :]
        if len(newest) == length * TURNS and newest == newest[:length] * TURNS:
            return ", ".join(tool for tool, _, _ in newest[:length])
    return ""


def this_round(turns: Sequence[Turn]) -> Sequence[Turn]:
    """The turns since the user last sent a proposal back."""
    opened = [at for at, turn in enumerate(turns) if turn.opens_round]
    return turns[opened[-1] :] if opened else turns
