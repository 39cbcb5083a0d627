"""`redline doctor`: what works on this machine, and how to mend what does not."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from redline.app.planned import folder_at, planned
from redline.core import uris
from redline.core.problems import Finding
from redline.core.settings import Settings, setting_of, value_of
from redline.core.settings_table import KEYS
from redline.edge.cli.local import plain, root_of
from redline.edge.cli.terminal import raw
from redline.edge.cli.wiring import CliWiring

MOST_FILES = 5_000
_NOT_OURS = frozenset({"node_modules", "target", "build", "dist", "__pycache__"})


async def doctor(arguments: Namespace, wiring: CliWiring) -> int:
    """Prints every finding and where each setting comes from; 1 when something is broken."""
    root = root_of(arguments.root)
    settings, problems = wiring.settings(root, None, {})
    findings = [*wiring.probe(root, settings)]
    findings += [
        Finding("settings", not each.fatal, str(each), "correct that line") for each in problems
    ]
    unknown = wiring.unknown_model(settings.model)
    findings.append(
        Finding("model", not unknown, unknown or settings.model, "set `model` in your user file")
    )
    findings += await _checks(wiring, settings, root)
    if arguments.json:
        rows = [{"name": f.name, "ok": f.ok, "detail": f.detail, "mend": f.mend} for f in findings]
        print(json.dumps({"findings": rows, "settings": _shown(settings)}))
    else:
        _print(findings, settings)
    return 0 if all(each.ok or not each.needed for each in findings) else 1


async def _checks(wiring: CliWiring, settings: Settings, root: Path) -> tuple[Finding, ...]:
    """The switch, the sandbox and the checks of the folder."""
    adapters = wiring.adapters(settings)
    runs = _runs(adapters.switch.stopped())
    try:
        languages = {
            language.name
            for path in _some_files(root)
            if (language := adapters.languages.for_path(uris.from_path(path.as_posix())))
        }
        folder = folder_at(root.as_posix(), root.name)
        return (runs, *await planned(adapters, settings, folder, languages))
    finally:
        await adapters.servers.close()
        await adapters.extractor.close()


def _runs(stopped: bool) -> Finding:
    """Whether runs may begin."""
    return Finding("runs", not stopped, "stopped" if stopped else "may begin", "redline resume")


def _some_files(root: Path) -> Iterator[Path]:
    """Enough of the files to know the languages; those of packages are not the project's."""
    left = MOST_FILES
    for folder, folders, names in os.walk(root):
        folders[:] = [each for each in folders if each[0] != "." and each not in _NOT_OURS]
        if Path(folder, "pyvenv.cfg").exists():
            folders.clear()
            continue
        for name in names:
            yield Path(folder, name)
            left -= 1
            if not left:
                return


def _print(findings: list[Finding], settings: Settings) -> None:
    console = Console(file=raw(sys.stdout), highlight=False, soft_wrap=True, emoji=False)
    for each in findings:
        without = "[red]no[/red]  " if each.needed else "[yellow]--[/yellow]  "
        mark = "[green]ok[/green]  " if each.ok else without
        console.print(f"{mark}{plain(each.name)}: {plain(each.detail)}")
        if not each.ok and each.mend:
            console.print(f"      {plain(each.mend)}")
    for key, row in _shown(settings).items():
        line = f"{key} = {row['value']}  ({row['from']})"
        console.print(f"[dim]{plain(line)}[/dim]")


def _shown(settings: Settings) -> dict[str, dict[str, str]]:
    """Each setting with its value and where it came from; keys never."""
    rows = {}
    for key in dict.fromkeys((*KEYS, *sorted(settings.origins))):
        setting, value = setting_of(key), value_of(settings, key)
        secret = setting is not None and setting.secret
        shown = ("set" if value else "not set") if secret else str(value)
        rows[key] = {"value": shown, "from": settings.origins.get(key, "built-in")}
    return rows
