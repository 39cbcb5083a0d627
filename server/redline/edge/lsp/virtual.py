"""`redline:/proposal/<id>/<before|after>/<path>`: a proposal's files as read-only documents."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from lsprotocol import types

from redline.app.review import preview
from redline.app.session import Session
from redline.core import uris
from redline.core.proposal.follow import LiveProposal
from redline.core.text.text import Text
from redline.edge.lsp.connection import LspConnection
from redline.edge.lsp.protocol import INVALID_PARAMS, RequestProblem

SCHEME = "redline"
BEFORE, AFTER = "before", "after"


def document_uri(session: Session, live: LiveProposal, side: str, uri: str) -> str:
    """The document that shows one side of a file."""
    path = quote(_path(session, uri), safe="/", errors="surrogateescape")
    return f"{SCHEME}:/proposal/{quote(live.proposal.id, safe='')}/{side}/{path}"


def _path(session: Session, uri: str) -> str:
    return uris.for_people(session.snapshot.folders, uri).lstrip("/")


def text_of(session: Session, uri: str) -> Text | None:
    """What such a document holds at this moment; None when it shows nothing that is known."""
    parts = [unquote(each, errors="surrogateescape") for each in urlsplit(uri).path.split("/")]
    if urlsplit(uri).scheme != SCHEME or len(parts) < 5 or parts[1] != "proposal":
        return None
    live = session.proposals.get(parts[2])
    side, path = parts[3], "/".join(parts[4:])
    if live is None or side not in (BEFORE, AFTER):
        return None
    for file in live.uris:
        if _path(session, file) == path:
            found = preview.before(session, file)
            return found if side == BEFORE else preview.after(session, live, file)
    return None


def text_document_content(
    connection: LspConnection, params: types.TextDocumentContentParams
) -> types.TextDocumentContentResult:
    """The text of a document of ours. Raises `RequestProblem` for any other."""
    found = text_of(connection.live, params.uri)
    if found is None:
        raise RequestProblem(INVALID_PARAMS, f"{params.uri}: there is no such proposal any more")
    connection.front.served[params.uri] = found.digest
    return types.TextDocumentContentResult(found.decode())
