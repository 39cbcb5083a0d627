"""The project the editors here have open: the demo project, and a file with an ambiguous name."""

from __future__ import annotations

import hashlib
import shutil
from importlib.resources import files
from pathlib import Path

RENAME = "rename Basket to ShoppingCart"
TOUCHED = {"shop/__init__.py", "shop/basket.py", "shop/receipt.py", "tests/test_shop.py"}
MERGED = 2  # files that `merged` is named in
TWINS = """\
class One:
    def size(self): return 1


class Two:
    def size(self): return 2
"""


def copy_of_demo(folder: Path) -> Path:
    """The demo project and the twins, copied to `folder`."""
    source = Path(str(files("redline") / "demo_project"))
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (folder / "shop/twins.py").write_text(TWINS, "utf-8")
    return folder


def digests(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file of a folder: what is in it and when it was written."""
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
