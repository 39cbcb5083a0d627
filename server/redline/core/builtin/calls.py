"""An intent as the one tool call that does it, and as a few words: step, reply and title."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from redline.core.agent.model import Argument
from redline.core.agent.plan import RoleName
from redline.core.builtin.intent import Intent, Kind, shown

Call = tuple[str, Mapping[str, Argument]]
_Arguments = dict[str, Argument]

TOOLS: Mapping[Kind, str] = {
    "rename": "rename",
    "rename_file": "rename_file",
    "create_file": "create_file",
    "delete_file": "delete_file",
    "extract": "extract_function",
    "variable": "extract_variable",
    "constant": "extract_constant",
    "inline": "inline",
    "move": "move_symbol",
    "signature": "change_signature",
    "imports": "organise_imports",
    "convert": "convert",
    "remove_dead": "remove_dead_code",
    "replace": "replace_pattern",
    "docstrings": "add_docstrings",
    "fix": "quick_fix",
    "examples": "example_tests",
    "explain": "explain",
    "search": "search",
    "callers": "callers",
    "callees": "callees",
    "references": "references",
    "tests": "tests_for",
    "importers": "importers",
    "dead": "dead_code",
}
_ROLES: Mapping[Kind, RoleName] = {
    "docstrings": "documenter",
    "examples": "tester",
    "explain": "scout",
    "search": "scout",
    "callers": "scout",
    "callees": "scout",
    "references": "scout",
    "tests": "scout",
    "importers": "scout",
    "dead": "scout",
}


def role(intent: Intent) -> RoleName:
    """Who does it."""
    return _ROLES.get(intent.kind, "refactorer")


def call(intent: Intent) -> Call:
    """The tool call. A place given with a name is where to look first."""
    return TOOLS[intent.kind], _ARGUMENTS.get(intent.kind, _placed)(intent)


def _placed(intent: Intent) -> _Arguments:
    return {**_place(intent), **_given(name=intent.name)}


def _place(intent: Intent) -> _Arguments:
    return _given(path=intent.path, line=intent.line)


def _given(**arguments: Argument) -> _Arguments:
    """The arguments that say something."""
    return {name: value for name, value in arguments.items() if value}


def _explain(intent: Intent) -> _Arguments:
    return {"path": intent.path, **_given(line=intent.line, name=intent.name)}


def _rename(intent: Intent) -> _Arguments:
    return {"name": intent.name, "new_name": intent.new_name, **_place(intent)}


def _extract(intent: Intent) -> _Arguments:
    first, last = intent.lines or (0, 0)
    return {"path": intent.path, "start": first, "end": last, **_given(name=intent.new_name)}


def _value(intent: Intent) -> _Arguments:
    named = _given(expression=intent.code, name=intent.new_name, every=intent.every)
    return {"path": intent.path, "line": intent.line, **named}


def _move(intent: Intent) -> _Arguments:
    return {"name": intent.name, "to": intent.new_name, **_place(intent)}


def _signature(intent: Intent) -> _Arguments:
    return {**_given(name=intent.name), **_place(intent), "changes": list(intent.changes)}


def _convert(intent: Intent) -> _Arguments:
    line = (intent.line, intent.line) if intent.line else (0, 0)
    first, last = intent.lines or line
    lines = _given(start=first, end=last, name=intent.name, risky=intent.risky)
    return {"path": intent.path, "to": intent.to, **lines}


def _replace(intent: Intent) -> _Arguments:
    shape: _Arguments = {"pattern": intent.code, "rewrite": intent.to, "language": intent.language}
    return {**shape, **_given(path=intent.path)}


def _fix(intent: Intent) -> _Arguments:
    first, last = intent.lines or (intent.line, intent.line)
    more = _given(end=last if last > first else 0, message=intent.code, choice=intent.to)
    return {"path": intent.path, "line": intent.line, **more}


_ARGUMENTS: Mapping[Kind, Callable[[Intent], _Arguments]] = {
    "rename": _rename,
    "rename_file": lambda intent: {"path": intent.path, "new_path": intent.new_name},
    "create_file": lambda intent: {"path": intent.path, "content": ""},
    "delete_file": lambda intent: {"path": intent.path},
    "extract": _extract,
    "variable": _value,
    "constant": _value,
    "move": _move,
    "signature": _signature,
    "imports": lambda intent: {"path": intent.path},
    "convert": _convert,
    "remove_dead": lambda intent: _given(path=intent.path, name=intent.name),
    "replace": _replace,
    "fix": _fix,
    "explain": _explain,
    "search": lambda intent: {"query": intent.code},
    "callers": lambda intent: {"name": intent.name},
    "callees": lambda intent: {"name": intent.name},
    "references": lambda intent: {"name": intent.name},
    "tests": lambda intent: {"name": intent.name},
    "importers": lambda intent: {"path": intent.path},
    "dead": lambda intent: _given(path=intent.path),
}


def sentence(intent: Intent) -> str:
    """What will be done, in a few words."""
    return _SENTENCES[intent.kind](intent)


def title(done: tuple[Intent, ...]) -> str:
    """What all of it does."""
    first, *rest = [sentence(each) for each in done]
    return "; ".join([first, *(lowered(each) for each in rest)])


def lowered(text: str) -> str:
    """`text` with a small first letter."""
    return text[:1].lower() + text[1:]


def _to(verb: str, intent: Intent) -> str:
    to = f" to `{intent.new_name}`" if intent.new_name else ""
    return f"{verb} {shown(intent)}{to}"


def _extracted(intent: Intent) -> str:
    lines = "lines" if intent.lines is None else "lines {}-{}".format(*intent.lines)
    into = f"`{intent.new_name}`" if intent.new_name else "a function"
    return f"Extract {lines} into {into}"


def _named(intent: Intent) -> str:
    what = f"`{intent.code}`" if intent.code else "the selection"
    into = f"the {intent.kind} `{intent.new_name}`" if intent.new_name else f"a {intent.kind}"
    return f"Extract {what} into {into}"


_CHANGES = (
    (re.compile(r"pass (\w+)"), r"pass \1 on"),
    (re.compile(r"pass (\w+) (.+)"), r"pass \2 for \1"),
    (re.compile(r"through (\w+) (.+)"), r"pass \1 through \2"),
    (re.compile(r"rename (\w+) (.+)"), r"rename \1 to \2"),
    (re.compile(r"default (\w+) (.+)"), r"default of \1 is \2"),
)


def _change(words: str) -> str:
    """One change of a signature for people."""
    for pattern, shape in _CHANGES:
        found = pattern.fullmatch(words)
        if found is not None:
            return found.expand(shape)
    return words


def _signed(intent: Intent) -> str:
    what = f": {', '.join(map(_change, intent.changes))}" if intent.changes else ""
    return f"Change the signature of {shown(intent)}{what}"


_CONVERTED: Mapping[str, str] = {
    "f-strings": "Use f-strings in {}",
    "pathlib": "Use pathlib in {}",
    "dataclass": "Make {} a dataclass",
    "early-return": "Return early in {}",
    "comprehension": "Use comprehensions in {}",
    "modern": "Modernise {}",
    "simplify": "Simplify conditions in {}",
}


def _converted(intent: Intent) -> str:
    where = intent.path
    if intent.name:
        where = shown(intent)
    elif intent.line:
        what = "the class at line" if intent.to == "dataclass" else "line"
        where = f"{what} {intent.line} of {intent.path}"
    elif intent.lines:
        where = "lines {}-{} of {}".format(*intent.lines, intent.path)
    return _CONVERTED[intent.to].format(where)


def _buried(intent: Intent) -> str:
    what = shown(intent) if intent.name else "dead code"
    return f"Remove {what} from {intent.path}" if intent.path else f"Remove {what}"


def _replaced(intent: Intent) -> str:
    where = f" in {intent.path}" if intent.path else ""
    return f"Replace `{intent.code}` with `{intent.to}`{where}"


def _mended(intent: Intent) -> str:
    what = f": {intent.code}" if intent.code else ""
    return f"Fix {intent.path}:{intent.line}{what}".partition("\n")[0][:120]


def _whose(intent: Intent) -> str:
    return shown(intent) if intent.name or intent.line else intent.path


_SENTENCES: Mapping[Kind, Callable[[Intent], str]] = {
    "rename": lambda intent: _to("Rename", intent),
    "rename_file": lambda intent: f"Rename the file {intent.path} to {intent.new_name}",
    "create_file": lambda intent: f"Create the empty file {intent.path}",
    "delete_file": lambda intent: f"Delete the file {intent.path}",
    "extract": _extracted,
    "variable": _named,
    "constant": _named,
    "inline": lambda intent: f"Inline {shown(intent)}",
    "move": lambda intent: _to("Move", intent),
    "signature": _signed,
    "imports": lambda intent: f"Organise the imports of {intent.path}",
    "convert": _converted,
    "remove_dead": _buried,
    "replace": _replaced,
    "docstrings": lambda intent: f"Add docstrings to {_whose(intent)}",
    "fix": _mended,
    "examples": lambda intent: f"Make tests of the examples of {_whose(intent)}",
    "explain": lambda intent: f"Explain {_whose(intent)}",
    "search": lambda intent: f"Search the index for {intent.code!r}",
    "callers": lambda intent: f"Find what calls {shown(intent)}",
    "callees": lambda intent: f"Find what {shown(intent)} calls",
    "references": lambda intent: f"Find the uses of {shown(intent)}",
    "tests": lambda intent: f"Find the tests of {shown(intent)}",
    "importers": lambda intent: f"Find what imports {intent.path}",
    "dead": lambda intent: f"Find dead code{f' in {intent.path}' if intent.path else ''}",
}
