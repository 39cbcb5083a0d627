"""Tools for tests: how a project's tests look, and tests made of the examples in docstrings."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from redline.app.tools.checking import found_in
from redline.app.tools.context import (
    Source,
    ToolContext,
    failed,
    number_of,
    said,
    source,
    text_of,
)
from redline.app.tools.projects import drafted, planned
from redline.app.tools.reading import index_now
from redline.core import uris
from redline.core.agent import drafts
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.checks import layout as layouts
from redline.core.checks.layout import Layout
from redline.core.checks.runners import family, kinds
from redline.core.index import query
from redline.core.problems import Unreadable
from redline.core.proposal.hunks import FileOperation
from redline.core.refactor.documentation import example_tests
from redline.core.refactor.documentation.example_tests import Definition, Written
from redline.core.refactor.project import Planned, Project
from redline.core.refactor.python.imports import Wanted, added
from redline.core.refactor.python.modules import dotted, modules_of
from redline.core.refactor.python.names import bound
from redline.core.refactor.python.scopes import parse
from redline.core.retrieval.paths import is_test
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text
from redline.core.uris import Folder

READ = 12
"""So many files of tests are read to see what they look like."""


async def test_layout(context: ToolContext, call: ToolCall) -> ToolResult:
    """Where tests of a file go, which runner runs them, and how those nearby look."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    layout = await layout_for(context, found)
    return failed(call, layout) if isinstance(layout, str) else said(call, layouts.told(layout))


async def layout_for(context: ToolContext, found: Source) -> Layout | str:
    """The layout of the tests that a file's own would be among."""
    folder = uris.folder_of(context.files.folders, found.uri)
    of = family(found.language.name) if found.language is not None else ""
    if folder is None or not of:
        return f"{found.path}: is no code in a workspace folder"
    path = uris.relative((folder,), found.uri) or found.path
    tests = _tests(context, folder, of)
    place = path if path in tests else layouts.place_for(path, tuple(tests), of)
    near = await _near(context, found, tests)
    texts = _texts(context, [*near, *sorted(tests.values())])
    checks = {e.tool for e in found_in(context, folder, {of}) if e.name == "tests"}
    package = context.files.base(f"{folder.uri}/package.json")
    able = kinds(of, checks, package.decode() if isinstance(package, Text) else "")
    names = {uri: name for name, uri in tests.items()}
    prefix = f"{folder.name}/" if len(context.files.folders) > 1 else ""
    return Layout(
        of,
        layouts.first_kind(able, texts, of),
        tuple(prefix + each for each in sorted(tests)),
        tuple(prefix + names[uri] for uri in near if uri in names),
        prefix + place,
        layouts.style_of(texts, of),
        layouts.head_of(texts[0]) if texts else (),
    )


def _tests(context: ToolContext, folder: Folder, of: str) -> dict[str, str]:
    """The files of tests in a folder, by path."""
    index = context.index
    known = {*index.base, *index.overlay, *drafts.uris_of(context.files.draft)}
    own = {uris.relative((folder,), uri) or "": uri for uri in known if uri.startswith(folder.uri)}
    return {path: own[path] for path in layouts.known_tests(own, of)}


async def _near(context: ToolContext, found: Source, tests: dict[str, str]) -> list[str]:
    """The tests that import a file, those named after it first."""
    if context.lookup is None:
        return []
    importers = (await context.lookup.imports()).importers.get(found.uri, ())
    mine = [uri for uri in importers if uri in tests.values()]
    stem = found.path.rpartition("/")[2].partition(".")[0]
    return sorted(mine, key=lambda uri: (stem not in uri.rpartition("/")[2], uri))


def _texts(context: ToolContext, wanted: list[str]) -> list[str]:
    found: list[str] = []
    for uri in list(dict.fromkeys(wanted))[:READ]:
        text = context.files.text(uri)
        if not isinstance(text, Unreadable) and len(text):
            found.append(text.decode())
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """What tests are made of, and where they go."""

    found: Source
    target: str
    made: Written
    in_class: bool


async def example_tests_of(context: ToolContext, call: ToolCall) -> ToolResult:
    """Drafts tests of what the examples in docstrings show."""
    placed = _with_path(context, call)
    if isinstance(placed, ToolResult):
        return placed
    found = source(context, text_of(placed, "path"))
    if isinstance(found, str):
        return failed(call, found)
    layout = await layout_for(context, found)
    if isinstance(layout, str):
        return failed(call, layout)
    in_class = layout.style.startswith("classes of unittest")
    made = _made(found, placed, in_class)
    if isinstance(made, str):
        return failed(call, f"{found.path}: {made}")
    asked = _Asked(found, layout.place, made, in_class)
    plan = await planned(context, lambda project: _planned(project, asked))
    names = ", ".join(name for name, _ in made.tests)
    return drafted(context, call, plan, f"tests of the examples in {found.path}: {names}")


