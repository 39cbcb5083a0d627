"""The same server through pytest-lsp's client, with capabilities recorded from real editors."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
import pytest_lsp
from demo_copy import copy_of_demo
from lsprotocol import converters, types
from pytest_lsp import ClientServerConfig, LanguageClient

RECORDED = sorted((Path(__file__).parent / "capabilities").glob("*.json"))


def recorded(path: Path) -> types.ClientCapabilities:
    found = json.loads(path.read_text())
    return converters.get_converter().structure(found, types.ClientCapabilities)


@pytest_lsp.fixture(
    params=RECORDED,
    ids=lambda path: path.stem,
    config=ClientServerConfig(server_command=[sys.executable, "-m", "redline.main", "serve"]),
)
async def client(request: pytest.FixtureRequest, lsp_client: LanguageClient, tmp_path: Path):
    root = copy_of_demo(tmp_path / "shop")
    lsp_client.root, lsp_client.applied = root, []

    @lsp_client.feature(types.WORKSPACE_APPLY_EDIT)
    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        lsp_client.applied.append(params)
        return types.ApplyWorkspaceEditResult(applied=False, failure_reason="not today")

    @lsp_client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
    def choose(params: types.ShowMessageRequestParams) -> types.MessageActionItem:
        return (params.actions or [])[0]

    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None: ...

    params = types.InitializeParams(
        capabilities=recorded(request.param), root_uri=root.as_uri(), process_id=os.getpid()
    )
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


def opened(client: LanguageClient) -> str:
    path = client.root / "shop" / "basket.py"
    item = types.TextDocumentItem(path.as_uri(), "python", 1, path.read_text())
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return path.as_uri()


async def test_an_outline(client: LanguageClient) -> None:
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(opened(client)))
    found = await client.text_document_document_symbol_async(params)
    assert {"Basket", "merged"} <= {each.name for each in found or ()}


async def test_a_refactoring_is_offered_and_sent_for_the_editor_to_apply(
    client: LanguageClient,
) -> None:
    argument = {"uri": opened(client), "instruction": "rename Basket to ShoppingCart"}
    params = types.ExecuteCommandParams("agent.refactor", [argument])
    started = await client.workspace_execute_command_async(params)
    assert started is not None
    # The edit is refused here, so the server says what became of it.
    message = await client.wait_for_notification(types.WINDOW_SHOW_MESSAGE)
    assert "not today" in message.message
    assert client.applied and client.applied[0].label.startswith("Redline: ")
