"""What a language server offers to change at a place, as edits."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from redline.adapters.language_servers.asking import edits_by_uri, opened, told, wrong_in
from redline.adapters.language_servers.messages import (
    ACTION,
    ACTIONS,
    ANYTHING,
    WANTED,
    WireAction,
    WireCommand,
    WorkspaceEdit,
)
from redline.adapters.renaming.family import Asked
from redline.adapters.renaming.texts import Refused
from redline.core.serving import Action
from redline.core.text.text import Span

MOST_RESOLVED = 40
EDITING = frozenset({"_typescript.applyRefactoring", "clangd.applyTweak"})
"""Commands that do nothing but ask for an edit, which is kept and not made."""


async def offered(
    asked: Asked, key: str, span: Span, kinds: Sequence[str] = ()
) -> tuple[Action, ...]:
    """What the server offers to change at `span`: only what is nothing but edits in the folder.

    With `kinds` it is asked for those alone.
    """
    opened(asked, [key])
    await asked.sight.whole(asked.seconds)
    report = await wrong_in(asked, key)
    wrong = [raw for raw in report.items if told(asked, key, raw).span.touches(span)]
    start, end = (asked.texts.wire(key, at)["position"] for at in (span.start, span.end))
    only = {"only": [*kinds]} if kinds else {}
    params = {
        "textDocument": {"uri": asked.texts.uri(key)},
        "range": {"start": start, "end": end},
        "context": {"diagnostics": wrong, "triggerKind": 1, **only},
    }
    found = await asked.ask("textDocument/codeAction", params, ACTIONS)
    result = []
    for raw in (found or [])[:MOST_RESOLVED]:
        action = await _action(asked, raw, bool(kinds))
        if action is not None:
            result.append(action)
    return tuple(result)


async def _action(asked: Asked, raw: msgspec.Raw, runs: bool) -> Action | None:
    try:
        wire = ACTION.decode(raw)
    except msgspec.ValidationError:
        return None  # a bare command: what it would do is not known
    edit = wire.edit
    capabilities = asked.sight.connection.capabilities
    if edit is None and wire.disabled is None and capabilities.resolves_actions:
        resolved: WireAction = await asked.ask("codeAction/resolve", raw, ACTION)
        edit = resolved.edit
    known = wire.command is not None and wire.command.command in EDITING
    if edit is None and wire.disabled is None and runs and known:
        edit = await _wanted(asked, wire.command)
    if edit is None or wire.disabled is not None:
        return None
    try:
        return Action(wire.title, wire.kind or "", edits_by_uri(asked, edit))
    except Refused:
        return None  # it does more than change texts of the folder


async def _wanted(asked: Asked, command: WireCommand | None) -> WorkspaceEdit | None:
    """The edit that a command asks for; it is told that it was not made."""
    heard = asked.sight.connection.heard
    heard.wanted.clear()
    with suppress(Refused):  # some fail when they hear that
        await asked.ask("workspace/executeCommand", command, ANYTHING)
    try:
        return WANTED.decode(heard.wanted[-1]).edit if heard.wanted else None
    except msgspec.ValidationError:
        return None
