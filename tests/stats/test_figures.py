"""The figures are folds over records: the same records give the same figures, and no others."""

from __future__ import annotations

from redline.core import payloads
from redline.core.agent.events import (
    Begun,
    ModelFailed,
    ModelReplied,
    ToolFailed,
    ToolReturned,
    UserAnswered,
)
from redline.core.agent.model import (
    AskUser,
    CallModel,
    Finish,
    Goal,
    Publish,
    Reply,
    RunTool,
    ToolCall,
    ToolResult,
    Usage,
)
from redline.core.journal import Entry, chained
from redline.core.oversight.budget import Budget
from redline.core.past import Line, lines
from redline.core.payloads import Payload
from redline.core.proposal.model import Check, Hunk, Proposal, Review, RolledBack
from redline.core.stats.facts import Acceptance, RunFacts, facts_of
from redline.core.stats.figures import DAY, Figures, Kept, Latency, figures, latency
from redline.core.stats.objectives import OBJECTIVES, Standing, standings

GOAL = Goal("refactor", "rename a to b")
BEGUN = Begun("", GOAL, "some/model", Budget())


def told(*records: tuple[float, Payload], run: str = "r") -> tuple[Line, ...]:
    """Records as they come out of a journal."""
    found, last = [], None
    for at, payload in records:
        text = payloads.encode(payload)
        last = chained(last, at, run, "event", text)
        found.append(Entry(last, text))
    return lines(found)


def hunk(id_: str) -> Hunk:
    return Hunk(id_, "file:///a", (), 0, b"a", b"b", "why", "computed")


def check(name: str, seconds: float, outcome="passed") -> Check:
    return Check(name, "a", outcome, "", seconds)


def proposal(*checks: Check) -> Proposal:
    return Proposal("r.p1", "r", "Rename", {}, (hunk("r.p1.1"), hunk("r.p1.2")), checks)


def called(number: int, at: float, seconds: float, usage: Usage) -> list[tuple[float, Payload]]:
    id_ = f"r.{number}"
    reply = ModelReplied(id_, Reply("", (), usage, "some/model"), seconds)
    return [(at, CallModel(id_, "planner")), (at + seconds, reply)]


def test_one_run_tells_what_its_records_say() -> None:
    asked, tool = ToolCall("c", 1, "edit", {}), ToolResult("c", "", failure="no such text")
    facts = facts_of(
        "r",
        told(
            (100.0, BEGUN),
            *called(1, 100.0, 2.0, Usage(10, 5, 0.25)),
            (102.0, RunTool("r.2", asked)),
            (102.5, ToolReturned("r.2", tool, 0.5)),
            (102.5, RunTool("r.3", asked)),
            (103.0, ToolFailed("r.3", "policy", "denied", 0.0)),
            (103.0, AskUser("r.4", "which?")),
            (1103.0, UserAnswered("r.4", "this")),
            *called(5, 1103.0, 1.0, Usage(3, 4, None)),
            (1105.0, Publish("r.6", proposal(check("parse", 0.1), check("tests", 9.0, "skipped")))),
            (1105.0, Finish("r.7", "proposed")),
            (1110.0, Review("r.p1", {"r.p1.1": "accepted", "r.p1.2": "rejected"}, "user", 0.0)),
            (1120.0, Review("r.p1", {"r.p1.1": "rejected"}, "rollback", 0.0)),
        ),
    )
    assert facts == RunFacts(
        "r",
        100.0,
        1120.0,
        ending="proposed",
        failure="",
        seconds=5.0,  # a thousand seconds of it were the user's
        waits=(5.0,),
        models=(2.0, 1.0),
        tools=(0.5, 0.0),
        tool_failures=2,
        checks=(0.1,),
        proposals=1,
        input_tokens=13,
        output_tokens=9,
        cost=0.25,
        unknown_costs=1,
        decisions={"r.p1.1": "rejected", "r.p1.2": "rejected"},
        accepted={"r.p1.1": Acceptance("r.p1.1", 1110.0, 1120.0)},
    )


def test_how_a_run_ended_that_never_said_so() -> None:
    cut = told((1.0, BEGUN), (1.0, CallModel("r.1", "planner")))
    waits = told((1.0, BEGUN), (1.0, AskUser("r.1", "which?")))
    back = told((1.0, RolledBack("r", "Rename")), (1.0, Finish("b.1", "proposed")))
    assert [facts_of("r", each).ending for each in (cut, waits, back)] == [
        "cut short",
        "waiting",
        "rollback",
    ]


