"""Calls that follow a signature changed by hand, where arguments are passed by place."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from test_inline_next_edit_reach import after, sitting

from redline.adapters import grammars
from redline.core.index.extract import parse
from redline.core.inline.next_edit.arguments import Parameter, arguments_of, came_from
from redline.core.inline.next_edit.arguments import changed as call_changed
from redline.core.text.text import Span, Text

TOTAL = {
    "m.ts": (
        "export function total(prices: number[], rate: number, note?: string): number {\n"
        "  return prices.length * rate;\n}\n\nconst own = total([1], 2);\n"
    ),
    "u.ts": (
        "import { total } from './m';\nimport * as m from './m';\n\n"
        "function f(total: (a: number, b: number) => number) {\n  return total(1, 2);\n}\n\n"
        "const a = total([1, 2], 3, 'x'), spread = total(...both), few = total([1]);\n"
        "const b = m.total(\n  [3],\n  4,\n);\nconst given = [1].map(total);\n"
    ),
    "o.ts": "import { total } from 'outside';\n\ntotal([1], 2);\n",
}


def changed(files: Mapping[str, str], **made: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The files with some pieces of them replaced."""
    found: dict[str, str] = {}
    for path, pieces in made.items():
        name = next(each for each in files if each.partition(".")[0] == path)
        found[name] = files[name]
        for old, new in pieces:
            assert old in found[name]
            found[name] = found[name].replace(old, new)
    return found


async def test_a_parameter_that_moves(tmp_path: Path) -> None:
    old, new = "prices: number[], rate: number", "rate: number, prices: number[]"
    wanted = changed(
        TOTAL,
        m=((old, new), ("total([1], 2)", "total(2, [1])")),
        u=(
            ("total([1, 2], 3, 'x')", "total(3, [1, 2], 'x')"),
            ("total([1]);", "total(undefined, [1]);"),
            ("[3],\n  4,", "4,\n  [3],"),
        ),
    )
    assert await after(tmp_path, TOTAL, "m.ts", old, new) == wanted


async def test_a_parameter_that_is_gone(tmp_path: Path) -> None:
    files = {**TOTAL, "m.ts": TOTAL["m.ts"].replace(" * rate", "")}
    wanted = changed(
        files,
        m=((", rate: number", ""), ("total([1], 2)", "total([1])")),
        u=(("total([1, 2], 3, 'x')", "total([1, 2], 'x')"), ("[3],\n  4,", "[3],")),
    )
    assert await after(tmp_path, files, "m.ts", ", rate: number", "") == wanted


async def test_one_that_the_body_still_uses_is_not_followed(tmp_path: Path) -> None:
    wanted = changed(TOTAL, m=((", rate: number", ""),))
    assert await after(tmp_path, TOTAL, "m.ts", ", rate: number", "") == wanted


async def test_one_with_a_default_leaves_room_for_what_follows(tmp_path: Path) -> None:
    old, new = "rate: number,", "rate: number, tax = 1,"
    wanted = changed(
        TOTAL, m=((old, new),), u=(("total([1, 2], 3, 'x')", "total([1, 2], 3, undefined, 'x')"),)
    )
    assert await after(tmp_path, TOTAL, "m.ts", old, new) == wanted


async def test_a_new_one_is_passed_where_something_has_its_name(tmp_path: Path) -> None:
    files = {
        "m.js": "export const total = async (prices) => prices.length;\n",
        "u.js": (
            "import { total } from './m.js';\n\n"
            "function f(rate) {\n  return total([1]);\n}\n\ntotal([2]);\n"
        ),
    }
    wanted = changed(
        files, m=(("(prices)", "(prices, rate)"),), u=(("total([1])", "total([1], rate)"),)
    )
    assert await after(tmp_path, files, "m.js", "(prices)", "(prices, rate)") == wanted


async def test_what_the_first_call_passes_is_passed_by_all(tmp_path: Path) -> None:
    async with sitting(tmp_path, TOTAL, "m.ts") as desk:
        desk.type("m.ts", "rate: number,", "rate: number, tax: number,")
        assert await desk.due("m.ts") == ()
        desk.type("m.ts", "total([1], 2)", "total([1], 2, 0.5)")
        assert await desk.shown("m.ts") == [
            "u.ts:8:  -> , 0.5",
            "u.ts:8:  -> , undefined, 0.5",
            "u.ts:11:  -> , 0.5",
        ]


