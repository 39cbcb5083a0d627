"""Builds the project with a proposal in it, by the command that the user configured."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from redline.app.ports import Adapters
from redline.app.tools.checking import Changed, since
from redline.app.tools.context import ToolContext
from redline.app.tools.running import Bench, refusal, run
from redline.core import uris
from redline.core.agent import drafts
from redline.core.checks.tested import cut, ending
from redline.core.problems import ToolProblem
from redline.core.proposal.model import Check, Failure
from redline.core.settings import Settings
from redline.core.uris import Folder

NAME = "build"
KEY = "checks.build"


async def build(context: ToolContext, files: Sequence[Changed]) -> Check | None:
    """The check, by exit status; None where no build is configured for what is changed."""
    settings = context.files.snapshot.settings
    folder = _folder(context)
    if not settings.check_build or folder is None:
        return None
    began = context.adapters.clock.monotonic()
    scope = " ".join(settings.check_build)
    why = await refused(context.adapters, settings, folder)
    if why:
        return Check(NAME, scope, "skipped", why, since(context, began))
    toolchains = context.adapters.toolchains
    runner = await asyncio.to_thread(
        toolchains.around, folder, settings.check_build, settings.check_python
    )
    if isinstance(runner, ToolProblem):
        return Check(NAME, scope, "skipped", runner.message, since(context, began))
    context.report(f"build: {scope}")
    at = Bench(context, folder, runner)
    wrong = await _wrong(at, with_draft=True)
    if not wrong:
        return Check(NAME, scope, "passed", "it builds", since(context, began))
    context.report(f"build: {scope}, without the change")
    before = await _wrong(at, with_draft=False)
    if before:
        detail = f"it does not build without the change either: {_first(before)}"
        return Check(NAME, scope, "skipped", detail, since(context, began))
    detail = f"it builds without the change, and not with it: {_first(wrong)}"
    failures = (Failure("", 0, wrong),)
    return Check(NAME, scope, "failed", detail, since(context, began), failures=failures)


def _folder(context: ToolContext) -> Folder | None:
    """The folder of what is changed; a workspace's own command is for its first folder."""
    folders = context.files.folders
    found = [uris.folder_of(folders, uri) for uri in drafts.uris_of(context.files.draft)]
    changed = [each for each in found if each is not None]
    if _of_workspace(context.files.snapshot.settings):
        return folders[0] if folders and folders[0] in changed else None
    return changed[0] if changed else None


def _of_workspace(settings: Settings) -> bool:
    return settings.origins.get(KEY, "").startswith("workspace")


async def refused(adapters: Adapters, settings: Settings, folder: Folder) -> str:
    """Why it may not be run; what a workspace says holds as long as its file is the same."""
    why = await refusal(adapters, folder)
    known = adapters.trust.configured(folder.uri)
    if why or not _of_workspace(settings) or known == settings.workspace_digest:
        return why
    path = uris.file_path(folder.uri) or folder.uri
    return (
        "redline.toml is not the one that was trusted: look at its `checks.build`, then"
        f" `redline trust {path}`, and start anew"
    )


async def _wrong(at: Bench, *, with_draft: bool) -> str:
    """What the command said when it failed, or why it did not end; '' when it worked."""
    ran = await run(at, at.runner.program, with_draft)
    if isinstance(ran, str):
        return ran
    if not ran.code:
        return ""
    said = (ran.stderr if ran.stderr.strip() else ran.stdout).decode("utf-8", "replace")
    lines = [line for line in said.splitlines() if line.strip()]
    return cut("\n".join(lines[-12:]), 12) or ending(ran.stdout) or f"it ended with {ran.code}"


def _first(text: str) -> str:
    return text.partition("\n")[0]
