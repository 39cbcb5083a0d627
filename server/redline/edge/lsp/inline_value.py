"""What a client tells of inline suggestions: shown, accepted, dismissed. All of it is optional."""

from __future__ import annotations

from collections.abc import Mapping

from redline.app.inline import next_edit, value
from redline.edge.lsp.arguments import text
from redline.edge.lsp.connection import LspConnection
from redline.edge.lsp.protocol import INVALID_PARAMS, RequestProblem

SHOWN, ACCEPTED, DISMISSED = (
    "redline/inline/shown",
    "redline/inline/accepted",
    "redline/inline/dismissed",
)


def shown(connection: LspConnection, params: object) -> None:
    """A suggestion is on the screen."""
    value.shown(connection.live, text(SHOWN, _object(SHOWN, params), "id"))


def accepted(connection: LspConnection, params: object) -> None:
    """A suggestion, or a part of it, was put in."""
    given = _object(ACCEPTED, params)
    whole = given.get("whole", True)
    if not isinstance(whole, bool):
        raise RequestProblem(INVALID_PARAMS, f"{ACCEPTED}: whole must be true or false")
    value.accepted(connection.live, text(ACCEPTED, given, "id"), whole=whole)


def dismissed(connection: LspConnection, params: object) -> None:
    """A suggestion was waved away."""
    id_ = text(DISMISSED, _object(DISMISSED, params), "id")
    value.dismissed(connection.live, id_)
    next_edit.dismissed(connection.live, id_)


async def accept_command(connection: LspConnection, given: Mapping[str, object]) -> None:
    """The command of every suggestion, which an editor runs once it has put it in."""
    value.accepted(connection.live, text("redline.inline.accepted", given, "id"))


def _object(method: str, params: object) -> Mapping[str, object]:
    if not isinstance(params, dict):
        raise RequestProblem(INVALID_PARAMS, f"{method} takes one object")
    return params
