"""From a text and the name of its language to packed facts."""

from __future__ import annotations

from redline.adapters.grammars import GrammarError
from redline.adapters.index.codec import packed
from redline.core.index.extract import extract, parse
from redline.core.index.languages import Languages
from redline.core.problems import Unreadable
from redline.core.text.text import Text


def packed_facts(languages: Languages, name: str, text: Text) -> bytes | Unreadable:
    """The facts of `text`, or why its language cannot be had in this process."""
    try:
        language = languages.named(name)
    except GrammarError as error:
        return Unreadable(str(error))
    if language is None:
        return Unreadable("no language")
    return packed(extract(language, parse(language, text), text))
