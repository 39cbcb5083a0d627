"""Writes an accepted proposal to disk, for the command line alone: all files or none."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from redline.app.review.editor import FileChange
from redline.app.review.following import record
from redline.app.session import Session
from redline.core import uris
from redline.core.problems import Unreadable
from redline.core.proposal import follow
from redline.core.proposal.follow import LiveProposal
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.text import BOM, Text


@dataclass(frozen=True, slots=True)
class _Write:
    """One file to replace: its new bytes wait beside it in `temporary`."""

    path: Path
    before: bytes
    after: bytes
    temporary: Path | None = None


def applied(session: Session, live: LiveProposal, texts: Mapping[str, Text]) -> str:
    """Writes every hunk and journals the acceptance; says why it could not, '' when it did."""
    ids = follow.ids(live, lambda each: each.status == "fresh")
    changes = [FileChange(uri, None, text, _edits(live, uri)) for uri, text in texts.items()]
    problem = written(session, changes)
    if not problem:
        live = follow.marked(live, ids, "accepted")
        session.proposals[live.proposal.id] = live
        record(session, live, "command line")
    return problem


def _edits(live: LiveProposal, uri: str) -> tuple[tuple[Edit, str], ...]:
    fresh = [each for each in live.hunks if each.uri == uri and each.status == "fresh"]
    return tuple((edit, each.hunk.reason) for each in fresh for edit in follow.edits_of(each))


def written(session: Session, changes: Sequence[FileChange]) -> str:
    """Replaces the files of `changes`; on any failure every file is as it was."""
    prepared: list[_Write] = []
    try:
        for change in changes:
            prepared.append(_prepared(session, change))
        return _replaced(prepared)
    except (OSError, ValueError) as error:
        return f"nothing was written: {error}"
    finally:
        for each in prepared:
            if each.temporary is not None:
                each.temporary.unlink(missing_ok=True)


def _prepared(session: Session, change: FileChange) -> _Write:
    now = session.adapters.disk.read(change.uri)
    path = uris.file_path(change.uri)
    if isinstance(now, Unreadable) or path is None:
        reason = now.reason if isinstance(now, Unreadable) else "not a file"
        raise ValueError(f"{change.uri}: {reason}")
    if now != change.text:
        raise ValueError(f"{path}: has changed on disk meanwhile; ask again")
    real = Path(path).resolve()
    mark = BOM if real.read_bytes().startswith(BOM) else b""
    before, after = mark + now.data, mark + edits.apply(now.data, change.steps)
    status = real.stat()
    if status.st_nlink > 1:
        # Replacing would tear the links apart: this one is written in place.
        if not os.access(real, os.W_OK):
            raise PermissionError(f"{real}: is read-only")
        return _Write(real, before, after)
    if not status.st_mode & stat.S_IWUSR:
        raise PermissionError(f"{real}: is read-only")
    handle, name = tempfile.mkstemp(prefix=".redline-", dir=real.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(after)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(stat.S_IMODE(status.st_mode))
    return _Write(real, before, after, Path(name))


def _replaced(prepared: Sequence[_Write]) -> str:
    done: list[_Write] = []
    for each in prepared:
        try:
            if each.temporary is not None:
                each.temporary.replace(each.path)
            else:
                each.path.write_bytes(each.after)
            done.append(each)
        except OSError as error:
            for earlier in done:
                earlier.path.write_bytes(earlier.before)
            return f"nothing was written: {error}"
    return ""
