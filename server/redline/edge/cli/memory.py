"""`redline memory`: what runs remember, for its user to read, edit and take away."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from redline.app import memories
from redline.app.session import Session
from redline.core.memory.model import Memo, Remembered, Uses
from redline.core.memory.rules import rule_of
from redline.core.proposal.render import counted
from redline.edge.cli.local import local_session, plain, root_of
from redline.edge.cli.wiring import CliWiring, UsageProblem

Row = dict[str, object]


async def memory(arguments: Namespace, wiring: CliWiring) -> int:
    """One of `list`, `show`, `edit`, `add`, `forget`."""
    async with local_session(wiring, root_of(arguments.root)) as (session, _):
        found = memories.of(session).store.remembered()
        for problem in found.problems:
            sys.stderr.write(f"redline: left alone: {plain(problem)}\n")
        return _ACTIONS[arguments.what](arguments, session, found)


def _list(arguments: Namespace, session: Session, found: Remembered) -> int:
    memos = sorted(found.memos, key=lambda each: (-each.created, each.id))
    if arguments.json:
        print(json.dumps([_row(session, found, each) for each in memos]))
        return 0
    for memo in memos:
        uses = found.uses.get(memo.id, Uses())
        source = f" run {memo.run}" if memo.run else ""
        used = f"used {counted(uses.count, 'time')}"
        print(f"{memo.id}  {_day(memo.created)}  {used}{source}  {_shown(memo.title)}")
    return 0


def _show(arguments: Namespace, session: Session, found: Remembered) -> int:
    memo = _named(found, arguments.id)
    if arguments.json:
        print(json.dumps(_row(session, found, memo)))
        return 0
    row = _row(session, found, memo)
    for name in ("file", "kind", "created", "run", "outcome", "paths", "used"):
        value = row[name]
        told = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if told:
            print(f"{name}: {_shown(told)}")
    print(f"\n{_shown(memo.title)}\n\n{_shown(memo.text)}")
    return 0


def _edit(arguments: Namespace, session: Session, found: Remembered) -> int:
    rules = [memo.id for memo in found.memos if memo.kind == "rule"]
    ids = [_named(found, arguments.id).id] if arguments.id else rules
    if not ids:
        raise UsageProblem('there is no rule to edit; write one: redline memory add "..."')
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    store = memories.of(session).store
    places = [store.place(id_) for id_ in ids]
    if not editor:
        raise UsageProblem(f"set EDITOR, or open it yourself: {' '.join(places)}")
    try:
        code = subprocess.run([*shlex.split(editor), *places], check=False).returncode
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{editor}: {error}") from error
    problems = set(store.remembered().problems) - set(found.problems)
    for problem in sorted(problems):
        sys.stderr.write(f"redline: is no memo any more: {plain(problem)}\n")
    return 1 if code or problems else 0


def _add(arguments: Namespace, session: Session, found: Remembered) -> int:
    if not arguments.rule.strip():
        raise UsageProblem("a rule needs words")
    memo = rule_of(arguments.rule, session.adapters.clock.now(), [each.id for each in found.memos])
    store = memories.of(session).store
    store.keep(memo)
    print(f"{memo.id}  {store.place(memo.id)}")
    return 0


def _forget(arguments: Namespace, session: Session, found: Remembered) -> int:
    if bool(arguments.id) == arguments.all:
        raise UsageProblem("give the ids of memos, or --all")
    ids = [memo.id for memo in found.memos] if arguments.all else arguments.id
    for id_ in ids:
        _named(found, id_)
    gone = memories.of(session).store.forget(ids)
    print(f"{counted(len(gone), 'memo')} forgotten")
    return 0


_ACTIONS: Mapping[str, Callable[[Namespace, Session, Remembered], int]] = {
    "list": _list,
    "show": _show,
    "edit": _edit,
    "add": _add,
    "forget": _forget,
}


def _named(found: Remembered, id_: str) -> Memo:
    memo = next((each for each in found.memos if each.id == id_), None)
    if memo is None:
        raise UsageProblem(f"there is no memo {id_}; see redline memory list")
    return memo


def _row(session: Session, found: Remembered, memo: Memo) -> Row:
    uses = found.uses.get(memo.id, Uses())
    return {
        "id": memo.id,
        "kind": memo.kind,
        "title": memo.title,
        "text": memo.text,
        "created": f"{datetime.fromtimestamp(memo.created, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "run": memo.run,
        "outcome": memo.outcome,
        "paths": list(memo.paths),
        "used": uses.count,
        "file": memories.of(session).store.place(memo.id),
    }


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%Y-%m-%d}"


def _shown(text: str) -> str:
    """`text` without what drives a terminal; `plain` is for a console with markup."""
    return plain(text).replace("\\[", "[")
