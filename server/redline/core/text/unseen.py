"""Characters that a reader does not see, or that make lines read other than they are."""

from __future__ import annotations

import re
from collections import Counter

# Soft hyphens, fillers, zero widths, marks and overrides of direction, tags, controls. Joiners
# belong to emoji and to many scripts: beside plain letters they only hide.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|(?<=[\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?=[\x00-\x7f])"
)
_UNPLAIN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|" + _HIDDEN.pattern)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def hidden(text: str) -> Counter[str]:
    """How often each character that cannot be seen stands in `text`."""
    return Counter(_HIDDEN.findall(text))


def controls(name: str) -> bool:
    """Whether a name holds what ends a line or drives a terminal."""
    return _CONTROL.search(name) is not None


def one_line(name: str) -> str:
    """`name` on one line: what ends one or drives a terminal is spelt out, as `\\x0a`."""
    return _CONTROL.sub(_spelt, name)


def plain_text(text: str) -> str:
    """`text` with all but line feeds and tabs spelt out that is not seen or drives a terminal."""
    return _UNPLAIN.sub(_spelt, text)


def _spelt(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"
