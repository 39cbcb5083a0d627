"""Ports: what models are given to know beside the code, as Protocols. Adapters implement them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from redline.core.context.rules import ProjectRules
    from redline.core.memory.model import Memo, Remembered
    from redline.core.uris import Folder


class RuleFiles(Protocol):
    """The rules a project has for agents, `AGENTS.md`."""

    def nearest(self, folder: Folder, uri: str) -> ProjectRules | None:
        """Those for the file `uri` ('' for the folder itself); None where there are none.

        They have a text only where the user trusts the folder and has trusted these bytes;
        where it trusts the folder alone, `changed` is what the user may be asked about.
        """


class Memories(Protocol):
    """What is remembered of one workspace. Everything raises `StoreError`; a few files each."""

    def remembered(self) -> Remembered:
        """All memos as they are now."""

    def keep(self, memo: Memo) -> None:
        """Adds a memo, and takes away what is too old. One of that id stays as it is."""

    def ended(self, id_: str, outcome: str) -> None:
        """Notes what became of a run; nothing where it is not remembered."""

    def used(self, ids: Collection[str], at: float) -> None:
        """Counts one more use of each memo, at `at` (seconds since the epoch)."""

    def forget(self, ids: Collection[str]) -> tuple[str, ...]:
        """Takes memos away; the ids of those that were there."""

    def place(self, id_: str) -> str:
        """The path of the file of a memo, for the user to edit."""


@dataclass(frozen=True, slots=True)
class Notes:
    """The rules of projects, and the memory of a workspace by the uri of its first folder."""

    rules: RuleFiles
    memories: Callable[[str], Memories]
