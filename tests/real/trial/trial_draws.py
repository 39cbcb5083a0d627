"""What is asked, drawn by a seed among what a project's tests run.

    a rename      a class, a function, a method, a variable of a module and a parameter in
                  turn, as long as there are more of them
    an extraction 2 to 8 lines of a function, whole statements that do not begin its block
                  and end it at once, and that the tests run from the first to the last
    a signature   any function or method: a parameter with a default is added, one gets
                  another name, two change places, the last required one gets a default that
                  fits its annotation, or one that the body does not use goes
    a move        any function, class or variable at the top of a module, to a module beside
                  it or, half of the time, to a new one

Names with two underscores on both sides are left out, `TYPE_CHECKING` too, and so are tests.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from trial_answers import COUNTS, Item

Function = ast.FunctionDef | ast.AsyncFunctionDef
Covered = Mapping[str, set[int]]
LEAST, MOST = 2, 8
FRESH = "moved_here.py"


@dataclass(frozen=True, slots=True)
class Found:
    """A definition that the tests run."""

    path: str
    name: str
    node: ast.AST
    line: int
    column: int

    @property
    def short(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2]


def drawn(files: Mapping[str, bytes], covered: Covered, seed: int, subject: str) -> list[Item]:
    """The requests of one project: the same for the same seed."""
    every: list[Item] = []
    for kind, makes in MAKERS.items():
        random = Random(f"{seed} {subject} {kind}")
        every += islice(makes(files, covered, random), COUNTS[kind])
    return every


def definitions(files: Mapping[str, bytes], covered: Covered) -> list[Found]:
    """Everything with a name that the tests run, in order, each name of a module once."""
    found: dict[tuple[str, str], Found] = {}
    for path in sorted(covered.keys() & files.keys()):
        text = files[path].decode("utf-8")
        rows = text.splitlines()
        for name, node in _named(ast.parse(text)):
            short = name.rpartition(".")[2]
            dunder = short.startswith("__") and short.endswith("__")
            if not dunder and short != "TYPE_CHECKING" and _is_run(node, covered[path]):
                line = getattr(node, "lineno", 1)
                at = _column(rows[line - 1], node, short)
                found.setdefault((path, name), Found(path, name, node, line, at))
    return list(found.values())


def _named(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    waiting: list[tuple[str, ast.stmt]] = [("", each) for each in tree.body]
    while waiting:
        prefix, node = waiting.pop(0)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield prefix + node.name, node
            case ast.ClassDef():
                yield prefix + node.name, node
                waiting += [(f"{prefix}{node.name}.", each) for each in node.body]
            case ast.If() | ast.Try():
                waiting += [(prefix, each) for each in node.body]
            case ast.Assign(targets=[ast.Name(id=name) as target]) if not prefix:
                yield name, target
            case ast.AnnAssign(target=ast.Name(id=name) as target) if not prefix:
                yield name, target


def _is_run(node: ast.AST, lines: set[int]) -> bool:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return any(each.lineno in lines for each in node.body)
        case ast.ClassDef():
            inner = [each for each in node.body if isinstance(each, Function)]
            return any(_is_run(each, lines) for each in inner) or not inner
    return getattr(node, "lineno", 0) in lines


def _column(row: str, node: ast.AST, name: str) -> int:
    start = len(row.encode()[: getattr(node, "col_offset", 0)].decode())
    return (
        row.index(name, row.index("def", start) + 3)
        if isinstance(node, Function)
        else (row.index(name, start + 5) if isinstance(node, ast.ClassDef) else start)
    )


def renames(files: Mapping[str, bytes], covered: Covered, random: Random) -> Iterator[Item]:
    """Another name for something of each sort in turn."""
    every = definitions(files, covered)
    sorts: dict[str, list[Item]] = {"class": [], "function": [], "method": [], "variable": []}
    for each in every:
        sorts[_sort(each)].append(_renaming(each, _sort(each)))
    known = covered.keys() & files.keys()
    rows = {path: files[path].decode("utf-8").splitlines() for path in known}
    given = (one for each in every for one in _parameters(each, rows[each.path]))
    sorts["parameter"] = [_renaming(each, "parameter") for each in given]
    for group in sorts.values():
        random.shuffle(group)
    while any(sorts.values()):
        yield from [group.pop() for group in sorts.values() if group]


def _renaming(found: Found, sort: str) -> Item:
    place = (found.path, found.line, found.column, found.name)
    return Item("rename", *place, renamed(found.short), how=sort)


def _sort(found: Found) -> str:
    if isinstance(found.node, Function):
        return "method" if "." in found.name else "function"
    return "class" if isinstance(found.node, ast.ClassDef) else "variable"


def _parameters(found: Found, rows: Sequence[str]) -> Iterator[Found]:
    """The parameters of a function whose name their line says once, but for the receiver."""
    if not isinstance(found.node, Function):
        return
    for each in (*_arguments(found.node), *found.node.args.kwonlyargs):
        row = rows[each.lineno - 1]
        if len(re.findall(rf"\b{each.arg}\b", row)) == 1:
            column = len(row.encode()[: each.col_offset].decode())
            yield Found(found.path, each.arg, each, each.lineno, column)


def renamed(name: str) -> str:
    """`name` with a word in front, in its own style."""
    bare = name.lstrip("_")
    lead = name[: len(name) - len(bare)]
    if bare.isupper():
        return f"{lead}RENAMED_{bare}"
    return f"{lead}Renamed{bare}" if bare[:1].isupper() else f"{lead}renamed_{bare}"


def extractions(files: Mapping[str, bytes], covered: Covered, random: Random) -> Iterator[Item]:
    """Lines of functions; at most one request a function."""
    every = [each for each in definitions(files, covered) if isinstance(each.node, Function)]
    random.shuffle(every)
    for each in every:
        assert isinstance(each.node, Function)
        choices = [
            (first, last)
            for block in _blocks(each.node)
            for first, last in _ranges(block)
            if first in covered[each.path] and last in covered[each.path]
        ]
        if choices:
            first, last = random.choice(choices)
            yield Item("extract", each.path, first, 0, "extracted_part", last=last)


def _blocks(function: Function) -> Iterator[Sequence[ast.stmt]]:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    waiting: list[Sequence[ast.stmt]] = [body]
    while waiting:
        block = waiting.pop(0)
        yield block
        for each in block:
            inner = (getattr(each, part, []) for part in ("body", "orelse", "finalbody"))
            if not isinstance(each, Function | ast.ClassDef):
                waiting += [part for part in inner if part]


def _ranges(block: Sequence[ast.stmt]) -> Iterator[tuple[int, int]]:
    for at, first in enumerate(block):
        for last in block[at:]:
            lines = (last.end_lineno or last.lineno) - first.lineno + 1
            if LEAST <= lines <= MOST and not (first is block[0] and last is block[-1]):
                # The last line of a statement may be a bracket: its first line is what is run.
                yield first.lineno, last.end_lineno or last.lineno


def signatures(files: Mapping[str, bytes], covered: Covered, random: Random) -> Iterator[Item]:
    """Changes of parameters; at most one a function."""
    every = [each for each in definitions(files, covered) if _is_called(each.node)]
    random.shuffle(every)
    for each in every:
        assert isinstance(each.node, Function)
        changes = [change for makes in CHANGES for change in makes(each.node, random)]
        how, given, new = random.choice(changes)
        yield Item(
            "signature", each.path, each.line, each.column, each.name, new, how=how, given=given
        )


def _is_called(node: ast.AST) -> bool:
    """Whether it is a function, and no property."""
    marks = ast.unparse(ast.List(getattr(node, "decorator_list", [])))
    return isinstance(node, Function) and not re.search(r"property|\.(sett|gett|delet)er\b", marks)


Change = tuple[str, str, str]
DEFAULTS = {"None": "None", "str": '""', "bytes": 'b""', "int": "0", "bool": "False"}
"""A default that fits a parameter, by its annotation: None where it has none."""


def _arguments(node: Function) -> list[ast.arg]:
    """Parameters that are given by position, a receiver left out."""
    plain = node.args.args
    return plain[1:] if plain and plain[0].arg in ("self", "cls") else plain


def _plain(node: Function) -> list[str]:
    return [each.arg for each in _arguments(node)]


def _add(node: Function, random: Random) -> Iterator[Change]:
    yield "add", "added_one", "None"


def _rename(node: Function, random: Random) -> Iterator[Change]:
    every = [*_plain(node), *(each.arg for each in node.args.kwonlyargs)]
    if every:
        given = random.choice(every)
        yield "rename", given, renamed(given)


def _order(node: Function, random: Random) -> Iterator[Change]:
    plain = _plain(node)
    required = max(0, len(plain) - len(node.args.defaults))
    pairs = [at for at in range(len(plain) - 1) if at + 1 != required]
    if pairs and not node.args.posonlyargs:
        at = random.choice(pairs)
        order = [*plain[:at], plain[at + 1], plain[at], *plain[at + 2 :]]
        yield "order", plain[at], ", ".join(order)


def _default(node: Function, random: Random) -> Iterator[Change]:
    plain = _plain(node)
    required = len(plain) - len(node.args.defaults)
    if required > 0:
        name = plain[required - 1]
        each = next(each for each in node.args.args if each.arg == name)
        hint = ast.unparse(each.annotation) if each.annotation is not None else "None"
        if hint in DEFAULTS:
            yield "default", name, DEFAULTS[hint]


def _remove(node: Function, random: Random) -> Iterator[Change]:
    used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    unused = [each for each in _plain(node) if each not in used]
    if unused:
        yield "remove", random.choice(unused), ""


CHANGES: tuple[Callable[[Function, Random], Iterator[Change]], ...] = (
    _add,
    _rename,
    _order,
    _default,
    _remove,
)


def moves(files: Mapping[str, bytes], covered: Covered, random: Random) -> Iterator[Item]:
    """What stands at the top of a module, to another one of the same package."""
    every = [each for each in definitions(files, covered) if "." not in each.name]
    random.shuffle(every)
    for each in every:
        folder = each.path.rpartition("/")[0]
        beside = sorted(
            path
            for path in covered
            if path.rpartition("/")[0] == folder
            and path != each.path
            and not path.endswith(("__init__.py", "__main__.py"))
        )
        fresh = not beside or random.random() < 0.5
        target = f"{folder}/{FRESH}" if fresh else random.choice(beside)
        yield Item("move", each.path, each.line, each.column, each.name, target, fresh=fresh)


MAKERS: dict[str, Callable[[Mapping[str, bytes], Covered, Random], Iterator[Item]]] = {
    "rename": renames,
    "extract": extractions,
    "signature": signatures,
    "move": moves,
}
