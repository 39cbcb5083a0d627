"""What `main` gives the command line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from redline.app.inline.ports import InlineRecord
    from redline.app.ports import Adapters, Journal
    from redline.core.problems import Finding
    from redline.core.settings import Settings, SettingsProblem
    from redline.edge.lsp.connection import Wiring

    Loader = Callable[
        [Path | None, Path | None, Mapping[str, object]],
        tuple[Settings, tuple[SettingsProblem, ...]],
    ]


_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class CliWiring:
    """The adapters for given settings, and what only `main` can reach.

    `settings` takes the root, the team file and the command line's values.
    `unknown_model` says why a model name cannot be used, '' when it can.
    `probe` looks at this machine; `model_server` runs the scripted model's HTTP server.
    `journals` and `inline_records` are those of all of the user's workspaces.
    `let_go` closes connections that were kept for later: last in a loop.
    `close` takes away what the process as a whole has made.
    """

    adapters: Callable[[Settings], Adapters]
    settings: Loader
    unknown_model: Callable[[str], str]
    probe: Callable[[Path, Settings], Sequence[Finding]]
    model_server: Callable[[Sequence[str]], int]
    lsp: Callable[[Path | None], Wiring]
    demo_project: Callable[[], Path]
    journals: Callable[[], Sequence[Journal]]
    inline_records: Callable[[], Sequence[InlineRecord]]
    let_go: Callable[[], Awaitable[None]]
    close: Callable[[], None]

    async def ended(self, work: Awaitable[_Result]) -> _Result:
        """What `work` comes to, with no connection left open after it."""
        try:
            return await work
        finally:
            await self.let_go()


class UsageProblem(Exception):
    """Bad usage, root or configuration: exit code 2. The message says what to do."""
