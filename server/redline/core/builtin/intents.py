"""What a request in everyday English asks the builtin model to do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from redline.core.agent.model import Goal
from redline.core.builtin import phrases

Kind = Literal[
    "rename",
    "extract",
    "imports",
    "docstrings",
    "explain",
    "search",
    "create_file",
    "rename_file",
    "delete_file",
]
Missing = Literal["name", "new_name", "lines", "path"]

MAX_LENGTH = 400
"""Longer requests are prose, which the builtin model does not read."""

HOW_TO_CONFIGURE = (
    'set `model = "provider/name"` in your user configuration file, or pass `--model provider/name`'
)
CAN_DO = (
    "rename a symbol, extract lines into a function, organise imports, add docstrings, "
    "create, rename or delete a file, explain a symbol or a file"
)


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing to do. '' and None stand for "not said".

    `name` '' with a `line` means the symbol at that line. `query` is the text of a
    search. `lines` are 1-based and inclusive. A file that is renamed goes from `path` to
    `new_name`, which is a path too.
    """

    kind: Kind
    name: str = ""
    new_name: str = ""
    path: str = ""
    line: int = 0
    lines: tuple[int, int] | None = None
    query: str = ""


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


def read(goal: Goal) -> Read:
    """What `goal` asks for. An instruction comes before the action it was given under."""
    text = phrases.tidied(goal.instruction)
    if not text:
        return _without_words(goal)
    if len(text) > MAX_LENGTH:
        return Refusal(f"The builtin model reads short requests only. {_otherwise()}")
    for reader in (_files, _imports, _docstrings, _rename, _extract, _explain):
        found = reader(goal, text)
        if found is not None:
            return found
    return _search(goal, text) or _not_understood(text)


def complete(question: Question, answer: str) -> Read:
    """The intent of `question` with the user's `answer` filled in."""
    given = answer.strip().strip("`'\"").strip()
    if question.missing == "lines":
        found = re.fullmatch(phrases.RANGE, given, re.IGNORECASE)
        if found is None:
            return Refusal(f"{answer!r} names no lines; say for example 10-20.")
        return replace(question.about, lines=_range(found))
    if not given:
        return Refusal("There was no answer to go on with.")
    if question.missing == "new_name":
        return replace(question.about, new_name=given)
    if question.missing == "path":
        return replace(question.about, path=given)
    return replace(question.about, name=given)


def _without_words(goal: Goal) -> Read:
    match goal.action:
        case "explain":
            return _needs_path(Intent("explain", path=goal.path, line=_line(goal)))
        case "document":
            return _needs_path(Intent("docstrings", path=goal.path, line=_line(goal)))
        case "test":
            return Refusal(_not_yet("Writing tests"))
        case "fix":
            return Refusal(_not_yet("Fixing code"))
        case _:
            return Refusal(f"Say what to do. The builtin model can {CAN_DO}. {_otherwise()}")


def unwanted(words: str) -> bool:
    """Whether a comment on a change says no more than that it is not wanted."""
    text = phrases.tidied(words)
    return next(phrases.matches(phrases.NOT_THIS, text), None) is not None


def _files(goal: Goal, text: str) -> Read | None:
    """Whole files: renamed, deleted, or created without any text."""
    for found in phrases.matches(phrases.RENAME_FILE, text):
        return _renamed_file(goal, found)
    for found in phrases.matches(phrases.RENAME_PATH, text):
        if _both_files(found):
            return _renamed_file(goal, found)
    for found in phrases.matches(phrases.DELETE_FILE, text):
        return _needs_path(Intent("delete_file", path=_file(goal, found)))
    for found in phrases.matches(phrases.CREATE_FILE, text):
        return Intent("create_file", path=_file_named(found, "file_new"))
    return None


def _renamed_file(goal: Goal, found: re.Match[str]) -> Read:
    """A bare new name stays in the folder; what is moved goes where it is said to go."""
    path, target = _file(goal, found), _file_named(found, "file_new")
    folder, _, name = path.rpartition("/")
    moves = phrases.group(found, "verb").lower() == "move"
    if target.endswith("/"):
        target = f"{target}{name}"
    elif folder and "/" not in target and not moves:
        target = f"{folder}/{target}"
    return _needs_path(Intent("rename_file", path=path, new_name=target))


def _both_files(found: re.Match[str]) -> bool:
    """Whether two names without the word "file" are files: a folder is said, or one ending."""
    old, new = _file_named(found, "file_old"), _file_named(found, "file_new")
    return "/" in old + new or old.rpartition(".")[2] == new.rpartition(".")[2]


def _file(goal: Goal, found: re.Match[str]) -> str:
    return goal.path if phrases.group(found, "file_this") else _file_named(found, "file_old")


def _file_named(found: re.Match[str], name: str) -> str:
    said = phrases.group(found, f"{name}_quoted") or phrases.group(found, name)
    return said.strip().replace("\\", "/").removeprefix("./")


def _rename(goal: Goal, text: str) -> Read | None:
    for found in phrases.matches(phrases.RENAME_THIS, text):
        intent = _placed(goal, found, Intent("rename", new_name=_new(found)), cursor=True)
        if not intent.line:
            return Question("Which symbol should be renamed?", intent, "name")
        return intent
    for found in phrases.matches(phrases.RENAME, text):
        return _renamed(goal, found)
    for found in phrases.matches(phrases.RENAME_CODE, text):
        if _both_code(found):
            return _renamed(goal, found)
    for found in phrases.matches(phrases.RENAME_OPEN, text):
        name = phrases.group(found, "old")
        intent = _placed(goal, found, Intent("rename", name), cursor=not name)
        if not name and not intent.line:
            return Refusal("Say what to rename and to what, for example: rename `old` to `new`.")
        return Question(f"What should {_shown(intent)} be called?", intent, "new_name")
    return None


