"""Answers requests as Redline does: a run of a session that calls the tool and proposes, and
all of what it proposes accepted.

    python trial_redline.py ROOT < requests.json

One process and one session answer all requests; every answer is a line of JSON. What the
model would say is scripted, so that a run is what it is with any model.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from trial_answers import Answer, Item, told

from redline.app import runs
from redline.app.driver import Run
from redline.app.files import Files
from redline.app.runs import Refused
from redline.app.session import Session
from redline.core import uris
from redline.core.agent.model import Goal
from redline.core.agent.state import RunState
from redline.core.proposal.model import Proposal
from redline.core.text.edits import apply
from redline.core.text.text import Text
from redline.edge.cli.local import CliFront, indexed, local_session
from redline.main import wiring


def call_of(item: Item) -> tuple[str, dict[str, object]]:
    """The tool, and what it is given."""
    place: dict[str, object] = {"path": item.path, "line": item.line}
    match item.kind:
        case "rename":
            return "rename", {**place, "name": item.name, "new_name": item.new}
        case "extract":
            lines = {"start": item.line, "end": item.last}
            return "extract_function", {"path": item.path, "name": item.name, **lines}
        case "signature":
            return "change_signature", {**place, "name": item.name, "changes": [change_of(item)]}
    return "move_symbol", {**place, "name": item.name, "to": item.new}


def change_of(item: Item) -> str:
    """A change of a signature in words."""
    match item.how:
        case "add":
            return f"add {item.given} = {item.new}"
        case "rename":
            return f"rename {item.given} {item.new}"
        case "remove":
            return f"remove {item.given}"
        case "order":
            return f"order {item.new}"
    return f"default {item.given} {item.new}"


async def answered(session: Session, front: CliFront, item: Item, scripts: Path) -> Answer:
    """What becomes of the files when the proposal is accepted whole."""
    session.settings = replace(session.settings, model=f"scripted:{_script(item, scripts)}")
    front.proposal = None
    run = runs.begin(session, Goal("refactor", item.words))
    if isinstance(run, Refused):
        return Answer(run.message)
    assert isinstance(run, Run)
    await run.finished.wait()
    if front.proposal is None:
        return Answer(_why(run.state))
    proposal = front.proposal.proposal
    return Answer("", accepted(session, run.files(), proposal), proposal.notes)


def _script(item: Item, scripts: Path) -> Path:
    """A file with the replies of a model that wants just this."""
    name, given = call_of(item)
    replies = (
        f"call plan {json.dumps({'steps': [f'refactorer: {item.words}']})}",
        f"call {name} {json.dumps(given)}",
        f"call propose {json.dumps({'title': item.words})}",
        f"call give_up {json.dumps({'reason': 'refused'})}",
    )
    path = scripts / f"{len(list(scripts.iterdir()))}.script"
    path.write_text("\n---\n".join(replies) + "\n", "utf-8")
    return path


def _why(state: RunState) -> str:
    """What the first tool that failed said."""
    said = (turn.text for turn in state.transcript if turn.failed)
    return next(said, state.reason).removeprefix("failed: ")


def accepted(session: Session, files: Files, proposal: Proposal) -> dict[str, bytes | None]:
    """The files after every hunk, those held back too: the user has looked at them."""
    found: dict[str, bytes | None] = {}
    for uri in proposal.uris:
        hunks = [hunk for hunk in proposal.hunks if hunk.uri == uri]
        whole = next((hunk for hunk in hunks if hunk.operation != "edit"), None)
        base = files.base(uri)
        before = base.data if isinstance(base, Text) else b""
        after = apply(before, [edit for hunk in hunks for edit in hunk.edits])
        path = uris.for_model(session.snapshot.folders, uri)
        deleted = whole is not None and whole.operation == "delete"
        found[path] = None if deleted else session.adapters.disk.mark(uri) + after
        if whole is not None and whole.operation == "rename":
            found[uris.for_model(session.snapshot.folders, whole.target)] = found[path]
            found[path] = None
    return found


async def main(root: Path) -> None:
    """Answers every request of stdin."""
    with tempfile.TemporaryDirectory() as scripts:
        async with local_session(wiring(), root, quiet=True) as (session, front):
            await indexed(session, front)
            for item in Item.read(sys.stdin.read()):
                told(await answered(session, front, item, Path(scripts)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
