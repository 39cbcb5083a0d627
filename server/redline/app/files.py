"""Texts by uri, as a run sees them: the open document first, then the disk, then the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redline.app.ports import Disk
from redline.core import uris
from redline.core.agent import drafts
from redline.core.agent.model import Draft
from redline.core.oversight.policy import readable
from redline.core.problems import Unreadable
from redline.core.proposal.hunks import FileOperation
from redline.core.snapshot import Snapshot
from redline.core.text.text import Document, Text
from redline.core.uris import Folder

MISSING = "no such file"
"""The reason the disk gives where there is nothing at all."""


@dataclass(frozen=True, slots=True)
class Files:
    """The texts of one snapshot with one draft over it. Bases are read once and kept.

    A file that the draft renames is found under its new name, and keeps its uri.
    """

    snapshot: Snapshot
    disk: Disk
    draft: Draft
    cache: dict[str, Text]

    @property
    def folders(self) -> Sequence[Folder]:
        """The workspace folders."""
        return self.snapshot.folders

    def base(self, uri: str) -> Text | Unreadable:
        """The text before any change of the run; empty for a file that the run creates."""
        operation = self.operation(uri)
        if operation is not None and operation.kind == "create":
            return Text(b"")
        if uri not in self.cache and not _readable(self, uri):
            return Unreadable("the policy keeps it from being read")
        document = self.snapshot.documents.get(uri)
        if document is not None:
            return document.text
        if uri not in self.cache:
            belongs = uris.folder_of(self.folders, uri) is not None
            found = self.disk.read(uri, self.folders if belongs else None)
            if isinstance(found, Unreadable):
                return found
            self.cache[uri] = found
        return self.cache[uri]

    def text(self, uri: str) -> Text | Unreadable:
        """The text with the draft's changes."""
        operation = self.operation(uri)
        if operation is not None and operation.kind == "delete":
            return Unreadable("deleted in this proposal")
        base = self.base(uri)
        return base if isinstance(base, Unreadable) else drafts.applied(self.draft, uri, base)

    def bases(self, wanted: Sequence[str]) -> Mapping[str, Text]:
        """The base texts of `wanted`; those that cannot be read are left out."""
        found = {uri: self.base(uri) for uri in wanted}
        return {uri: text for uri, text in found.items() if isinstance(text, Text)}

    def documents(self) -> tuple[Document, ...]:
        """Every text that differs from the disk: open documents and drafted files."""
        result = []
        for uri in dict.fromkeys((*self.snapshot.documents, *drafts.uris_of(self.draft))):
            text = self.text(uri)
            known = self.snapshot.documents.get(uri)
            if isinstance(text, Text):
                language = known.language if known else ""
                result.append(Document(uri, known.version if known else None, text, language))
        return tuple(result)

    def operation(self, uri: str) -> FileOperation | None:
        """What the draft does to the file as a whole."""
        return drafts.operation_on(self.draft, uri)

    def missing(self, uri: str) -> bool:
        """Whether there is nothing at `uri`, in the editor or on disk, before the run."""
        if uri in self.snapshot.documents or uri in self.cache:
            return False
        found = self.disk.read(uri)
        return isinstance(found, Unreadable) and found.reason == MISSING

    def path(self, uri: str) -> str:
        """What the run calls `uri`: the path in its folder, under the name the draft gives it."""
        operation = self.operation(uri)
        renamed = operation is not None and operation.kind == "rename"
        return uris.for_model(self.folders, operation.target if renamed and operation else uri)

    def locate(self, path: str) -> tuple[str, str]:
        """The uri of a path that `path` gave, and why there is none ('' when there is)."""
        uri = self.named(path)
        if uri is None:
            return "", f"{path}: not a path in the workspace"
        for each in self.draft.operations:
            if each.kind == "rename" and each.target == uri:
                return each.uri, ""
        operation = self.operation(uri)
        if operation is not None and operation.kind == "rename":
            return "", f"{path}: is called {self.path(uri)} in this proposal"
        if operation is not None and operation.kind == "delete":
            return "", f"{path}: is deleted in this proposal"
        return (uri, "") if self.inside(uri) else ("", _outside(path))

    def named(self, path: str) -> str | None:
        """The uri of a path: of a document open outside the folders, or of a place in one."""
        for uri in self.snapshot.documents:
            if uris.folder_of(self.folders, uri) is None and self.path(uri) == path:
                return uri
        return uris.absolute(self.folders, path)

    def free(self, path: str, mover: str = "") -> tuple[str, str]:
        """The uri of a relative path where a file can be put, and why there is none.

        `mover` is the file that goes there: what the draft does to it so far is no obstacle.
        """
        uri = uris.absolute(self.folders, path)
        parts = path.replace("\\", "/").removeprefix("./").split("/")
        if uri is None or "" in parts or "." in parts:
            return "", f"{path}: not the path of a file in the workspace"
        if not self.inside(uri):
            return "", _outside(path)
        for each in self.draft.operations:
            if each.uri != mover and _meet(uri, each):
                return "", f"{path}: is {_DONE[each.kind]} in this proposal already"
        if uri == mover or self.missing(uri):
            return uri, ""
        found = self.base(uri)
        why = f" ({found.reason})" if isinstance(found, Unreadable) else ""
        return "", f"{path}: is taken{why}"

    def inside(self, uri: str) -> bool:
        """Whether `uri` may be worked on: in a folder, or open and part of the snapshot."""
        return uri in self.snapshot.documents or self.disk.inside(self.folders, uri)


def _readable(files: Files, uri: str) -> bool:
    """False for a file that no run may look into, by any of its names."""
    rules = files.snapshot.settings.policy
    return all(readable(rules, name) for name in files.disk.names(files.folders, uri))


_DONE = {"create": "created", "rename": "renamed", "delete": "deleted"}


def _meet(uri: str, operation: FileOperation) -> bool:
    """Whether a new file `uri` is in the way of `operation`, as a file or as a folder."""
    made = operation.uri if operation.kind == "create" else operation.target
    return uri in (operation.uri, made) or (
        bool(made) and (uri.startswith(f"{made}/") or made.startswith(f"{uri}/"))
    )


def _outside(path: str) -> str:
    return f"{path}: leads outside the workspace folder"
