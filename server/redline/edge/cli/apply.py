"""Writes an accepted proposal to disk, for the command line alone: all files or none."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from redline.app.review.acceptance import Choice, accept
from redline.app.review.editor import FileChange
from redline.app.session import Session, current_text
from redline.core import uris
from redline.core.problems import Unreadable
from redline.core.proposal.follow import LiveProposal
from redline.core.proposal.model import Operation
from redline.core.text.text import Text

_TEMPORARY = ".redline-"


@dataclass(frozen=True, slots=True)
class DiskEditor:
    """The editor of a session that has none: it changes the files themselves."""

    session: Session

    async def apply(
        self, label: str, changes: Sequence[FileChange], confirm: bool
    ) -> tuple[bool, str]:
        """Does all of it, or says why it did nothing."""
        problem = written(self.session, changes)
        return not problem, problem

    async def reveal(self, uri: str) -> None:
        """There is nothing to open."""

    def takes(self, operation: Operation) -> bool:
        """Everything can be done to files."""
        return True


async def applied(
    session: Session, live: LiveProposal, texts: Mapping[str, Text], guarded: bool
) -> str:
    """Accepts every hunk, or all that are not `guarded`; says why it could not, '' when it did.

    `texts` are the bases.
    """
    for uri, text in texts.items():
        now = current_text(session, uri)
        # A file that is to be created has an empty base and is not there.
        if (now or Text(b"")) != text:
            path = uris.for_people(session.snapshot.folders, uri)
            return f"nothing was written: {path}: has changed on disk meanwhile; ask again"
    wanted = [each.hunk.id for each in live.hunks if guarded or not each.hunk.guard]
    choice = Choice(live.proposal.id, wanted if guarded else None)
    done = await accept(session, DiskEditor(session), choice)
    return "" if done.accepted and len(done.accepted) == len(wanted) else done.message


def written(session: Session, changes: Sequence[FileChange]) -> str:
    """Does all of `changes`; on any failure every file is as it was, and '' says none was."""
    try:
        with ExitStack() as leftovers, ExitStack() as undo:
            steps = [_prepared(session, change, leftovers) for change in changes]
            for step in steps:
                step.perform(undo, leftovers)
            undo.pop_all()
    except (OSError, ValueError) as error:
        return f"nothing was written: {error}"
    return ""


@dataclass(frozen=True, slots=True)
class _Step:
    """What is done to one file. Its new text waits beside it in `temporary`, where it can."""

    operation: Operation
    path: Path
    before: bytes
    after: bytes
    temporary: Path | None = None
    target: Path | None = None

    def perform(self, undo: ExitStack, leftovers: ExitStack) -> None:
        """Does it, and leaves with `undo` how it is taken back. Raises `OSError`."""
        if self.operation == "create":
            _reserve(self.path, undo)
            self.path.write_bytes(self.after)
        elif self.operation == "delete":
            _move(self.path, _beside(self.path, b"", leftovers), undo)
        elif self.before != self.after:
            self._replace(undo)
        if self.target is not None:
            _reserve(self.target, undo)
            _move(self.path, self.target, undo)

    def _replace(self, undo: ExitStack) -> None:
        real = self.path.resolve()
        if self.temporary is None:
            undo.callback(real.write_bytes, self.before)
            real.write_bytes(self.after)
        else:
            self.temporary.replace(real)
            undo.callback(real.write_bytes, self.before)


def _prepared(session: Session, change: FileChange, leftovers: ExitStack) -> _Step:
    """Everything that can fail without a file being touched. Raises `OSError`, `ValueError`."""
    path = _path(change.uri)
    disk, folders = session.adapters.disk, session.workspace.folders
    for uri in filter(None, (change.uri, change.target)):
        if not disk.inside(folders, uri):
            raise ValueError(f"{_path(uri)}: leads outside the folder")
    now = disk.read(change.uri, folders)
    if change.operation == "create":
        if os.path.lexists(path):
            raise ValueError(f"{path}: is there already")
        return _Step("create", path, b"", change.edited.data)
    if isinstance(now, Unreadable):
        raise ValueError(f"{path}: {now.reason}")
    if now != change.text:
        raise ValueError(f"{path}: has changed on disk meanwhile; ask again")
    target = _path(change.target) if change.target else None
    if target is not None and os.path.lexists(target):
        raise ValueError(f"{target}: is there already")
    before = path.read_bytes()
    # A byte order mark is the file's, not the text's.
    after = before.removesuffix(now.data) + change.edited.data
    if change.operation == "delete" or after == before:
        return _Step(change.operation, path, before, after, target=target)
    temporary = _replacement(path.resolve(), after, leftovers)
    return _Step(change.operation, path, before, after, temporary, target)


def _path(uri: str) -> Path:
    path = uris.file_path(uri)
    if path is None:
        raise ValueError(f"{uri}: not a file")
    return Path(path)


def _replacement(real: Path, data: bytes, leftovers: ExitStack) -> Path | None:
    """A file beside `real` that can take its place; None where it is to be written in place."""
    status = real.stat()
    if status.st_nlink > 1:
        # Replacing would tear the links apart.
        if not os.access(real, os.W_OK):
            raise PermissionError(f"{real}: is read-only")
        return None
    if not status.st_mode & stat.S_IWUSR:
        raise PermissionError(f"{real}: is read-only")
    temporary = _beside(real, data, leftovers)
    temporary.chmod(stat.S_IMODE(status.st_mode))
    return temporary


def _beside(path: Path, data: bytes, leftovers: ExitStack) -> Path:
    """A new file in the folder of `path`, which is gone in the end unless it was moved."""
    handle, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
    leftovers.callback(Path(name).unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _reserve(path: Path, undo: ExitStack) -> None:
    """Makes an empty file, and the folders for it. Raises `FileExistsError`: none is replaced."""
    missing = [folder for folder in path.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir()
        undo.callback(folder.rmdir)
    path.touch(exist_ok=False)
    undo.callback(path.unlink, missing_ok=True)


def _move(path: Path, target: Path, undo: ExitStack) -> None:
    """Moves a file in place of an empty one that was made for it."""
    path.replace(target)
    undo.callback(target.replace, path)
