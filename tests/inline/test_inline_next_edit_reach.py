"""How far a rename by hand reaches: overriding methods, and names that files pass on."""

from __future__ import annotations

import ast
import os
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from next_edit_desk import Desk

from redline.adapters import grammars
from redline.core.graph.model import Imports
from redline.core.index import facts as read
from redline.core.index.extract import extract, parse
from redline.core.index.model import Index
from redline.core.inline.next_edit.families import family, heads
from redline.core.refactor.change_signature.changing import family_of
from redline.core.refactor.project import Project
from redline.core.text.text import Text


@asynccontextmanager
async def sitting(folder: Path, files: Mapping[str, str], path: str) -> AsyncIterator[Desk]:
    """A desk with one file open."""
    desk = Desk(folder, files)
    await desk.begin(path)
    yield desk
    await desk.close()


async def after(
    folder: Path, files: Mapping[str, str], path: str, old: str, new: str
) -> dict[str, str]:
    """What the files hold that are changed once all is accepted, one place after the other, in
    any order."""
    async with sitting(folder, files, path) as desk:
        desk.type(path, old, new)
        pick = random.Random(path + old)
        for _ in range(100):
            due = await desk.due(path)
            if not due:
                return {each: desk.text(each) for each in files if desk.text(each) != files[each]}
            desk.apply(pick.choice(due))
        raise AssertionError("there is always one more")


def renamed(files: Mapping[str, str], old: str, new: str, *kept: str) -> dict[str, str]:
    """The files with `old` made `new`, but for the `kept` pieces; those that change."""
    found: dict[str, str] = {}
    for path, text in files.items():
        made = text.replace(old, new)
        for each in kept:
            made = made.replace(each.replace(old, new), each)
        if made != text:
            found[path] = made
    return found


SHAPES = {
    "shapes.py": (
        "class Shape:\n    def draw(self):\n        return 1\n\n\n"
        "class Other:\n    def draw(self):\n        return 2\n"
    ),
    "round.py": (
        "from shapes import Other, Shape\n\n\nclass Round(Shape):\n    size = 1\n\n\n"
        "class Circle(Round):\n    def draw(self):\n        return super().draw()\n\n"
        "    paint = draw\n\n    def again(self):\n        return self.draw()\n"
    ),
    "far.py": (
        "from outside import Shape\n\n\nclass Mine(Shape):\n    def draw(self): ...\n\n\n"
        "class Keyed(dict[str, 'Other'], metaclass=type):\n    def draw(self): ...\n"
    ),
}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [("shapes.py", "def draw", "def paint_it"), ("round.py", "def draw", "def paint_it")],
)
async def test_methods_that_override_each_other(
    tmp_path: Path, path: str, old: str, new: str
) -> None:
    files = {each: text for each, text in SHAPES.items() if each != "far.py"}
    other = "class Other:\n    def draw(self)"
    wanted = renamed(files, "draw", "paint_it", other)
    assert await after(tmp_path, SHAPES, path, old, new) == wanted


async def test_the_getter_and_the_setter_of_a_property(tmp_path: Path) -> None:
    files = {
        "cart.py": (
            "class Cart:\n    @property\n    def total(self):\n        return self._total\n\n"
            "    @total.setter\n    def total(self, value):\n        self._total = value\n"
        )
    }
    wanted = renamed(files, "total", "amount", "self._total")
    assert await after(tmp_path, files, "cart.py", "total", "amount") == wanted


TYPES = {
    "shape.ts": (
        "export interface Shape { draw(): void }\n"
        "export abstract class Base<T> implements Shape {\n  abstract draw(): void;\n}\n"
        "export class Pen {\n  draw() {}\n}\n"
    ),
    "circle.ts": (
        "import { Base, Pen } from './shape';\n\n"
        "export class Circle extends Base<Pen> {\n"
        "  draw() { this.line(); }\n  line() { this.draw(); }\n}\n"
    ),
}


async def test_what_implements_an_interface(tmp_path: Path) -> None:
    wanted = renamed(TYPES, "draw", "paint", "Pen {\n  draw")
    assert await after(tmp_path, TYPES, "shape.ts", "draw", "paint") == wanted


CLASSES = {
    "a/Shape.java": (
        "package a;\n\npublic class Shape {\n  public void draw(int size) { }\n"
        "  public void draw() { }\n}\n"
    ),
    "a/Circle.java": (
        "package a;\n\npublic class Circle extends Shape {\n"
        "  public void draw(int other) { super.draw(other); }\n  public void draw() { }\n}\n"
    ),
}


async def test_of_overloads_only_that_with_as_many_parameters(tmp_path: Path) -> None:
    async with sitting(tmp_path, CLASSES, "a/Shape.java") as desk:
        desk.type("a/Shape.java", "draw(int", "paint(int")
        assert await desk.shown("a/Shape.java") == ["a/Circle.java:4: draw -> paint"]


@pytest.mark.parametrize(
    ("language", "head", "wanted"),
    [
        ("python", "(a.Base[Item], Mixin, metaclass=Meta)", ["Base", "Mixin"]),
        ("python", "[T](made(One), Two)", ["made", "Two"]),
        ("typescript", "<T extends R> extends B<C> implements n.D", ["extends", "B"]),
        ("csharp", " : Base<Item>, IThing where T : Other", ["Base", "IThing"]),
        ("php", " extends \\App\\Base", ["extends", "Base"]),
    ],
)
def test_what_the_head_of_a_class_names(language: str, head: str, wanted: list[str]) -> None:
    found = heads(language, head)
    assert found[: len(wanted)] == wanted
    assert "Item" not in found and "Meta" not in found and "Other" not in found


