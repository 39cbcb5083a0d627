"""Which checks a proposal would have to pass in a folder, and which of them can run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import replace

from redline.app.ports import Adapters
from redline.app.tools import checking_build
from redline.app.tools.running import refusal
from redline.core import uris
from redline.core.checks.discover import Discovered, configuration, discover
from redline.core.checks.runners import family, kinds
from redline.core.problems import Finding, ToolProblem
from redline.core.settings import Settings
from redline.core.uris import Folder

_OURS = frozenset({("lint", "ruff"), ("format", "ruff"), ("types", "ty")})
"""Checks that run no code of the project: they need nothing, and always run."""


async def planned(
    adapters: Adapters, settings: Settings, folder: Folder, languages: Collection[str]
) -> tuple[Finding, ...]:
    """The sandbox, then each check of `folder`, which has code in `languages`."""
    status = replace(await adapters.sandbox.status(folder), needed=False)
    return (status, *[each async for each in _checks(adapters, settings, folder, languages)])


async def _checks(
    adapters: Adapters, settings: Settings, folder: Folder, languages: Collection[str]
) -> AsyncIterator[Finding]:
    read = _texts(adapters, folder)
    found = discover(read, frozenset(languages))
    for each in found:
        if (each.name, each.tool) in _OURS:
            yield Finding(f"check {each.name}", True, f"{each.tool} ({each.because}), always")
        elif each.name != "tests":
            what = f"{each.tool} ({each.because or each.argv[0]}): not one that Redline runs"
            yield Finding(f"check {each.name}", False, what, needed=False)
    for of in sorted({family(language) for language in languages} - {""}):
        finding = await _tests(adapters, settings, folder, of, found, read.get("package.json", ""))
        if finding is not None:
            yield finding
    if settings.check_build:
        why = await checking_build.refused(adapters, settings, folder)
        origin = settings.origins.get(checking_build.KEY, "")
        what = f"{' '.join(settings.check_build)} ({origin})"
        yield Finding("check build", not why, what + (f": {why}" if why else ""), needed=False)


async def _tests(
    adapters: Adapters,
    settings: Settings,
    folder: Folder,
    of: str,
    found: Iterable[Discovered],
    package: str,
) -> Finding | None:
    """The tests in one family of languages; None where nothing speaks of any."""
    known = {each.tool: each for each in found if each.name == "tests"}
    able = kinds(of, known.keys(), package)
    if not able:
        return None
    name = f"check tests, {of}"
    if settings.check_tests == "off":
        return Finding(name, False, "off (setting `checks.tests`)", needed=False)
    argv = {tool: each.argv for tool, each in known.items()}
    runner = await asyncio.to_thread(
        adapters.toolchains.runner, folder, able, argv, settings.check_python
    )
    if isinstance(runner, ToolProblem):
        return Finding(name, False, runner.message, needed=False)
    because = known[runner.kind].because if runner.kind in known else ""
    what = f"{runner.name} ({because})" if because else runner.name
    why = await refusal(adapters, folder)
    if why:
        return Finding(name, False, f"{what}: {why}", needed=False)
    return Finding(name, True, f"{what}, {settings.check_tests}")


def _texts(adapters: Adapters, folder: Folder) -> dict[str, str]:
    return configuration(lambda name: adapters.disk.read(f"{folder.uri}/{name}"))


def folder_at(path: str, name: str) -> Folder:
    """The folder at an absolute path."""
    return Folder(uris.from_path(path), name)