def test_an_acceptance_that_is_taken_up_again_counts_from_then() -> None:
    decided = [("accepted", 1.0), ("fresh", 2.0), ("accepted", 3.0), ("accepted", 4.0)]
    records = [(at, Review("r.p1", {"h": word}, "user", at)) for word, at in decided]  # type: ignore[dict-item]
    facts = facts_of("r", told((0.0, BEGUN), *records))
    assert facts.accepted == {"h": Acceptance("h", 3.0)}


def run(id_: str, ending, **more) -> RunFacts:
    return RunFacts(id_, 0.0, 0.0, ending=ending, **more)


def test_many_runs_in_figures() -> None:
    runs = [
        run("a", "proposed", seconds=1.0, decisions={"1": "accepted", "2": "fresh"}, cost=0.5),
        run("b", "answered", seconds=3.0, models=(1.0, 2.0), unknown_costs=1),
        run("c", "failed", seconds=2.0, tools=(0.25,)),
        run("d", "escalated", decisions={"3": "rejected"}),
        run("e", "cancelled"),
        run("f", "cut short"),
        run("g", "rollback"),
        run("h", "proposed", decisions={"4": "rejected"}, accepted={"4": Acceptance("4", 1, 2)}),
    ]
    found = figures(runs, Kept(2, 1, 5, 7), 3)
    assert found == Figures(
        7,
        {"proposed": 2, "answered": 1, "failed": 1, "escalated": 1, "cancelled": 1, "cut short": 1},
        1,
        3,
        {"accepted": 1, "open": 1, "rejected": 1, "rolled back": 1},
        Kept(2, 1, 5, 7),
        {
            "run": latency([1.0, 3.0, 2.0, 0.0, 0.0]),
            "model call": latency([1.0, 2.0]),
            "tool call": latency([0.25]),
            "check": Latency(0, {50: None, 90: None, 95: None, 99: None}, None),
        },
        2,
        0,
        0,
        0.5,
        1,
        (),
    )
    rates = (found.rate("proposed", "answered"), found.rate("failed", "cut short"))
    assert rates == (3 / 6, 2 / 6)
    assert (found.rate("escalated"), found.acceptance, found.kept.rate) == (1 / 6, 2 / 3, 2 / 3)


def test_percentiles_are_times_that_were_measured() -> None:
    hundred = latency([float(number) for number in range(100, 0, -1)])
    assert hundred == Latency(100, {50: 50.0, 90: 90.0, 95: 95.0, 99: 99.0}, 100.0)
    assert latency([7.0]) == Latency(1, {50: 7.0, 90: 7.0, 95: 7.0, 99: 7.0}, 7.0)


def test_objectives_have_an_error_budget_over_their_own_window() -> None:
    now = 100 * DAY
    recent = {"at": now, "last": now}
    runs = [RunFacts(f"{n}", **recent, ending="answered", waits=(1.0,)) for n in range(300)]
    runs += [RunFacts("x", **recent, ending="failed", failure="internal", waits=(121.0,))]
    runs += [RunFacts("y", **recent, ending="failed", failure="provider", proposals=1)]
    runs += [RunFacts("z", **recent, ending="proposed", proposals=1, unchecked=1)]
    runs += [RunFacts("old", 0.0, now - 29 * DAY, ending="cut short")]
    runs += [RunFacts("asks", **recent, ending="waiting")]
    sound, prompt, checked = OBJECTIVES
    found = standings(runs, now)
    assert [each.met for each in found] == [True, True, False]
    assert [(each.total, each.bad, each.actual) for each in found] == [
        (303, 1, 302 / 303),
        (301, 1, 300 / 301),
        (2, 1, 0.5),
    ]
    assert [round(each.left or 0, 3) for each in found] == [0.67, 0.934, 0.0]
    nothing = [Standing(each, 0, 0, None, None) for each in (sound, prompt, checked)]
    assert list(standings([], now)) == nothing


def test_a_failure_that_was_mended_is_none() -> None:
    facts = facts_of(
        "r",
        told(
            (1.0, BEGUN),
            (1.0, CallModel("r.1", "planner")),
            (2.0, ModelFailed("r.1", "internal", "broke", 1.0)),
            *called(2, 2.0, 1.0, Usage()),
            (3.0, Finish("r.3", "failed", "no budget")),
        ),
    )
    assert (facts.ending, facts.failure, facts.model_failures) == ("failed", "", 1)
