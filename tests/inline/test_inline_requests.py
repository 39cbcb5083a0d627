"""One request at a time: what is cancelled, what is waited for, what is kept, what is off."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

import pytest
import pytest_asyncio
from inline_play import _change, _request, _session

from redline import main
from redline.app import documents, indexing, runs
from redline.app.inline import builtin, models, requests, switch
from redline.app.inline.state import state_of
from redline.app.session import Session
from redline.core import uris
from redline.core.agent.exchange import ModelFailure
from redline.core.inline.model import Draft, InlineRequest, Suggested
from redline.core.text.text import Span

SOURCE = "def total(items):\n    return "
CANCEL_SECONDS = 0.02


@dataclass
class Provider:
    """A model that answers when it is let; what became of each call."""

    answer: tuple[Draft, ...] | ModelFailure = ()
    let: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[str] = field(default_factory=list)
    ended_at: float = 0.0

    async def drafts(
        self, session: Session, request: InlineRequest, count: int
    ) -> tuple[Draft, ...] | ModelFailure:
        at = len(self.calls)
        self.calls.append("under way")
        self.begun.set()
        try:
            await self.let.wait()
        except asyncio.CancelledError:
            self.calls[at] = "cancelled"
            self.ended_at = perf_counter()
            raise
        self.calls[at] = "answered"
        return self.answer


@dataclass
class Desk:
    session: Session
    uri: str
    provider: Provider
    offset: int = len(SOURCE)

    def request(self, trigger: str = "automatic") -> InlineRequest:
        return _request(self.session, self.uri, self.offset, trigger, 0)

    def type(self, new: str) -> None:
        _change(self.session, self.uri, Span(self.offset, self.offset), new)
        self.offset += len(new)

    async def suggest(self, trigger: str = "automatic") -> Suggested:
        return await requests.suggest(self.session, self.request(trigger))


Opened = Callable[..., Desk]


@pytest_asyncio.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Opened]:
    sessions: list[Session] = []
    (tmp_path / "a.py").write_text(SOURCE)

    def opened(model: str = "", **options: str) -> Desk:
        session = _session(tmp_path, options)
        sessions.append(session)
        provider = Provider()
        monkeypatch.setattr(builtin, "drafts", lambda *_: (Draft("len(items)", 0.8),))
        monkeypatch.setattr(models, "configured", lambda _: model)
        monkeypatch.setattr(models, "drafts", provider.drafts)
        uri = uris.from_path((tmp_path / "a.py").as_posix())
        documents.open_document(session, uri, "python", 1, SOURCE)
        return Desk(session, uri, provider)

    yield opened
    for session in sessions:
        await indexing.complete(session)
        await runs.close(session)
        await session.adapters.servers.close()


def texts(suggested: Suggested) -> list[tuple[str, str, str]]:
    return [(each.text, each.origin, each.reused) for each in suggested.suggestions]


def outcomes(suggested: Suggested) -> dict[str, str]:
    return {each.step: each.outcome for each in suggested.trace}


async def test_a_newer_request_ends_the_one_before_and_its_model(desk: Opened) -> None:
    at = desk("provider/model")
    first = asyncio.ensure_future(at.suggest("invoked"))
    await at.provider.begun.wait()
    at.type("x")
    began = perf_counter()
    second = asyncio.ensure_future(at.suggest("invoked"))
    ended = await first
    assert perf_counter() - began < CANCEL_SECONDS
    assert at.provider.ended_at - began < CANCEL_SECONDS
    assert (texts(ended), outcomes(ended)) == ([], {"cancelled": "a newer request came"})
    at.provider.let.set()
    await second
    assert at.provider.calls == ["cancelled", "answered"]


async def test_the_editor_ends_a_request_and_its_model(desk: Opened) -> None:
    at = desk("provider/model")
    first = asyncio.ensure_future(at.suggest("invoked"))
    await at.provider.begun.wait()
    began = perf_counter()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await asyncio.sleep(0)
    assert at.provider.calls == ["cancelled"]
    assert at.provider.ended_at - began < CANCEL_SECONDS
    assert state_of(at.session).running == {}


async def test_a_model_in_time_is_shown(desk: Opened) -> None:
    at = desk("provider/model")
    at.provider.answer = (Draft("sum(items)"),)
    at.provider.let.set()
    assert texts(await at.suggest("invoked")) == [("sum(items)", "model", "")]


async def test_a_late_model_is_stood_in_for_and_shown_where_nothing_moved(desk: Opened) -> None:
    at = desk("provider/model", inline_deadline="0")
    at.provider.answer = (Draft("sum(items)"),)
    assert texts(await at.suggest("invoked")) == [("len(items)", "builtin", "")]
    asked = state_of(at.session).models.asking[at.uri]
    at.provider.let.set()
    await asked.task
    while at.session.tasks:  # it is kept by another thread
        await asyncio.wait(set(at.session.tasks))
    assert texts(await at.suggest("invoked")) == [("sum(items)", "model", "cache")]
    at.type("sum(")
    assert texts(await at.suggest("invoked")) == [("items)", "model", "cache")]
    assert at.provider.calls == ["answered"]


async def test_a_late_model_is_forgotten_where_the_user_went_on(desk: Opened) -> None:
    at = desk("provider/model", inline_deadline="0")
    assert texts(await at.suggest("invoked")) == [("len(items)", "builtin", "")]
    at.type("max")
    at.provider.let.set()
    assert texts(await at.suggest("invoked")) == []  # `maxlen` is nothing
    assert at.provider.calls[0] == "cancelled"


@pytest.mark.parametrize(
    "answer",
    [ModelFailure("provider", "it is down"), (), (Draft("= ="),)],  # type: ignore[arg-type]
)
async def test_where_a_model_has_nothing_the_builtin_one_stands_in(
    desk: Opened, answer: tuple[Draft, ...] | ModelFailure
) -> None:
    at = desk("provider/model")
    at.provider.answer = answer
    at.provider.let.set()
    assert texts(await at.suggest("invoked")) == [("len(items)", "builtin", "")]


async def test_drafts_are_kept_for_other_sessions_but_for_secrets(desk: Opened) -> None:
    at = desk("provider/model")
    at.provider.answer = (Draft("sum(items)"),)
    at.provider.let.set()
    await at.suggest("invoked")
    again = desk("provider/model")
    assert texts(await again.suggest("invoked")) == [("sum(items)", "model", "cache")]
    assert again.provider.calls == []
    again.type("key = ")
    again.provider.answer = (Draft('"ghp_abcdefghijklmnopqrstuvwxyz0123456789"'),)
    again.provider.let.set()
    await again.suggest("invoked")
    other = desk("provider/model")
    other.type("key = ")
    other.provider.let.set()
    await other.suggest("invoked")
    assert [again.provider.calls, other.provider.calls] == [["answered"], ["answered"]]


async def test_keys_that_come_fast_are_waited_for(desk: Opened, monkeypatch) -> None:
    at = desk("provider/model")
    monkeypatch.setattr(models, "expected_seconds", lambda _: 0.05)
    at.provider.answer = (Draft("sum(items)"),)
    at.provider.let.set()
    now = at.session.adapters.clock.monotonic() + 60  # no key is older than the request
    times = [now - 0.3, now - 0.2, now - 0.1, now]
    state_of(at.session).keys[at.uri] = deque(times)
    first = asyncio.ensure_future(at.suggest())
    second = asyncio.ensure_future(at.suggest())
    assert outcomes(await first) == {"cancelled": "a newer request came"}
    assert at.provider.calls == []
    waited = outcomes(await second)["debounce"]
    assert 1 <= int(waited.removesuffix(" ms")) <= 50
    assert at.provider.calls == ["answered"]


async def test_an_older_text_gets_nothing(desk: Opened) -> None:
    at = desk()
    old = at.request()
    at.type("x")
    assert outcomes(await requests.suggest(at.session, old)) == {"trigger": "outdated"}


async def test_on_and_off_and_for_a_while(desk: Opened) -> None:
    at = desk()
    session = at.session
    assert switch.switched(session, None, 15, "") == switch.Stands("on", ())
    assert switch.switched(session, "off", 15, "") == switch.Stands("off", ())
    assert outcomes(await at.suggest()) == {"trigger": "off"}
    assert switch.switched(session, "on", 15, "") == switch.Stands("on", ())
    rests = switch.switched(session, "snoozed", 5, "")
    assert rests.state == "snoozed" and rests.until is not None
    assert rests.until - session.adapters.clock.now() == pytest.approx(300, abs=1)
    assert outcomes(await at.suggest()) == {"trigger": "snoozed"}
    assert switch.switched(session, "snoozed", 0, "").state == "on"
    assert switch.switched(session, "off", 15, "python") == switch.Stands("off", ("python",))
    assert outcomes(await at.suggest()) == {"trigger": "off for python"}
    assert switch.switched(session, None, 15, "") == switch.Stands("on", ("python",))
    switch.switched(session, "on", 15, "python")
    assert texts(await at.suggest()) == [("len(items)", "builtin", "")]


async def test_languages_that_are_off_go_by_what_editors_call_them(desk: Opened) -> None:
    at = desk(inline_languages_off="typescriptreact python")
    assert switch.switched(at.session, None, 15, "").languages_off == ("python", "tsx")
    assert outcomes(await at.suggest()) == {"trigger": "off for python"}


async def test_off_by_setting_is_off_until_it_is_put_on(desk: Opened) -> None:
    at = desk(inline="off")
    assert outcomes(await at.suggest()) == {"trigger": "off"}
    switch.switched(at.session, "on", 15, "")
    assert texts(await at.suggest()) == [("len(items)", "builtin", "")]


async def test_nothing_is_kept_of_a_document_that_was_closed(desk: Opened) -> None:
    at = desk("provider/model", inline_deadline="0")
    await at.suggest("invoked")
    at.type("x")
    documents.close_document(at.session, at.uri)
    state = state_of(at.session)
    assert (state.keys, state.given, state.models.asking, state.running) == ({}, {}, {}, {})
    await asyncio.sleep(0)
    assert at.provider.calls == ["cancelled"]


async def test_a_cache_that_cannot_be_used_is_empty(desk: Opened, tmp_path: Path) -> None:
    from redline.adapters.inline.drafts import InlineDrafts
    from redline.adapters.plain_cache import Kept, PlainCache

    at = desk("provider/model")
    (tmp_path / "file").write_text("")
    broken = PlainCache(Kept("x", lambda: str(tmp_path / "file"), 1000))
    inline = replace(at.session.adapters.inline, drafts=InlineDrafts(broken))
    at.session.adapters = replace(at.session.adapters, inline=inline)
    at.provider.answer = (Draft("sum(items)"),)
    at.provider.let.set()
    assert texts(await at.suggest("invoked")) == [("sum(items)", "model", "")]


def test_drafts_lie_in_a_folder_of_the_users_alone() -> None:
    from redline.adapters import places

    cache = main.adapters(main._settings(None, None, {})[0]).inline.drafts
    cache.keep("key", b"value")
    assert cache.find(("other", "key")) == ("key", b"value")
    assert cache.find(("other",)) is None
    assert Path(places.inline_cache()).stat().st_mode & 0o077 == 0


async def test_lines_end_as_those_of_the_text_do(desk: Opened, monkeypatch) -> None:
    at = desk()
    whole = "def total(items):\r\n    "
    uri = at.uri.replace("a.py", "b.py")
    documents.open_document(at.session, uri, "python", 1, whole)
    block = "first = items[0]\n    return first"
    monkeypatch.setattr(builtin, "drafts", lambda *_: (Draft(block),))
    request = _request(at.session, uri, len(whole), "automatic", 0)
    found = await requests.suggest(at.session, request)
    assert texts(found) == [(block.replace("\n", "\r\n"), "builtin", "")]


async def test_without_anything_to_stand_in_a_model_is_waited_for(
    desk: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = desk("provider/model", inline_deadline="0")
    monkeypatch.setattr(builtin, "drafts", lambda *_: ())
    at.provider.answer = (Draft("sum(items)"),)
    asked = asyncio.ensure_future(at.suggest("invoked"))
    await at.provider.begun.wait()
    at.provider.let.set()
    assert texts(await asked) == [("sum(items)", "model", "")]
