"""A rename that might leave a use behind is refused, with the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from renaming_support import project

CLASSES = """class Cart:
    def total(self):
        return 1


class Bill:
    def total(self):
        return 2
"""
LFU = """def cached(size, typed=False):
    return size, typed
"""


@pytest.mark.parametrize(
    ("files", "at", "new", "reason"),
    [
        (
            {"a.py": CLASSES, "b.py": "def f(thing):\n    return thing.total()\n"},
            "a.py:|total",
            "amount",
            "b.py:2 may mean it: no type is known there, and a.py:7 has a total too",
        ),
        (
            {
                "a.py": "class Cart:\n    def copy(self): ...\n",
                "b.py": "def f(thing):\n    return thing.copy()\n",
            },
            "a.py:|copy",
            "twin",
            "b.py:2 may mean it: no type is known there, and builtin types have a copy too",
        ),
        (
            {"a.py": CLASSES, "b.py": "import a\n\ngetattr(a.Cart(), 'total')\n"},
            "a.py:|total",
            "amount",
            "b.py:3 may reach total by its name in a string",
        ),
        (
            {"a.py": "class Cart: ...\n", "test_a.py": "def test(x):\n    assert x == 'Cart'\n"},
            "a.py:|Cart",
            "Basket",
            "test_a.py:2 may reach Cart by its name in a string",
        ),
        (
            {"a.py": "def _one(): ...\n\ndef get(name):\n    return globals()[f'_{name}']\n"},
            "a.py:|_one",
            "_two",
            "a.py:4 may reach _one by its name in a string",
        ),
        (
            {
                "p/__init__.py": "from .a import *\n",
                "p/a.py": "def one(): ...\n",
                "test_p.py": "import p\n\nassert 'x' not in vars(p)\n",
            },
            "p/a.py:|one",
            "two",
            "test_p.py:3 goes through the names of p, one among them",
        ),
        (
            {
                "a.py": LFU,
                "test_a.py": "import a\n\nclass Test:\n    make = staticmethod(a.cached)\n\n"
                "    def decorated(self, size, **kwargs):\n"
                "        return self.make(size, **kwargs)\n\n"
                "    def test(self):\n        self.decorated(1, typed=True)\n",
            },
            "a.py:|typed",
            "by_type",
            "test_a.py:10 passes typed by name, perhaps to what test_a.py:4 hands on",
        ),
        (
            {
                "a.py": 'class Cart:\n    def total(self):\n        """\n'
                '        >>> Cart().total()\n        """\n',
                "tox.ini": "[testenv]\ncommands = pytest --doctest-modules\n",
            },
            "a.py:|total",
            "amount",
            "a.py:4 has an example with total, which tests may run",
        ),
    ],
)
async def test_what_may_be_left_behind_is_refused(
    tmp_path: Path, files: dict[str, str], at: str, new: str, reason: str
) -> None:
    async with project(tmp_path, files) as work:
        assert reason in await work.refused(at, new)


async def test_what_the_server_forgets_is_renamed(tmp_path: Path) -> None:
    files = {
        "a.py": "class Base:\n    def total(self):\n        return 1\n",
        "b.py": "from a import Base\n\nclass Cart(Base):\n    def total(self):\n"
        "        return super().total()\n",
        "c.py": "class Other:\n    def total(self): ...\n",
    }
    async with project(tmp_path, files) as work:
        renamed = {name: files[name].replace("total", "amount") for name in ("a.py", "b.py")}
        assert await work.renamed("b.py:|total", "amount") == renamed


async def test_examples_are_renamed_along(tmp_path: Path) -> None:
    text = 'def flip(f):\n    """Flips.\n\n    >>> flip(flip)(1)\n    1\n    """\n    return f\n'
    async with project(tmp_path, {"a.py": text}) as work:
        assert await work.renamed("a.py:def |flip", "turn") == {
            "a.py": text.replace("flip", "turn")
        }
