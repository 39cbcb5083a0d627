"""Where checks run programs: the sandbox, or a whole copy where the user allows to do without.

What both are made of is imported with the first question: an editor waits for a server to
start, and most sessions run nothing.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from redline.adapters.uris import path_of
from redline.core.oversight.sandbox import Limits, Ran, ScratchCopy
from redline.core.problems import Finding, ToolProblem
from redline.core.uris import Folder

if TYPE_CHECKING:
    from redline.adapters.sandbox.bubblewrap import Sandbox
    from redline.adapters.sandbox.without import Unsandboxed
    from redline.adapters.scratch.copies import Scratch
    from redline.adapters.scratch.places import ScratchPlaces


@dataclass(slots=True)
class _Made:
    """What is made once: the two ways to run, and the copies that each needs."""

    sandbox: Sandbox
    laid: Scratch
    without: Unsandboxed
    whole: Scratch


@dataclass(slots=True)
class ChosenSandbox:
    """The port `Sandbox`. `unsandboxed` are absolute paths of the folders the user named."""

    places: Callable[[], ScratchPlaces]
    unsandboxed: Sequence[str] = ()
    _kept: list[_Made] = field(default_factory=list)

    async def status(self, folder: Folder) -> Finding:
        """Whether programs can be run over copies of `folder`, and how; how to mend it."""
        made = self._made()
        found = await made.sandbox.status()
        return await made.without.status() if self._bare(found, folder) else found

    @asynccontextmanager
    async def laid(
        self, folder: Folder, changed: Mapping[str, bytes | None]
    ) -> AsyncIterator[ScratchCopy | ToolProblem]:
        """A copy of `folder` with other texts in it, as `Scratch.laid` makes them."""
        made, path = self._made(), path_of(folder.uri)
        found = await made.sandbox.status()
        bare = self._bare(found, folder)
        if path is None or not (found.ok or bare):
            why = found.detail if path is not None else "its files are not on this machine"
            yield ToolProblem(f"nothing is run without a sandbox: {why}", True)
            return
        async with (made.whole if bare else made.laid).laid(path, changed) as copy:
            yield copy

    async def run(
        self,
        copy: ScratchCopy,
        argv: Sequence[str],
        limits: Limits,
        environment: Mapping[str, str],
        readable: Sequence[str] = (),
    ) -> Ran | ToolProblem:
        """Runs `argv` in a copy to its end, without network; cancelled, it leaves no process."""
        made = self._made()
        seen = tuple(map(Path, readable))
        if copy.copied:
            # What is installed to be edited would be found in the workspace, not in its copy.
            tree = Path(copy.place) / "tree"
            first = [str(tree / "src"), str(tree), environment.get("PYTHONPATH", "")]
            paths = {"PYTHONPATH": os.pathsep.join(filter(None, first))}
            return await made.without.run(copy, argv, limits, {**environment, **paths}, True, seen)
        return await made.sandbox.run(copy, argv, limits, environment, False, seen)

    def _bare(self, found: Finding, folder: Folder) -> bool:
        """Whether the folder's programs run unsandboxed: only where there is no sandbox."""
        path = path_of(folder.uri)
        named = {Path(each).resolve() for each in self.unsandboxed if Path(each).is_absolute()}
        return not found.ok and path is not None and path.resolve() in named

    def _made(self) -> _Made:
        if not self._kept:
            from redline.adapters.sandbox.bubblewrap import Sandbox
            from redline.adapters.sandbox.without import Unsandboxed
            from redline.adapters.scratch.copies import Scratch

            places = self.places()
            made = _Made(
                Sandbox(places), Scratch(places), Unsandboxed(), Scratch(places, whole=True)
            )
            self._kept.append(made)
        return self._kept[0]
