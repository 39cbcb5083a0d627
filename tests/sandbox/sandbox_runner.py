"""Runs attempts in the real sandbox, as this user or another, and looks at what came of them.

    python sandbox_runner.py UID MUTATION [NAME...]

Prints one JSON object: each attempt's name with what was wrong, [] for nothing. `MUTATION`
takes one protection out (`sandbox_mutations.py`); `none` leaves all as it is.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sandbox_attempts import Attempt
from sandbox_attempts_files import READS, WRITES
from sandbox_attempts_processes import NETWORK, PROCESSES
from sandbox_attempts_resources import RESOURCES
from sandbox_mutations import MUTATIONS
from sandbox_world import CANARY, World, world

from redline.adapters.sandbox.bubblewrap import Sandbox
from redline.adapters.sandbox.needs import programs_here
from redline.adapters.scratch.copies import Scratch
from redline.adapters.scratch.places import ScratchPlaces
from redline.core.oversight.sandbox import Ran, ScratchCopy, plain
from redline.core.problems import ToolProblem

ATTEMPTS = {each.name: each for each in (*WRITES, *READS, *PROCESSES, *NETWORK, *RESOURCES)}
PYTHON = "/usr/bin/python3"
_PATIENCE = 5.0


async def results(machine: World, mutation: str, chosen: Sequence[Attempt]) -> dict[str, list[str]]:
    """What was wrong with each attempt's end."""
    places = ScratchPlaces(lambda: machine.base / "cache")
    with tempfile.TemporaryDirectory(dir=machine.base) as folder:
        mutate = MUTATIONS[mutation]
        sandbox = Sandbox(places, mutate.programs(programs_here(), Path(folder)))
        status = await sandbox.status()
        if not status.ok:
            raise SystemExit(f"no sandbox here: {status}")
        found: dict[str, list[str]] = {}
        for each in chosen:
            async with Scratch(places).laid(machine.folder, {"new.txt": b"new\n"}) as scratch:
                if isinstance(scratch, ToolProblem):
                    raise SystemExit(scratch.message)
                mutate.scratch(scratch)
                found[each.name] = await judged(machine, sandbox, scratch, each)
    places.close()
    return found


async def judged(
    machine: World, sandbox: Sandbox, scratch: ScratchCopy, attempt: Attempt
) -> list[str]:
    """Runs one attempt and compares the world with what it was before."""
    before = machine.digest()
    argv = (PYTHON, "-I", "-S", "-B", "-c", attempt.program, json.dumps(machine.facts()))
    given = {**os.environ, "API_KEY": CANARY, "LC_SECRET": "x"}
    ran = await sandbox.run(scratch, argv, attempt.limits, given, attempt.network)
    if isinstance(ran, ToolProblem):
        return [f"not run: {ran.message}"]
    return [*of_the_run(attempt, ran), *of_the_world(machine, before)]


def of_the_run(attempt: Attempt, ran: Ran) -> list[str]:
    wrong = []
    output = ran.stdout + ran.stderr
    if b"ESCAPED" in output:
        lines = [line for line in plain(ran.stdout).splitlines() if "ESCAPED" in line]
        wrong.append("; ".join(lines)[:300])
    if CANARY.encode() in output or any(
        CANARY.encode() in (x or b"") for x in ran.written.values()
    ):
        wrong.append("a secret was read")
    if ran.reason not in attempt.ends:
        wrong.append(f"ended by {ran.reason!r} with {ran.code}: {plain(ran.stderr)[-300:]}")
    if attempt.whole and b"TRIED" not in ran.stdout:
        wrong.append(f"it was not tried: {plain(ran.stdout + ran.stderr)[-400:]}")
    if any(ord(each) < 32 and each not in "\n\t" for each in plain(output)):
        wrong.append("control characters in the text")
    return wrong


def of_the_world(machine: World, before: str) -> list[str]:
    wrong = []
    if machine.digest() != before:
        wrong.append("files of the machine have changed")
    reached = machine.reached()
    if reached:
        wrong.append(f"reached {reached}")
    if machine.victim.poll() is not None:
        wrong.append("a process of the user was ended")
    until = time.monotonic() + _PATIENCE
    while machine.survivors() and time.monotonic() < until:
        time.sleep(0.02)
    if machine.survivors():
        wrong.append(f"processes live on: {machine.survivors()}")
    return wrong


def become(user: int) -> None:
    """Another user, for good. Our own modules may lie where that user cannot read them."""
    if os.getuid() != user:
        asyncio.run(warm())
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


async def warm() -> None:
    """Runs something, so that all that is imported late has been imported."""
    with tempfile.TemporaryDirectory() as folder:
        places = ScratchPlaces(lambda: Path(folder))
        await Sandbox(places).status()
        async with Scratch(places).laid(Path(__file__).parent, {}):
            pass
        places.close()


def main() -> None:
    user, mutation, *names = sys.argv[1:]
    become(int(user))
    machine = world()
    os.environ["HOME"] = str(machine.base / "home")
    for name in [each for each in os.environ if each.startswith("XDG_")]:
        del os.environ[name]
    try:
        chosen = [ATTEMPTS[name] for name in names] or list(ATTEMPTS.values())
        print(json.dumps(asyncio.run(results(machine, mutation, chosen))))
    finally:
        machine.close()


if __name__ == "__main__":
    main()
