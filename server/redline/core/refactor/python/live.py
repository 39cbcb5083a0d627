"""Which variables of a Python function may still be read: a backward pass over its syntax.

Loops go to a fixed point. It errs on the safe side: a name is live when any path reads it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from redline.core.refactor.python import names
from redline.core.refactor.python.flow import NONE, Assigned, Names, swallows


@dataclass(frozen=True, slots=True)
class Exits:
    """What is live where control goes to by another way than falling through."""

    raising: Names = NONE
    returning: Names = NONE
    breaking: Names = NONE
    continuing: Names = NONE


@dataclass(slots=True)
class Live:
    """A backward pass. `at` sees each list of statements, a place in it, what may be read
    from there on, and the other exits there.
    """

    at: Callable[[Sequence[ast.stmt], int, Names, Exits], None]

    def block(self, statements: Sequence[ast.stmt], after: Names, exits: Exits) -> Names:
        """What may be read from the start of `statements` on."""
        self.at(statements, len(statements), after, exits)
        for at in range(len(statements) - 1, -1, -1):
            after = self._statement(statements[at], after, exits) | exits.raising
            self.at(statements, at, after, exits)
        return after

    def _statement(self, node: ast.stmt, after: Names, exits: Exits) -> Names:
        match node:
            case ast.If(test=test):
                either = self.block(node.body, after, exits) | self.block(node.orelse, after, exits)
                return _through((test,), either)
            case ast.While() | ast.For() | ast.AsyncFor():
                return self._loop(node, after, exits)
            case ast.Try() | ast.TryStar():
                return self._try(node, after, exits)
            case ast.With() | ast.AsyncWith():
                inner = exits
                if swallows(node):
                    inner = _exits(exits, raising=exits.raising | after)
                live = self.block(node.body, after, inner)
                parts = [(each.context_expr, each.optional_vars) for each in node.items]
                return _through([each for pair in parts for each in pair if each], live)
            case ast.Match(subject=subject, cases=cases):
                live = after
                for case in cases:
                    caught = {name for each in ast.walk(case.pattern) for name in names.binds(each)}
                    inside = self.block(case.body, after, exits)
                    inside = _through((case.guard,), inside) if case.guard else inside
                    live |= (inside - caught) | names.reads([case.pattern])
                return _through((subject,), live)
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                return _simple(node, _target(node, exits))
        return _simple(node, after)

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor, after: Names, exits: Exits) -> Names:
        done = self.block(node.orelse, after, exits)
        head = done
        while True:
            inner = _exits(exits, breaking=after, continuing=head)
            body = self.block(node.body, head, inner)
            if isinstance(node, ast.While):
                again = _through((node.test,), body | done)
            else:
                again = _through((node.target,), body) | done
            if again <= head:
                break
            head |= again
        return head if isinstance(node, ast.While) else _through((node.iter,), head)

    def _try(self, node: ast.Try | ast.TryStar, after: Names, exits: Exits) -> Names:
        end = self.block(node.finalbody, after, exits)
        fail = self.block(node.finalbody, exits.raising, exits)
        outside = Exits(
            fail,
            self.block(node.finalbody, exits.returning, exits),
            self.block(node.finalbody, exits.breaking, exits),
            self.block(node.finalbody, exits.continuing, exits),
        )
        caught = fail
        for handler in node.handlers:
            inside = self.block(handler.body, end, outside) - frozenset(names.binds(handler))
            caught |= _through((handler.type,), inside) if handler.type else inside
        normal = self.block(node.orelse, end, outside)
        return self.block(node.body, normal, _exits(outside, raising=caught)) | caught


def _exits(
    exits: Exits,
    raising: Names | None = None,
    breaking: Names | None = None,
    continuing: Names | None = None,
) -> Exits:
    return Exits(
        exits.raising if raising is None else raising,
        exits.returning,
        exits.breaking if breaking is None else breaking,
        exits.continuing if continuing is None else continuing,
    )


def _through(nodes: Sequence[ast.AST], live: Names) -> Names:
    """What is live before `nodes` are evaluated in order, given what is after."""
    flow = Assigned()
    state: Names = NONE
    for node in nodes:
        state = flow.expr(node, state)
    return (live - state) | flow.exposed


def _target(node: ast.Return | ast.Raise | ast.Break | ast.Continue, exits: Exits) -> Names:
    match node:
        case ast.Return():
            return exits.returning
        case ast.Raise():
            return exits.raising
        case ast.Break():
            return exits.breaking
    return exits.continuing


def _simple(node: ast.stmt, live: Names) -> Names:
    """What is live before a statement that holds no others."""
    if isinstance(node, ast.Break | ast.Continue):
        return live
    flow = Assigned()
    state = flow.block([node], NONE)
    return (live - (state or NONE)) | flow.exposed
