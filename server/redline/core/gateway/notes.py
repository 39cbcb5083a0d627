"""How answers by a fallback are marked, in proposals and below answers."""

from __future__ import annotations

from collections.abc import Sequence

from redline.core.agent.model import Reply

FALLBACK = "by a fallback: "


def fallback_note(reply: Reply) -> str:
    """What the user must know of a reply by another model than the one asked; '' otherwise."""
    if not reply.instead_of:
        return ""
    return f"{FALLBACK}{reply.model} answered, {reply.instead_of} did not"


def lasting(notes: Sequence[str]) -> tuple[str, ...]:
    """The notes that are about the run, and so stay when a draft is taken back."""
    return tuple(note for note in notes if note.startswith(FALLBACK))


def footed(markdown: str, notes: Sequence[str]) -> str:
    """An answer with the notes on fallbacks below it."""
    return "\n\n".join([markdown, *(f"_{note}_" for note in lasting(notes))])
