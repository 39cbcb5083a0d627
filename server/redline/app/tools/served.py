"""Refactorings that a language server offers, by kind, for what no plan of ours covers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redline.app.tools.context import Source, ToolContext, changed, failed
from redline.core import uris
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.index.languages import Language
from redline.core.problems import ToolProblem
from redline.core.refactor.carried import carried, not_carried
from redline.core.serving import Action
from redline.core.text.edits import Edit
from redline.core.text.text import Span

MADE_UP = frozenset(
    {
        *(b"newFunction", b"newMethod", b"newLocal", b"newProperty", b"extracted", b"placeholder"),
        *(b"fun_name", b"var_name", b"NEW_CONST", b"newVar", b"newFunc"),
    }
)
"""What servers call a new thing."""
_WORD = re.compile(rb"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kind of code action, or words of its title where a server tells no more of the kind
    than what it begins with. `name` is for the new thing it makes, '' for the server's choice.

    Of several the one is taken whose title says `scope`: the last, which is the outermost,
    where `outermost`.
    """

    kind: str
    words: tuple[str, ...]
    reason: str
    name: str = ""
    scope: str = ""
    outermost: bool = False


def ours(call: ToolCall, language: Language) -> bool:
    """Whether the call's tool is done in a language by something of our own."""
    return bool({"plan", "ruff"} & {*carried(call.tool, language.name)})


async def by_server(
    context: ToolContext, call: ToolCall, found: Source, span: Span, wanted: Wanted
) -> ToolResult:
    """What the language server of the file offers of the kind at `span`, as a change.

    Refused where the table says that the call's tool is not done so in the language.
    """
    language = found.language.name if found.language is not None else ""
    if not {"server", "offered"} & {*carried(call.tool, language)}:
        return failed(call, f"{found.path}: {not_carried(call.tool, language)}")
    folder = uris.folder_of(context.files.folders, found.uri)
    if folder is None:
        return failed(call, f"{found.path}: the file is in no workspace folder")
    servers, kinds = context.adapters.servers, (wanted.kind.partition(".")[0],)
    if kinds == ("source",):
        kinds = (wanted.kind,)  # all that there are would be too much to ask for
    offers = await servers.actions(folder, context.files.documents(), found.uri, span, kinds)
    if isinstance(offers, ToolProblem):
        return failed(call, f"{found.path}: {offers.message}")
    chosen = _chosen(offers, wanted)
    if chosen is None:
        return failed(call, f"{found.path}: the language server offers no {wanted.kind} there")
    if any(not context.files.inside(uri) for uri in chosen.edits) or not chosen.edits:
        return failed(call, f"{chosen.title!r} would change nothing in the workspace")
    edits = _named(found, chosen.edits, wanted.name)
    if isinstance(edits, str):
        return failed(call, f"{found.path}: {edits}")
    note = f"made by the language server: {chosen.title}"
    return changed(context, call, edits, wanted.reason, "computed", (note,))


def _chosen(offers: Sequence[Action], wanted: Wanted) -> Action | None:
    """The innermost of the kind, or the outermost."""
    of_kind = [each for each in offers if _is_meant(each, wanted)]
    scoped = [each for each in of_kind if wanted.scope in each.title.lower()]
    best = scoped or of_kind
    return (best[-1] if wanted.outermost else best[0]) if best else None


def _is_meant(each: Action, wanted: Wanted) -> bool:
    if f"{each.kind}.".startswith(f"{wanted.kind}."):
        return True
    title = each.title.lower()
    vague = wanted.kind.startswith(f"{each.kind}.") if each.kind else False
    return vague and all(word in title for word in wanted.words)


def _named(
    found: Source, edits: Mapping[str, tuple[Edit, ...]], name: str
) -> Mapping[str, tuple[Edit, ...]] | str:
    """The edits with `name` for the one word that is new to the file."""
    if not name:
        return edits
    known = set(_WORD.findall(found.text.data))
    if name.encode() in known:
        return f"the name {name} is used in this file already"
    new = {
        word for group in edits.values() for each in group for word in _WORD.findall(each.new)
    } - known
    usual = new & MADE_UP or new
    if len(usual) != 1:
        return "what the language server would call it is not clear, so it cannot be named"
    word = re.compile(rb"(?<!\w)" + re.escape(usual.pop()) + rb"(?!\w)")
    given = name.encode().replace(b"\\", rb"\\")
    return {
        uri: tuple(Edit(each.span, word.sub(given, each.new)) for each in group)
        for uri, group in edits.items()
    }
