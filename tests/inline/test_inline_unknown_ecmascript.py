"""JavaScript and TypeScript: names that the workspace proves unknown, and those that are shown
in any doubt."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_known import Workspace, real_lines

from redline.core.text.edits import Edit
from redline.core.text.text import Span

CLIENT = Path(__file__).parents[2] / "editor-clients" / "vscode" / "src"
FILES = {
    "src/prices.ts": b"export function price(item: string) {}\nexport * from './tax';\n",
    "src/tax.ts": b"export const tax = 1;\nconst hidden = 2;\nexport default tax;\n",
    "src/unclear.ts": b"export * from 'outside';\n",
    "src/required.js": b"module.exports = make();\n",
    "src/globals.d.ts": b"declare const ambient: number;\n",
    "src/augment.ts": b"declare module './tax' { interface Added {} }\nexport {};\n",
    "src/page.js": b"function fromScript() {}\n",
    "src/data.json": b'{"a": 1}\n',
    "src/app.ts": b"",
    "src/view.tsx": b"",
    "src/loose.js": b"",
}
MODULE = "import { price } from './prices';\n\nexport function run(items: string[]) {\n    $0\n}\n"


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace(FILES)


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        ("return price(items[0]);", ""),
        ("return prise(items[0]);", "prise"),
        ("const all = itm.map(price);", "itm"),
        ("const all: Itme[] = [];", "Itme"),
        ("const all = { itms };", "itms"),
        ("const all = items.mapp(price).nothing;", ""),
        ("const fresh = 1; return fresh;", ""),
        ("const { a, b: [c], ...d } = items as any;", ""),
        ("for (const each of items) { console.log(each, window.nothing); }", ""),
        ("items.forEach(each => price(each));", ""),
        ("structuredClone(document.body as HTMLElement); setTimeout(run);", ""),
        ("describe('x', () => { it('y', () => expect(1)); });", ""),
        ("return ambient;", ""),
        ("fromScript();", ""),
        ("if (typeof nothing === 'undefined') { return; }", ""),
        ("let pair: [start: number, end?: string];", ""),
        ("type Fn = (alpha: number) => void;", ""),
        ("type Only<T> = T extends infer Inner ? Inner : never;", ""),
        ("function isIt(value: unknown): value is string { return true; }", ""),
        ("loop: for (;;) { break loop; }", ""),
        ("enum Color { Red, Green = 2 }", ""),
        ("const meta = import.meta.url;", ""),
        ("class K<T> { constructor(private readonly inner: T) {} }", ""),
        ("try { run(items); } catch (error_) { }", ""),
        ("const f = async function* named() { yield 1; };", ""),
        ("return __VERSION__;", ""),
    ],
)
def test_names_that_nothing_binds(workspace: Workspace, draft: str, name: str) -> None:
    assert workspace.unknown("src/app.ts", MODULE, draft) == name


@pytest.mark.parametrize(
    "source",
    [
        "function run() {\n    $0\n}\n",
        "export function run() {\n    eval(code);\n    $0\n}\n",
        "export function run() {\n    $0\n}\n// prise stands here\n",
    ],
)
def test_nothing_is_proved_where_names_may_come_from_anywhere(
    workspace: Workspace, source: str
) -> None:
    assert workspace.unknown("src/app.ts", source, "prise(1);") == ""


@pytest.mark.parametrize(
    ("path", "draft", "name"),
    [
        ("src/view.tsx", "return <div><Card title={titel} /></div>;", "titel"),
        ("src/view.tsx", "return <Card />;", "Card"),
        ("src/view.tsx", "return <section id='a'><price.Inner /></section>;", ""),
        ("src/loose.js", "return prise(1);", "prise"),
        ("src/loose.js", "return require('fs').x + module.exports.y;", ""),
    ],
)
def test_tags_and_plain_javascript(workspace: Workspace, path: str, draft: str, name: str) -> None:
    source = (
        "import { price } from './prices';\nexport function run() {\n    price(1);\n    $0\n}\n"
    )
    found = workspace.unknown(path, source, draft)
    assert found == name or (name == "titel" and found == "Card")


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        ("import { price, tax } from './prices';", ""),
        ("import { prise } from './prices';", "prise"),
        ("import { price, prise as other } from './prices';", "prise"),
        ("import type { Prices } from './prices';", "Prices"),
        ("import { default as other } from './tax';", ""),
        ("import tacks, * as all from './tax';", ""),
        ("import { Added } from './tax';", ""),
        ("import { hidden } from './tax';", ""),
        ("import { anything } from './unclear';", ""),
        ("import { anything } from './required';", ""),
        ("import { anything } from './nowhere';", ""),
        ("import { anything } from './data.json';", ""),
        ("import { anything } from 'outside';", ""),
        ("export { prise } from './prices';", ""),
    ],
)
def test_what_a_module_does_not_export(workspace: Workspace, draft: str, name: str) -> None:
    assert workspace.unknown("src/app.ts", "$0\nexport const a = 1;\n", draft) == name


def test_no_line_of_the_editors_client_is_called_unknown() -> None:
    """Its lines, each taken out and drafted at its place, and once more with a wrong name."""
    files = {
        f"src/{path.relative_to(CLIENT).as_posix()}": path.read_bytes()
        for path in sorted(CLIENT.rglob("*.ts"))
    }
    workspace = Workspace(files)
    tried = wrong = calls = 0
    for path, row, bare, text, start in real_lines(files):
        if tried == 150:
            break
        found = workspace.tried(path, text, Edit(Span(start, start), bare))
        if found is None:
            continue
        tried += 1
        assert found == "", f"{path}:{row}: {bare.decode()}"
        if bare.startswith(b"return ") and bare.endswith(b";"):
            calls += 1
            wrong += (
                workspace.tried(path, text, Edit(Span(start, start), b"return misspelt(1);"))
                == "misspelt"
            )
    assert calls == wrong > 0
