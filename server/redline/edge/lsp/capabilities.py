"""What we tell the client we can do."""

from __future__ import annotations

from lsprotocol import types

from redline import __version__
from redline.edge.lsp.features import Features

REWRITE = "refactor.rewrite.redline"
QUICKFIX = "quickfix.redline"
SOURCE = "source.redline"
NEXT_EDIT = "quickfix.redline.next"

AGENT_COMMANDS = {
    "agent.refactor": "refactor",
    "agent.fix": "fix",
    "agent.test": "test",
    "agent.document": "document",
    "agent.explain": "explain",
    "agent.ask": "ask",
}
REDLINE_COMMANDS = (
    "redline.accept",
    "redline.reject",
    "redline.revise",
    "redline.preview",
    "redline.proposals",
    "redline.answer",
    "redline.rollback",
    "redline.cancel",
    "redline.trust",
    "redline.runs",
    "redline.show",
    "redline.stopAll",
    "redline.resume",
    "redline.inline",
    "redline.nextEdit",
    "redline.inline.accepted",
)
KINDS = (
    REWRITE,
    QUICKFIX,
    NEXT_EDIT,
    SOURCE,
    "refactor.extract.function",
    "refactor.extract.variable",
    "refactor.extract.constant",
    "refactor.inline",
    "refactor.rewrite",
    "source.organizeImports.redline",
    "source.removeUnusedImports.redline",
)


def initialize_result(features: Features, symbols: bool, lenses: bool) -> types.InitializeResult:
    """The answer to `initialize`; `symbols` and `lenses` say whether we answer these requests."""
    folders = types.WorkspaceFoldersServerCapabilities(supported=True, change_notifications=True)
    capabilities = types.ServerCapabilities(
        position_encoding=types.PositionEncodingKind(features.encoding.value),
        text_document_sync=types.TextDocumentSyncOptions(
            open_close=True,
            change=types.TextDocumentSyncKind.Incremental,
            save=types.SaveOptions(include_text=False),
        ),
        code_action_provider=types.CodeActionOptions(
            code_action_kinds=list(KINDS), resolve_provider=True
        )
        if features.action_literals
        else True,
        execute_command_provider=types.ExecuteCommandOptions(
            commands=[*AGENT_COMMANDS, *REDLINE_COMMANDS]
        ),
        code_lens_provider=types.CodeLensOptions() if lenses else None,
        inline_completion_provider=types.InlineCompletionOptions()
        if features.inline_completion
        else None,
        document_symbol_provider=symbols,
        workspace_symbol_provider=symbols,
        workspace=types.WorkspaceOptions(workspace_folders=folders),
    )
    info = types.ServerInfo(name="redline", version=__version__)
    return types.InitializeResult(capabilities=capabilities, server_info=info)
