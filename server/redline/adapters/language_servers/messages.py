"""The few LSP structures our language-server client asks for, as they are on the wire."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, UnsetType

CLASS_KINDS = frozenset({5, 10, 11, 23})
"""Symbol kinds that hold members: class, enum, interface, struct."""


class WirePosition(msgspec.Struct, frozen=True):
    """0-based; `character` counts units of the negotiated encoding."""

    line: int
    character: int


class WireRange(msgspec.Struct, frozen=True):
    """Half-open."""

    start: WirePosition
    end: WirePosition


class Location(msgspec.Struct, frozen=True):
    """A range in a file."""

    uri: str
    range: WireRange


class Markup(msgspec.Struct):
    """Text that may be Markdown."""

    value: str


class WireDiagnostic(msgspec.Struct, rename="camel"):
    """Something wrong."""

    range: WireRange
    message: str | Markup
    severity: int = 1
    code: int | str | None = None
    source: str | None = None


class Report(msgspec.Struct, rename="camel"):
    """The answer to a question for diagnostics; "unchanged" has no items."""

    kind: str = "full"
    result_id: str | None = None
    items: list[Raw] = []


class PreparedRename(msgspec.Struct, frozen=True):
    """Either a bare range, or a range with a placeholder."""

    start: WirePosition | None = None
    end: WirePosition | None = None
    range: WireRange | None = None

    def place(self) -> WireRange | None:
        """The name's range, None when the server leaves it to the client."""
        if self.start is not None and self.end is not None:
            return WireRange(self.start, self.end)
        return self.range


class WireSymbol(msgspec.Struct, rename="camel"):
    """A symbol of a document, with those inside it."""

    name: str
    kind: int
    range: WireRange
    selection_range: WireRange
    children: list[WireSymbol] = []


class WorkspaceSymbol(msgspec.Struct):
    """A symbol found by name."""

    name: str
    location: Location


class ClassItem(msgspec.Struct, rename="camel", omit_defaults=True):
    """A class in a type hierarchy; sent back as it came to ask for its bases."""

    name: str
    kind: int
    uri: str
    range: WireRange
    selection_range: WireRange
    detail: str | UnsetType = UNSET
    data: Raw | UnsetType = UNSET


class WireEdit(msgspec.Struct, rename="camel"):
    """Replaces a range."""

    range: WireRange
    new_text: str


class WireDocument(msgspec.Struct):
    """Which document."""

    uri: str


class DocumentEdits(msgspec.Struct, rename="camel"):
    """Edits of one document, or (with a `kind`) the creation, move or removal of a file."""

    kind: str = ""
    text_document: WireDocument | None = None
    edits: list[WireEdit] = []


class WorkspaceEdit(msgspec.Struct, rename="camel"):
    """A server's answer to a rename, in either of its two forms."""

    changes: dict[str, list[WireEdit]] = {}
    document_changes: list[DocumentEdits] = []


class WireAction(msgspec.Struct, rename="camel"):
    """A code action; without an edit it has to be resolved, or is a command alone."""

    title: str
    kind: str | None = None
    edit: WorkspaceEdit | None = None
    disabled: Raw | None = None
    command: WireCommand | None = None


class WireCommand(msgspec.Struct):
    """A command of the server's own."""

    command: str
    arguments: list[Raw] = []


class WantedEdit(msgspec.Struct):
    """What a server asks its client to apply."""

    edit: WorkspaceEdit


LOCATIONS: msgspec.json.Decoder[list[Location] | Location | None] = msgspec.json.Decoder(
    list[Location] | Location | None
)
PREPARED: msgspec.json.Decoder[PreparedRename | None] = msgspec.json.Decoder(PreparedRename | None)
SYMBOLS: msgspec.json.Decoder[list[WireSymbol] | None] = msgspec.json.Decoder(
    list[WireSymbol] | None
)
FOUND: msgspec.json.Decoder[list[WorkspaceSymbol] | None] = msgspec.json.Decoder(
    list[WorkspaceSymbol] | None
)
CLASSES: msgspec.json.Decoder[list[ClassItem] | None] = msgspec.json.Decoder(list[ClassItem] | None)
EDIT: msgspec.json.Decoder[WorkspaceEdit | None] = msgspec.json.Decoder(WorkspaceEdit | None)
DIAGNOSTIC: msgspec.json.Decoder[WireDiagnostic] = msgspec.json.Decoder(WireDiagnostic)
REPORT: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)
EDITS: msgspec.json.Decoder[list[WireEdit] | None] = msgspec.json.Decoder(list[WireEdit] | None)
WANTED: msgspec.json.Decoder[WantedEdit] = msgspec.json.Decoder(WantedEdit)
ANYTHING: msgspec.json.Decoder[Raw] = msgspec.json.Decoder(Raw)
ACTION: msgspec.json.Decoder[WireAction] = msgspec.json.Decoder(WireAction)
ACTIONS: msgspec.json.Decoder[list[Raw] | None] = msgspec.json.Decoder(list[Raw] | None)