STDLIB = sorted(
    each
    for folder in (".", "json", "logging", "wsgiref", "unittest", "email", "concurrent/futures")
    for each in (Path(os.__file__).parent / folder).glob("*.py")
    if 4_000 < each.stat().st_size < 60_000
)


@pytest.mark.parametrize("path", random.Random(5).sample(STDLIB, 30), ids=lambda e: e.name)
def test_families_are_those_of_the_refactorings(path: Path) -> None:
    language = grammars.load().for_path("a.py")
    assert language is not None
    uri, text = "file:///w/a.py", Text(path.read_bytes())
    facts = extract(language, parse(language, text), text, None)
    index = Index(overlay={uri: facts}, complete=True)
    project = Project(
        index, Imports(), {uri: text}.get, lambda each: each[len("file:///w/") :], lambda _: None
    )
    plain = {
        node.name
        for node in ast.walk(ast.parse(text.data))
        if isinstance(node, ast.FunctionDef) and not node.decorator_list
    }
    for symbol in read.symbols(uri, facts):
        if symbol.kind != "method" or symbol.name not in plain or symbol.name.startswith("__"):
            continue
        by_tool = {span for _, span in family_of(project, symbol)}
        if by_tool:
            mine = {each.name_span for each in family(index, Imports(), symbol)}
            assert mine == by_tool, symbol


PASSED = {
    "m.py": "def total(x):\n    return x\n",
    "x.py": "from m import *\n\nprint(total(2))\n",
    "y.py": "from x import total\n\nprint(total(1))\n",
    "z.py": "import x\n\nprint(x.total(3))\n\n\ndef f(x):\n    return x.total\n",
    "w.py": "from x import *\n\nprint(total(4))\n",
    "e.py": "from m import total\n",
    "f.py": "from e import total as t, total\n\nprint(t(1), total(2))\n",
    "own.py": "from m import *\n\n\ndef total():\n    return total\n",
    "after.py": "from own import total\n\nprint(total())\n",
    "other.py": "import x\nfrom outside import total\n\nprint(total(), x)\n",
    "deep/__init__.py": "from m import total\n",
    "deep/m.py": "def total():\n    return 1\n",
    "deep/own.py": "from .m import total\nimport m\n\nprint(total(), m.total(1))\n",
    "deep/up.py": "from . import total\nfrom .. import m\n\nprint(total(), m.total(1))\n",
    "closed.py": "from m import *\n\n__all__ = ['nothing']\n",
    "beyond.py": "from closed import *\n\nprint(total())\n",
}


async def test_names_that_other_files_pass_on(tmp_path: Path) -> None:
    kept = {"deep/m.py", "deep/own.py", "own.py", "after.py", "other.py", "closed.py", "beyond.py"}
    files = {each: text for each, text in PASSED.items() if each not in kept}
    wanted = renamed(files, "total", "amount", "def f(x):\n    return x.total")
    wanted["deep/own.py"] = PASSED["deep/own.py"].replace("m.total", "m.amount")
    assert await after(tmp_path, PASSED, "m.py", "total", "amount") == wanted


SCRIPTS = {
    "m.ts": "export function total(a: number) { return a; }\n",
    "x.ts": "export * from './m';\n",
    "n.ts": "export { total } from './m';\n",
    "lib/index.ts": "export * from '../x';\n",
    "y.ts": "import { total } from './x';\n\nexport const q = { total, b: total(1) };\n",
    "k.ts": (
        "import { total } from './lib';\nimport * as all from './n';\n\n"
        "export const r = total(1) + all.total(2);\n"
    ),
    "o.ts": "import { total } from 'outside';\nimport * as x from './x';\n\ntotal(x);\n",
}


async def test_names_that_are_exported_again(tmp_path: Path) -> None:
    files = {each: text for each, text in SCRIPTS.items() if each != "o.ts"}
    wanted = renamed(files, "total", "amount")
    wanted["y.ts"] = wanted["y.ts"].replace("{ amount,", "{ total: amount,")
    assert await after(tmp_path, SCRIPTS, "m.ts", "total", "amount") == wanted


async def backwards(folder: Path, text: str, old: str, new: str) -> str:
    """A file once every place of a rename is taken, the last one first."""
    async with sitting(folder, {"a.py": text}, "a.py") as desk:
        desk.type("a.py", old, new)
        while due := await desk.due("a.py"):
            assert {each.what for each in due} <= {
                f"rename {old} to {new}",
                "follow the parameters of made",
            }
            desk.apply(due[-1])
        return desk.text("a.py")


async def test_a_parameter_is_named_several_times_in_one_call(tmp_path: Path) -> None:
    text = "def made(of, cut):\n    first(of)\n    return back(of, kept(cut, of), of)\n"
    assert await backwards(tmp_path, text, "of", "view") == text.replace("of", "view")


async def test_a_rename_of_many_places(tmp_path: Path) -> None:
    shapes = ("a{} = total.b{}\n", "c{}[total] = {}\n", "d{}({}, *total)\n", "e{} = -total - {}\n")
    text = "total = 1\n" + "".join(
        shapes[n % 4].format(n, n).replace("total", "total" if n % 3 else "(total)")
        for n in range(70)
    )
    assert await backwards(tmp_path, text, "total", "amount") == text.replace("total", "amount")
