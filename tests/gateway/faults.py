"""Every fault of a provider, many times over: what becomes of the runs that meet it.

`python tests/gateway/faults.py [--runs N] [--only WORD]` prints the table of docs/evidence.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).parents[1]))

from gateway_support import (
    AFTER,
    CONVERSATION,
    Ended,
    Troubled,
    gateway,
    ran,
    replies,
    serving,
    settings,
)

from redline.adapters.models import litellm_library
from redline.core.agent.model import RunTool

Kind = Literal["passes", "refused", "whole"]
"""`passes`: the same request works the next time. `refused`: never. `whole`: the reply is
complete all the same, at once or asked for otherwise."""

FAULTS: dict[str, Kind] = {
    "fault: status 429": "passes",
    "fault: status 429 retry-after 2": "passes",
    "fault: status 429 retry-after date 2": "passes",
    "fault: status 429 retry-after 600": "refused",
    "fault: status 500": "passes",
    "fault: status 503": "passes",
    "fault: status 400": "refused",
    "fault: status 401": "refused",
    "fault: status 403": "refused",
    "fault: status 404": "refused",
    "fault: status 422": "refused",
    "fault: context-length": "refused",
    "fault: no-tools": "whole",
    "fault: no-answer 30": "passes",
    "fault: slow-start 30": "passes",
    "fault: stall 30": "passes",
    "fault: pings 30": "passes",
    "fault: html": "passes",
    "fault: error-body": "passes",
    "fault: not-streamed": "passes",
    "fault: empty": "passes",
    "fault: refusal": "refused",
    "fault: endless": "passes",
    "fault: flood": "passes",
    "fault: cut-before-finish": "passes",
    "fault: cut-connection": "passes",
    "fault: cut-after-finish": "whole",
    "fault: break-after-finish": "whole",
    "fault: garbage-line": "passes",
    "fault: garbage-bytes": "passes",
    "fault: error-event": "passes",
    "fault: one-index": "whole",
    "fault: no-ids": "whole",
    "fault: cut-tool-call": "refused",
    "finish: length": "refused",
    "finish: content_filter": "refused",
    "finish: error": "passes",
}
TOGETHER = 4
TEXTS = [each.text for each in replies(CONVERSATION)]


@dataclass
class Row:
    """What became of the runs that met one fault."""

    fault: str
    runs: int = 0
    once: int = 0
    fallback: int = 0
    calls: int = 0
    attempts: int = 0
    broken: list[str] = field(default_factory=list)


async def measured(fault: str, runs: int, folder: Path) -> Row:
    """Meets `fault` in `runs` runs at one request, and in as many in each with a fallback."""
    row = Row(fault, runs)
    # What only takes time is waited for together.
    takes_time = fault.endswith((" 30", "endless", "flood"))
    seconds, together = (2.0, TOGETHER) if takes_time else (20.0, 1)
    turn = asyncio.Semaphore(together)

    async def one(number: int) -> None:
        async with turn:
            await _met(row, number, folder / str(number), seconds)

    await asyncio.gather(*map(one, range(runs)))
    await litellm_library.close()  # every run had servers of its own
    return row


async def _met(row: Row, number: int, place: Path, seconds: float) -> None:
    fault, at = row.fault, 1 + number % len(TEXTS)
    async with serving(lambda asked: fault if asked == at else "") as server:
        made = replace(settings(server), model_timeout=seconds)
        ended = await ran(place / "once", made, gateway(place / "a", number))
        row.once += _judged(row, ended, server)
        row.calls += sum(begun.number == 1 for begun, _ in ended.attempts)
        row.attempts += len(ended.attempts)
    async with serving(lambda asked: fault) as server, serving() as other:
        made = replace(settings(server, other), model_timeout=seconds)
        ended = await ran(place / "fallback", made, gateway(place / "b", number))
        row.fallback += _judged(row, ended, server, other)


def _judged(row: Row, ended: Ended, *servers: Troubled) -> bool:
    """Whether the run came to its end, after a look for what must never be."""
    proposed, told = ended.proposed, ended.folder.parent.name
    edits = [each for each in ended.records if isinstance(each, RunTool)]
    made = [each.call.tool for each in edits]
    if proposed not in (None, AFTER.encode()):
        row.broken.append(f"{told}: proposed {proposed!r}")
    if made not in ([], ["edit"], ["edit", "propose"]):
        row.broken.append(f"{told}: ran {made}")
    if ended.said != TEXTS[: len(ended.said)]:
        row.broken.append(f"{told}: the model said {ended.said}")
    whole = [reply.text for server in servers for reply in server.answered]
    if FAULTS[row.fault] == "whole":
        whole = ended.said  # what comes with this trouble is whole as well
    if Counter(ended.said) - Counter(whole):
        row.broken.append(f"{told}: {len(ended.said)} replies, {len(whole)} of them whole")
    return proposed is not None


async def _all(runs: int, only: str, say: Callable[[str], None]) -> bool:
    say("| fault | runs | recovered alone | recovered with a fallback | attempts a call | wrong |")
    say("|---|---|---|---|---|---|")
    good = True
    for fault, kind in FAULTS.items():
        if only not in fault:
            continue
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_STATE_HOME"] = folder
            row = await measured(fault, runs, Path(folder))
        good = good and not row.broken
        alone = f"{row.once} of {runs}" if kind != "refused" else f"{row.once}, not tried again"
        per_call = f"{row.attempts / row.calls:.2f}"
        told = f"{row.fallback} of {runs} | {per_call} | {len(row.broken)}"
        say(f"| `{fault}` | {2 * row.runs} | {alone} | {told} |")
        for each in row.broken:
            sys.stderr.write(f"{fault}: {each}\n")
    return good


def main() -> int:
    """Prints the table; 1 when something came about that must never be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--only", default="", help="faults with this in their name")
    given = parser.parse_args()
    say = partial(print, flush=True)
    return 0 if asyncio.run(_all(given.runs, given.only, say)) else 1


if __name__ == "__main__":
    sys.exit(main())
