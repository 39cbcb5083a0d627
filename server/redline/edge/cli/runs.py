"""`redline runs`, `show`, `replay`, `rollback`, `trust`, `stop`, `resume`: past runs, and all."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from redline.app import forgetting, history
from redline.app.history import Item, Told
from redline.app.review.rollback import roll_back
from redline.app.sent import sendings
from redline.app.session import Session
from redline.app.switch import stop_all
from redline.core import uris
from redline.core.context.model import ContextGiven
from redline.core.past import Line
from redline.core.proposal.render import counted, shortfalls
from redline.core.text.unseen import plain_text
from redline.core.timeline import Moment
from redline.edge.cli import inline_sent
from redline.edge.cli.apply import DiskEditor
from redline.edge.cli.local import local_session, root_of
from redline.edge.cli.result import Json, asked, checks_json, question_json
from redline.edge.cli.wiring import CliWiring, UsageProblem


async def runs(arguments: Namespace, wiring: CliWiring) -> int:
    """The runs of this folder, newest first; or forgets what some of them said."""
    async with local_session(wiring, root_of(arguments.root)) as (session, _):
        if arguments.forget is not None:
            return _forget(session, arguments)
        if arguments.older_than is not None or arguments.all:
            raise UsageProblem("--older-than and --all say what to --forget")
        items = history.listed(session)
        if arguments.json:
            print(json.dumps([_row(each) for each in items]))
            return 0
        for item in items:
            at = datetime.fromtimestamp(item.at, UTC).astimezone()
            head = f"{item.id}  {at:%Y-%m-%d %H:%M}  {item.state:<9}"
            print(plain_text(f"{head}  {item.action}: {item.instruction}".rstrip(": ")))
            if item.question is not None:
                print(plain_text(f"  asks: {asked(item.question)}".replace("\n", " ")))
        return 0


def _row(item: Item) -> dict[str, Json]:
    """One run; what it waits for is named where it waits."""
    row: dict[str, Json] = {"run": item.id, "at": item.at, "action": item.action}
    row |= {"instruction": item.instruction, "state": item.state}
    return row | (question_json(item.question) if item.question is not None else {})


def _forget(session: Session, arguments: Namespace) -> int:
    chosen = [bool(arguments.forget), arguments.older_than is not None, arguments.all]
    if chosen.count(True) != 1:
        raise UsageProblem("--forget takes a run, or --older-than DAYS, or --all")
    if arguments.forget:
        done = forgetting.forget(session, arguments.forget)
    elif arguments.all:
        done = forgetting.forget_all(session)
    else:
        done = forgetting.forget_older(session, arguments.older_than)
    if arguments.json:
        kept = [{"run": run, "because": because} for run, because in done.kept]
        print(json.dumps({"forgotten": list(done.forgotten), "kept": kept}))
    else:
        print(f"{counted(len(done.forgotten), 'run')} forgotten")
    for run, because in done.kept:
        sys.stderr.write(f"redline: {run} {because}\n")
    return 2 if done.unknown else 1 if done.kept else 0


async def show(arguments: Namespace, wiring: CliWiring) -> int:
    """One run as a timeline; or what was sent for inline suggestions, which are no run."""
    async with local_session(wiring, root_of(arguments.root)) as (session, _):
        if arguments.run == inline_sent.NAME:
            return inline_sent.show(session, arguments.json)
        told = history.told(session, arguments.run)
        if isinstance(told, str):
            return _refused(told, 2)
        if arguments.sent:
            return _sent(told, arguments.json)
        if arguments.json:
            print(json.dumps(_detail(session, told)))
            return 0
        goal = told.state.goal
        print(f"# {goal.action if goal else 'run'}: {goal.instruction if goal else told.id}")
        for each in history.moments_of(session, told):
            at = datetime.fromtimestamp(each.at, UTC).astimezone()
            print(plain_text(f"{at:%H:%M:%S}  {'  ' * each.level}{each.text}"))
        for line in shortfalls(told.state.proposal) if told.state.proposal else ():
            print(f"  {plain_text(line)}")
        _others(session, told)
        return 0


def _context_json(given: ContextGiven) -> dict[str, Json]:
    return {"effect": given.effect, "tokens": given.tokens, "origins": list(given.origins)}


def _detail(session: Session, told: Told) -> dict[str, Json]:
    """All that is known of a run; `records` is what the journal holds, word for word."""
    state, goal = told.state, told.state.goal
    steps: list[Json] = (
        [[each.role, each.intent, each.status] for each in state.plan.steps] if state.plan else []
    )
    spend = state.spend
    return {
        "run": told.id,
        "action": goal.action if goal else "",
        "instruction": goal.instruction if goal else "",
        "model": state.model,
        "versions": dict(told.versions),
        "changed": list(history.changed_since(session, told)),
        "state": state.phase,
        "outcome": state.outcome,
        "reason": state.reason,
        "plan": steps,
        "spend": {"model_calls": spend.model_calls, "tokens": spend.tokens}
        | {"cost": spend.cost, "seconds": spend.seconds, "files": spend.files},
        "decisions": dict(told.decisions),
        "checks": checks_json(state.proposal) if state.proposal else [],
        "context": [_context_json(each) for each in told.contexts],
        "moments": [_moment_json(each) for each in history.moments_of(session, told)],
        "records": [_record_json(each) for each in told.lines],
        "timeline": history.timeline(session, told),
    }


def _moment_json(moment: Moment) -> Json:
    return {
        "seq": moment.seq,
        "at": moment.at,
        "kind": moment.kind,
        "level": moment.level,
        "text": moment.text,
        "seconds": moment.seconds,
    }


def _record_json(line: Line) -> Json:
    record = line.entry.record
    payload: Json = json.loads(line.entry.payload or "null")
    return {"seq": record.seq, "at": record.at, "kind": record.kind, "payload": payload}


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
            value = {"run": told.id, "same": not problems, "state": state.phase}
            changed = list(history.changed_since(session, told))
            print(json.dumps({**value, "problems": problems, "changed": changed}))
        else:
            print(f"{told.id}: {len(told.lines)} records, {state.effects} effects, {state.phase}")
            _others(session, told)
        for problem in problems:
            sys.stderr.write(f"redline: {problem}\n")
        return 1 if problems else 0


def _others(session: Session, told: Told) -> None:
    """Says where a run rested on other versions than there are now."""
    for each in history.changed_since(session, told):
        sys.stderr.write(f"redline: it ran with another version of {each}\n")


async def rollback(arguments: Namespace, wiring: CliWiring) -> int:
    """Takes back what a run changed."""
    async with local_session(wiring, root_of(arguments.root)) as (session, _):
        done = await roll_back(session, DiskEditor(session), arguments.run)
        if not done.accepted:
            unknown = done.message.startswith("there is no run")
            return _refused(done.message, 2 if unknown else 1)
        print(f"{counted(len(done.accepted), 'hunk')} rolled back")
        if done.undo:
            sys.stderr.write(f"redline: `redline rollback {done.undo}` puts them in again\n")
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


def _sent(told: history.Told, as_json: bool) -> int:
    """What a run sent where; 0 also where nothing left the machine."""
    rows = list(sendings(told))
    if as_json:
        print(json.dumps([asdict(each) for each in rows]))
        return 0
    for each in rows:
        at = datetime.fromtimestamp(each.at, UTC).astimezone()
        where = f" at {each.address}" if each.address else ""
        why = "" if each.why == "first" else f"  {each.why}"
        hidden = f"  {counted(each.redacted, 'secret')} hidden" if each.redacted else ""
        size = f"{counted(each.messages, 'message')}, {each.bytes} bytes"
        print(f"{at:%H:%M:%S}  {each.deployment}{where}  {size}{hidden}{why}")
    if not rows:
        print("nothing was sent anywhere")
    return 0


async def stop(arguments: Namespace, wiring: CliWiring) -> int:
    """Stops every run of the user, in every server, and keeps new ones from beginning."""
    async with local_session(wiring, root_of(arguments.root)) as (session, _):
        stop_all(session)
        print("every run is stopped; `redline resume` lets runs begin again")
        return 0


async def resume(arguments: Namespace, wiring: CliWiring) -> int:
    """Lets runs begin again."""
    async with local_session(wiring, root_of(arguments.root)) as (session, _):
        was = session.adapters.switch.resume()
        print("runs may begin again" if was else "runs were not stopped")
        return 0


def _refused(message: str, code: int) -> int:
    sys.stderr.write(f"redline: {message}\n")
    return code
