"""Which argument of a call goes to which parameter, and the call for other parameters."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from redline.core.refactor.call_sites.files import View
from redline.core.refactor.call_sites.lists import Item, Listed, Patch, listed, rewrite

Kind = Literal["only", "either", "star", "keyword", "stars"]
"""Given by position only, either way, `*args`, by name only, `**kwargs`."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `was` is its name before, '' for a new one. `value` is what calls pass
    that say nothing about it, '' where they pass nothing. `default`: it may be left out.
    """

    name: str
    kind: Kind
    was: str = ""
    default: bool = False
    value: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """What calls see, before and after; without the receiver of a bound call."""

    old: tuple[Parameter, ...]
    new: tuple[Parameter, ...]

    def bound(self) -> Signature:
        """As calls see it whose first parameter is filled already."""
        return Signature(self.old[1:], self.new[1:])

    @property
    def moves(self) -> bool:
        """Whether calls of unknown form would mean something else: what is given by position
        changes place, something goes, or something more is needed."""
        before = [each.name for each in self.old if each.kind in ("only", "either")]
        after = [each.was for each in self.new if each.kind in ("only", "either")]
        stays = {each.was for each in self.new}
        needs = any(not each.was and (not each.default or each.value) for each in self.new)
        needs = needs or any(each.value for each in self.new)
        gone = any(each.name not in stays for each in self.old)
        star = any(each.kind == "star" for each in self.old)
        shifted = after[: len(before)] != before or (star and len(after) > len(before))
        return gone or needs or shifted

    @property
    def loosens(self) -> bool:
        """Whether something that calls had to give may now be left out."""
        optional = {each.was for each in self.new if each.default}
        return any(not each.default and each.name in optional for each in self.old)

    @property
    def renamed(self) -> tuple[str, ...]:
        """The names that calls may use and that are no longer there."""
        now = {each.name for each in self.new if each.kind in ("either", "keyword")}
        named = (each.name for each in self.old if each.kind in ("either", "keyword"))
        return tuple(each for each in named if each not in now)


@dataclass(slots=True)
class _Call:
    """A call's arguments by parameter."""

    nodes: list[ast.expr | ast.keyword]
    given: dict[str, int] = field(default_factory=dict)
    extra: list[int] = field(default_factory=list)
    starred: int | None = None
    doubled: bool = False


def arguments(call: ast.Call) -> list[ast.expr | ast.keyword]:
    """All arguments in the order they are written."""
    every: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    return sorted(every, key=lambda each: (each.lineno, each.col_offset))


def fits(call: ast.Call, parameters: Sequence[Parameter]) -> bool:
    """Whether a call can be one of something with these parameters."""
    made = _bind(call, parameters)
    if isinstance(made, str):
        return False
    if made.starred is not None or made.doubled:
        return True
    needed = (p for p in parameters if p.kind not in ("star", "stars") and not p.default)
    return all(each.name in made.given for each in needed)


def _bind(call: ast.Call, parameters: Sequence[Parameter]) -> _Call | str:
    made = _Call(arguments(call))
    places = [each.name for each in parameters if each.kind in ("only", "either")]
    named = {each.name for each in parameters if each.kind in ("either", "keyword")}
    kinds = {each.kind for each in parameters}
    count = 0
    for at, node in enumerate(made.nodes):
        if isinstance(node, ast.Starred):
            made.starred = at if made.starred is None else made.starred
        elif isinstance(node, ast.keyword):
            if node.arg is None:
                made.doubled = True
            elif node.arg in named and node.arg not in made.given:
                made.given[node.arg] = at
            elif node.arg in made.given or "stars" not in kinds:
                return f"passes {node.arg}, which it does not take"
        elif made.starred is None:
            if count < len(places):
                made.given[places[count]] = at
            elif "star" in kinds:
                made.extra.append(at)
            else:
                return "passes more arguments than it takes"
            count += 1
    return made


