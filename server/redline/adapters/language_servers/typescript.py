"""What typescript-language-server does in a way of its own: it never says when it has looked.

It publishes what is wrong bit by bit, without a version. Its compiler can be asked outright.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from redline.adapters.renaming.family import Asked
from redline.adapters.renaming.texts import Refused
from redline.adapters.uris import path_of

NAME = "typescript-language-server"
_SEVERITIES: Mapping[str, int] = {"error": 1, "warning": 2, "suggestion": 4, "message": 3}


class _At(msgspec.Struct):
    """1-based; `offset` counts UTF-16 units."""

    line: int
    offset: int


class _Found(msgspec.Struct, rename="camel"):
    message: str
    start_location: _At
    end_location: _At
    category: str = "error"
    code: int = 0


class _Reply(msgspec.Struct):
    success: bool = False
    body: list[_Found] = []


_REPLY = msgspec.json.Decoder(_Reply)


async def wrong_in(asked: Asked, uri: str) -> list[msgspec.Raw]:
    """What is wrong with an open file, as diagnostics of the protocol. Raises `Refused`."""
    result = []
    for command in ("syntacticDiagnosticsSync", "semanticDiagnosticsSync"):
        file = {"file": str(path_of(uri) or uri), "includeLinePosition": True}
        params = {"command": "typescript.tsserverRequest", "arguments": [command, file, {}]}
        reply = await asked.ask("workspace/executeCommand", params, _REPLY)
        if not reply.success:
            raise Refused(f"{NAME} did not say what is wrong with {uri}", unavailable=True)
        result += [msgspec.Raw(msgspec.json.encode(_diagnostic(each))) for each in reply.body]
    return result


def _diagnostic(found: _Found) -> dict[str, object]:
    ends = (found.start_location, found.end_location)
    start, end = ({"line": at.line - 1, "character": at.offset - 1} for at in ends)
    return {
        "range": {"start": start, "end": end},
        "message": found.message,
        "severity": _SEVERITIES.get(found.category, 1),
        "code": found.code,
        "source": "typescript",
    }
