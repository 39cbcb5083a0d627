"""The user's editor as an acceptance sees it: it applies edits, opens files, or says no."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from redline.app.review.editor import FileChange
from redline.core.proposal.model import Operation
from redline.edge.lsp.convert import workspace_edit
from redline.edge.lsp.features import Features

SHOW_SECONDS = 5.0


@dataclass(slots=True)
class LspEditor:
    """The port `Editor` over one connection. `spelled` maps our uris to the client's spelling."""

    server: LanguageServer
    features: Features = field(default_factory=Features)
    spelled: dict[str, str] = field(default_factory=dict)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def apply(
        self, label: str, changes: Sequence[FileChange], confirm: bool
    ) -> tuple[bool, str]:
        """In one edit, or one a document where it must be."""
        spelled = [replace(each, uri=self.spelled.get(each.uri, each.uri)) for each in changes]
        single = self.features.one_edit_per_document
        for group in [[each] for each in spelled] if single else [spelled]:
            edit = workspace_edit(group, self.features, label, confirm)
            params = types.ApplyWorkspaceEditParams(edit=edit, label=f"Redline: {label}")
            self.answered.clear()
            try:
                result = await self.server.workspace_apply_edit_async(params)
            except JsonRpcException as error:
                return False, f"the editor refused the edit: {error}"
            finally:
                self.answered.set()
            if result is None or not result.applied:
                why = result.failure_reason if result is not None else None
                return False, why or "the editor did not apply the edit"
        return True, ""

    async def reveal(self, uri: str) -> None:
        """Asks the editor to open `uri` without taking the user there."""
        await self.show(self.spelled.get(uri, uri), take_focus=False)

    async def show(
        self, uri: str, *, take_focus: bool, selection: types.Range | None = None
    ) -> bool:
        """Shows a document, where the client can; says whether it did."""
        if not self.features.show_document:
            return False
        params = types.ShowDocumentParams(uri, take_focus=take_focus, selection=selection)
        try:
            async with asyncio.timeout(SHOW_SECONDS):
                result = await self.server.window_show_document_async(params)
        except (JsonRpcException, TimeoutError):
            return False
        return result is not None and result.success

    def takes(self, operation: Operation) -> bool:
        """Lines of a file any editor edits; whole files only where the client says so."""
        return operation == "edit" or operation in self.features.resource_operations
