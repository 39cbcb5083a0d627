"""Whether a reply goes round in circles: the same words without end."""

from __future__ import annotations

from typing import Final

_TIMES: Final = 8
_WINDOWS: Final = (4_096, 32_768)
"""How much of the end is looked at, in characters: short phrases show early."""
_STEP: Final = 512
_END: Final = 64


def due(before: int, now: int) -> bool:
    """Whether a text that grew from `before` to `now` characters is to be looked at again."""
    return before // _STEP != now // _STEP


def repeated(text: str) -> str:
    """The words that `text` ends in again and again, '' where it does not.

    The end must be nothing but those words, at least eight times over, for 4,096
    characters (32,768 where they are longer than 512).
    """
    for window in _WINDOWS:
        if len(text) < window:
            break
        tail = text[-window:]
        period = _period(tail, window // _TIMES)
        if period:
            # Where in the words the window begins is chance: a line is shown from its start.
            before, newline, line = tail[:period].partition("\n")
            return line + before + newline
    return ""


def _period(tail: str, most: int) -> int:
    """The smallest period of `tail` that is at most `most`, 0 where there is none."""
    end = tail[-_END:]
    last = len(tail) - _END
    at = tail.rfind(end, 0, len(tail) - 1)
    while at >= last - most:
        period = last - at
        if tail.startswith(tail[period : 2 * period]) and tail[period:] == tail[:-period]:
            return period
        at = tail.rfind(end, 0, at + _END - 1)
    return 0
