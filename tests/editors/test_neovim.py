"""Neovim and the real server: with nothing of ours, and with our plugin."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from installed import HERE, NEOVIMS, ROOT, binary

pytestmark = pytest.mark.editor

PRICES = '''\
"""Prices."""


def total(items):
    # agent: rename total to amount
    return sum(item.price for item in items)
'''
CART = '''\
"""A cart."""

from shop.prices import total


def bill(items, rate):
    net = total(items)
    tax = net * rate
    größe = len(items)
    return net + tax, größe
'''


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A small project of two files that share a function."""
    folder = tmp_path / "project"
    (folder / "shop").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "shop" / "__init__.py").touch()
    (folder / "shop" / "prices.py").write_text(PRICES, "utf-8")
    (folder / "shop" / "cart.py").write_text(CART, "utf-8")
    return folder


def _environment(home: Path) -> dict[str, str]:
    """The environment, with a home of its own for journal, settings and logs."""
    homes = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("STATE", "DATA", "CONFIG")}
    path = os.pathsep.join(filter(None, (str(ROOT / "server"), os.environ.get("PYTHONPATH"))))
    return {**os.environ, **homes, "HOME": str(home), "PYTHONPATH": path}


def _server() -> list[str]:
    given = os.environ.get("REDLINE_SERVER")
    return shlex.split(given) if given else [sys.executable, "-m", "redline.main", "serve"]


def drive(name: str, driver: str, scenario: str, workspace: Path) -> None:
    """Runs one scenario in one editor; fails with all that is known of what happened."""
    home = workspace.parent / "home"
    home.mkdir()
    plugin = shutil.copytree(ROOT / "editor-clients" / "neovim", home / "plugin")
    report = home / "report.json"
    case = {
        "scenario": scenario,
        "server": _server(),
        "plugin": str(plugin),
        "workspace": str(workspace),
        "report": str(report),
    }
    (home / "case.json").write_text(json.dumps(case), "utf-8")
    command = [binary(name), "--clean", "--headless", "-l", str(HERE / "nvim" / driver)]
    run = subprocess.run(
        [*command, str(home / "case.json")],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env=_environment(home),
        cwd=workspace,
    )
    told = json.loads(report.read_text("utf-8")) if report.exists() else {}
    if not told.get("ok"):
        pytest.fail(_account(told, run.stdout + run.stderr, home), pytrace=False)


def _account(told: dict[str, object], output: str, home: Path) -> str:
    lines = [str(told.get("problem") or "the editor ended without a report"), "", "events:"]
    events = told.get("events")
    lines += [f"  {event}" for event in events] if isinstance(events, list) else []
    lines += ["", "output:", output, str(told.get("messages") or "")]
    for log in sorted(home.rglob("*.log")):
        # Standard error of the server and every message are in Neovim's own log.
        lines += ["", f"{log.name}:", log.read_text("utf-8", "replace")[-12_000:]]
    return "\n".join(lines)


@pytest.mark.parametrize("scenario", ["rename", "offers", "closed"])
@pytest.mark.parametrize("name", NEOVIMS)
def test_neovim_without_a_plugin_is_fully_usable(name: str, scenario: str, workspace: Path) -> None:
    drive(name, "stock.lua", scenario, workspace)


SCENARIOS = ["accept", "hunks", "reject", "typing", "explain", "selection", "health"]


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", NEOVIMS)
def test_the_plugin_reviews_proposals_in_neovim(name: str, scenario: str, workspace: Path) -> None:
    drive(name, "plugin.lua", scenario, workspace)
