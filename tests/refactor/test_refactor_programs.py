"""Small packages are generated, run, refactored and run again: they print the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from projects import changed, project_of, symbol_at

from redline.core.refactor.move_symbol.moving import move_symbol
from redline.core.refactor.project import Planned
from redline.core.refactor.rename.module import rename_module

MODULES = ("pkg/alpha.py", "pkg/beta.py", "pkg/sub/gamma.py", "pkg/sub/delta.py")
STEMS = {path: path.rpartition("/")[2].removesuffix(".py") for path in MODULES}


@st.composite
def packages(draw: st.DrawFn) -> dict[str, bytes]:
    """Modules whose functions call those of modules before them, imported in every way."""
    files = {"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "main.py": ""}
    known: list[tuple[str, str]] = []
    for path in MODULES:
        lines, body = ["import math"], []
        stem = STEMS[path]
        for number in range(draw(st.integers(1, 3))):
            name = f"{stem}_{number}"
            calls = []
            for other, called in (
                draw(st.lists(st.sampled_from(known), max_size=2)) if known else []
            ):
                line, words = _reached(draw, path, other, called)
                lines.append(line)
                calls.append(f"{words}(n)")
            kind = draw(st.sampled_from(("function", "class", "constant")))
            total = " + ".join([*calls, "math.floor(n)", str(number)])
            if kind == "constant":
                body.append(f"# The {name}.\n{name.upper()} = ({number}, 'x')\n")
                total += f" + {name.upper()}[0]"
            if kind == "class":
                body.append(
                    f"class {name}(int):\n    def __new__(cls, n: 'int'):\n"
                    f"        return int.__new__(cls, {total})\n"
                )
            else:
                body.append(f"def {name}(n: int = 2) -> int:\n    return {total}\n")
            known.append((path, name))
        lines = [x for x in dict.fromkeys(lines) if x]
        files[path] = "\n".join(lines) + "\n\n\n" + "\n\n".join(body)
    heads, prints = [], []
    for path, name in known:
        line, words = _reached(draw, "main.py", path, name)
        heads.append(line)
        prints.append(f"print({words}(3))")
    files["main.py"] = "\n".join([*dict.fromkeys(heads), *prints]) + "\n"
    if draw(st.booleans()):
        path, name = draw(st.sampled_from(known))
        module = path.removesuffix(".py").removeprefix("pkg/").replace("/", ".")
        files["pkg/__init__.py"] = f"from .{module} import {name}\n\n__all__ = [{name!r}]\n"
        files["main.py"] += f"from pkg import {name} as passed_on\nprint(passed_on(4))\n"
    newline, mark = draw(st.sampled_from((("\n", ""), ("\r\n", ""), ("\n", "\ufeff"))))
    return {
        path: (mark * bool(text) + text.replace("\n", newline)).encode()
        for path, text in files.items()
    }


def _reached(draw: st.DrawFn, path: str, other: str, name: str) -> tuple[str, str]:
    """An import in the file at `path`, and how it says `name` of the module `other`."""
    if path == other:
        return "", name
    whole = other.removesuffix(".py").replace("/", ".")
    parent, _, stem = whole.rpartition(".")
    ways = [
        (f"from {whole} import {name}", name),
        (f"from {whole} import {name} as its_{name}", f"its_{name}"),
        (f"import {whole}", f"{whole}.{name}"),
        (f"import {whole} as the_{stem}", f"the_{stem}.{name}"),
        (f"from {parent} import {stem}", f"{stem}.{name}"),
    ]
    if path != "main.py":
        up = "." * (path.count("/") if path.count("/") > 1 else 1)
        rest = whole.removeprefix("pkg.")
        ways.append((f"from {up}{rest} import {name}", name))
    return draw(st.sampled_from(ways))


def printed(files: dict[str, bytes]) -> str:
    with TemporaryDirectory() as folder:
        for path, data in files.items():
            place = Path(folder) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        command = [
            sys.executable,
            "-B",
            "-I",
            "-c",
            "import sys; sys.path[:0] = ['.']; import main",
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        return (done.stdout + done.stderr).decode()


def judged(files: dict[str, bytes], planned: Planned, before: str) -> None:
    if not planned.refusal:
        later = changed(files, planned)
        shown = "\n".join(f"--- {path}\n{data.decode()}" for path, data in later.items())
        assert printed(later) == before, shown
        if b"\r\n" in files["main.py"]:
            assert not any(b"\n" in data.replace(b"\r\n", b"") for data in later.values()), shown


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_programs_with_a_moved_symbol_print_the_same(data: st.DataObject) -> None:
    files = data.draw(packages())
    before = printed(files)
    assert "Error" not in before, before
    project = project_of(files)
    path = data.draw(st.sampled_from(MODULES))
    facts = project.index.facts(path)
    assert facts is not None
    own = [n for n, c in zip(facts.symbol_names, facts.symbol_containers, strict=True) if c < 0]
    name = data.draw(st.sampled_from(own))
    target = data.draw(st.sampled_from([*MODULES, "pkg/fresh.py", "pkg/sub/fresh.py"]))
    planned = move_symbol(project, [symbol_at(project, path, name)], target, None)
    judged(files, planned, before)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_programs_with_a_renamed_module_print_the_same(data: st.DataObject) -> None:
    files = data.draw(packages())
    before = printed(files)
    path = data.draw(st.sampled_from((*MODULES, "pkg/sub")))
    folder = data.draw(st.sampled_from(("pkg", "pkg/sub")))
    new = f"{folder}/fresh.py" if path.endswith(".py") else "pkg/fresh"
    judged(files, rename_module(project_of(files), path, new), before)
