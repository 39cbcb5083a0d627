"""Watches what runs in the sandbox: how many processes, and how much memory they hold.

Limits of the kernel's hold for a process, or need rights that a user may not have; these
hold for the whole run, a tenth of a second late.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from redline.core.oversight.sandbox import Limits

_EVERY = 0.1
_HELD = re.compile(rb"^(?:RssAnon|RssShmem|VmSwap):\s*(\d+) kB", re.MULTILINE)
_SHARED_OUT = re.compile(rb"^(?:Pss_Anon|Pss_Shmem|SwapPss):\s*(\d+) kB", re.MULTILINE)


async def exceeded(first: int, limits: Limits) -> str:
    """Returns 'processes' or 'memory' once the descendants of `first` go beyond `limits`."""
    while True:
        await asyncio.sleep(_EVERY)
        pids = descendants(first, limits.processes)
        if len(pids) > limits.processes:
            return "processes"
        # Pages that several processes share count once, but only the slow way knows.
        if (
            _total(pids, "status", _HELD) > limits.memory_bytes
            and _total(pids, "smaps_rollup", _SHARED_OUT) > limits.memory_bytes
        ):
            return "memory"


def descendants(first: int, most: int) -> list[int]:
    """The processes below `first`; once there are more than `most`, only that many more."""
    found: list[int] = []
    pending = [first]
    while pending and len(found) <= most:
        children = children_of(pending.pop())
        found += children
        pending += children
    return found


def children_of(pid: int) -> list[int]:
    """The living children of a process, [] for one that is gone."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text("ascii").split())
    except OSError:
        return found
    return found


def _total(pids: list[int], file: str, pattern: re.Pattern[bytes]) -> int:
    """Bytes."""
    total = 0
    for pid in pids:
        try:
            data = Path(f"/proc/{pid}/{file}").read_bytes()
        except OSError:
            continue
        total += sum(map(int, pattern.findall(data)))
    return total * 1024
