"""An editor as the recorded ones are: its capabilities, and the habits measured in the real one.

It keeps buffers and never writes a file. Requests of the server stay in the inbox until
a test has the user choose, or the editor apply.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from wire import Message, Wire

CAPABILITIES = Path(__file__).parent / "capabilities"
CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
WIDTHS = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
LINE_END = re.compile("\r\n|\n|\r")
KINDS = ("vscode-1.139", "neovim-0.11", "neovim-0.12", "helix-25.07", "eglot-1.9")

Place = dict[str, int]


@dataclass(slots=True)
class Buffer:
    """One open document."""

    text: str
    version: int = 1


class Editor:
    """One editor with one project open."""

    def __init__(
        self,
        wire: Wire,
        kind: str,
        project: Path,
        own_review: bool = False,
        folders: bool = True,
        options: dict[str, Any] | None = None,
        declared: dict[str, Any] | None = None,
        language: str = "python",
    ) -> None:
        self.wire, self.kind, self.project = wire, kind, project
        recorded = json.loads((CAPABILITIES / f"{kind}.json").read_text("utf-8"))
        self.capabilities = recorded["capabilities"]
        self.neovim = kind.startswith("neovim")
        self.buffers: dict[str, Buffer] = {}
        self.language = language
        if own_review or declared:
            self.capabilities["experimental"] = {"redline": declared or {"proposals": True}}
        wire.handlers["window/workDoneProgress/create"] = lambda _: None
        wire.handlers["client/registerCapability"] = lambda _: None
        wire.handlers["workspace/codeLens/refresh"] = lambda _: None
        wire.handlers["workspace/textDocumentContent/refresh"] = lambda _: None
        wire.handlers["window/showDocument"] = self._show
        self.shown_documents: list[str] = []
        folder = {"uri": project.as_uri(), "name": project.name}
        opened = {"rootUri": folder["uri"], "workspaceFolders": [folder]} if folders else {}
        asked = {"processId": None, "initializationOptions": options or {}, **opened, **recorded}
        answer = wire.ask("initialize", asked)
        self.server = answer["capabilities"]
        self.encoding = self.server["positionEncoding"]
        wire.notify("initialized", {})

    def can(self, path: str) -> Any:
        """A capability by its path, None when it is not said."""
        found: Any = self.capabilities
        for name in path.split("."):
            found = (found or {}).get(name)
        return found

    # Documents.

    def uri(self, path: str) -> str:
        return (self.project / path).as_uri()

    def open(self, path: str, text: str | None = None) -> str:
        """Opens a file of the project, or a text as if it were one; its uri."""
        uri = self.uri(path)
        shown = (self.project / path).read_text("utf-8") if text is None else text
        self._open(uri, shown)
        return uri

    def new(self, uri: str, text: str) -> str:
        """A buffer that has no file, or one outside the project; its uri."""
        self._open(uri, text)
        return uri

    def _open(self, uri: str, text: str) -> None:
        self.buffers[uri] = Buffer(text)
        item = {"uri": uri, "languageId": self.language, "version": 1, "text": text}
        self.wire.notify("textDocument/didOpen", {"textDocument": item})

    def close_all(self) -> None:
        for uri in self.buffers:
            self.wire.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        self.buffers.clear()

    def type(self, uri: str, before: str, new: str) -> None:
        """The user types `new` in front of the first `before`."""
        buffer = self.buffers[uri]
        at = self.place(buffer.text, buffer.text.index(before))
        self.change(uri, [{"range": {"start": at, "end": at}, "newText": new}])

    def change(self, uri: str, edits: Sequence[dict[str, Any]]) -> None:
        """One undo step: the edits, which count in the text before them, from the last on."""
        buffer = self.buffers[uri]
        found = []
        for edit in edits:
            start, end = (self.index(buffer.text, edit["range"][at]) for at in ("start", "end"))
            found.append((start, end, edit))
        changes = []
        for start, end, edit in sorted(found, key=lambda each: each[:2], reverse=True):
            buffer.text = buffer.text[:start] + edit["newText"] + buffer.text[end:]
            changes.append({"range": edit["range"], "text": edit["newText"]})
        buffer.version += 1
        document = {"uri": uri, "version": buffer.version}
        params = {"textDocument": document, "contentChanges": changes}
        self.wire.notify("textDocument/didChange", params)

    def index(self, text: str, place: Place) -> int:
        """Where an LSP position is in `text`."""
        lines = [0, *(found.end() for found in LINE_END.finditer(text))]
        if place["line"] == len(lines) and place["character"] == 0:
            return len(text)
        line = text[lines[place["line"]] :].encode(CODECS[self.encoding], "surrogatepass")
        head = line[: place["character"] * WIDTHS[self.encoding]]
        return lines[place["line"]] + len(head.decode(CODECS[self.encoding], "surrogatepass"))

    def place(self, text: str, index: int) -> Place:
        """An index in `text` as an LSP position."""
        before = LINE_END.split(text[:index])
        width = len(before[-1].encode(CODECS[self.encoding])) // WIDTHS[self.encoding]
        return {"line": len(before) - 1, "character": width}

    def range(self, uri: str, words: str) -> dict[str, Place]:
        """The range of the first `words` in a document."""
        text = self.buffers[uri].text
        at = text.index(words)
        return {"start": self.place(text, at), "end": self.place(text, at + len(words))}

    def _show(self, params: dict[str, Any]) -> dict[str, bool]:
        """Opens a file of the project; any other document is noted as shown."""
        uri = params["uri"]
        if uri.startswith(self.project.as_uri()) and uri not in self.buffers:
            self._open(uri, Path(unquote(urlsplit(uri).path)).read_text("utf-8"))
        self.shown_documents.append(uri)
        return {"success": True}

    # What the user does.

    def command(self, name: str, **given: Any) -> Any:
        params = {"command": name, "arguments": [given]}
        return self.wire.ask("workspace/executeCommand", params)

    def agent(self, action: str, uri: str, **given: Any) -> str:
        """Begins a run; its id."""
        return str(self.command(f"agent.{action}", uri=uri, **given)["run"])

    def actions(self, uri: str, words: str, **context: Any) -> list[dict[str, Any]]:
        range_ = self.range(uri, words)
        params = {
            "textDocument": {"uri": uri},
            "range": range_,
            "context": {"diagnostics": [], **context},
        }
        return list(self.wire.ask("textDocument/codeAction", params))

    def choose(self, title: str | None) -> dict[str, Any]:
        """Answers the open message request; what was asked."""
        request = self.wire.asked("window/showMessageRequest")
        titles = [each["title"] for each in request["params"]["actions"]]
        assert title is None or title in titles, titles
        self.wire.answer(request, None if title is None else {"title": title})
        return {"message": request["params"]["message"], "titles": titles}

    # What the editor does with an edit.

    def edit(self) -> Message:
        """The next edit the server asks for, checked against what this editor takes."""
        request = self.wire.asked("workspace/applyEdit")
        assert set(request["params"]) <= {"label", "edit"}, "metadata breaks eglot"
        edit = request["params"]["edit"]
        annotated = self.can("workspace.workspaceEdit.changeAnnotationSupport") is not None
        assert annotated or not edit.get("changeAnnotations")
        if self.neovim or self.can("workspace.workspaceEdit.documentChanges"):
            assert "changes" not in edit
            assert not self.neovim or len(edit["documentChanges"]) == 1
        else:
            assert "documentChanges" not in edit
        return request

    def apply(self, request: Message | None = None) -> set[str]:
        """Applies an edit as this editor does; the uris it touched."""
        request = request or self.edit()
        documents = request["params"]["edit"]["documentChanges"]
        if self.neovim:  # it answers before it tells, and never that it refused
            self.wire.answer(request, {"applied": True})
        for each in documents:
            buffer = self.buffers.get(each["textDocument"]["uri"])
            if (buffer.version if buffer else None) != each["textDocument"]["version"]:
                if not self.neovim:
                    self.wire.answer(request, {"applied": False, "failureReason": "stale"})
                return set()
        for each in documents:
            uri = each["textDocument"]["uri"]
            if uri not in self.buffers:
                self._open(uri, Path(unquote(urlsplit(uri).path)).read_text("utf-8"))
            self.change(uri, each["edits"])
        if not self.neovim:
            self.wire.answer(request, {"applied": True})
        return {each["textDocument"]["uri"] for each in documents}

    def apply_all(self, files: int) -> set[str]:
        """Applies edits until `files` documents are done: one edit, or one each."""
        done: set[str] = set()
        while len(done) < files:
            done |= self.apply()
        return done

    def shown(self, run: str, words: str) -> str:
        """The timeline of a run once it holds `words`."""
        for _ in range(2000):
            found = str(self.command("redline.show", run=run)["timeline"])
            if words in found:
                return found
        raise AssertionError(f"{words!r} is not in {found}")
