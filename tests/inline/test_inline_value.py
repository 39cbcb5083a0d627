"""What becomes of a suggestion is learnt from what is typed after it, in any editor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest

from redline.adapters.inline.record import KEPT_ENTRIES, SqliteInlineRecord
from redline.app import documents
from redline.app.inline import value
from redline.app.session import Front, Session, Workspace
from redline.core.agent.model import Usage
from redline.core.inline.model import InlineRequest, Noted, Suggested, Suggestion
from redline.core.inline.value.figures import Lasting, figures
from redline.core.inline.value.model import Count, Entry, Source
from redline.core.settings import Settings
from redline.core.text.positions import range_at
from redline.core.text.sync import ContentChange
from redline.core.text.text import Span, Text
from redline.main import adapters

URI = "file:///a.py"
BUILTIN = Source("builtin", "builtin", "python")


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    seconds: float = 1_000.0
    ids: int = 0

    def now(self) -> float:
        return 86_400.0 * 20_000 + self.seconds

    def monotonic(self) -> float:
        return self.seconds

    def new_id(self) -> str:
        self.ids += 1
        return f"id{self.ids}"


class Desk:
    """One document of a session in which suggestions are made and things typed; `|` is where."""

    def __init__(self, text: str) -> None:
        self.clock = Clock()
        made = replace(adapters(Settings()), clock=self.clock)
        self.session = Session(made, Workspace(), cast(Front, None))
        self.cursor = text.index("|")
        documents.open_document(self.session, URI, "python", 1, text.replace("|", ""))
        self.version, self.asked = 1, 0

    @property
    def text(self) -> Text:
        return self.session.documents[URI].document.text

    def suggest(self, *texts: str, replaces: int = 0) -> None:
        """Suggestions at the cursor, in place of so many bytes behind it."""
        self.asked += 1
        span = Span(self.cursor, self.cursor + replaces)
        request = InlineRequest(
            f"r{self.asked}", URI, "python", self.text, self.cursor, "automatic",
            self.clock.seconds - 0.5,
        )  # fmt: skip
        given = tuple(
            Suggestion(f"s{self.asked}.{n}", text, span, "builtin", "builtin")
            for n, text in enumerate(texts)
        )
        trace = (Noted("debounce", "", 0.1), Noted("model", "", 0.3))
        value.offered(self.session, request, Suggested(given, trace))

    def put(self, new: str, *, over: int = 0, back: int = 0) -> None:
        """One change at the cursor, over so many bytes behind it and before it."""
        span = Span(self.cursor - back, self.cursor + over)
        changed = ContentChange(range_at(self.text, span, self.session.encoding), new)
        self.version += 1
        assert documents.change_document(self.session, URI, self.version, [changed]) == ""
        self.cursor = span.start + len(new.encode())

    def type(self, text: str) -> None:
        for character in text:
            self.put(character)

    def later(self, seconds: float) -> None:
        self.clock.seconds += seconds

    def entries(self) -> list[Entry]:
        found = value.record_of(self.session).recent(100)
        return sorted(found, key=lambda each: each.id)


def entries_after(text: str, act: Callable[[Desk], None]) -> list[Entry]:
    async def acted() -> list[Entry]:
        desk = Desk(text)
        value.record_of(desk.session).forget("9999-01-01")
        act(desk)
        await value.close(desk.session)
        return desk.entries()

    return asyncio.run(acted())


def fates(text: str, act: Callable[[Desk], None]) -> list[tuple[str, int, int]]:
    return [(each.fate, each.accepted, each.by_hand) for each in entries_after(text, act)]


def test_put_in_whole() -> None:
    def act(desk: Desk) -> None:
        desk.suggest("total(items)\n    return x")
        desk.put("total(items)\n    return x")

    at = Clock().now()
    entry = Entry("s1.0", at, BUILTIN, "accepted", 25, 25, 0, 2)
    assert entries_after("def f():\n    x = |\n", act) == [entry]


def test_typed_first_and_then_put_in() -> None:
    def act(desk: Desk) -> None:
        desk.suggest("total(items)")
        desk.type("to")
        desk.suggest("tal(items)")
        desk.put("tal(items)")

    assert fates("x = |\n", act) == [("accepted", 10, 2)]


def test_word_by_word_is_whole_and_one_word_is_a_part() -> None:
    def all_words(desk: Desk) -> None:
        desk.suggest("one two three")
        for word in ("one", " two", " three"):
            desk.put(word)

    def one_word(desk: Desk) -> None:
        desk.suggest("one two three")
        desk.put("one")
        desk.type(" 2")

    assert fates("x = |\n", all_words) == [("accepted", 13, 0)]
    assert fates("x = |\n", one_word) == [("partly", 3, 1)]


def test_typed_through_by_hand_with_brackets_that_close_themselves() -> None:
    def act(desk: Desk) -> None:
        desk.suggest("f(a)")
        desk.type("f")
        desk.put("()")
        desk.cursor -= 1
        desk.type("a")

    assert fates("x = |\n", act) == [("typed", 0, 4)]


def test_what_is_not_wanted_and_what_gives_way() -> None:
    def other(desk: Desk) -> None:
        desk.suggest("total")
        desk.type("q")

    def another(desk: Desk) -> None:
        desk.suggest("total")
        desk.suggest("count")

    def back(desk: Desk) -> None:
        desk.suggest("total")
        desk.type("to")
        desk.put("", back=2)
        desk.put("total")

    assert fates("x = |\n", other) == [("dismissed", 0, 0)]
    assert fates("x = |\n", another) == [("replaced", 0, 0), ("dismissed", 0, 0)]
    assert fates("x = |\n", back) == [("accepted", 5, 0)]


def test_a_second_candidate_and_what_stood_behind_the_cursor() -> None:
    def second(desk: Desk) -> None:
        desk.suggest("one", "two")
        desk.put("two")

    def replaced(desk: Desk) -> None:
        desk.suggest("a, b)", replaces=1)
        desk.put("a, b)", over=1)

    found = entries_after("x = |\n", second)
    assert [(each.id, each.fate) for each in found] == [("s1.1", "accepted")]
    assert fates("x = f(|)\n", replaced) == [("accepted", 5, 0)]
    assert fates("x = f(|)\n", lambda desk: (desk.suggest("a", replaces=0), desk.put("a"))) == [
        ("typed", 0, 1)
    ]


def test_line_ends_of_two_bytes() -> None:
    def act(desk: Desk) -> None:
        desk.suggest("a\n    b")
        desk.put("a\r\n    b")

    assert fates("if x:\r\n    |\r\n", act) == [("accepted", 7, 0)]


def test_what_a_client_tells_makes_it_more_exact() -> None:
    def one_key(desk: Desk) -> None:
        desk.suggest(")")
        desk.put(")")
        value.accepted(desk.session, "s1.0")

    def unseen(desk: Desk) -> None:
        desk.suggest("one")
        value.shown(desk.session, "s1.0")
        value.dismissed(desk.session, "s1.0")
        desk.suggest("two")
        desk.type("q")

    assert fates("f(|\n", one_key) == [("accepted", 0, 1)]
    assert fates("x = |\n", unseen) == [("dismissed", 0, 0)]


@pytest.mark.parametrize(
    ("after", "soon"),
    [
        ("value = compute(\n    'first',\n    second,\n)\n", 1.0),
        ('value = compute("first", second)\n', 1.0),
        ('value = compute("first", other)\n', 7 / 8),
        ("value = 3\n", 0.0),
    ],
)
def test_what_is_kept_is_told_by_tokens(after: str, soon: float) -> None:
    def act(desk: Desk) -> None:
        desk.suggest('compute("first", second)')
        desk.put('compute("first", second)')
        desk.cursor = 0
        desk.put(after, over=len(desk.text))
        desk.later(31)
        desk.cursor = 0
        desk.put("# what comes later is not looked at\n", over=len(desk.text))
        value.saved(desk.session, URI)

    found = entries_after("value = |\n", act)
    assert [(each.soon, each.saved) for each in found] == [(soon, 0.0)]


def test_before_half_a_minute_nothing_is_judged() -> None:
    def act(desk: Desk) -> None:
        desk.suggest("compute(first)")
        desk.put("compute(first)")
        desk.later(29)
        desk.type(" + 1")
        value.saved(desk.session, URI)

    found = entries_after("value = |\n", act)
    assert [(each.soon, each.saved) for each in found] == [(None, 1.0)]


def test_figures_add_up(home: Path) -> None:
    async def acted() -> value.Value:
        desk = Desk("x = |\n")
        desk.suggest("one(two)")
        desk.put("one(two)")
        desk.later(31)
        desk.put("\n")
        desk.suggest("next = 1")
        desk.type("q")
        value.spent(desk.session, "some/model", "python", Usage(10, 5, 0.5))
        await value.close(desk.session)
        return value.value(desk.session, [value.record_of(desk.session)], 30)

    found = asyncio.run(acted()).figures
    total = found.total
    assert total.fates == {"accepted": 1, "dismissed": 1} and total.acceptance == 0.5
    assert (total.characters, total.accepted, total.by_hand) == (16, 8, 0)
    assert (total.lines, total.lines_kept, total.cost_per_kept_line) == (1, 1, 0.5)
    assert (total.soon, total.saved) == (Lasting(1, 1, 1.0), Lasting())
    medians = {name: each.percentiles[50] for name, each in total.latencies.items()}
    expected = {"own": 0.1, "model": 0.3, "whole": 0.5}
    assert medians == {name: pytest.approx(at, rel=0.1) for name, at in expected.items()}
    assert set(found.by["origin"]) == {"builtin", "model"}
    assert set(found.by["model"]) == {"builtin", "some/model"}
    kept = list(home.rglob("inline.sqlite"))
    assert len(kept) == 1 and b"one(two)" not in kept[0].read_bytes()


def entry(number: int, at: float = 0.0) -> Entry:
    return Entry(f"e{number:05}", at, BUILTIN, "typed", 3)


def test_servers_add_to_one_record(tmp_path: Path) -> None:
    path = tmp_path / "inline.sqlite"
    for _ in range(3):
        SqliteInlineRecord(lambda: path).add(
            [entry(1)], [Count("2026-01-02", BUILTIN, "fate:typed", 2)]
        )
    record = SqliteInlineRecord(lambda: path)
    assert record.counts("2026-01-02") == [Count("2026-01-02", BUILTIN, "fate:typed", 6.0)]
    assert figures(record.counts("2026-01-03")).total.shown == 0
    assert record.recent(5) == [entry(1)]


def test_a_record_is_bounded_and_forgets(tmp_path: Path) -> None:
    record = SqliteInlineRecord(lambda: tmp_path / "inline.sqlite")
    day = 86_400.0
    record.add([entry(n, n * day) for n in range(KEPT_ENTRIES + 10)], [])
    assert len(record.recent(5_000)) == KEPT_ENTRIES
    record.add([], [Count("1970-01-05", BUILTIN, "a", 1), Count("1970-03-01", BUILTIN, "a", 1)])
    record.forget("1970-02-01")
    assert [each.day for each in record.counts("")] == ["1970-03-01"]
    assert min(each.at for each in record.recent(5_000)) == 31 * day


@pytest.mark.parametrize("damage", [b"no database at all", b""])
def test_a_damaged_record_is_begun_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "inline.sqlite"
    record = SqliteInlineRecord(lambda: path)
    record.add([entry(n) for n in range(200)], [])
    data = path.read_bytes()
    path.write_bytes(damage or data[:5_000] + b"\xff" * (len(data) - 5_000))
    record.add([entry(7)], [])
    assert record.recent(5) == [entry(7)]
