"""What a deterministic refactoring of one text returns."""

from __future__ import annotations

from dataclasses import dataclass

from redline.core.text.edits import Edit


@dataclass(frozen=True, slots=True)
class Refactored:
    """Edits in bytes of the text that was given, or a `refusal`: one sentence saying why not.

    `notes` are sentences the user should read before accepting the edits.
    """

    edits: tuple[Edit, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: str = ""


def refused(reason: str) -> Refactored:
    """No edits, and why."""
    return Refactored(refusal=reason)
