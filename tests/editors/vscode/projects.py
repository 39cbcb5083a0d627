"""Workspaces for the scenarios."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

PRICES = '''\
"""Prices."""

RATE = 0.19


def total(items):
    """What the items cost."""
    return sum(item.price for item in items)


def taxed(items):
    """What the items cost, with tax."""
    return total(items) * (1 + RATE)
'''
CART = '''\
"""A cart."""

from shop.prices import total


def bill(items):
    """What is on the bill: größe, 😀 and all."""
    größe = len(items)
    return total(items), größe


def empty(items):
    """Whether there is nothing to pay."""
    return not total(items)
'''
REPORT = '''\
"""A report."""

from shop import prices


def line(items):
    """One line."""
    return f"{len(items)} items, {prices.total(items)}"
'''
ALIKE = '''\
"""Prices."""

RATE = 0.19


def net(items):
    first = items[0]
    total = sum(item.price for item in items)
    return round(total * RATE, 2)


def gross(items):
    first = items[0]
    total = sum(item.price for item in items)
    return round(total * RATE, 2)


def taxed(items):
    first = items[0]
'''
FILES = {
    "shop/__init__.py": "",
    "shop/prices.py": PRICES,
    "shop/cart.py": CART,
    "shop/report.py": REPORT,
}


def shop(folder: Path) -> Path:
    """A small project under git: three files that share a function."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return under_git(folder)


def alike(folder: Path) -> Path:
    """A file whose functions are so alike that what comes next in the last one is clear."""
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "prices.py").write_text(ALIKE, "utf-8")
    return under_git(folder)


def under_git(folder: Path) -> Path:
    """Makes a repository of the folder, with one commit."""
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "As it was"]):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)
    return folder


def released(name: str, version: str, cache: Path, folder: Path) -> Path:
    """A project as it was released, from its wheel."""
    wheels = cache / f"{name}-{version}"
    if not list(wheels.glob("*.whl")):
        pip = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check"]
        wanted = ["--no-deps", "--only-binary=:all:", f"{name}=={version}"]
        subprocess.run([*pip, *wanted, "-d", str(wheels)], check=True, timeout=120)
    with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    return under_git(folder)
