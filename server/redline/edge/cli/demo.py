"""`redline demo`: the main job, end to end, driven over LSP as an editor would drive it.

The server is the real one, in a process of its own; this side plays the editor: it opens
files, asks, shows what comes, and writes to disk only what the user accepted.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient
from rich.console import Console

from redline import __version__
from redline.core import uris
from redline.core.index import query
from redline.core.index.model import Index, Symbol
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.positions import Encoding, Position, Range, span_at
from redline.core.text.text import Text
from redline.edge.cli.ask import printable
from redline.edge.cli.local import indexed, local_session, plain, root_of
from redline.edge.cli.terminal import raw
from redline.edge.cli.wiring import CliWiring

SHIPPED_INSTRUCTION = "rename Basket to ShoppingCart"
PATIENCE = 60.0


@dataclass(slots=True)
class Editor:
    """The editor's side: what it was told, and the files it has written."""

    client: LanguageClient
    console: Console
    told: asyncio.Queue[Mapping[str, Any]] = field(default_factory=asyncio.Queue)
    opened: dict[str, int] = field(default_factory=dict)
    last: str = ""

    def apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        """Writes an accepted edit to the files, and says so as an editor does."""
        for change in params.edit.document_changes or ():
            if isinstance(change, types.TextDocumentEdit):
                self._write(change)
        return types.ApplyWorkspaceEditResult(applied=True)

    def _write(self, change: types.TextDocumentEdit) -> None:
        uri = uris.canonical(change.text_document.uri)
        path = Path(uris.file_path(uri) or "")
        text = Text(path.read_bytes())
        spans = [(span_at(text, _range(each.range), Encoding.UTF8), each) for each in change.edits]
        new = [Edit(span, each.new_text.encode()) for span, each in spans]  # type: ignore[union-attr]
        after = edits.apply(text.data, new)
        path.write_bytes(after)
        if uri in self.opened:
            self.opened[uri] += 1
            self.client.text_document_did_change(
                types.DidChangeTextDocumentParams(
                    types.VersionedTextDocumentIdentifier(uri=uri, version=self.opened[uri]),
                    [types.TextDocumentContentChangeWholeDocument(after.decode())],
                )
            )

    def open(self, path: Path) -> str:
        """Opens a file; its uri."""
        uri = uris.from_path(path.as_posix())
        self.opened[uri] = 1
        item = types.TextDocumentItem(uri, "python", 1, path.read_text(encoding="utf-8"))
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def show(self, message: Mapping[str, Any]) -> None:
        """One line of progress, each once."""
        state, what = message.get("state"), message.get("message") or message.get("step")
        line = f"{state}: {what}" if what and what != state else str(state)
        if line != self.last:
            self.console.print(f"  [dim]{plain(line)}[/dim]")
        self.last = line


async def demo(arguments: Namespace, wiring: CliWiring) -> int:
    """Runs the demo on the shipped project, or on the user's own with `--root`."""
    console = Console(file=raw(sys.stdout), highlight=False, soft_wrap=True, emoji=False)
    if arguments.root:
        root = root_of(arguments.root)
        instruction, path = await _something_to_rename(root, wiring)
        if not instruction:
            console.print("redline: found nothing to rename in more than one file here")
            return 1
        return await _play(console, root, instruction, root / path, arguments.yes)
    with tempfile.TemporaryDirectory(prefix="redline-demo-") as folder:
        root = await asyncio.to_thread(_resolved, folder) / "shop"
        shutil.copytree(wiring.demo_project(), root, ignore=shutil.ignore_patterns("__pycache__"))
        place = root / "shop" / "basket.py"
        return await _play(console, root, SHIPPED_INSTRUCTION, place, arguments.yes)


def _resolved(folder: str) -> Path:
    return Path(folder).resolve()


async def _something_to_rename(root: Path, wiring: CliWiring) -> tuple[str, str]:
    """A class or function of the user's project that a few files use: it shows the point."""
    async with local_session(wiring, root) as (session, front):
        await indexed(session, front)
        found = _widest(session.snapshot.index)
        if found is None:
            return "", ""
        name = found.name
        new = f"Renamed{name}" if found.kind == "class" else f"renamed_{name}"
        path = uris.relative(session.snapshot.folders, found.uri) or ""
        return f"rename {name} to {new}", path


def _widest(index: Index) -> Symbol | None:
    best: tuple[int, str, Symbol] | None = None
    for name, files in index.postings.items():
        if not 2 <= len(files) <= 12 or name.startswith("_") or len(name) < 4:
            continue
        defined = query.symbols_named(index, name)
        if (
            len(defined) != 1
            or defined[0].container
            or defined[0].kind not in ("class", "function")
        ):
            continue
        facts = index.facts(defined[0].uri)
        if facts is None or facts.language != "python":
            continue
        key = (len(files), name)
        if best is None or key > best[:2]:
            best = (*key, defined[0])
    return best[2] if best else None


async def _play(console: Console, root: Path, instruction: str, place: Path, yes: bool) -> int:
    asked = plain(f"{instruction!r} in {root}")
    console.print(f"[bold]Redline {__version__}[/bold]: {asked}")
    client = LanguageClient("redline-demo", __version__)
    editor = Editor(client, console)
    _listen(client, editor)
    # -P: never the folder we stand in, where Python would import the modules it finds.
    command = (sys.executable, "-P", "-m", "redline.main", "serve", "--stdio")
    await client.start_io(*command)
    try:
        await _initialize(client, root)
        return await _reviewed(client, editor, editor.open(place), instruction, yes)
    finally:
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()


