"""Runs programs over a scratch copy so that nothing they do reaches beyond it (Linux).

    unshare    user, mount and process namespace: what runs in it ends with it
      sh         `sandbox_start.sh`: a bounded file system in memory, the overlay over the tree,
                 limits for each process
        bwrap      what is seen (`sandbox_view.py`), no network, no rights, the filter
          program

The shell lives as long as a socket to this process is open: also when this process is
killed, all that it started ends. Where any of it is missing, nothing is run.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from redline.adapters.sandbox.binds import LAID, binds
from redline.adapters.sandbox.changes import Changes, changes
from redline.adapters.sandbox.needs import Needs, Programs, needs, why_not
from redline.adapters.sandbox.output import Kept, collect, settled
from redline.adapters.sandbox.view import (
    HOME,
    View,
    arguments,
    closing,
    keep,
    too_wide,
    with_interpreter,
)
from redline.adapters.sandbox.watch import children_of, exceeded
from redline.adapters.scratch.places import ScratchPlaces
from redline.core.oversight.sandbox import Limits, Ran, ScratchCopy, environment_for
from redline.core.problems import Finding, ToolProblem

NAME = "sandbox"
_HELPER_PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin"
_GRACE = 10.0
_KILLED = 128 + 9
_REASONS = {128 + 24: "cpu", 128 + 25: "file size"}  # SIGXCPU, SIGXFSZ
_OVERLAY, _BINDS, _NO_OVERLAY, _SWAPPED = "overlay", "binds", b"no-overlay", b"swapped"
_WRITTEN, _READ_ONLY = 7, 8
_PROBE = ("/bin/sh", "-c", f"echo x >made && exit {_WRITTEN}; exit {_READ_ONLY}")


@dataclass(frozen=True, slots=True)
class _Start:
    """One run, ready: its private folder, the whole command line, and what is watched."""

    folder: Path
    command: tuple[str, ...]
    limits: Limits
    below: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _End:
    """What the shell said, what ended the run before it could, and what was written."""

    said: bytes
    reason: str
    changes: Changes = field(default_factory=Changes)


class Sandbox:
    """The port `Sandbox`. One for a process; any number of runs at a time."""

    def __init__(self, places: ScratchPlaces, programs: Programs | None = None) -> None:
        self._places = places
        self._given = programs
        self._needs: Needs | None = None
        self._status: Finding | None = None
        self._kept: Path | None = None
        self._checking = asyncio.Lock()
        # By device: not every file system can lie below an overlay.
        self._how: dict[int, str] = {}

    async def status(self) -> Finding:
        """Whether programs can be run here, found out once by running one; how to mend it."""
        async with self._checking:
            if self._status is None:
                self._status = await self._checked()
            return self._status

    async def run(
        self,
        scratch: ScratchCopy,
        argv: Sequence[str],
        limits: Limits,
        environment: Mapping[str, str],
        network: bool = False,
        readable: Sequence[Path] = (),
    ) -> Ran | ToolProblem:
        """Runs `argv` in the copy's folder to its end, or until a limit ends it.

        `readable` are folders it needs beside the system's programs, as a virtual
        environment. A cancelled run leaves no process. A problem means that it was not run.
        """
        status = await self.status()
        if not status.ok:
            return ToolProblem(f"nothing is run without a sandbox: {status.detail}", True)
        try:
            seen = _readable(Path(scratch.folder), readable)
        except ValueError as error:
            return ToolProblem(f"not run: {error}")
        view = View(
            scratch.folder, seen, environment_for(environment, HOME), str(self._kept), network, True
        )
        return await self._tried(scratch, view, tuple(argv), limits)

    async def _checked(self) -> Finding:
        found = needs(self._given)
        if isinstance(found, Finding):
            return found
        self._needs = found
        try:
            self._kept = self._places.new()
            keep(self._kept)
            (self._kept / "filter").write_bytes(found.filter)
            ran = await self._probe(self._places.new())
        except OSError as error:
            return Finding(NAME, False, f"the sandbox does not start: {error}")
        if isinstance(ran, Ran) and (ran.code, ran.changed_files) == (_WRITTEN, ("made",)):
            return Finding(NAME, True, "bubblewrap over an overlay of the workspace")
        if isinstance(ran, Ran) and ran.code == _READ_ONLY:
            return Finding(NAME, True, "bubblewrap; the tree is read-only: no overlay here")
        detail = ran.message if isinstance(ran, ToolProblem) else f"a trial ended with {ran.code}"
        return Finding(NAME, False, detail, why_not())

    async def _probe(self, place: Path) -> Ran | ToolProblem:
        """Really runs a program that writes a file."""
        tree, laid = place / "tree", place / LAID
        tree.mkdir()
        laid.mkdir()
        status = tree.stat()
        scratch = ScratchCopy(str(tree), str(place), (status.st_dev, status.st_ino))
        view = View(str(tree), (), environment_for({}, HOME), str(self._kept), False, True)
        try:
            return await self._tried(scratch, view, _PROBE, Limits(seconds=20))
        finally:
            self._places.give_back(place)

    async def _tried(
        self, scratch: ScratchCopy, view: View, argv: tuple[str, ...], limits: Limits
    ) -> Ran | ToolProblem:
        """Over an overlay, and where the kernel refuses it, by mounts alone."""
        device = scratch.identity[0]
        how = self._how.setdefault(device, _OVERLAY)
        view = replace(view, writable=how == _OVERLAY)
        handle = _opened(scratch)
        if handle is None:
            return ToolProblem(f"not run: {scratch.folder} is not the folder it was")
        try:
            start = self._start(scratch, view, argv, limits)
            ran = await _run(start, handle)
        except OSError as error:
            return ToolProblem(f"the sandbox does not start: {error.strerror or error}", True)
        finally:
            os.close(handle)
        if isinstance(ran, ToolProblem) and ran.message == _NO_OVERLAY.decode():
            self._how[device] = _BINDS
            return await self._tried(scratch, view, argv, limits)
        return ran

    def _start(
        self, scratch: ScratchCopy, view: View, argv: tuple[str, ...], limits: Limits
    ) -> _Start:
        """Writes the arguments down: on a command line every user could read them."""
        if self._needs is None:  # never: `status` comes first
            raise AssertionError("started before it was looked at")
        how = _OVERLAY if view.writable else _BINDS
        folder = Path(scratch.place) / f"run-{os.urandom(8).hex()}"
        folder.mkdir(mode=0o700)
        (folder / "m").mkdir()
        more = [] if view.writable else binds(scratch)
        given = [*arguments(view), *more, *closing(scratch.folder)]
        (folder / "arguments").write_bytes(b"".join(os.fsencode(each) + b"\0" for each in given))
        size = f"size={limits.written_bytes},nr_inodes={limits.written_files},mode=700"
        programs = self._needs.programs
        command = (
            *(programs.unshare, "--user", "--map-root-user", "--mount", "--pid", "--fork", "--"),
            *(programs.sh, "-c", self._needs.script, "redline-sandbox"),
            *(str(folder), scratch.folder, how, size, f"{self._kept}/filter"),
            *_limits(limits, self._needs.counts_processes),
            *(programs.bwrap, "--args", "4", "--", *argv),
        )
        below = (Path(scratch.place) / LAID, Path(scratch.folder))
        return _Start(folder, command, limits, below)


def _limits(limits: Limits, counts: bool) -> list[str]:
    """As `ulimit` takes them: seconds, blocks of 512 bytes, files, KB, KB, processes.

    Address space is bounded loosely: programs reserve what they never use. The helpers
    count as processes, too.
    """
    memory = limits.memory_bytes >> 10
    numbers = (limits.cpu_seconds, limits.file_bytes >> 9, limits.open_files, memory, memory * 16)
    return [*map(str, numbers), str(limits.processes + 8) if counts else ""]


def _readable(folder: Path, given: Sequence[Path]) -> tuple[str, ...]:
    """Each path as it was given and with its links resolved. Raises `ValueError`."""
    found: dict[str, None] = {}
    for each in (part for path in given for part in with_interpreter(path)):
        try:
            target = each.resolve(strict=True)
        except OSError as error:
            raise ValueError(f"{each} cannot be read: {error.strerror or error}") from error
        reason = too_wide(target)
        if reason:
            raise ValueError(reason)
        for path in (each.absolute(), target):
            if not path.is_relative_to(folder) and not path.is_relative_to("/usr"):
                found[str(path)] = None
    return tuple(found)


def _opened(scratch: ScratchCopy) -> int | None:
    """The copy's folder, open, so that it stays the one that was looked at."""
    try:
        handle = os.open(scratch.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    status = os.fstat(handle)
    if (status.st_dev, status.st_ino) == scratch.identity:
        return handle
    os.close(handle)
    return None


async def _run(start: _Start, folder: int) -> Ran | ToolProblem:
    began = monotonic()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    out, err = Kept(start.limits.output_bytes), Kept(start.limits.output_bytes)
    readers: list[asyncio.Task[None]] = []
    starting = asyncio.ensure_future(_spawned(start, folder, theirs.fileno()))
    try:
        process = await asyncio.shield(starting)
        theirs.close()
        readers = _reading(process, out, err)
        end = await _ended(process.pid, ours, (out, err), start)
    finally:
        ours.close()  # and with it everything ends
        late = await settled(starting)
        theirs.close()
        if late is not None:
            await _gone(late)
        await _read_out(readers)
        shutil.rmtree(start.folder, ignore_errors=True)
    return _judged(end, out, err, monotonic() - began)


async def _spawned(start: _Start, folder: int, channel: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *start.command,
        cwd=f"/proc/self/fd/{folder}",
        stdin=channel,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": _HELPER_PATH, "LC_ALL": "C"},
        start_new_session=True,
    )


def _reading(process: asyncio.subprocess.Process, out: Kept, err: Kept) -> list[asyncio.Task[None]]:
    if process.stdout is None or process.stderr is None:  # never: both are pipes
        raise AssertionError("a child without pipes")
    return [
        asyncio.create_task(collect(process.stdout, out)),
        asyncio.create_task(collect(process.stderr, err)),
    ]


async def _ended(pid: int, ours: socket.socket, kept: Sequence[Kept], start: _Start) -> _End:
    """Waits for the program's code, or for what ends the run before."""
    loop = asyncio.get_running_loop()
    said = asyncio.ensure_future(loop.sock_recv(ours, 64))
    watch = asyncio.create_task(exceeded(pid, start.limits))
    floods = [asyncio.create_task(each.flooded.wait()) for each in kept]
    try:
        async with asyncio.timeout(start.limits.seconds):
            await asyncio.wait([said, watch, *floods], return_when=asyncio.FIRST_COMPLETED)
            if said.done():
                return _End(said.result(), "", await asyncio.to_thread(_written, pid, start))
            return _End(b"", watch.result() if watch.done() else "output")
    except TimeoutError:
        return _End(b"", "time")
    finally:
        for each in (said, watch, *floods):
            each.cancel()


def _written(pid: int, start: _Start) -> Changes:
    """Reads the layer through the shell, in whose namespace alone it is mounted."""
    for shell in children_of(pid):
        layer = Path(f"/proc/{shell}/cwd/m/u")
        with suppress(OSError):
            return changes(layer, start.below, start.limits.returned_bytes)
    return Changes()


async def _gone(process: asyncio.subprocess.Process) -> None:
    """Waits until all are gone: `unshare` ends after the shell, which ends after all others."""
    try:
        async with asyncio.timeout(_GRACE):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _read_out(readers: Sequence[asyncio.Task[None]]) -> None:
    if readers:
        await asyncio.wait(readers, timeout=_GRACE)
    for each in readers:
        each.cancel()
    await asyncio.gather(*readers, return_exceptions=True)


def _judged(end: _End, out: Kept, err: Kept, seconds: float) -> Ran | ToolProblem:
    said = end.said.strip()
    cut = out.cut or err.cut
    if end.reason:
        return Ran(_KILLED, out.value(), err.value(), seconds, cut, end.reason)
    if said == _NO_OVERLAY:
        return ToolProblem(_NO_OVERLAY.decode(), True)
    if said == _SWAPPED:
        return ToolProblem("not run: the folder is not the one it was")
    complaint = err.value().decode("utf-8", "replace").strip()
    if not said.isdigit():
        return ToolProblem(f"the sandbox does not start: {complaint}", True)
    code = int(said)
    if code == 1 and complaint.startswith("bwrap: "):
        return ToolProblem(f"not run: {complaint.removeprefix('bwrap: ')}", True)
    reason = _REASONS.get(code, "written" if code and end.changes.full else "")
    paths = tuple(end.changes.paths)
    return Ran(code, out.value(), err.value(), seconds, cut, reason, paths, end.changes.written)
