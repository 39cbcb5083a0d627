"""What a session says of its workspace to those who prove names unknown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from casework import Front, Inline
from redline import main
from redline.app import documents, indexing, runs
from redline.app.inline import proving
from redline.app.session import Session, Workspace, publish_index
from redline.core import uris
from redline.core.settings import Settings
from redline.core.text.text import Text
from redline.core.uris import Folder


def in_session(root: Path, look: Callable[[Session], Awaitable[None]]) -> None:
    """Looks at a session on the files of `root`."""

    async def played() -> None:
        settings = Settings()
        adapters = replace(main.adapters(settings), indexer=Inline(root))
        folder = Folder(uris.from_path(root.as_posix()), "project")
        session = Session(adapters, Workspace((folder,)), Front([]), settings=settings)
        session.workspace.sessions.append(session)
        publish_index(session)
        try:
            await look(session)
        finally:
            await runs.close(session)
            await session.adapters.servers.close()

    asyncio.run(played())


def test_nothing_is_known_before_all_is(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    uri = uris.from_path((tmp_path / "a.py").as_posix())

    async def look(session: Session) -> None:
        assert proving.known(session, uri) is None
        await indexing.complete(session)
        assert proving.known(session, uri) is None
        await proving.ready(session)
        assert proving.known(session, uri) is not None
        assert proving.known(session, uris.from_path("/elsewhere/b.py")) is None

    in_session(tmp_path, look)


@pytest.mark.parametrize(("package", "brought"), [("nuxt", True), ("vue", False)])
def test_a_build_may_bring_names(tmp_path: Path, package: str, brought: bool) -> None:
    (tmp_path / "package.json").write_text(f'{{"dependencies": {{"{package}": "3"}}}}')
    (tmp_path / "a.ts").write_text("export {};\n")
    uri = uris.from_path((tmp_path / "a.ts").as_posix())

    async def look(session: Session) -> None:
        await indexing.complete(session)
        await proving.ready(session)
        known = proving.known(session, uri)
        assert known is not None
        assert known.brought == brought

    in_session(tmp_path, look)


def test_modules_and_texts_are_those_of_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "email.py").write_text("x = 1\n")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "cart.py").write_text("def total():\n    pass\n")
    (tmp_path / "shop" / "fast.so").write_bytes(b"")
    at = {
        name: uris.from_path((tmp_path / name).as_posix())
        for name in ("email.py", "shop/__init__.py", "shop/cart.py")
    }

    async def look(session: Session) -> None:
        await indexing.complete(session)
        await proving.ready(session)
        known = proving.known(session, at["shop/cart.py"])
        assert known is not None
        assert known.meant(known.uri, "shop.") == (at["shop/__init__.py"],)
        assert known.meant(known.uri, "shop.cart.") == (at["shop/cart.py"],)
        assert known.meant(known.uri, ".cart") == (at["shop/cart.py"],)
        # The standard library has one, too.
        assert known.meant(known.uri, "email.") == ()
        assert sorted(known.beside(at["shop/cart.py"])) == ["__init__.py", "cart.py", "fast.so"]
        assert known.text_of(at["shop/cart.py"]) == Text(b"def total():\n    pass\n")
        (tmp_path / "email.py").write_text("y = 2\n")
        assert known.beside(at["email.py"].replace("email.py", "nowhere/a.py")) == ()
        # It is not what the index knows.
        assert known.text_of(at["email.py"]) is None
        documents.open_document(session, at["email.py"], "python", 1, "z = 3\n")
        known = proving.known(session, at["shop/cart.py"])
        assert known is not None
        assert known.text_of(at["email.py"]) == Text(b"z = 3\n")

    in_session(tmp_path, look)
