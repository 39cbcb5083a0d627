"""What works on this machine: looked at, not assumed."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from redline.adapters import grammars, places
from redline.adapters.grammars import GrammarError
from redline.adapters.language_servers.options import options_of
from redline.adapters.processes import find
from redline.core.problems import Finding, ToolProblem
from redline.core.servers import KNOWN, ServerSpec
from redline.core.settings import Settings

SECONDS = 10


def probe(root: Path, settings: Settings) -> Sequence[Finding]:
    """The findings, in order of what depends on what."""
    python = f"{platform.python_version()} on {platform.system()}"
    return [
        Finding("python", sys.version_info >= (3, 11), python, "use Python 3.11 or newer"),
        *_grammars(),
        _program("git", ("git", "--version"), "install git; `git apply` takes the proposals"),
        _program("ty", _beside("ty", settings.servers.get("python", ())[:1]), "pip install ty"),
        _program("ruff", _beside("ruff", ()), "pip install ruff"),
        *_servers(settings),
        _writable(root),
    ]


def _grammars() -> Iterator[Finding]:
    languages = grammars.load()
    for name in languages.names:
        try:
            languages.open(name)
        except GrammarError as error:
            yield Finding(
                f"grammar {name}", False, str(error), "pip install --force-reinstall redline"
            )
        else:
            yield Finding(f"grammar {name}", True, "loads")


def _beside(name: str, command: Sequence[str]) -> tuple[str, str]:
    """The program next to this Python, as the product looks for it, then on the PATH."""
    wanted = command[0] if command else name
    beside = Path(sys.executable).parent / wanted
    return (str(beside) if beside.exists() else wanted, "--version")


def _program(name: str, command: Sequence[str], mend: str) -> Finding:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(name, False, str(error), mend)
    return Finding(name, done.returncode == 0, done.stdout.strip().partition("\n")[0], mend)


def _servers(settings: Settings) -> Iterator[Finding]:
    """The language servers found on PATH, and those the user set, found or not."""
    for spec in KNOWN:
        if spec.languages != ("python",):
            found = find(spec.argv[0])
            if found:
                yield _server(spec, found)
    for language, argv in sorted(settings.servers.items()):
        if language == "python" or not argv:
            continue
        name, path = f"language server for {language}", find(argv[0])
        mend = f"correct `language_servers.{language}` in your user file"
        yield Finding(name, path is not None, path or f"{argv[0]} was not found", mend)


def _server(spec: ServerSpec, path: str) -> Finding:
    name, options = f"language server {spec.name}", options_of(spec, path)
    if isinstance(options, ToolProblem):
        return Finding(name, True, f"{path}; not used: {options.message}")
    return Finding(name, True, f"{path}; in trusted folders" if spec.starts else path)


def _writable(root: Path) -> Finding:
    mend = "set XDG_STATE_HOME to a folder you can write"
    try:
        folder = places.state_folder(root)
    except OSError as error:
        return Finding("journal", False, str(error), mend)
    return Finding("journal", True, str(folder), mend)
