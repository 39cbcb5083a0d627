"""The variables of one file: where each is bound, read and written. Made by scopes.py."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from redline.core.text.text import Span

Role = Literal["definition", "read", "write", "update"]
Shorthand = Literal["", "property", "import", "export", "fixed"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place of a variable's name.

    An `update` is read and written (`x += 1`). A shorthand stands for two names, the
    variable's and another: `spelled` says how it reads once the variable is renamed.
    """

    span: Span
    role: Role
    shorthand: Shorthand = ""

    @property
    def binds(self) -> bool:
        """True where the variable gets a value, or is declared."""
        return self.role != "read"

    @property
    def reads(self) -> bool:
        """True where its value is used."""
        return self.role in ("read", "update")


@dataclass(frozen=True, slots=True)
class Binding:
    """One variable: its kind by its first definition, its scope, all its occurrences in order.

    `is_global` is true in the file's own scope, `is_local` in a function's or block's; in
    a class's neither is: it is an attribute too.
    """

    name: str
    kind: str
    scope: Span
    is_local: bool
    is_global: bool
    occurrences: tuple[Occurrence, ...]

    @property
    def definitions(self) -> tuple[Span, ...]:
        """Where it is bound or written."""
        return tuple(each.span for each in self.occurrences if each.binds)

    @property
    def references(self) -> tuple[Span, ...]:
        """Where it is only read."""
        return tuple(each.span for each in self.occurrences if not each.binds)


@dataclass(frozen=True, slots=True)
class Flow:
    """A variable used inside a span, and what becomes of it outside.

    `bound_before`: a binding stands before the span, so that it may have a value there.
    `bound_again`: it is bound behind the span in a loop around both. `read_after`: its
    value may be used once the span is done; reads anywhere in a loop around the span or
    in a function that may run later count.
    """

    binding: Binding
    inside: tuple[Occurrence, ...]
    bound_before: bool
    bound_again: bool
    read_after: bool


@dataclass(frozen=True, slots=True)
class Scopes:
    """The variables of one text; `functions` are function scopes, `loops` what may repeat."""

    bindings: tuple[Binding, ...]
    functions: tuple[Span, ...]
    loops: tuple[Span, ...]
    starts: tuple[int, ...]
    owners: tuple[int, ...]

    def binding_at(self, offset: int) -> Binding | None:
        """The variable whose name is at `offset` (its end counts), None for none."""
        at = bisect_right(self.starts, offset) - 1
        if at < 0:
            return None
        binding = self.bindings[self.owners[at]]
        return binding if offset <= self.starts[at] + len(binding.name.encode()) else None

    def reads(self, span: Span) -> tuple[Flow, ...]:
        """The variables of the functions around `span` (of the file, outside any) read in it."""
        return tuple(flow for flow in self._flows(span) if any(o.reads for o in flow.inside))

    def writes(self, span: Span) -> tuple[Flow, ...]:
        """As `reads`, those bound or written in `span`."""
        return tuple(flow for flow in self._flows(span) if any(o.binds for o in flow.inside))

    def _flows(self, span: Span) -> Iterator[Flow]:
        around = [each for each in self.functions if each.contains(span)]
        function = max(around, key=lambda each: each.start, default=None)
        loops = [
            each
            for each in self.loops
            if each.contains(span) and (function is None or function.contains(each))
        ]
        again = min(loops, key=lambda each: each.start, default=span)
        later = [each for each in self.functions if not each.contains(span)]
        for binding in self.bindings:
            if not (binding.is_local or (binding.is_global and function is None)):
                continue
            inside = tuple(o for o in binding.occurrences if span.contains(o.span))
            if inside and not span.contains(binding.scope):
                yield _flow(binding, inside, span, again, later)


def spelled(occurrence: Occurrence, old: str, new: str) -> str | None:
    """What stands at `occurrence` once `old` is renamed to `new`; None: it cannot be."""
    match occurrence.shorthand:
        case "property":
            return f"{old}: {new}"
        case "import":
            return f"{old} as {new}"
        case "export":
            return f"{new} as {old}"
        case "fixed":
            return None
        case _:
            return new


def _flow(
    binding: Binding, inside: tuple[Occurrence, ...], span: Span, again: Span, later: list[Span]
) -> Flow:
    outside = [each for each in binding.occurrences if not span.contains(each.span)]
    # A function in the variable's scope, other than those around the span, runs at any time.
    late = [each for each in later if binding.scope.contains(each) and each != binding.scope]

    def anytime(place: Span) -> bool:
        return any(each.contains(place) for each in late)

    def behind(place: Span) -> bool:
        return place.start >= span.end

    return Flow(
        binding,
        inside,
        bound_before=any(o.binds and (not behind(o.span) or anytime(o.span)) for o in outside),
        bound_again=any(o.binds and behind(o.span) and again.contains(o.span) for o in outside),
        read_after=any(
            o.reads and (behind(o.span) or again.contains(o.span) or anytime(o.span))
            for o in outside
        ),
    )
