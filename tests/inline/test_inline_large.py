"""Suggestions in documents that are too large to be parsed between two keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from time import monotonic

import pytest
import pytest_asyncio
from inline_play import _change, _request, _session

from redline.app import documents, indexing, runs
from redline.app.inline import builtin, requests, trees
from redline.app.inline.state import state_of
from redline.app.session import Session
from redline.core import uris
from redline.core.index.extract import parse
from redline.core.inline.model import Draft
from redline.core.text.text import Span

FUNCTION = "def total_{}(items):\n    price = 1\n    return sum(items) + price\n\n\n"
SECONDS = 60.0

Opened = Callable[[str], tuple[Session, str]]


@pytest_asyncio.fixture
async def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Opened]:
    sessions: list[Session] = []

    def open_(text: str) -> tuple[Session, str]:
        session = _session(tmp_path, {})
        sessions.append(session)
        uri = uris.from_path((tmp_path / "large.py").as_posix())
        documents.open_document(session, uri, "python", 1, text)
        drafts = (Draft("sum items x", 0.8), Draft("len(items)", 0.7))
        monkeypatch.setattr(builtin, "drafts", lambda *_: drafts)
        return session, uri

    yield open_
    for session in sessions:
        await indexing.complete(session)
        await runs.close(session)
        await session.adapters.servers.close()


def large(size: int) -> str:
    return "".join(FUNCTION.format(at) for at in range(size // len(FUNCTION)))


async def said(session: Session, uri: str, offset: int) -> tuple[list[str], str]:
    found = await requests.suggest(session, _request(session, uri, offset, "invoked", 0))
    return [each.text for each in found.suggestions], found.trace[0].outcome


async def until_parsed(session: Session, uri: str) -> None:
    end = monotonic() + SECONDS
    while state_of(session).large[uri].tree is None:
        assert monotonic() < end
        await asyncio.sleep(0.005)


async def test_a_large_document_gets_suggestions_once_it_was_parsed(opened: Opened) -> None:
    text = large(400_000)
    session, uri = opened(text)
    place = text.index("sum(items)", 200_000)
    _change(session, uri, Span(place, text.index("\n", place)), "")
    first = await said(session, uri, place)
    assert first == ([], "large, and not parsed yet")
    await until_parsed(session, uri)
    assert await said(session, uri, place) == (["len(items)"], "invoked, in code")
    for at, key in enumerate("len(items)"):
        _change(session, uri, Span(place + at, place + at), key)
        await said(session, uri, place + at + 1)
    kept = state_of(session).large[uri]
    language = session.adapters.languages.named("python")
    assert language is not None
    assert kept.text == session.documents[uri].document.text
    assert kept.tree is not None
    fresh = parse(language, kept.text)
    assert str(kept.tree.root_node) == str(fresh.root_node)
    assert kept.tree.root_node.end_byte == len(kept.text)
    assert not kept.tree.root_node.has_error
    documents.close_document(session, uri)
    assert state_of(session).large == {}


async def test_a_document_beyond_the_limit_gets_none(opened: Opened) -> None:
    text = large(trees.MOST + 10_000)
    session, uri = opened(text)
    assert await said(session, uri, text.index("return") + len("return ")) == (
        [],
        "too large, or cannot be parsed in time",
    )
    assert state_of(session).large == {}


async def test_only_the_last_large_documents_keep_a_tree(opened: Opened) -> None:
    text = large(200_000)
    session, uri = opened(text)
    names = [uri.replace("large", f"large_{number}") for number in range(trees.MOST_KEPT + 1)]
    for name in names:
        documents.open_document(session, name, "python", 1, text)
        assert (await said(session, name, 0))[1] == "large, and not parsed yet"
        await until_parsed(session, name)
    assert list(state_of(session).large) == names[1:]


async def test_a_text_that_is_put_in_whole_is_parsed_anew(opened: Opened) -> None:
    text = large(200_000)
    session, uri = opened(text)
    await said(session, uri, 0)
    await until_parsed(session, uri)
    _change(session, uri, Span(0, 0), large(trees.MOST_NEW + 10_000))
    assert (await said(session, uri, 0))[1] == "large, and not parsed yet"
    await until_parsed(session, uri)
    assert (await said(session, uri, 0))[1] == "invoked, in code"
