"""What the tests of the sandbox share."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from redline.adapters.sandbox.bubblewrap import Sandbox
from redline.adapters.sandbox.needs import Programs
from redline.adapters.scratch.copies import Scratch
from redline.adapters.scratch.places import ScratchPlaces
from redline.core.oversight.sandbox import Limits, Ran, ScratchCopy
from redline.core.problems import Finding, ToolProblem

USER = 64_321
LIMITS = Limits(seconds=30, returned_bytes=1 << 20)


def require() -> None:
    """Skips where there is no sandbox; on CI there has to be one."""
    status = asyncio.run(_status())
    if status.ok:
        return
    if os.environ.get("REDLINE_REQUIRE"):
        pytest.fail(f"no sandbox: {status.detail}; {status.mend}")
    pytest.skip(f"no sandbox: {status.detail}")


async def _status() -> Finding:
    if sys.platform != "linux":
        return Finding("sandbox", False, "not Linux")
    with places() as made:
        return await Sandbox(made).status()


@contextmanager
def places() -> Iterator[ScratchPlaces]:
    folder = Path(tempfile.mkdtemp(prefix="redline-places-"))
    made = ScratchPlaces(lambda: folder)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def sandboxed(
    folder: Path, changed: dict[str, bytes | None] | None = None, programs: Programs | None = None
) -> AsyncIterator[tuple[Sandbox, ScratchCopy]]:
    """A sandbox, and a scratch copy of `folder` to run things in."""
    with places() as made:
        async with Scratch(made).laid(folder, changed or {}) as scratch:
            assert isinstance(scratch, ScratchCopy), scratch
            yield Sandbox(made, programs), scratch


async def shell(sandbox: Sandbox, scratch: ScratchCopy, script: str) -> Ran:
    """What came of a shell script."""
    ran = await sandbox.run(scratch, ("/bin/sh", "-c", script), LIMITS, {})
    assert not isinstance(ran, ToolProblem), ran
    return ran


def tree(root: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and bytes of everything below `root`."""
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        if path.is_symlink():
            data = os.fsencode(path.readlink())
        found[path.relative_to(root).as_posix()] = (status.st_mode, data)
    return found


def with_marker(marker: str) -> list[int]:
    """The processes of the machine that carry it."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (each / "cmdline").read_bytes():
                found.append(int(each.name))
        except OSError:
            continue
    return found
