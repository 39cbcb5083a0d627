"""Moves whole Python statements into a new function and calls it.

What the lines take and give back is decided in `extract_plan`; here the text is made.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from dataclasses import dataclass

from tree_sitter import Node, Tree

from redline.core.index.languages import Language
from redline.core.refactor.extract.plan import Plan, plan
from redline.core.refactor.python import names
from redline.core.refactor.python.names import Function
from redline.core.refactor.python.scopes import Source, parse
from redline.core.refactor.python.selection import Selection, rows, select
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Span, Text

DEFAULT_NAME = "_extracted"
RECEIVERS = ("self", "cls")
_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


@dataclass(frozen=True, slots=True)
class _Home:
    """Where the new function lives: a method of `owner` called through `receiver`, or,
    with neither, a function of the module.
    """

    owner: ast.ClassDef | None = None
    receiver: str = ""
    decorator: str = ""


def extract_function(
    language: Language, tree: Tree, text: Text, lines: tuple[int, int], name: str = ""
) -> Refactored:
    """The edits that move the statements on `lines` (1-based, inclusive) into a function.

    Lines that use `self` or `cls` become a method, others a function above the definition
    they are in. A `name` that is in use is refused; without one a free name is found.
    """
    if language.name != "python":
        return refused("functions can be extracted in Python only")
    source = parse(text.data)
    if source is None or tree.root_node.has_error:
        return refused("the file does not parse, so what the lines do cannot be known")
    chosen = select(source.tree, text, lines)
    if isinstance(chosen, str):
        return refused(chosen)
    draft = _drafted(source, tree.root_node, chosen, name)
    if isinstance(draft, str):
        return refused(draft)
    edits = draft.edits()
    if parse(apply(text.data, edits)) is None:
        return refused("the result would not parse; this is a fault of the extraction")
    return Refactored(edits)


def _drafted(source: Source, root: Node, chosen: Selection, name: str) -> _Draft | str:
    function = chosen.function
    if function is None:
        return "the lines are not in a function; only a function's lines can be taken out"
    made = plan(chosen, function)
    if isinstance(made, str):
        return made
    home = _home(chosen, function, made)
    if isinstance(home, str):
        return home
    called = _name(source, name)
    if isinstance(called, _Refusal):
        return called.reason
    return _Draft(source, root, chosen, function, made, home, called)


@dataclass(frozen=True, slots=True)
class _Refusal:
    reason: str


def _home(chosen: Selection, function: Function, made: Plan) -> _Home | str:
    """Method or function; or why the lines fit neither."""
    inner = (
        chosen.around[chosen.around.index(function) - 1] if function in chosen.around[1:] else None
    )
    owner = inner if isinstance(inner, ast.ClassDef) else None
    first = [*function.args.posonlyargs, *function.args.args][:1]
    marks = {ast.unparse(each) for each in function.decorator_list}
    # By another name it may be no instance: operators in a class are lent to others.
    receiver = first[0].arg if owner and first and first[0].arg in RECEIVERS else ""
    if "staticmethod" in marks and function.name not in _CLASS_METHODS:
        receiver = ""
    mangled = any(
        isinstance(node, ast.Name | ast.Attribute) and _is_mangled(node)
        for statement in chosen.statements
        for node in ast.walk(statement)
    )
    in_class = any(isinstance(each, ast.ClassDef) for each in chosen.around)
    if receiver and (receiver in made.inputs or made.uses_class):
        if receiver in names.bound(chosen.statements):
            return f"the lines give {receiver} another value"
        if function.name == "__getattribute__":
            return "a method called from __getattribute__ would call it again without end"
        by_class = "classmethod" in marks or function.name in _CLASS_METHODS
        return _Home(owner, receiver, "@classmethod" if by_class else "")
    if made.uses_class:
        return "the lines use super() or __class__, which work in a method only"
    if mangled and in_class:
        return "the lines use names with two underscores in front, which Python ties to the class"
    return _Home()


def _is_mangled(node: ast.Name | ast.Attribute) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr
    return name.startswith("__") and not name.endswith("__")


def _name(source: Source, wanted: str) -> str | _Refusal:
    """The new function's name: the wanted one when it is free, else one that is."""
    used = _used_names(source.tree)
    if wanted:
        if not wanted.isidentifier() or keyword.iskeyword(wanted):
            return _Refusal(f"{wanted!r} cannot be the name of a function")
        if wanted in used:
            return _Refusal(
                f"the name {wanted} is used in this file already, at line {used[wanted]}"
            )
        if wanted.startswith("__") and not wanted.endswith("__"):
            return _Refusal(f"Python ties {wanted}, with its two underscores, to a class")
        return wanted
    number, name = 1, DEFAULT_NAME
    while name in used:
        number += 1
        name = f"{DEFAULT_NAME}_{number}"
    return name


