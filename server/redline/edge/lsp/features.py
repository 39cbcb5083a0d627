"""What the client can do, read once from `initialize`; behaviour is chosen by this alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from redline.core.text.positions import Encoding

_TOOLS = frozenset(("rename", "references", "diagnostics"))


@dataclass(frozen=True, slots=True)
class Features:
    """Capabilities that change what we send."""

    encoding: Encoding = Encoding.UTF16
    document_changes: bool = False
    annotations: bool = False
    one_edit_per_document: bool = False
    new_files_have_a_line: bool = False
    work_done_progress: bool = False
    show_document: bool = False
    watched_files: bool = False
    text_document_content: bool = False
    code_lens: bool = False
    lens_refresh: bool = False
    resource_operations: frozenset[str] = frozenset()
    editor_tools: frozenset[str] = frozenset()
    own_review: bool = False
    symbols_elsewhere: bool = False
    action_literals: bool = False
    action_resolve: bool = False
    hierarchical_symbols: bool = False
    inline_completion: bool = False


def features_of(params: types.InitializeParams) -> Features:
    """The features of the client that sent `params`."""
    caps = params.capabilities
    workspace, window, text = caps.workspace, caps.window, caps.text_document
    edit = workspace.workspace_edit if workspace else None
    action = text.code_action if text else None
    content = workspace.text_document_content if workspace else None
    watched = workspace.did_change_watched_files if workspace else None
    symbol = text.document_symbol if text else None
    lens = workspace.code_lens if workspace else None
    kinds = (edit.resource_operations if edit else None) or ()
    name = params.client_info.name if params.client_info else ""
    resolve = action.resolve_support.properties if action and action.resolve_support else ()
    # Neovim applies versioned document changes but does not advertise them, and checks
    # the version of the first document only: there, one edit carries one document.
    neovim = name == "Neovim"
    return Features(
        encoding=encoding_of(caps),
        document_changes=bool(edit and edit.document_changes) or neovim,
        annotations=bool(edit and edit.change_annotation_support),
        one_edit_per_document=neovim,
        new_files_have_a_line=neovim,
        work_done_progress=bool(window and window.work_done_progress),
        show_document=bool(window and window.show_document and window.show_document.support),
        watched_files=bool(watched and watched.dynamic_registration),
        text_document_content=bool(content and content.dynamic_registration),
        code_lens=bool(text and text.code_lens),
        lens_refresh=bool(lens and lens.refresh_support),
        resource_operations=frozenset(getattr(kind, "value", kind) for kind in kinds),
        editor_tools=_editor_tools(caps.experimental),
        own_review=_declared(caps.experimental, "proposals"),
        symbols_elsewhere=_declared(caps.experimental, "symbolsElsewhere"),
        action_literals=bool(action and action.code_action_literal_support),
        action_resolve="edit" in resolve,
        inline_completion=bool(text and text.inline_completion),
        hierarchical_symbols=bool(symbol and symbol.hierarchical_document_symbol_support),
    )


def encoding_of(capabilities: types.ClientCapabilities) -> Encoding:
    """The first encoding the client offers that we know; UTF-16 when it offers none."""
    general = capabilities.general
    for offered in (general.position_encodings if general else None) or ():
        for known in Encoding:
            if known.value == (offered.value if hasattr(offered, "value") else offered):
                return known
    return Encoding.UTF16


def _declared(experimental: object, what: str) -> bool:
    return _ours(experimental).get(what) is True


def _editor_tools(experimental: object) -> frozenset[str]:
    """Which of the editor's own language features we may ask it for."""
    given = _ours(experimental).get("editor")
    return frozenset(each for each in given or () if isinstance(each, str)) & _TOOLS


def _ours(experimental: object) -> Mapping[str, Any]:
    ours = experimental.get("redline") if isinstance(experimental, dict) else None
    return ours if isinstance(ours, dict) else {}
