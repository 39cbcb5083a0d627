"""What every tool gets, and the small steps they share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from redline.app.files import Files
from redline.app.graph import Drafted
from redline.app.ports import Adapters
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.agent.state import RunState
from redline.core.graph.covering import Clues
from redline.core.graph.model import Imports
from redline.core.index.languages import Language
from redline.core.index.model import Index, Symbol
from redline.core.problems import Unreadable
from redline.core.proposal.model import Change, Origin
from redline.core.proposal.render import counted
from redline.core.retrieval.rank import Hit
from redline.core.text.edits import Edit, joined
from redline.core.text.text import Span, Text

OUTPUT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the workspace as a whole answers, as it is now.

    `find` gives the best files for a query, at most so many; `imports` which files import
    which, `drafted` the same once a draft is carried out; `clues` what speaks for tests of a
    symbol besides calls.
    """

    find: Callable[[str, int], Awaitable[Sequence[Hit]]]
    imports: Callable[[], Awaitable[Imports]]
    drafted: Callable[[Drafted], Awaitable[Imports]]
    clues: Callable[[Symbol], Awaitable[Clues]]


def _unheard(_: str) -> None:
    """Where nobody looks."""


@dataclass(frozen=True, slots=True)
class ToolContext:
    """The run's state when the call began, its texts, and the way outside.

    A call that asks nothing of the whole workspace may do without `lookup`. `report` takes
    what is being checked, for the user to see.
    """

    run: RunState
    files: Files
    adapters: Adapters
    lookup: Lookup | None = None
    report: Callable[[str], None] = _unheard

    @property
    def index(self) -> Index:
        """The index of the snapshot the run began with."""
        return self.files.snapshot.index

    def base(self, uri: str) -> Text | None:
        """The text of a file before any change of the run, which the index is about."""
        found = self.files.base(uri)
        return None if isinstance(found, Unreadable) else found

    def language(self, uri: str) -> Language | None:
        """The language of a file, by what the editor says or by its name."""
        document = self.files.snapshot.documents.get(uri)
        languages = self.adapters.languages
        found = languages.named(document.language) if document and document.language else None
        return found or languages.for_path(uri)


@dataclass(frozen=True, slots=True)
class Source:
    """One file a tool works on."""

    uri: str
    path: str
    text: Text
    language: Language | None


def source(context: ToolContext, path: str) -> Source | str:
    """The file at `path`, or why it cannot be worked on."""
    uri, problem = context.files.locate(path)
    if problem:
        return problem
    text = context.files.text(uri)
    if isinstance(text, Unreadable):
        return f"{path}: {text.reason}"
    if text.is_binary:
        return f"{path}: is binary"
    return Source(uri, context.files.path(uri), text, context.language(uri))


def row_of(context: ToolContext, uri: str, text: Text, span: Span) -> str:
    """`path:line  words` of a place in a text, the words of its line cut at 160 characters."""
    line = text.line_of(span.start)
    words = text.line_bytes(line).decode("utf-8", "replace").strip()
    return f"{context.files.path(uri)}:{line + 1}  {words[:160]}"


def text_of(call: ToolCall, name: str, default: str = "") -> str:
    """A string argument."""
    value = call.arguments.get(name, default)
    return value if isinstance(value, str) else default


def number_of(call: ToolCall, name: str, default: int = 0) -> int:
    """An integer argument."""
    value = call.arguments.get(name, default)
    return value if isinstance(value, int) else default


def strings_of(call: ToolCall, name: str) -> tuple[str, ...]:
    """A list of strings."""
    value = call.arguments.get(name, ())
    return tuple(value) if isinstance(value, list) else ()


def flag_of(call: ToolCall, name: str) -> bool:
    """An argument that is true or false, false where it is left out."""
    return call.arguments.get(name) is True


def failed(call: ToolCall, message: str, options: Sequence[str] = ()) -> ToolResult:
    """A failure the model can act on."""
    return ToolResult(call.id, "", failure=message, options=tuple(options))


def said(call: ToolCall, output: str) -> ToolResult:
    """Plain output, cut at `OUTPUT_LIMIT` characters."""
    if len(output) <= OUTPUT_LIMIT:
        return ToolResult(call.id, output)
    return ToolResult(call.id, output[:OUTPUT_LIMIT] + "\n... cut here", truncated=True)


def changed(
    context: ToolContext,
    call: ToolCall,
    edits: Mapping[str, Sequence[Edit]],
    reason: str,
    origin: Origin,
    notes: Sequence[str] = (),
) -> ToolResult:
    """A draft of `edits` by uri; they count in the texts after the draft so far.

    Files that the draft deletes are left out: they need no change any more.
    """
    kept = {uri: joined(group) for uri, group in edits.items() if not _deleted(context, uri)}
    if edits and not kept:
        return failed(call, "every place is in a file that is deleted in this proposal")
    edits = kept
    changes = tuple(
        Change(uri, edit, reason, origin) for uri, group in edits.items() for edit in group
    )
    base = {uri: text.digest for uri, text in context.files.bases(tuple(edits)).items()}
    places = ", ".join(f"{context.files.path(uri)} ({len(group)})" for uri, group in edits.items())
    size = f"{counted(len(changes), 'place')} in {counted(len(edits), 'file')}"
    output = f"{reason}: {size}: {places}"
    output = "\n".join([output, *notes])
    return ToolResult(
        call.id, output[:OUTPUT_LIMIT], changes=changes, base=base, notes=tuple(notes)
    )


def _deleted(context: ToolContext, uri: str) -> bool:
    operation = context.files.operation(uri)
    return operation is not None and operation.kind == "delete"
