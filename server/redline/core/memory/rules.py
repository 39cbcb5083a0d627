"""Rules as the user writes them on the command line."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count

from redline.core.memory.model import Memo
from redline.core.retrieval.terms import STOP, stem

MOST_WORDS = 4
MOST_TITLE = 120


def rule_of(text: str, at: float, taken: Collection[str]) -> Memo:
    """A rule with the words `text`, called by the first telling ones; `taken` are other ids."""
    every = re.findall(r"[a-z0-9]+", text.lower())
    words = [word for word in every if len(word) > 1 and stem(word) not in STOP]
    name = "-".join(["rule", *words[:MOST_WORDS]])[:60]
    numbered = (f"{name}-{number}" for number in count(2))
    id_ = name if name not in taken else next(each for each in numbered if each not in taken)
    title = " ".join(text.strip().partition("\n")[0].split())[:MOST_TITLE]
    return Memo(id_, "rule", title, text.strip(), at)
