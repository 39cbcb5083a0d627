"""Large documents, and languages that may hang their parser, are extracted in a process apart."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import cast

import pytest

import casework
from redline import main
from redline.adapters import grammars
from redline.adapters.index.text_extractor import ProcessExtractor
from redline.app import documents
from redline.app.session import Front, Session, Workspace
from redline.core.index.extract import extract, parse
from redline.core.index.model import Facts
from redline.core.problems import ToolProblem
from redline.core.settings import Settings
from redline.core.text.positions import Position, Range
from redline.core.text.sync import ContentChange
from redline.core.text.text import Text

PYTHON = "def first(a):\n    return a\n\n\n" * 10_000
KOTLIN = "class Basket {\n    fun total(): Int = 1\n}\n"
HANGING = (sys.executable, "-c", "import sys, time; sys.stdin.buffer.read(4); time.sleep(600)")
DYING = (sys.executable, "-c", "import sys; sys.stdin.buffer.read(4)")
WORKER = grammars.load(worker=True)


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    made = Session(main.adapters(Settings()), Workspace(), cast(Front, None))
    yield made
    await made.adapters.extractor.close()


def expected(language: str, text: str, version: int) -> Facts:
    found = WORKER.named(language)
    assert found is not None
    data = Text(text.encode())
    return extract(found, parse(found, data), data, version)


@pytest.mark.parametrize(("language", "text"), [("python", PYTHON), ("kotlin", KOTLIN)])
async def test_facts_come_from_elsewhere_and_follow_the_text(
    session: Session, language: str, text: str
) -> None:
    uri = "file:///a"
    documents.open_document(session, uri, language, 1, text)
    documents.settle(session, uri, whole=False)
    assert session.documents[uri].apart is None
    facts = await documents.extracted(session, session.documents[uri].document)
    assert documents.current_facts(session, uri) == facts == expected(language, text, 1)
    start = Range(Position(0, 0), Position(0, 0))
    documents.settle(session, uri)
    documents.change_document(session, uri, 2, [ContentChange(start, "// x\n")])
    assert documents.current_facts(session, uri) is None
    await documents.settled_all(session)
    assert documents.current_facts(session, uri) == expected(language, "// x\n" + text, 2)
    assert session.documents[uri].tree is None


async def test_what_is_typed_meanwhile_is_extracted_too(session: Session) -> None:
    uri, start = "file:///a.kt", Range(Position(0, 0), Position(0, 0))
    documents.open_document(session, uri, "kotlin", 1, KOTLIN)
    documents.settle(session, uri)
    under_way = session.documents[uri].apart
    assert under_way is not None
    asked = asyncio.ensure_future(documents.extracted(session, session.documents[uri].document))
    await asyncio.sleep(0)
    documents.change_document(session, uri, 2, [ContentChange(start, "class A\n")])
    # Who asked before the change gets what was there then.
    assert await asked == expected("kotlin", KOTLIN, 1)
    await documents.settled_all(session)
    assert documents.current_facts(session, uri) == expected("kotlin", "class A\n" + KOTLIN, 2)


async def test_a_small_document_is_parsed_here(session: Session) -> None:
    documents.open_document(session, "file:///a.py", "python", 1, "x = 1\n")
    documents.settle(session, "file:///a.py")
    assert session.documents["file:///a.py"].tree is not None


def test_the_server_itself_never_loads_a_grammar_that_may_hang() -> None:
    languages = grammars.load()
    assert languages.name_for_path("a/Shop.kt") == "kotlin"
    assert languages.for_path("a/Shop.kt") is None


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (HANGING, "parsing took longer than 0.3 s"),
        (DYING, "the process that parses has died over it"),
    ],
)
async def test_a_worker_that_hangs_or_dies_is_replaced(
    command: tuple[str, ...], reason: str
) -> None:
    extractor = ProcessExtractor(0.3, command)
    assert await extractor.extract("kotlin", Text(b"class A")) == ToolProblem(reason)
    extractor.patience, extractor.command = 10.0, ProcessExtractor().command
    found = await extractor.extract("kotlin", Text(b"class A"))
    assert isinstance(found, Facts) and found.symbol_names == ("A",)
    await extractor.close()


async def test_a_document_that_cannot_be_parsed_has_no_facts_and_says_so(session: Session) -> None:
    front = casework.Front([])
    session.front = front
    session.adapters = replace(session.adapters, extractor=ProcessExtractor(0.3, HANGING))
    documents.open_document(session, "file:///a.kt", "kotlin", 1, KOTLIN)
    await documents.settled_all(session)
    assert documents.current_facts(session, "file:///a.kt") is None
    (told,) = front.troubles
    assert told.endswith("its symbols are not known as it is now: parsing took longer than 0.3 s")
    await documents.settled_all(session)  # and is not tried again as it is
    assert session.documents["file:///a.kt"].apart is None
