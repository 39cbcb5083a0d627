"""Which functions new tests are for: the one they were asked for, else what they name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from redline.app.tools.affecting import Suite
from redline.app.tools.context import ToolContext
from redline.app.tools.projects import imports_now
from redline.app.tools.reading import facts_now
from redline.core.index import facts as facts_of
from redline.core.index.model import Symbol
from redline.core.mutation.mutants import Target, able
from redline.core.retrieval.paths import is_test
from redline.core.text.text import Span

MOST = 4
"""Of more functions, those that the tests name most."""
_CALLED = frozenset({"function", "method", "constructor"})
_MAKERS = frozenset({"__init__", "constructor", "__post_init__"})
_WORD = re.compile(rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The functions; `sure` where the tests were asked for these and no others."""

    functions: tuple[Target, ...]
    sure: bool


async def targets(context: ToolContext, suite: Suite, tests: Sequence[str]) -> Wanted:
    """The functions that the new tests in the files `tests` are for."""
    words = _words(context, tests)
    asked = _asked(context, suite)
    if asked:
        named = [each for each in asked if words[each.name] or each.name in _MAKERS]
        goal = context.run.goal
        if named or goal is None or not goal.instruction:
            return Wanted(_made(named or asked), sure=True)
    found: list[Symbol] = []
    for uri in await _code(context, suite, tests):
        facts = facts_now(context, uri)
        own = [e for e in facts_of.symbols(uri, facts) if e.kind in _CALLED] if facts else []
        found += [each for each in own if _named(each, words)]
    found.sort(key=lambda each: (-words[each.name], each.uri, each.span))
    return Wanted(_made(found), sure=False)


def _words(context: ToolContext, tests: Sequence[str]) -> Counter[str]:
    """How often each word stands in what the draft adds to the tests."""
    changes = (each.edit.new for each in context.files.draft.changes if each.uri in tests)
    return Counter(
        word.decode("utf-8", "replace") for new in changes for word in _WORD.findall(new)
    )


def _named(symbol: Symbol, words: Counter[str]) -> bool:
    if symbol.name in _MAKERS:
        return bool(words[symbol.container.rpartition(".")[2]])
    return bool(words[symbol.name])


def _asked(context: ToolContext, suite: Suite) -> list[Symbol]:
    """The functions at the place that the tests were asked for: around it, or in it."""
    goal = context.run.goal
    if goal is None or goal.span is None or not _is_code(context, suite, goal.uri):
        return []
    facts = facts_now(context, goal.uri)
    every = list(facts_of.symbols(goal.uri, facts)) if facts is not None else []
    called = [each for each in every if each.kind in _CALLED]
    around = [each for each in called if each.span.contains(Span(goal.span.start, goal.span.start))]
    if around and around[-1].span.contains(goal.span):
        return around[-1:]
    inside = [each for each in called if goal.span.touches(each.span)]
    holder = [each for each in every if each.span.contains(goal.span)]
    owned = [each for each in called if holder and holder[-1].span.contains(each.span)]
    return inside or owned


async def _code(context: ToolContext, suite: Suite, tests: Iterable[str]) -> Collection[str]:
    """The files of code that tests are for: the one at hand, and those they import."""
    imports = (await imports_now(context)).targets
    goal = context.run.goal
    found = [goal.uri] if goal is not None and goal.uri else []
    for test in tests:
        for uri in imports.get(test, ()):
            # What a package gives is often another file's.
            more = imports.get(uri, ()) if uri.rpartition("/")[2].startswith(_GIVES) else ()
            found += [uri, *more]
    return [uri for uri in dict.fromkeys(found) if _is_code(context, suite, uri)]


_GIVES = ("__init__.", "index.", "mod.", "lib.")


def _is_code(context: ToolContext, suite: Suite, uri: str) -> bool:
    operation = context.files.operation(uri)
    gone = operation is not None and operation.kind == "delete"
    inside = uri.startswith(f"{suite.folder.uri}/") and context.files.inside(uri)
    test = uri in suite.named or is_test(context.files.path(uri))
    return inside and not gone and not test and able(context.language(uri))


def _made(symbols: Sequence[Symbol]) -> tuple[Target, ...]:
    return tuple(Target(each.uri, each.name, each.span) for each in symbols[:MOST])
