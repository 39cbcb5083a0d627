"""What a path says: its words, what it may be called, whether it is that of a test."""

from __future__ import annotations

import re
from functools import lru_cache

from redline.core.retrieval.terms import parts, text_words

# A module of this name is known by the name of its folder.
FOLDER_NAMES = frozenset({"__init__", "index", "mod", "lib", "main"})
_TEST_WORDS = frozenset({"test", "testing", "spec", "conftest", "testdata"})


def path_words(path: str) -> tuple[str, ...]:
    """The words of a path without its extension."""
    folder, _, name = path.rpartition("/")
    own = text_words(name.split(".", 1)[0] or name)
    return tuple(dict.fromkeys((*_folder_words(folder), *own)))


def is_test(path: str) -> bool:
    """Whether a path is that of a test, by the words of its folders and of its name."""
    folder, _, name = path.rpartition("/")
    if _of_tests(folder):
        return True
    first = name.split(".", 1)[0]
    inner = [part for part in re.split(r"[._-]", name.rpartition(".")[0]) for part in parts(part)]
    compound = len(inner) > 1 and not _TEST_WORDS.isdisjoint((inner[0], inner[-1]))
    return compound or first in ("tests", "conftest")


def tails(path: str) -> set[str]:
    """What a path may be called by its end: its name, or that of its folder."""
    folder, _, name = path.lower().rpartition("/")
    first = name.split(".", 1)[0]
    if first in FOLDER_NAMES and folder:
        return {first, folder.rpartition("/")[2]}
    return {first}


@lru_cache(maxsize=10_000)
def _folder_words(folder: str) -> tuple[str, ...]:
    return text_words(folder)


@lru_cache(maxsize=10_000)
def _of_tests(folder: str) -> bool:
    return any(not _TEST_WORDS.isdisjoint(parts(each)) for each in folder.split("/"))
