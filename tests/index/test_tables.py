"""Tables of names: made at once or kept up with changes, they say the same."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from redline.core.index import query
from redline.core.index.merge import index_of, merged, naming_of
from redline.core.index.model import Facts, Index, Totals
from redline.core.index.names import MOST, Letters, Names, ranked
from redline.core.index.tables import Tables, by_letters, tables_of

URIS = [f"file:///w/{name}.py" for name in "abcdef"]
NAMES = ["a", "A", "ab", "aB", "a_b", "_ab", "get", "getB", "b_get", "B", "gb", "x1b"]


def facts_with(defined: list[str], used: list[str]) -> Facts:
    """Facts of a text that defines and uses these names, a line each."""
    starts = array("I", range(0, 10 * len(defined), 10))
    return Facts(
        digest=f"{defined} {used}",
        language="python",
        letters="",
        size=10 * len(defined),
        errors=0,
        symbol_names=tuple(defined),
        symbol_kinds=("function",) * len(defined),
        symbol_signatures=tuple(defined),
        symbol_starts=starts,
        symbol_ends=array("I", [start + 9 for start in starts]),
        symbol_name_starts=starts,
        symbol_containers=array("i", [-1] * len(defined)),
        names=tuple(dict.fromkeys(used)),
        counts=array("I", [used.count(name) for name in dict.fromkeys(used)]),
        words=(),
        word_counts=array("I"),
        skip_starts=array("I"),
        skip_ends=array("I"),
        import_names=(),
        import_starts=array("I"),
    )


names = st.lists(st.sampled_from(NAMES), max_size=5)
some_facts = st.builds(facts_with, names, names)
files = st.dictionaries(st.sampled_from(URIS), some_facts)
changes = st.lists(st.tuples(files, st.sets(st.sampled_from(URIS))), max_size=5)
QUERIES = ["", "a", "A", "b", "ab", "gb", "getb", "GET", "_", "zz", "1"]


def tables(base: Mapping[str, Facts]) -> Tables:
    return tables_of(naming_of(uri, facts) for uri, facts in sorted(base.items()))


def fresh(base: Mapping[str, Facts], most: int = len(URIS)) -> Index:
    """The index of `base`, with a table for each `most` files."""
    uris = sorted(base)
    groups = [uris[at : at + most] for at in range(0, len(uris), most)]
    return index_of(base, [tables({uri: base[uri] for uri in group}) for group in groups])


def said(index: Index) -> list[object]:
    """All that an index answers."""
    for table in (index.postings, index.names.uris):
        assert len(set(table)) == len(table)
    asked = [query.workspace_symbols(index, each, 100) for each in QUERIES]
    few = [query.workspace_symbols(index, each, 2) for each in QUERIES]
    like = [sorted(index.names.like(each, 1)) for each in QUERIES]
    tables = dict(index.base), dict(index.postings), dict(index.names.uris)
    counts = len(index.base), len(index.postings), len(index.names.uris)
    return [index.totals, tables, counts, like, asked, few]


def plain(base: Mapping[str, Facts], *, used: bool) -> dict[str, tuple[str, ...]]:
    """The table as one would write it down."""
    found: dict[str, set[str]] = {}
    for uri, facts in base.items():
        for name in (*facts.symbol_names, *(facts.names if used else ())):
            found.setdefault(name, set()).add(uri)
    return {name: tuple(sorted(uris)) for name, uris in found.items()}


@given(files)
def test_tables_say_which_files_have_a_name(base: dict[str, Facts]) -> None:
    index = fresh(base)
    assert dict(index.postings) == plain(base, used=True)
    assert dict(index.names.uris) == plain(base, used=False)
    assert index.totals == Totals(
        sum(len(facts.symbol_names) for facts in base.values()),
        sum(sum(facts.counts) for facts in base.values()),
    )
    assert tables(base).sound


@given(files, st.integers(1, 3))
@settings(deadline=None)
def test_an_index_of_several_tables_says_the_same(base: dict[str, Facts], most: int) -> None:
    assert said(fresh(base, most)) == said(fresh(base))


@given(files, changes)
@settings(max_examples=200, deadline=None)
def test_an_index_that_was_followed_equals_one_made_anew(
    base: dict[str, Facts], steps: list[tuple[dict[str, Facts], set[str]]]
) -> None:
    known, index = dict(base), fresh(base)
    small = merged(Index(), base, ())
    for facts, gone in steps:
        away = gone - facts.keys()
        known = {uri: each for uri, each in (known | facts).items() if uri not in away}
        index, small = merged(index, facts, away), merged(small, facts, away)
        assert said(index) == said(fresh(known))
        assert said(small) == said(fresh(known))


@given(files, files)
@settings(deadline=None)
def test_open_documents_come_first(base: dict[str, Facts], opened: dict[str, Facts]) -> None:
    over = replace(fresh(base), overlay=opened)
    both = fresh(base | opened)
    for each in QUERIES:
        assert query.workspace_symbols(over, each, 100) == query.workspace_symbols(both, each, 100)
    for name in NAMES:
        assert query.symbols_named(over, name) == query.symbols_named(both, name)
        assert query.uris_naming(over, name) == query.uris_naming(both, name)


@given(files, st.sampled_from(["starts", "rows", "names", "uris", "defined"]))
def test_tables_that_do_not_fit_together_are_not_sound(base: dict[str, Facts], how: str) -> None:
    base[URIS[0]] = facts_with(["a", "b"], ["c"])
    known = tables(base)
    assert not DAMAGE[how](known).sound


DAMAGE = {
    "starts": lambda t: replace(
        t, naming=replace(t.naming, starts=array("I", reversed(t.naming.starts)))
    ),
    "rows": lambda t: replace(
        t, defining=replace(t.defining, rows=array("I", [len(t.uris)] * len(t.defining.rows)))
    ),
    "names": lambda t: replace(t, names=(*t.names[1:], t.names[1])),
    "uris": lambda t: replace(t, uris=(*t.uris, t.uris[0])),
    "defined": lambda t: replace(t, defined=t.defined + 1),
}


words = st.text(alphabet="aAbBcC_1-é", min_size=1, max_size=8)


def in_order(letters: str) -> re.Pattern[str]:
    return re.compile("".join(f".*{re.escape(each)}" for each in letters.lower()))


@given(st.sets(words, max_size=30), st.text(alphabet="aAbBcC_1é", max_size=4))
@settings(max_examples=300)
def test_every_name_with_the_letters_in_order_is_found(every: set[str], wanted: str) -> None:
    found = Names({}, (Letters(by_letters(every)),)).like(wanted, 1_000)
    fits = in_order(wanted)
    assert sorted(found) == sorted(name for name in every if fits.match(name.lower()))


def closeness(wanted: str, name: str) -> int:
    """The rank as one would write it down, a pattern a question."""
    low, small = name.lower(), wanted.lower()
    head, tail = re.escape(wanted[:1].upper()), re.escape(wanted[1:])
    word = rf"(?<=_)(?i:{re.escape(wanted)})|(?<=[a-z0-9]){head}(?i:{tail})"
    starts = "".join(re.findall(r"[A-Z]|(?<![A-Za-z])[a-z]", name)).lower()
    if name == wanted:
        score = 1000
    elif low == small:
        score = 900
    elif low.startswith(small):
        score = 700 + 50 * name.startswith(wanted)
    elif re.search(word, name):
        score = 600
    elif small in low:
        score = 500
    else:
        score = 400 if starts.startswith(small) else 200
    return score - min(len(name) - len(wanted), 100)


@given(st.sets(words, max_size=30), st.text(alphabet="aAbBcC_1", min_size=1, max_size=4))
@settings(max_examples=300)
def test_the_best_fit_comes_first(every: set[str], wanted: str) -> None:
    fits = in_order(wanted)
    names = [name for name in every if fits.match(name.lower())]
    assert ranked(wanted, names) == sorted(names, key=lambda n: (-closeness(wanted, n), n))


def test_of_very_many_names_the_shortest_are_found() -> None:
    every = [f"get{number}" for number in range(3 * MOST)]
    index = Names({}, (Letters(by_letters(every)),))
    found = index.like("GET", 10)
    assert len(found) == MOST
    assert {"get7", "get999"} < set(found)
    assert max(map(len, found)) == len("get9999")
