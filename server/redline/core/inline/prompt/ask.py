"""The request for a suggestion, made from its surroundings."""

from __future__ import annotations

from redline.core.inline.context.model import Surroundings
from redline.core.inline.prompt import chat
from redline.core.inline.prompt.comments import commented
from redline.core.inline.prompt.model import FillRequest
from redline.core.settings import Fill

LINE_TOKENS, BLOCK_TOKENS = 64, 160
"""Tokens of an answer: one line, or a few."""
MOST_SECONDS = 10.0
"""Nobody waits longer for a suggestion, whatever a model's usual time is."""


def asked(given: Surroundings, system: str, count: int, how: Fill, seconds: float) -> FillRequest:
    """What a model is asked. Where code follows on the cursor's line, one line is wanted."""
    one_line = bool(given.suffix.split("\n", 1)[0].strip(" \t\r)]}>;,:\"'`"))
    return FillRequest(
        prompt=commented(given) + given.prefix,
        suffix=given.suffix,
        system=system,
        message=chat.message(given),
        stop=("\n",) if one_line else ("\n\n",),
        count=count,
        max_tokens=LINE_TOKENS if one_line else BLOCK_TOKENS,
        seconds=min(seconds, MOST_SECONDS) if seconds else MOST_SECONDS,
        how=how,
    )


def whole_lines(text: str) -> str:
    """What is left of an answer that was cut at its length: the lines that are whole."""
    return text[: text.rfind("\n")] if "\n" in text.lstrip("\n") else ""


def placed(text: str, after: str) -> str:
    """`text` as it goes before `after`, the rest of the cursor's line: without blanks that a
    model leaves at its end, and without line ends where a line goes on."""
    text = text.replace("\r\n", "\n")
    return text.rstrip("\n") if after.strip() else text.rstrip()
