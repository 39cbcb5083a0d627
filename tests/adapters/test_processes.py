"""Programs are started whole or not at all."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from redline.adapters import processes
from sandbox.sandbox_support import with_marker


@pytest.mark.parametrize("turns", range(6))
async def test_a_start_that_is_cancelled_leaves_no_process_and_does_not_hang(
    turns: int, tmp_path: Path
) -> None:
    """At whatever point of the start that is."""
    marker = f"redline-test-{os.urandom(6).hex()}"
    command = ("/bin/sh", "-c", "sleep 600 & wait", marker)
    starting = asyncio.ensure_future(processes.spawn(command, tmp_path))
    for _ in range(turns):
        await asyncio.sleep(0)
    starting.cancel()
    async with asyncio.timeout(20):
        (result,) = await asyncio.gather(starting, return_exceptions=True)
    if isinstance(result, processes.Child):  # it had started before
        await result.close(0)
    deadline = time.monotonic() + 20
    while with_marker(marker) and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert with_marker(marker) == []
