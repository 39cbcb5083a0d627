"""Running programs over a scratch copy of a folder, with a proposal in it or without."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from redline.app.files import Files
from redline.app.ports import Adapters
from redline.app.tools.context import ToolContext
from redline.core import uris
from redline.core.agent.model import Draft
from redline.core.checks.runners import Runner
from redline.core.oversight.policy import Decision, Wanted, evaluate
from redline.core.oversight.sandbox import Limits, Ran
from redline.core.problems import ToolProblem, Unreadable
from redline.core.uris import Folder

REPORT_BYTES = 16 << 20
_REASONS = {
    "time": "it did not end within {seconds:g} s (setting `checks.seconds`)",
    "cpu": "it used more than {seconds:g} s of processor (setting `checks.seconds`)",
    "memory": "it used more memory than a check may",
    "processes": "it started more processes than a check may",
    "output": "it did not stop printing",
    "file size": "it wrote a larger file than a check may",
    "written": "it wrote more than a check may",
}


@dataclass(frozen=True, slots=True)
class Bench:
    """What is needed to run programs for one check of one folder.

    `over` are bytes by path that are laid over everything else; `most` is what one run may
    take in seconds, 0 for as much as the settings allow.
    """

    context: ToolContext
    folder: Folder
    runner: Runner
    over: Mapping[str, bytes] = field(default_factory=dict)
    most: float = 0.0

    @property
    def seconds(self) -> float:
        """What one run may take."""
        allowed = self.context.files.snapshot.settings.check_seconds
        return min(self.most, allowed) if self.most else allowed


def endless(said: str) -> bool:
    """Whether what `run` says is that the program did not come to an end."""
    return said.startswith(("it did not end within", "it used more than"))


async def refusal(adapters: Adapters, folder: Folder) -> str:
    """Why no program of `folder` may be run, and how to change that; '' when it may."""
    path = uris.file_path(folder.uri) or folder.uri
    if not adapters.trust.trusted(folder.uri):
        return f"{path} is not trusted; `redline trust {path}` lets its checks run"
    status = await adapters.sandbox.status(folder)
    if status.ok:
        return ""
    mend = f"; {status.mend}" if status.mend else ""
    return f"there is no sandbox: {status.detail}{mend} (`redline doctor`)"


async def run(at: Bench, argv: Sequence[str], with_draft: bool) -> Ran | str:
    """Runs `argv` to its end; why not, or which limit ended it, where it did not get there."""
    rules = at.context.files.snapshot.settings.policy
    verdict = evaluate(rules, Wanted("check", "execute", argv=tuple(argv)))
    if verdict.decision is not Decision.ALLOW:  # nobody can be asked in the middle of a check
        return f"the policy does not let it run ({', '.join(verdict.rules)}): {verdict.because}"
    files = at.context.files if with_draft else replace(at.context.files, draft=Draft())
    most = max(1, round(at.seconds + 0.5))
    limits = Limits(at.seconds, cpu_seconds=most, returned_bytes=REPORT_BYTES)
    sandbox = at.context.adapters.sandbox
    laid = {**laid_over(at.context, files, at.folder), **at.over}
    async with sandbox.laid(at.folder, laid) as copy:
        if isinstance(copy, ToolProblem):
            return copy.message
        runner = at.runner
        ran = await sandbox.run(copy, argv, limits, runner.environment, runner.readable)
    if isinstance(ran, ToolProblem):
        return ran.message
    return _REASONS.get(ran.reason, ran.reason).format(seconds=at.seconds) if ran.reason else ran


def laid_over(context: ToolContext, files: Files, folder: Folder) -> dict[str, bytes | None]:
    """What of `folder` differs from the disk: by path the bytes, or None for no such file."""
    inside = _inside(folder)
    laid: dict[str, bytes | None] = {}
    for operation in files.draft.operations:
        if operation.kind in ("rename", "delete") and (path := inside(operation.uri)):
            laid[path] = None
    for document in files.documents():
        moved = files.operation(document.uri)
        target = moved.target if moved is not None else ""
        path = inside(target or document.uri)
        if path:
            laid[path] = context.adapters.disk.mark(document.uri) + document.text.data
    return {
        path: data for path, data in laid.items() if not _as_on_disk(context, folder, path, data)
    }


def _as_on_disk(context: ToolContext, folder: Folder, path: str, data: bytes | None) -> bool:
    uri = uris.absolute((folder,), path)
    found = context.adapters.disk.read(uri) if uri is not None else None
    if found is None or isinstance(found, Unreadable) or data is None:
        return False
    return context.adapters.disk.mark(uri or "") + found.data == data


def _inside(folder: Folder) -> Callable[[str], str]:
    """The path of a uri in `folder`, '' where it lies elsewhere."""

    def path(uri: str) -> str:
        return uris.relative((folder,), uri) or ""

    return path
