"""What a run ended in, as JSON: paths relative to the root, lines 1-based."""

from __future__ import annotations

from collections.abc import Mapping

from redline.app.session import Session
from redline.core import uris
from redline.core.agent.model import AskUser
from redline.core.proposal.follow import LiveHunk, LiveProposal
from redline.core.proposal.model import Answer, Check, Proposal
from redline.core.proposal.render import summary
from redline.core.text.text import Text

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def proposal_json(
    session: Session, live: LiveProposal, texts: Mapping[str, Text], diff: bytes
) -> dict[str, Json]:
    """A proposal; `texts` are the bases of its hunks, `diff` is for `git apply`."""
    proposal = live.proposal
    return {
        "kind": "proposal",
        "id": proposal.id,
        "run": proposal.run,
        "title": proposal.title,
        "summary": summary(proposal),
        "risk": proposal.risk,
        "notes": list(proposal.notes),
        "hunks": [_hunk(session, each, texts[each.hunk.uri]) for each in live.hunks],
        "checks": checks_json(proposal),
        "diff": diff.decode("utf-8", "replace"),
    }


def question_json(question: AskUser) -> dict[str, Json]:
    """A question and the answers it offers; no `options` where any words will do."""
    return {"question": question.question, "options": list(question.options)}


def asked(question: AskUser) -> str:
    """A question with its numbered answers, in one line."""
    options = ", ".join(f"{number}. {each}" for number, each in enumerate(question.options, 1))
    return f"{question.question} ({options})" if options else question.question


def checks_json(proposal: Proposal) -> Json:
    """The evidence for a proposal."""
    return [_check(check) for check in proposal.checks]


def _check(check: Check) -> Json:
    return {
        "name": check.name,
        "scope": check.scope,
        "outcome": check.outcome,
        "detail": check.detail,
        "seconds": check.seconds,
        "passed": check.passed,
        "ran": check.ran,
        "failures": [
            {"path": each.path, "line": each.line, "message": each.message, "test": each.test}
            for each in check.failures
        ],
    }


def _hunk(session: Session, live: LiveHunk, text: Text) -> Json:
    hunk = live.hunk
    last = max(hunk.start, hunk.start + len(hunk.before) - 1)
    return {
        "id": hunk.id,
        "path": _path(session, hunk.uri),
        "line": text.line_of(hunk.start) + 1,
        "end_line": text.line_of(last) + 1,
        "before": hunk.before.decode("utf-8", "replace"),
        "after": hunk.after.decode("utf-8", "replace"),
        "reason": hunk.reason,
        "origin": hunk.origin,
        "operation": hunk.operation,
        "target_path": _path(session, hunk.target) if hunk.target else "",
        "guard": hunk.guard,
    }


def answer_json(session: Session, answer: Answer) -> dict[str, Json]:
    """An answer."""
    places: list[Json] = [
        {"path": _path(session, p.uri), "line": p.line, "label": p.label} for p in answer.places
    ]
    head: dict[str, Json] = {"kind": "answer", "id": answer.id, "run": answer.run}
    return {**head, "markdown": answer.markdown, "places": places}


def _path(session: Session, uri: str) -> str:
    return uris.relative(session.snapshot.folders, uri) or uri
