"""The soft deadline: what is shown when a model is late, and what becomes of its answer."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from fill_support import Shop, shop, texts

from redline.adapters.models import litellm_library
from redline.app.inline.deadline import Within, drafts_within
from redline.app.inline.state import state_of
from redline.core.inline.model import Draft, InlineSettings

SUM = "> sum(items)\nusage: 90 8"
STANDING = (Draft("builtin", 0.7),)
SHORT = InlineSettings(deadline=0.15)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    litellm_library.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def never(_: tuple[Draft, ...]) -> None:
    raise AssertionError("nothing was late")


async def until(heard: list[tuple[Draft, ...]]) -> tuple[Draft, ...]:
    async with asyncio.timeout(20):
        while not heard:
            await asyncio.sleep(0.005)
    return heard[0]


async def asked(made: Shop) -> None:
    async with asyncio.timeout(20):
        while not made.server.requests:
            await asyncio.sleep(0.001)


async def test_in_time_the_model_has_the_word(folder: Path) -> None:
    async with shop(folder, SUM, inline=InlineSettings(deadline=20.0)) as made:
        found = await drafts_within(made.session, made.request(), 1, STANDING, never)
        assert found == Within((Draft("sum(items)"),), "model", "in time")


async def test_late_it_is_kept_for_the_next_request_there(folder: Path) -> None:
    heard: list[tuple[Draft, ...]] = []
    async with shop(folder, f"{SUM}\nfault: no-answer 0.6", inline=SHORT) as made:
        began = time.perf_counter()
        found = await drafts_within(made.session, made.request(), 1, STANDING, heard.append)
        assert (found, heard) == (Within(STANDING, "builtin", "late"), [])
        assert time.perf_counter() - began < 0.5
        assert texts(await until(heard)) == ["sum(items)"]


async def test_another_request_at_the_place_joins_the_one_under_way(folder: Path) -> None:
    heard: list[tuple[Draft, ...]] = []
    async with shop(folder, f"{SUM}\nfault: no-answer 0.6", inline=SHORT) as made:
        request = made.request()
        await drafts_within(made.session, request, 1, STANDING, heard.append)
        found = await drafts_within(made.session, request, 1, (), never)
        assert found == Within((Draft("sum(items)"),), "model", "in time")
        assert len(made.server.requests) == 1


async def test_where_nothing_else_can_be_shown_the_model_is_waited_for(folder: Path) -> None:
    async with shop(folder, f"{SUM}\nfault: no-answer 0.6", inline=SHORT) as made:
        found = await drafts_within(made.session, made.request(), 1, (), never)
        assert found == Within((Draft("sum(items)"),), "model", "in time")


async def test_moving_on_ends_what_is_under_way(folder: Path) -> None:
    script = f"{SUM}\nfault: no-answer 30\n---\n{SUM}"
    async with shop(folder, script, inline=SHORT) as made:
        late = await drafts_within(made.session, made.request(), 1, STANDING, never)
        assert late.outcome == "late"
        await asked(made)
        moved = made.request("def total(items):\n    return s‸\n")
        found = await drafts_within(made.session, moved, 1, (), never)
        assert found.outcome == "in time"
        async with asyncio.timeout(5):
            assert await made.server.disconnects.get() == 1


async def test_cancelled_the_model_is_asked_no_more(folder: Path) -> None:
    async with shop(folder, f"{SUM}\nfault: no-answer 30") as made:
        task = asyncio.create_task(drafts_within(made.session, made.request(), 1, (), never))
        await asked(made)
        began = time.perf_counter()
        task.cancel()
        async with asyncio.timeout(5):
            await made.server.disconnects.get()
        assert time.perf_counter() - began < 0.2
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_dropped_it_is_kept_where_the_place_is_the_same(folder: Path) -> None:
    heard: list[tuple[Draft, ...]] = []
    async with shop(folder, f"{SUM}\nfault: no-answer 0.6", inline=SHORT) as made:
        request = made.request()
        await drafts_within(made.session, request, 1, STANDING, heard.append)
        state_of(made.session).models.drop(request.uri, request)
        assert texts(await until(heard)) == ["sum(items)"]


async def test_a_model_that_fails_leaves_what_stands(folder: Path) -> None:
    async with shop(folder, f"{SUM}\nfault: status 500") as made:
        found = await drafts_within(made.session, made.request(), 1, STANDING, never)
        assert (found.drafts, found.origin) == (STANDING, "builtin")
        assert "failed (status 500)" in found.outcome


async def test_without_a_model_nothing_is_waited_for(folder: Path) -> None:
    async with shop(folder, SUM) as made:
        made.session.settings.roles.clear()  # type: ignore[attr-defined]
        found = await drafts_within(made.session, made.request(), 1, STANDING, never)
        assert found == Within(STANDING, "builtin", "no model")
