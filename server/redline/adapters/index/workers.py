"""Worker processes that extract facts: parsing holds the interpreter's lock.

The files are dealt out in small chunks, pulled by whichever worker is free. A worker that
dies or hangs over a chunk is replaced and the chunk dealt again file by file, so that
only the file at fault is left out.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections import deque
from collections.abc import AsyncGenerator, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from redline.adapters.index.pipe import LENGTH_BYTES, framed
from redline.adapters.index.wire import (
    Answer,
    Extract,
    Extracted,
    Ready,
    Request,
    SourceFile,
    answer_of,
    encode,
)

WORKER = (sys.executable, "-P", "-m", "redline.adapters.index.worker")
_PACKAGE_PARENT = Path(__file__).resolve().parents[3]
_CHUNK_BYTES = 200_000
_CHUNK_FILES = 50
_START_SECONDS = 60.0
_MOST_FAULTS = 50
# An answer is read whole: pausing the pipe would only make the worker wait.
_PIPE_LIMIT = 1 << 26

_Chunk = tuple[SourceFile, ...]


class IndexerError(Exception):
    """No index can be built here. The message says why."""


class _WorkerFault(Exception):
    """A worker died or hung over a request; the reason is for people."""


@dataclass(frozen=True, slots=True)
class Work:
    """What every request has in common, by whom it is answered, and how long one may take.

    `patience` is in seconds, for one chunk and then for one file; `folders` are uris. Facts
    of a file that changed less than `racy` seconds ago are not kept for the next start.
    """

    workers: int
    patience: float
    command: tuple[str, ...]
    max_bytes: int
    cache: str
    versions: dict[str, str]
    racy: float
    folders: tuple[str, ...]

    def request(self, files: tuple[SourceFile, ...]) -> Extract:
        """What a worker is asked about `files`."""
        return Extract(files, self.max_bytes, self.cache, self.versions, self.folders)


async def extracted(files: Collection[SourceFile], work: Work) -> AsyncGenerator[Extracted, None]:
    """The facts of `files`, in parts, as they come; closing the iterator kills the workers.

    Raises `IndexerError` when workers do not start, or fail over one file after another.
    """
    pool = _Pool(work)
    try:
        left = pool.deal(files)
        while left > 0:
            part = await pool.next()
            left -= len(part.facts) + len(part.skipped)
            yield part
    finally:
        await pool.end()


class _Pool:
    """Chunks, workers, and the answers that came back.

    Chunks are made as they are asked for: those of all files at once would take their time.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._chunks: Iterator[_Chunk] = iter(())
        self._again: deque[_Chunk] = deque()
        self._answers: asyncio.Queue[Extracted | BaseException] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._workers: list[_Worker] = []
        self._faults = 0

    def deal(self, files: Collection[SourceFile]) -> int:
        """Starts the workers on `files`; how many there are."""
        self._chunks = _chunks(files)
        for _ in range(self._work.workers):
            task = asyncio.create_task(self._drive())
            task.add_done_callback(self._report)
            self._tasks.append(task)
        return len(files)

    async def next(self) -> Extracted:
        """The next answer; raises what ended a worker's task."""
        answer = await self._answers.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def end(self) -> None:
        """Kills what still runs."""
        for task in self._tasks:
            task.cancel()
        for worker in self._workers:
            worker.kill()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self._workers:
            await worker.end()

    def _report(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._answers.put_nowait(error)

    async def _worker(self) -> _Worker:
        worker = await _start(self._work.command)
        self._workers.append(worker)
        return worker

    async def _drive(self) -> None:
        """Has one worker at a time answer chunks until none is left."""
        worker: _Worker | None = None
        while chunk := self._again.popleft() if self._again else next(self._chunks, ()):
            worker = worker or await self._worker()
            work = self._work
            request = work.request(chunk)
            try:
                answer = await worker.ask(request, self._work.patience)
            except _WorkerFault as fault:
                await worker.end()
                worker = None
                self._blame(chunk, str(fault))
            else:
                if isinstance(answer, Extracted):
                    self._answers.put_nowait(answer)

    def _blame(self, chunk: _Chunk, reason: str) -> None:
        """Deals a chunk again one by one, or leaves out the one file it consists of."""
        if len(chunk) > 1:
            self._again.extendleft((file,) for file in reversed(chunk))
            return
        self._faults += 1
        if self._faults > _MOST_FAULTS:
            raise IndexerError(f"too many files fail, lastly {chunk[0].path}: {reason}")
        self._answers.put_nowait(Extracted({}, ((chunk[0].path, reason),), 0, 0))


def _chunks(files: Iterable[SourceFile]) -> Iterator[_Chunk]:
    chunk: list[SourceFile] = []
    size = 0
    for file in files:
        chunk.append(file)
        size += file.size
        if size >= _CHUNK_BYTES or len(chunk) >= _CHUNK_FILES:
            yield tuple(chunk)
            chunk, size = [], 0
    if chunk:
        yield tuple(chunk)


@dataclass(frozen=True, slots=True)
class _Worker:
    process: asyncio.subprocess.Process
    output: asyncio.StreamReader
    input: asyncio.StreamWriter
    complaints: IO[bytes]

    async def ask(self, request: Request, seconds: float) -> Answer:
        """Raises `_WorkerFault` when there is no answer in time, or ever."""
        self.input.write(framed(encode(request)))
        return await self.listen(seconds)

    async def listen(self, seconds: float) -> Answer:
        """The next answer. Raises `_WorkerFault`."""
        try:
            async with asyncio.timeout(seconds):
                head = await self.output.readexactly(LENGTH_BYTES)
                return answer_of(await self.output.readexactly(int.from_bytes(head, "big")))
        except TimeoutError as error:
            raise _WorkerFault(f"took longer than {seconds:g} s") from error
        except (asyncio.IncompleteReadError, OSError) as error:
            code = await self.process.wait()
            raise _WorkerFault(f"the index worker ended with {code}{self._complaint()}") from error

    def kill(self) -> None:
        """Ends the process at once; nothing happens when it has ended."""
        # Only once: a second kill would reap it behind the event loop's back.
        if self.process.returncode is None and not self.input.is_closing():
            with suppress(ProcessLookupError):  # it may just have ended by itself
                self.process.kill()
        self.input.close()

    async def end(self) -> None:
        """Kills the process and waits until it is gone. May be called again."""
        self.kill()
        await self.process.wait()
        self.complaints.close()

    def _complaint(self) -> str:
        """The last line it wrote to its error stream."""
        self.complaints.seek(0)
        lines = self.complaints.read()[-4000:].decode("utf-8", "replace").split("\n")
        last = next((line for line in reversed(lines) if line.strip()), "")
        return f": {last.strip()}" if last else ""


async def _start(command: Sequence[str]) -> _Worker:
    """A worker that is ready. Raises `IndexerError`."""
    inherited = os.environ.get("PYTHONPATH", "")
    path = os.pathsep.join(filter(None, (str(_PACKAGE_PARENT), inherited)))
    complaints = tempfile.TemporaryFile()  # noqa: SIM115 - `_Worker.end` closes it
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=complaints,
            limit=_PIPE_LIMIT,
            # Never the workspace: Python would import the modules it finds there.
            cwd=_PACKAGE_PARENT,
            env={**os.environ, "PYTHONPATH": path},
        )
    except BaseException as error:  # cancelled, too
        complaints.close()
        if isinstance(error, OSError):
            raise IndexerError(f"the index worker does not start: {error}") from error
        raise
    assert process.stdin is not None and process.stdout is not None
    worker = _Worker(process, process.stdout, process.stdin, complaints)
    try:
        if not isinstance(await worker.listen(_START_SECONDS), Ready):
            raise IndexerError("the index worker does not start: it speaks another language")
    except _WorkerFault as fault:
        await worker.end()
        raise IndexerError(f"the index worker does not start: {fault}") from fault
    except BaseException:
        await worker.end()
        raise
    return worker
