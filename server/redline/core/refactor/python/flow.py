"""Which variables of a Python function surely have a value: a forward pass over its syntax.

Loops go to a fixed point. It errs on the safe side: a name counts as assigned only when it
is on every path. `python_live` goes the other way.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from redline.core.refactor.python import names
from redline.core.refactor.python.names import COMPREHENSIONS, Comprehension

Names = frozenset[str]
State = Names | None
"""The names that surely have a value; None where the code cannot be reached."""
NONE: Names = frozenset()
SWALLOWS = frozenset({"suppress", "raises", "assertRaises"})


def merged(one: State, other: State) -> State:
    """What holds where two paths meet."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


@dataclass(slots=True)
class Assigned:
    """A forward pass. After it: `exposed` were read without surely having a value,
    `written` may have been bound and `deleted` unbound. `at` sees each list of statements
    and the state at each place in it.
    """

    at: Callable[[Sequence[ast.stmt], int, State], None] | None = None
    exposed: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    _breaks: list[list[State]] = field(default_factory=list)
    _continues: list[list[State]] = field(default_factory=list)

    def block(self, statements: Sequence[ast.stmt], state: State) -> State:
        """The state after `statements`."""
        for at, statement in enumerate(statements):
            if self.at is not None:
                self.at(statements, at, state)
            if state is None:
                # Unreachable code still binds its names, for all we know.
                self.written |= names.bound([statement])
                continue
            state = self._statement(statement, state)
        if self.at is not None:
            self.at(statements, len(statements), state)
        return state

    def _statement(self, node: ast.stmt, state: Names) -> State:
        match node:
            case ast.If(test=test):
                state = self.expr(test, state)
                return merged(self.block(node.body, state), self.block(node.orelse, state))
            case ast.While() | ast.For() | ast.AsyncFor():
                return self._loop(node, state)
            case ast.Try() | ast.TryStar():
                return self._try(node, state)
            case ast.With() | ast.AsyncWith():
                return self._with(node, state)
            case ast.Match():
                return self._match(node, state)
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                return self._jump(node, state)
        return self._simple(node, state)

    def _jump(self, node: ast.Return | ast.Raise | ast.Break | ast.Continue, state: Names) -> State:
        if isinstance(node, ast.Break):
            self._breaks[-1].append(state)
        elif isinstance(node, ast.Continue):
            self._continues[-1].append(state)
        else:
            self._children(node, state)
        return None

    def _simple(self, node: ast.stmt, state: Names) -> Names:
        match node:
            case ast.Assign(value=value, targets=targets):
                state = self.expr(value, state)
                for target in targets:
                    state = self.expr(target, state)
                return state
            case ast.AugAssign(target=target, value=value):
                if isinstance(target, ast.Name):
                    self._read(target.id, state)
                return self.expr(target, self.expr(value, state))
            case ast.AnnAssign(target=target, value=value):
                if value is None:
                    return state if isinstance(target, ast.Name) else self.expr(target, state)
                return self.expr(target, self.expr(value, state))
            case ast.Delete(targets=targets):
                for target in targets:
                    for each in ast.walk(target):
                        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Del):
                            self._read(each.id, state)
                            self.deleted.add(each.id)
                            state -= {each.id}
                        elif isinstance(each, ast.Name):
                            self._read(each.id, state)
                return state
        state = self._children(node, state)
        return self._write(names.binds(node), state)

    def _children(self, node: ast.AST, state: Names) -> Names:
        if isinstance(node, names.Nested | ast.ClassDef):
            return self._definition(node, state)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr | ast.keyword | ast.withitem):
                state = self.expr(child, state)
        return state

    def _definition(self, node: names.Nested | ast.ClassDef, state: Names) -> Names:
        outer: Sequence[ast.AST]
        if isinstance(node, ast.ClassDef):
            outer = (*node.decorator_list, *node.bases, *node.keywords)
        else:
            outer = (*getattr(node, "decorator_list", ()), *names.header(node))
        for each in outer:
            state = self.expr(each, state)
        own_name = set(names.binds(node))
        for name in names.free(node) - own_name:
            self._read(name, state)
        return state

    def expr(self, node: ast.AST, state: Names) -> Names:
        """The state after an expression, or after the assignment to a target."""
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                self._read(name, state)
                return state
            case ast.Name(id=name):
                return self._write((name,), state)
            case ast.NamedExpr(target=target, value=value):
                return self.expr(target, self.expr(value, state))
            case ast.Lambda():
                return self._definition(node, state)
            case ast.BoolOp() | ast.IfExp() | ast.Compare() | ast.Dict():
                return self._in_order(node, state)
        if isinstance(node, COMPREHENSIONS):
            return self._comprehension(node, state)
        for child in ast.iter_child_nodes(node):
            state = self.expr(child, state)
        return state

    def _in_order(
        self, node: ast.BoolOp | ast.IfExp | ast.Compare | ast.Dict, state: Names
    ) -> Names:
        """Expressions whose parts are evaluated in another order, or perhaps not at all."""
        match node:
            case ast.BoolOp(values=[first, *rest]):
                state = self.expr(first, state)
                self._maybe(rest, state)
                return state
            case ast.IfExp(test=test, body=body, orelse=orelse):
                state = self.expr(test, state)
                return self.expr(body, state) & self.expr(orelse, state)
            case ast.Compare(left=left, comparators=[second, *rest]):
                state = self.expr(second, self.expr(left, state))
                self._maybe(rest, state)
                return state
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    state = self.expr(value, self.expr(key, state) if key else state)
                return state
        return state

    def _maybe(self, nodes: Sequence[ast.AST], state: Names) -> None:
        for node in nodes:
            state = self.expr(node, state)

    def _comprehension(self, node: Comprehension, state: Names) -> Names:
        state = self.expr(node.generators[0].iter, state)
        inner = Assigned()
        within = state | names.targets(node)
        for at, part in enumerate(node.generators):
            for each in (*([part.iter] if at else []), *part.ifs):
                within = inner.expr(each, within)
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for each in results:
            within = inner.expr(each, within)
        self.exposed |= inner.exposed
        self.written |= inner.written
        return state

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor, state: Names) -> State:
        endless = False
        if isinstance(node, ast.While):
            endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        else:
            state = self.expr(node.iter, state)
        head = state
        while True:
            if isinstance(node, ast.While):
                inside = done = self.expr(node.test, head)
            else:
                inside, done = self.expr(node.target, head), head
            self._breaks.append([])
            self._continues.append([])
            end = self.block(node.body, inside)
            breaks, continues = self._breaks.pop(), self._continues.pop()
            for each in continues:
                end = merged(end, each)
            again = merged(head, end)
            if again == head or again is None:
                break
            head = again
        after = self.block(node.orelse, None if endless else done)
        for each in breaks:
            after = merged(after, each)
        return after

    def _try(self, node: ast.Try | ast.TryStar, state: Names) -> State:
        before = set(self.deleted)
        result = self.block(node.body, state)
        # An exception may come before anything in the body was bound, after all deletions.
        failed = state - (self.deleted - before)
        if result is not None:
            result = self.block(node.orelse, result)
        else:
            self.block(node.orelse, None)
        for handler in node.handlers:
            start = self.expr(handler.type, failed) if handler.type else failed
            name = set(names.binds(handler))
            self.written |= name
            end = self.block(handler.body, start | name)
            result = merged(result, None if end is None else end - name)
        final = self.block(node.finalbody, failed)
        if final is None or result is None:
            return None
        return result | (final - failed)

    def _with(self, node: ast.With | ast.AsyncWith, state: Names) -> State:
        for item in node.items:
            state = self.expr(item.context_expr, state)
            if item.optional_vars is not None:
                state = self.expr(item.optional_vars, state)
        end = self.block(node.body, state)
        return merged(state, end) if swallows(node) else end

    def _match(self, node: ast.Match, state: Names) -> State:
        state = self.expr(node.subject, state)
        result: State = None
        complete = False
        for case in node.cases:
            caught = frozenset(
                name for each in ast.walk(case.pattern) for name in names.binds(each)
            )
            self.written |= caught
            for each in ast.walk(case.pattern):
                if isinstance(each, ast.Name):
                    self._read(each.id, state)
            inside = state | caught
            inside = self.expr(case.guard, inside) if case.guard else inside
            result = merged(result, self.block(case.body, inside))
            plain = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
            complete |= plain and case.guard is None
        return result if complete else merged(result, state)

    def _read(self, name: str, state: Names) -> None:
        if name not in state:
            self.exposed.add(name)

    def _write(self, bound: Sequence[str], state: Names) -> Names:
        self.written.update(bound)
        return state | frozenset(bound)


def swallows(node: ast.With | ast.AsyncWith) -> bool:
    """True when a `with` is known to end exceptions raised in it."""
    for item in node.items:
        call = item.context_expr
        function = call.func if isinstance(call, ast.Call) else call
        last = function.attr if isinstance(function, ast.Attribute) else ""
        if (function.id if isinstance(function, ast.Name) else last) in SWALLOWS:
            return True
    return False
