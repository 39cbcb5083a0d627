"""Tests made of the examples in docstrings: what they show becomes what is asserted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redline.core.refactor.python.names import bound
from redline.core.refactor.python.scopes import Source

_PROMPT = re.compile(r"^(?P<indent>[ \t]*)>>> ?(?P<code>.*)$")
_RAISED = re.compile(r"^(?P<kind>[A-Za-z_][\w.]*)(?::.*)?$")
_TRACE = "Traceback (most recent call last):"
_VAGUE = re.compile(r"\.\.\.|<BLANKLINE>|\bat 0x[0-9a-f]+")

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Example:
    """One example: its code, and what is shown after it ('' for nothing)."""

    code: str
    shown: str


@dataclass(frozen=True, slots=True)
class Written:
    """Tests as code: the `names` they import from the module, the tests by name, and what was
    left out. `raises` says that errors are expected.
    """

    names: tuple[str, ...]
    tests: tuple[tuple[str, tuple[str, ...]], ...]
    left_out: tuple[str, ...]
    raises: bool


def examples(docstring: str) -> list[Example]:
    """The examples of a docstring in order, as `doctest` reads them."""
    found: list[Example] = []
    lines = docstring.splitlines()
    at = 0
    while at < len(lines):
        prompt = _PROMPT.match(lines[at])
        at += 1
        if prompt is None:
            continue
        indent, code = prompt["indent"], [prompt["code"]]
        more = re.compile(rf"^{indent}\.\.\.(?: (?P<code>.*))?$")
        while at < len(lines) and (next_ := more.match(lines[at])):
            code.append(next_["code"] or "")
            at += 1
        shown = []
        while at < len(lines) and lines[at].strip() and not _PROMPT.match(lines[at]):
            shown.append(lines[at].removeprefix(indent))
            at += 1
        found.append(Example("\n".join(code).rstrip(), "\n".join(shown)))
    return found


def definitions(source: Source) -> Iterator[tuple[str, Definition]]:
    """The functions and classes of a file with their dotted names; not what functions hold."""
    stack: list[tuple[str, ast.stmt]] = [("", node) for node in reversed(source.tree.body)]
    while stack:
        owner, node = stack.pop()
        if isinstance(node, Definition):
            name = f"{owner}.{node.name}" if owner else node.name
            yield name, node
            if isinstance(node, ast.ClassDef):
                stack += [(name, each) for each in reversed(node.body)]


def written(source: Source, wanted: Sequence[tuple[str, Definition]], in_class: bool) -> Written:
    """The tests of the `wanted` definitions that have examples; `in_class` for `unittest`."""
    top = bound(source.tree.body)
    names: set[str] = set()
    tests: list[tuple[str, tuple[str, ...]]] = []
    left_out: list[str] = []
    raises = False
    for name, node in wanted:
        body: list[str] = []
        proves = False
        for each in examples(ast.get_docstring(node) or ""):
            lines = _lines(each, in_class)
            if isinstance(lines, str):
                left_out.append(f"{name}: `{each.code.partition(chr(10))[0]}` {lines}")
                continue
            body += lines
            names |= _read(each.code) & top
            proves = proves or bool(each.shown)
            raises = raises or "aises(" in lines[0]
        if proves:
            tests.append(
                (
                    f"test_{re.sub(r'[^0-9a-z]+', '_', name.lower()).strip('_')}_examples",
                    tuple(body),
                )
            )
    return Written(tuple(sorted(names)), tuple(tests), tuple(left_out), raises)


def _read(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def _lines(example: Example, in_class: bool) -> list[str] | str:
    """The lines of one example as a test has them, or why it is left out."""
    try:
        tree = ast.parse(example.code)
    except (SyntaxError, ValueError):
        return "does not parse"
    if "# doctest:" in example.code:
        return "has a directive of doctest"
    code = example.code.splitlines()
    if not example.shown:
        return code
    expression = tree.body[0] if len(tree.body) == 1 else None
    if example.shown.startswith(_TRACE):
        return _raising(example, code, in_class)
    if not isinstance(expression, ast.Expr) or _VAGUE.search(example.shown):
        return "shows what cannot be compared"
    if isinstance(expression.value, ast.Call) and ast.unparse(expression.value.func) == "print":
        return "prints, and gives nothing back"
    value = example.code.strip() if len(code) == 1 else ast.unparse(expression.value)
    return _comparing(value, example.shown, in_class)


def _raising(example: Example, code: list[str], in_class: bool) -> list[str] | str:
    raised = _RAISED.match(example.shown.splitlines()[-1].strip())
    if raised is None or "." in raised["kind"]:
        return "raises what cannot be named"
    call = "self.assertRaises" if in_class else "pytest.raises"
    return [f"with {call}({raised['kind']}):", *(f"    {line}" for line in code)]


def _comparing(value: str, shown: str, in_class: bool) -> list[str] | str:
    expected = " ".join(shown.split("\n")) if "\n" in shown else shown
    try:
        constant = ast.literal_eval(expected)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        if "\n" in shown:
            return "shows several lines"
        value, expected, constant = f"repr({value})", repr(shown), shown
    if in_class:
        return [f"self.assertEqual({value}, {expected})"]
    if constant is True or constant is False or constant is None:
        return [
            f"assert ({value}) is {expected}" if " " in value else f"assert {value} is {expected}"
        ]
    return [f"assert {value} == {expected}"]
