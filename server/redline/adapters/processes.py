"""Other programs: found, started in a group of their own, and ended with all they started."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from redline.core.problems import ToolProblem


def find(program: str) -> str | None:
    """The absolute path of a program: beside our interpreter first, then on PATH.

    Relative PATH entries are left out: they would run what lies in a workspace.
    """
    if Path(program).is_absolute():
        return shutil.which(program)
    if Path(program).name != program:
        return None
    places = [str(Path(sys.executable).parent)]
    places += [each for each in os.get_exec_path() if Path(each).is_absolute()]
    # On Windows `which` looks into the current folder first, so each place is given whole.
    names = (shutil.which(str(Path(place) / program)) for place in places)
    return next((name for name in names if name is not None), None)


@dataclass(frozen=True, slots=True)
class Child:
    """A running program with pipes on its standard input and output."""

    process: asyncio.subprocess.Process
    stdin: asyncio.StreamWriter
    stdout: asyncio.StreamReader

    @property
    def pid(self) -> int:
        """Its process id, which is also its group's."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """False once it has ended and that is known here."""
        return self.process.returncode is None

    async def close(self, grace: float) -> None:
        """Closes its input, waits `grace` seconds for it to end, then kills its group."""
        self.stdin.close()
        try:
            if self.running and grace > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(grace):
                        await self.process.wait()
        finally:
            # Also when it ended by itself: what it started may live on in its group.
            self.kill()
        await self.process.wait()
        with suppress(BrokenPipeError, ConnectionResetError):
            await self.stdin.wait_closed()

    def kill(self) -> None:
        """Kills the whole group at once; nothing happens when it is gone."""
        with suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self.process.pid, signal.SIGKILL)
            elif self.running:
                self.process.kill()


@dataclass(frozen=True, slots=True)
class Finished:
    """What a program that has ended left."""

    code: int
    stdout: bytes
    stderr: bytes


async def run(
    argv: Sequence[str], cwd: Path, data: bytes, seconds: float
) -> Finished | ToolProblem:
    """Runs `argv` to its end with `data` as its input, for at most `seconds`."""
    child = await spawn(argv, cwd, asyncio.subprocess.PIPE)
    if isinstance(child, ToolProblem):
        return child
    try:
        async with asyncio.timeout(seconds):
            stdout, stderr = await child.process.communicate(data)
    except TimeoutError:
        return ToolProblem(f"{Path(argv[0]).name} did not end within {seconds:g} s")
    finally:
        await child.close(0)
    return Finished(child.process.returncode or 0, stdout, stderr)


async def spawn(
    argv: Sequence[str], cwd: Path, stderr: int = asyncio.subprocess.DEVNULL
) -> Child | ToolProblem:
    """Starts `argv`, whose first item is an absolute path, in `cwd`.

    Its standard error is thrown away unless asked for: logs hold source code, and a pipe
    nobody reads would block the program.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *_dying_with_us(),
            *argv,
            cwd=cwd,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
    except OSError as error:
        return ToolProblem(f"{argv[0]} did not start: {error.strerror or error}", True)
    if process.stdin is None or process.stdout is None:  # never: both are pipes
        raise AssertionError("a child without pipes")
    return Child(process, process.stdin, process.stdout)


@cache
def _dying_with_us() -> tuple[str, ...]:
    """A prefix that makes Linux kill the child when we die, also by SIGKILL.

    `preexec_fn` could ask for it too, but runs Python between fork and exec, which can
    deadlock when there are threads. Where the prefix is missing, the end of its
    input ends a well-behaved server.
    """
    setpriv = Path("/usr/bin/setpriv")
    if sys.platform != "linux" or not os.access(setpriv, os.X_OK):
        return ()
    return (str(setpriv), "--pdeathsig", "KILL", "--")
