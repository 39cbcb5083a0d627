"""Between lsprotocol's types and ours. Nothing beyond this package sees a wire type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from lsprotocol import types

from redline.app.review.editor import FileChange
from redline.app.session import Session
from redline.core import uris
from redline.core.index.model import Symbol
from redline.core.text.positions import Encoding, Position, Range, range_at, span_near
from redline.core.text.sync import ContentChange
from redline.core.text.text import Span, Text
from redline.edge.lsp.features import Features
from redline.edge.lsp.protocol import CONTENT_MODIFIED, INVALID_PARAMS, RequestProblem

_NOTE = "redline"
_Operation = types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile
_AnyEdit = types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit

KINDS = {
    "class": types.SymbolKind.Class,
    "method": types.SymbolKind.Method,
    "function": types.SymbolKind.Function,
    "variable": types.SymbolKind.Variable,
    "constant": types.SymbolKind.Constant,
    "interface": types.SymbolKind.Interface,
    "type": types.SymbolKind.Class,
    "enum": types.SymbolKind.Enum,
    "field": types.SymbolKind.Field,
    "module": types.SymbolKind.Module,
    "namespace": types.SymbolKind.Namespace,
    "struct": types.SymbolKind.Struct,
    "trait": types.SymbolKind.Interface,
    "impl": types.SymbolKind.Class,
    "macro": types.SymbolKind.Function,
    "section": types.SymbolKind.String,
    "table": types.SymbolKind.Struct,
    "view": types.SymbolKind.Struct,
    "index": types.SymbolKind.Key,
    "sequence": types.SymbolKind.Key,
    "trigger": types.SymbolKind.Event,
    "rule": types.SymbolKind.Class,
    "media": types.SymbolKind.Namespace,
    "keyframes": types.SymbolKind.Event,
    "element": types.SymbolKind.Field,
}


def content_changes(
    changes: Sequence[types.TextDocumentContentChangeEvent],
) -> list[ContentChange]:
    """The editor's changes, in order."""
    result = []
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            result.append(ContentChange(range_in(change.range), change.text))
        else:
            result.append(ContentChange(None, change.text))
    return result


def range_in(range_: types.Range) -> Range:
    """An LSP range as ours."""
    start, end = range_.start, range_.end
    return Range(Position(start.line, start.character), Position(end.line, end.character))


def range_out(text: Text, span: Span, encoding: Encoding) -> types.Range:
    """A byte span as an LSP range."""
    found = range_at(text, span, encoding)
    return types.Range(
        types.Position(found.start.line, found.start.column),
        types.Position(found.end.line, found.end.column),
    )


def opened_text(session: Session, uri: str) -> Text:
    """The text of an open document. Raises `RequestProblem` when there is none to trust."""
    opened = session.documents.get(uri)
    if opened is None:
        raise RequestProblem(INVALID_PARAMS, f"{uri} is not open")
    if opened.problem:
        raise RequestProblem(CONTENT_MODIFIED, opened.problem)
    return opened.document.text


def span_in(text: Text, range_: Range, encoding: Encoding) -> Span:
    """A range that only asks, as a byte span: widened to whole characters, cut to the text.

    Editors count a selection's end in their own ways (Neovim's may lie inside a wide
    character); nothing is written by it, so it is not refused.
    """
    return span_near(text, range_, encoding)


def workspace_edit(
    changes: Iterable[FileChange], features: Features, title: str, confirm: bool
) -> types.WorkspaceEdit:
    """The edit of an acceptance, in the richest form the client takes."""
    chosen = list(changes)
    if not features.document_changes:
        plain = {each.uri: _plain_edits(each, features.encoding) for each in chosen}
        return types.WorkspaceEdit(changes=plain)
    annotate = features.annotations and confirm
    note = types.ChangeAnnotation(
        label=f"Redline: {title}",
        needs_confirmation=True,
        description="; ".join(dict.fromkeys(why for each in chosen for _, why in each.edits)),
    )
    operations = [step for each in chosen for step in _operations(each, features, annotate)]
    return types.WorkspaceEdit(
        document_changes=operations, change_annotations={_NOTE: note} if annotate else None
    )


def _operations(each: FileChange, features: Features, annotate: bool) -> list[_Operation]:
    """What is done to one file, in order: it is made before it is filled, and filled
    before it gets another name."""
    note = _NOTE if annotate else None
    steps: list[_Operation] = []
    if each.operation == "create":
        steps.append(types.CreateFile(each.uri, annotation_id=note))
    if each.edits:
        plain = _plain_edits(each, features.encoding)
        if each.operation == "create" and features.new_files_have_a_line:
            # A new buffer of Neovim is a line already, whose end comes after what is put in.
            plain = [types.TextEdit(e.range, e.new_text.removesuffix("\n")) for e in plain]
        edits: list[_AnyEdit] = [*plain]
        if annotate:
            edits = [types.AnnotatedTextEdit(_NOTE, e.range, e.new_text) for e in plain]
        name = types.OptionalVersionedTextDocumentIdentifier(each.uri, each.version)
        steps.append(types.TextDocumentEdit(name, edits))
    if each.operation == "rename":
        steps.append(types.RenameFile(each.uri, each.target, annotation_id=note))
    if each.operation == "delete":
        steps.append(types.DeleteFile(each.uri, annotation_id=note))
    return steps


def _plain_edits(change: FileChange, encoding: Encoding) -> list[types.TextEdit]:
    return [
        types.TextEdit(
            range_out(change.text, edit.span, encoding), edit.new.decode("utf-8", "surrogatepass")
        )
        for edit, _ in change.edits
    ]


def symbol_location(symbol: Symbol, text: Text, encoding: Encoding) -> types.Location:
    """Where a symbol's name stands."""
    return types.Location(symbol.uri, range_out(text, symbol.name_span, encoding))


def symbol_kind(kind: str) -> types.SymbolKind:
    """The LSP kind of ours."""
    return KINDS.get(kind, types.SymbolKind.Variable)


@lru_cache(maxsize=256)
def uri_in(uri: str) -> str:
    """The client's uri in our spelling. Kept: every key names the same few."""
    return uris.canonical(uri)
