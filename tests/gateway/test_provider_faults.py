"""Whatever a provider does, no edit comes of half a reply, and a fallback saves the run."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from faults import FAULTS, measured
from gateway_support import MAIN, OTHER, Waits, begun, gateway, ran, serving, settings, trouble

from redline.app import runs
from redline.core.agent.script import FAULTS as KNOWN
from redline.core.gateway.records import Attempted
from redline.core.gateway.retries import BURST

FEW, MANY = 3, 50


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_survived(fault: str, tmp_path: Path) -> None:
    await _survived(fault, FEW, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_survived_fifty_times(fault: str, tmp_path: Path) -> None:
    await _survived(fault, MANY, tmp_path)


async def _survived(fault: str, number: int, folder: Path) -> None:
    row = await measured(fault, number, folder)
    assert row.broken == []
    assert row.once == (0 if FAULTS[fault] == "refused" else number)
    assert row.fallback >= 0.95 * number
    assert row.attempts <= 1.1 * row.calls + BURST * number


def test_every_fault_of_the_scripted_server_is_met() -> None:
    met = {made.fault.kind for made in map(trouble, FAULTS) if made.fault is not None}
    assert met == set(KNOWN)


async def test_in_an_outage_retries_keep_to_their_budget(tmp_path: Path) -> None:
    """Fifty runs that share a gateway, of which the provider answers none."""
    shared = gateway(tmp_path / "gateway")
    first, attempts = 0, 0
    async with serving(lambda number: "fault: status 503") as server:
        for number in range(50):
            ended = await ran(tmp_path / str(number), settings(server), shared)
            assert (ended.state.outcome, ended.proposed) == ("failed", None)
            first += sum(begun.number == 1 for begun, _ in ended.attempts)
            attempts += len(ended.attempts)
        assert len(server.requests) == attempts <= 1.1 * first + BURST
    assert "is not asked after several failures" in ended.state.reason


async def test_where_a_third_of_all_requests_fail_the_budget_holds_and_runs_end_well(
    tmp_path: Path,
) -> None:
    chance = random.Random(5)
    shared = gateway(tmp_path / "gateway")
    proposed, first, retries = 0, 0, 0
    async with (
        serving(lambda number: "fault: cut-connection" if chance.random() < 0.3 else "") as server,
        serving() as other,
    ):
        for number in range(40):
            ended = await ran(tmp_path / str(number), settings(server, other), shared)
            proposed += ended.proposed is not None
            at_main = [begun for begun, _ in ended.attempts if begun.deployment == MAIN]
            first += sum(begun.number == 1 for begun in at_main)
            retries += sum(begun.number > 1 for begun in at_main)
    assert proposed >= 0.95 * 40
    assert 0 < retries <= 0.1 * first + BURST


async def test_a_fallback_says_what_it_is(tmp_path: Path) -> None:
    async with serving(lambda number: "fault: status 401") as server, serving() as other:
        ended = await ran(tmp_path / "w", settings(server, other), gateway(tmp_path / "g"))
    assert ended.state.proposal is not None
    assert f"by a fallback: {OTHER} answered, {MAIN} did not" in ended.state.proposal.notes
    assert ended.front.live is not None
    assert ended.front.live.proposal.notes == ended.state.proposal.notes
    assert [(begun.deployment, begun.why) for begun, _ in ended.attempts] == [
        (MAIN, "first"),
        (OTHER, "fallback"),
    ] * 3
    told = f"falls back to {OTHER} at {other.listened}: {MAIN} at {server.listened} did not answer"
    assert told in ended.front.messages


async def test_an_answer_by_a_fallback_says_so_below_it(tmp_path: Path) -> None:
    talk = 'call plan {"steps": ["scout: look"]}\n---\n> It greets the world.'
    async with (
        serving(lambda number: "fault: html", talk) as server,
        serving(conversation=talk) as other,
    ):
        made = settings(server, other)
        ended = await ran(tmp_path / "w", made, gateway(tmp_path / "g"), "explain")
    note = f"_by a fallback: {OTHER} answered, {MAIN} did not_"
    assert ended.front.answer is not None
    assert ended.front.answer.markdown == f"It greets the world.\n\n{note}"


async def test_the_user_is_told_what_is_waited_for(tmp_path: Path) -> None:
    waits = Waits()
    trouble = {1: "fault: status 429 retry-after 7"}
    async with serving(lambda number: trouble.get(number, "")) as server:
        made = gateway(tmp_path / "g", waits=waits)
        ended = await ran(tmp_path / "w", settings(server), made)
    (waited,) = waits.seconds
    assert 7.0 <= waited <= 7.7
    told = f"{MAIN} at {server.listened} is asked too often, again in {waited:.0f} s"
    assert told in ended.front.messages


async def test_an_attempt_is_recorded_before_it_leaves(tmp_path: Path) -> None:
    """At each request the server finds, in the journal, what it was just sent."""
    seen: list[int] = []

    def at(number: int) -> str:
        journal = run.journal.entries(run.state.id)
        seen.append(sum(each.record.kind == "attempt" for each in journal))
        return "fault: status 500" if number == 2 else ""

    async with serving(at) as server:
        run, front = await begun(tmp_path / "w", settings(server), gateway(tmp_path / "g"))
        await run.finished.wait()
        await runs.close(run.session)
    # Each earlier attempt has two records, and its own the first of its two.
    assert seen == [1, 3, 5, 7]
    assert front.live is not None


async def test_what_was_sent_can_be_told_from_the_journal(tmp_path: Path) -> None:
    async with serving(lambda number: "fault: status 500" if number == 2 else "") as server:
        ended = await ran(tmp_path / "w", settings(server), gateway(tmp_path / "g"))
    texts = {name: text for begun, _ in ended.attempts for name, text in begun.texts.items()}
    for begun_, _ in ended.attempts:
        assert begun_.address == server.listened
        sent = [texts[name] for name in begun_.sent]
        assert sent[0].startswith("system\nYou are Redline")
        assert sent[1].startswith("context\nWhat is known before you begin")
        assert sent[2] == "user\nsay new"
    assert ended.attempts[2][0].texts == {}, "a retry sends nothing new"
    assert [over.outcome for _, over in ended.attempts] == [
        "replied",
        "failed",
        "replied",
        "replied",
    ]


async def test_cancel_ends_the_attempt_at_once_and_counts_for_nothing(tmp_path: Path) -> None:
    shared = gateway(tmp_path / "g")
    async with serving(lambda number: "fault: stall 60") as server:
        run, _ = await begun(tmp_path / "w", settings(server), shared)
        async with asyncio.timeout(20):
            while not server.requests:
                await asyncio.sleep(0.01)
            run.cancel()
            await run.finished.wait()
            assert await server.disconnects.get() == 1
        await runs.close(run.session)
    over = [each for each in _records(run) if isinstance(each, Attempted)]
    assert [(each.outcome, each.usage) for each in over] == [("cancelled", None)]
    (standing,) = shared.standings.values()
    assert standing.breaker.consecutive == 0
    assert shared.spending.spent("run", run.state.id).unpriced == 1


def _records(run: object) -> list[object]:
    from redline.core import payloads

    journal = run.journal.entries(run.state.id)  # type: ignore[attr-defined]
    return [payloads.decode(each.payload) for each in journal if each.payload is not None]
