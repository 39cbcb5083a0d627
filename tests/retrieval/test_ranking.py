"""The ranking is a function of files, history and query; each signal finds what it is for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from array import array
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redline.core.graph.model import Imports, imports_of
from redline.core.retrieval import rank as ranking
from redline.core.retrieval.corpus import Corpus
from redline.core.retrieval.history import Commit, History, Memory, message_words, remember
from redline.core.retrieval.paths import is_test, path_words
from redline.core.retrieval.rank import Hit
from redline.core.retrieval.terms import Terms, read_query, stem, words

DAY = 86_400
NAMES_KNOWN = (
    *("parse", "Parser", "read_line", "maxSize", "größe", "HTTPServer", "x", "parses"),
    *("queries", "query", "stopping", "#", "def", "ΟΔΟΣ_size", "families"),
)
NAMES = st.sampled_from(NAMES_KNOWN)
SETTLED = st.integers(0, 6)
TEXTS = st.lists(NAMES, max_size=12).map(" ".join)
PATHS = st.sampled_from(
    ["a/parser.py", "a/b/line.go", "tests/test_line.py", "size.c", "a/b/__init__.py"]
)
FILES = st.dictionaries(PATHS, TEXTS, max_size=5)


def terms(text: str) -> Terms:
    """What an index would know of `text`: names, what follows `#` spoken, what `def` defines."""
    code, _, spoken = text.partition("#")
    (names, counts), (told, times) = map(counted, (code, spoken))
    return Terms(names, counts, told, times, tuple(dict.fromkeys(re.findall(r"def (\w+)", code))))


def counted(text: str) -> tuple[tuple[str, ...], array[int]]:
    found = Counter(re.findall(r"[^\W\d]\w*", text))
    return tuple(found), array("I", found.values())


def corpus_of(files: dict[str, str], settled: int = 0) -> Corpus:
    """A corpus of which so many files are settled."""
    corpus = Corpus()
    for path, text in files.items():
        corpus.add(path, terms(text))
    corpus.words.settle(settled)
    return corpus


def rank(
    corpus: Corpus,
    memory: Memory,
    query: str,
    limit: int,
    keep: Callable[[str], bool] | None = None,
) -> tuple[Hit, ...]:
    """The ranking where nothing imports anything."""
    return ranking.rank(corpus, memory, Imports(), query, limit, keep)


def memory_of(files: dict[str, str], *commits: tuple[str, tuple[str, ...]]) -> Memory:
    """What is remembered of commits (message, paths), the newest first, a day apart."""
    made = [
        Commit(1_700_000_000 - at * DAY, message_words(message), paths)
        for at, (message, paths) in enumerate(commits)
    ]
    return remember(History("head", tuple(made)), files)


def content(corpus: Corpus) -> dict[str, object]:
    """All a corpus knows, free of which slot a file has."""
    table: dict[str, object] = {}
    for slot in corpus.slots():
        told = corpus.terms[slot]
        assert told is not None
        for name in (*told.names, *told.spoken):
            for word in words(name):
                found = {corpus.paths[p >> 8]: p & 255 for p in corpus.words.postings(word)}
                table[f"word {word}"] = found
                table[f"named {word}"] = sorted(corpus.named(word))
        for word in path_words(corpus.paths[slot]):
            table[f"path {word}"] = sorted(corpus.paths[at] for at in corpus.in_path(word))
    return table


def paths(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.path for hit in hits]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("maxHTTP_size2", ("max", "http", "size", "2", "maxhttp_size2")),
        ("parse", ("pars",)),
        ("__init__", ("init",)),
        ("größe", ("gr", "öß", "e", "größe")),
        ("_", ()),
    ],
)
def test_a_name_is_its_words_and_the_whole(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


def test_forms_of_a_word_are_one_word() -> None:
    assert stem("serializers") == stem("serialized") == stem("serialization")
    assert stem("class") == "class"
    assert stem("status") == "status"


def test_words_of_how_a_change_is_told_are_not_asked_for() -> None:
    assert read_query("Fixed the crash of the parser").words == ("crash", "pars")


def test_a_query_of_such_words_only_is_asked_as_it_is() -> None:
    assert read_query("use it").words == ("use", "it")


@given(FILES, PATHS, TEXTS, SETTLED, SETTLED)
def test_taking_a_file_in_and_out_leaves_the_same_index(
    files: dict[str, str], path: str, text: str, first: int, then: int
) -> None:
    files.pop(path, None)
    corpus = corpus_of(files, first)
    before = content(corpus)
    corpus.add(path, terms(text))
    corpus.words.settle(then)
    corpus.remove(path)
    assert content(corpus) == before
    assert path not in corpus


@given(FILES, PATHS, TEXTS, TEXTS, SETTLED, SETTLED)
def test_a_changed_file_is_as_if_read_for_the_first_time(
    files: dict[str, str], path: str, text: str, query: str, first: int, then: int
) -> None:
    corpus = corpus_of(files, first)
    corpus.add(path, terms(text))
    corpus.words.settle(then)
    fresh = corpus_of({**files, path: text})
    assert content(corpus) == content(fresh)
    memory = memory_of(files)
    assert rank(corpus, memory, query, 9) == rank(fresh, memory, query, 9)


@given(FILES, TEXTS, SETTLED)
def test_settling_changes_no_answer(files: dict[str, str], query: str, settled: int) -> None:
    fresh, corpus = corpus_of(files), corpus_of(files, settled)
    memory = memory_of(files)
    assert rank(corpus, memory, query, 9) == rank(fresh, memory, query, 9)
    corpus.words.settle(9)
    assert content(corpus) == content(fresh)
    assert rank(corpus, memory, query, 9) == rank(fresh, memory, query, 9)


def test_a_long_question_is_answered_alike() -> None:
    files = {f"a/{at}.py": f"def door_{at}(): lock_{at % 7}()" for at in range(20)}
    query = " ".join(f"door_{at} lock_{at} word_{at}" for at in range(200))
    fresh, corpus = corpus_of(files), corpus_of(files, 20)
    memory = memory_of(files)
    assert rank(fresh, memory, query, 9) == rank(corpus, memory, query, 9) != ()


@given(FILES)
def test_nothing_is_kept_of_files_that_are_gone(files: dict[str, str]) -> None:
    corpus = corpus_of(files, 9)
    known = [word for name in NAMES_KNOWN for word in words(name)]
    for path in files:
        corpus.remove(path)
    assert [list(corpus.words.postings(word)) for word in known] == [[]] * len(known)
    assert [list(corpus.words.names(word)) for word in known] == [[]] * len(known)


@given(FILES, TEXTS, st.randoms(use_true_random=False))
def test_the_order_files_came_in_does_not_matter(files: dict[str, str], query: str, chance) -> None:
    shuffled = list(files.items())
    chance.shuffle(shuffled)
    memory = memory_of(files, ("read_line parses", tuple(files)))
    one, other = corpus_of(files), corpus_of(dict(shuffled))
    assert rank(one, memory, query, 9) == rank(other, memory, query, 9)


@given(FILES, TEXTS)
def test_signals_add_up_to_the_score(files: dict[str, str], query: str) -> None:
    memory = memory_of(files, ("maxSize of a line", tuple(files)))
    for hit in rank(corpus_of(files), memory, query, 9):
        assert sum(value for _, value in hit.signals) == pytest.approx(hit.score, abs=0.002)
        assert hit.score > 0


def test_the_answer_does_not_depend_on_the_process() -> None:
    script = """
