"""What the builtin model has understood: one thing to do, a question, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "rename",
    "rename_file",
    "create_file",
    "delete_file",
    "extract",
    "variable",
    "constant",
    "inline",
    "move",
    "signature",
    "imports",
    "convert",
    "remove_dead",
    "replace",
    "docstrings",
    "fix",
    "examples",
    "explain",
    "search",
    "callers",
    "callees",
    "references",
    "tests",
    "importers",
    "dead",
]
Missing = Literal["name", "new_name", "lines", "path", "line", "changes", "language"]

READS: frozenset[Kind] = frozenset(
    ("explain", "search", "callers", "callees", "references", "tests", "importers", "dead")
)
"""What ends in an answer; the others end in a proposal."""

HOW_TO_CONFIGURE = (
    'set `model = "provider/name"` in your user configuration file, or pass `--model provider/name`'
)
CAN_DO = (
    "rename, move, inline and extract code, change signatures, convert to known idioms, replace "
    "code by its shape, organise imports, remove dead code, add docstrings, mend unused or missing "
    "imports and misspelled names, make tests of examples in docstrings, create, rename or delete "
    "files, explain code, and say who calls or tests it"
)
FILE_BY_FILE = "That is done a file at a time: say it without “everywhere”, or name the file."
OTHERWISE = f"For anything else, configure a language model: {HOW_TO_CONFIGURE}."


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing to do. '', 0, () and None stand for "not said".

    `name` '' with a `line` means the symbol at that line; several names stand with commas.
    `new_name` is what it is called or where it goes afterwards, a path for files and moves.
    `lines` are 1-based and inclusive. `code` is source: an expression, a pattern, or the text
    of a search; `to` is what becomes of it: a conversion, or the rewrite of a pattern.
    `changes` are those of a signature, as the tool takes them. `risky` takes also what may
    change what a program does. `around` means the definition that the line is in; `again` says
    that a pronoun stands for the symbol: in a request of several parts, that of the part before.
    """

    kind: Kind
    name: str = ""
    new_name: str = ""
    path: str = ""
    line: int = 0
    lines: tuple[int, int] | None = None
    code: str = ""
    to: str = ""
    language: str = ""
    changes: tuple[str, ...] = ()
    every: bool = False
    risky: bool = False
    around: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What must be asked before `about` can be done: its field `missing`."""

    text: str
    about: Intent
    missing: Missing
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is done, and what the user can do instead."""

    reason: str


Read = Intent | Question | Refusal


def not_yet(what: str) -> Refusal:
    """The refusal of something that is known and not done."""
    return Refusal(
        f"{what} is not something the builtin model does yet. It can {CAN_DO}. {OTHERWISE}"
    )


def shown(intent: Intent) -> str:
    """What the intent is about, for people."""
    if intent.name:
        return ", ".join(f"`{name}`" for name in intent.name.split(", "))
    return f"the symbol at line {intent.line}" if intent.line else "it"
