"""What a model is given to know for a goal, from the index and the buffers of the editor."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path

from context_support import EXPLAIN, SHOP, Wanted, of_kind, opened, ran, watched
from redline.adapters.tokens import count
from redline.app import documents, history
from redline.core.context.choose import origins
from redline.core.context.render import message
from redline.core.settings import Settings
from redline.core.text.positions import Encoding, range_at
from redline.core.text.sync import ContentChange
from redline.core.text.text import Span

EDITS = """\
call plan {"steps": ["refactorer: count", "documenter: say so"]}
---
call edit {"path": "shop/cart.py", "search": "self.items = items",
  "replace": "self.items = [*items]"}
call done {"evidence": "it copies"}
---
call propose {"title": "Copy the items"}
"""


def run(what: Coroutine[object, object, None]) -> None:
    asyncio.run(what)  # type: ignore[arg-type]


def test_a_place_brings_its_function_its_callers_its_tests_and_what_it_calls(
    tmp_path: Path,
) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            model = watched(EXPLAIN)
            await ran(session, Wanted("explain this", "shop/cart.py", "sum(self.items)"), model)
            context = model.context
            assert of_kind(context, "place") == ["shop/cart.py:8-9"]
            assert of_kind(context, "caller") == ["shop/receipt.py:4-6"]
            assert of_kind(context, "test") == ["tests/test_cart.py:4-5"]
            assert of_kind(context, "neighbour") == ["shop/prices.py:1-2"]
            assert of_kind(context, "outline") == ["shop/cart.py"]
            assert model.requests[1].context == context

    run(played())


def test_without_a_place_the_words_lead_to_the_code(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            model = watched(EXPLAIN)
            await ran(session, Wanted("what does `receipt` print to pay?", action="ask"), model)
            assert of_kind(model.context, "symbol")[0] == "shop/receipt.py:4-6"
            assert "to pay: {cart.total()}" in message(model.context)

    run(played())


def test_buffers_that_were_not_saved_count(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            uri = f"{session.snapshot.folders[0].uri}/shop/cart.py"
            documents.open_document(session, uri, "python", 1, SHOP["shop/cart.py"])
            text = session.documents[uri].document.text
            at = text.data.index(b"sum(self.items)")
            range_ = range_at(text, Span(at, at + 3), session.encoding)
            change = ContentChange(range_, "add_up")
            assert not documents.change_document(session, uri, 2, [change])
            assert session.encoding in Encoding
            model = watched(EXPLAIN)
            await ran(session, Wanted("explain this", "shop/cart.py", "add_up"), model)
            place = next(each for each in model.context if each.kind == "place")
            assert "return rounded(add_up(self.items))" in place.text
            digest = session.documents[uri].document.text.digest
            assert place.origin == f"shop/cart.py:8-9@{digest[:12]}"

    run(played())


def test_the_budget_of_the_settings_holds_and_none_is_none(tmp_path: Path) -> None:
    async def played(tokens: int) -> None:
        settings = Settings(context_tokens=tokens)
        async with opened(tmp_path / str(tokens), SHOP, settings) as session:
            model = watched(EXPLAIN)
            await ran(session, Wanted("explain this", "shop/cart.py", "sum(self.items)"), model)
            assert count(message(model.context)) <= tokens
            assert bool(model.context) == (tokens > 0)

    for tokens in (0, 500, 6000):
        run(played(tokens))


def test_what_was_given_is_in_the_journal_and_a_replay_leaves_it_out(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            model = watched(EXPLAIN)
            done = await ran(session, Wanted("explain", "shop/cart.py", "def total"), model)
            told = history.told(session, done.state.id)
            assert not isinstance(told, str)
            assert (told.state, told.differences) == (done.state, ())
            # The second call got the same, so it is recorded once, with the first.
            assert [each.origins for each in told.contexts] == [origins(model.context)]
            assert told.contexts[0].effect == f"{done.state.id}.1"
            assert told.contexts[0].tokens == count(message(model.context))

    run(played())


def test_a_file_that_the_run_has_changed_is_shown_as_it_was_and_says_so(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            model = watched(EDITS)
            wanted = Wanted("copy the items", "shop/cart.py", "self.items", "refactor")
            done = await ran(session, wanted, model)
            assert done.state.outcome == "proposed", done.state.reason
            first, last = model.requests[0].context, model.requests[-1].context
            mark = "as it was before this run changed the file"
            assert [mark in each.title for each in first if each.kind == "place"] == [False]
            assert [mark in each.title for each in last if each.kind == "place"] == [True]
            places = [next(e for e in c if e.kind == "place") for c in (first, last)]
            assert places[0].text == places[1].text

    run(played())


def test_what_the_step_names_is_added_with_the_step(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            model = watched('call plan {"steps": ["scout: read `rounded`"]}\n---\n> It rounds.\n')
            await ran(session, Wanted("what is it", "tests/test_cart.py", "assert"), model)
            named = [of_kind(each.context, "symbol") for each in model.requests]
            assert named == [[], ["shop/prices.py:1-2"]]

    run(played())


def test_the_builtin_model_is_given_nothing_and_nothing_is_gathered(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            model = replace(watched(EXPLAIN), name="builtin")
            done = await ran(session, Wanted("explain", "shop/cart.py", "def total"), model)
            assert [each.context for each in model.requests] == [(), ()]
            told = history.told(session, done.state.id)
            assert not isinstance(told, str)
            assert (told.contexts, session.contexts) == ((), None)

    run(played())


def test_what_the_policy_keeps_from_tools_is_kept_back(tmp_path: Path) -> None:
    files = {**SHOP, "deploy/server.key.py": "x = 1\n", "a/.env.py": "SECRET = 1\n"}

    async def played() -> None:
        async with opened(tmp_path, files) as session:
            model = watched(EXPLAIN)
            await ran(session, Wanted("where is `SECRET` set?", action="ask"), model)
            assert "SECRET" not in message(model.context)

    run(played())
