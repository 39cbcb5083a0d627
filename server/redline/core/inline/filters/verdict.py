"""What a filter says of a draft: the text that is left of it, or why nothing is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing is shown of a draft, because of `why`."""

    why: str


Verdict = str | Dropped
