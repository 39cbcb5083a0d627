"""The builtin model in a session: loaded beside, and as new as the open documents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from inline_model_support import MODELS

from casework import Front
from redline import main
from redline.adapters.uris import uri_of
from redline.app import documents, indexing
from redline.app.inline import builtin
from redline.app.session import Session, Workspace
from redline.core.inline.builtin.score import THRESHOLD
from redline.core.inline.model import Draft, InlineRequest
from redline.core.settings import Settings
from redline.core.text.text import Text
from redline.core.uris import Folder

BEGUN = b"""from django.db import models


class Shop(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self):
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    for number in range(9):
        (root / f"m{number}.py").write_bytes(MODELS)
    return root


@pytest.fixture
async def session(root: Path) -> AsyncIterator[Session]:
    folder = Folder(uri_of(root), "project")
    made = Session(main.adapters(Settings()), Workspace((folder,)), Front([]))
    made.workspace.sessions.append(made)
    await indexing.complete(made)
    yield made
    await made.adapters.extractor.close()


async def loaded(session: Session) -> None:
    builtin.warm(session)
    async with asyncio.timeout(30):
        while session.tasks:
            await asyncio.wait(set(session.tasks))


def asked(
    root: Path, text: bytes, name: str = "shop.py", language: str = "python"
) -> InlineRequest:
    uri = uri_of(root / name)
    return InlineRequest("1", uri, language, Text(text), len(text), "automatic", 0.0)


def texts(drafts: tuple[Draft, ...]) -> list[str]:
    return [each.text for each in drafts]


async def test_nothing_is_said_until_the_memory_is_loaded(session: Session, root: Path) -> None:
    assert builtin.drafts(session, asked(root, BEGUN), 3) == ()
    await loaded(session)
    first, *others = builtin.drafts(session, asked(root, BEGUN), 3)
    assert first.text == "        return self.name"
    assert first.confidence is not None and THRESHOLD <= first.confidence <= 1
    assert len(others) <= 2


async def test_the_same_request_gets_the_same_answer(session: Session, root: Path) -> None:
    await loaded(session)
    answers = [builtin.drafts(session, asked(root, BEGUN), 3) for _ in range(3)]
    assert answers == [answers[0]] * 3


async def test_only_code_gets_suggestions(session: Session, root: Path) -> None:
    await loaded(session)
    assert builtin.drafts(session, asked(root, BEGUN, "a.md", "markdown"), 3) == ()
    assert builtin.drafts(session, asked(root, b"# from django"), 3) == ()


async def test_what_other_open_documents_say_counts_unsaved(session: Session, root: Path) -> None:
    await loaded(session)
    for number in range(9):
        text = MODELS.decode().replace("return self.name", "return str(self.pk)")
        documents.open_document(session, uri_of(root / f"m{number}.py"), "python", 1, text)
    assert texts(builtin.drafts(session, asked(root, BEGUN), 1)) == ["        return str(self.pk)"]


async def test_what_changed_on_disk_counts_from_then_on(session: Session, root: Path) -> None:
    await loaded(session)
    paths = sorted(root.glob("*.py"))
    for path in paths:
        path.write_bytes(MODELS.replace(b"return self.name", b"return str(self.pk)"))
    indexing.refresh(session, [uri_of(path) for path in paths])
    await indexing.complete(session)
    builtin.drafts(session, asked(root, BEGUN), 1)
    await loaded(session)
    assert texts(builtin.drafts(session, asked(root, BEGUN), 1)) == ["        return str(self.pk)"]
    for path in paths:
        path.unlink()
    indexing.refresh(session, [uri_of(path) for path in paths])
    await indexing.complete(session)
    builtin.drafts(session, asked(root, BEGUN), 1)
    await loaded(session)
    assert builtin.drafts(session, asked(root, BEGUN), 1) == ()


async def test_the_memory_of_a_workspace_is_shared(session: Session, root: Path) -> None:
    await loaded(session)
    other = Session(session.adapters, session.workspace, Front([]))
    assert builtin.drafts(other, asked(root, BEGUN), 3) == builtin.drafts(
        session, asked(root, BEGUN), 3
    )
