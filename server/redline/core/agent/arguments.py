"""The arguments of a call, from the text a model wrote for them.

Strict JSON first. What is not that is read by a tolerant reader that takes what has one
reading only: comments, commas before a closing bracket, strings in single quotes, raw line
ends in strings, `True`, `False` and `None`, one JSON text within another, one in a Markdown
fence, and the same object twice. It adds no bracket or quote that is missing: a text that
was cut off stays one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from redline.core.agent.model import Argument
from redline.core.agent.tool_spec import ParameterType, ToolSpec
from redline.core.edits.marks import unfenced

MAX_DEPTH = 32

_SPACE = re.compile(r"(?:[\s\ufeff]+|//[^\n]*|/\*.*?\*/|\#[^\n]*)+", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")
_WORD = re.compile(r"[A-Za-z_]\w*")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPES = {
    '"': '"', "'": "'", "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
}  # fmt: skip
_WORDS: Mapping[str, bool | None] = {
    "true": True, "True": True, "false": False, "False": False, "null": None, "None": None,
}  # fmt: skip
_WHOLE = re.compile(r"-?\d{1,9}(?:\.0+)?$")


class Unreadable(ValueError):
    """There is no one reading; the message says where and why."""


def read_arguments(spec: ToolSpec, text: str) -> tuple[dict[str, Argument], str]:
    """The arguments in the JSON `text`, and what is wrong with them ('' when they fit)."""
    try:
        value = object_in(text)
    except Unreadable as error:
        return {}, f"the arguments are not JSON: {error}"
    if not isinstance(value, dict):
        return {}, "the arguments must be one JSON object"
    known = {parameter.name: parameter for parameter in spec.parameters}
    result: dict[str, Argument] = {}
    for name, given in value.items():
        if name not in known:
            takes = f"{spec.name} takes {', '.join(known)}{meant(name, known)}"
            return {}, f"unknown argument {name!r}; {takes}"
        if given is None and not known[name].required:
            continue
        checked = _checked(known[name].type, given)
        if checked is None:
            return {}, f"{name} must be {_EXPECTED[known[name].type]}, not {_shown(given)}"
        result[name] = checked
    missing = [p.name for p in spec.parameters if p.required and p.name not in result]
    if missing:
        return {}, f"missing argument {', '.join(missing)}"
    return result, ""


def unknown_tool(name: str, known: Iterable[str]) -> str:
    """What a model is told that calls a tool there is not."""
    names = tuple(known)
    return f"there is no tool {name!r}{meant(name, names)}; use {', '.join(names)}"


def meant(name: str, known: Iterable[str]) -> str:
    """The nearest of the known names, as the end of a sentence; '' where none is near."""
    by_fold = {re.sub(r"[^a-z0-9]", "", each.lower()): each for each in known}
    near = get_close_matches(re.sub(r"[^a-z0-9]", "", name.lower()), list(by_fold), 1, 0.6)
    return f" (is {by_fold[near[0]]} meant?)" if near else ""


def object_in(text: str) -> object:
    """The value that `text` stands for. Raises `Unreadable`."""
    value = _value_in(text)
    if isinstance(value, str):  # encoded twice
        value = _value_in(value)
    return value


def _value_in(text: str) -> object:
    try:
        return json.loads(
            text if text.strip() else "{}", object_pairs_hook=_once, parse_constant=_no_constant
        )
    except Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        strict = str(error)
    bare = unfenced(text)
    values = _Reader(bare if bare is not None else text, strict).values()
    distinct = [each for at, each in enumerate(values) if each not in values[:at]]
    if len(distinct) == 2 and {} in distinct:
        distinct.remove({})
    if len(distinct) > 1:
        raise Unreadable(f"there are {len(distinct)} values; make a call for each")
    return distinct[0]


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result: dict[str, object] = {}
    for name, value in pairs:
        if name in result and result[name] != value:
            raise Unreadable(f"{name} is given twice, with two values")
        result[name] = value
    return result


def _no_constant(name: str) -> object:
    raise Unreadable(f"{name} is no value of JSON")


class _Reader:
    """Reads values from left to right; `strict` is what a strict reader said."""

    def __init__(self, text: str, strict: str) -> None:
        self._text = text
        self._strict = strict
        self._at = 0

    def values(self) -> list[object]:
        """Every value of the text, one at least."""
        found: list[object] = []
        while True:
            self._skip()
            if self._at >= len(self._text) and found:
                return found
            found.append(self._value(0))
            if not isinstance(found[-1], dict | str):
                self._fail("an object is expected")

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _fail(self, why: str) -> None:
        if self._at >= len(self._text):
            why = "it is cut off before its end"
        line = self._text.count("\n", 0, self._at) + 1
        column = self._at - (self._text.rfind("\n", 0, self._at) + 1) + 1
        raise Unreadable(f"{self._strict}; line {line} column {column}: {why}")

    def _value(self, depth: int) -> object:
        self._skip()
        letter = self._text[self._at : self._at + 1]
        if depth > MAX_DEPTH:
            self._fail("it is nested too deep")
        if letter == "{":
            return _once(self._members(depth))
        if letter == "[":
            return self._items(depth)
        if letter in ('"', "'"):
            return self._string()
        return self._bare()

    def _bare(self) -> object:
        number = _NUMBER.match(self._text, self._at)
        if number:
            self._at = number.end()
            return json.loads(number[0])
        word = _WORD.match(self._text, self._at)
        if word and word[0] in _WORDS:
            self._at = word.end()
            return _WORDS[word[0]]
        self._fail(f"{word[0]!r} is no value of JSON" if word else "a value is expected")
        return None

    def _members(self, depth: int) -> list[tuple[str, object]]:
        self._at += 1
        pairs: list[tuple[str, object]] = []
        while not self._closed("}"):
            if self._text[self._at : self._at + 1] not in ('"', "'"):
                self._fail("a name in quotes is expected")
            name = self._string()
            self._skip()
            self._expect(":")
            pairs.append((name, self._value(depth + 1)))
            self._separated("}")
        return pairs

    def _items(self, depth: int) -> list[object]:
        self._at += 1
        items: list[object] = []
        while not self._closed("]"):
            items.append(self._value(depth + 1))
            self._separated("]")
        return items

    def _closed(self, bracket: str) -> bool:
        self._skip()
        if self._text.startswith(bracket, self._at):
            self._at += 1
            return True
        return False

    def _separated(self, bracket: str) -> None:
        self._skip()
        if not self._text.startswith(bracket, self._at):
            self._expect(",")

    def _expect(self, letter: str) -> None:
        if not self._text.startswith(letter, self._at):
            self._fail(f"{letter!r} is expected")
        self._at += 1

    def _string(self) -> str:
        quote = self._text[self._at]
        self._at += 1
        parts: list[str] = []
        while True:
            if self._at >= len(self._text):
                self._fail("")
            letter = self._text[self._at]
            if letter == quote:
                self._at += 1
                return _paired("".join(parts))
            found = _ESCAPE.match(self._text, self._at)
            parts.append(_escaped(found) if letter == "\\" else letter)
            if not parts[-1]:
                self._fail(f"{self._text[self._at : self._at + 2]!r} is no escape of JSON")
            self._at = found.end() if found else self._at + 1


def _escaped(found: re.Match[str] | None) -> str:
    """The character of an escape, '' for one that there is not."""
    if found is None:
        return ""
    return chr(int(found[1], 16)) if found[1] else _ESCAPES.get(found[2], "")


def _paired(text: str) -> str:
    """Surrogates that stand together made one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


_EXPECTED: Mapping[ParameterType, str] = {
    "string": "a string",
    "integer": "a whole number",
    "boolean": "true or false",
    "strings": "a list of strings",
}


def _checked(type_: ParameterType, given: object) -> Argument | None:
    """The value as its type, where it is that type or can be nothing else."""
    if type_ == "strings":
        return _strings(given)
    if type_ == "boolean":
        if isinstance(given, str):
            given = {"true": True, "false": False}.get(given.lower(), given)
        return given if isinstance(given, bool) else None
    if type_ == "integer":
        whole = isinstance(given, str | float) and _WHOLE.match(str(given).strip())
        given = int(float(str(given))) if whole else given
        return given if isinstance(given, int) and not isinstance(given, bool) else None
    return given if isinstance(given, str) else None


def _strings(given: object) -> list[str] | None:
    if isinstance(given, str) and given.lstrip().startswith("["):
        try:
            given = json.loads(given)
        except ValueError:
            return None
    if isinstance(given, list) and all(isinstance(item, str) for item in given):
        return list(given)
    return None


def _shown(given: object) -> str:
    return json.dumps(given)[:60]
