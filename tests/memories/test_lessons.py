"""What runs and reviews leave behind, and which later runs are given it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from context_support import EXPLAIN, SHOP, Wanted, of_kind, opened, ran, watched
from redline.app import memories
from redline.app.review import acceptance, rounds
from redline.app.session import Session
from redline.core.context.render import message
from redline.core.memory.model import Memo
from redline.core.memory.private import LEFT_OUT, cleaned
from redline.core.memory.relevant import alike, rules, shelf
from redline.core.settings import Settings

COPY = """\
call plan {"steps": ["refactorer: copy"]}
---
call edit {"path": "shop/cart.py", "search": "self.items = items",
  "replace": "self.items = [*items]", "reason": "callers may change theirs"}
call propose {"title": "Copy the items"}
"""
MENDED = """\
call plan {"steps": ["refactorer: copy"]}
---
call edit {"path": "shop/cart.py", "search": "self.items = items",
  "replace": "self.items = copied(items)", "reason": "callers may change theirs"}
call propose {"title": "Copy the items"}
---
call edit {"path": "shop/cart.py", "search": "copied(items)", "replace": "[*items]",
  "reason": "a list display needs no import"}
call propose {"title": "Copy the items"}
"""
COPY_IT = Wanted("copy the items of the cart", "shop/cart.py", "self.items", "refactor")
LIKE_IT = Wanted("the cart should copy its items", action="ask")


def kept(session: Session, kind: str) -> list[Memo]:
    found = memories.of(session).store.remembered()
    assert found.problems == ()
    return [each for each in found.memos if each.kind == kind]


def test_a_rejected_hunk_is_a_lesson_for_the_next_run_like_it(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            run = await ran(session, COPY_IT, watched(COPY))
            assert run.state.proposal is not None
            assert acceptance.reject(session, run.state.proposal.id) == ""
            [lesson] = kept(session, "lesson")
            assert (lesson.run, lesson.paths) == (run.state.id, ("shop/cart.py",))
            assert lesson.title == "Rejected: Copy the items"
            assert lesson.text == (
                "Asked for: copy the items of the cart\n"
                "The user gave no reason.\n\n"
                "In shop/cart.py (callers may change theirs):\n"
                "    -         self.items = items\n"
                "    +         self.items = [*items]"
            )
            model = watched(EXPLAIN)
            await ran(session, LIKE_IT, model)
            origin = f"memory/{lesson.id}.md (run {run.state.id})"
            assert of_kind(model.context, "lesson") == [origin]
            assert "+         self.items = [*items]" in message(model.context)
            past = [each for each in model.context if each.kind == "past-run"]
            assert [each.title for each in past] == ["a past run, rejected"]
            assert memories.of(session).store.remembered().uses[lesson.id].count == 1

    asyncio.run(played())


def test_words_with_which_a_hunk_is_sent_back_are_kept(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            model = watched(COPY + '---\ncall give_up {"reason": "no tuple fits"}\n')
            run = await ran(session, COPY_IT, model)
            assert run.state.proposal is not None
            again = rounds.revise(session, run.state.proposal.id, None, "make it a tuple")
            await again.finished.wait()  # type: ignore[union-attr]
            [lesson] = kept(session, "lesson")
            assert lesson.title == "Sent back: Copy the items"
            assert "The user said: make it a tuple" in lesson.text

    asyncio.run(played())


def test_a_check_that_failed_and_was_mended_is_a_lesson(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            run = await ran(session, COPY_IT, watched(MENDED))
            assert run.state.outcome == "proposed", run.state.reason
            [lesson] = kept(session, "lesson")
            assert lesson.title == "Mended names: copy the items of the cart"
            assert "shop/cart.py:6" in lesson.text and "`copied`" in lesson.text
            assert lesson.text.endswith(
                "What was done then, after which it passed:\n"
                "- edit: path shop/cart.py, reason a list display needs no import"
            )
            model = watched(EXPLAIN)
            await ran(session, LIKE_IT, model)
            assert len(of_kind(model.context, "lesson")) == 1

    asyncio.run(played())


def test_a_run_is_summed_up_and_a_stopped_one_leaves_nothing(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            run = await ran(session, COPY_IT, watched(COPY))
            stopped = watched('call plan {"steps": ["scout: ask"]}\ncall ask {"question": "?"}\n')
            await ran(session, COPY_IT, stopped)  # with no answer at hand it is cancelled
            [memo] = kept(session, "run")
            assert memo == Memo(
                f"run-{run.state.id}",
                "run",
                "refactor: copy the items of the cart",
                "Asked for: copy the items of the cart\n"
                "Proposed: Copy the items (1 hunk in shop/cart.py)",
                memo.created,
                run.state.id,
                ("shop/cart.py",),
                "proposed",
            )

    asyncio.run(played())


def test_rules_of_the_user_are_given_to_every_run(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            rule = Memo("rule-1", "rule", "Say it in French.", "Say it in French.", 1.0)
            memories.of(session).store.keep(rule)
            model = watched(EXPLAIN)
            await ran(session, Wanted("explain", "shop/prices.py", "round"), model)
            shown = message(model.context)
            assert shown.index("# Rules") < shown.index("Say it in French.")
            assert shown.index("Say it in French.") < shown.index("# Data")

    asyncio.run(played())


def test_with_the_memory_off_nothing_is_kept_or_given(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP, Settings(memory="off")) as session:
            memories.of(session).store.keep(Memo("rule-1", "rule", "t", "in French", 1.0))
            run = await ran(session, COPY_IT, watched(COPY))
            assert run.state.proposal is not None
            acceptance.reject(session, run.state.proposal.id)
            model = watched(EXPLAIN)
            await ran(session, LIKE_IT, model)
            assert "French" not in message(model.context)
            assert [each.id for each in memories.of(session).store.remembered().memos] == ["rule-1"]

    asyncio.run(played())


def test_forgetting_a_run_takes_what_came_of_it(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(tmp_path, SHOP) as session:
            run = await ran(session, COPY_IT, watched(COPY))
            assert run.state.proposal is not None
            acceptance.reject(session, run.state.proposal.id)
            memories.of(session).store.keep(Memo("rule-1", "rule", "t", "x", 1.0))
            assert len(memories.forget_runs(session, [run.state.id])) == 2
            assert [each.id for each in memories.of(session).store.remembered().memos] == ["rule-1"]

    asyncio.run(played())


def lesson(number: int, text: str, *paths: str) -> Memo:
    return Memo(f"lesson-{number}", "lesson", "", text, float(number), "r", paths)


def test_likeness_is_by_words_and_by_file() -> None:
    shelved = shelf(
        [
            lesson(1, "The user wants decimals in prices, no floats for money"),
            lesson(2, "Sessions expire after an hour, cookies too"),
            lesson(3, "Prices of the shop", "shop/prices.py"),
            Memo("run-1", "run", "prices as decimals", "money", 1.0),
        ]
    )

    def found(query: str, path: str = "") -> list[str]:
        return [each.id for each in alike(shelved, "lesson", query, path, 5)]

    assert found("use decimals for the money in prices") == ["lesson-1"]
    assert found("prices", "shop/prices.py") == ["lesson-3", "lesson-1"]
    assert found("rename the cookie jar of the bakery") == []
    assert found("") == []
    assert [each.id for each in alike(shelved, "run", "money as decimals", "", 5)] == ["run-1"]


def test_of_the_rules_those_about_the_goal_come_first() -> None:
    made = [Memo(f"rule-{n}", "rule", "", text, float(n)) for n, text in enumerate(
        ("prices are cents", "two blanks", "no new imports")
    )]  # fmt: skip
    ids = [each.id for each in rules(shelf(made), "change the prices")]
    assert ids == ["rule-0", "rule-2", "rule-1"]


def test_secrets_are_left_out_of_what_is_remembered() -> None:
    key = "AKIA" + "QWERTYUIOPASDFGH"
    kept = cleaned(f"- key = '{key}'\n+ key = load()")
    assert kept == f"- key = '{LEFT_OUT}'\n+ key = load()"
    assert cleaned("as it is") == "as it is"