from array import array
from collections import Counter
from redline.core.graph.model import imports_of
from redline.core.retrieval.corpus import Corpus
from redline.core.retrieval.history import Commit, History, remember
from redline.core.retrieval.rank import rank
from redline.core.retrieval.terms import Terms
corpus = Corpus()
for at in range(30):
    names = Counter([f"door_{at % 7}", f"lock_{at % 5}", f"door_{at % 3}", *["wind"] * at])
    terms = Terms(tuple(names), array("I", names.values()), (), array("I"), (f"door_{at % 7}",))
    corpus.add(f"pkg{at % 4}/file_{at}.py", terms)
commits = [Commit(at, ("wind", f"door{at}"), (f"pkg{at % 4}/file_{at}.py",)) for at in range(30)]
memory = remember(History("x", tuple(commits)), corpus)
imports = imports_of({f"pkg1/file_{at}.py": ("pkg0/file_0.py",) for at in (1, 5, 9)})
print(rank(corpus, memory, imports, "the wind opens door_3 and lock_2", 30))
"""
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1
    assert b"file_" in printed.pop()


def test_words_in_the_text_find_a_file() -> None:
    files = {"a.py": "def open_door(): lock()", "b.py": "def paint(): pass", "c.py": "x = 1"}
    assert paths(rank(corpus_of(files), memory_of(files), "door locks", 3)) == ["a.py"]


def test_a_name_spelled_out_wins_over_its_words() -> None:
    files = {"a.py": "open = door = open = door = 1", "b.py": "def open_door():\n    pass"}
    assert paths(rank(corpus_of(files), memory_of(files), "crash in open_door()", 1)) == ["b.py"]


def test_a_path_spelled_out_wins() -> None:
    files = {f"{at}/utils/text.py": "shorten wrap" for at in "abc"}
    for query in ("typo in b/utils/text.py", "typo in b.utils.text", r"typo in b\utils\text.py"):
        assert paths(rank(corpus_of(files), memory_of(files), query, 1)) == ["b/utils/text.py"]


def test_a_package_is_found_by_the_name_of_its_folder() -> None:
    files = {"app/models/__init__.py": "x", "app/views/__init__.py": "x", "web/models.py": "x"}
    hits = rank(corpus_of(files), memory_of(files), "app.models.Thing", 1)
    assert paths(hits) == ["app/models/__init__.py"]


def test_messages_of_the_past_find_a_file_without_the_word() -> None:
    files = {"a.py": "alpha", "b.py": "beta"}
    memory = memory_of(files, ("Fixed the timezone", ("b.py",)), ("Painted", ("a.py",)))
    (hit,) = rank(corpus_of(files), memory, "timezone", 1)
    assert hit.path == "b.py"
    assert {"messages", "similar commits"} <= {name for name, _ in hit.signals}


def test_a_file_keeps_the_memory_of_its_former_name() -> None:
    files = {"new/clock.py": "alpha", "b.py": "beta"}
    memory = memory_of(
        files,
        ("Moved it", ("old/clock.py", "new/clock.py")),
        ("Moved it before", ("older/clock.py", "old/clock.py")),
        ("Fixed the timezone", ("older/clock.py",)),
    )
    assert paths(rank(corpus_of(files), memory, "timezone", 2))[0] == "new/clock.py"


def test_a_dead_file_with_two_namesakes_is_nobody() -> None:
    files = {"a/x.py": "", "b/x.py": ""}
    memory = memory_of(
        files, ("Split", ("x.py", "a/x.py", "b/x.py")), ("Fixed the timezone", ("x.py",))
    )
    assert rank(corpus_of(files), memory, "timezone", 2) == ()


def test_what_changed_together_is_found_together() -> None:
    files = {"a/x.py": "timezone", "b/y.py": "beta", "c/z.py": "gamma"}
    memory = memory_of(files, *[(f"Step {at}", ("a/x.py", "b/y.py")) for at in range(5)])
    hits = rank(corpus_of(files), memory, "timezone", 3)
    assert paths(hits)[:2] == ["a/x.py", "b/y.py"]
    assert "changed together" in dict(hits[1].signals)


def test_what_defines_the_names_a_hit_uses_is_found() -> None:
    files = {"a/x.py": "timezone frobnicate()", "b/y.py": "def frobnicate(): pass", "c/z.py": "g"}
    hits = rank(corpus_of(files), memory_of(files), "timezone", 3)
    assert paths(hits) == ["a/x.py", "b/y.py"]
    assert "used by" in dict(hits[1].signals)


def test_what_imports_a_hit_is_found() -> None:
    files = {"a/x.py": "timezone", "b/y.py": "beta", "c/z.py": "gamma"}
    imports = imports_of({"b/y.py": ("a/x.py", "gone.py"), "gone.py": ("a/x.py",)})
    hits = ranking.rank(corpus_of(files), memory_of(files), imports, "timezone", 3)
    assert paths(hits) == ["a/x.py", "b/y.py"]
    assert "imports" in dict(hits[1].signals)


def test_a_test_comes_after_what_it_tests_unless_tests_are_asked_for() -> None:
    files = {"clock.py": "clock wind", "tests/test_clock.py": "clock clock wind clock_wind"}
    corpus, memory = corpus_of(files), memory_of(files)
    assert paths(rank(corpus, memory, "wind", 1)) == ["clock.py"]
    assert paths(rank(corpus, memory, "tests of clock wind", 1)) == ["tests/test_clock.py"]


def test_only_what_is_kept_is_found() -> None:
    files = {"a.py": "door", "b.py": "door"}
    hits = rank(corpus_of(files), memory_of(files), "door", 5, lambda path: path != "a.py")
    assert paths(hits) == ["b.py"]


def test_nothing_asked_or_nothing_there_finds_nothing() -> None:
    files = {"a.py": "door"}
    assert rank(corpus_of(files), memory_of(files), "", 5) == ()
    assert rank(corpus_of(files), memory_of(files), "?!", 5) == ()
    assert rank(Corpus(), memory_of({}), "door", 5) == ()
    assert rank(corpus_of(files), memory_of(files), "door", 0) == ()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/a.py", True),
        ("src/jvmTest/kotlin/Call.kt", True),
        ("a/CallTest.kt", True),
        ("a/call_test.go", True),
        ("a/call.spec.ts", True),
        ("pkg/__tests__/a.ts", True),
        ("a/tests.py", True),
        ("management/commands/test.py", False),
        ("a/latest.py", False),
        ("a/contest_rules.py", False),
    ],
)
def test_a_test_is_known_by_its_path(path: str, expected: bool) -> None:
    assert is_test(path) == expected
