"""The workspace as a refactoring over several files reads it, and what it plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from redline.core.graph.model import Imports
from redline.core.index.model import Index
from redline.core.proposal.hunks import FileOperation
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

Use = tuple[str, Span]
"""A uri, and the bytes of a name in its text."""


@dataclass(frozen=True, slots=True)
class Project:
    """One state of the workspace; nothing here writes.

    `text_of` gives the text of a uri, `path_of` its path relative to the workspace with `/`,
    `uri_of` the uri of such a path (None for one that leads out of the workspace).
    """

    index: Index
    imports: Imports
    text_of: Callable[[str], Text | None]
    path_of: Callable[[str], str]
    uri_of: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Planned:
    """Edits by uri, in bytes of the texts as they are, and whole files; or a `refusal`.

    A refusal is one sentence saying why not; with `options`, each `path:line kind name`, it
    is a question which is meant. `notes` are sentences the user should read before accepting
    the edits.
    """

    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict)
    operations: tuple[FileOperation, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: str = ""
    options: tuple[str, ...] = ()


def impossible(reason: str) -> Planned:
    """Nothing is planned, and why."""
    return Planned(refusal=reason)
