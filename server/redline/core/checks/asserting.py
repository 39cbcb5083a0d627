"""Tests that assert nothing: they pass whatever the code under test does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from redline.core.checks.guard import ASSERTION
from redline.core.index import facts as facts_of
from redline.core.index.model import Facts, Symbol
from redline.core.text.text import Text

_BY_A_HELPER = re.compile(r"\w*(?:assert|check|verify|expect|ensure|should|fail)\w*\s*[.(]", re.I)
_TEST = re.compile(r"^(?:test|Test|it_|should_)|_test$")
_IN_CALLS = re.compile(r"\b(?:it|test)\s*\(")


def new_tests(uri: str, after: Facts, before: Facts | None) -> tuple[Symbol, ...]:
    """The functions in a file of tests that are called like tests and are new in it."""
    known = {_named(each) for each in facts_of.symbols(uri, before)} if before else set()
    return tuple(
        each
        for each in facts_of.symbols(uri, after)
        if each.kind in ("function", "method")
        and _TEST.search(each.name)
        and _named(each) not in known
    )


def without_assertion(text: Text, tests: Iterable[Symbol], added: bytes) -> Sequence[str]:
    """The names of those of the `tests` in `text` that assert nothing.

    Where tests are calls (`it("...", ...)`) there are no names: what is `added` counts then.
    """
    found = [each.name for each in tests if not _asserts(text.slice(each.span))]
    words = added.decode("utf-8", "replace")
    if not found and _IN_CALLS.search(words) and not _asserts(added):
        found = ["what is added"]
    return found


def _asserts(code: bytes) -> bool:
    words = code.decode("utf-8", "replace")
    return bool(ASSERTION.search(words) or _BY_A_HELPER.search(words))


def _named(symbol: Symbol) -> tuple[str, str]:
    return symbol.container, symbol.name
