"""Conversions of Python that are known to keep what a program does, as rules of ruff."""

from __future__ import annotations

import io
import tokenize
from collections import Counter
from dataclasses import dataclass

from redline.core.text.text import BOM, Text


@dataclass(frozen=True, slots=True)
class Conversion:
    """One kind of conversion. `phrases` are how people ask for it, in small letters.

    `safe` are rules of which only the fixes are taken that ruff calls safe. `checked` are
    rules whose fixes ruff calls unsafe because comments may be lost: they are taken where
    none is. `risky` are taken only when they are asked for, since they may change what the
    program does; `risk` says how.
    """

    name: str
    phrases: tuple[str, ...]
    safe: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    risky: tuple[str, ...] = ()
    risk: str = ""


CONVERSIONS = (
    Conversion(
        "f-strings",
        ("f-strings", "fstrings", "f strings", "format strings", "use f-strings"),
        ("UP032",),
        (),
        ("UP030", "UP031", "FLY002"),
        "% and str() do not treat every object as f-strings do",
    ),
    Conversion(
        "pathlib",
        ("pathlib", "use pathlib", "path objects"),
        (),
        (),
        ("PTH",),
        "a Path is no string, and paths may be bytes or numbers",
    ),
    Conversion(
        "comprehensions",
        ("comprehensions", "comprehension", "list comprehensions", "use comprehensions"),
        (),
        ("C400", "C401", "C402", "C403", "C404", "C405", "C406", "C409", "C410", "C411", "C418"),
        ("C408", "C413", "C414", "C416", "C417", "C419", "PERF401", "PERF403"),
        "what is iterated may have its own idea of it, and an error comes at another time",
    ),
    Conversion(
        "early return",
        ("early return", "early returns", "guard clauses", "no else after return"),
        ("RET505", "RET506", "RET507", "RET508"),
    ),
    Conversion(
        "simplify",
        ("simplify", "simplify conditions", "simplify ifs"),
        (),
        ("SIM102", "SIM103", "SIM110", "SIM117"),
        ("SIM",),
        "objects may compare in their own way",
    ),
    Conversion(
        "unused imports",
        ("unused imports", "remove unused imports", "drop unused imports"),
        ("F401",),
    ),
    Conversion(
        "modernise",
        ("modernise", "modernize", "modern", "upgrade syntax", "modern python", "pyupgrade"),
        ("UP",),
        (),
        ("UP",),
        "old spellings may be kept for a reason",
    ),
)


def conversion(words: str) -> Conversion | None:
    """The conversion that `words` name, by its name or a phrase; None for no such."""
    wanted = " ".join(words.lower().replace("convert to", "").split())
    spaced = wanted.replace("-", " ")
    return next(
        (c for c in CONVERSIONS if {wanted, spaced} & {c.name, *c.phrases}),
        None,
    )


def keeps_comments(before: Text, after: Text) -> bool:
    """True when every comment of `before` is in `after`; False where that cannot be told."""
    old, new = _comments(before), _comments(after)
    return old is not None and new is not None and not old - new


def _comments(text: Text) -> Counter[str] | None:
    data = io.BytesIO(text.data.removeprefix(BOM))
    try:
        tokens = list(tokenize.tokenize(data.readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None
    return Counter(each.string for each in tokens if each.type == tokenize.COMMENT)
