"""Python: names that the workspace proves unknown, and those that are shown in any doubt."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_known import Workspace, real_lines

import redline
from redline.core.text.edits import Edit
from redline.core.text.text import Span

FILES = {
    "shop/__init__.py": b"from .prices import *\nLIMIT = 3\n",
    "shop/prices.py": b"def price(item, *, tax=0):\n    return item\n\n\ncached = 1\n",
    "shop/open.py": b"def __getattr__(name):\n    return 1\n",
    "shop/filled.py": b"globals().update(a=1)\n",
    "shop/unclear.py": b"from outside import *\n",
    "shop/again.py": b"def old(a):\n    return a\n\n\nold = wrap(old)\n",
    "shop/wrapped.py": b"@wrap\ndef old(a):\n    pass\n\n\ndef any_of(**more):\n    pass\n",
    "shop/plain.py": b"class Base:\n    size = 1\n\n    def go(self):\n        self.count = 0\n",
    "shop/dynamic.py": b"class Loose:\n    def __getattr__(self, name):\n        return 1\n",
    "shop/deco.py": b"@wrap\nclass Made:\n    pass\n",
    "shop/computed.py": b"class Set:\n    pass\n",
    "tests/setting.py": b"from shop.computed import Set\n\nsetattr(Set, key, 1)\n",
    "shop/several.py": b"from .plain import Base\nimport out\n\n\nclass One(Base):\n    pass\n",
    "tests/patching.py": b"from shop import prices\n\nprices.later = 1\n\nthing.given = 2\n",
    "tests/other.py": b"class Other:\n    def elsewhere(self):\n        pass\n",
    "scripts/email.py": b"def send():\n    pass\n",
    "vendored/old/shop2/__init__.py": b"def gone():\n    pass\n",
    "app.py": b"",
}


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    others = ("shop/_native.cpython-311.so", "shop/made/data.txt")
    return Workspace(FILES, others, unsaved=("shop/new.py",))


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        ("from shop.prices import price", ""),
        ("from shop.prices import prise", "prise"),
        ("from shop.prices import price, prise as p", "prise"),
        ("from shop.prices import (price, tx)", "tx"),
        ("from shop import LIMIT, price", ""),
        ("from shop import prises", "prises"),
        ("from shop import prices, _native, made, new", ""),
        ("from shop.prises import x", "prises"),
        ("import shop.prises", "prises"),
        ("import shop.price", ""),
        ("import shop.prices", ""),
        ("import shop.made.things", ""),
        ("from shop.prices import __doc__, __version__", ""),
        ("from shop.prices import later", ""),
        ("from shop.open import anything", ""),
        ("from shop.filled import anything", ""),
        ("from shop.unclear import anything", ""),
        ("from outside import anything", ""),
        ("import outside.anything", ""),
        ("from email import anything", ""),
        ("from shop2 import anything", ""),
        ("from .shop.prices import prise", "prise"),
        ("from . import nothing", ""),
    ],
)
def test_what_a_module_does_not_have(workspace: Workspace, draft: str, name: str) -> None:
    assert workspace.unknown("app.py", "import os\n$0\n", draft) == name


@pytest.mark.parametrize(
    ("head", "draft", "name"),
    [
        ("from shop import prices", "prices.price(1)", ""),
        ("from shop import prices", "prices.prise(1)", "prise"),
        ("from shop import prices as p", "p.prise(1)", "prise"),
        ("import shop.prices", "shop.prices.prise(1)", "prise"),
        ("import shop.prices", "shop.prises.price(1)", "prises"),
        ("import shop.prices as p", "x = p.prise", "prise"),
        ("from shop import prices", "prices.prise = 1", ""),
        ("from shop import prices", "prices.later", ""),
        ("from shop import prices", "run.prices.prise", ""),
        ("from shop import prices\nprices = prices.price", "prices.prise(1)", ""),
        ("from shop import prices\ndef f(prices):\n    pass", "prices.prise(1)", ""),
        ("from shop import prices\nfor prices in x:\n    pass", "prices.prise(1)", ""),
        ("try:\n    from shop import prices\nexcept E:\n    import prices", "prices.prise(1)", ""),
        ("from shop import prices\nprices.prise = 1", "prices.prise(1)", ""),
        ("from shop import prices\nhasattr(prices, 'prise')", "prices.prise(1)", ""),
        ("import prices", "prices.prise(1)", ""),
    ],
)
def test_what_a_module_at_hand_does_not_have(
    workspace: Workspace, head: str, draft: str, name: str
) -> None:
    source = f"{head}\n\n\ndef run():\n    $0\n"
    assert workspace.unknown("app.py", source, draft) == name


@pytest.mark.parametrize("draft", ["from shop.prices import prise", "shop.prices.prise()"])
def test_code_that_is_ready_for_a_failure_is_left_alone(workspace: Workspace, draft: str) -> None:
    source = "import shop.prices\ntry:\n    $0\nexcept Exception:\n    pass\n"
    assert workspace.unknown("app.py", source, draft) == ""


@pytest.mark.parametrize(
    ("head", "draft", "name"),
    [
        ("from shop.prices import price", "price(1, tax=2)", ""),
        ("from shop.prices import price", "price(1, tacks=2)", "tacks"),
        ("from shop import price", "price(1, tacks=2)", ""),
        ("from shop.again import old", "old(b=2)", ""),
        ("from shop.wrapped import old", "old(b=2)", ""),
        ("from shop.wrapped import any_of", "any_of(b=2)", ""),
        ("def own(a, b=dict(c=1)):\n    pass", "own(1, b=2)", ""),
        ("def own(a, b=dict(c=1)):\n    pass", "own(1, d=2)", "d"),
        ("def own(a):\n    pass\n\n\ndef own(d):\n    pass", "own(1, d=2)", ""),
        ("def own(a):\n    pass\n\n\nown = wrap(own)", "own(1, d=2)", ""),
        ("@wrap\ndef own(a):\n    pass", "own(1, d=2)", ""),
        ("class C:\n    def own(self):\n        pass", "C().own(d=2)", ""),
        ("from outside import f", "f(d=2)", ""),
    ],
)
def test_keywords_that_a_function_does_not_take(
    workspace: Workspace, head: str, draft: str, name: str
) -> None:
    assert workspace.unknown("app.py", f"{head}\n\n\ndef run():\n    $0\n", draft) == name


@pytest.mark.parametrize(
    ("bases", "draft", "name"),
    [
        ("", "self.go()", ""),
        ("", "self.og()", "og"),
        ("Base", "print(self.og)", "og"),
        ("Base", "return self.size + self.count", ""),
        ("plain.Base", "return self.syze", "syze"),
        ("Base", "self.og = 1", ""),
        ("Base", "self.given", ""),
        ("Base", "self.elsewhere()", ""),
        ("Base", "self.__anything", ""),
        ("Base", "self.__class__", ""),
        ("Base", "Base.og", ""),
        ("Outside", "self.og()", ""),
        ("Loose", "self.og()", ""),
        ("Made", "self.og()", ""),
        ("Set", "self.og()", ""),
        ("Base, metaclass=M", "self.og()", ""),
        ("make(Base)", "self.og()", ""),
        ("Base, Outside", "self.og()", ""),
    ],
)
def test_what_an_object_does_not_have(
    workspace: Workspace, bases: str, draft: str, name: str
) -> None:
    source = (
        "from shop import plain\nfrom shop.plain import Base\nfrom shop.dynamic import Loose\n"
        "from shop.deco import Made\nfrom shop.computed import Set\nfrom outside import Outside\n"
        f"class Cart({bases}):\n    def go(self):\n        $0\n"
    )
    assert workspace.unknown("app.py", source, draft) == name


@pytest.mark.parametrize(
    "source",
    [
        "class CartMixin:\n    def go(self):\n        $0\n",
        "class Cart:\n    def go(self):\n        $0\n\n\nclass Both(Cart, Outside):\n    pass\n",
        "class Cart:\n    def go(self):\n        setattr(self, key, 1)\n        $0\n",
        "class Cart:\n    def go(self):\n        self = other\n        $0\n",
        "class Cart:\n    @staticmethod\n    def go(self):\n        $0\n",
        "class Cart:\n    @wrap\n    def go(self):\n        $0\n",
        "@wrap\nclass Cart:\n    def go(self):\n        $0\n",
        "class Cart:\n    def go(self):\n        def inner(self):\n            $0\n",
        "class Cart:\n    def go(this):\n        $0\n",
        "def go(self):\n    $0\n",
        "class Cart:\n    def go(self):\n        $0\n\n\nog = 1\n",
        "class Cart:\n    def go(self):\n        try:\n            $0\n        finally: 1\n",
    ],
)
def test_an_object_that_may_have_more_is_proof_of_nothing(
    workspace: Workspace, source: str
) -> None:
    assert workspace.unknown("app.py", source, "self.og()") in ("", "self")


def test_no_line_of_our_own_is_called_unknown() -> None:
    """Lines of this product, each taken out and drafted at its place, and once more misspelt."""
    package = Path(redline.__file__).parent
    files = {
        f"redline/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in sorted(package.rglob("*.py"))
        if path.parts[len(package.parts)] in ("core", "app")
    }
    workspace = Workspace(files)
    tried = wrong = 0
    for path, row, bare, text, start in real_lines(files):
        if tried == 150:
            break
        found = workspace.tried(path, text, Edit(Span(start, start), bare))
        if found is None:
            continue
        tried += 1
        assert found == "", f"{path}:{row}: {bare.decode()}"
        if bare.startswith(b"from redline."):
            wrong += (
                workspace.tried(path, text, Edit(Span(start, start), bare + b"_misspelt"))
                == (bare.rpartition(b" ")[2] + b"_misspelt").decode()
            )
    assert wrong
