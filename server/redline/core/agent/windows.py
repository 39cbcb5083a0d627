"""What fits into a model's window: all that it can hold of one call, its reply included.

A model that can hold little is asked in few words, with the tools that matter most, and its
plan is made without it. For any window that is known, results of tools that the model was told
before give way, the oldest first, so that a long run does not end where the window does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from redline.core.agent import text_protocol
from redline.core.agent.exchange import ModelRequest
from redline.core.agent.model import Action, Reply, ToolRequest, Turn, Usage
from redline.core.agent.plan import RoleName
from redline.core.agent.tools import ToolSpec
from redline.core.context.render import message

Count = Callable[[str], int]

ROOMY: Final = 16_000
"""A window of fewer tokens is small: prompt, tools and context of a role take 5,000 to 13,000."""

TOOLS: Mapping[RoleName, tuple[str, ...]] = {
    "planner": ("plan", "answer", "give_up"),
    "scout": ("read_file", "search", "symbols", "references", "answer", "give_up"),
    "refactorer": (
        "read_file",
        "references",
        "rename",
        "extract_function",
        "organise_imports",
        "edit",
        "propose",
        "give_up",
    ),
    "tester": ("read_file", "test_layout", "create_file", "edit", "propose", "give_up"),
    "documenter": ("read_file", "add_docstrings", "edit", "propose", "give_up"),
    "reviewer": ("read_file", "references", "approve", "send_back"),
}
"""What a role may call where the window is small; each is one of its `ROLE_TOOLS`."""

LEFT_OUT: Final = "(left out, there is no room for it; call the tool again if you need it)"
_STEPS: Mapping[Action, tuple[RoleName, str]] = {
    "refactor": ("refactorer", "do what the request says, and propose it"),
    "fix": ("refactorer", "mend what the request names, and propose it"),
    "test": ("tester", "write the tests that the request asks for, and propose them"),
    "document": ("documenter", "document what the request names, and propose it"),
    "explain": ("scout", "answer the request"),
    "ask": ("scout", "answer the request"),
}


def small(window: int) -> bool:
    """Whether a window of so many tokens is small; 0 stands for one that is not known."""
    return 0 < window < ROOMY


def for_context(window: int, wanted: int) -> int:
    """The tokens that what is given beforehand may take of a window: at most a quarter."""
    return min(wanted, window // 4) if window else wanted


def planned(action: Action, id_: str) -> Reply:
    """The plan of a run whose model can hold little: one step. Nobody was asked for it."""
    role, intent = _STEPS[action]
    arguments = json.dumps({"steps": [f"{role}: {intent}"]})
    return Reply("", (ToolRequest(id_, "plan", arguments),), Usage(), "redline", attempts=0)


def fitted(request: ModelRequest, window: int, count: Count) -> ModelRequest:
    """`request` within two thirds of `window`; the rest is for the reply, and for counts that
    differ from `count`.

    Older results of tools go first, then the context from its end; last what is left of the
    results is cut. What is left then is sent, however long it is.
    """
    if not window:
        return request
    left = window * 2 // 3 - count(request.system) - _tools(request.tools, count)
    sizes = [_size(turn, count) for turn in request.turns]
    context = count(message(request.context))
    turns = list(request.turns)
    newest = max((at for at, turn in enumerate(turns) if turn.speaker == "model"), default=0)
    for at in range(newest):
        if sum(sizes) + context <= left:
            break
        if turns[at].speaker == "tool" and len(turns[at].text) > len(LEFT_OUT):
            turns[at] = replace(turns[at], text=LEFT_OUT)
            sizes[at] = _size(turns[at], count)
    fragments = request.context
    while fragments and sum(sizes) + context > left:
        fragments = fragments[:-1]
        context = count(message(fragments))
    over = sum(sizes) + context - left
    if over > 0:
        turns = _cut(turns, sizes, over)
    return replace(request, turns=tuple(turns), context=fragments)


def _cut(turns: Sequence[Turn], sizes: Sequence[int], over: int) -> list[Turn]:
    """`turns` without `over` tokens of their results, each cut by its share."""
    results = [at for at, turn in enumerate(turns) if turn.speaker == "tool"]
    whole = sum(sizes[at] for at in results)
    kept = max(0, whole - over) / whole if whole else 1.0
    cut = list(turns)
    for at in results:
        text = turns[at].text
        shown = text[: int(len(text) * kept)].rpartition("\n")[0]
        if len(shown) + len(LEFT_OUT) < len(text):
            cut[at] = replace(turns[at], text=f"{shown}\n... {LEFT_OUT}".lstrip())
    return cut


def _tools(tools: Sequence[ToolSpec], count: Count) -> int:
    """What the tools take, as text; as schemas they take about twice that."""
    return count(text_protocol.instructions(tools)) * 2 if tools else 0


def _size(turn: Turn, count: Count) -> int:
    calls = sum(count(f"{each.tool}{each.arguments}") for each in turn.calls)
    return count(turn.text) + calls + sum(map(count, turn.options))