def _made(found: Source, call: ToolCall, in_class: bool) -> Written | str:
    """The tests of what the call means, or why there are none."""
    if found.language is None or found.language.name != "python":
        return "examples in docstrings are read in Python alone"
    parsed = parse(found.text.data)
    if parsed is None:
        return "does not parse"
    if is_test(found.path):
        return "is a file of tests itself"
    wanted = _wanted(list(example_tests.definitions(parsed)), call)
    if isinstance(wanted, str):
        return wanted
    made = example_tests.written(parsed, wanted, in_class)
    if made.tests:
        return made
    names = ", ".join(name for name, _ in wanted) if len(wanted) < 4 else "what is there"
    why = f" ({'; '.join(made.left_out)})" if made.left_out else ""
    return f"no docstring of {names} has an example to test{why}"


def _with_path(context: ToolContext, call: ToolCall) -> ToolCall | ToolResult:
    """The call with the one file of code that defines the name, where its path does not."""
    name, path = text_of(call, "name"), text_of(call, "path")
    if not name:
        return call
    defined = {each.uri for each in query.symbols_named(index_now(context), name)}
    if path and (context.files.locate(path)[0] in defined or not defined):
        return call
    paths = [path for uri in defined if not is_test(path := context.files.path(uri))]
    if len(paths) != 1:
        several = f"{len(paths)} files define" if paths else "no file of code defines"
        return failed(call, f"{several} {name}; give the path of one")
    return replace(call, arguments={**call.arguments, "path": paths[0]})


def _wanted(
    every: list[tuple[str, Definition]], call: ToolCall
) -> list[tuple[str, Definition]] | str:
    """The definitions that are meant: by name, around a line, or all of the file."""
    name, line = text_of(call, "name"), number_of(call, "line")
    if name:
        own = [each for each in every if f".{each[0]}".endswith(f".{name}")]
        inside = [each for each in every if each[0].startswith(f"{own[0][0]}.")] if own else []
        return [*own, *inside] or f"defines no {name}"
    if line:
        around = [e for e in every if _first(e[1]) <= line <= (e[1].end_lineno or 0)]
        return around[-1:] or f"line {line} is in no function or class"
    return every


def _first(node: Definition) -> int:
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _planned(project: Project, asked: _Asked) -> Planned:
    """The file of tests with the new ones: made, or with more at its end."""
    uri = project.uri_of(asked.target)
    if uri is None:
        return Planned(refusal=f"{asked.target}: leads outside of the workspace")
    module = dotted(modules_of(project), asked.found.path)
    there = project.text_of(uri)
    known = _known(there) if there is not None else set()
    tests = [(name, body) for name, body in asked.made.tests if name not in known]
    if not tests:
        return Planned(refusal=f"{asked.target} has tests of these examples already")
    wanted = {Wanted(module, name, name) for name in asked.made.names}
    if asked.in_class or asked.made.raises:
        wanted.add(Wanted("unittest" if asked.in_class else "pytest", "", ""))
    wanted = {Wanted(e.module, e.name, e.bound or e.module) for e in wanted}
    code = _code(tests, asked)
    notes = tuple(f"left out: {each}" for each in asked.made.left_out)
    if there is None or not len(there):
        text = _fresh(wanted) + code
        made = (
            (FileOperation("create", uri, "", "tests of examples", "computed"),)
            if there is None
            else ()
        )
        return Planned({uri: (Edit(Span(0, 0), text.encode()),)}, made, notes)
    source_ = parse(there.data)
    if source_ is None:
        return Planned(refusal=f"{asked.target} does not parse")
    there_already = bound(source_.tree.body)
    heads = added(source_, {each for each in wanted if each.bound not in there_already})
    ending = b"" if there.data.endswith(b"\n") else b"\n"
    last = Edit(Span(len(there), len(there)), ending + b"\n\n" + code.encode())
    return Planned({uri: (*heads, last)}, (), notes)


def _known(text: Text) -> set[str]:
    source_ = parse(text.data)
    nodes = ast.walk(source_.tree) if source_ is not None else ()
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def _fresh(wanted: set[Wanted]) -> str:
    """The imports of a new file: others' first."""
    others = sorted(each.line() for each in wanted if not each.name)
    own = sorted(each for each in wanted if each.name)
    lines = [f"from {own[0].module} import {', '.join(each.name for each in own)}"] if own else []
    return "\n\n".join(filter(None, ("\n".join(others), "\n".join(lines)))) + "\n\n\n"


def _code(tests: list[tuple[str, tuple[str, ...]]], asked: _Asked) -> str:
    """The tests as functions, or in a class."""
    margin, own = ("    ", "self") if asked.in_class else ("", "")
    gap = "\n" if asked.in_class else "\n\n"
    parts = []
    for name, body in tests:
        rows = [
            f"{margin}def {name}({own}):",
            *(f"{margin}    {line}" if line else "" for line in body),
        ]
        parts.append("\n".join(rows) + "\n")
    code = gap.join(parts)
    if not asked.in_class:
        return code
    stem = asked.found.path.rpartition("/")[2].partition(".")[0]
    title = "".join(part.capitalize() for part in stem.split("_"))
    return f"class {title}ExamplesTest(unittest.TestCase):\n{code}"