def _renamed(goal: Goal, found: re.Match[str]) -> Read:
    old, new = _plain(phrases.group(found, "old")), _plain(_new(found))
    head, _, last = new.rpartition(".")
    if head:
        if head != old.rpartition(".")[0]:
            return Refusal(
                f"A rename keeps a symbol where it is: `{new}` would be another place than `{old}`."
            )
        new = last
    return _placed(goal, found, Intent("rename", old, new), cursor=False)


def _both_code(found: re.Match[str]) -> bool:
    new = "quoted" if found["quoted"] else "new"
    return all(
        phrases.quoted(found, name) or phrases.code_like(found[name]) for name in ("old", new)
    ) or found.string.startswith("s/")


def _extract(goal: Goal, text: str) -> Read | None:
    for found in phrases.matches(phrases.EXTRACT, text):
        lines = _range(found) if phrases.group(found, "first") else goal.lines
        intent = _placed(goal, found, Intent("extract", lines=lines), cursor=False)
        new = _plain(_new(found))
        if new.lower() in _NOT_FUNCTIONS:
            return Refusal(_not_yet("Extracting anything but a function from whole lines"))
        intent = replace(intent, new_name=new, line=0)
        if not intent.path:
            return Question("Which file are the lines in?", intent, "path")
        if intent.lines is None:
            return Question("Which lines should be extracted, for example 10-20?", intent, "lines")
        return intent
    return None


_NOT_FUNCTIONS = frozenset(
    ("variable", "constant", "class", "module", "file", "interface", "type", "a", "an", "the")
)


def _imports(goal: Goal, text: str) -> Read | None:
    for found in phrases.matches(phrases.IMPORTS, text):
        return _needs_path(replace(_placed(goal, found, Intent("imports"), cursor=False), line=0))
    return None


def _docstrings(goal: Goal, text: str) -> Read | None:
    for found in phrases.matches(phrases.DOCSTRINGS, text):
        whole = bool(phrases.group(found, "file") or phrases.group(found, "here"))
        elsewhere = phrases.group(found, "path") not in ("", goal.path)
        name = _plain(phrases.group(found, "old"))
        cursor = not name and not whole and not elsewhere
        return _needs_path(_placed(goal, found, Intent("docstrings", name), cursor=cursor))
    return None


def _explain(goal: Goal, text: str) -> Read | None:
    for found in phrases.matches(phrases.EXPLAIN, text):
        name = _plain(phrases.group(found, "old"))
        whole = bool(phrases.group(found, "file"))
        elsewhere = phrases.group(found, "path") not in ("", goal.path)
        intent = Intent("explain", name)
        if phrases.group(found, "first"):
            return _needs_path(_placed(goal, found, intent, line=_range(found)[0]))
        intent = _placed(goal, found, intent, cursor=not (name or whole or elsewhere))
        return intent if name else _needs_path(intent)
    return None


def _search(goal: Goal, text: str) -> Read | None:
    """A question in free words becomes a search of the index: it promises no more than that."""
    found = phrases.QUESTION.fullmatch(text)
    asked = goal.action in ("explain", "ask") or goal.instruction.rstrip().endswith("?")
    if found is None or not asked:
        return None
    return Intent("search", query=found["words"].strip() or text)


def _not_understood(text: str) -> Refusal:
    for pattern, what in phrases.NOT_YET:
        if re.search(pattern, text, re.IGNORECASE):
            return Refusal(_not_yet(what))
    return Refusal(f"The builtin model did not understand this. It can {CAN_DO}. {_otherwise()}")


def _not_yet(what: str) -> str:
    return f"{what} is not something the builtin model does yet. It can {CAN_DO}. {_otherwise()}"


def _otherwise() -> str:
    return f"For anything else, configure a language model: {HOW_TO_CONFIGURE}."


def _needs_path(intent: Intent) -> Read:
    return intent if intent.path else Question("Which file?", intent, "path")


def _placed(
    goal: Goal, found: re.Match[str], intent: Intent, *, cursor: bool = False, line: int = 0
) -> Intent:
    """`intent` with the place the request names, else the one the goal came from.

    `cursor` takes the goal's line too; `line` is one the request itself gave.
    """
    path = phrases.group(found, "path").replace("\\", "/").removeprefix("./")
    named = phrases.group(found, "line") or phrases.group(found, "path_line")
    line = int(named) if named else line
    if cursor and not line and path in ("", goal.path):
        line = _line(goal)
    return replace(intent, path=path or goal.path, line=line)


def _line(goal: Goal) -> int:
    return goal.lines[0] if goal.lines else 0


def _range(found: re.Match[str]) -> tuple[int, int]:
    first = int(phrases.group(found, "first"))
    last = int(phrases.group(found, "last") or first)
    return min(first, last), max(first, last)


def _new(found: re.Match[str]) -> str:
    return (phrases.group(found, "quoted") or phrases.group(found, "new")).strip()


def _plain(name: str) -> str:
    """The name with its parts joined by dots, as the index writes it."""
    return re.sub(r"::|(?<=.)#", ".", name).removesuffix("()")


def _shown(intent: Intent) -> str:
    return f"`{intent.name}`" if intent.name else f"the symbol at line {intent.line}"
