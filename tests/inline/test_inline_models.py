"""Providers' models for inline suggestions: real HTTP on loopback, the real gateway and ledger."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from fill_support import CART, MODEL, failure, shop, texts

from redline.adapters.models import litellm_library
from redline.app import documents
from redline.app.inline import models
from redline.app.inline.state import state_of
from redline.core.gateway import ledger
from redline.core.inline.model import InlineSettings
from redline.core.oversight.budget import Budget
from redline.core.oversight.policy import Decision, Rule

SUM = "> sum(map(price_of, items))\nusage: 90 8"
FENCED = "> ```python\n> sum(map(price_of, items))\n> ```\nusage: 300 20"


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    litellm_library.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


async def test_the_text_after_the_cursor_goes_out_as_suffix(folder: Path) -> None:
    async with shop(folder, SUM) as made:
        found = await models.drafts(made.session, made.request(), 1)
        assert texts(found) == ["sum(map(price_of, items))"]
        (asked,) = made.bodies
        before, _, after = CART.partition("‸")
        prompt = str(asked.pop("prompt"))
        assert prompt.endswith(f"# Path: shop/cart.py\n{before}")
        assert "# def price_of(item, currency=" in prompt
        assert asked == {
            "model": "scripted", "suffix": after, "max_tokens": 160, "stop": ["\n\n"],
            "temperature": 0.0,
        }  # fmt: skip
        assert [each.path for each in made.server.requests] == ["/v1/completions"]


async def test_within_a_line_one_line_is_asked_for(folder: Path) -> None:
    async with shop(folder, "> items") as made:
        request = made.request("def total(items):\n    return sum(‸ for x in items)\n")
        assert texts(await models.drafts(made.session, request, 1)) == ["items"]
        assert [(body["stop"], body["max_tokens"]) for body in made.bodies] == [(["\n"], 64)]


async def test_several_candidates_come_from_one_request(folder: Path) -> None:
    script = 'text: "sum(items)"\ncandidate:\n> len(items)\ncandidate:\n> sum(items)'
    async with shop(folder, script) as made:
        found = await models.drafts(made.session, made.request(), 3)
        assert texts(found) == ["sum(items)", "len(items)"]
        assert [body["n"] for body in made.bodies] == [3]


async def test_an_instruct_model_answers_with_one_fence(folder: Path) -> None:
    async with shop(folder, FENCED, fill="chat") as made:
        found = await models.drafts(made.session, made.request(), 1)
        assert texts(found) == ["sum(map(price_of, items))"]
        system, asked = made.bodies[0]["messages"]  # type: ignore[misc]
        assert "one fenced block" in system["content"]
        assert "before the cursor in shop/cart.py, python\n" in asked["content"]
        assert "after the cursor\n\n\n\ndef count(items):" in asked["content"]


@pytest.mark.parametrize(
    "answer",
    [
        "> sum(items)",
        "> Here it is:\n> ```\n> sum(items)\n> ```",
        "> ```\n> sum(items)\n> ```\n> I hope this helps.",
        "> ```\n> sum(items)",
        "> ```\n> sum(items)\n> ```\n> ```\n> len(items)\n> ```",
    ],
)
async def test_an_answer_in_any_other_form_gives_no_draft(folder: Path, answer: str) -> None:
    async with shop(folder, answer, fill="chat") as made:
        kind, said = failure(await models.drafts(made.session, made.request(), 1))
        assert (kind, "not one fenced block" in said) == ("incomplete", True)


@pytest.mark.parametrize(
    "fault",
    [
        "cut-connection",
        "cut-before-finish",
        "garbage-line",
        "html",
        "error-body",
        "status 500",
        "status 404",
        "context-length",
        "refusal",
    ],
)
@pytest.mark.parametrize("fill", ["suffix", "chat"])
async def test_what_is_not_whole_gives_no_draft(folder: Path, fault: str, fill: str) -> None:
    async with shop(folder, f"{FENCED}\nfault: {fault}", fill=fill) as made:
        found = await models.drafts(made.session, made.request(), 1)
        if fault == "refusal" and fill == "suffix":
            return  # there is no such thing where a model goes on with a text
        assert failure(found)[0] in ("provider", "incomplete")
        assert len(made.server.requests) == 1


async def test_an_empty_answer_is_no_failure(folder: Path) -> None:
    async with shop(folder, f"{SUM}\nfault: empty") as made:
        assert await models.drafts(made.session, made.request(), 1) == ()


async def test_of_an_answer_that_was_cut_at_its_length_the_whole_lines_count(folder: Path) -> None:
    script = 'text: "(\\n        len(items)\\n        + le"\nfinish: length'
    async with shop(folder, script) as made:
        found = await models.drafts(made.session, made.request(), 1)
        assert texts(found) == ["(\n        len(items)"]


async def test_a_finish_that_says_nothing_gives_no_draft(folder: Path) -> None:
    async with shop(folder, f"{SUM}\nfinish: abort") as made:
        assert failure(await models.drafts(made.session, made.request(), 1))[0] == "incomplete"


async def test_cancelled_it_closes_the_connection_at_once(folder: Path) -> None:
    async with shop(folder, f"{SUM}\nfault: no-answer 30") as made:
        took = []
        for _ in range(5):
            made.server._next = 0
            before = len(made.server.requests)
            task = asyncio.create_task(models.drafts(made.session, made.request(), 1))
            async with asyncio.timeout(20):
                while len(made.server.requests) == before:
                    await asyncio.sleep(0.001)
            began = time.perf_counter()
            task.cancel()
            async with asyncio.timeout(5):
                await made.server.disconnects.get()
            took.append(time.perf_counter() - began)
        assert sorted(took)[2] <= 0.02, took
        day = ledger.day_of(made.session.adapters.clock.now())
        spent = made.gateway.spending.spent("run", f"inline {day}")
        assert (spent.calls, spent.attempts, spent.tokens > 0) == (5, 5, True)


async def test_a_provider_that_wants_a_pause_gets_it(folder: Path) -> None:
    async with shop(folder, f"{SUM}\nfault: status 429 retry-after 7\n---\n{SUM}") as made:
        for _ in range(3):
            kind, said = failure(await models.drafts(made.session, made.request(), 1))
            assert (kind, "try again in 7 s" in said) == ("provider", True)
        assert len(made.server.requests) == 1
        state_of(made.session).models.held.clear()
        assert texts(await models.drafts(made.session, made.request(), 1)) != []


async def test_a_refused_key_is_told_once_and_not_sent_again(folder: Path) -> None:
    async with shop(folder, f"{SUM}\nfault: status 401") as made:
        for _ in range(3):
            assert failure(await models.drafts(made.session, made.request(), 1))[0] == "provider"
        assert len(made.server.requests) == 1
        (told,) = made.front.troubles
        assert told.startswith("inline suggestions: openai/scripted")


async def test_the_breaker_opens_and_nothing_leaves(folder: Path) -> None:
    replies = "\n---\n".join([f"{SUM}\nfault: status 500"] * 5)
    async with shop(folder, replies) as made:
        for _ in range(5):
            failure(await models.drafts(made.session, made.request(), 1))
        kind, said = failure(await models.drafts(made.session, made.request(), 1))
        assert (kind, "is not asked after several failures" in said) == ("provider", True)
        assert len(made.server.requests) == 5
        (state,) = made.gateway.spending.kept()
        assert (state.deployment, state.state) == (f"{MODEL} at {made.server.address}", "open")


async def test_over_the_budget_of_the_day_nothing_leaves(folder: Path) -> None:
    async with shop(folder, f"{SUM}\n---\n{SUM}", budget=Budget(day_tokens=50)) as made:
        assert texts(await models.drafts(made.session, made.request(), 1)) != []
        kind, said = failure(await models.drafts(made.session, made.request(), 1))
        assert (kind, "the budget of today is used up" in said) == ("budget", True)
        assert len(made.server.requests) == 1
        day = ledger.day_of(made.session.adapters.clock.now())
        assert made.gateway.spending.spent("day", day).tokens == 98


async def test_a_server_that_takes_no_suffix_is_asked_in_another_form(folder: Path) -> None:
    none = f"{SUM}\nfault: status 404"
    script = "\n---\n".join([none, none, FENCED])
    async with shop(folder, script, fill="auto", model="openai/qwen2.5-coder-7b") as made:
        said = [failure(await models.drafts(made.session, made.request(), 1))[1] for _ in "ab"]
        assert ["asked by markers" in said[0], "asked by chat" in said[1]] == [True, True]
        assert texts(await models.drafts(made.session, made.request(), 1)) != []
        assert [each.path for each in made.server.requests] == [
            "/v1/completions", "/v1/completions", "/v1/chat/completions",
        ]  # fmt: skip
        assert ["suffix" in body for body in made.bodies] == [True, False, False]


async def test_a_name_that_says_nothing_is_asked_in_words(folder: Path) -> None:
    async with shop(folder, FENCED, fill="auto") as made:
        assert texts(await models.drafts(made.session, made.request(), 1)) != []
        assert [each.path for each in made.server.requests] == ["/v1/chat/completions"]


async def test_markers_stand_in_the_prompt_where_there_is_no_suffix(folder: Path) -> None:
    model = "openai/qwen2.5-coder-7b"
    async with shop(folder, SUM, fill="markers", model=model) as made:
        assert texts(await models.drafts(made.session, made.request(), 1)) != []
        prompt = str(made.bodies[0]["prompt"])
        assert prompt.startswith("<|fim_prefix|>")
        assert prompt.endswith("def count(items):\n    return len(items)\n<|fim_middle|>")
        assert "suffix" not in made.bodies[0]
        request = made.request('x = "<|fim_middle|>"\ny = ‸\n')
        assert failure(await models.drafts(made.session, request, 1))[0] == "policy"


async def test_an_answer_with_a_marker_in_it_is_none(folder: Path) -> None:
    script = "> x\n> return <|fim_middle|>"
    async with shop(folder, script, fill="markers", model="openai/qwen2.5-coder") as made:
        found = failure(await models.drafts(made.session, made.request(), 1))
        assert (found[0], "holds markers" in found[1]) == ("incomplete", True)


async def test_files_that_the_policy_keeps_back_are_not_sent(folder: Path) -> None:
    kept = Rule("private", where=("private/*",), decision=Decision.DENY, because="private")
    async with shop(folder, SUM, {"private/x.py": "x = 1\n"}, rules=(kept,)) as made:
        for path in (".env", "tls/server.key", "private/x.py"):
            request = made.request("a = ‸\n", path)
            assert failure(await models.drafts(made.session, request, 1))[0] == "policy"
        assert made.server.requests == []


async def test_nothing_leaves_while_everything_is_stopped(folder: Path) -> None:
    async with shop(folder, SUM) as made:
        made.session.adapters.switch.stop()
        assert failure(await models.drafts(made.session, made.request(), 1))[0] == "policy"
        made.session.adapters.switch.resume()
        assert texts(await models.drafts(made.session, made.request(), 1)) != []
        assert len(made.server.requests) == 1


async def test_what_was_sent_is_recorded_without_the_code(folder: Path) -> None:
    async with shop(folder, f"{SUM}\n---\n{FENCED}") as made:
        await models.drafts(made.session, made.request(), 1)
        (sent,) = made.session.adapters.inline.sent(made.root).kept()
        body = made.bodies[0]
        size = len(str(body["prompt"]).encode()) + len(str(body["suffix"]).encode())
        assert (sent.model, sent.path, sent.bytes) == (MODEL, "shop/cart.py", size)
        assert (sent.address, sent.redacted) == (made.server.address, 0)
        files = [*Path(folder.parent).rglob("*.jsonl")]
        assert all("price_of" not in each.read_text() for each in files)


async def test_without_a_model_of_its_own_nothing_is_asked(folder: Path) -> None:
    async with shop(folder, SUM, model_timeout=5.0) as made:
        made.session.settings.roles.clear()  # type: ignore[attr-defined]
        assert models.configured(made.session) == ""
        assert await models.drafts(made.session, made.request(), 1) == ()
        assert made.server.requests == []


async def test_a_script_in_a_file_answers_by_what_stands_before_the_cursor(
    folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "inline.script"
    file.write_text('after: return \ntext: "sum(items)"\n---\nafter: len(\n> items\n')
    async with shop(folder, SUM, model=f"scripted:{file}") as made:
        for _ in range(2):
            asked = made.request("def f(items):\n    return ‸\n")
            assert texts(await models.drafts(made.session, asked, 1)) == ["sum(items)"]
        asked = made.request("x = len(‸)\n")
        assert texts(await models.drafts(made.session, asked, 1)) == ["items"]
        assert made.server.requests == []
        assert made.session.adapters.inline.sent(made.root).kept() == ()


async def test_how_long_a_model_takes_is_learnt(folder: Path) -> None:
    async with shop(folder, f"{SUM}\nfault: no-answer 0.2", inline=InlineSettings()) as made:
        assert models.expected_seconds(made.session) == 0.3
        await models.drafts(made.session, made.request(), 1)
        assert models.expected_seconds(made.session) >= 0.2


async def test_a_place_that_was_edited_is_told_of(folder: Path) -> None:
    async with shop(folder, SUM, {"shop/taxes.py": "def tax(net):\n    return net\n"}) as made:
        state_of(made.session)
        made.request("def tax(net):\n    return net‸\n", "shop/taxes.py")
        uri = f"{made.root}/shop/taxes.py"
        whole = documents.ContentChange(None, "def tax(net):\n    return net * RATE\n")
        assert documents.change_document(made.session, uri, 99, [whole]) == ""
        await models.drafts(made.session, made.request(), 1)
        assert "# Changed just now in shop/taxes.py:\n# def tax(net):" in made.text_sent.replace(
            "\\n", "\n"
        )
