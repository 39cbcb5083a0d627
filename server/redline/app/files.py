"""Texts by uri, as a run sees them: the open document first, then the disk, then the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redline.app.ports import Disk
from redline.core import uris
from redline.core.agent import drafts
from redline.core.agent.model import Draft
from redline.core.problems import Unreadable
from redline.core.snapshot import Snapshot
from redline.core.text.text import Document, Text
from redline.core.uris import Folder


@dataclass(frozen=True, slots=True)
class Files:
    """The texts of one snapshot with one draft over it. Bases are read once and kept."""

    snapshot: Snapshot
    disk: Disk
    draft: Draft
    cache: dict[str, Text]

    @property
    def folders(self) -> Sequence[Folder]:
        """The workspace folders."""
        return self.snapshot.folders

    def base(self, uri: str) -> Text | Unreadable:
        """The text before any change of the run."""
        document = self.snapshot.documents.get(uri)
        if document is not None:
            return document.text
        if uri not in self.cache:
            found = self.disk.read(uri)
            if isinstance(found, Unreadable):
                return found
            self.cache[uri] = found
        return self.cache[uri]

    def text(self, uri: str) -> Text | Unreadable:
        """The text with the draft's changes."""
        base = self.base(uri)
        return base if isinstance(base, Unreadable) else drafts.applied(self.draft, uri, base)

    def bases(self, wanted: Sequence[str]) -> Mapping[str, Text]:
        """The base texts of `wanted`; those that cannot be read are left out."""
        found = {uri: self.base(uri) for uri in wanted}
        return {uri: text for uri, text in found.items() if isinstance(text, Text)}

    def documents(self) -> tuple[Document, ...]:
        """Every text that differs from the disk: open documents and drafted files."""
        drafted = dict.fromkeys(change.uri for change in self.draft.changes)
        result = []
        for uri in dict.fromkeys((*self.snapshot.documents, *drafted)):
            text = self.text(uri)
            known = self.snapshot.documents.get(uri)
            if isinstance(text, Text):
                language = known.language if known else ""
                result.append(Document(uri, known.version if known else None, text, language))
        return tuple(result)

    def path(self, uri: str) -> str:
        """The path of `uri` for people: relative to its folder where it lies in one."""
        return uris.for_people(self.folders, uri)

    def locate(self, path: str) -> tuple[str, str]:
        """The uri of a relative path, and why there is none ('' when there is)."""
        uri = uris.absolute(self.folders, path)
        if uri is None:
            return "", f"{path}: not a path in the workspace"
        if uri not in self.snapshot.documents and not self.disk.inside(self.folders, uri):
            return "", f"{path}: leads outside the workspace folder"
        return uri, ""
