"""What is never remembered: secrets."""

from __future__ import annotations

from redline.core.oversight.secrets import find

LEFT_OUT = "[secret left out]"


def cleaned(text: str) -> str:
    """`text` without its secrets."""
    parts: list[str] = []
    end = 0
    for each in find(text):
        parts += (text[end : each.start], LEFT_OUT)
        end = each.end
    return "".join((*parts, text[end:]))
