"""Tools by which a model writes text of its own: the place must be sure, or nothing is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from redline.app.tools.changing import refactored
from redline.app.tools.context import Source, ToolContext, changed, failed, flag_of, source, text_of
from redline.app.tools.reading import index_now
from redline.core import uris
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.edits import blocks, paths, unified, whole
from redline.core.edits.replace import replace_text
from redline.core.edits.symbol import replace_symbol as symbol_replaced
from redline.core.index import query
from redline.core.problems import Unreadable
from redline.core.refactor.result import Refactored
from redline.core.text.edits import Edit, EditError, ordered
from redline.core.text.text import Text


async def edit(context: ToolContext, call: ToolCall) -> ToolResult:
    """Replaces text that occurs exactly once."""
    found = file_meant(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    search, replace = text_of(call, "search"), text_of(call, "replace")
    result = replace_text(found.text, search, replace, _language(found))
    return _generated(context, call, found, result, f"edit {found.path}")


async def write_file(context: ToolContext, call: ToolCall) -> ToolResult:
    """Gives a file another text, as the edits that takes."""
    found = file_meant(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, f"{found}; for a new file use create_file")
    content, shorter = text_of(call, "content"), flag_of(call, "shorter")
    result = whole.rewritten(found.text, content, _language(found), shorter=shorter)
    return _generated(context, call, found, result, f"rewrite {found.path}")


async def replace_symbol(context: ToolContext, call: ToolCall) -> ToolResult:
    """Puts a new definition in place of the one of that name."""
    name, path = text_of(call, "name"), text_of(call, "path")
    if not path:
        symbols = query.symbols_named(index_now(context), name)
        found_in = tuple(dict.fromkeys(context.files.path(each.uri) for each in symbols))
        if len(found_in) != 1:
            count = "no file defines" if not found_in else f"{len(found_in)} files define"
            return failed(call, f"{count} {name}; give the path of one", found_in)
        path = found_in[0]
    found = file_meant(context, path)
    if isinstance(found, str):
        return failed(call, found)
    if found.language is None:
        return failed(call, f"{found.path}: there is no grammar for this kind of file; use edit")
    result = symbol_replaced(found.language, found.text, name, text_of(call, "text"))
    return _generated(context, call, found, result, f"rewrite {name}")


async def apply_diff(context: ToolContext, call: ToolCall) -> ToolResult:
    """Makes all changes of a diff, or of search/replace blocks, or none."""
    diff, path = text_of(call, "diff"), text_of(call, "path")
    done = (
        _by_blocks(context, diff, path)
        if blocks.has_blocks(diff)
        else _by_hunks(context, diff, path)
    )
    if isinstance(done, str):
        return failed(call, f"{done} Nothing of the diff was done.")
    edits, notes = done
    reason = text_of(call, "reason") or f"edit {', '.join(map(context.files.path, edits))}"
    return changed(context, call, edits, reason, "generated", notes)


_Done = tuple[Mapping[str, tuple[Edit, ...]], tuple[str, ...]]


def _by_hunks(context: ToolContext, diff: str, path: str) -> _Done | str:
    files, problem = unified.read_diff(diff)
    if problem:
        return f"{problem}."
    edits: dict[str, tuple[Edit, ...]] = {}
    notes: list[str] = []
    for each in files:
        found = _side(context, each, path)
        if isinstance(found, str):
            return f"{found}."
        if found.uri in edits:
            return f"{found.path} comes twice in the diff; put its hunks together."
        result = unified.laid(found.text, each.hunks, _language(found))
        if result.refusal:
            return f"{found.path}: {result.refusal}"
        edits[found.uri] = result.edits
        notes += result.notes
    return edits, tuple(dict.fromkeys(notes))


def _side(context: ToolContext, each: unified.FileDiff, path: str) -> Source | str:
    """The file a part of a diff is about; `path` is what the call says."""
    if not each.old and not each.new:
        return file_meant(context, path) if path else "the diff names no file; give its path"
    named, problem = paths.of_diff(each.old, each.new, _is_file(context))
    if problem:
        return problem
    found = file_meant(context, named)
    if path and not isinstance(found, str):
        other = file_meant(context, path)
        if isinstance(other, str) or other.uri != found.uri:
            return f"the diff is about {found.path}, the call about {path}"
    return found


def _by_blocks(context: ToolContext, diff: str, path: str) -> _Done | str:
    found, problem = blocks.blocks_of(diff)
    if problem:
        return f"{problem}."
    edits: dict[str, list[Edit]] = {}
    texts: dict[str, Text] = {}
    notes: list[str] = []
    for number, block in enumerate(found, 1):
        place = file_meant(context, block.path or path)
        if isinstance(place, str):
            return f"block {number}: {place}."
        result = replace_text(place.text, block.search, block.replace, _language(place))
        if result.refusal:
            return f"{place.path}: block {number}: {result.refusal}"
        edits.setdefault(place.uri, []).extend(result.edits)
        texts[place.uri] = place.text
        notes += result.notes
    for uri, group in edits.items():
        try:
            ordered(group, len(texts[uri]))
        except EditError:
            return f"{context.files.path(uri)}: two blocks change the same place; make them one."
    return {uri: tuple(group) for uri, group in edits.items()}, tuple(dict.fromkeys(notes))


def file_meant(context: ToolContext, path: str) -> Source | str:
    """The file at a path as a model wrote it, or why there is none, with the nearest paths."""
    named, problem = paths.meant(path, _is_file(context), lambda: _known(context))
    if not problem:
        return source(context, named)
    found = source(context, path)  # it may say more: deleted in this proposal, a folder, outside
    told = isinstance(found, str) and not found.endswith("no such file")
    return str(found) if told and ".." not in path and path.strip() else problem


def _is_file(context: ToolContext) -> paths.IsFile:
    def is_file(path: str) -> bool:
        uri, problem = context.files.locate(path)
        return not problem and not isinstance(context.files.text(uri), Unreadable)

    return is_file


def _known(context: ToolContext) -> Sequence[str]:
    index = context.index
    every = dict.fromkeys((*index.base, *index.overlay, *context.files.snapshot.documents))
    return [uris.for_model(context.files.folders, uri) for uri in every]


def _language(found: Source) -> str:
    return found.language.name if found.language is not None else ""


def _generated(
    context: ToolContext, call: ToolCall, found: Source, result: Refactored, otherwise: str
) -> ToolResult:
    return refactored(
        context, call, found, result, text_of(call, "reason") or otherwise, "generated"
    )