def rewritten(
    view: View, patch: Patch, call: ast.Call, signature: Signature, values: Mapping[str, str]
) -> str:
    """Makes `call` one of the new signature; or says why it cannot be, and leaves it.

    `values` are what this call passes for new parameters, in place of their own `value`.
    """
    made = _bind(call, signature.old)
    if isinstance(made, str):
        return made
    wanted = _Wanted(call, made, signature, values).items()
    if isinstance(wanted, str):
        return wanted
    plain = [Item(at) for at in range(len(made.nodes))]
    if [(each.place, each.name) for each in wanted] == [(at, "") for at in range(len(plain))]:
        return ""
    there = listed(patch.data, view.span(call.func).end)
    whole = there is not None and there.inside.end + 1 == view.span(call).end
    if there is None or not whole or len(there.items) != len(made.nodes):
        return "is written so that its arguments cannot be told apart"
    if len(wanted) > len(made.nodes) == 1 and isinstance(made.nodes[0], ast.GeneratorExp):
        return "passes a generator without brackets of its own"
    rewrite(patch, there, [_item(view, patch, there, made, each) for each in wanted])
    return ""


@dataclass(frozen=True, slots=True)
class _Argument:
    """An argument to be: the one at `place` before, or `text`; by `name` where it says one
    that it did not. `of` is the parameter of a new one."""

    place: int | None
    name: str = ""
    text: str = ""
    of: str = ""