def _used_names(tree: ast.Module) -> dict[str, int]:
    """Every name and attribute of the file, with the first line it is on; and the builtins."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        given: list[str] = [*names.binds(node)]
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                given.append(name)
            case ast.keyword(arg=str(name)):
                given.append(name)
            case ast.Global(names=listed) | ast.Nonlocal(names=listed):
                given += listed
        for name in given:
            found[name] = min(found.get(name, 1 << 30), getattr(node, "lineno", 1))
    return found


@dataclass(frozen=True, slots=True)
class _Draft:
    """Everything the text is made of."""

    source: Source
    root: Node
    chosen: Selection
    function: Function
    plan: Plan
    home: _Home
    name: str

    @property
    def text(self) -> Text:
        return self.source.text

    def edits(self) -> tuple[Edit, ...]:
        """The call in place of the lines, and the new function."""
        start = self.text.line_span(self.chosen.start - 1).start
        end = self.text.line_span(self.chosen.end - 1).end
        # The last line keeps its line end, or keeps having none.
        last = self.text.line_bytes(self.chosen.end - 1)
        end = self.text.line_span(self.chosen.end - 1).start + len(last)
        replaced = Edit(Span(start, end), self._newlined(self._call()))
        added = self._above() if self.home.owner is None else self._below()
        if added.span.start == replaced.span.end:
            joined = Edit(Span(start, added.span.end), replaced.new + added.new)
            return (joined,)
        return tuple(sorted((replaced, added)))

    def _newlined(self, lines: list[str]) -> bytes:
        return "\n".join(lines).encode().replace(b"\n", self.text.newline)

    def _call(self) -> list[str]:
        """The lines that stand in place of the chosen ones."""
        receiver = self.home.receiver
        callee = f"{receiver}.{self.name}" if receiver else self.name
        call = f"{callee}({', '.join(self._passed())})"
        if self.plan.is_async:
            call = f"await {call}"
        indent = self._indent(self.chosen.start)
        if self.plan.returns == "return value":
            return [f"{indent}return {call}"]
        if self.plan.returns == "return":
            return [f"{indent}{call}", f"{indent}return"]
        head = f"{', '.join(self.plan.outputs)} = " if self.plan.outputs else ""
        return [f"{indent}{head}{call}"]

    def _passed(self) -> list[str]:
        return [name for name in self.plan.inputs if name != self.home.receiver]

    def _definition(self, indent: str) -> list[str]:
        """The new function, its lines indented by `indent` at least."""
        unit = self._unit()
        receiver = [self.home.receiver] if self.home.receiver else []
        given = ", ".join([*receiver, *(self._parameter(each) for each in self._passed())])
        word = "async def" if self.plan.is_async else "def"
        lines = [f"{indent}{self.home.decorator}"] if self.home.decorator else []
        lines.append(f"{indent}{word} {self.name}({given}):")
        lines += self._body(indent + unit)
        if self.plan.outputs:
            lines.append(f"{indent}{unit}return {', '.join(self.plan.outputs)}")
        return lines

    def _parameter(self, name: str) -> str:
        """The parameter with the annotation it has in the caller, where that is sure to work."""
        args = self.function.args
        stars = [each for each in (args.vararg, args.kwarg) if each is not None]
        for each in names.parameters(args):
            if each.arg == name and each.annotation is not None and each not in stars:
                known = all(
                    hasattr(builtins, part.id)
                    for part in ast.walk(each.annotation)
                    if isinstance(part, ast.Name)
                )
                written = ast.unparse(each.annotation)
                plain = not re.search(r"[\"'.]", written)
                if (known and plain) or self._annotations_wait():
                    return f"{name}: {written}"
        return name

    def _annotations_wait(self) -> bool:
        """True under `from __future__ import annotations`: they are not evaluated."""
        return any(
            isinstance(each, ast.ImportFrom)
            and each.module == "__future__"
            and any(alias.name == "annotations" for alias in each.names)
            for each in self.source.tree.body
        )

    def _body(self, indent: str) -> list[str]:
        """The chosen lines at another indentation; the insides of strings stay as they are."""
        frozen = self._string_rows()
        old = self._indent(self.chosen.start)
        lines: list[str] = []
        for row in range(self.chosen.start, self.chosen.end + 1):
            line = self.text.line_bytes(row - 1).decode("utf-8", "surrogateescape")
            if row not in frozen:
                if line.startswith(old) and line.strip():
                    line = indent + line[len(old) :]
                elif not line.strip():
                    line = ""
            lines.append(line)
        return lines

    def _string_rows(self) -> set[int]:
        """The 1-based lines that begin inside a string."""
        found: set[int] = set()
        stack = [self.root]
        while stack:
            node = stack.pop()
            first, last = node.start_point.row + 1, node.end_point.row + 1
            if last < self.chosen.start or first > self.chosen.end or first == last:
                continue
            if node.type == "string":
                found.update(range(first + 1, last + 1))
            else:
                stack += node.children
        return found

    def _above(self) -> Edit:
        """The function before the top-level definition the lines are in, and its comments.

        Above, so that it is there whenever the definition runs.
        """
        row = rows(self.chosen.around[0])[0]
        while (
            row > 1 and self.text.line_bytes(row - 2).startswith(b"#") and not self._heads(row - 1)
        ):
            row -= 1
        at = self.text.line_span(row - 1).start
        blank = 0
        while blank < row - 1 and not self.text.line_bytes(row - 2 - blank).strip():
            blank += 1
        gap = [""] * (2 - min(2, blank)) if blank < row - 1 else []
        lines = [*gap, *self._definition(""), "", "", ""]
        return Edit(Span(at, at), self._newlined(lines))

    def _heads(self, row: int) -> bool:
        """True for a line that must stay at the top of the file: `#!`, or the coding."""
        line = self.text.line_bytes(row - 1)
        return row <= 2 and (line.startswith(b"#!") or b"coding" in line)

    def _below(self) -> Edit:
        """The method after the one the lines are in."""
        indent = self._indent(rows(self.function)[0])
        row = rows(self.function)[1]
        while row < self.text.line_count and self._trails(row + 1, indent):
            row += 1
        line = self.text.line_span(row - 1)
        at = line.start + len(self.text.line_bytes(row - 1))
        lines = ["", "", *self._definition(indent)]
        following = self.text.line_bytes(row) if row < self.text.line_count else b""
        if following.strip():
            lines.append("")
        return Edit(Span(at, at), self._newlined(lines))

    def _trails(self, row: int, indent: str) -> bool:
        """True for a comment line that belongs to the method above it."""
        line = self.text.line_bytes(row - 1)
        deeper = len(line) - len(line.lstrip()) > len(indent)
        return deeper and line.lstrip().startswith(b"#")

    def _unit(self) -> str:
        """One step of indentation, as the function around makes it."""
        outer = self._indent(rows(self.function)[0])
        inner = self._indent(rows(self.function.body[0])[0])
        return inner.removeprefix(outer) or "    "

    def _indent(self, row: int) -> str:
        line = self.text.line_bytes(row - 1)
        return line[: len(line) - len(line.lstrip())].decode()
