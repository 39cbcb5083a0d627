"""Neovim and the real server: with nothing of ours, and with our plugin."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from installed import HERE, NEOVIMS, ROOT, binary
from nvim.terminal import Terminal
from terminal.project import picture

pytestmark = pytest.mark.editor

PLUGIN = ROOT / "editor-clients" / "neovim"
BESIDE = str(Path(sys.executable).parent)
AUTHOR = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
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


def environment(home: Path) -> dict[str, str]:
    """The environment, with a home of its own for journal, settings and logs."""
    homes = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("STATE", "DATA", "CONFIG")}
    path = os.pathsep.join(filter(None, (str(ROOT / "server"), os.environ.get("PYTHONPATH"))))
    return {**os.environ, **homes, "HOME": str(home), "PYTHONPATH": path}


def server() -> list[str]:
    """The command of the server."""
    given = os.environ.get("REDLINE_SERVER")
    return shlex.split(given) if given else [sys.executable, "-m", "redline.main", "serve"]


def prepare(scenario: str, workspace: Path) -> dict[str, Any]:
    """What the drivers are told: the plugin, copied as a user has it, the server and the rest."""
    home = workspace.parent / "home"
    home.mkdir()
    case = {
        "scenario": scenario,
        "server": server(),
        "plugin": str(shutil.copytree(PLUGIN, home / "plugin")),
        "workspace": str(workspace),
        "report": str(home / "report.json"),
    }
    if other := shutil.which("ty", path=os.pathsep.join((BESIDE, os.environ["PATH"]))):
        case["ty"] = other
    script = HERE / "nvim" / "models" / f"{scenario}.txt"
    if script.exists():
        case["model"] = str(script)
    return case


def drive(name: str, driver: str, scenario: str, workspace: Path, **more: str) -> None:
    """Runs one scenario in one editor; fails with all that is known of what happened."""
    case = {**prepare(scenario, workspace), **more}
    home = workspace.parent / "home"
    (home / "case.json").write_text(json.dumps(case), "utf-8")
    command = [binary(name), "--clean", "--headless", "-l", str(HERE / "nvim" / driver)]
    run = subprocess.run(
        [*command, str(home / "case.json")],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env=environment(home),
        cwd=workspace,
    )
    report = Path(case["report"])
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


SCENARIOS = {
    "plugin": ["explain", "selection", "health"],
    "review": ["all", "each", "place", "typing", "quickfix", "several", "files"],
    "runs": ["answer", "stop", "budget", "history", "restart", "stale", "comment"],
    "others": ["answered", "asked"],
    "inline": ["pieces", "closers", "misfits", "next_edit", "restart"],
}


@pytest.mark.parametrize(
    ("driver", "scenario"), [(driver, each) for driver, all_ in SCENARIOS.items() for each in all_]
)
@pytest.mark.parametrize("name", NEOVIMS)
def test_the_plugin_in_neovim(name: str, driver: str, scenario: str, workspace: Path) -> None:
    drive(name, f"{driver}.lua", scenario, workspace)


def test_the_manual_says_how_vim_pack_installs_it(workspace: Path) -> None:
    """The lines of the manual, with a repository of ours in place of the real one."""
    repository = workspace.parent / "repository"
    shutil.copytree(PLUGIN, repository / PLUGIN.relative_to(ROOT))
    for words in (["init", "-q"], ["add", "."], [*AUTHOR, "commit", "-q", "-m", "all"]):
        subprocess.run(["git", *words], cwd=repository, check=True)
    manual = (ROOT / "docs" / "editors" / "neovim.md").read_text("utf-8")
    [lines] = [each for each in re.findall(r"```lua\n(.*?)```", manual, re.S) if "vim.pack" in each]
    lines, urls = re.subn(r"https://[^']+", repository.as_uri(), lines)
    assert urls == 1
    snippet = workspace.parent / "pack.lua"
    snippet.write_text(lines, "utf-8")
    drive("nvim-0.12", "pack.lua", "pack", workspace, snippet=str(snippet))


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    found = Terminal(tmp_path)
    yield found
    found.close()


@pytest.mark.parametrize("name", NEOVIMS)
def test_a_person_reviews_in_a_terminal(
    name: str, workspace: Path, terminal: Terminal, request: pytest.FixtureRequest
) -> None:
    """Asks, accepts one hunk, rejects one, leaves one, writes: the bytes are the accepted ones."""
    home = workspace.parent / "home"
    case = prepare("terminal", workspace)
    (home / "case.json").write_text(json.dumps(case), "utf-8")
    settings = shlex.quote(str(HERE / "nvim" / "terminal.lua"))
    editor = f"{shlex.quote(binary(name))} --clean -u {settings} shop/cart.py"
    told = {**environment(home), "REDLINE_CASE": str(home / "case.json")}
    terminal.start(editor, workspace, told)
    terminal.wait("from shop.prices import total", "[1 ready]")
    terminal.line("/import total")
    terminal.line(":Agent refactor rename total to amount")
    terminal.wait("redline 1/3 computed", "agent: 3 to review")
    terminal.line(":Agent review")
    terminal.wait("import amount", "check: parse passed", "(file 1 of 2)")
    if name == NEOVIMS[-1] and request.config.getoption("--update"):
        rows = [row for row in terminal.screen().rstrip().split("\n") if not row.startswith("~")]
        picture("neovim.md", "\n".join(rows), update=True)
    before = terminal.cursor()
    terminal.keys("a")
    terminal.wait(" 1  accepted")
    terminal.until("the cursor on the next hunk", lambda: terminal.cursor() != before)
    terminal.keys("r")
    terminal.wait(" 2  rejected", "(file 2 of 2)", "agent: 1 to review")
    terminal.keys("q")
    terminal.wait("= total(items)")
    terminal.line(":wall")
    cart = workspace / "shop" / "cart.py"
    wanted = CART.replace("import total", "import amount").encode()
    terminal.until("the file is written", lambda: cart.read_bytes() == wanted)
    assert (workspace / "shop" / "prices.py").read_bytes() == PRICES.encode()
    terminal.line(":Agent accept all")
    terminal.wait("1 hunk")
    terminal.line(":wall")
    prices = workspace / "shop" / "prices.py"
    wanted_prices = PRICES.replace("def total", "def amount").encode()
    terminal.until("the other file is written", lambda: prices.read_bytes() == wanted_prices)