METHODS = {
    "cart.ts": (
        "export class Cart {\n"
        "  add(item: string, count: number) {\n    return item + count;\n  }\n\n"
        "  twice(item: string) {\n    this.add(item, 2);\n  }\n}\n\n"
        "export class Box {\n"
        "  put(item: string, count: number) {\n    return item + count;\n  }\n}\n"
        "export class Bag extends Box {\n  put(item: string, count: number) {\n"
        "    return super.put(item, count);\n  }\n}\n"
    )
}


async def test_a_method_that_is_not_overridden(tmp_path: Path) -> None:
    old, new = "add(item: string, count: number)", "add(count: number, item: string)"
    wanted = changed(METHODS, cart=((old, new), ("add(item, 2)", "add(2, item)")))
    assert await after(tmp_path / "a", METHODS, "cart.ts", old, new) == wanted
    old, new = "  put(item: string, count: number)", "  put(count: number, item: string)"
    text = METHODS["cart.ts"].replace(old, new, 1)
    assert await after(tmp_path / "b", METHODS, "cart.ts", old, new) == {"cart.ts": text}


OTHERS = {
    "go": {
        "go.mod": "module x\n\ngo 1.21\n",
        "m.go": (
            "package x\n\nfunc total(prices []int, rate, more int) int {\n"
            "\treturn len(prices) * rate * more\n}\n\nfunc use() int { return total(nil, 2, 3) }\n"
        ),
        "u.go": "package x\n\nfunc other() int { return total([]int{1, 2}, 4, 5) }\n",
    },
    "java": {
        "a/Cart.java": (
            "package a;\n\nclass Cart {\n  int total(int price, int rate, int more) {\n"
            "    return price * rate * more;\n  }\n\n"
            "  int use() { return this.total(1, 2, 3); }\n}\n"
        ),
    },
}


@pytest.mark.parametrize(
    ("language", "path", "old", "new", "calls"),
    [
        ("go", "m.go", "prices []int, rate, more int", "rate int, prices []int, more int",
         {"m.go": ("nil, 2, 3", "2, nil, 3"), "u.go": ("[]int{1, 2}, 4", "4, []int{1, 2}")}),
        ("java", "a/Cart.java", "int price, int rate, int more", "int more, int rate, int price",
         {"a/Cart.java": ("1, 2, 3", "3, 2, 1")}),
    ],
)  # fmt: skip
async def test_languages_without_scopes(
    tmp_path: Path,
    language: str,
    path: str,
    old: str,
    new: str,
    calls: Mapping[str, tuple[str, str]],
) -> None:
    files = OTHERS[language]
    wanted = {each: files[each].replace(*pair) for each, pair in calls.items()}
    wanted[path] = wanted[path].replace(old, new)
    assert await after(tmp_path, files, path, old, new) == wanted


@pytest.mark.parametrize("seed", range(60))
def test_each_argument_stays_with_its_parameter(seed: int) -> None:
    pick, script = random.Random(seed), grammars.load().for_path("a.js")
    assert script is not None
    old = [Parameter(f"p{n}") for n in range(pick.randrange(1, 6))]
    new = pick.sample(old, pick.randrange(0, len(old) + 1))
    for n in range(pick.randrange(3)):
        new.insert(pick.randrange(len(new) + 1), Parameter(f"q{n}", optional=pick.random() < 0.5))
    given = [f"[{each.name}, 1]" for each in old[: pick.randrange(len(old) + 1)]]
    comma = pick.choice([", ", ",", ",\n  "])
    text = Text(f"f({comma.join(given)});\n".encode())
    arguments = arguments_of(parse(script, text), Span(0, 1))
    assert arguments is not None
    edit = call_changed(text, arguments, (old, new), "")
    after = text if edit is None else text.replaced(edit.span, edit.new)
    tree = parse(script, after)
    made = arguments_of(tree, Span(0, 1))
    assert made is not None and not tree.root_node.has_error
    words = [after.slice(Span(e.start_byte, e.end_byte)).decode() for e in made.named_children]
    wanted: list[str] = []
    for each, was in came_from(old, new):
        passed = f"[{was}, 1]" if was and f"[{was}, 1]" in given else "undefined"
        wanted.append(passed if was or each.optional else each.name)
    while wanted and wanted[-1] == "undefined":
        wanted.pop()
    assert words == wanted
