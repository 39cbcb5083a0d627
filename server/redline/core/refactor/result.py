"""What a deterministic refactoring of one text returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from redline.core.text.edits import Edit
from redline.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Refactored:
    """Edits in bytes of the text that was given, or a `refusal`: one sentence saying why not.

    `notes` are sentences the user should read before accepting the edits.
    """

    edits: tuple[Edit, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Renamed:
    """Edits by uri, in bytes of the open document or of the file on disk.

    `notes` are sentences the user should read before accepting them.
    """

    edits: Mapping[str, tuple[Edit, ...]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A place that has a shape; `edit` changes it where there is a rewrite."""

    span: Span
    edit: Edit | None


def refused(reason: str) -> Refactored:
    """No edits, and why."""
    return Refactored(refusal=reason)
