"""The rules a project has for agents, as far as they may be used."""

from __future__ import annotations

from dataclasses import dataclass

from redline.core.text.text import Text


@dataclass(frozen=True, slots=True)
class ProjectRules:
    """A file of rules by its path in the folder; without `text`, `problem` says why not.

    Where that is because it is not what the user trusted, `changed` is what it holds now:
    nothing that may be used without a yes to exactly that. `known` says that another text
    of it was trusted.
    """

    path: str
    text: Text | None = None
    problem: str = ""
    changed: Text | None = None
    known: bool = False