def _item(view: View, patch: Patch, there: Listed, made: _Call, wanted: _Argument) -> Item:
    head = f"{wanted.name}=".encode() if wanted.name else b""
    if wanted.place is None:
        return Item(None, head + wanted.text.encode())
    if not wanted.name:
        return Item(wanted.place)
    node, span = made.nodes[wanted.place], there.items[wanted.place]
    text = patch.text(span)
    if isinstance(node, ast.keyword) and node.arg is not None:
        # A name has no edits in it: its length is what it was.
        return Item(wanted.place, wanted.name.encode() + text[len(node.arg.encode()) :])
    return Item(wanted.place, head + text)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Works out the arguments of one call."""

    call: ast.Call
    made: _Call
    signature: Signature
    values: Mapping[str, str]

    def items(self) -> list[_Argument] | str:
        """The arguments in order; or why there are none that mean the same."""
        problem = self._stars() or self._dropped() or self._caught()
        if problem:
            return problem
        places = [each for each in self.signature.new if each.kind in ("only", "either")]
        first = self._by_position(places, len(places))
        if not isinstance(first, str) and self._in_order(first):
            return first
        # What has effects keeps its order, and says by name what it is.
        same = 0
        old = [each.name for each in self.signature.old if each.kind in ("only", "either")]
        while same < min(len(places), len(old)) and places[same].was == old[same]:
            same += 1
        return self._by_position(places, same)

    def _stars(self) -> str:
        old = [each.name for each in self.signature.old if each.kind in ("only", "either")]
        new = [each.was for each in self.signature.new if each.kind in ("only", "either")]
        more = any(each.kind == "star" for each in self.signature.old) and len(new) > len(old)
        if (self.made.starred is not None or self.made.extra) and (new[: len(old)] != old or more):
            return "passes arguments with *, whose places are not known"
        if self.made.starred is not None:
            for each in self.signature.new:
                if each.was and each.kind != "keyword" and self._value(each):
                    return f"may pass {each.name} with *"
        if self.made.doubled:
            open_ = [each for each in self.signature.renamed if each not in self.made.given]
            if open_ and self.made.starred is None:
                return f"may pass {open_[0]} with **"
            filled = [each for each in self.signature.new if self._value(each)]
            if filled and filled[0].was:
                return f"may pass {filled[0].name} with **"
        return ""

    def _dropped(self) -> str:
        stays = {each.was for each in self.signature.new}
        for name, at in self.made.given.items():
            node = self.made.nodes[at]
            value = node.value if isinstance(node, ast.keyword) else node
            if name not in stays and not is_plain(value):
                return f"computes what it passes for {name}, which may have effects"
        if self.made.starred is not None:
            gone = [each.name for each in self.signature.old if each.name not in stays]
            if any(name not in self.made.given for name in gone):
                return f"may pass {gone[0]} with *"
        return ""

    def _caught(self) -> str:
        """Why `**kwargs` would no longer get what it gets, '' where it would."""
        if not any(each.kind == "stars" for each in self.signature.old):
            return ""
        fresh = {each.name for each in self.signature.new if each.kind in ("either", "keyword")}
        fresh -= {each.name for each in self.signature.old if each.kind in ("either", "keyword")}
        for at, node in enumerate(self.made.nodes):
            extra = isinstance(node, ast.keyword) and not self._owner(at)
            if (
                extra
                and isinstance(node, ast.keyword)
                and fresh & {node.arg or min(fresh, default="")}
            ):
                return f"may pass {node.arg or min(fresh)} among the rest"
        return ""

    def _value(self, parameter: Parameter) -> str:
        if parameter.was in self.made.given and parameter.was:
            return ""
        return self.values.get(parameter.name, parameter.value)

    def _by_position(self, places: Sequence[Parameter], most: int) -> list[_Argument] | str:
        """By position as far as there is no gap and at most `most`, the rest by name."""
        done: list[_Argument] = []
        named: list[_Argument] = []
        rest = [self._is_positional(each) for each in places]
        gap = False
        for at, each in enumerate(places):
            place = self.made.given.get(each.was) if each.was else None
            by_place = place is not None and not isinstance(self.made.nodes[place], ast.keyword)
            gap = gap or at >= most
            value = self._value(each)
            if by_place or (value and each.kind == "only") or (value and any(rest[at + 1 :])):
                if gap and each.kind == "only":
                    return f"leaves out what stands before {each.name}, given by position only"
                (named if gap else done).append(
                    _Argument(place, each.name if gap else "", value, each.name)
                )
            else:
                gap = True
        return self._whole(done, named)

    def _is_positional(self, parameter: Parameter) -> bool:
        place = self.made.given.get(parameter.was) if parameter.was else None
        return place is not None and not isinstance(self.made.nodes[place], ast.keyword)

    def _whole(self, done: list[_Argument], named: list[_Argument]) -> list[_Argument]:
        """With extra arguments, those by name, and what is new."""
        by_was = {each.was: each for each in self.signature.new if each.was}
        gone = {each.name for each in self.signature.old} - by_was.keys()
        taken = {each.place for each in (*done, *named) if each.place is not None}
        order: list[_Argument] = list(done)
        for at, node in enumerate(self.made.nodes):
            if at in taken:
                order += [each for each in named if each.place == at]
            elif isinstance(node, ast.keyword) and self._owner(at) in by_was and node.arg:
                name = by_was[node.arg].name
                order.append(_Argument(at, name if name != node.arg else ""))
            elif self._owner(at) not in gone:
                order.append(_Argument(at))
        fresh = [each for each in named if each.place is None]
        told = {each.of for each in (*done, *named)}
        for each in self.signature.new:
            value = self._value(each)
            if value and each.name not in told and each.kind in ("either", "keyword"):
                fresh.append(_Argument(None, each.name, value, each.name))
        return _before_doubled(self.made, order, fresh)

    def _owner(self, at: int) -> str:
        return next((name for name, place in self.made.given.items() if place == at), "")

    def _in_order(self, wanted: Sequence[_Argument]) -> bool:
        """Whether nothing with effects changes places."""
        places = [each.place for each in wanted if each.place is not None]
        if places == sorted(places):
            return True
        values = [node.value if isinstance(node, ast.keyword) else node for node in self.made.nodes]
        return all(map(is_plain, values))


def _before_doubled(
    made: _Call, order: Sequence[_Argument], fresh: Sequence[_Argument]
) -> list[_Argument]:
    """New arguments stand before `**` ones."""
    at = len(order)
    while at:
        place = order[at - 1].place
        node = made.nodes[place] if place is not None else None
        if not (isinstance(node, ast.keyword) and node.arg is None):
            break
        at -= 1
    return [*order[:at], *fresh, *order[at:]]


def is_plain(node: ast.expr) -> bool:
    """Whether computing an expression does nothing but give a value: constants, names, and
    what is made of them without calling anything."""
    plain = (
        ast.Constant,
        ast.Name,
        ast.Tuple,
        ast.List,
        ast.Dict,
        ast.Set,
        ast.expr_context,
        ast.Lambda,
        ast.UnaryOp,
        ast.unaryop,
    )
    waiting: list[ast.AST] = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.Lambda):
            continue
        if isinstance(each, ast.Attribute):
            waiting.append(each.value)
            continue
        if not isinstance(each, plain):
            return False
        waiting += ast.iter_child_nodes(each)
    return True