def _listen(client: LanguageClient, editor: Editor) -> None:
    @client.feature("redline/run")
    def run(message: Any) -> None:
        editor.told.put_nowait({"kind": "run", **_plain(message)})

    @client.feature("redline/proposal")
    def proposal(message: Any) -> None:
        editor.told.put_nowait({"kind": "proposal", **_plain(message)})

    @client.feature("redline/index")
    def index(message: Any) -> None:
        editor.told.put_nowait({"kind": "index", **_plain(message)})

    @client.feature(types.WORKSPACE_APPLY_EDIT)
    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        return editor.apply(params)

    @client.feature(types.WINDOW_SHOW_MESSAGE)
    def message(params: types.ShowMessageParams) -> None:
        editor.told.put_nowait({"kind": "message", "message": params.message})


async def _initialize(client: LanguageClient, root: Path) -> None:
    edit = types.WorkspaceEditClientCapabilities(document_changes=True)
    encodings = [types.PositionEncodingKind.Utf8]
    capabilities = types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(apply_edit=True, workspace_edit=edit),
        general=types.GeneralClientCapabilities(position_encodings=encodings),
        experimental={"redline": {"proposals": True}},
    )
    folder = types.WorkspaceFolder(uris.from_path(root.as_posix()), root.name)
    await client.initialize_async(
        types.InitializeParams(
            capabilities=capabilities, process_id=os.getpid(), workspace_folders=[folder]
        )
    )
    client.initialized(types.InitializedParams())


async def _reviewed(
    client: LanguageClient, editor: Editor, uri: str, instruction: str, yes: bool
) -> int:
    console = editor.console
    async with asyncio.timeout(PATIENCE):
        await _until(editor, lambda m: m["kind"] == "index" and m.get("state") == "complete")
        argument = {"uri": uri, "instruction": instruction}
        await _command(client, "agent.refactor", argument)
        proposal = await _until(editor, lambda m: m["kind"] == "proposal" or _over(m))
    if proposal["kind"] != "proposal":
        why = proposal.get("message") or "the run ended without a proposal"
        console.print(f"redline: {plain(why)}")
        return 1
    await _show(client, editor, proposal)
    if not yes and not await asyncio.to_thread(_accepts):
        await _command(client, "redline.reject", {"proposal": proposal["id"]})
        console.print("rejected: no file was touched")
        return 0
    result = await _command(client, "redline.accept", {"proposal": proposal["id"]})
    console.print(f"[bold]{plain(result['message'])}[/bold]; verified in the files")
    return 0 if result["accepted"] and not result["unconfirmed"] else 1


def _over(message: Mapping[str, Any]) -> bool:
    return message["kind"] == "run" and message.get("state") in ("failed", "cancelled", "answered")


async def _until(editor: Editor, wanted: Any) -> Mapping[str, Any]:
    while True:
        message = await editor.told.get()
        if message["kind"] == "run":
            editor.show(message)
        if wanted(message):
            return message


async def _show(client: LanguageClient, editor: Editor, proposal: Mapping[str, Any]) -> None:
    """Plan, timeline, evidence, then the diff itself."""
    console = editor.console
    run = await _command(client, "redline.show", {"run": proposal["run"]})
    console.print("\n[bold]Plan[/bold]")
    for step in run["plan"]:
        line = f"  {step['id']}. {step['role']}: {step['intent']}  ({step['status']})"
        console.print(plain(line))
    console.print("[bold]What happened[/bold]")
    for line in run["timeline"].splitlines()[1:]:
        console.print(f"  {printable(line).removeprefix('- ')}", markup=False)
    console.print("[bold]Checks[/bold]")
    for check in proposal["checks"]:
        line = f"  {check['name']} {check['outcome']}: {check['detail']} ({check['scope']})"
        console.print(plain(line))
    origins = Counter(hunk["origin"] for hunk in proposal["hunks"])
    counts = ", ".join(f"{number} {origin}" for origin, number in origins.items())
    line = f"{proposal['title']}: {proposal['summary']} ({counts})"
    console.print(f"\n[bold]Proposal[/bold] {plain(line)}")
    for note in proposal["notes"]:
        console.print(f"  {printable(note)}", markup=False)
    for line in proposal["diff"].splitlines():
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        console.print(printable(line), style=style, markup=False)


def _accepts() -> bool:
    sys.stdout.write("\nApply this? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


async def _command(client: LanguageClient, name: str, argument: Mapping[str, Any]) -> Any:
    result = await client.workspace_execute_command_async(
        types.ExecuteCommandParams(command=name, arguments=[dict(argument)])
    )
    return _plain(result) if result is not None else None


def _plain(value: Any) -> Any:
    """JSON objects as mappings: the client library hands them over as named tuples."""
    if hasattr(value, "_asdict"):
        return {key: _plain(item) for key, item in value._asdict().items()}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _range(range_: types.Range) -> Range:
    start, end = range_.start, range_.end
    return Range(Position(start.line, start.character), Position(end.line, end.character))
