"""The parameters of a definition, and its text with others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from redline.core.refactor.call_sites.arguments import Kind, Parameter
from redline.core.refactor.call_sites.files import View
from redline.core.refactor.call_sites.lists import Item, Listed, Patch, listed, rewrite
from redline.core.refactor.call_sites.model import Function
from redline.core.refactor.change_signature.model import (
    AddParameter,
    ParameterChange,
    RemoveParameter,
    RenameParameter,
    SetDefault,
)
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Span

_DEF = re.compile(rb"(?:async\s+)?def\s+\w+\s*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a parameter list. `old` is its place in the list as it is, None for a new
    one; the signs `/` and `*` are entries without a parameter. `default` is its default as
    written, '' for none; `before` what that was.
    """

    old: int | None
    sign: Literal["", "/", "*"] = ""
    parameter: Parameter | None = None
    node: ast.arg | None = None
    default: str = ""
    before: str = ""
    annotation: str = ""

    @property
    def name(self) -> str:
        """The name of the parameter, '' for a sign."""
        return self.parameter.name if self.parameter is not None else ""

    @property
    def kind(self) -> Kind | None:
        """How it is given; None for a sign."""
        return self.parameter.kind if self.parameter is not None else None


@dataclass(frozen=True, slots=True)
class Parameters:
    """The list of one definition, as it is or as it is to be."""

    entries: tuple[Entry, ...]
    receiver: bool

    @property
    def signature(self) -> tuple[Parameter, ...]:
        """The parameters alone."""
        return tuple(each.parameter for each in self.entries if each.parameter is not None)

    def find(self, name: str) -> Entry | None:
        """The entry of that name."""
        return next((each for each in self.entries if each.name == name), None)


def read(view: View, function: Function, receiver: bool) -> Parameters:
    """The parameters of a definition as they are."""
    entries = [replace(each, old=at) for at, each in enumerate(_entries(view, function.args))]
    return Parameters(tuple(entries), receiver)


def _entries(view: View, args: ast.arguments) -> Iterator[Entry]:
    plain = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [*[None] * (len(plain) - len(args.defaults)), *args.defaults]
    for at, (arg, default) in enumerate(zip(plain, defaults, strict=True)):
        only = at < len(args.posonlyargs)
        yield _entry(view, arg, "only" if only else "either", default)
        if at + 1 == len(args.posonlyargs):
            yield Entry(None, "/")
    if args.vararg is not None:
        yield _entry(view, args.vararg, "star", None)
    elif args.kwonlyargs:
        yield Entry(None, "*")
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield _entry(view, arg, "keyword", default)
    if args.kwarg is not None:
        yield _entry(view, args.kwarg, "stars", None)


def _entry(view: View, arg: ast.arg, kind: Kind, default: ast.expr | None) -> Entry:
    text = view.bytes_of(view.span(default)).decode() if default is not None else ""
    made = Parameter(arg.arg, kind, arg.arg, default is not None)
    return Entry(None, "", made, arg, text, text)


def changed(parameters: Parameters, change: ParameterChange) -> Parameters | str:
    """The list after one change; or why there is none."""
    if isinstance(change, AddParameter):
        return _added(parameters, change)
    entry = parameters.find(change.name)
    if entry is None or entry.parameter is None:
        return f"it has no parameter {change.name}"
    if parameters.receiver and entry is parameters.entries[0]:
        return f"{change.name} is the receiver of the method"
    if entry.kind in ("star", "stars") and not isinstance(change, RenameParameter):
        return f"{change.name} takes any number of arguments"
    match change:
        case RenameParameter(_, new):
            made = replace(entry, parameter=replace(entry.parameter, name=new))
            taken = parameters.find(new) is not None
            whole = _with(parameters, entry, made)
            return f"it has a parameter {new} already" if taken else whole
        case RemoveParameter():
            rest = [each for each in parameters.entries if each is not entry]
            return replace(parameters, entries=_signs(rest))
        case SetDefault(_, default):
            return _defaulted(parameters, entry, entry.parameter, default)
    return _moved(parameters, entry, change.position)


def _with(parameters: Parameters, old: Entry, new: Entry) -> Parameters:
    entries = tuple(new if each is old else each for each in parameters.entries)
    return replace(parameters, entries=entries)


