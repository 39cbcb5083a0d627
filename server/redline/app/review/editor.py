"""The one way bytes reach a user's file: the editor is asked to apply them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from redline.app.session import Session
from redline.core.proposal.model import Operation
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Text


@dataclass(frozen=True, slots=True)
class FileChange:
    """What is sent for one file.

    `edits` (each with its reason) count in `text`, of which the editor has `version`
    (None: it is closed). A file that is created has an empty `text`; one that is renamed
    goes to `target`, with its edits.
    """

    uri: str
    version: int | None
    text: Text
    edits: tuple[tuple[Edit, str], ...]
    operation: Operation = "edit"
    target: str = ""

    @property
    def steps(self) -> tuple[Edit, ...]:
        """The edits without their reasons."""
        return tuple(edit for edit, _ in self.edits)

    @property
    def edited(self) -> Text:
        """`text` with the edits."""
        return Text(apply(self.text.data, self.steps))

    @property
    def after(self) -> Text | None:
        """What `uri` holds once it is done; None when there is no such file any more."""
        return None if self.operation in ("delete", "rename") else self.edited


def file_change(
    session: Session, uri: str, text: Text, changes: tuple[tuple[Edit, str], ...]
) -> FileChange:
    """Edits of `uri`, with the version the editor has open."""
    opened = session.documents.get(uri)
    return FileChange(uri, opened.document.version if opened else None, text, changes)


class Editor(Protocol):
    """A connection's editor, as an acceptance needs it."""

    async def apply(
        self, label: str, changes: Sequence[FileChange], confirm: bool
    ) -> tuple[bool, str]:
        """Whether the editor says it applied them, and its reason when not.

        With `confirm` the editor shows them first, and the user may leave some out.
        """

    async def reveal(self, uri: str) -> None:
        """Has the editor open `uri`, where it can: then its text is known."""

    def takes(self, operation: Operation) -> bool:
        """Whether the editor can do this for a server."""
