"""Other programs: found, started in a group of their own, and ended with all they started."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from redline.adapters.sandbox.output import settled
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
    argv: Sequence[str],
    cwd: Path,
    stderr: int = asyncio.subprocess.DEVNULL,
    env: Mapping[str, str] | None = None,
    memory: int = 0,
) -> Child | ToolProblem:
    """Starts `argv`, whose first item is an absolute path, in `cwd`.

    Its standard error is thrown away unless asked for: logs hold source code, and a pipe
    nobody reads would block the program. `env` is all of its environment (ours without),
    `memory` the bytes each of its processes may write to, where the system can bound that.
    """
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *_dying_with_us(),
            *_bounded(memory),
            *argv,
            cwd=cwd,
            env=env,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
    )
    try:
        process = await asyncio.shield(starting)
    except OSError as error:
        return ToolProblem(f"{argv[0]} did not start: {error.strerror or error}", True)
    except asyncio.CancelledError:
        # Nobody will have it: it is ended with all it may have started by now.
        late = await settled(starting)
        if late is not None and late.stdin is not None and late.stdout is not None:
            await Child(late, late.stdin, late.stdout).close(0)
        raise
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


def _bounded(memory: int) -> tuple[str, ...]:
    """A prefix that bounds the memory of a program on Linux; () where it cannot be bounded.

    What is bounded is what it may write to: runtimes reserve address space by the
    gigabyte (ty 0.8 GB, node 1 GB and more) that they never touch.
    """
    prlimit = Path("/usr/bin/prlimit")
    if not memory or sys.platform != "linux" or not os.access(prlimit, os.X_OK):
        return ()
    return (str(prlimit), f"--data={memory}", "--")


_KEPT = frozenset(
    {
        *("HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "TMP", "TEMP"),
        *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"),
        *("VIRTUAL_ENV", "CONDA_PREFIX", "JAVA_HOME", "CARGO_HOME", "RUSTUP_HOME"),
        *("GOPATH", "GOROOT", "GOCACHE", "GOMODCACHE", "GOPROXY", "GONOSUMDB"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE"),
        *("APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"),
    }
)


def environment() -> dict[str, str]:
    """What other programs may know of our environment: no keys, and no relative PATH.

    They run in a workspace: a relative PATH would run what lies there.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _KEPT or name.startswith("LC_")
    }
    places = (each for each in os.get_exec_path() if Path(each).is_absolute())
    return {**kept, "PATH": os.pathsep.join(places)}
