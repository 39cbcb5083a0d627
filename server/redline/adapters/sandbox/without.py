"""Runs programs with no sandbox, in a whole copy of the tree: what the user allowed, no more.

The copy, the environment and the limits are those of the sandbox; nothing else is. Such a
program can read and write whatever the user can, use the network, and outlive the run by
leaving its group. It is for one trusted workspace, where there is no sandbox.
"""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

from redline.adapters.sandbox.output import Kept, collect, settled
from redline.adapters.sandbox.watch import exceeded
from redline.core.oversight.sandbox import Limits, Ran, ScratchCopy, environment_for
from redline.core.problems import Finding, ToolProblem

_LIMITED = (
    'ulimit -c 0; ulimit -t "$1"; ulimit -f "$2"; ulimit -n "$3"; ulimit -d "$4"; shift 4;'
    ' exec "$@"'
)
_GRACE = 5.0

_Stamp = tuple[int, int, int]


class Unsandboxed:
    """The port `Sandbox`, where the user allows to do without one."""

    async def status(self) -> Finding:
        """That there is no sandbox."""
        return Finding("sandbox", True, "off: programs run unsandboxed, as the settings allow")

    async def run(
        self,
        scratch: ScratchCopy,
        argv: Sequence[str],
        limits: Limits,
        environment: Mapping[str, str],
        network: bool = True,
        readable: Sequence[Path] = (),
    ) -> Ran | ToolProblem:
        """Runs `argv` in the copy, which must be a whole one, until it ends or a limit is met.

        `network` and `readable` change nothing here: neither can be kept from it.
        """
        if not scratch.copied:
            return ToolProblem("not run: without a sandbox a whole copy is needed")
        tree, home = Path(scratch.place) / "tree", Path(scratch.place) / "home"
        try:
            home.mkdir(exist_ok=True)
            before = await asyncio.to_thread(_stamps, tree)
            given = environment_for(environment, str(home)) | {"TMPDIR": str(home)}
        except OSError as error:
            return ToolProblem(f"no copy to run in: {error.strerror or error}", True)
        command = (*_limited(limits), *argv)
        starting = asyncio.ensure_future(_spawned(command, tree, given))
        try:
            ran = await _finished(await asyncio.shield(starting), limits)
        except OSError as error:
            return ToolProblem(f"{argv[0]} did not start: {error.strerror or error}", True)
        finally:
            process = await settled(starting)
            if process is not None:
                _kill(process)
        after = await asyncio.to_thread(_stamps, tree)
        changed = tuple(sorted({path for path, _ in before.items() ^ after.items()}))
        written = await asyncio.to_thread(_written, tree, changed, limits.returned_bytes)
        return Ran(*ran, changed, written)


async def _spawned(
    command: Sequence[str], tree: Path, environment: Mapping[str, str]
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        cwd=tree,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )


def _limited(limits: Limits) -> list[str]:
    if os.name != "posix":
        return []
    numbers = (
        *(limits.cpu_seconds, limits.file_bytes >> 9, limits.open_files),
        limits.memory_bytes >> 10,
    )
    return ["/bin/sh", "-c", _LIMITED, "redline", *map(str, numbers)]


async def _finished(
    process: asyncio.subprocess.Process, limits: Limits
) -> tuple[int, bytes, bytes, float, bool, str]:
    """All of `Ran` but what was written."""
    began = monotonic()
    kept = (Kept(limits.output_bytes), Kept(limits.output_bytes))
    streams = (process.stdout, process.stderr)
    readers = [
        asyncio.create_task(collect(stream, each))
        for stream, each in zip(streams, kept, strict=True)
        if stream is not None
    ]
    ended = asyncio.create_task(process.wait())
    watch = asyncio.create_task(exceeded(process.pid, limits))
    floods = [asyncio.create_task(each.flooded.wait()) for each in kept]
    try:
        done, _ = await asyncio.wait(
            [ended, watch, *floods], timeout=limits.seconds, return_when=asyncio.FIRST_COMPLETED
        )
        reason = "" if ended in done else watch.result() if watch in done else "output"
        reason = reason if done else "time"
    finally:
        _kill(process)
        # Whoever left the group may hold the streams open.
        await asyncio.wait([ended, *readers], timeout=_GRACE)
        for each in (ended, watch, *floods, *readers):
            each.cancel()
    out, err = kept
    code = process.returncode or 0
    code = code if code >= 0 else 128 - code
    return code, out.value(), err.value(), monotonic() - began, out.cut or err.cut, reason


def _kill(process: asyncio.subprocess.Process) -> None:
    """The whole group: what it started may live on in it when it has ended itself."""
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        elif process.returncode is None:
            process.kill()


def _written(tree: Path, changed: Sequence[str], room: int) -> dict[str, bytes | None]:
    """The bytes of changed files as far as there is `room`; None for removed ones."""
    found: dict[str, bytes | None] = {}
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    for path in changed if room else ():
        try:
            handle = os.open(tree / path, flags)
        except FileNotFoundError:
            found[path] = None
            continue
        except OSError:
            continue  # a link, or what may not be read
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if stat.S_ISREG(status.st_mode) and status.st_size <= room:
                data = file.read(status.st_size)
                found[path] = data
                room -= len(data)
    return found


def _stamps(tree: Path) -> dict[str, _Stamp]:
    """Size, time of change and inode of every file."""
    found = {}
    for folder, _, names in os.walk(tree):
        for name in names:
            path = Path(folder, name)
            with suppress(OSError):
                status = path.lstat()
                relative = path.relative_to(tree).as_posix()
                found[relative] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return found
