"""JSON-RPC as a language server speaks it, and what we answer to its own requests."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

NULL = msgspec.Raw(b"null")
_METHOD_NOT_FOUND = -32601


class RpcError(msgspec.Struct):
    """Why a request failed."""

    code: int = 0
    message: str = ""


class Message(msgspec.Struct):
    """A request, a notification or an answer."""

    id: int | str | None = None
    method: str | None = None
    params: msgspec.Raw = NULL
    result: msgspec.Raw = NULL
    error: RpcError | None = None


class _Item(msgspec.Struct):
    section: str | None = None


class _Items(msgspec.Struct):
    items: list[_Item] = []


class _CodeActions(msgspec.Struct, rename="camel"):
    resolve_provider: bool = False


class _FileOperations(msgspec.Struct, rename="camel", frozen=True):
    will_rename: msgspec.Raw = NULL


class _Workspace(msgspec.Struct, rename="camel", frozen=True):
    file_operations: _FileOperations = _FileOperations()


class ServerCapabilities(msgspec.Struct, rename="camel"):
    """What a server says it can do, as far as we ask."""

    position_encoding: str = "utf-16"
    diagnostic_provider: msgspec.Raw = NULL
    document_formatting_provider: msgspec.Raw = NULL
    code_action_provider: bool | _CodeActions | None = None
    rename_provider: msgspec.Raw = NULL
    definition_provider: msgspec.Raw = NULL
    references_provider: msgspec.Raw = NULL
    workspace: _Workspace = _Workspace()

    def offers(self, provider: msgspec.Raw) -> bool:
        """True when the answer for one provider is neither missing nor false."""
        return bytes(provider) not in (b"null", b"false")

    @property
    def prepares_rename(self) -> bool:
        """True when it can be asked what would be renamed at a place."""
        return b'"prepareProvider":true' in bytes(self.rename_provider).replace(b" ", b"")

    @property
    def renames_files(self) -> bool:
        """True when it tells what a file that is renamed takes elsewhere."""
        return self.offers(self.workspace.file_operations.will_rename)

    @property
    def resolves_actions(self) -> bool:
        """True when the edits of a code action may have to be asked for."""
        given = self.code_action_provider
        return isinstance(given, _CodeActions) and given.resolve_provider


class Initialized(msgspec.Struct):
    """The answer to `initialize`."""

    capabilities: ServerCapabilities


MESSAGE = msgspec.json.Decoder(Message)
INITIALIZED = msgspec.json.Decoder(Initialized)
NOTHING = msgspec.json.Decoder(type(None))

CAPABILITIES: Mapping[str, object] = {
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "workspaceEdit": {"documentChanges": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "fileOperations": {"willRename": True},
    },
    "textDocument": {
        "synchronization": {"didSave": False},
        "rename": {"prepareSupport": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "publishDiagnostics": {"versionSupport": True},
        "diagnostic": {},
        "codeAction": {
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
            "codeActionLiteralSupport": {
                "codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}
            },
        },
    },
    "experimental": {"serverStatusNotification": True},
}


def answered(
    message: Message, folder: Mapping[str, str], sections: Mapping[str, object]
) -> dict[str, object]:
    """Our answer to a request of the server, `sections` being its settings by name."""
    match message.method:
        case "workspace/configuration":
            items = msgspec.json.decode(message.params, type=_Items).items
            return {"result": [sections.get(each.section or "") for each in items]}
        case "workspace/workspaceFolders":
            return {"result": [folder]}
        case "workspace/applyEdit":
            return {"result": {"applied": False, "failureReason": "this client never edits"}}
        case (
            "client/registerCapability"
            | "client/unregisterCapability"
            | "window/workDoneProgress/create"
            | "window/showMessageRequest"
        ):
            return {"result": None}
    return {"error": {"code": _METHOD_NOT_FOUND, "message": f"no method {message.method}"}}
