"""Parsing in a thread of its own, which lets the others go on meanwhile."""

from __future__ import annotations

from tree_sitter import Parser, Tree

from redline.core.index.languages import Language

_PIECE = 1 << 16


def parsed(language: Language, data: bytes) -> Tree:
    """The tree of `data`. A parse of bytes would hold the interpreter's lock to its end; one
    that asks how to go on gives it to other threads when it is asked for."""
    return Parser(language.grammar).parse(
        lambda at, _: data[at : at + _PIECE], progress_callback=lambda _at, _failed: False
    )
