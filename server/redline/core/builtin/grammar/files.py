"""Whole files: created, renamed, deleted."""

from __future__ import annotations

from redline.core.builtin.intent import Intent, Read
from redline.core.builtin.said import Rule, Said, slashed
from redline.core.builtin.words import PATH_WORD, QUOTE, REMOVE, THIS_FILE, TO, matched

_FILE = (
    r"(?:(?:source\s+|python\s+)?"
    r"(?:file|script|(?P<module>module)|(?P<package>package|folder|directory)))"
)
_NAMED = rf"(?:{QUOTE}(?P<{{0}}_quoted>[^`'\"]+){QUOTE}|(?P<{{0}}>[^\s`'\"]+))"
_OLD, _NEW = _NAMED.replace("{0}", "file_old"), _NAMED.replace("{0}", "file_new")
_PLAIN_OLD = rf"{QUOTE}?(?P<file_old>{PATH_WORD}){QUOTE}?"
_PLAIN_NEW = rf"{QUOTE}?(?P<file_new>{PATH_WORD}){QUOTE}?"
_THE_FILE = rf"(?:(?:the|this|that)\s+)?{_FILE}\s+{_OLD}"
_RENAME = r"(?P<verb>rename|re-name|move|change\s+the\s+name\s+of)"
_CALLED = r"(?:(?:called|named|at)\s+)?"
_MAKE = r"(?:create|add|make|start)\s+(?:an?\s+|the\s+)?"
_EMPTY = r"(?:new|empty|blank),?\s+"

_RENAMES = (
    rf"{_RENAME}\s+{_THE_FILE}{TO}{_NEW}",
    rf"{_RENAME}\s+(?P<file_this>{THIS_FILE}){TO}{_NEW}",
)
# Names of symbols may look like those of files: `Response.json` is one.
_PATHS = (rf"{_RENAME}\s+{_PLAIN_OLD}{TO}{_PLAIN_NEW}",)
_DELETES = (
    rf"(?:{REMOVE}|rm)\s+{_THE_FILE}",
    rf"(?:{REMOVE}|rm)\s+{_PLAIN_OLD}",
    rf"{REMOVE}\s+(?P<file_this>(?:this|the\s+current)\s+(?:file|module|script))",
)
_CREATES = (
    rf"{_MAKE}(?:{_EMPTY})*{_FILE}\s+{_CALLED}{_NEW}",
    rf"{_MAKE}(?:{_EMPTY})+{_PLAIN_NEW}",
    rf"(?:touch|create)\s+{_PLAIN_NEW}",
)


def _renamed(said: Said) -> Read | None:
    """A bare new name stays in the folder; what is moved goes where it is said to go."""
    path, target = _as_path(said, _old(said)), _as_path(said, _named(said, "file_new"))
    folder, _, name = path.rpartition("/")
    if target.endswith("/"):
        target = f"{target}{name}"
    elif folder and "/" not in target and said.of("verb").lower() != "move":
        target = f"{folder}/{target}"
    return Intent("rename_file", path=path, new_name=target)


def _paths(said: Said) -> Read | None:
    """Two names without the word "file" are files where a folder is said, or one ending."""
    old, new = _named(said, "file_old"), _named(said, "file_new")
    files = "/" in old + new or old.rpartition(".")[2] == new.rpartition(".")[2]
    return _renamed(said) if files else None


def _deleted(said: Said) -> Read:
    return Intent("delete_file", path=_old(said))


def _created(said: Said) -> Read:
    return Intent("create_file", path=_named(said, "file_new"))


def _as_path(said: Said, name: str) -> str:
    """Where a module or package is that is called as Python calls it (`shop.prices`)."""
    if "/" in name or matched(PATH_WORD, name):
        return name
    if said.of("package"):
        return name.replace(".", "/")
    return f"{name.replace('.', '/')}.py" if said.of("module") else name


def _old(said: Said) -> str:
    return said.goal.path if said.of("file_this") else _named(said, "file_old")


def _named(said: Said, name: str) -> str:
    return slashed(said.of(f"{name}_quoted") or said.of(name))


RULES = (
    Rule(_RENAMES, _renamed),
    Rule(_PATHS, _paths),
    Rule(_DELETES, _deleted),
    Rule(_CREATES, _created),
)
