"""The memory of the builtin inline model: made in another process, kept between two starts."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from redline.adapters.index.pipe import LENGTH_BYTES, framed
from redline.adapters.inline.memory_file import read
from redline.adapters.inline.memory_worker import Done, Remember, answer_of, encode
from redline.core.inline.builtin.memory import Remembered
from redline.core.uris import Folder

WORKER = (sys.executable, "-P", "-m", "redline.adapters.inline.memory_worker")
_PACKAGE_PARENT = Path(__file__).resolve().parents[3]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProcessMemories:
    """The port `InlineMemories`. `place` says where the memory of a workspace is kept, None for
    nowhere: then there is none. `patience` is in seconds, for all of the work."""

    place: Callable[[Sequence[Folder]], Path | None]
    patience: float = 180.0
    command: tuple[str, ...] = WORKER

    async def remembered(
        self, folders: Sequence[Folder], files: Sequence[tuple[str, str]], most: int
    ) -> Remembered | None:
        """The memory of files, pairs of uri and language, of at most so many bytes each.

        None when it cannot be made; why is in the log.
        """
        path = await asyncio.to_thread(self.place, folders)
        if path is None:
            return None
        done = await self._asked(Remember(str(path), tuple(files), most))
        if done is None or done.problem:
            if done is not None:
                logger.warning("no memory for inline suggestions: %s", done.problem)
            return None
        memory = await asyncio.to_thread(read, path)
        return None if memory is None else Remembered(memory, done.changed)

    async def _asked(self, request: Remember) -> Done | None:
        inherited = os.environ.get("PYTHONPATH", "")
        path = os.pathsep.join(filter(None, (str(_PACKAGE_PARENT), inherited)))
        try:
            process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                # Never the workspace: Python would import the modules it finds there.
                cwd=_PACKAGE_PARENT,
                env={**os.environ, "PYTHONPATH": path},
            )
        except OSError as error:
            logger.warning("the builder of the inline memory does not start: %s", error)
            return None
        try:
            async with asyncio.timeout(self.patience):
                answer, _ = await process.communicate(framed(encode(request)))
            return answer_of(answer[LENGTH_BYTES:])
        except (TimeoutError, OSError, msgspec.MsgspecError) as error:
            logger.warning("the builder of the inline memory failed: %s", error)
            return None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
