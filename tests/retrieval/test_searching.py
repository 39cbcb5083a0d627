"""A search uses what the index, the imports and the history know, as they are at that moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from cli_support import written
from redline.app import graph, indexing, retrieval
from redline.app.session import Session
from redline.core.retrieval.rank import Hit
from redline.edge.cli.local import indexed, local_session
from redline.main import main, wiring

FILES = {
    "shop/__init__.py": "",
    "shop/money.py": "def rounded(cents):\n    return cents // 100\n",
    "shop/basket.py": "from shop import money\n\nclass Basket:\n    pass\n",
    "shop/mail.py": "def send(to):\n    return to\n",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = written(tmp_path / "shop-project", FILES)
    monkeypatch.chdir(root)
    return root


def inside(root: Path, story: Callable[[Session], Awaitable[None]]) -> None:
    async def told() -> None:
        async with local_session(wiring(), root, quiet=True) as (session, front):
            await indexed(session, front)
            await story(session)

    asyncio.run(told())


def paths(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.path for hit in hits]


def test_what_imports_the_best_file_is_found_and_said(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "cents", "--explain"]) == 0
    money, why, basket, because = capsys.readouterr().out.splitlines()
    assert (money, basket) == ("shop/money.py", "shop/basket.py")
    assert "words 1.000" in why
    assert "imports" not in why
    assert "imports 0." in because


def test_the_answer_is_the_same_once_all_is_settled(shop: Path) -> None:
    async def story(session: Session) -> None:
        first = await retrieval.search(session, "rounded cents", 5)
        library = session.workspace.library
        assert library is not None
        assert library.settling is not None
        await library.settling
        assert await retrieval.search(session, "rounded cents", 5) == first
        assert paths(first)[0] == "shop/money.py"

    inside(shop, story)


def test_a_search_sees_what_has_changed(shop: Path) -> None:
    async def story(session: Session) -> None:
        assert await retrieval.search(session, "stamps", 5) == ()
        assert paths(await retrieval.search(session, "cents", 5))[1:] == ["shop/basket.py"]
        (shop / "shop/mail.py").write_text("import shop.basket\n\ndef stamps(): ...\n", "utf-8")
        (shop / "shop/basket.py").unlink()
        changed = [shop / "shop/mail.py", shop / "shop/basket.py"]
        indexing.refresh(session, [path.as_uri() for path in changed])
        await indexing.complete(session)
        assert paths(await retrieval.search(session, "stamps", 5)) == ["shop/mail.py"]
        assert paths(await retrieval.search(session, "cents", 5)) == ["shop/money.py"]

    inside(shop, story)


def test_searches_at_one_time_answer_alike(shop: Path) -> None:
    async def story(session: Session) -> None:
        asked = [retrieval.search(session, "cents", 5) for _ in range(5)]
        answers = await asyncio.gather(*asked, graph.imports(session))
        assert answers[:-1] == [answers[0]] * 5
        assert paths(answers[0]) == ["shop/money.py", "shop/basket.py"]

    inside(shop, story)
