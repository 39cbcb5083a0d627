"""Facts of texts from a process of their own: what is large, or may hang its grammar."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from redline.adapters.index.codec import unpacked
from redline.adapters.index.pipe import LENGTH_BYTES, framed
from redline.adapters.index.text_worker import Given, encode
from redline.adapters.processes import Child, spawn
from redline.core.index.model import Facts
from redline.core.problems import ToolProblem
from redline.core.text.text import Text

WORKER = (sys.executable, "-P", "-m", "redline.adapters.index.text_worker")


@dataclass(slots=True)
class ProcessExtractor:
    """The port `Extractor`: one worker, started with the first text, one text at a time.

    `patience` is how many seconds one text may take; a worker that takes longer, or dies,
    is replaced.
    """

    patience: float = 10.0
    command: tuple[str, ...] = WORKER
    _child: Child | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def extract(self, language: str, text: Text) -> Facts | ToolProblem:
        """The facts of `text`, or why there are none."""
        async with self._turn:
            try:
                async with asyncio.timeout(self.patience):
                    return await self._asked(Given(language, text.data))
            except TimeoutError:
                await self._drop()
                return ToolProblem(f"parsing took longer than {self.patience:g} s")
            except (OSError, asyncio.IncompleteReadError, ValueError):
                await self._drop()
                return ToolProblem("the process that parses has died over it")
            except asyncio.CancelledError:
                await self._drop()  # its answer would be taken for that to the next text
                raise

    async def close(self) -> None:
        """Ends the worker."""
        async with self._turn:
            await self._drop()

    async def _asked(self, given: Given) -> Facts | ToolProblem:
        if self._child is None:
            found = await spawn(self.command, Path(tempfile.gettempdir()))
            if isinstance(found, ToolProblem):
                return found
            self._child = found
        self._child.stdin.write(framed(encode(given)))
        await self._child.stdin.drain()
        head = await self._child.stdout.readexactly(LENGTH_BYTES)
        data = await self._child.stdout.readexactly(int.from_bytes(head, "big"))
        return unpacked(data) if data else ToolProblem(f"there is no grammar of {given.language}")

    async def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.close(0)
