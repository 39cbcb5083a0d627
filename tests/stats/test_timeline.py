"""A run as moments: what a person wants to know of it, in order, each on one line."""

from __future__ import annotations

from test_figures import BEGUN, GOAL, check, told

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
    Publish,
    Reply,
    RunTool,
    ToolCall,
    ToolRequest,
    ToolResult,
    Usage,
)
from redline.core.oversight.budget import Budget
from redline.core.oversight.policy import Decision, Verdict
from redline.core.proposal.model import Hunk, Proposal, Review, RolledBack
from redline.core.timeline import Moment, moments


def texts(*records) -> list[str]:
    lines = told(*records)
    return [each.text for each in moments("r", lines, lambda uri: uri.rpartition("/")[2])]


def test_a_run_from_the_request_to_the_review() -> None:
    plan = ToolRequest("c1", "plan", '{"steps": ["scout: look\\n around", "refactorer: do it"]}')
    finished = ToolRequest("c2", "done", '{"evidence": "seen"}')
    edit = ToolCall("c3", 2, "edit", {"path": "a.py", "search": "x"})
    made = Hunk("h", "file:///p/a.py", (), 0, b"", b"", "tidier", "generated")
    named = Hunk(
        "i", "file:///p/a.py", (), 0, b"", b"", "a word", "computed", "rename", "file:///p/b.py"
    )
    proposal = Proposal("r.p1", "r", "Tidy", {}, (made, made, named), (check("parse", 0.01),))
    begun = Begun("", GOAL, "some/model", Budget(), {"tools": "12ab"})
    planned = Reply("", (plan, finished), Usage(1200, 30, None), "some/model")
    assert texts(
        (1.0, begun),
        (1.0, CallModel("r.1", "planner")),
        (3.5, ModelReplied("r.1", planned, 2.5)),
        (3.5, CallModel("r.2", "refactorer")),
        (4.0, ModelFailed("r.2", "timeout", "nothing came", 0.5)),
        (4.0, RunTool("r.3", edit)),
        (4.0, Verdict(Decision.DENY, ("secrets",), "a.py: may hold secrets")),
        (4.0, ToolFailed("r.3", "policy", "refused", 0.0)),
        (4.0, ToolReturned("r.4", ToolResult("c4", "done\nand more"), 0.25)),
        (5.0, AskUser("r.5", "which\none?", ("a", "b"))),
        (6.0, UserAnswered("r.5", "a")),
        (7.0, Publish("r.6", proposal)),
        (7.0, Finish("r.7", "proposed")),
        (8.0, Review("r.p1", {"h": "accepted", "i": "rejected", "j": "accepted"}, "user", 8.0)),
        (9.0, Review("r.p1", {}, "expiry", 9.0, "too old")),
    ) == [
        "begun with some/model, tools 12ab",
        "planner: some/model says: plan, done, 1200+30 tokens, cost unknown (2.5 s)",
        "plan 1: 1 scout: look around; 2 refactorer: do it",
        "step 1 done: seen",
        "step 2 (refactorer): do it",
        "refactorer: model failed (timeout): nothing came (0.500 s)",
        "edit path=a.py, search=x",
        "DENY: a.py: may hold secrets",
        "-> policy: refused (0.000 s)",
        "-> done (0.250 s)",
        "asks: which one? [a] [b]",
        "the user answers: a",
        "proposed: Tidy (1 file, 1 renamed, 2 lines, parse ok, 0.0 s)",
        "check parse passed: (0.010 s)",
        "2 hunks: edit a.py, generated: tidier",
        "1 hunk: rename a.py to b.py, computed: a word",
        "proposed",
        "1 model call, 1,230 tokens, cost unknown, 3.0 s",
        "review by user: 2 accepted, 1 rejected",
        "expired: too old",
    ]


def test_a_moment_knows_its_record_and_what_it_belongs_to() -> None:
    lines = told(
        (1.0, BEGUN),
        (1.5, CallModel("r.1", "planner")),
        (2.0, ModelFailed("r.1", "provider", "x" * 999, 0.5)),
    )
    found = list(moments("r", lines, str))
    assert found[0] == Moment(1, 1.0, "begun", "begun with some/model")
    assert (found[1].seq, found[1].at, found[1].kind, found[1].level) == (3, 2.0, "failure", 1)
    assert found[1].seconds == 0.5 and len(found[1].text) < 320


def test_a_rollback_says_what_it_takes_back() -> None:
    back = (1.0, RolledBack("r0", "Tidy")), (2.0, Finish("b.1", "proposed"))
    assert texts(*back) == ["takes back run r0: Tidy", "proposed"]
