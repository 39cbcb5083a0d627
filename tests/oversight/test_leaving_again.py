"""A transcript leaves with every turn: what left before is neither searched nor changed anew."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from types import FrameType

from redline.app import egress
from redline.core.agent.exchange import ModelRequest
from redline.core.agent.model import Goal, ToolRequest, Turn
from redline.core.context.model import Fragment
from redline.core.oversight import secrets
from redline.core.oversight.redaction import Redaction

KEY = "AKIA" + "Q7RZ2M4XW9TBN3KD"


def asked(*turns: Turn) -> ModelRequest:
    context = (Fragment("rule", "how", "Work carefully.", "rules.md", 3),)
    made = ModelRequest("run", "scout", "You are.", Goal("ask", "how"), None, turns, ())
    return replace(made, context=context)


def turns_to(count: int) -> tuple[Turn, ...]:
    """A transcript of so many calls and what they found, none like another."""
    made: list[Turn] = [Turn("user", "how")]
    for at in range(count):
        call = ToolRequest(f"c{at}", "read_file", f'{{"path": "module_{at}.py"}}')
        made.append(Turn("model", "", (call,)))
        made.append(Turn("tool", f"text of module {at}", call=f"c{at}", tool="read_file"))
    return tuple(made)


def searched(redaction: Redaction, request: ModelRequest) -> tuple[Redaction, Counter[str]]:
    """The redaction after the request left; how often each text was looked at on the way."""
    looked: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is secrets.find.__code__:
            looked[frame.f_locals["text"]] += 1

    sys.setprofile(note)
    try:
        redaction, _ = egress.leaving(redaction, request)
    finally:
        sys.setprofile(None)
    return redaction, looked


def test_what_left_before_is_not_looked_at_again() -> None:
    redaction, looked = searched(Redaction(), asked(*turns_to(40)))
    assert looked["text of module 3"] > 0
    _, looked = searched(redaction, asked(*turns_to(41)))
    assert looked["text of module 40"] > 0
    assert [text for text in looked if "module_3." in text or text == "text of module 3"] == []


def test_a_secret_that_is_learnt_later_is_hidden_in_what_left_before() -> None:
    plain = Turn("tool", f"see {KEY[:4]} and {KEY}x", call="c", tool="read_file")
    redaction, first = egress.leaving(Redaction(), asked(plain))
    redaction, again = egress.leaving(redaction, asked(plain, Turn("user", f"key = '{KEY}'")))
    _, alone = egress.leaving(Redaction(), asked(plain, Turn("user", f"key = '{KEY}'")))
    assert KEY not in repr(again.turns)
    assert again.turns == alone.turns
    assert first.turns != again.turns
