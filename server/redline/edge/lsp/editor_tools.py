"""The port `EditorTools` over a connection: `redline/editor/*`, where the client declares them.

What comes back is checked against the texts this server has: an answer that counts in
others, or that does more than change lines, is no answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from redline.app.ports_code import Use
from redline.app.session import Session, current_text
from redline.core.text.edits import Edit, EditError, ordered
from redline.core.text.positions import PositionError, position_at, span_at
from redline.core.text.text import Span, Text
from redline.edge.lsp.convert import range_in, uri_in
from redline.edge.lsp.features import Features
from redline.edge.lsp.protocol import RedlineProtocol

_AnyEdit = types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit
SECONDS = {"rename": 10.0, "references": 10.0, "diagnostics": 5.0}


@dataclass(slots=True)
class LspEditorTools:
    """Asks the client; `session` is set once there is one."""

    protocol: RedlineProtocol
    features: Features
    session: Session | None = None

    async def rename(
        self, uri: str, text: Text, offset: int, new_name: str
    ) -> Mapping[str, tuple[Edit, ...]] | None:
        """The editor's own rename of what stands at byte `offset`."""
        session, place = self.session, self._place(uri, text, offset)
        if session is None or place is None:
            return None
        params = {**place, "newName": new_name}
        found = await self._asked("rename", params, types.WorkspaceEdit)
        whole = found is not None and any(
            not isinstance(each, types.TextDocumentEdit) for each in found.document_changes or ()
        )
        return None if found is None or whole else self._edits(session, found)

    async def references(self, uri: str, text: Text, offset: int) -> tuple[Use, ...] | None:
        """The uses that the editor knows of what stands at byte `offset`."""
        session, place = self.session, self._place(uri, text, offset)
        if session is None or place is None:
            return None
        found = await self._asked("references", place, list[types.Location])
        if found is None:
            return None
        uses = []
        for each in found:
            name = uri_in(each.uri)
            now = current_text(session, name)
            span = self._span(now, each.range) if now is not None else None
            if span is not None:
                uses.append((name, span))
        return tuple(sorted(uses, key=lambda use: (use[0], use[1].start)))

    def _place(self, uri: str, text: Text, offset: int) -> dict[str, Any] | None:
        """A place as the client is asked about it; None where the editor's text is another."""
        if self.session is None or current_text(self.session, uri) != text:
            return None
        at = position_at(text, offset, self.features.encoding)
        return {"uri": uri, "position": {"line": at.line, "character": at.column}}

    def _span(self, text: Text, range_: types.Range) -> Span | None:
        """A range in the text we have; None where it counts in an older one."""
        try:
            return span_at(text, range_in(range_), self.features.encoding)
        except PositionError:
            return None

    async def diagnostics(self, uri: str) -> tuple[tuple[Span, str], ...] | None:
        """The editor's diagnostics of an open document."""
        text = current_text(self.session, uri) if self.session is not None else None
        found = await self._asked("diagnostics", {"uri": uri}, list[types.Diagnostic])
        if text is None or found is None:
            return None
        result = []
        for each in found:
            span, message = self._span(text, each.range), each.message
            if span is not None:
                result.append((span, message if isinstance(message, str) else message.value))
        return tuple(result)

    async def _asked(self, what: str, params: dict[str, Any], kind: Any) -> Any:
        if what not in self.features.editor_tools:
            return None
        try:
            async with asyncio.timeout(SECONDS[what]):
                raw = await self.protocol.send_request_async(f"redline/editor/{what}", params)
        except (JsonRpcException, TimeoutError):
            return None
        return self.protocol.read(raw, kind) if raw else None

    def _edits(
        self, session: Session, found: types.WorkspaceEdit
    ) -> Mapping[str, tuple[Edit, ...]] | None:
        result: dict[str, tuple[Edit, ...]] = {}
        for name, version, wanted in _documents(found):
            uri = uri_in(name)
            edits = self._edits_of(session, uri, version, wanted)
            if edits is None or uri in result:
                return None
            result[uri] = edits
        return {uri: edits for uri, edits in result.items() if edits}

    def _edits_of(
        self, session: Session, uri: str, version: int | None, wanted: Sequence[_AnyEdit]
    ) -> tuple[Edit, ...] | None:
        """The edits of one document, None where they do not count in the text we have."""
        text, opened = current_text(session, uri), session.documents.get(uri)
        known = opened.document.version if opened else None
        if text is None or (version is not None and version != known):
            return None
        result = []
        try:
            for each in wanted:
                if isinstance(each, types.SnippetTextEdit):
                    return None
                span = self._span(text, each.range)
                if span is None:
                    return None
                result.append(Edit(span, each.new_text.encode("utf-8", "surrogatepass")))
            return ordered(result, len(text))
        except EditError:
            return None


def _documents(
    found: types.WorkspaceEdit,
) -> Iterator[tuple[str, int | None, Sequence[_AnyEdit]]]:
    """Each document with its version and edits; what is done to whole files is left out."""
    for uri, edits in (found.changes or {}).items():
        yield uri, None, edits
    for change in found.document_changes or ():
        if isinstance(change, types.TextDocumentEdit):
            name = change.text_document
            yield name.uri, name.version, change.edits
