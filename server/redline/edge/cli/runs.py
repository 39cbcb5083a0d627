"""`redline runs`, `show`, `replay`, `rollback`, `trust`: the journal and what it is good for."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from redline.app import history
from redline.app.review.rollback import roll_back
from redline.core import uris
from redline.core.proposal.render import counted, shortfalls
from redline.edge.cli.apply import DiskEditor
from redline.edge.cli.local import local_session, root_of
from redline.edge.cli.result import checks_json
from redline.edge.cli.wiring import CliWiring


async def runs(arguments: Namespace, wiring: CliWiring) -> int:
    """The runs of this folder, newest first."""
    async with local_session(wiring, root_of(arguments.root)) as (session, _):
        items = history.listed(session)
        if arguments.json:
            rows = [
                {"run": i.id, "at": i.at, "action": i.action}
                | {"instruction": i.instruction, "state": i.state}
                for i in items
            ]
            print(json.dumps(rows))
            return 0
        for item in items:
            at = datetime.fromtimestamp(item.at, UTC).astimezone()
            head = f"{item.id}  {at:%Y-%m-%d %H:%M}  {item.state:<9}"
            print(f"{head}  {item.action}: {item.instruction}")
        return 0


async def show(arguments: Namespace, wiring: CliWiring) -> int:
    """One run as a timeline."""
    async with local_session(wiring, root_of(arguments.root)) as (session, _):
        told = history.told(session, arguments.run)
        if isinstance(told, str):
            return _refused(told, 2)
        state = told.state
        if arguments.json:
            steps = [(s.role, s.intent, s.status) for s in state.plan.steps] if state.plan else []
            decisions = dict(told.decisions)
            value = {"run": told.id, "state": state.phase, "plan": steps, "decisions": decisions}
            checks = checks_json(state.proposal) if state.proposal else []
            print(json.dumps({**value, "checks": checks, "timeline": history.timeline(told)}))
            return 0
        print(history.timeline(told))
        for line in shortfalls(state.proposal) if state.proposal else ():
            print(f"  {line}")
        return 0


async def replay(arguments: Namespace, wiring: CliWiring) -> int:
    """Folds a run again without any model call; 1 when it would not be the same."""
    async with local_session(wiring, root_of(arguments.root)) as (session, _):
        told = history.told(session, arguments.run)
        if isinstance(told, str):
            return _refused(told, 2)
        broken = history.verified(session)
        problems = [*told.differences, *([broken] if broken else [])]
        state = told.state
        if arguments.json:
            same = not problems
            print(
                json.dumps(
                    {"run": told.id, "same": same, "state": state.phase, "problems": problems}
                )
            )
        else:
            print(f"{told.id}: {len(told.lines)} records, {state.effects} effects, {state.phase}")
        for problem in problems:
            sys.stderr.write(f"redline: {problem}\n")
        return 1 if problems else 0


async def rollback(arguments: Namespace, wiring: CliWiring) -> int:
    """Takes back what a run changed."""
    async with local_session(wiring, root_of(arguments.root)) as (session, _):
        done = await roll_back(session, DiskEditor(session), arguments.run)
        if not done.accepted:
            unknown = done.message.startswith("there is no run")
            return _refused(done.message, 2 if unknown else 1)
        print(f"{counted(len(done.accepted), 'hunk')} rolled back")
        incomplete = done.stale or done.undone or done.unconfirmed
        return _refused(done.message, 1) if incomplete else 0


async def trust(arguments: Namespace, wiring: CliWiring) -> int:
    """Grants or takes back trust in a folder."""
    root = root_of(arguments.folder)
    async with local_session(wiring, root) as (session, _):
        uri = uris.from_path(Path(root).as_posix())
        if arguments.revoke:
            session.adapters.trust.revoke(uri)
        else:
            session.adapters.trust.grant(uri)
        word = "trusted" if session.adapters.trust.trusted(uri) else "not trusted"
        print(f"{root}: {word}")
        return 0


def _refused(message: str, code: int) -> int:
    sys.stderr.write(f"redline: {message}\n")
    return code