def _signs(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Without a `/` or `*` that nothing needs any more."""
    kinds = {each.kind for each in entries}
    needed = {"/": "only" in kinds, "*": "keyword" in kinds, "": True}
    return tuple(each for each in entries if needed[each.sign])


def _defaulted(
    parameters: Parameters, entry: Entry, parameter: Parameter, default: str
) -> Parameters | str:
    value = "" if default else entry.before or parameter.value
    if entry.before and value and not _is_literal(value):
        return f"calls would have to pass {value}, which may mean something else where they are"
    made = replace(parameter, default=bool(default), value=value)
    new = replace(entry, parameter=made, default=default)
    return _ordered(_with(parameters, entry, new))


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True


def _ordered(parameters: Parameters) -> Parameters | str:
    """Itself, unless one without a default follows one with one."""
    seen = ""
    for each in parameters.signature:
        if each.kind in ("only", "either"):
            if seen and not each.default:
                return f"{each.name}, which has no default, would follow {seen}, which has one"
            seen = each.name if each.default else seen
    return parameters


def _added(parameters: Parameters, change: AddParameter) -> Parameters | str:
    if parameters.find(change.name) is not None:
        return f"it has a parameter {change.name} already"
    at = _place(parameters, change.after)
    if at is None:
        return f"it has no parameter {change.after}"
    kind: Kind = "either"
    for each in parameters.entries[:at]:
        if each.kind in ("star", "keyword") or each.sign == "*":
            kind = "keyword"
    if any(each.sign == "/" for each in parameters.entries[at:]):
        kind = "only"
    made = Parameter(change.name, kind, "", bool(change.default), change.value)
    entry = Entry(None, "", made, None, change.default, "", change.annotation)
    entries = (*parameters.entries[:at], entry, *parameters.entries[at:])
    return _ordered(replace(parameters, entries=entries))


def _place(parameters: Parameters, after: str | None) -> int | None:
    entries = parameters.entries
    if after == "":
        return int(parameters.receiver)
    if after is None:
        return len(entries) - (bool(entries) and entries[-1].kind == "stars")
    found = parameters.find(after)
    if found is None or found.kind == "stars":
        return None
    return entries.index(found) + 1


def _moved(parameters: Parameters, entry: Entry, position: int) -> Parameters | str:
    plain = [each for each in parameters.entries if not each.sign]
    plain = plain[1:] if parameters.receiver else plain
    if not 0 <= position < len(plain):
        return f"it has no place {position}"
    target = plain[position]
    if target.kind != entry.kind:
        return f"{entry.name} and {target.name} are not given in the same way"
    entries = [each for each in parameters.entries if each is not entry]
    at = entries.index(target) if target is not entry else parameters.entries.index(entry)
    later = parameters.entries.index(target) > parameters.entries.index(entry)
    entries.insert(at + later if target is not entry else at, entry)
    return _ordered(replace(parameters, entries=tuple(entries)))


def write(view: View, patch: Patch, function: Function, new: Parameters) -> str:
    """Puts the list in place of the one of `function`; or says why it cannot be."""
    there = _listed(view, function)
    count = sum(1 for _ in _entries(view, function.args))
    if there is None or len(there.items) != count:
        return "is written so that its parameters cannot be told apart"
    items = []
    for each in new.entries:
        if each.old is None:
            items.append(Item(None, _text(each).encode()))
        else:
            items.append(Item(each.old, _rewritten(view, patch, each, there.items[each.old])))
    rewrite(patch, there, items)
    return ""


def _listed(view: View, function: Function) -> Listed | None:
    start = view.source.offset(function.lineno, function.col_offset)
    head = _DEF.match(view.source.text.data, start)
    return listed(view.source.text.data, head.end()) if head is not None else None


def _text(entry: Entry) -> str:
    note = f": {entry.annotation}" if entry.annotation else ""
    equals = " = " if note else "="
    return entry.name + note + (f"{equals}{entry.default}" if entry.default else "")


def _rewritten(view: View, patch: Patch, entry: Entry, span: Span) -> bytes | None:
    """The text of a parameter that stays; None where it stays as it is."""
    node, parameter = entry.node, entry.parameter
    if node is None or parameter is None:
        return None
    start = view.source.offset(node.lineno, node.col_offset)
    edits = []
    if parameter.name != node.arg:
        edits.append(Edit(Span(start, start + len(node.arg.encode())), parameter.name.encode()))
    if entry.default != entry.before:
        edits.append(_default(view, entry, node, span))
    if not edits:
        return None
    base = patch.text(span)
    if len(base) != len(span):  # something in it was changed already: it is put in first
        return None if not edits else _on_changed(view, patch, span, edits)
    moved = [Edit(Span(e.span.start - span.start, e.span.end - span.start), e.new) for e in edits]
    return apply(base, moved)


def _on_changed(view: View, patch: Patch, span: Span, edits: Sequence[Edit]) -> bytes:
    scratch = Patch(patch.data, list(patch.edits))
    for each in edits:
        scratch.replace(each.span, each.new)
    return scratch.text(span)


def _default(view: View, entry: Entry, node: ast.arg, span: Span) -> Edit:
    noted = node.annotation is not None
    if not entry.before:
        return Edit(
            Span(span.end, span.end),
            (f" = {entry.default}" if noted else f"={entry.default}").encode(),
        )
    data = view.source.text.data
    end = view.span(node).end
    sign = data.index(b"=", end, span.end)
    if not entry.default:
        return Edit(Span(end + len(data[end:sign].rstrip()), span.end), b"")
    value = sign + 1 + len(data[sign + 1 : span.end]) - len(data[sign + 1 : span.end].lstrip())
    return Edit(Span(value, span.end), entry.default.encode())
