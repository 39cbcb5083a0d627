"""What a text says, as words: names split and stemmed, and what a query asks for.

A name is split where its writing says so (`maxHTTP_size2` is max, http, size, 2); a compound
name also stands as a whole, so that a query that spells it out finds it (Hill, Rao and
Kak 2010, "Improving source code lexical search using identifier splitting", report the
gain of keeping both). Words lose their endings by a short list in the manner of Porter (1980).
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from redline.core.index.model import Facts

WORDS = "1"
"""Which words a text counts for changes with this: what is kept of them is then made anew."""
MAX_QUERY = 10_000
MAX_NAME = 100

_NAMES = re.compile(rb"[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*")
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_a-zA-Z]+")
_ENDINGS = (
    *("ization", "isation", "ational", "ation", "izer", "iser", "izing", "ising", "ized"),
    *("ised", "ize", "ise", "ing", "ion", "ment", "ness", "able", "ible", "ally", "ly"),
    *("ed", "er", "or", "al", "e"),
)
# Words that say how a change is told, not what it is about.
_STOP = """the a an and or of to in on for with is are was were be been it its this that these
those as by from at not no if when which who will would should could can may do does did has
have had but than then also more most such via per into over under about after before between
because so there their they we you he she his her our your me my get just like what how some any
other way i s t e g fix fixed add added remove removed refs make made use used using update
updated change changed avoid allow allowed support new now only"""


@dataclass(frozen=True, slots=True)
class Terms:
    """The names in one text with how often each stands there, and the names it defines.

    Free of the file's path, so it can be kept by the digest of the content. `names` are those
    of the code, `spoken` the words of comments and strings, each once; beside them arrays of
    C unsigned 32-bit ints ('I').
    """

    names: tuple[str, ...]
    counts: array[int]
    spoken: tuple[str, ...]
    spoken_counts: array[int]
    defined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: telling words, names spelled out, and paths spelled out in parts."""

    words: tuple[str, ...]
    exact: tuple[str, ...]
    mentions: tuple[tuple[str, ...], ...]
    about_tests: bool


def terms_of(facts: Facts) -> Terms:
    """The terms of an indexed file."""
    defined = tuple(name for name in dict.fromkeys(facts.symbol_names) if len(name) <= MAX_NAME)
    return Terms(facts.names, facts.counts, facts.words, facts.word_counts, defined)


def read_query(text: str) -> Query:
    """What `text`, of which at most `MAX_QUERY` characters are read, asks for."""
    text = text[:MAX_QUERY]
    every = text_words(text)
    telling = tuple(word for word in every if word not in STOP and len(word) > 1)
    dotted = re.findall(r"[\w-]+(?:[./\\][\w-]+)+", text)
    mentions = (tuple(re.split(r"[./\\]+", each.lower())) for each in dotted)
    about_tests = any(word in ("test", "tests", "testing") for word in every)
    return Query(telling or every, _spelled_out(text), tuple(dict.fromkeys(mentions)), about_tests)


def text_words(text: str) -> tuple[str, ...]:
    """The words of a text in order of first use, each once."""
    found = _NAMES.findall(text.encode("utf-8", "replace"))
    decoded = (name.decode("utf-8", "replace") for name in found if len(name) <= MAX_NAME)
    return tuple(dict.fromkeys(word for name in decoded for word in words(name)))


def split_name(name: str) -> tuple[str, ...]:
    """The parts of a name in small letters: `maxHTTP_size2` is max, http, size, 2."""
    return tuple(part.lower() for part in _PARTS.findall(name))


def words(name: str) -> tuple[str, ...]:
    """The words a name counts for: its parts, and the whole when there are several."""
    inner = parts(name)
    return (*inner, name.lower().strip("_")) if len(inner) > 1 else inner


def parts(name: str) -> tuple[str, ...]:
    """The parts of a name in small letters, stemmed."""
    return tuple(map(_stemmed, _PARTS.findall(name)))


@lru_cache(maxsize=100_000)
def _stemmed(part: str) -> str:
    return intern(stem(part.lower()))


def stem(word: str) -> str:
    """A word without its ending, where at least four letters stay."""
    word = _singular(word)
    if len(word) < 5 or not word.isascii() or not word.isalpha():
        return word
    if word.endswith(_ENDINGS):
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                word = word[: -len(ending)]
                break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _spelled_out(text: str) -> tuple[str, ...]:
    """The names a text means as names: compound, called, quoted or dotted."""
    found = re.findall(r"\w+", text)
    names = [name for name in found if len(name) > 3 and _compound(name)]
    names += [name for name in re.findall(r"(\w+)\(\)", text) if len(name) > 2]
    names += re.findall(r"`(\w+)`", text)
    for dotted in re.findall(r"\w+(?:\.\w+)+", text):
        names += [name for name in dotted.split(".") if len(name) > 2]
    return tuple(dict.fromkeys(names))


def _compound(name: str) -> bool:
    return (
        "_" in name.strip("_")
        or name.startswith("__")
        or bool(re.search(r"[a-z][A-Z]|[A-Z][A-Z]+[a-z]", name))
    )


STOP = frozenset(map(stem, _STOP.split()))
