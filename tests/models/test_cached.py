"""The same request is not sent twice, where the role allows it and nothing would be changed."""

from __future__ import annotations

import pickle
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from model_support import KEY, Serving, request, told, unheard

from redline.adapters import places
from redline.adapters.models.cached import LIMIT_BYTES, CachedModel
from redline.adapters.models.litellm_model import LitellmModel
from redline.adapters.models.registry import ModelRegistry
from redline.adapters.models.scripted_server import ScriptedServer
from redline.adapters.plain_cache import Kept, PlainCache
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import Reply, Turn, Usage
from redline.core.agent.plan import RoleName
from redline.core.settings import Settings

READS = '> I look.\ncall outline {"path": "a.py"}\nusage: 9 3\n'


@pytest.fixture
def cache() -> Iterator[PlainCache]:
    """A cache in the user's own folder."""
    with closing(PlainCache(Kept("replies", places.replies_cache, LIMIT_BYTES, 60.0))) as made:
        yield made


def settings(server: ScriptedServer) -> Settings:
    return Settings(api_base=server.address, api_key=KEY)


def named(cache: PlainCache | None, given: Settings, name: str = "openai/scripted") -> CachedModel:
    model = ModelRegistry(cache).named(name, given)
    assert isinstance(model, CachedModel)
    return model


async def test_the_same_request_is_answered_from_what_was_said(
    serving: Serving, cache: PlainCache
) -> None:
    server = await serving(f"{READS}---\n> more")
    model = named(cache, settings(server))
    first = await model.reply(request(), unheard)
    heard: list[str] = []
    again = await named(cache, settings(server)).reply(request(), heard.append)
    assert isinstance(first, Reply)
    assert first.usage.input_tokens == 9
    assert again == replace(first, usage=Usage(), cached=True)
    assert heard == ["I look."]
    assert len(server.requests) == 1
    turns = (Turn("user", "rename total to sum_of"), *told(again))
    assert isinstance(await model.reply(request(*turns), unheard), Reply)
    assert len(server.requests) == 2


async def test_another_request_model_or_address_is_another(
    serving: Serving, cache: PlainCache
) -> None:
    server = await serving(f"{READS}---\n{READS}---\n{READS}---\n{READS}---\n{READS}")
    other = await serving(READS)
    given = settings(server)
    await named(cache, given).reply(request(), unheard)
    await named(cache, given).reply(request(system="another"), unheard)
    await named(cache, given).reply(request(role="scout"), unheard)
    await named(cache, given, "openai/other").reply(request(), unheard)
    await named(cache, replace(given, tool_calls="text")).reply(request(), unheard)
    await named(cache, settings(other)).reply(request(), unheard)
    assert (len(server.requests), len(other.requests)) == (5, 1)


@pytest.mark.parametrize(
    ("role", "script"),
    [
        ("refactorer", READS),
        ("planner", 'call edit {"path": "a"}\n'),
        ("planner", "call no_such_tool {}\n"),
        ("scout", "> half\nfault: cut-before-finish\n"),
        ("reviewer", "> x\nfault: status 500\n"),
    ],
)
async def test_what_changes_something_or_failed_is_asked_anew(
    serving: Serving, cache: PlainCache, role: RoleName, script: str
) -> None:
    server = await serving(f"{script}---\n{script}")
    model = named(cache, settings(server))
    for _ in range(2):
        reply = await model.reply(request(role=role), unheard)
        assert isinstance(reply, ModelFailure) or not reply.cached
    assert len(server.requests) == 2


async def test_it_can_be_switched_off(serving: Serving, cache: PlainCache) -> None:
    server = await serving(READS)
    given = replace(settings(server), response_cache="off")
    assert isinstance(ModelRegistry(cache).named("openai/x", given), LitellmModel)
    assert isinstance(ModelRegistry().named("openai/x", settings(server)), LitellmModel)


async def test_what_others_put_there_is_not_believed(serving: Serving, cache: PlainCache) -> None:
    server = await serving(f"{READS}---\n{READS}---\n{READS}---\n{READS}")
    model = named(cache, settings(server))
    await model.reply(request(), unheard)
    folder = Path(places.replies_cache())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    evil = [
        pickle.dumps(print),
        b'{"text": "x", "calls": [["a", "delete_file", "{}"]]}',
        b'{"text": 1}',
    ]
    for value in evil:
        with closing(sqlite3.connect(folder / "cache.db")) as table, table:
            table.execute("UPDATE Cache SET value = ?", (value,))
        reply = await model.reply(request(), unheard)
        assert isinstance(reply, Reply)
        assert not reply.cached
    assert len(server.requests) == 4


async def test_what_was_said_is_forgotten_after_its_time(serving: Serving) -> None:
    server = await serving(f"{READS}---\n{READS}")
    with closing(PlainCache(Kept("replies", places.replies_cache, LIMIT_BYTES, 0.0))) as cache:
        model = named(cache, settings(server))
        for _ in range(2):
            reply = await model.reply(request(), unheard)
            assert isinstance(reply, Reply)
            assert not reply.cached
    assert len(server.requests) == 2


async def test_what_a_run_was_told_is_erased_with_it(serving: Serving, cache: PlainCache) -> None:
    server = await serving(
        READS.replace("I look", "The first words") + "---\n" + READS.replace("I look", "The second")
    )
    given = settings(server)
    one, two = request(), replace(request(system="another"), run="run2")
    for asked in (one, two):
        assert isinstance(await named(cache, given).reply(asked, unheard), Reply)
    assert on_disk("The first words") and on_disk("The second")
    ModelRegistry(cache).forget([one.run, "run of another folder"])
    assert on_disk("The first words") == []
    kept = await named(cache, given).reply(two, unheard)
    assert isinstance(kept, Reply)
    assert (kept.text, kept.cached, len(server.requests)) == ("The second.", True, 2)


def on_disk(words: str) -> list[str]:
    """The files of the cache that hold `words`."""
    files = [each for each in Path(places.replies_cache()).rglob("*") if each.is_file()]
    assert files
    return [each.name for each in files if words.encode() in each.read_bytes()]
